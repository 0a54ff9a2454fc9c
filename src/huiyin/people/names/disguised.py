"""People who are called otherwise than by their name as it is written: masked, by initials, by ear, by the given name, in English. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from uuid import UUID

import rjieba
from ruamel.yaml import YAML

from huiyin.people.names.calls import SURNAMES, frozen
from huiyin.people.names.common_words import DOES, is_place, may_begin_here
from huiyin.people.names.directory import Index, NamedPerson, normal_title
from huiyin.people.names.hints import pattern
from huiyin.people.names.spelling import MIN_PART, in_letters, sounds, sounds_of, spellings, surname_of, syllables
from huiyin.people.names.word_ends import is_cut_out

LOOK_ALIKES: Final = Path(__file__).with_name("look_alikes.yaml")
ANYBODY: Final = "某"
MASKS: Final = "某xX×*＊□○〇●■?？#"
_NO_SURNAME: Final = "向于和同任经"
"""What is more often a word than a surname before somebody's given name."""
_WHOLE: Final = 3
"""A name of so many characters is told from the language by itself; a shorter one by what stands beside it."""
_ENGLISH: Final[Mapping[str, tuple[str, ...]]] = {
    "director": ("局长", "处长", "主任"),
    "chief": ("局长", "队长"),
    "commissioner": ("局长",),
    "secretary": ("书记",),
    "captain": ("队长",),
    "inspector": ("督察", "监察", "检查", "监督"),
    "registrar": ("登记",),
    "receptionist": ("接待",),
    "officer": (),
    "comrade": (),
    "mr": (),
    "ms": (),
    "mrs": (),
    "miss": (),
}
_CIVIL: Final = ("mr", "ms", "mrs", "miss")
_SHORT_IN_LETTERS: Final = (
    r"(?:ju|chu|ke|dui)(?:\s?zhang)?|zhu\s?ren|shu\s?ji|gong(?:\s?cheng\s?shi)?|zong|ge|jie|tong\s?zhi"
)
_OFFICE_IN_ENGLISH: Final = re.compile(
    r"\b(?:your|office|bureau|inspect|fire|department|official|station|clerk|counter|window|brigade)"
)
_GREETED_IN_ENGLISH: Final = re.compile(
    r"(?:\bdear|\bto|\bhello|\bhi|\bthanks?(?: you)?|\battn|\bcc|\bask|\bfor)[\s,:.]*$"
)
_ACCUSED_IN_LETTERS: Final = re.compile(r"(?:举报|投诉|控告|检举|揭发|反映|告)$")
_INITIALS: Final = re.compile(r"(?<![a-z.])(?:[a-z]{2,4}|(?:[a-z]\.){1,3}[a-z])(?![a-z])")
_HERE_BEFORE: Final = re.compile(r"(?:你们?|贵)[局处科所队站院办单位]{1,2}(?:里)?的?(?:那个|这个|姓|叫)?$")


@dataclass(frozen=True, slots=True)
class Disguised:
    """Who may be called from ``start`` to ``end`` of a line; ``at_work``: only where it tells of the office; ``told_by``: somebody of the office
    whom no directory tells, by another who is in it or by where they sit.
    """

    start: int
    end: int
    people: frozenset[UUID]
    at_work: bool = False
    told_by: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Guises:
    """In what else than their names the people of one directory may be called."""

    names: Mapping[str, frozenset[UUID]]
    surnames: str
    masked: re.Pattern[str]
    given: re.Pattern[str]
    given_names: Mapping[str, frozenset[UUID]]
    initials: Mapping[str, frozenset[UUID]]
    part_in_letters: tuple[tuple[re.Pattern[str], UUID, bool], ...]
    families: Mapping[str, tuple[NamedPerson, ...]]
    by_sound: Mapping[tuple[str, str], tuple[str, ...]]
    looking: Mapping[str, frozenset[UUID]]
    by_look: Mapping[str, tuple[str, ...]]


@lru_cache(maxsize=4)
def guises_of(index: Index) -> Guises:
    """Those of a directory; organisations above the one that is written to count as well."""
    names: dict[str, set[UUID]] = {}
    given: dict[str, set[UUID]] = {}
    first: dict[str, set[UUID]] = {}
    families: dict[str, dict[UUID, NamedPerson]] = {}
    by_sound: dict[tuple[str, str], list[str]] = {}
    for person, name in index.people:
        if name.isascii() or not MIN_PART <= len(name) <= _WHOLE + 1:
            continue
        surname = surname_of(name)
        names.setdefault(name, set()).add(person.id)
        first.setdefault("".join(one[:1] for one in syllables(name)), set()).add(person.id)
        if len(name) - len(surname) >= MIN_PART:
            given.setdefault(name.removeprefix(surname), set()).add(person.id)
        for spelt in {surname, *in_letters(surname), "".join(syllables(surname))}:
            families.setdefault(spelt, {})[person.id] = person
    for name in names:
        front, second, *_rest = sounds_of(name)
        for pair in {(one, other) for one in front for other in second}:
            by_sound.setdefault(pair, []).append(name)
    looking: dict[str, set[UUID]] = {}
    for name, ids in names.items():
        for written in looking_like(name):
            looking.setdefault(written, set()).update(ids)
    by_look: dict[str, list[str]] = {}
    for written in looking:
        by_look.setdefault(written[:MIN_PART], []).append(written)
    surnames = "".join({name[0] for name in names})
    last = "".join({sign for name in names for sign in name[1:]})
    return Guises(
        names=frozen(names),
        surnames=surnames,
        masked=re.compile(rf"[{surnames}](?:[{MASKS}]{{1,2}}[{last}]?|[{last}][{MASKS}])" if names else "(?!)"),
        given=re.compile("|".join(map(re.escape, given)) or "(?!)"),
        given_names=frozen(given),
        initials=frozen(first),
        part_in_letters=tuple((_partly(name), id, len(name) < _WHOLE) for name, ids in names.items() for id in ids),
        families={spelt: tuple(people.values()) for spelt, people in families.items()},
        by_sound={pair: tuple(those) for pair, those in by_sound.items()},
        looking=frozen(looking),
        by_look={beginning: tuple(those) for beginning, those in by_look.items()},
    )


def disguised_in(line: str, index: Index) -> Iterator[Disguised]:
    """Everybody who may be called so in a line, as it is read (``hints.spoken_lines``)."""
    guises = guises_of(index)
    yield from _masked(line, guises)
    yield from _by_given_name(line, guises)
    yield from _by_ear(line, guises, index)
    yield from _by_look(line, guises, index)
    if line[1:2] in (":", "：") and line[0] in guises.families:  # what somebody said, as it is written down: 冯：明天来
        yield Disguised(0, 1, frozenset(person.id for person in guises.families[line[0]]), at_work="我" not in line)
    if any("a" <= sign <= "z" for sign in line):
        yield from _by_letters(line, guises)
        yield from _in_english(line, guises)


def _masked(line: str, guises: Guises) -> Iterator[Disguised]:
    """冯某生, 冯*生, 冯××; 冯某某 and 冯× only where it tells of the office."""
    for found in guises.masked.finditer(line):
        written = found[0]
        seen = [sign for sign in written[1:] if sign not in MASKS]
        people = frozenset(
            id for name, ids in guises.names.items() if _is_masked(written, name, bare=not seen) for id in ids
        )
        if people:
            yield Disguised(found.start(), found.end(), people, at_work=not seen and ANYBODY in written)


def _is_masked(written: str, name: str, *, bare: bool) -> bool:
    if written[0] != name[0]:
        return False
    if bare and "某" in written:
        return True
    written = written[0] + written[2:] if len(written) > len(name) and written[1] == ANYBODY else written  # 杨某北
    return len(written) == len(name) and all(
        one in (other, *MASKS) for one, other in zip(written[1:], name[1:], strict=True)
    )


def _by_given_name(line: str, guises: Guises) -> Iterator[Disguised]:
    """火生, 承办人火生同志; not behind another surname."""
    for found in guises.given.finditer(line):
        before = line[found.start() - 1 : found.start()]
        if is_cut_out(line, *found.span()) or is_place(line, found.end()):
            continue
        if before and (before in SURNAMES or before in guises.surnames) and before not in _NO_SURNAME:
            continue
        yield Disguised(found.start(), found.end(), guises.given_names[found[0]])


def _by_ear(line: str, guises: Guises, index: Index) -> Iterator[Disguised]:
    """By other characters of the same sound: 冯火森; of two characters with the surname as it is, where it tells of the office."""
    heard = sounds(line)
    for at in range(len(line) - 1):
        names = {name for one in heard[at] for other in heard[at + 1] for name in guises.by_sound.get((one, other), ())}
        for name in names:
            written = line[at : at + len(name)]
            if written != name and written not in index.whole_names and _sounds_like(written, name, heard[at:]):
                is_short = len(name) < _WHOLE
                if is_short and not may_begin_here(line, at):
                    continue
                if not is_cut_out(line, at, at + len(name)) and not is_place(line, at + len(name)):
                    yield Disguised(at, at + len(name), guises.names[name], _needs_office(line, at + len(name), name))


def _needs_office(line: str, end: int, name: str) -> bool:
    """Whether a name that is not written as it is says something only where the line tells of the office: a short one, unless something follows
    that people do.
    """
    return len(name) < _WHOLE and DOES.match(line, end) is None


def _by_look(line: str, guises: Guises, index: Index) -> Iterator[Disguised]:
    """By another character that looks the same: 赵汪, as it is read from handwriting or a picture; of two characters where a clause begins."""
    for at in range(len(line) - 1):
        for written in guises.by_look.get(line[at : at + MIN_PART], ()):
            end = at + len(written)
            if not line.startswith(written, at) or written in index.whole_names:
                continue
            if len(written) < _WHOLE and not may_begin_here(line, at):
                continue
            if not is_cut_out(line, at, end) and not is_place(line, end):
                yield Disguised(at, end, guises.looking[written], _needs_office(line, end, written))


def _sounds_like(written: str, name: str, heard: list[frozenset[str]]) -> bool:
    same = sum(one == other for one, other in zip(written, name, strict=False))
    if len(written) < len(name) or not same or (len(name) == MIN_PART and written[0] != name[0]) or written.isascii():
        return False
    return all(not one.isdisjoint(other) for one, other in zip(heard, sounds_of(name), strict=False))


@lru_cache(maxsize=8192)
def _partly(name: str) -> re.Pattern[str]:
    """A name of which some characters stand as initials, or in letters, and at least one as it is: f火生, 冯hs."""
    parts = [
        f"(?:{'|'.join((re.escape(sign), *spellings(spelt), spelt[:1]))})"
        for sign, spelt in zip(name, syllables(name), strict=True)
    ]
    read, front = syllables(name), len(surname_of(name))
    family, given = "".join(read[:front]), r"[\s.]?".join(one[:1] for one in read[front:])
    cut = rf"{family}[\s.,]{{0,2}}{given}|{given}[\s.]{{0,2}}{family}"
    return re.compile(rf"(?<![a-z])(?:{''.join(parts)}|{cut})(?![a-z])")


def _by_letters(line: str, guises: Guises) -> Iterator[Disguised]:
    for expression, id, is_short in guises.part_in_letters:
        for found in expression.finditer(line):
            if any(sign.isascii() for sign in found[0]):
                yield Disguised(found.start(), found.end(), frozenset({id}), at_work=is_short)
    for found in _INITIALS.finditer(line):
        before, written = line[: found.start()], found[0].replace(".", "")
        is_office = written != found[0] and _OFFICE_IN_ENGLISH.search(line)
        if written in guises.initials and (
            is_office or _HERE_BEFORE.search(before) or _ACCUSED_IN_LETTERS.search(before)
        ):
            yield Disguised(found.start(), found.end(), guises.initials[written])


def _in_english(line: str, guises: Guises) -> Iterator[Disguised]:
    """Director Zhao, Mr. Feng of fire inspection, Zhao ju."""
    for found in _TITLED_IN_ENGLISH.finditer(line):
        if found["after"] in guises.families and _GREETED_IN_ENGLISH.search(line[: found.start()]) is None:
            title = found["title"]
            if title not in _CIVIL or _OFFICE_IN_ENGLISH.search(line):
                people = guises.families[found["after"]]
                yield Disguised(found.start(), found.end(), _fitting(people, title, deputy=bool(found["rank"])))
    for found in _TITLED_IN_LETTERS.finditer(line):
        if found["family"] in guises.families:
            ids = frozenset(person.id for person in guises.families[found["family"]])
            yield Disguised(found.start(), found.end(), ids)


_TITLED_IN_ENGLISH: Final = re.compile(
    rf"\b(?P<rank>(?:deputy|vice)\s)?(?P<title>{'|'.join(_ENGLISH)})\b\.?\s?(?P<after>[a-z]{{2,9}})\b"
)
_TITLED_IN_LETTERS: Final = re.compile(
    rf"(?<![a-z])(?P<family>[a-z]{{2,9}}|[\u4e00-\u9fff])[\s.-]?(?:{_SHORT_IN_LETTERS})(?![a-z])"
)


def _fitting(people: tuple[NamedPerson, ...], title: str, *, deputy: bool) -> frozenset[UUID]:
    """Those whose post fits the title; where nobody's does, all."""
    fitting = frozenset(
        person.id
        for person in people
        for post, _unit in person.posts
        if any(one in normal_title(post) for one in _ENGLISH[title]) and (deputy == normal_title(post).startswith("副"))
    )
    return fitting or frozenset(person.id for person in people)


def tells_of_office(line: str) -> bool:
    """Whether a line tells of an office, of its work, or of what is said of those who hold one."""
    return pattern("at_work", "taken", "private", "here", "office_acts", "spoils").search(line) is not None


def looking_like(name: str) -> Iterator[str]:
    """A name with one character in the place of another that looks like it, where that is no word of the language."""
    for at, sign in enumerate(name):
        for other in sorted(look_alikes().get(sign, ())):
            alike = name[:at] + other + name[at + 1 :]
            if not rjieba.has_word(alike):
                yield alike


@cache
def look_alikes() -> Mapping[str, frozenset[str]]:
    """The characters for which each one may be taken."""
    found: dict[str, set[str]] = {}
    for group in YAML(typ="safe").load(LOOK_ALIKES):
        for sign in group:
            found.setdefault(sign, set()).update(set(group) - {sign})
    return {sign: frozenset(others) for sign, others in found.items()}
