"""(k) What a local book says of an element that is the law's by name: each key of it holds what the law's does, or more.

How each key may differ stands here for every key that the vocabulary has (`KEPT`), or where else it is judged (`ELSEWHERE`): a key that is
added to the vocabulary and to neither fails a test, so that none is left out in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from huiyin.rules.book.catalogue import CatalogueItem
from huiyin.rules.book.elements import Named
from huiyin.rules.book.indicators import Indicator
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import (
    Action,
    CalendarRule,
    DutyRule,
    Entering,
    Fact,
    FieldRule,
    LimitRule,
    NoticeRule,
    Procedure,
    Role,
    Rulebook,
    Stage,
)
from huiyin.rules.prover.proofs.separation import names_a_decision
from huiyin.rules.prover.refinement.likeness import HEIGHT


@dataclass(frozen=True)
class Both:
    """A local book beside its law; ``gone`` are the names that the local one does without: what else speaks of them cannot keep them."""

    book: Rulebook
    law: Rulebook
    gone: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Weaker:
    """A key of an element, at ``path``, that holds less than the law's."""

    path: tuple[str, ...]
    lawful: Named
    part: str
    found: str


Keeps = Callable[[Any, Any, Both], bool]
"""Whether the local value holds what the lawful one does."""


def same(own: Any, lawful: Any, both: Both) -> bool:
    """Nothing else may stand there."""
    return bool(own == lawful)


def kept(own: Any, lawful: Any, both: Both) -> bool:
    """Something stands there where the law has something."""
    return not lawful or lawful in both.gone or bool(own)


def no_less(own: Any, lawful: Any, both: Both) -> bool:
    """All that the law names; a switch that it sets; more is no harm."""
    if isinstance(lawful, Mapping):
        return all(own.get(name) == value for name, value in lawful.items() if name not in both.gone)
    if isinstance(lawful, tuple):
        return all(one in own for one in lawful if getattr(one, "notice", one) not in both.gone)
    return bool(own >= lawful)


def no_more(own: Any, lawful: Any, both: Both) -> bool:
    """Nothing that the law does not name: each is enough by itself."""
    return set(own) <= set(lawful)


def marks(own: Mapping[str, str], lawful: Mapping[str, str], both: Both) -> bool:
    """No moment that the law knows is recorded anew by a step of which the law says nothing of the kind."""
    return own.keys() & both.law.moments.keys() <= lawful.keys()


def no_longer(own: Any, lawful: Any, both: Both) -> bool:
    """No longer, or no later, than the law lets it be."""
    return all(name in own and own[name].amount <= length.amount for name, length in lawful.items())


def words(own: Named | str | None, lawful: Named | str | None, both: Both) -> bool:
    """What is read has the law's own words in it."""
    texts = [one.zh if isinstance(one, Named) else one or "" for one in (own, lawful)]
    return texts[1] in texts[0]


def kind_of_name(own: str, lawful: str, both: Both) -> bool:
    """A duty that is known by its name as one to approve, check or review stays so known; of any other, half the name at least is there."""
    alike = sum(block.size for block in SequenceMatcher(None, own, lawful, autojunk=False).get_matching_blocks())
    kinds = names_a_decision(lawful)
    return kinds <= names_a_decision(own) if kinds else 2 * alike >= len(lawful)


def no_lower(own: str, lawful: str, both: Both) -> bool:
    """Whoever owes it is a role of the book's own where it is not the law's, a person as by the law, and stands no lower."""
    mine, theirs = both.book.roles[own].of, both.law.roles[lawful].of
    return own not in both.law.roles and HEIGHT[mine] >= HEIGHT[theirs] > 0


def choices(own: Mapping[str, Named], lawful: Mapping[str, Named], both: Both) -> bool:
    """Each that the law has, under its words."""
    return all(name in own and own[name].zh == one.zh for name, one in lawful.items())


def labels(own: Mapping[str, Named], lawful: Mapping[str, Named], both: Both) -> bool:
    """Those of the law that are there have its words; that all are there, `weaker._less` says."""
    return all(name not in own or own[name].zh == one.zh for name, one in lawful.items())


def fields(own: Any, lawful: Any, both: Both) -> bool:
    """Each field that the law's form has; which must be filled in, `Likeness.form` says."""
    mine = {use.name for use in own}
    return all(use.name in mine for use in lawful if use.name not in both.gone)


def entering(own: Entering | None, lawful: Entering | None, both: Both) -> bool:
    """Staff enter what came on paper as by the law, asked for as much, and confirmed by another where it was."""
    if own is None or lawful is None:
        return lawful is None
    return own.day == lawful.day and not any(True for _ in _of(own, lawful, both))


_READ: Final = {"zh": words, "en": None, "clause": None}
_NAMED: Final = {"zh": None, "en": None}
_CITED: Final = _NAMED | {"clause": None}
KEPT: Final[Mapping[type, Mapping[str, Keeps | None]]] = {
    Role: _CITED
    | {"of": same, "sees": same, "seat": None, "stand_in": kept, "substitute": kept, "confirmed_by": kept}
    | {"overseen_by": kept, "seat_fact": same, "keeps": no_less, "keeps_seal": no_less},
    Fact: _READ | {"values": choices, "initial": same, "from_registration": same, "at_least": same},
    FieldRule: _NAMED
    | {"holds": no_less, "procedure": same, "other_than": same, "goes_with": same, "not_own": no_less, "of": labels}
    | {"later_than": kept, "drawn": same, "out_of": same, "min": same, "hint": None},
    LimitRule: _READ,
    DutyRule: _CITED
    | {"zh": kind_of_name, "of": no_lower, "public": words, "else_of": no_less, "on_due": same, "outlasts": same}
    | {"service": same},
    NoticeRule: _READ | {"says": words, "limits": no_less, "remedy": words, "issued_by": same},
    Stage: _READ | {"public": words},
    CatalogueItem: _READ
    | {"ends": no_less, "when": same, "paper": no_more, "served": no_more, "step": no_more, "kept": same},
    Indicator: _READ | {"duties": same, "field": same, "good": same, "among": same, "ends": no_less, "without": same},
    Action: _CITED
    | {"reopens": same, "fields": fields, "until": same, "after": same, "while_open": same, "sets": no_less}
    | {"marks": marks}
    | {
        "units": no_less,
        "assignee": kept,
        "recuses": same,
        "releases": same,
        "discharges": no_less,
        "withdraws": no_less,
    }
    | {"resumes": no_less, "drafts": no_less, "approves": no_less, "returns": no_less, "attaches": same, "remedy": same}
    | {"identifies": same, "on_paper": same, "erases": same, "receives": same, "relay": same, "same_as": no_less}
    | {"begins_with": no_less, "recent": no_longer, "said": same, "not_before": no_less, "asked_if": no_less}
    | {"entered": entering, "document": words},
    Entering: _NAMED
    | {"by": None, "day": same, "fields": fields, "while_open": same, "after": same, "not_by": no_less}
    | {"marks": no_less, "not_before": no_less, "asked_if": no_less},
    Procedure: _READ | {"subjects": no_less},
    CalendarRule: {"zone": same, "holidays": same},
}
"""By element and key: what the local value must be to the lawful one; None: the book's own to say."""
ELSEWHERE: Final[Mapping[type, frozenset[str]]] = {
    FieldRule: frozenset({"type", "accuses", "quotes", "max", "past"}),  # `weaker._less`
    LimitRule: frozenset({"within", "start", "by_field", "no_later_than", "extendable", "pausable"}),  # the comparison
    DutyRule: frozenset({"limit"}),  # the comparison
    NoticeRule: frozenset({"to", "body", "when", "served"}),  # the comparison, and `Likeness`
    Stage: frozenset({"end", "ending", "owes"}),  # `weaker.weaker`
    # Walking both (`product`), the comparison, and `takers` below.
    Action: frozenset({"by", "from_stages", "to", "when", "unless_open", "not_by", "opens", "extends"})
    | {"pauses", "notice"},
    Procedure: frozenset({"stages", "limits", "duties", "notices", "actions", "catalogue", "indicators"}),
}


def weakened(rules: Rules, law: Rules, procedures: list[str]) -> Iterator[Weaker]:
    """Every key of an element of the law, in the book itself and in these of its ``procedures``, that holds less."""
    book, theirs = rules.book, law.book
    for kind in ("roles", "facts", "fields"):
        yield from _each(getattr(book, kind), getattr(theirs, kind), Both(book, theirs, _gone(book, theirs)), (kind,))
    for name in procedures:
        own, lawful = book.procedures[name], theirs.procedures[name]
        both = Both(book, theirs, _gone(book, theirs) | _gone(own, lawful))
        place = ("procedures", name)
        yield from _beside(own, lawful, both, place)
        for kind in ("stages", "limits", "duties", "notices", "actions", "catalogue", "indicators"):
            yield from _each(getattr(own, kind), getattr(lawful, kind), both, (*place, kind))
        yield from _untaken(own, lawful, both, place)
        yield from _unfiled(own, lawful, place)
    for part, _ in _of(book.calendar, theirs.calendar, Both(book, theirs)):
        yield Weaker(("calendar", part), theirs.title, part, str(getattr(book.calendar, part)))


def _each(own: Mapping[str, Any], lawful: Mapping[str, Any], both: Both, place: tuple[str, ...]) -> Iterator[Weaker]:
    for name, element in lawful.items():
        if name in own:
            yield from _beside(own[name], element, both, (*place, name))


def _beside(own: Any, lawful: Any, both: Both, path: tuple[str, ...]) -> Iterator[Weaker]:
    for part, found in _of(own, lawful, both):
        yield Weaker(path, lawful, part, _shown(found))


def _of(own: Any, lawful: Any, both: Both) -> Iterator[tuple[str, Any]]:
    """The keys of ``own`` that hold less than those of ``lawful``, each with its value."""
    if own is lawful:
        return
    for key, keeps in KEPT[type(lawful)].items():
        if keeps is not None:
            mine, theirs = getattr(own, key), getattr(lawful, key)
            if mine != theirs and not keeps(mine, theirs, both):
                yield key, mine


def _gone(own: Any, lawful: Any) -> frozenset[str]:
    kinds = (
        ("roles", "facts", "fields")
        if isinstance(lawful, Rulebook)
        else ("stages", "limits", "duties", "notices", "actions")
    )
    return frozenset(name for kind in kinds for name in getattr(lawful, kind) if name not in getattr(own, kind))


def _untaken(own: Procedure, lawful: Procedure, both: Both, place: tuple[str, ...]) -> Iterator[Weaker]:
    """Whoever takes an action of the law is of those whom the law names, owes what it does, or is named for it by a clause of the book; and
    stands no lower than they.
    """
    for name, action in lawful.actions.items():
        mine = own.actions.get(name)
        if mine is None or mine.by == action.by:
            continue
        owed = (*mine.discharges, *mine.withdraws, *([mine.while_open] if mine.while_open else ()))
        owners = {own.duties[duty].of for duty in owed}
        appointed = {role for role in mine.by if set(both.book.roles[role].clause) & set(mine.clause)} - {
            *both.law.roles
        }
        least = min(HEIGHT[both.law.roles[role].of] for role in action.by)
        lower = any(HEIGHT[both.book.roles[role].of] < least for role in mine.by)
        if lower or not (owners | appointed | {*action.by}).intersection(mine.by):
            yield Weaker((*place, "actions", name), action, "by", _shown(mine.by))


def _unfiled(own: Procedure, lawful: Procedure, place: tuple[str, ...]) -> Iterator[Weaker]:
    """What the law wants in the file of a case is wanted here, as far as there is such a document or step."""
    for name, item in lawful.catalogue.items():
        made = {*item.paper, *item.served, *item.step} & {*own.notices, *own.actions}
        if name not in own.catalogue and (item.kept or made):
            yield Weaker((*place, "catalogue"), item, name, "")
    for name, indicator in lawful.indicators.items():
        if name not in own.indicators and set(indicator.duties) <= own.duties.keys():
            yield Weaker((*place, "indicators"), indicator, name, "")


def _shown(value: Any) -> str:
    if isinstance(value, Named):
        return value.zh
    if isinstance(value, Mapping | tuple | frozenset):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
