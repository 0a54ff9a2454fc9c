"""Whom a case accuses: in the words that were written, and in the directory. For the few who may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Case, CaseAccused
from huiyin.casework.sealed import texts
from huiyin.casework.visible import custodies
from huiyin.ledger.chain import read_chain
from huiyin.people.accusable import placed
from huiyin.people.models import Account, Unit
from huiyin.procedure.command import Actor
from huiyin.procedure.event import AccusedIdentified, AccusedWritten
from huiyin.procedure.guard import proposer
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rules.book.schema import CUSTODIAN


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """What somebody wrote about whom they accuse; ``is_open``: nobody has decided yet who is meant. Empty when it was erased."""

    text: str
    at: datetime
    is_open: bool


@dataclass(frozen=True, slots=True)
class AccusedView:
    """The lines as written, oldest first, and who is kept out now, by name. ``is_to_confirm``: a custodian proposes that nobody is meant."""

    lines: tuple[WrittenLine, ...]
    units: tuple[str, ...]
    people: tuple[str, ...]
    is_open: bool
    is_to_confirm: bool


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
                if event.certain or line is None or line.id not in state.unresolved:
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
    if CUSTODIAN in actor.roles:
        return True
    return actor.unit is not None and case.units.filter(unit_id=actor.unit, relation__in=custodies(actor)).exists()


def accused_of(case: Case, actor: Actor) -> AccusedView | None:
    """Whom ``case`` accuses; None for whoever may not know. The caller has made sure that the actor may see the case."""
    if not may_know(case, actor):
        return None
    state: State = codec.loads(case.state)
    written = [event for item in read_chain(case.id, AccusedWritten) if isinstance(event := item.event, AccusedWritten)]
    said = texts.read_texts(event.line.id for event in written if event.line is not None)
    rows = CaseAccused.objects.filter(case=case)
    units = Unit.objects.filter(id__in=rows.values("unit_id")).select_related("organisation").order_by("code", "id")
    return AccusedView(
        lines=tuple(
            WrittenLine(said.get(event.line.id, ""), event.at, event.line.id in state.unresolved)
            for event in written
            if event.line is not None
        ),
        units=tuple(placed(unit.name, unit, case.organisation_id) for unit in units),
        people=tuple(map(str, Account.objects.filter(id__in=rows.values("account_id")).order_by("display_name", "id"))),
        is_open=bool(state.unresolved),
        is_to_confirm=proposer(state) is not None,
    )
