"""What is looked at on each simulated day: nothing that is owed is without somebody, and nothing is overdue unseen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef

from huiyin.accountability.failures import failed_duties
from huiyin.casework.lists.unattended import unattended
from huiyin.casework.models import Case, Duty
from huiyin.casework.owed import late, open_duties
from huiyin.casework.visible import oversees, visible_to
from huiyin.people.appointments import day_of
from huiyin.people.models import Holding
from tests.simulation.year.hands import Hands, load

IDENTIFYING: Final = "identify_accused"
YEAR: Final = timedelta(days=366)


@dataclass
class Watch:
    """What was found. ``faults`` are sentences: empty at the end of a good year. ``known`` is what was looked at, as it was then."""

    hands: Hands
    faults: list[str] = field(default_factory=list)
    known: set[tuple[UUID, int]] = field(default_factory=set)
    told: set[UUID] = field(default_factory=set)

    def look(self, at: datetime) -> None:
        """Look at everything that is owed at ``at``."""
        left = {duty.id for duty in unattended(open_duties(), day_of(at))}
        for duty in open_duties().select_related("case"):
            if (duty.id, duty.case.seq) not in self.known:
                self.known.add((duty.id, duty.case.seq))
                if duty.id not in left and not self._has_somebody(duty, at):
                    self._say(at, duty, "nobody who holds the post can open the matter")
        bare = Case.objects.filter(ended_at=None).exclude(Exists(open_duties().filter(case=OuterRef("id"))))
        self.faults += [f"{at:%F}: {case.procedure} at {case.stage}: nothing is owed on an open case" for case in bare]
        self._late(at)

    def _has_somebody(self, duty: Duty, at: datetime) -> bool:
        role = load(duty.case.rulebook).book.roles[duty.role]
        if not role.is_staff:
            return True
        if duty.case.unresolved and duty.kind != IDENTIFYING:
            # Everybody else is let in when the custodian has said whom it accuses (Regulation Art. 30(3)): that is what is owed first.
            return open_duties().filter(case=duty.case_id, kind=IDENTIFYING).exists()
        held = Holding.objects.filter(post__unit=duty.unit_id, until=None)
        there = {one.account_id for one in held.select_related("post") if duty.role in one.post.roles}
        able = [one for one in self.hands.people() if one.person in there and one.unit == duty.unit_id]
        return any(visible_to(one).filter(id=duty.case_id).exists() for one in able)

    def _late(self, at: datetime) -> None:
        """Whatever the institution has overdue is passed on by its timer, or in the list of those who supervise; those above have theirs."""
        ours = Duty.objects.filter(late(at), unit__organisation=self.hands.cast.organisation).select_related("case")
        new = [duty for duty in ours if duty.id not in self.told]
        if not new:
            return
        seen = set[UUID]()
        for one in self.hands.people():
            if one.roles & {"supervisor"} or oversees(one):
                seen |= {failed.case.id for failed in failed_duties(one, at - YEAR, at)["overdue"]}
        for duty in new:
            self.told.add(duty.id)
            if duty.timer_at is None and duty.case_id not in seen:
                self._say(at, duty, "overdue, and nobody who supervises is told")

    def _say(self, at: datetime, duty: Duty, what: str) -> None:
        self.faults.append(f"{at:%F}: {duty.case.procedure} at {duty.case.stage}: {duty.kind} of {duty.role}: {what}")
