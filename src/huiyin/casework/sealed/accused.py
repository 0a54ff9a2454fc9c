"""Whom a case accuses: in the words that were written, and in the directory. For the few who may know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.models import Case, CaseAccused
from huiyin.casework.sealed import texts
from huiyin.casework.visible import custodies
from huiyin.ledger.chain import read_chain
from huiyin.people.accusable import placed
from huiyin.people.models import WRONG_NAME, AccessRecord, Account, Unit
from huiyin.procedure.command import Actor, ids_in
from huiyin.procedure.event import AccusedIdentified, AccusedWritten, ActionTaken
from huiyin.procedure.guard import proposer
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rules.book.schema import CUSTODIAN, IDENTIFY_LINE, LINE_NO

MAX_WRONG_NAMES: Final = 20


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """What somebody wrote about whom they accuse; ``is_open``: nobody has decided yet who is meant. Empty when it was erased.

    ``found`` is who was found to be meant, in words, where that was decided of this line or of all that were open with it
    (``together``); ``decided_at`` when.
    """

    number: int
    text: str
    at: datetime
    is_open: bool
    found: str = ""
    together: bool = False
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WrongName:
    """That somebody wrote a name in a form that could not be taken, and may have wanted to know whom the case accuses."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AccusedView:
    """The lines as written, oldest first, and who is kept out now, by name. ``is_to_confirm``: a custodian proposes that nobody is meant.
    ``wrong_names``: the latest, the newest first.
    """

    lines: tuple[WrittenLine, ...]
    units: tuple[str, ...]
    people: tuple[str, ...]
    is_open: bool
    is_to_confirm: bool
    wrong_names: tuple[WrongName, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggested:
    """With which units and people the form begins that says whom a case accuses: those that are ticked, and all of which it may be one."""

    units: frozenset[UUID]
    people: frozenset[UUID]
    all_units: frozenset[UUID]
    all_people: frozenset[UUID]


def suggested(state: State) -> Suggested:
    """Everybody who is kept out, so that nobody is cleared by being forgotten; of the units that a line may mean which is still open, the
    ones of other organisations are not ticked where one of the own fits. Where a custodian proposes that such a line means nobody, only
    whoever is accused for certain is: to agree, nobody has to be taken away.
    """
    units, people = (
        set[UUID]().union(*state.followed_units.values()),
        set[UUID]().union(*state.followed_people.values()),
    )
    doubtful = set[UUID]()
    own = set(
        Unit.objects.filter(organisation=state.organisation, id__in=state.accused_units).values_list("id", flat=True)
    )
    for event in (item.event for item in read_chain(state.case, AccusedWritten, AccusedIdentified)):
        match event:
            case AccusedIdentified():
                units, people, doubtful = units | set(event.units), people | set(event.people), set()
            case AccusedWritten(line=line):
                if not event.alone and (event.certain or line is None or line.id not in state.unresolved):
                    units.update(event.units)
                    people.update(event.people)
                elif own & set(event.units):
                    doubtful |= set(event.units) - own
    if proposer(state) is not None:
        ticked = state.accused_units & units, state.accused_people & people
    else:
        ticked = state.accused_units - (doubtful - units), state.accused_people
    return Suggested(*ticked, state.accused_units, state.accused_people)


def may_know(case: Case, actor: Actor) -> bool:
    """Whether ``actor``, who sees the case, may read whom it accuses: who has accusations in custody."""
    return CUSTODIAN in actor.roles or has_in_custody(case, actor)


def has_in_custody(case: Case, actor: Actor) -> bool:
    """Whether the case was given to the post of ``actor`` to be kept, be it in place of the custodian."""
    return actor.unit is not None and case.units.filter(unit_id=actor.unit, relation__in=custodies(actor)).exists()


def accused_of(case: Case, actor: Actor) -> AccusedView | None:
    """Whom ``case`` accuses; None for whoever may not know. The caller has made sure that the actor may see the case."""
    if not may_know(case, actor):
        return None
    state: State = codec.loads(case.state)
    rows = list(CaseAccused.objects.filter(case=case).select_related("unit__organisation", "account"))
    units = {row.unit.id: row.unit for row in rows if row.unit is not None}
    people = {row.account.id: row.account for row in rows if row.account is not None}
    return AccusedView(
        lines=tuple(_lines(case, state)),
        units=tuple(
            placed(unit.name, unit, case.organisation_id)
            for unit in sorted(units.values(), key=lambda one: (one.code, one.id))
        ),
        people=tuple(map(str, sorted(people.values(), key=lambda one: (one.display_name, one.id)))),
        is_open=bool(state.unresolved or state.suspects),
        is_to_confirm=proposer(state) is not None,
        wrong_names=_wrong_names(case),
    )


def _wrong_names(case: Case) -> tuple[WrongName, ...]:
    # By organisation and time, for which there is an index.
    rows = AccessRecord.objects.filter(organisation=case.organisation_id, at__gte=case.registered_at, case=case.id)
    found = rows.filter(purpose=WRONG_NAME).select_related("account").order_by("-at", "-id")
    return tuple(WrongName(str(row.account or ""), row.at) for row in found[:MAX_WRONG_NAMES])


@dataclass(slots=True)
class _AccusedLine:
    at: datetime
    is_open: bool = True
    alone: bool = False
    decision: ActionTaken | None = None
    decided_at: datetime | None = None


def _lines(case: Case, state: State) -> Iterator[WrittenLine]:
    """The lines as they were written, each once, with what was decided of it."""
    lines = _decided(case)
    words = texts.read_texts(lines)
    ids = {id for line in lines.values() if line.decision for id in _chosen(line.decision)}
    names = {unit.id: placed(unit.name, unit, case.organisation_id) for unit in _units(ids)}
    names |= {account.id: str(account) for account in Account.objects.filter(id__in=ids)}
    for number, (id, line) in enumerate(lines.items(), start=1):
        is_open, decision = id in state.unresolved or (line.alone and line.is_open), line.decision
        if is_open or decision is None:
            yield WrittenLine(number, words.get(id, ""), line.at, is_open)
            continue
        found = _("、").join(names[one] for one in _chosen(decision) if one in names) or _("没有认定任何人")
        together = decision.action != IDENTIFY_LINE
        yield WrittenLine(number, words.get(id, ""), line.at, False, found, together, line.decided_at)


def _decided(case: Case) -> dict[UUID, _AccusedLine]:
    """The lines by their ids, in the order in which they were written, with the step by which each was decided last."""
    lines: dict[UUID, _AccusedLine] = {}
    last: tuple[ActionTaken, datetime] | None = None
    for item in read_chain(case.id, AccusedWritten, AccusedIdentified, ActionTaken):
        match item.event:
            case ActionTaken():
                last = item.event, item.at
            case AccusedWritten(line=line) if line is not None:
                kept = lines.setdefault(line.id, _AccusedLine(item.event.at))
                kept.is_open, kept.alone = not item.event.certain, item.event.alone
            case AccusedIdentified() if last is not None:
                _decide(lines, *last)
            case _:
                pass
    return lines


def _decide(lines: dict[UUID, _AccusedLine], by: ActionTaken, at: datetime) -> None:
    """Note by which step the lines that were open were decided; of one line, where the step was about it."""
    for number, line in enumerate(lines.values(), start=1):
        if line.is_open and (by.action != IDENTIFY_LINE or by.fields.get(LINE_NO) == number):
            line.is_open, line.decision, line.decided_at = False, by, at


def _chosen(event: ActionTaken) -> tuple[UUID, ...]:
    """Whom a custodian chose in the form."""
    return tuple(id for value in event.fields.values() if not isinstance(value, UUID) for id in ids_in(value))


def _units(ids: Iterable[UUID]) -> Iterable[Unit]:
    return Unit.objects.filter(id__in=set(ids)).select_related("organisation").order_by("code", "id")
