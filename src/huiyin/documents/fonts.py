"""Which typefaces documents are set in: those that GB/T 9704-2012 names where they are installed, else the nearest free ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import typst

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

FontRole = Literal["body", "title", "heading", "page"]

ACCEPTABLE: Final[Mapping[FontRole, tuple[str, ...]]] = {
    "body": ("FangSong_GB2312", "FangSong", "STFangsong", "FZFangSong-Z02", "Noto Serif CJK SC", "AR PL UMing CN"),
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong", "Noto Serif CJK SC", "AR PL UMing CN"),
    "heading": ("SimHei", "STHeiti", "Noto Sans CJK SC", "WenQuanYi Zen Hei", "AR PL UMing CN"),
    "page": ("SimSun", "NSimSun", "STSong", "Noto Serif CJK SC", "AR PL UMing CN"),
}
"""What each part of a document is set in, best first: 仿宋, 小标宋, 黑体, 宋体 (GB/T 9704-2012, 5.2.2 and 7), then free faces of Debian."""
ALSO: Final = (
    "Noto Serif CJK SC",
    "Noto Naskh Arabic",
    "Noto Serif Tibetan",
    "Noto Sans CJK SC",
    "AR PL UMing CN",
    "DejaVu Sans",
)
"""Where signs are looked for that the face itself has not got, before all others that are installed."""
IN_WORD: Final[Mapping[FontRole, str]] = {"body": "仿宋", "title": "方正小标宋简体", "heading": "黑体", "page": "宋体"}
"""What a DOCX names: the office program of its reader has these, or takes what it has instead."""


class NoTypeface(HuiyinError):
    """Raised when no typeface is installed in which Chinese could be set."""

    to_do = gettext_noop("请安装一种，例如 Debian 的 fonts-noto-cjk，再重新启动")


@dataclass(frozen=True, slots=True)
class Typefaces:
    """The typeface that each part of a document is set in, and those in which signs are looked for that it has not got."""

    chosen: Mapping[FontRole, str]
    also: tuple[str, ...]

    @property
    def in_words(self) -> str:
        """The faces as the properties of a document name them."""
        return ", ".join(f"{role}: {family}" for role, family in self.chosen.items())


@cache
def installed() -> typst.Fonts:
    """The fonts of this machine, looked for once a process."""
    return typst.Fonts(include_embedded_fonts=False)


@cache
def typefaces() -> Typefaces:
    """What documents are set in on this machine. Raises NoTypeface."""
    return choose(frozenset(installed().families()))


def choose(families: frozenset[str]) -> Typefaces:
    """What documents are set in where these ``families`` are installed. Raises NoTypeface."""
    chosen: dict[FontRole, str] = {}
    for role, acceptable in ACCEPTABLE.items():
        found = next((family for family in acceptable if family in families), None)
        if found is None:
            raise NoTypeface(_("没有可以排文书的中文字体"))
        chosen[role] = found
    return Typefaces(chosen, tuple(family for family in ALSO if family in families))
