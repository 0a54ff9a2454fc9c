"""What waits for somebody beside their duties, counted in one statement: of most of it there is none on most days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from huiyin.accountability.period_days import PeriodDay, days_for, rows_among
from huiyin.casework.lists.documents import WaitingDocument, documents_on, waiting_documents
from huiyin.casework.lists.unfinished import MAX_COUNTED, counted_together
from huiyin.casework.sealed.confidential import asked_about, waiting
from huiyin.casework.sealed.seen_codes import LISTED_FOR, perhaps_seen, to_replace
from huiyin.casework.visible import seen_through, sight
from huiyin.channels.register.confirming import of_others
from huiyin.desk.old_register.confirming import registers_waiting
from huiyin.insight.reports.seen import (
    RETURNED_FOR,
    answered_reports,
    handed_up,
    may_put_up,
    returned_reports,
    signs_reports,
    waiting_reports,
)
from huiyin.people.staff.proposals import WAITS, waiting_for
from huiyin.readiness import due
from huiyin.rota.calls import open_calls_of
from huiyin.rota.models import ReceptionCall
from huiyin.rota.swaps import asked_of
from huiyin.rows import PreparedCounts
from huiyin.web.page_access import Acting

MAX_CORRECTIONS: Final = 10


@dataclass(frozen=True, slots=True)
class WaitingBeside:
    """Corrected documents to approve, the call to the reception to which the reader has not come yet; how many tasks of theirs are due, and how
    many proposals and old registers wait for them as the second person, and how many colleagues ask to swap a shift. ``periods`` are the matters that they or their unit settle before
    a set period, ``reports`` the reports on the work that they sign or return, ``returned`` those of their own that came back, ``answered`` those on
    which the organ above commented, ``handed_up`` those from below that nobody has noted. ``identities``
    and ``codes`` are the numbers of cases: about those somebody asks to know who brought them, of these the code was seen by whom they accuse.
    """

    corrections: Sequence[WaitingDocument]
    called: ReceptionCall | None
    ready: int
    proposals: int
    registers: int
    swaps: int
    periods: Sequence[PeriodDay]
    reports: int
    returned: int
    answered: int
    handed_up: int
    identities: Sequence[str]
    codes: Sequence[str]


def _lists(
    scopes: tuple[UUID, ...],
    within: tuple[UUID, ...],
    person: UUID,
    organisation: UUID,
    unit: UUID,
    today: date,
    soon: date,
    expiring: date,
    returned_since: datetime,
    asked_since: datetime,
    ended_since: datetime,
) -> list[list[QuerySet[Any]]]:
    cases = seen_through(scopes, within, person)
    return [
        [documents_on(cases, organisation, "correction")],
        [open_calls_of(person)],
        due.rows_of(organisation, soon, expiring, person),
        [of_others(person, organisation)],
        [rows_among(cases, organisation, unit, person, today)],
        [asked_of(person)],
        [waiting_reports(organisation, person)],
        [returned_reports(person, returned_since)],
        [answered_reports(person, returned_since)],
        [handed_up(organisation)],
        [asked_about(cases, organisation, asked_since)],
        [perhaps_seen(scopes, within, person, ended_since)],
    ]


_prepared: Final = PreparedCounts(_lists, MAX_COUNTED + 1)


def _counts(acting: Acting) -> list[int]:
    """How much there is of each list, and of proposals; what is asked is the same for nearly everybody."""
    actor, today = acting.actor, timezone.localdate(acting.at)
    seen = sight(actor)
    if seen is None or actor.unit is None:
        return [0] * 13
    values = (
        *seen,
        actor.organisation,
        actor.unit,
        today,
        today + due.SOON,
        today + due.EXPIRY,
        acting.at - RETURNED_FOR,
        acting.at - WAITS,
        acting.at - LISTED_FOR,
    )
    if acting.confirms:
        return counted_together([*_lists(*values), [waiting_for(acting.account, acting.at)]])
    return [*_prepared.all(*values), 0]


def waiting_beside(acting: Acting) -> WaitingBeside:
    """What waits for the reader; none is counted beyond ``MAX_COUNTED``."""
    actor, account = acting.actor, acting.account
    corrections, calls, ready, registers, periods, swaps, *reports, asked, seen, proposals = _counts(acting)
    to_sign, returned, answered, from_below = reports
    return WaitingBeside(
        corrections=waiting_documents(actor, "correction").items[:MAX_CORRECTIONS] if corrections else (),
        called=open_calls_of(account.id).first() if calls else None,
        ready=ready,
        proposals=proposals,
        registers=registers_waiting(acting) if registers else 0,
        swaps=swaps,
        periods=days_for(actor, account.id, acting.at) if periods else (),
        reports=to_sign if to_sign and signs_reports(actor) else 0,
        returned=returned,
        answered=answered,
        handed_up=from_below if from_below and may_put_up(actor) else 0,
        identities=waiting(actor, acting.at) if asked else (),
        codes=to_replace(actor, acting.at) if seen else (),
    )
