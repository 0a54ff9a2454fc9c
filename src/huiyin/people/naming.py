"""Whom do these words mean? Names as people write them, matched against those of a directory. Pure.

It errs to the side of hiding: whoever might be meant is found, be it too many. One exact name that only one bears is certain;
everything else is a question for somebody who may know.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final
from uuid import UUID

from huiyin.people.names.directory import BRACKETS, Index, NamedPerson, normal, normal_title
from huiyin.people.names.disguised import guises_of, looking_like
from huiyin.people.names.parts import names_in_parts, parts_of, with_usual_parts
from huiyin.people.names.reading import NameReading, plain_numerals, subject
from huiyin.people.names.spelling import (
    MAX_FUZZY,
    MIN_PART,
    beside_surname,
    in_letters,
    initials,
    is_surname_in_letters,
    nearly,
    part_in_letters,
    places_of,
    spells,
    surname_of,
    syllables,
    without_accents,
)
from huiyin.people.names.titles import (
    BEFORE_SURNAME,
    DEPUTIES,
    FAMILIAR,
    HEADING,
    HEADS,
    OFFICE,
    POINTING,
    RANKS,
    RELATIVES,
    SHORT_TITLES,
    TITLES,
)

MAX_PARTS: Final = 50
"""Of one line: who names more people tells a story."""
MAX_LINE_CHARS: Final = 2000
MAX_SIGNS: Final = 40_000
"""Of what is read as a whole: no text may be half as long, but a sign of compatibility may stand for eighteen."""
MAX_PARTS_TOGETHER: Final = 120
"""Of all lines of one petition. Whatever is longer is read as a whole alone, and somebody has to find out whom it means."""
MAX_HOLDERS: Final = 8
"""A post that more people hold in an organisation and those above and below it says nothing of whom is meant: 联系人 is one in each unit."""

_LETTERS: Final = re.compile("[a-z]+")
_LISTED: Final = re.compile(r"[、,，;；/／|｜\n\r\t]+")
_SPACED: Final = re.compile(r"[、,，;；/／|｜\s]+")
_JOINED: Final = re.compile(r"[、,，;；/／|｜\s]+|以及|还有|和|与|及|跟|同(?!志)")
_LONGEST_RANKS: Final = sum(map(len, RANKS)) + MIN_PART + 2
"""So much after a surname is looked at, besides a title: all ranks, and enough to tell a short title at the end from the start of a word."""
_AFTER_NAMES: Final = frozenset({*TITLES, *SHORT_TITLES})


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


def meant_by_each(lines: Sequence[str], index: Index) -> list[Meant]:
    """Whom each of the ``lines`` of one petition may mean. What is too long to be read part by part is read as a whole, and never certain:
    the work grows as the lines do.
    """
    seen: dict[str, _FoundName] = {}
    left = MAX_PARTS_TOGETHER
    found = []
    for line in lines:
        parts = _parts(line)
        if parts > min(MAX_PARTS, left):
            found.append(_as_a_whole(line, index, seen))
            continue
        left -= parts
        found.append(_exactly(line, index) or _perhaps(line, index, seen))
    return found


def _parts(line: str) -> int:
    """How many names a line may hold; more than may be tried where it is longer than it may be. Some signs stand for a whole phrase."""
    if len(line) > MAX_LINE_CHARS:
        return MAX_PARTS + 1
    plain = unicodedata.normalize("NFKC", line)
    return len(_JOINED.split(plain, MAX_PARTS)) if len(plain) <= MAX_LINE_CHARS else MAX_PARTS + 1


def as_read(line: str) -> str:
    """``line`` as it is read as a whole."""
    return normal(line)[:MAX_SIGNS]


def may_mean(line: str, person: NamedPerson) -> bool:
    """Whether words that are not clear may mean ``person``, who would have to find out: by the surname anywhere, also as it is spelt,
    by the given name, by the user name, by a character that looks like one of theirs.

    Of anybody else the custodian finds out; of themselves nobody would.
    """
    reading, own = NameReading(without_accents(normal(line))), normal(person.name)
    spelt = "".join(syllables(surname_of(own)))
    return (
        surname_of(own) in reading.text
        or (len(spelt) >= MIN_PART and spelt in reading.text)
        or _is_familiar(reading, own)
        or _is_called_in_letters(reading.text, own)
        or _called(reading, normal(person.username))
        or any(part in reading.text for part in parts_of(surname_of(own)))
        or any(said in reading.text for said in looking_like(own))
    )


def _is_called_in_letters(reading: str, name: str) -> bool:
    """By the whole name or the given name, some of it in letters or as initials: S正, zheng哥, Zheng."""
    given = "".join(syllables(name.removeprefix(surname_of(name))))
    is_alone = len(given) > MIN_PART and given in _LETTERS.findall(reading)
    return is_alone or part_in_letters(name).search(reading) is not None


# --- exactly ---------------------------------------------------------------------------------------------------------


def _exactly(line: str, index: Index) -> Meant | None:
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


def _one(part: str, index: Index) -> Meant | None:
    bearers = index.exact.get(part.strip().casefold()) or index.exact.get(normal(part), ())
    if len(bearers) != 1:
        return None
    id_, is_unit = bearers[0]
    if id_ in index.elsewhere and normal(part) in index.forms[id_]:
        return None  # what is called so elsewhere may be how people call a unit of the office that they write to
    return Meant(frozenset({id_}), certain=True) if is_unit else Meant(people=frozenset({id_}), certain=True)


# --- perhaps ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _FoundName:
    """Whom one reading may mean."""

    reading: NameReading
    index: Index = field(repr=False)

    @cached_property
    def units(self) -> frozenset[UUID]:
        return _units(self.reading, self.index)

    @cached_property
    def people(self) -> frozenset[UUID]:
        return _people(self.reading, self.index)

    @cached_property
    def posts(self) -> frozenset[UUID]:
        return frozenset(_by_post(self.reading.text, self.index))


def _perhaps(line: str, index: Index, seen: dict[str, _FoundName]) -> Meant:
    found = Meant()
    for item in dict.fromkeys([line, *_LISTED.split(line), *_JOINED.split(line)]):
        found |= _together([_found(reading, index, seen) for reading in _readings(item)])
    found |= Meant(people=_looking_alike(normal(line), index))
    return replace(found, certain=False) if found else Meant(_organisations(_readings(line), index))


def _looking_alike(plain: str, index: Index) -> frozenset[UUID]:
    """Who stands on a line by a character that looks like one of their name, or by the parts of one: 亚明, 走肖江, 赵氵工."""
    guises = guises_of(index)
    pairs = (plain[at : at + MIN_PART] for at in range(len(plain) - 1))
    alike = (said for pair in pairs for said in guises.by_look.get(pair, ()) if said in plain)
    found = frozenset[UUID]().union(*(guises.looking[said] for said in alike))
    in_parts = names_in_parts(with_usual_parts(plain), index)
    return found.union(*(index.bearers[name] for _begin, _end, name in in_parts))


def _as_a_whole(line: str, index: Index, seen: dict[str, _FoundName]) -> Meant:
    """Whom a line of any length may mean, read once."""
    reading = as_read(line)
    return _together([_found(reading, index, seen)]) or Meant(_organisations([reading], index))


def _together(found: Sequence[_FoundName]) -> Meant:
    units = frozenset[UUID]().union(*(one.units for one in found))
    people = frozenset[UUID]().union(*(one.people for one in found))
    # A post is who is meant only where no name stands beside it.
    posts = frozenset[UUID]().union(*(one.posts for one in found if not people))
    return Meant(units, people | posts)


def _found(text: str, index: Index, seen: dict[str, _FoundName]) -> _FoundName:
    """What one reading says, worked out once for all lines in which it stands."""
    if text not in seen:
        seen[text] = _FoundName(NameReading(text), index)
    return seen[text]


def _readings(line: str) -> list[str]:
    """The ways to read a line: as a whole, its parts, what stands in brackets and what does not, without titles; each normal."""
    plain = unicodedata.normalize("NFKC", line)
    outside = BRACKETS.sub("", plain)
    parts = [plain, outside, *BRACKETS.findall(plain)]
    parts += [piece for part in tuple(parts) for cut in (_LISTED, _JOINED) for piece in cut.split(part)]
    found = [reading for part in parts if (reading := normal(part))]
    return list(dict.fromkeys(found))


def _units(reading: NameReading, index: Index) -> frozenset[UUID]:
    return frozenset(
        unit.id
        for unit, forms in index.units
        if any(
            _contains(reading.text, name)
            or reading.sounds_of(name)
            or _abbreviated(reading.text, name)
            or _nicknamed(reading, name)
            for name in forms
        )
    )


def _nicknamed(reading: NameReading, name: str) -> bool:
    """By what it is about, with another kind of unit, number or spelling: 信访办 for 信访接待室, 财务科 for 财务处, 第2大队 for 第二大队."""
    if OFFICE in name and reading.is_office:
        return True
    plain, own = reading.with_plain_numerals, plain_numerals(name)
    if (plain.text, own) != (reading.text, name) and (_contains(plain.text, own) or _abbreviated(plain.text, own)):
        return True
    stem, about = plain.subject, subject(own)
    if len(stem) >= MIN_PART and stem in own:
        return True
    if len(about) >= MIN_PART and (about in plain.text or plain.sounds_of(about)):
        return True
    latin = reading.in_letters
    if len(latin) <= MAX_FUZZY:
        return False
    spelt = "".join(syllables(name))
    return latin in spelt or spelt in latin


def _people(reading: NameReading, index: Index) -> frozenset[UUID]:
    bare = _without_titles(reading.text, index)
    latin = reading.latin
    is_borne = len(bare) == MIN_PART and any(name == bare for _person, name in index.people)
    letters = {latin, reading.in_letters} - {""}
    found = {
        person.id
        for person, name in index.people
        if _contains(reading.text, name)
        or (len(bare) >= MIN_PART and _contains(bare, name))
        or reading.sounds_of(name)
        or (not is_borne and nearly(bare, name))
        or _called(reading, index.usernames[person.id])
        or _is_familiar(reading, name)
        or (letters and any(spelt in one for one in letters for spelt in in_letters(name)))
        or (len(latin) > MAX_FUZZY and any(latin in spelt for spelt in in_letters(name)))
    }
    return frozenset(found | _by_surname(reading, index) | _heading(reading.text, index))


def _heading(reading: str, index: Index) -> set[UUID]:
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


def _called(reading: NameReading, username: str) -> bool:
    return len(username) > MIN_PART and username in reading.text


def _is_familiar(reading: NameReading, name: str) -> bool:
    """By the given name without the surname: 正哥, 小正, 晓光; or by initials: S.Zheng, SZ."""
    surname = surname_of(name)
    given, text = name.removeprefix(surname), reading.text
    if (len(given) >= MIN_PART and given in text) or (given and given + surname in text):
        return True
    if any(sign in text for sign in given) and _is_called_by_given(text, given):
        return True
    return bool(reading.ascii) and any(spells(reading.ascii, spelt) for spelt in initials(name))


def _is_called_by_given(reading: str, given: str) -> bool:
    end = given[-1]
    calls = (
        *(end + after for after in FAMILIAR),
        *(sign + after for sign in given for after in RELATIVES),
        *(before + end for before in BEFORE_SURNAME),
    )
    return any(call in reading for call in calls) or _is_titled(reading, end)


def _is_titled(reading: str, given: str) -> bool:
    """By the end of the given name and a title, and nothing else: 江局长, 江局."""
    return reading.startswith(given) and reading.removeprefix(given) in _AFTER_NAMES


def _without_titles(reading: str, index: Index) -> str:
    """``reading`` without what is no name: units, organisations, posts, titles, forms of address; the longest first."""
    for word in index.words:
        if len(word) < len(reading):
            reading = reading.replace(word, "")
    return reading


def _by_surname(reading: NameReading, index: Index) -> set[UUID]:
    """Those called by surname and title (赵局长, 老赵, 赵某): whose post or unit fits, else all of that surname."""
    found: set[UUID] = set()
    for surname, bearers in index.surnames.items():
        if not _is_called_by(reading, surname, index):
            part = beside_surname(reading.text, surname)
            found |= {person.id for person in bearers if part and _is_part_of_place(part, person, index)}
            continue
        fitting = {person.id for person in bearers if _fits(reading.text, person, index)}
        found |= fitting or {person.id for person in bearers}
    return found


def _is_part_of_place(part: str, person: NamedPerson, index: Index) -> bool:
    """Some of the title of a post of theirs, or of the name of its unit: 督察, 承办, 水."""
    places = (name for title, unit in person.posts for name in (normal_title(title), *index.forms.get(unit, ())))
    return any(_leaves_out(part, name) for name in places)


def _is_called_by(reading: NameReading, surname: str, index: Index) -> bool:
    text = reading.text
    for at in places_of(surname, text):
        after = at + len(surname)
        rest = text[after : after + _LONGEST_RANKS + index.longest_title]
        for rank in RANKS:
            rest = rest.removeprefix(rank)
        if rest.startswith(index.titles) or (at and text[at - 1] in BEFORE_SURNAME):
            return True
        if rest.startswith(SHORT_TITLES) and len(rest) <= MIN_PART + 1:
            return True
    return text == surname or (bool(reading.latin) and is_surname_in_letters(reading.latin, surname))


def _fits(reading: str, person: NamedPerson, index: Index) -> bool:
    return any(normal_title(title) in reading for title, _unit in person.posts) or _placed(reading, person, index)


def _placed(reading: str, person: NamedPerson, index: Index) -> bool:
    """One of the units in which the person works is named as well."""
    return any(name in reading for _title, unit in person.posts for name in index.forms.get(unit, ()))


def _by_post(reading: str, index: Index) -> set[UUID]:
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


def _names_post(bare: str, title: str) -> bool:
    own = normal_title(title)
    if own == bare or own.removesuffix("长") == bare or (len(own) > MIN_PART and bare.endswith(own)):
        return True
    return bool(own) and ("兼" + own in bare or (bare.startswith(own) and bare.removeprefix(own) in _AFTER_NAMES))


def _abbreviated(reading: str, name: str) -> bool:
    """A run of three characters or more in ``reading`` that leaves out some of ``name``: 防火处 for 防火监督处."""
    return any(_runs(reading, first, name) for first in places_of(name[:1], reading)) or _shortened(reading, name)


def _runs(reading: str, first: int, name: str) -> bool:
    """From ``first`` on, each character stands further on in ``name``, up to one with which it ends."""
    at = 0
    for length, sign in enumerate(reading[first + 1 : first + len(name)], MIN_PART):
        at = name.find(sign, at + 1)
        if at < 0:
            return False
        if length > MIN_PART and sign == name[-1]:
            return True
    return False


def _shortened(reading: str, name: str) -> bool:
    """The whole of ``reading`` leaves out some of ``name``, not its beginning: 临江消防 for 临江市消防局."""
    return MIN_PART <= len(reading) <= len(name) and reading[0] == name[0] and _leaves_out(reading, name)


def _leaves_out(run: str, name: str) -> bool:
    left = iter(name)
    return all(sign in left for sign in run)


def _organisations(readings: Iterable[str], index: Index) -> frozenset[UUID]:
    """All units of an organisation that is named without a unit or person of it."""
    found: set[UUID] = set()
    for reading in map(NameReading, readings):
        for units, names in index.organisations:  # by names without brackets: 示范 stands in many
            if any(
                name in reading.text
                or (len(reading.text) > MIN_PART and reading.text in name)
                or _shortened(reading.text, name)
                or reading.sounds_of(name)
                for name in names
            ):
                found |= units
    return frozenset(found)
