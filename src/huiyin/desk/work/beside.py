"""What waits for somebody beside their duties, counted in one statement: of most of it there is none on most days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils import timezone

from huiyin.accountability.period_days import PeriodDay, days_for, rows_for
from huiyin.casework.lists.documents import WaitingDocument, documents_waiting, waiting_documents
from huiyin.casework.lists.unfinished import counted_together
from huiyin.channels.register.confirming import of_others
from huiyin.desk.old_register.confirming import registers_waiting
from huiyin.people.staff.proposals import waiting_for
from huiyin.people.web import Acting
from huiyin.readiness import due
from huiyin.rota.calls import open_calls_of
from huiyin.rota.models import ReceptionCall

MAX_CORRECTIONS: Final = 10


@dataclass(frozen=True, slots=True)
class WaitingBeside:
    """Corrected documents to approve, the call to the reception to which the reader has not come yet; how many tasks of theirs are due, and how
    many proposals and old registers wait for them as the second person. ``periods`` are the matters that they or their unit settle before
    a set period.
    """

    corrections: Sequence[WaitingDocument]
    called: ReceptionCall | None
    ready: int
    proposals: int
    registers: int
    periods: Sequence[PeriodDay]


def waiting_beside(acting: Acting) -> WaitingBeside:
    """What waits for the reader; none is counted beyond ``MAX_COUNTED``."""
    actor, account = acting.actor, acting.account
    corrections, calls, ready, registers, proposals, periods = counted_together(
        [
            [documents_waiting(actor, "correction")],
            [open_calls_of(account.id)],
            due.rows_of(actor.organisation, timezone.localdate(acting.at), account.id),
            [of_others(actor)],
            [waiting_for(account, acting.at)] if acting.confirms else [],
            [rows_for(actor, account.id)],
        ]
    )
    return WaitingBeside(
        corrections=waiting_documents(actor, "correction").items[:MAX_CORRECTIONS] if corrections else (),
        called=open_calls_of(account.id).first() if calls else None,
        ready=ready,
        proposals=proposals,
        registers=registers_waiting(acting) if registers else 0,
        periods=days_for(actor, account.id, acting.at) if periods else (),
    )
