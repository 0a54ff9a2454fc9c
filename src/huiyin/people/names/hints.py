"""Whom a sentence accuses without their whole name: by post, by a familiar name, in letters, by ear; and which unit. Pure.

What may be read so is a question for somebody who may know, no answer. A text that asks or praises a post accuses nobody by it, and what
is said of people elsewhere says nothing of anybody here: the words that tell it are data (``accusing_words.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from uuid import UUID

from ruamel.yaml import YAML

from huiyin.people.names.directory import Index, folded_lines, normal, normal_title
from huiyin.people.names.reading import NameReading
from huiyin.people.names.rejoining import visible
from huiyin.people.names.spelling import (
    MIN_PART,
    in_letters,
    places_of,
    sounds,
    sounds_of,
    spellings,
    surname_of,
    syllables,
    without_accents,
)
from huiyin.people.names.titles import BEFORE_SURNAME, HEADING, RANKS, TITLES
from huiyin.people.names.word_ends import is_cut_out

WORDS: Final = Path(__file__).with_name("accusing_words.yaml")
MAX_LOOKED_AT: Final = 60
"""So many sentences that accuse are looked at closely."""
NEAR: Final = 8
"""So many characters after a word of complaint somebody is named whom it is about."""
BEFORE: Final = 6
"""So many characters before a post say whether it is asked something, or is somebody else's."""
MAX_BETWEEN: Final = 4
"""So many characters stand at most between a post and what its holder did, where that is said at once."""
SHORT: Final = "局处科所队站总"
"""A title cut to a character, as it stands after a surname."""
KIN: Final = "哥姐叔姨爷"
"""What a colleague or somebody at a counter is called after their surname, as one of the family."""
CIVIL: Final = frozenset("先生 女士 小姐 老师 师傅 大夫 医生 老板 老大 大人 本人 等人 个人 会计 秘书".split())
"""What is said after a surname of anybody."""
_BEFORE_HEAD: Final = tuple("你贵我本们的找被让请是和由与向说该市全各有")
"""Right before 局领导 these name no other office."""
_BETWEEN: Final = re.compile(r"(?<=[^\x00-\x7f])[\s·•・_~+\-]+|(?<![\s·•・_~+\-])[\s·•・_~+\-]+(?=[^\x00-\x7f])")
_LETTER: Final = re.compile(r"[a-z]")
_ACCENTED: Final = re.compile("[\u00c0-\u024f\u0300-\u036f\u1e00-\u1eff]")
_CLAUSE_END: Final = re.compile(r"[，,、：:；;。！？!?（()）“”\"]")
_PRONOUN: Final = re.compile(r"^.{0,3}?(?:他|她|此人|该人|这个人|那个人|其)")


@dataclass(frozen=True, slots=True)
class Hinted:
    """Who may be meant."""

    people: frozenset[UUID] = frozenset()
    units: frozenset[UUID] = frozenset()

    def __or__(self, other: Hinted) -> Hinted:
        """Both together."""
        return Hinted(self.people | other.people, self.units | other.units)

    def __bool__(self) -> bool:
        """Whether anybody may be."""
        return bool(self.people or self.units)


@cache
def accusing_words() -> Mapping[str, tuple[str, ...]]:
    """The words by which a text is read, by what they are for."""
    return {name: tuple(map(str, words)) for name, words in YAML(typ="safe").load(WORDS).items()}


@cache
def pattern(*names: str) -> re.Pattern[str]:
    """Any of the words under these names, the longest first."""
    words = sorted({word for name in names for word in accusing_words()[name]}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))


def accuses(text: str) -> bool:
    """Whether a normal text accuses anybody of anything."""
    return _accusing_words().search(pattern("refused").sub("，", text)) is not None


def hinted_in_each(sentences: Sequence[str], index: Index) -> list[Hinted]:
    """Who may be meant by each of the ``sentences``, which follow each other: the next one may say of what somebody is accused."""
    lines = spoken_lines(sentences)
    found, looked_at = [], 0
    for line, after in zip(lines, [*lines[1:], ""], strict=False):
        whole = line + "，" + after if _PRONOUN.search(after) and _accuses_office(after) else line
        if looked_at == MAX_LOOKED_AT or not accuses(whole):
            found.append(Hinted())
            continue
        looked_at += 1
        found.append(_hinted(line, whole, index))
    return found


def spoken_lines(sentences: Sequence[str]) -> list[str]:
    """Each sentence as it is read: in the usual characters, with its signs, without spaces but between letters."""
    lines = folded_lines([_plain_letters(visible(sentence)) for sentence in sentences])
    return [_BETWEEN.sub("", line) for line in lines]


def _plain_letters(sentence: str) -> str:
    """A sentence with the letters of a name as keyboards have them: Zhào Jiāng."""
    return without_accents(sentence) if _ACCENTED.search(sentence) else sentence


def called_in_each(sentences: Sequence[str], index: Index) -> list[Hinted]:
    """Who may be meant by each of the ``sentences`` of a matter that accuses, whatever stands in them, by a familiar name or in letters."""
    lines = spoken_lines(sentences)
    return [
        Hinted(frozenset({*_in_letters(line, index), *_familiar(line, index)}))
        if at < MAX_LOOKED_AT and not pattern("asks").search(line)
        else Hinted()
        for at, line in enumerate(lines)
    ]


def _accuses_office(line: str) -> bool:
    """Whether it accuses somebody who holds an office, or anybody here."""
    return pattern("corruption", "conduct").search(line) is not None or (
        pattern("complaints").search(line) is not None and pattern("here").search(line) is not None
    )


def _hinted(line: str, whole: str, index: Index) -> Hinted:
    found = set(_in_letters(line, index))
    units = frozenset[UUID]()
    if _accuses_office(whole):
        found |= {*_familiar(line, index), *_by_post(line, index), *_by_ear(line, index)}
        units = frozenset(_units(line, index)) if pattern("corruption").search(whole) else units
    return Hinted(frozenset(found), units)


# --- by a familiar name ----------------------------------------------------------------------------------------------


def _familiar(line: str, index: Index) -> Iterator[UUID]:
    """老赵, 小赵, 赵局, 赵副局长, 赵某, 姓赵的."""
    bare = pattern("not_names").sub("，", line)
    for surname, bearers in index.surnames.items():
        if surname in bare and any(
            _is_somebody_here(bare, found) and not is_cut_out(bare, *found.span())
            for found in _calls(surname).finditer(bare)
        ):
            yield from (person.id for person in bearers)


@lru_cache(maxsize=2048)
def _calls(surname: str) -> re.Pattern[str]:
    own, before = re.escape(surname), "".join(one for one in BEFORE_SURNAME if len(one) == 1)
    ranks, titles = "|".join(RANKS), "|".join(sorted(TITLES - CIVIL, key=len, reverse=True))
    places = pattern("places").pattern
    return re.compile(
        f"[{before}]{own}(?!{places})|{own}(?:{ranks})?(?:{titles})|{own}(?:{ranks})?[{SHORT}](?![{SHORT}长员里内在])|{own}[某xX×*{KIN}]"
    )


def _is_somebody_here(line: str, found: re.Match[str]) -> bool:
    return pattern("elsewhere").search(clause_before(line, found.start())) is None


def clause_before(line: str, at: int) -> str:
    """What stands before a place, in the same clause."""
    return _CLAUSE_END.split(line[max(0, at - BEFORE) : at])[-1]


# --- by post ---------------------------------------------------------------------------------------------------------


def _by_post(line: str, index: Index) -> Iterator[UUID]:
    """Holders of a post of the office that is written to, where its title accuses: 局长受贿; nobody whom the sentence asks or praises."""
    holders = post_holders(index)
    for title, people in holders.items():
        if any(
            is_accused(line, at, title) and not (is_named(line, at + len(title), index) or is_title_of(line, at, index))
            for at in places_of(title, line)
        ):
            yield from people
    heads = [
        found
        for found in pattern("heads").finditer(line)
        if is_accused(line, found.start(), found[0]) and not _is_of_other_office(line, found, index)
    ]
    if heads:
        yield from (id for title, people in holders.items() if title.endswith(HEADING) for id in people)


def _is_of_other_office(line: str, head: re.Match[str], index: Index) -> bool:
    """Whether a head is that of an office of another name: 教育局领导."""
    if not head[0].startswith(tuple("局处")):
        return False
    before = clause_before(line, head.start())
    if not before or before.endswith(_BEFORE_HEAD):
        return False
    named = before[-MIN_PART:] + head[0][0]
    return not any(named in name for _ids, names in index.organisations for name in names) and not any(
        named in name for _unit, names in index.units for name in names
    )


def is_named(line: str, at: int, index: Index) -> bool:
    """Whether a whole name stands there: a post is who is meant only where no name follows it (承办人卢薪)."""
    return any(line.startswith(name, at) for name in index.by_beginning.get(line[at : at + MIN_PART], ()))


def is_title_of(line: str, at: int, index: Index) -> bool:
    """Whether a whole name stands right before that place: a title after it is theirs (孙正书记)."""
    return any(line[max(0, at - length) : at] in index.whole_names for length in range(MIN_PART, MIN_PART + 3))


def post_holders(index: Index) -> dict[str, set[UUID]]:
    """Who holds each post of the office that is written to, by its title, by the end of it that people say, and after the name of its unit."""
    found: dict[str, set[UUID]] = {}
    for person, _name in index.people:
        for title, unit in person.posts:
            if unit in index.elsewhere:
                continue
            own = normal_title(title)
            for called in {own, *(end for end in HEADING if own.endswith(end))}:
                if len(called) >= MIN_PART and called not in CIVIL and not called.isascii():
                    found.setdefault(called, set()).add(person.id)
    return found


def is_accused(line: str, at: int, title: str) -> bool:
    """Whether a sentence accuses whoever is called ``title`` at ``at``: it asks, tells and praises them nothing, and they are of no other place."""
    before, after = clause_before(line, at), line[at + len(title) :]
    if pattern("elsewhere").search(before):
        return False
    clause, before = _CLAUSE_END.split(after)[0], _accusing_words().split(before)[-1]  # the 报 of 举报 tells nobody
    if _does_at_once(clause):
        return True
    if pattern("asks").search(before) or pattern("asked").match(after):
        return False
    return pattern("given").search(clause) is not None or pattern("tells").search(before) is None


@cache
def _accusing_words() -> re.Pattern[str]:
    return pattern("complaints", "corruption", "conduct")


def _does_at_once(clause: str) -> bool:
    """Whether a clause begins with what somebody did who holds an office (收受回扣, 也收钱); 严查收钱的人 does not."""
    found = pattern("corruption").search(clause[: BEFORE + 2])
    return (
        found is not None and found.start() <= MAX_BETWEEN and pattern("deals").search(clause[: found.start()]) is None
    )


# --- in letters ------------------------------------------------------------------------------------------------------


def whole_in_letters(line: str, index: Index) -> Iterator[tuple[UUID, re.Match[str]]]:
    """Whose whole name stands in a line in letters, be it in part, and where: Zhao Jiang, 赵jiang; not a surname before a title."""
    if any(sign.isascii() and sign.isalpha() for sign in line):
        for person, name in index.people:
            if name.isascii() or len(name) < MIN_PART or not any(one in line for one in syllables(name)):
                continue
            yield from ((person.id, found) for found in _spelt_whole(name).finditer(line) if _LETTER.search(found[0]))


def _in_letters(line: str, index: Index) -> Iterator[UUID]:
    """Zhao Jiang, zhaojiang, 赵jiang, Zhao局长."""
    if not any(sign.isascii() and sign.isalpha() for sign in line):
        return
    for person, name in index.people:
        if not name.isascii() and any(_LETTER.search(found[0]) for found in _spelt(name).finditer(line)):
            yield person.id


@lru_cache(maxsize=8192)
def _spelt_whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z])(?:{_ways(name)})(?![a-z])")


def _ways(name: str) -> str:
    """A name whose characters may stand in letters, the surname first or last, as part of an expression."""
    front = len(surname_of(name))
    read = [(re.escape(sign), *spellings(spelt)) for sign, spelt in zip(name, syllables(name), strict=True)]
    parts = [f"(?:{'|'.join(ways)})" for ways in read]
    joint = r"[\s.\-'’]{0,3}"
    return "|".join((joint.join(parts), joint.join((*parts[front:], *parts[:front]))))


@lru_cache(maxsize=8192)
def _spelt(name: str) -> re.Pattern[str]:
    """A name whose characters may stand in letters, the surname first or last; or the surname in letters before a title. Whether any letter
    stands in what it finds is for the caller to look: asked for here, it would be looked for from each place up to the end of the line.
    """
    front = len(surname_of(name))
    titles = "|".join(sorted(TITLES - CIVIL, key=len, reverse=True))
    family = "|".join(re.escape(one) for one in in_letters(name[:front]))
    return re.compile(
        rf"(?<![a-z])(?:{_ways(name)})(?![a-z])|(?<![a-z])(?:{family})\s*(?:{titles}|[{SHORT}](?![{SHORT}长员里内在]))"
    )


# --- by ear ----------------------------------------------------------------------------------------------------------


def _by_ear(line: str, index: Index) -> Iterator[UUID]:
    """Those whose name is written with other characters of the same sound: with the surname as it is, or where it is named right beside the
    word that accuses.
    """
    reading = NameReading(normal(line))
    near = _near(reading.text)
    for person, name in index.people:
        if name.isascii() or name in reading.text or not reading.sounds_of(name):
            continue
        surname = surname_of(name)
        if (
            len(name) > MIN_PART
            or any(_sounds_at(reading.text, at, name) for at in places_of(surname, reading.text))
            or any(_sounds_at(reading.text, at, name) for at in near)
        ):
            yield person.id


def _near(text: str) -> Iterable[int]:
    """Where somebody may be named right beside a word that accuses."""
    after = {at for found in pattern("complaints").finditer(text) for at in range(found.end(), found.end() + NEAR)}
    before = {found.start() - MIN_PART for found in pattern("corruption", "conduct").finditer(text)}
    return sorted(at for at in after | before if at >= 0)


def _sounds_at(text: str, at: int, name: str) -> bool:
    heard = sounds(text[at : at + len(name)])
    wanted = sounds_of(name)
    if is_cut_out(text, at, at + len(name)):
        return False
    return len(heard) == len(wanted) and all(
        not one.isdisjoint(other) for one, other in zip(heard, wanted, strict=True)
    )


# --- units -----------------------------------------------------------------------------------------------------------


def _units(line: str, index: Index) -> Iterator[UUID]:
    """Units of the office that is written to, by their whole name: 防火监督处收受回扣; not one that is asked something."""
    for unit, forms in index.units:
        if unit.id not in index.elsewhere and any(
            len(name) > MIN_PART and any(is_accused(line, at, name) for at in places_of(name, line)) for name in forms
        ):
            yield unit.id
