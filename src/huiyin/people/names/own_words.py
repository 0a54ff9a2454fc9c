"""Whom staff speak of as accused in what they write of their own: findings, opinions, papers. Pure.

They name those who deal with a matter all the time, and what it is about; so a name counts only where these words say that somebody complains
of whoever bears it, or what they did. A unit counts by what is done for money alone: that it does nothing is what most petitions say of the
unit that answers them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from huiyin.people.names.directory import Index, normal
from huiyin.people.names.hints import MAX_BETWEEN, Hinted, pattern, spoken_lines
from huiyin.people.names.mentions import is_harmful, named_in, without_office_words
from huiyin.people.names.spelling import MIN_PART, places_of

_CLAUSE_END: Final = re.compile(r"[，,；;。！？!?（()）“”\"]")
_REACH: Final = 24
"""So many characters before a name say of whom it is."""
_LISTED: Final = r"[^由经请交向转呈报给派令让的后时，,；;。！？!?]"
"""What stands between such a word and the name: a post, a unit, others who are named with them; nothing by which somebody acts."""
_TOWARDS: Final = re.compile(r"(?:对|给予|给|责令|将)[^，,；;。！？!?、]{0,8}$")
_WHILE: Final = re.compile(
    r"(?:在|利用|借|以|趁|通过|于)[^，,；;。]{0,15}?(?:中|时|期间|过程|之机|为由|便利|名义|方式|之后|室内|办公室)"
)
"""When and how something was done, be it while acting: 在办理登记时."""


def may_accuse(text: str) -> bool:
    """Whether a text holds any word by which somebody may be spoken of so; nobody is looked for in one that does not."""
    return _words_of_accusation().search(normal(text)) is not None


def accused_in_each(sentences: Sequence[str], index: Index) -> list[Hinted]:
    """Whom each of the ``sentences`` speaks of as accused."""
    return [_accused(without_office_words(line), index) for line in spoken_lines(sentences)]


def harmed_in_each(sentences: Sequence[str], index: Index) -> list[Hinted]:
    """Who is named by a whole name in each of the ``sentences`` of a matter that accuses, beside something bad and not as who acts."""
    found = []
    for line in spoken_lines(sentences):
        names = (name for at, name in named_in(line, index) if _is_beside_harm(line, at, name, index))
        found.append(Hinted(frozenset(id for name in names for id in index.bearers[name])))
    return found


def _is_beside_harm(line: str, at: int, name: str, index: Index) -> bool:
    return (
        name in index.whole_names
        and is_harmful(line)
        and (not _is_who_acts(line, at) or _is_named_with_another(line, at, index))
        and pattern("acts").search(_after(line, at + len(name))) is None
    )


def _is_named_with_another(line: str, at: int, index: Index) -> bool:
    """Whether the name at this place follows another one and a word for and: 卢薪与钱立本."""
    before = line[: at - 1]
    return line[max(0, at - 1) : at] in ("与", "同") and any(
        before[-length:] in index.whole_names for length in (2, 3, 4)
    )


def _accused(line: str, index: Index) -> Hinted:
    if not _words_of_accusation().search(line):
        return Hinted()
    names = {name for at, name in named_in(line, index) if _is_spoken_of(line, at, name, "corruption", "conduct")}
    return Hinted(
        frozenset(id for name in names for id in index.bearers[name]),
        frozenset(
            unit.id
            for unit, forms in index.units
            if unit.id not in index.elsewhere
            and any(_is_spoken_of(line, at, form, "corruption") for form, at in _places(forms, line))
        ),
    )


def _places(forms: Sequence[str], line: str) -> Iterator[tuple[str, int]]:
    return ((form, at) for form in forms if len(form) > MIN_PART for at in places_of(form, line))


def _is_spoken_of(line: str, at: int, name: str, *done: str) -> bool:
    """Whether whoever is called ``name`` at this place is spoken of as accused; of a unit a complaint alone says nothing."""
    before, after = line[max(0, at - _REACH) : at], _WHILE.sub("", _after(line, at + len(name)))
    if _before("spoken_of").search(before):
        return True
    found, acting = pattern(*done).search(after), pattern("acts", "deals").search(after)
    if found is not None and (acting is None or acting.start() >= found.start()):
        return found.start() <= MAX_BETWEEN or not _is_who_acts(line, at) or pattern("given").search(after) is not None
    if "conduct" not in done:
        return False
    complained = _before("complaints").search(before) and (acting is None or acting.start() > MAX_BETWEEN)
    return bool(complained) or (not _is_who_acts(line, at) and _is_punished(before, after))


def _is_punished(before: str, after: str) -> bool:
    """Whether something is to be done to whoever is named between: 处分卢薪, 对卢薪给予警告."""
    done = pattern("penalties").search(after) is not None and _TOWARDS.search(before) is not None
    return done or _before_at_once("demands").search(before) is not None


def _is_who_acts(line: str, at: int) -> bool:
    return _before_at_once("done_by").search(line[max(0, at - _REACH) : at]) is not None


def _after(line: str, at: int) -> str:
    return _CLAUSE_END.split(line[at:])[0]


@cache
def _before(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern(words).pattern}){_LISTED}{{0,12}}$")


@cache
def _before_at_once(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern(words).pattern})[^，,；;。！？!?、]{{0,6}}$")


@cache
def _words_of_accusation() -> re.Pattern[str]:
    return pattern("spoken_of", "complaints", "corruption", "conduct", "penalties", "demands")
