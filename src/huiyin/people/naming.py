"""Whom do these words mean? Names as people write them, matched against those of a directory. Pure.

It errs to the side of hiding: whoever might be meant is found, be it too many. One exact name that only one bears is certain;
everything else is a question for somebody who may know.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final
from uuid import UUID

import opencc

from huiyin.people.spelling import (
    MAX_FUZZY,
    MIN_PART,
    beside_surname,
    in_letters,
    initials,
    is_surname_in_letters,
    nearly,
    sounds_within,
    spells,
    surname_of,
    syllables,
    whole_in_letters,
    without_accents,
)
from huiyin.people.titles import (
    BEFORE_SURNAME,
    DEPUTIES,
    FAMILIAR,
    HEADING,
    HEADS,
    KINDS_OF_UNIT,
    NUMERALS,
    OFFICE,
    OFFICES,
    POINTING,
    RANKS,
    RELATIVES,
    SHORT_TITLES,
    TITLES,
)

MAX_HOLDERS: Final = 8
"""A post that more people hold in an organisation and those above and below it says nothing of whom is meant: 联系人 is one in each unit."""

_LISTED: Final = re.compile(r"[、,，;；/／|｜\n\r\t]+")
_SPACED: Final = re.compile(r"[、,，;；/／|｜\s]+")
_JOINED: Final = re.compile(r"[、,，;；/／|｜\s]+|以及|还有|和|与|及|跟|同(?!志)")
_BRACKETS: Final = re.compile(r"[(（\[【〔〈《「『{](.*?)[)）\]】〕〉》」』}]")
_AFTER_NAMES: Final = frozenset({*TITLES, *SHORT_TITLES})
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


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom a line may mean. ``certain``: each name in it is exactly that of one alone, and of nobody else."""

    units: frozenset[UUID] = frozenset()
    people: frozenset[UUID] = frozenset()
    certain: bool = False

    def __or__(self, other: Meant) -> Meant:
        """Both together."""
        return Meant(self.units | other.units, self.people | other.people, self.certain and other.certain)

    def __bool__(self) -> bool:
        """Whether anybody may be meant."""
        return bool(self.units or self.people)


def normal(text: str) -> str:
    """``text`` without what does not tell names apart: width, case, spaces, dots and signs, traditional characters."""
    folded = _PLAIN.convert(unicodedata.normalize("NFKC", text)).casefold()
    return "".join(sign for sign in unicodedata.normalize("NFKC", folded) if sign.isalnum())


def meant(line: str, names: Names) -> Meant:
    """Whom ``line`` may mean among ``names``."""
    index = _indexed(names)
    exact = _exactly(line, index)
    if exact is not None:
        return exact
    found = Meant()
    for item in dict.fromkeys([line, *_LISTED.split(line), *_JOINED.split(line)]):
        readings = _readings(item)
        units = frozenset[UUID]().union(*(_units(reading, index) for reading in readings))
        people = frozenset[UUID]().union(*(_people(reading, index) for reading in readings))
        # A post is who is meant only where no name stands beside it.
        posts = frozenset[UUID]().union(*(_by_post(reading, index) for reading in readings if not people))
        found |= Meant(units, people | posts)
    return replace(found, certain=False) if found else Meant(_organisations(line, index))


def may_mean(line: str, person: NamedPerson) -> bool:
    """Whether words that are not clear may mean ``person``, who would have to find out: by the surname anywhere, also as it is spelt,
    by the given name, by the user name.

    Of anybody else the custodian finds out; of themselves nobody would.
    """
    reading, own = without_accents(normal(line)), normal(person.name)
    spelt = "".join(syllables(surname_of(own)))
    return (
        surname_of(own) in reading
        or (len(spelt) >= MIN_PART and spelt in reading)
        or _is_familiar(reading, own)
        or _called(reading, person)
    )


# --- exactly ---------------------------------------------------------------------------------------------------------


def _exactly(line: str, index: _Index) -> Meant | None:
    """Whom the line names exactly, as a whole or as a list; None when any part of it could be somebody else."""
    for parts in ([line], _LISTED.split(line), _SPACED.split(line), _JOINED.split(line)):
        found = [_one(part, index) for part in parts if normal(part)]
        if found and all(found):
            whole = Meant(certain=True)
            for one in found:
                assert one is not None
                whole |= one
            return whole
    return None


def _one(part: str, index: _Index) -> Meant | None:
    bearers = index.exact.get(part.strip().casefold()) or index.exact.get(normal(part), ())
    if len(bearers) != 1:
        return None
    id_, is_unit = bearers[0]
    if id_ in index.elsewhere and normal(part) in index.forms[id_]:
        return None  # what is called so elsewhere may be how people call a unit of the office that they write to
    return Meant(frozenset({id_}), certain=True) if is_unit else Meant(people=frozenset({id_}), certain=True)


# --- perhaps ---------------------------------------------------------------------------------------------------------


def _readings(line: str) -> list[str]:
    """The ways to read a line: as a whole, its parts, what stands in brackets and what does not, without titles; each normal."""
    plain = unicodedata.normalize("NFKC", line)
    outside = _BRACKETS.sub("", plain)
    parts = [plain, outside, *_BRACKETS.findall(plain)]
    parts += [piece for part in tuple(parts) for cut in (_LISTED, _JOINED) for piece in cut.split(part)]
    found = [reading for part in parts if (reading := normal(part))]
    return list(dict.fromkeys(found))


def _units(reading: str, index: _Index) -> frozenset[UUID]:
    return frozenset(
        unit.id
        for unit, forms in index.units
        if any(
            _contains(reading, name)
            or sounds_within(reading, name)
            or _abbreviated(reading, name)
            or _nicknamed(reading, name)
            for name in forms
        )
    )


def _nicknamed(reading: str, name: str) -> bool:
    """By what it is about, with another kind of unit, number or spelling: 信访办 for 信访接待室, 财务科 for 财务处, 第2大队 for 第二大队."""
    if OFFICE in name and OFFICES.search(reading):
        return True
    said, own = (text.replace("iii", "三").replace("ii", "二").translate(NUMERALS) for text in (reading, name))
    if (said, own) != (reading, name) and (_contains(said, own) or _abbreviated(said, own)):
        return True
    stem, subject = _subject(said), _subject(own)
    if len(stem) >= MIN_PART and stem in own:
        return True
    if len(subject) >= MIN_PART and (subject in said or sounds_within(said, subject)):
        return True
    latin = whole_in_letters(reading)
    if len(latin) <= MAX_FUZZY:
        return False
    spelt = "".join(syllables(name))
    return latin in spelt or spelt in latin


def _subject(name: str) -> str:
    """What a unit is about: its name without the kind of unit."""
    name = name.rstrip(POINTING + "人")
    return next((name.removesuffix(kind) for kind in KINDS_OF_UNIT if name.endswith(kind)), name)


def _people(reading: str, index: _Index) -> frozenset[UUID]:
    bare = _without_titles(reading, index)
    latin = "".join(sign for sign in without_accents(reading) if sign.isascii())
    is_borne = len(bare) == MIN_PART and any(name == bare for _person, name in index.people)
    letters = {latin, whole_in_letters(reading)} - {""}
    found = {
        person.id
        for person, name in index.people
        if _contains(reading, name)
        or (len(bare) >= MIN_PART and _contains(bare, name))
        or sounds_within(reading, name)
        or (not is_borne and nearly(bare, name))
        or _called(reading, person)
        or _is_familiar(reading, name)
        or any(spelt in one for one in letters for spelt in in_letters(name))
        or (len(latin) > MAX_FUZZY and any(latin in spelt for spelt in in_letters(name)))
    }
    return frozenset(found | _by_surname(reading, index) | _heading(reading, index))


def _heading(reading: str, index: _Index) -> set[UUID]:
    """Those called by what they are to the office that is written to, not by their post: 一把手, 分管领导."""
    deputies = any(word in reading for word in DEPUTIES)
    if not deputies and not any(word in reading for word in HEADS):
        return set()
    return {
        person.id
        for person, _name in index.people
        for title, unit in person.posts
        if unit not in index.elsewhere and title.endswith(HEADING) and (deputies or not title.startswith("副"))
    }


def _contains(reading: str, name: str) -> bool:
    """One of them stands in the other, and is long enough to say something."""
    return (len(name) >= MIN_PART and name in reading) or (len(reading) >= MIN_PART and reading in name)


def _called(reading: str, person: NamedPerson) -> bool:
    username = normal(person.username)
    return len(username) > MIN_PART and (username in reading or reading == username)


def _is_familiar(reading: str, name: str) -> bool:
    """By the given name without the surname: 正哥, 小正, 晓光; or by initials: S.Zheng, SZ."""
    surname = surname_of(name)
    given = name.removeprefix(surname)
    if (len(given) >= MIN_PART and given in reading) or (given and given + surname in reading):
        return True
    calls = (
        *(given[-1:] + after for after in FAMILIAR),
        *(sign + after for sign in given for after in RELATIVES),
        *(before + given[-1:] for before in BEFORE_SURNAME),
    )
    if given and (any(call in reading for call in calls) or _is_titled(reading, given[-1:])):
        return True
    return any(spells(reading, spelt) for spelt in initials(name))


def _is_titled(reading: str, given: str) -> bool:
    """By the end of the given name and a title, and nothing else: 江局长, 江局."""
    return reading.startswith(given) and reading.removeprefix(given) in _AFTER_NAMES


def _without_titles(reading: str, index: _Index) -> str:
    """``reading`` without what is no name: units, organisations, posts, titles, forms of address; the longest first."""
    for word in index.words:
        if len(word) < len(reading):
            reading = reading.replace(word, "")
    return reading


def _by_surname(reading: str, index: _Index) -> set[UUID]:
    """Those called by surname and title (赵局长, 老赵, 赵某): whose post or unit fits, else all of that surname."""
    found: set[UUID] = set()
    for surname, bearers in index.surnames.items():
        if not _is_called_by(reading, surname, index):
            part = beside_surname(reading, surname)
            found |= {person.id for person in bearers if part and _is_part_of_place(part, person, index)}
            continue
        fitting = {person.id for person in bearers if _fits(reading, person, index)}
        found |= fitting or {person.id for person in bearers}
    return found


def _is_part_of_place(part: str, person: NamedPerson, index: _Index) -> bool:
    """Some of the title of a post of theirs, or of the name of its unit: 督察, 承办, 水."""
    places = (name for title, unit in person.posts for name in (_normal_title(title), *index.forms.get(unit, ())))
    return any(_leaves_out(part, name) for name in places)


def _is_called_by(reading: str, surname: str, index: _Index) -> bool:
    for at in _places(reading, surname):
        rest = reading[at + len(surname) :]
        for rank in RANKS:
            rest = rest.removeprefix(rank)
        if rest.startswith(index.titles) or (at and reading[at - 1] in BEFORE_SURNAME):
            return True
        if rest.startswith(SHORT_TITLES) and len(rest) <= MIN_PART + 1:
            return True
    return reading == surname or is_surname_in_letters(reading, surname)


def _places(reading: str, word: str) -> Iterator[int]:
    at = reading.find(word)
    while at >= 0:
        yield at
        at = reading.find(word, at + 1)


def _fits(reading: str, person: NamedPerson, index: _Index) -> bool:
    return any(_normal_title(title) in reading for title, _unit in person.posts) or _placed(reading, person, index)


def _placed(reading: str, person: NamedPerson, index: _Index) -> bool:
    """One of the units in which the person works is named as well."""
    return any(name in reading for _title, unit in person.posts for name in index.forms.get(unit, ()))


def _by_post(reading: str, index: _Index) -> set[UUID]:
    """Those called by their post alone (局长, 防火处处长, 局登记员): every holder in scope, but for a post that most units have."""
    bare = reading
    for word in index.places:
        if len(word) < len(bare):
            bare = bare.replace(word, "")
    bare = bare.lstrip(POINTING)
    holders = [
        person for person, _name in index.people if any(_names_post(bare, title) for title, _unit in person.posts)
    ]
    within = {person.id for person in holders if bare != reading and _placed(reading, person, index)}
    return within or ({person.id for person in holders} if len(holders) <= MAX_HOLDERS else set())


@lru_cache(maxsize=2048)
def _normal_title(title: str) -> str:
    return normal(title)


def _names_post(bare: str, title: str) -> bool:
    own = _normal_title(title)
    if own == bare or own.removesuffix("长") == bare or (len(own) > MIN_PART and bare.endswith(own)):
        return True
    return bool(own) and ("兼" + own in bare or (bare.startswith(own) and bare.removeprefix(own) in _AFTER_NAMES))


def _abbreviated(reading: str, name: str) -> bool:
    """A run of three characters or more in ``reading`` that leaves out some of ``name``: 防火处 for 防火监督处."""
    for first in _places(reading, name[:1]):
        for end in range(min(len(reading), first + len(name)), first + MIN_PART, -1):
            run = reading[first:end]
            if run[-1] == name[-1] and _leaves_out(run, name):
                return True
    return _shortened(reading, name)


def _shortened(reading: str, name: str) -> bool:
    """The whole of ``reading`` leaves out some of ``name``, not its beginning: 临江消防 for 临江市消防局."""
    return MIN_PART <= len(reading) <= len(name) and reading[0] == name[0] and _leaves_out(reading, name)


def _leaves_out(run: str, name: str) -> bool:
    left = iter(name)
    return all(sign in left for sign in run)


def _organisations(line: str, index: _Index) -> frozenset[UUID]:
    """All units of an organisation that is named without a unit or person of it."""
    found: set[UUID] = set()
    for reading in _readings(line):
        for units, names in index.organisations:  # by names without brackets: 示范 stands in many
            if any(
                name in reading
                or (len(reading) > MIN_PART and reading in name)
                or _shortened(reading, name)
                or sounds_within(reading, name)
                for name in names
            ):
                found |= units
    return frozenset(found)


# --- the directory, made ready ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Index:
    """What is asked of the directory for every line."""

    units: Sequence[tuple[NamedUnit, tuple[str, ...]]]
    people: Sequence[tuple[NamedPerson, str]]
    organisations: Sequence[tuple[frozenset[UUID], tuple[str, ...]]]
    exact: dict[str, tuple[tuple[UUID, bool], ...]]
    surnames: dict[str, list[NamedPerson]]
    titles: tuple[str, ...]
    words: tuple[str, ...]
    places: tuple[str, ...]
    forms: dict[UUID, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: frozenset[UUID] = frozenset()
    """Units of other organisations than the one that is written to."""


def _organisation_names(unit: NamedUnit) -> tuple[str, ...]:
    """With and without what stands in brackets: 临江市消防局（示范）."""
    whole = [normal(name) for name in unit.organisation]
    short = [normal(_BRACKETS.sub("", unicodedata.normalize("NFKC", name))) for name in unit.organisation]
    return tuple(dict.fromkeys(name for name in (*whole, *short) if len(name) >= MIN_PART))


@lru_cache(maxsize=4)
def _indexed(names: Names) -> _Index:
    forms: dict[UUID, tuple[str, ...]] = {unit.id: (normal(unit.name),) for unit in names.units}
    people = [(person, normal(person.name)) for person in names.people]
    organisations = _by_organisation(names.units)
    called = {name for _units, spelt in organisations for name in spelt}
    titles = {normal(title) for person in names.people for title, _unit in person.posts} | TITLES
    places = _longest_first({*(name for own in forms.values() for name in own), *called})
    return _Index(
        units=[(unit, forms[unit.id]) for unit in names.units],
        people=people,
        organisations=[(units, _shortest(spelt)) for units, spelt in organisations],
        exact=_exact(names.units, people),
        surnames=_bearers_of_surnames(people),
        titles=tuple(titles - {""}),
        words=_longest_first({*places, *titles}),
        places=places,
        forms=forms,
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


def _longest_first(words: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted((word for word in words if word), key=lambda word: (-len(word), word)))
