"""Setting documents and charts by their layouts (Typst): one compiler a process, the typefaces of this machine. It knows no database."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

import typst

from huiyin.documents.fonts import installed, typefaces
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

CHART: Final = Path(__file__).with_name("chart.typ")
CHART_DOTS: Final = 200
"""Dots an inch of a chart in a DOCX."""
STANDARDS: Final = ("a-2a", "ua-1")
"""PDF/A-2a (ISO 19005-2): for archives; PDF/UA-1 (ISO 14289-1): readable aloud. They also have the compiler refuse a sign that no face can show."""
_one_at_a_time: Final = Lock()
_UNSHOWN: Final = re.compile(r"text `\"(.+?)\"` could not be displayed|codepoint `\"(.+?)\"`")


class NoGlyph(HuiyinError):
    """Raised when a document holds a sign that no installed typeface can show; it is told by its number alone, since it may be of a name."""

    to_do = gettext_noop("请安装有这个字的字体（Debian：fonts-noto-core、fonts-hanazono），再重新启动")


class NoLayout(HuiyinError):
    """Raised when a document could not be laid out."""


def laid_out(layout: Path, data: Mapping[str, object], day: date) -> bytes:
    """What ``data`` says in a ``layout`` that reads it as ``paper``, made on ``day``. Raises NoGlyph, NoLayout."""
    moment = datetime.combine(day, time(0), UTC)
    return _compiled(layout, data, format="pdf", pdf_standards=list(STANDARDS), timestamp=moment)


def chart(bars: Sequence[tuple[str, int]]) -> bytes:
    """A chart of bars as a picture (PNG). Raises NoGlyph, NoLayout."""
    return _compiled(CHART, {"bars": bars, "faces": layout_faces()}, format="png", ppi=CHART_DOTS)


def _compiled(layout: Path, data: Mapping[str, object], **how: Any) -> bytes:
    try:
        with _one_at_a_time:
            made = _compiler().compile(
                input=_read_layout(layout), sys_inputs={"paper": json.dumps(data, ensure_ascii=False)}, **how
            )
    except typst.TypstError as error:
        raise _layout_error(str(error)) from None
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    """One a process: each new one would keep some memory for good."""
    return typst.Compiler(font_paths=installed(), ignore_system_fonts=True)


@cache
def _read_layout(layout: Path) -> bytes:
    return layout.read_bytes()


def layout_faces() -> dict[str, object]:
    """The typefaces of this machine, as layouts read them."""
    faces = typefaces()
    return {"also": list(faces.also), **{str(role): family for role, family in faces.chosen.items()}}


def _layout_error(error: str) -> HuiyinError:
    """The compiler's error without what the document says."""
    found = _UNSHOWN.search(error)
    if found is None:
        return NoLayout(_("文书排不成 PDF"))
    sign = found[1] or found[2]
    escaped = re.fullmatch(r"\\u\{([0-9a-f]+)\}", sign)
    numbers = [escaped[1].upper()] if escaped else [f"{ord(char):04X}" for char in sign]
    return NoGlyph(_("已安装的字体都没有字符 U+%(numbers)s") % {"numbers": " U+".join(numbers)})
