"""A directory made ready to be matched: who and what may be meant, and all spellings that are asked for with every line. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from uuid import UUID

import opencc

from huiyin.people.names.spelling import MIN_PART, surname_of
from huiyin.people.names.titles import TITLES

BRACKETS: Final = re.compile(r"[(（\[【〔〈《「『{]([^)）\]】〕〉》」』}\n]{0,200})[)）\]】〕〉》」』}]")
_AT_ONCE: Final = 10_000
"""Characters that are brought into their normal form in one go; whoever waits for another answer has a turn in between."""
_PHRASES: Final = {0xFDFA: None, 0xFDFB: None}
"""Two signs that stand for a phrase of eighteen or eight letters, in which nobody's name stands: a text of them would grow as much."""
_PLAIN: Final = opencc.OpenCC("t2s")


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit with every way in which its organisation is called; ``key`` is that of the organisation."""

    id: UUID
    name: str
    key: UUID
    code: str = ""
    organisation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Somebody who works here: their name, user name, and the posts that they hold as title and unit."""

    id: UUID
    name: str
    username: str = ""
    posts: tuple[tuple[str, UUID], ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """Everybody and everything that may be meant, when somebody writes to the organisation whose key is ``own``."""

    units: tuple[NamedUnit, ...] = ()
    people: tuple[NamedPerson, ...] = ()
    own: UUID | None = None


def normal(text: str) -> str:
    """``text`` without what does not tell names apart: width, case, spaces, dots and signs, traditional characters."""
    return "".join(filter(str.isalnum, _folded(text)))


@lru_cache(maxsize=2048)
def normal_title(title: str) -> str:
    """``normal`` of the title of a post, which is that of many."""
    return normal(title)


def normal_lines(lines: Sequence[str]) -> list[str]:
    """``normal`` of each of ``lines``, none of which holds the end of one, at the price of a single text."""
    return ["".join(filter(str.isalnum, line)) for line in folded_lines(lines)]


def folded_lines(lines: Sequence[str]) -> list[str]:
    """Each of ``lines``, likewise, in simplified characters of the usual width and in small letters; its signs and spaces stay."""
    return _folded("\n".join(lines)).split("\n") if lines else []


def _folded(text: str) -> str:
    pieces = (text[at : at + _AT_ONCE] for at in range(0, len(text), _AT_ONCE))
    return "".join(map(_folded_piece, pieces))


def _folded_piece(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text.translate(_PHRASES))
    return unicodedata.normalize("NFKC", _PLAIN.convert(plain).casefold())


@dataclass(frozen=True, eq=False)
class Index:
    """What is asked of the directory for every line."""

    units: Sequence[tuple[NamedUnit, tuple[str, ...]]]
    people: Sequence[tuple[NamedPerson, str]]
    organisations: Sequence[tuple[frozenset[UUID], tuple[str, ...]]]
    exact: dict[str, tuple[tuple[UUID, bool], ...]]
    surnames: dict[str, list[NamedPerson]]
    titles: tuple[str, ...]
    words: tuple[str, ...]
    places: tuple[str, ...]
    usernames: dict[UUID, str] = field(default_factory=dict)
    longest_title: int = 0
    forms: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    bearers: dict[str, frozenset[UUID]] = field(default_factory=dict)
    """Who is called by each whole name, and by each surname with the title of a post of theirs: 孙书记."""
    by_beginning: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What ``bearers`` are called, by the first characters, ``MIN_PART`` of them."""
    whole_names: frozenset[str] = frozenset()
    """Those of ``bearers`` that are the whole name of somebody, not a surname with a title."""
    elsewhere: frozenset[UUID] = frozenset()
    """Units of other organisations than the one that is written to."""


def _organisation_names(unit: NamedUnit) -> tuple[str, ...]:
    """With and without what stands in brackets: 临江市消防局（示范）."""
    whole = [normal(name) for name in unit.organisation]
    short = [normal(BRACKETS.sub("", unicodedata.normalize("NFKC", name))) for name in unit.organisation]
    return tuple(dict.fromkeys(name for name in (*whole, *short) if len(name) >= MIN_PART))


@lru_cache(maxsize=4)
def indexed(names: Names) -> Index:
    forms: dict[UUID, tuple[str, ...]] = {unit.id: (normal(unit.name),) for unit in names.units}
    people = [(person, normal(person.name)) for person in names.people]
    organisations = _by_organisation(names.units)
    called = {name for _units, spelt in organisations for name in spelt}
    titles = {normal(title) for person in names.people for title, _unit in person.posts} | TITLES
    bearers = _bearers(people)
    places = _longest_first({*(name for own in forms.values() for name in own), *called})
    return Index(
        units=[(unit, forms[unit.id]) for unit in names.units],
        people=people,
        organisations=[(units, _shortest(spelt)) for units, spelt in organisations],
        exact=_exact(names.units, people),
        surnames=_bearers_of_surnames(people),
        titles=tuple(titles - {""}),
        words=_longest_first({*places, *titles}),
        places=places,
        usernames={person.id: normal(person.username) for person in names.people},
        longest_title=max(map(len, titles)),
        forms=forms,
        bearers=bearers,
        by_beginning=_by_beginning(bearers),
        whole_names=frozenset(name for _person, name in people if len(name) >= MIN_PART),
        elsewhere=frozenset(unit.id for unit in names.units if names.own is not None and unit.key != names.own),
    )


def _by_organisation(units: Iterable[NamedUnit]) -> list[tuple[frozenset[UUID], tuple[str, ...]]]:
    """The units of each organisation, with what it is called."""
    ids: dict[UUID, set[UUID]] = {}
    called: dict[UUID, tuple[str, ...]] = {}
    for unit in units:
        ids.setdefault(unit.key, set()).add(unit.id)
        called.setdefault(unit.key, _organisation_names(unit))
    return [(frozenset(ids[key]), called[key]) for key in ids]


def _shortest(called: tuple[str, ...]) -> tuple[str, ...]:
    """The names of an organisation in which no other name of it stands, but at the end: whoever writes the longer writes the shorter."""
    return tuple(name for name in called if not any(other in name[:-1] for other in called))


def _exact(
    units: Iterable[NamedUnit], people: Iterable[tuple[NamedPerson, str]]
) -> dict[str, tuple[tuple[UUID, bool], ...]]:
    """Whom each spelling names that names somebody by itself: a name, an id, a code, a user name. True: a unit."""
    bearers: dict[str, dict[tuple[UUID, bool], None]] = {}
    for unit in units:
        own, id = normal(unit.name), str(unit.id)
        for spelt in (own, id, normal(id), normal(unit.code), *(whole + own for whole in _organisation_names(unit))):
            bearers.setdefault(spelt, {})[unit.id, True] = None
    for person, name in people:
        for spelt in (name, str(person.id), normal(str(person.id)), normal(person.username)):
            bearers.setdefault(spelt, {})[person.id, False] = None
    return {spelt: tuple(found) for spelt, found in bearers.items() if spelt}


def _bearers_of_surnames(people: Iterable[tuple[NamedPerson, str]]) -> dict[str, list[NamedPerson]]:
    found: dict[str, list[NamedPerson]] = {}
    for person, name in people:
        for surname in dict.fromkeys((surname_of(name), name[:1])):  # 欧处长 for 欧阳处长
            found.setdefault(surname, []).append(person)
    found.pop("", None)
    return found


def _bearers(people: Iterable[tuple[NamedPerson, str]]) -> dict[str, frozenset[UUID]]:
    found: dict[str, set[UUID]] = {}
    for person, name in people:
        titles = {normal_title(title) for title, _unit in person.posts}
        titles |= {end for title in titles for end in TITLES if title.endswith(end)}
        for spelt in (name, *(surname_of(name) + title for title in titles if title)):
            if len(spelt) >= MIN_PART:
                found.setdefault(spelt, set()).add(person.id)
    return {spelt: frozenset(ids) for spelt, ids in found.items()}


def _by_beginning(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name[:MIN_PART], []).append(name)
    return {beginning: tuple(those) for beginning, those in found.items()}


def _longest_first(words: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted((word for word in words if word), key=lambda word: (-len(word), word)))
