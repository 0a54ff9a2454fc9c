"""Who read the personal data of a case between two days: for whoever oversees, with a reason, and itself on record (clauses s1-B5, s2-4.2.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.accountability.models import LeakTrace
from huiyin.casework.models import Case, CaseUnit
from huiyin.casework.sealed.looks import in_words
from huiyin.casework.visible import oversees, visible_to
from huiyin.people import administration
from huiyin.people.appointments import current, day_of
from huiyin.people.models import WRONG_NAME, AccessRecord, Holding
from huiyin.readiness.recording import By, put_on_record
from huiyin.readiness.refusals import DoesNotFit

PURPOSE: Final = "leak_trace"
"""The purpose of the record of access that somebody was shown who had read the data of a case."""
MAX_READINGS: Final = 5000


@dataclass(frozen=True, slots=True)
class DataReading:
    """Somebody who read the data, or the installation itself (``who`` is empty): how often, when first and last, for what.

    ``units`` are where they work now; ``concerned`` says that one of these deals or dealt with the case.
    """

    who: str
    units: tuple[str, ...]
    concerned: bool
    times: int
    first: datetime
    last: datetime
    purposes: tuple[str, ...]


def trace(case: Case, first: date, last: date, reason: str, by: By) -> LeakTrace:
    """Look up who read the personal data of ``case``, which the caller has made sure that they may see.

    Raises DoesNotFit for who does not oversee, days backwards or to come, and without a reason.
    """
    if not oversees(by.actor):
        raise DoesNotFit("they oversee nothing", _("只有履行监督职责的岗位可以追溯查阅记录"))
    if first > last:
        raise DoesNotFit("days backwards", _("起始日期不能晚于截止日期"), "first")
    if last > by.day:
        raise DoesNotFit("a day to come", _("截止日期不能晚于今天"), "last")
    if not reason.strip():
        raise DoesNotFit("no reason", _("请写明为什么追溯"), "reason")
    with transaction.atomic():
        made = LeakTrace(organisation_id=by.organisation, case=case.id, first=first, last=last, reason=reason.strip())
        made.at, made.by = by.at, by.account
        made.readers = len(readings(made))
        made.save(force_insert=True)
        administration.record_access(case.organisation_id, by.actor.person, PURPOSE, by.at, case.id)
        put_on_record("trace_leak", [made], by, str(made))
    return made


def traces(by: By) -> QuerySet[LeakTrace]:
    """What was traced in the organisation, of cases that the reader may see, the latest first; nothing for who does not oversee."""
    seen = Exists(visible_to(by.actor).filter(pk=OuterRef("case")))
    rows = LeakTrace.objects.filter(seen, organisation=by.organisation).select_related("by").order_by("-at", "-id")
    return rows if oversees(by.actor) else rows.none()


def readings(made: LeakTrace) -> tuple[DataReading, ...]:
    """Who read the data in those days, up to the moment of the trace; whoever read it last comes first."""
    rows = AccessRecord.objects.filter(
        organisation=made.organisation_id, case=made.case, at__gte=_midnight(made.first), at__lt=_after(made)
    ).exclude(purpose__in=(PURPOSE, WRONG_NAME))
    by_account: dict[UUID | None, list[AccessRecord]] = {}
    for row in rows.select_related("account").order_by("-at", "-id")[:MAX_READINGS]:
        by_account.setdefault(row.account_id, []).append(row)
    units = _units_of(filter(None, by_account), day_of(made.at))
    dealing = set(CaseUnit.objects.filter(case=made.case).values_list("unit", flat=True))
    return tuple(_reading(found, units.get(id, {}) if id else {}, dealing) for id, found in by_account.items())


def _reading(rows: list[AccessRecord], units: dict[UUID, str], dealing: set[UUID]) -> DataReading:
    newest, oldest = rows[0], rows[-1]
    return DataReading(
        who=str(newest.account) if newest.account else "",
        units=tuple(units.values()),
        concerned=newest.account is None or not dealing.isdisjoint(units),
        times=len(rows),
        first=oldest.at,
        last=newest.at,
        purposes=tuple(dict.fromkeys(in_words(row.purpose) for row in rows)),
    )


def _units_of(accounts: Iterable[UUID], day: date) -> dict[UUID, dict[UUID, str]]:
    found: dict[UUID, dict[UUID, str]] = {}
    held = current(Holding.objects.filter(account__in=list(accounts)), day)
    for account, unit, name in held.values_list("account", "post__unit", "post__unit__name").order_by("since", "id"):
        found.setdefault(account, {})[unit] = name
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _after(made: LeakTrace) -> datetime:
    return min(_midnight(made.last + timedelta(days=1)), made.at)
