"""What is still owed after a termination: by matter, what the office promised, never what petitioners do (clauses s2-3.3.1a, s2-3.3.1b, s2-5.1.1b)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from huiyin.accountability.urging import lot_of_week
from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.lists.duties import DutyRow, duty_rows
from huiyin.casework.lists.terminated import terminated_stages
from huiyin.casework.models import Case, Duty
from huiyin.casework.visible import book_of, visible_to
from huiyin.procedure.command import Actor
from huiyin.procedure.storage import codec
from huiyin.rules import MATTER
from huiyin.rules.book.schema import TERMINATED

MAX_LISTED: Final = 300


@dataclass(frozen=True, slots=True)
class TerminatedMatterDuties:
    """A terminated matter: what is owed after it, the next first, each promise by itself; what was done of it; and whether the lot of the week drew it."""

    view: CaseView
    owed: tuple[DutyRow, ...]
    done: tuple[DutyRow, ...]
    is_drawn: bool

    @property
    def late(self) -> int:
        """How much of it is overdue, or was done late."""
        return sum(row.missed for row in (*self.owed, *self.done))


def followed(actor: Actor, at: datetime) -> tuple[TerminatedMatterDuties, ...]:
    """The terminated matters that ``actor`` may see in their organisation, those first on which something is owed, the most overdue before others."""
    book = book_of(actor.organisation)
    stages = terminated_stages(book) if book else frozenset()
    cases = visible_to(actor).filter(organisation_id=actor.organisation, procedure=MATTER, stage__in=stages)
    found = list(cases.select_related("unit").order_by("due_at", "-changed_at")[:MAX_LISTED]) if stages else []
    drawn = set(lot_of_week(actor.organisation, at, [case.id for case in found]))
    duties = _duties(found, at)
    rows = [
        TerminatedMatterDuties(
            view,
            tuple(row for row in duties[view.case.id] if row.discharged_at is None and row.withdrawn_at is None),
            tuple(row for row in duties[view.case.id] if row.discharged_at is not None),
            view.case.id in drawn,
        )
        for view in case_views(found, at)
    ]
    return tuple(sorted(rows, key=lambda row: (not row.owed, min((one.due_at for one in row.owed), default=at))))


def _duties(cases: list[Case], at: datetime) -> Mapping[UUID, tuple[DutyRow, ...]]:
    """What was owed since the termination, by matter."""
    since = {case.id: _terminated_at(case) for case in cases}
    rows = Duty.objects.filter(case__in=since).select_related("case").order_by("due_at", "id")
    found: dict[UUID, tuple[DutyRow, ...]] = dict.fromkeys(since, ())
    for row in duty_rows([row for row in rows if row.opened_at >= since[row.case_id]], at):
        found[row.case.id] = (*found[row.case.id], row)
    return found


def _terminated_at(case: Case) -> datetime:
    return codec.loads(case.state).moments.get(TERMINATED) or case.registered_at
