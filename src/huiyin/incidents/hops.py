"""The hops of an incident's report: who had to act by the clock, since when, and who did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from huiyin.casework.labels import name_of
from huiyin.casework.models import Case, Duty
from huiyin.casework.owed import is_late
from huiyin.ledger.chain import read_chain
from huiyin.people.models import Account, Unit
from huiyin.procedure.event import ActionTaken
from huiyin.rule_store.store import load

HopStatus = Literal["waiting", "late", "done", "passed-on", "settled"]
"""``late``: still waiting after its time; ``passed-on``: nobody did it, and the next in line was told; ``settled``: it was made needless by
what somebody did instead."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One thing that is owed by the clock. ``minutes`` are those since it was owed, until it was done or until now; ``who`` did it.

    ``where`` is the unit that owes it, ``owner`` the one in it who answers for it, where somebody is named; ``place`` that unit with the role.
    ``called`` are those who by the rota are to be called by now, one after the other: the last is whose turn it is.
    """

    kind: str
    label: str
    role: str
    where: str
    owner: str
    opened_at: datetime
    due_at: datetime
    minutes: int
    status: HopStatus
    ended_at: datetime | None
    who: str
    place: tuple[UUID, str] | None = None
    called: tuple[str, ...] = ()

    @property
    def seat(self) -> str:
        """The unit and the role in it, which often begins with the name of its unit: that is said once."""
        return self.role if self.where and self.role.startswith(self.where) else f"{self.where} {self.role}".strip()


def hops_of(case: Case, at: datetime) -> tuple[Hop, ...]:
    """What was and is owed on ``case`` by the clock, oldest first. The caller has made sure that the reader may see the case."""
    rules = load(case.rulebook)
    procedure = rules.book.procedures[case.procedure]
    timed = {
        name for name, limit in procedure.limits.items() if limit.within is not None and limit.within.is_by_the_clock
    }
    rows = list(Duty.objects.filter(case=case, limit__in=timed).order_by("opened_at", "id"))
    units = dict(Unit.objects.filter(id__in=[row.unit_id for row in rows if row.unit_id]).values_list("id", "name"))
    takers = {item.at: item.event for item in read_chain(case.id, ActionTaken) if isinstance(item.event, ActionTaken)}
    named = {event.person for event in takers.values()} | {row.assignee_id for row in rows}
    people = {account.id: str(account) for account in Account.objects.filter(id__in=[id for id in named if id])}
    found = []
    for row in rows:
        ended = row.discharged_at or row.withdrawn_at
        by = takers.get(ended) if ended else None
        status = _status(row, by, at)
        found.append(
            Hop(
                kind=row.kind,
                label=name_of(procedure.duties.get(row.kind), row.kind),
                role=name_of(rules.book.roles.get(row.role), row.role),
                where=units.get(row.unit_id, "") if row.unit_id else "",
                owner=people.get(row.assignee_id, "") if row.assignee_id else "",
                opened_at=row.opened_at,
                due_at=row.due_at,
                minutes=minutes_between(row.opened_at, ended or at),
                status=status,
                ended_at=ended,
                who=people.get(by.person, "") if by is not None and by.person and status in ("done", "settled") else "",
                place=(row.unit_id, row.role) if row.unit_id else None,
            )
        )
    return tuple(found)


def minutes_between(earlier: datetime, later: datetime) -> int:
    """Whole minutes, none where clocks disagree about which was first."""
    return max(0, (later - earlier) // timedelta(minutes=1))


def _status(row: Duty, by: ActionTaken | None, at: datetime) -> HopStatus:
    if row.discharged_at is not None:
        return "done"
    if row.withdrawn_at is not None:
        return "passed-on" if by is not None and by.actor == "system" else "settled"
    return "late" if is_late(row, at) else "waiting"
