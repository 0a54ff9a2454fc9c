"""Before set periods: each unfinished matter gets a leader and a day, and its unit a day (clauses s0-3.4a, s0-3.4b, s0-3.4c)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.accountability.leaders import kept_from, leaders_of, named_on
from huiyin.accountability.models import PeriodDate
from huiyin.casework.models import Case
from huiyin.casework.visible import oversees, visible_to
from huiyin.people.models import Account
from huiyin.readiness.recording import By, put_on_record
from huiyin.readiness.refusals import DoesNotFit


@dataclass(frozen=True, slots=True)
class Days:
    """Who answers for some matters until ``leader_by``, and until when their units deal with them; no ``leader``: of each who already
    answers for it by a step of its own.
    """

    leader: Account | None
    leader_by: date
    unit_by: date


def settle(begins_on: date, cases: Collection[UUID], days: Days, by: By) -> list[PeriodDate]:
    """Give unfinished matters a leader and days before a period; what was settled for it before is settled anew.

    Raises DoesNotFit for who does not oversee, days in the wrong order or past, a leader who does not lead by the rulebook or may not see
    a matter, and no matter at all.
    """
    _refuse(begins_on, days, by)
    found = visible_to(by.actor).filter(organisation=by.organisation, id__in=cases, ended_at=None)
    rows = list(found.select_related("unit"))
    if not rows:
        raise DoesNotFit("no matter", _("请至少勾选一件未办结的事项"))
    leaders = _leaders(rows, days, by)
    with transaction.atomic():
        kept = {
            row.case: row
            for row in PeriodDate.objects.select_for_update().filter(
                organisation=by.organisation, begins_on=begins_on, case__in=[case.id for case in rows]
            )
        }
        made = []
        for case in rows:
            row = kept.get(case.id) or PeriodDate(organisation_id=by.organisation, begins_on=begins_on, case=case.id)
            row.leader, row.leader_by, row.unit, row.unit_by = leaders[case.id], days.leader_by, case.unit, days.unit_by
            row.at, row.by = by.at, by.account
            row.save()
            made.append(row)
        put_on_record("settle_period_dates", made, by, str(made[0]))
    return made


def settled(organisation: UUID, begins_on: date) -> Mapping[UUID, PeriodDate]:
    """What was settled before a period, by matter. Whoever shows it has made sure that the reader may see the matter."""
    rows = PeriodDate.objects.filter(organisation=organisation, begins_on=begins_on)
    return {row.case: row for row in rows.select_related("leader", "unit")}


def _refuse(begins_on: date, days: Days, by: By) -> None:
    if not oversees(by.actor):
        raise DoesNotFit("they oversee nothing", _("只有履行监督职责的岗位可以确定包案领导和期限"))
    if days.unit_by < by.day:
        raise DoesNotFit("a day that is past", _("期限不能早于今天"), "unit_by")
    if days.unit_by > days.leader_by:
        raise DoesNotFit("the unit after the leader", _("单位的期限不能晚于领导的期限"), "unit_by")
    if days.leader_by > begins_on:
        raise DoesNotFit("after the period begins", _("期限不能晚于该时期开始之日"), "leader_by")


def _leaders(cases: Sequence[Case], days: Days, by: By) -> Mapping[UUID, Account]:
    """Who answers for each of the matters: somebody who leads and may see it."""
    named = named_on([case.id for case in cases], by.organisation)
    chosen = {case.id: days.leader or named.get(case.id) for case in cases}
    without = [case.number for case in cases if chosen[case.id] is None]
    if without:
        raise DoesNotFit(
            "nobody named", _("%(numbers)s 还没有确定包案领导，请选择") % {"numbers": _("、").join(without)}, "leader"
        )
    leading = {one.account.id: one for one in leaders_of(by.organisation, by.at)}
    found = {id: account for id, account in chosen.items() if account is not None}
    for account in {account.id: account for account in found.values()}.values():
        if account.id not in leading:
            raise DoesNotFit(
                "leads nothing", _("%(name)s 不在领导岗位上，请从所列的领导中选择") % {"name": account}, "leader"
            )
        hidden = kept_from(leading[account.id], [case for case in cases if found[case.id].id == account.id], by.at)
        if hidden:
            # The same words for whom a matter accuses, from whom it is kept otherwise, and who has withdrawn.
            words = _("%(numbers)s 不能由 %(name)s 包案（已回避或者有其他不宜包案的情形），请另选包案领导")
            raise DoesNotFit("may not see it", words % {"name": account, "numbers": _("、").join(hidden)}, "leader")
    return found
