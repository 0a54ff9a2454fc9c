"""Names whose characters somebody writes by their parts: 走肖江, 赵氵工, 赵三点水工. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import pairwise, product
from pathlib import Path
from typing import Final

import rjieba
from ruamel.yaml import YAML

from huiyin.people.names.directory import Index, normal
from huiyin.people.names.spelling import MIN_PART
from huiyin.people.names.word_ends import is_cut_out

PARTS: Final = Path(__file__).with_name("parts.yaml")
MAX_CHARACTERS: Final = 4
_BETWEEN: Final = frozenset(" \t+＋/／\\|·•・*~—–-_'’\"“”()（）[]【】<>《》⿰⿱⿲⿳⿴⿵⿶⿷⿸⿹⿺⿻")
_RADICALS: Final = dict(
    zip("⺅⺈⺉⺌⺍⺖⺘⺡⺣⺨⺩⺭⺮⺾⻀⻂⻈⻊⻌⻏⻐⻖⻠", "亻刀刂小小忄扌氵灬犭王礻竹艹艹衤讠足辶阝钅阝饣", strict=True)
)
"""Signs for the parts alone, as which nobody reads them; in the usual characters."""


def parts_of(character: str) -> tuple[str, ...]:
    """The ways in which a character is written by its parts."""
    return _parts()[0].get(character, ())


def with_usual_parts(text: str) -> str:
    """A text with the parts of characters as they are written, where it says what they are called: 三点水旁加一个工."""
    text = text.translate(_TABLE)
    called, expression = _parts()[1], _called()
    return expression.sub(lambda found: called[found[1]], text)


_TABLE: Final = str.maketrans(_RADICALS)


def names_in_parts(whole: str, index: Index) -> Iterator[tuple[int, int, str]]:
    """Where in a text a whole name stands so, from where to where, and which; no two of them overlap."""
    written = _written(index)
    places = [at for at, sign in enumerate(whole) if sign.isalnum()]
    bare, free = "".join(whole[at] for at in places), 0
    for at in range(len(bare) - 1):
        for spelt, name in written.get(bare[at : at + MIN_PART], ()) if at >= free else ():
            end = at + len(spelt)
            if bare.startswith(spelt, at) and _is_one(whole, places[at:end]) and not is_cut_out(bare, at, end):
                free = end
                yield places[at], places[end - 1] + 1, name
                break


def _is_one(whole: str, places: Sequence[int]) -> bool:
    return all(_BETWEEN.issuperset(whole[before + 1 : after]) for before, after in pairwise(places))


@lru_cache(maxsize=4)
def _written(index: Index) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """By the first two signs, each way to write a name of a directory with parts, the longest first, and the name."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(index.whole_names):
        if len(name) <= MAX_CHARACTERS and not name.isascii():
            for spelt in _ways(name):
                if spelt not in index.whole_names:
                    found.setdefault(spelt[:MIN_PART], []).append((spelt, name))
    return {front: tuple(sorted(those, key=lambda one: -len(one[0]))) for front, those in found.items()}


def _ways(name: str) -> Iterator[str]:
    for signs in product(*((sign, *parts_of(sign)) for sign in name)):
        # 李启 is not meant by 李户口: of so short a name the rest has to be no word of the language.
        if "".join(signs) != name and not (len(name) == MIN_PART and len(signs[1]) > 1 and rjieba.has_word(signs[1])):
            yield "".join(signs)


@cache
def _parts() -> tuple[Mapping[str, tuple[str, ...]], Mapping[str, str]]:
    """By character how it is written, and by what people call a part how that is."""
    read = YAML(typ="safe").load(PARTS)
    characters = dict(one.split("=") for one in read["characters"].split())
    return {sign: tuple(map(normal, ways.split("|"))) for sign, ways in characters.items()}, dict(
        one.split("=") for one in read["radicals"].split()
    )


@cache
def _called() -> re.Pattern[str]:
    names = "|".join(sorted(_parts()[1], key=len, reverse=True))
    return re.compile(rf"(?:一?个)?({names})旁?儿?(?:加上?|和|右[边面]|旁边|下[边面]|底下|再|写|一?个|是){{0,3}}+")
