"""Which fonts for Chinese the machine has: documents are drawn with them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from huiyin.doctor.finding import Finding, notice, ok
from huiyin.doctor.surroundings import Surroundings
from huiyin.documents.fonts import NoTypeface, typefaces

PROGRAM: Final = "fc-list"  # fontconfig
SECONDS: Final = 10
MAX_LISTED: Final = 3


def look(surroundings: Surroundings) -> Iterator[Finding]:
    """What fontconfig finds."""
    families = chinese_families()
    if families is None:
        yield notice("fonts.unknown", _("没有安装 fontconfig，看不到有哪些字体"), _("安装 fontconfig 和中文字体"))
    elif not families:
        yield notice("fonts.none", _("没有中文字体：生成的文书会显示方框"), _("安装中文字体，例如 fonts-noto-cjk"))
    else:
        listing = "、".join(families[:MAX_LISTED])
        yield ok("fonts", _("有 %(count)d 种中文字体：%(names)s") % {"count": len(families), "names": listing})
        yield from _taken()


def _taken() -> Iterator[Finding]:
    """Which of them documents are set in: those that GB/T 9704-2012 names where they are there, else the nearest free ones."""
    try:
        faces = typefaces().chosen
    except NoTypeface:
        yield notice("fonts.papers", _("没有可以排印文书的中文字体"), _("安装中文字体，例如 fonts-noto-cjk"))
        return
    words = _("文书用字：正文 %(body)s，标题 %(title)s，小标题 %(heading)s，页码 %(page)s")
    yield ok("fonts.papers", words % faces)


def chinese_families() -> list[str] | None:
    """The families that cover Chinese, by name; None where nothing can tell."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    listing = subprocess.run(
        [program, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False, timeout=SECONDS
    )
    return sorted({line.partition(",")[0].strip() for line in listing.stdout.splitlines() if line.strip()})
