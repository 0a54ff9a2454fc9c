"""One way to read a line, with all that is asked of it for every name made ready once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from huiyin.people.names.spelling import (
    MIN_PART,
    sounds,
    sounds_of,
    whole_in_letters,
    without_accents,
)
from huiyin.people.names.titles import KINDS_OF_UNIT, NUMERALS, OFFICES, POINTING


@dataclass(frozen=True)
class NameReading:
    """What was written, normal (``directory.normal``). Each property is worked out once, in time that grows as the text does."""

    text: str

    @cached_property
    def latin(self) -> str:
        """Its letters, without what stands between them."""
        return "".join(sign for sign in without_accents(self.text) if sign.isascii())

    @cached_property
    def ascii(self) -> str:
        """Its letters that have no accents."""
        return "".join(sign for sign in self.text if sign.isascii())

    @cached_property
    def in_letters(self) -> str:
        """All of it in letters, where some of it is already."""
        return whole_in_letters(self.text)

    @cached_property
    def is_office(self) -> bool:
        """Whether it names the office of something: 局办, 党办."""
        return OFFICES.search(self.text) is not None

    @cached_property
    def with_plain_numerals(self) -> NameReading:
        """As numbers of units are compared; itself where it has none."""
        plain = plain_numerals(self.text)
        return self if plain == self.text else NameReading(plain)

    @cached_property
    def subject(self) -> str:
        """What it is about, where it is the name of a unit."""
        return subject(self.text)

    @cached_property
    def _pairs(self) -> dict[tuple[str, str], list[int]]:
        """Where two characters in a row may sound so."""
        heard = sounds(self.text)
        found: dict[tuple[str, str], list[int]] = {}
        for at in range(len(heard) - 1):
            for one in heard[at]:
                for other in heard[at + 1]:
                    found.setdefault((one, other), []).append(at)
        return found

    def sounds_of(self, name: str) -> bool:
        """Some run of it sounds like the whole of ``name``: looked for where the first two characters do."""
        size = len(name)
        if size < MIN_PART or size > len(self.text) or name.isascii():
            return False
        first, second, *others = sounds_of(name)
        places = (at for one in first for other in second for at in self._pairs.get((one, other), ()))
        return any(at + size <= len(self.text) and self._goes_on(at + MIN_PART, others) for at in places)

    def _goes_on(self, at: int, expected: list[frozenset[str]]) -> bool:
        heard = sounds(self.text[at : at + len(expected)])
        return all(not one.isdisjoint(other) for one, other in zip(heard, expected, strict=True))


def plain_numerals(text: str) -> str:
    """Numbers of units as they are compared: 第2大队 and Ⅱ大队 are 二大队."""
    return text.replace("iii", "三").replace("ii", "二").translate(NUMERALS)


def subject(name: str) -> str:
    """What a unit is about: its name without the kind of unit."""
    name = name.rstrip(POINTING + "人")
    return next((name.removesuffix(kind) for kind in KINDS_OF_UNIT if name.endswith(kind)), name)
