"""How names sound and how they are spelt in letters: what tells them apart for the ear, and what does not. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import Final

from pypinyin import Style, pinyin

from huiyin.people.names.titles import COMPOUND, HONORIFICS

MIN_PART: Final = 2
"""A part of a name that is shorter says nothing: 江 is in too many."""
MAX_FUZZY: Final = 6
"""Longer fragments are sentences, in which one wrong character means nothing."""


MAX_KEPT: Final = 24_000
"""Characters of which the sounds are kept: nearly all that are written, so that a text that holds them all is looked up once."""


def places_of(word: str, text: str) -> Iterator[int]:
    """Where in ``text`` a ``word`` begins, also within itself."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


@lru_cache(maxsize=MAX_KEPT)
def _sounds(sign: str) -> frozenset[str]:
    """The syllables as which a character may be read, without tones, those that dialects confuse made one."""
    if sign.isascii():
        return frozenset({sign})
    return frozenset(_confused(read) for read in pinyin(sign, style=Style.NORMAL, heteronym=True)[0])


def _confused(syllable: str) -> str:
    for heard, kept in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(heard):
            syllable = kept + syllable[2:]
    if syllable[:1] == "l":
        syllable = "n" + syllable[1:]
    return syllable.removesuffix("g") if syllable.endswith(("ang", "eng", "ing")) else syllable


def sounds(text: str) -> list[frozenset[str]]:
    """How each character of ``text`` may sound."""
    return [_sounds(sign) for sign in text]


@lru_cache(maxsize=8192)
def sounds_of(name: str) -> tuple[frozenset[str], ...]:
    """How each character of a name of the directory may sound."""
    return tuple(sounds(name))


@lru_cache(maxsize=8192)
def in_letters(name: str) -> frozenset[str]:
    """How a name is spelt in letters, the surname first or last; none for one that is spelt so already."""
    if name.isascii() or len(name) > MAX_FUZZY:
        return frozenset()
    read = [tuple(dict.fromkeys(pinyin(sign, style=Style.NORMAL, heteronym=True)[0]))[:3] for sign in name]
    front = len(surname_of(name))
    spelt = (one for spell in product(*read) for one in ("".join(spell), "".join((*spell[front:], *spell[:front]))))
    return frozenset(one for whole in spelt for one in spellings(whole))


def spellings(spelt: str) -> tuple[str, ...]:
    """Letters in which a name may be written: ü is v on keyboards, u without its dots, yu in passports (GB/T 28039-2011, 4.4)."""
    return (spelt, spelt.replace("v", "u"), spelt.replace("v", "yu")) if "v" in spelt else (spelt,)


@lru_cache(maxsize=8192)
def part_in_letters(word: str) -> re.Pattern[str]:
    """``word`` where any of its characters stands in letters or as an initial, with no other letter beside it: shuji, ji委, 书j, sj."""
    signs = (f"(?:{re.escape(sign)}|{spelt}|{spelt[:1]})" for sign, spelt in zip(word, syllables(word), strict=True))
    return re.compile(rf"(?<![a-z]){''.join(signs)}(?![a-z])")


@lru_cache(maxsize=8192)
def initials(name: str) -> frozenset[str]:
    """A name in letters of which one part is cut to its initial, or all are, in either order."""
    if name.isascii() or len(name) > MAX_FUZZY:
        return frozenset()
    read = syllables(name)
    front = len(surname_of(name))
    given, short_given = "".join(read[front:]), "".join(part[:1] for part in read[front:])
    found = set[str]()
    for family in {*in_letters(name[:front]), "".join(read[:front])}:
        initial = "".join(part[:1] for part in read[:front])
        pairs = ((family[:1], given), (family, short_given), (family[:1], short_given), (initial, short_given))
        found |= {spelt for one, other in pairs if one and other for spelt in (one + other, other + one)}
    return frozenset(found)


def syllables(name: str) -> list[str]:
    """Each character as it is usually read, in letters."""
    return [_syllable(sign) for sign in name]


@lru_cache(maxsize=8192)
def _syllable(sign: str) -> str:
    return pinyin(sign, style=Style.NORMAL)[0][0]


def beside_surname(reading: str, surname: str) -> str:
    """What stands before or after the surname in so short a ``reading`` that it may be what somebody is called: 督察 of 督察郑."""
    if not surname or not len(surname) < len(reading) <= MAX_FUZZY:
        return ""
    if reading.startswith(surname):
        return reading.removeprefix(surname)
    return reading.removesuffix(surname) if reading.endswith(surname) else ""


def surname_of(name: str) -> str:
    return name[:2] if name[:2] in COMPOUND and len(name) > MIN_PART else name[:1]


def nearly(bare: str, name: str) -> bool:
    """One character more, less or another, in a name that is long enough for the rest to tell."""
    if len(bare) == len(name) == MIN_PART:
        return bare[0] == name[0]
    if abs(len(bare) - len(name)) > 1 or not MIN_PART < max(len(bare), len(name)) <= MAX_FUZZY:
        return False
    if len(bare) == len(name):
        return sum(one != other for one, other in zip(bare, name, strict=True)) <= 1
    shorter, longer = sorted((bare, name), key=len)
    return any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


def spells(latin: str, spelt: str) -> bool:
    """Two letters say something only where nothing stands beside them."""
    return spelt == latin if len(spelt) <= MIN_PART + 1 else spelt in latin


def without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def whole_in_letters(reading: str) -> str:
    """``reading`` in letters, where some of it is already: 防火jiandu处; nothing where none is."""
    plain = without_accents(reading)
    if not any(sign.isascii() and sign.isalpha() for sign in plain):
        return ""
    return "".join(sign if sign.isascii() else syllables(sign)[0] for sign in plain)


def is_surname_in_letters(latin: str, surname: str) -> bool:
    """Zhao, Mr Zhao, Director Zhao, Zhao局长: the surname spelt, in the letters of a line (``latin``), with no name beside it."""
    for word in HONORIFICS:
        latin = latin.removeprefix(word).removesuffix(word)
    return latin in in_letters(surname)
