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
    """The lines as written, oldest first, and who is kept out now, by name."""

    lines: tuple[WrittenLine, ...]
    units: tuple[str, ...]
    people: tuple[str, ...]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Suggested:
    """With which units the form begins that says whom a case accuses: those that are ticked, and all of which it may be one."""

    ticked: frozenset[UUID]
    all: frozenset[UUID]


def suggested_units(state: State) -> Suggested:
    """Every unit that is kept out, so that none is cleared by being forgotten; of those that a line may mean which is still open, the
    ones of other organisations are not ticked where one of the own fits.
    """
    sure, doubtful = set[UUID]().union(*state.followed_units.values()), set[UUID]()
    own = set(
        Unit.objects.filter(organisation=state.organisation, id__in=state.accused_units).values_list("id", flat=True)
    )
    for event in (item.event for item in read_chain(state.case, AccusedWritten, AccusedIdentified)):
        match event:
            case AccusedIdentified(units=units):
                sure, doubtful = sure | set(units), set()
            case AccusedWritten(line=line, units=units, certain=certain):
                if certain or line is None or line.id not in state.unresolved:
                    sure.update(units)
                elif own & set(units):
                    doubtful |= set(units) - own
    return Suggested(state.accused_units - (doubtful - sure), state.accused_units)


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
    )
