"""Texts as a code with parameters, worded in the reader's language only when somebody reads them.

What is wrong with a rulebook is told on the command line, on pages and in certificates that are kept: to readers of three languages, in
processes with and without Django. So what is passed around and kept is a code and its parameters; the words are in the same catalogues as
those of the pages (docs/translating.md), looked up with Python's own gettext. Parameters are written ``$name`` and not ``%(name)s``,
so that each language names of them what its sentence needs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from string import Template
from typing import Annotated, Final, Literal, Self, TypeAlias

from pydantic import PlainSerializer, PlainValidator

from huiyin.language import ReaderLanguage, catalogue, reader_of

Sign = Literal["and", "or", "then", "beside"]

_CODES: Final[dict[str, TextCode]] = {}


class TextCode(StrEnum):
    """A closed set of texts. The value is for programs and is never given a second meaning; no two sets share one.

    ``text`` is a sentence; where something is wrong, ``expected`` is what should stand there and ``found`` what stands there.
    """

    text: str
    expected: str
    found: str

    def __new__(cls, value: str, text: str = "", expected: str = "", found: str = "") -> Self:
        return cls._with(value, text, expected, found)

    @classmethod
    def _with(cls, value: str, text: str, expected: str, found: str) -> Self:
        if value in _CODES:
            raise ValueError(f"two codes {value}")
        member = str.__new__(cls, value)
        member._value_ = value
        member.text, member.expected, member.found = text, expected, found
        _CODES[value] = member
        return member

    def about(self, **params: Param) -> CodedText:
        """The text that this code stands for, about these things."""
        return CodedText(self, tuple(params.items()))


@dataclass(frozen=True, slots=True)
class Term:
    """A word that comes from a rulebook: what a reader of Chinese sees, and what a reader of English sees."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Series:
    """Several things in a row; ``sign`` is what stands between them."""

    items: tuple[Param, ...]
    sign: Sign = "and"


def _code(value: object) -> TextCode:
    """The member of whichever set has this value. ValueError when none has."""
    if isinstance(value, TextCode):
        return value
    if str(value) not in _CODES:
        raise ValueError("no code of this version")
    return _CODES[str(value)]


@dataclass(frozen=True, slots=True)
class CodedText:
    """A code with what it is about, by name."""

    code: Annotated[TextCode, PlainValidator(_code), PlainSerializer(str, return_type=str)]
    params: tuple[tuple[str, Param], ...] = ()

    def text(self, language: str) -> str:
        """The sentence in ``language`` (a code such as zh-hant; Chinese unless it is English)."""
        return self._worded(self.code.text, language)

    def expected(self, language: str) -> str:
        """What should stand there, in ``language``; empty when the code says nothing of it."""
        return self._worded(self.code.expected, language)

    def found(self, language: str) -> str:
        """What stands there, in ``language``; empty when the code says nothing of it."""
        return self._worded(self.code.found, language)

    @property
    def zh(self) -> str:
        """The sentence in Chinese."""
        return self.text("zh-hans")

    @property
    def en(self) -> str:
        """The sentence in English."""
        return self.text("en")

    def _worded(self, words: str, language: str) -> str:
        reader = reader_of(language)
        template = Template(catalogue(reader).gettext(words)) if words else Template("")
        return template.substitute({name: _shown(value, reader) for name, value in self.params})


Param: TypeAlias = str | int | Term | Series | CodedText
"""What a text may be about."""


def series(items: Iterable[Param], sign: Sign = "and") -> Series:
    """``items`` in a row."""
    return Series(tuple(items), sign)


_SIGNS: Final[dict[ReaderLanguage, dict[Sign, str]]] = {
    "zh-hans": {"and": "、", "or": "或者", "then": " → ", "beside": "；"},
    "zh-hant": {"and": "、", "or": "或者", "then": " → ", "beside": "；"},
    "en": {"and": ", ", "or": " or ", "then": " → ", "beside": "; "},
}


def _shown(value: Param, reader: ReaderLanguage) -> str:
    if isinstance(value, CodedText):
        return value.text(reader)
    if isinstance(value, Term):
        return value.en if reader == "en" else value.zh
    if isinstance(value, Series):
        items = [_shown(item, reader) for item in value.items]
        if value.sign == "or" and len(items) > 2:
            items = [_SIGNS[reader]["and"].join(items[:-1]), items[-1]]
        return _SIGNS[reader][value.sign].join(items)
    return f"{value:,}" if isinstance(value, int) else value
