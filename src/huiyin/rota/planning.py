"""Planning and publishing: shifts for a span of days, fairly, and again for those alone that no longer stand (clauses s1-C20a, s1-C20b)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from huiyin.people.ids import fresh_id
from huiyin.people.models import Organisation, ReceptionTime
from huiyin.readiness.recording import By, put_on_record
from huiyin.readiness.refusals import Closed
from huiyin.rota.availability import Availability, availability
from huiyin.rota.days import ServedDay, moved_days, served_days
from huiyin.rota.in_force import own_days, shifts_in_force
from huiyin.rota.models import OPEN_SWAPS, DutyGroup, Rota, Shift, Swap
from huiyin.rota.on_duty import read_anew
from huiyin.rota.solver import ONE_DAY, Impossible, Slot, Turner, Turns, Undecided, plan
from huiyin.rota.words import CannotPlan, refusal
from huiyin.rule_store.holidays import with_entered_holidays
from huiyin.rule_store.store import load
from huiyin.rules.deadlines.calendar import Calendar

COUNTED: Final = timedelta(days=92)
"""How far back what was served counts: a quarter. What somebody had before they were moved to another post is no debt for ever."""
MAX_DAYS: Final = 92
"""The longest span that is planned at once."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a rota is planned with: its organisation, the holidays that count now, and the reception times that are published."""

    organisation: Organisation
    calendar: Calendar
    times: tuple[ReceptionTime, ...]

    def days(self, rota: Rota) -> Mapping[date, ServedDay]:
        """On which days of a rota somebody has to serve."""
        return served_days(rota, self.calendar, self.times)

    def moved(self, first: date, last: date) -> Mapping[date, str]:
        """The days of a span to which a holiday moved the reception of leaders, with why, in words."""
        return moved_days(self.times, first, last, self.calendar)


def setting_of(organisation: UUID, at: datetime) -> Setting:
    """The setting of an organisation as it is at a moment."""
    found = Organisation.objects.get(id=organisation)
    book = found.rulebook_at(at)
    calendar = with_entered_holidays(book, load(book)).calendar
    return Setting(found, calendar, tuple(ReceptionTime.objects.filter(organisation=found)))


def draft(rota: Rota, by: By) -> Rota:
    """Plan the shifts of a rota that was filled in, and keep it as a draft.

    Raises CannotPlan, with the reasons in words: no day of it is served, nobody takes turns, or its demands cannot all be met.
    """
    refuse_at_once(rota, by)
    return _planned(rota, lambda: _problem(rota, _days_of(rota, by), frozenset(), by), by)


def refuse_at_once(rota: Rota, by: By) -> None:
    """Raise CannotPlan for what can be said of a rota without planning it: a span that cannot be, nobody who takes turns, no day served."""
    _refuse_span(rota, by)
    _days_of(rota, by)


def _days_of(rota: Rota, by: By) -> Mapping[date, ServedDay]:
    days = setting_of(by.organisation, by.at).days(rota)
    if not days:
        raise _no_days(rota)
    return days


def plan_again(rota: Rota, broken: Collection[Shift], by: By, id: UUID | None = None) -> Rota:
    """A draft, with this ``id`` where one is given, for the days of a published rota from today on: the ``broken`` shifts are shared out anew, all
    others stay. Raises CannotPlan.
    """
    again = Rota(
        id=id or fresh_id(),
        organisation_id=by.organisation,
        first=max(rota.first, by.day),
        last=rota.last,
        **{name: getattr(rota, name) for name in _COPIED},
    )
    gone = {shift.id for shift in broken}

    def read_problem() -> _Problem:
        days = setting_of(by.organisation, by.at).days(again)
        own = own_days(rota, days)
        if not own:
            raise _no_days(again)
        again.first, again.last = min(own), max(own)
        span = [again.first + timedelta(days=count) for count in range((again.last - again.first).days + 1)]
        again.left_out = sorted(day.isoformat() for day in set(span) - own_days(rota, span))
        in_force = shifts_in_force(by.organisation, again.first, again.last).filter(rota=rota, day__in=own)
        kept = frozenset((one.day, one.account_id) for one in in_force if one.id not in gone)
        again.members = [*again.members, *sorted({one.hex for _day, one in kept} - set(again.members))]
        return _problem(again, {day: days[day] for day in sorted(own)}, kept, by)

    return _planned(again, read_problem, by)


_COPIED: Final = ("group", "members", "needed", "every_day", "begins", "ends", "place", "times", "shows_names")


def publish(rota: Rota, by: By) -> None:
    """Have a draft count from now on, in place of what was published for its days before.

    Raises Closed where it is published already, CannotPlan where it no longer fits the holidays, absences and posts of today.
    """
    with transaction.atomic():
        _lock(by.organisation)
        kept = Rota.objects.select_for_update().get(id=rota.id)
        if kept.published_at is not None:
            raise Closed("the rota is published", _("这份值班表已经发布"))
        if kept.first < by.day:
            raise CannotPlan("its first day has passed", _("这份值班表的第一天已经过去，请按今天以后的日期重新排班"))
        shifts = list(kept.shifts.select_related("account"))
        _refuse_unless_it_stands(kept, shifts, by)
        former = shifts_in_force(by.organisation, kept.first, kept.last).filter(rota__group=kept.group)
        replaced = list(former.select_for_update(of=("self",)))
        replaced = [shift for shift in replaced if kept.covers(shift.day)]
        for shift in replaced:
            shift.replaced_by = kept
        Shift.objects.bulk_update(replaced, ["replaced_by"])
        lapsed = _lapse(replaced)
        kept.published_at, kept.published_by = by.at, by.account
        kept.save(update_fields=["published_at", "published_by"])
        transaction.on_commit(read_anew)
        put_on_record("publish_rota", [kept, *replaced, *lapsed], by, str(kept))


def discard(rota: Rota, by: By) -> None:
    """Throw a draft away. Raises Closed where it is published."""
    with transaction.atomic():
        kept = Rota.objects.select_for_update().get(id=rota.id)
        if kept.published_at is not None:
            raise Closed("the rota is published", _("已经发布的值班表不能删除，可以重新排班代替它"))
        gone = [*kept.shifts.all(), kept]
        put_on_record("discard_rota", [], by, str(kept), gone=gone)
        kept.shifts.all().delete()
        kept.delete()


def _refuse_span(rota: Rota, by: By) -> None:
    if rota.first < by.day:
        raise CannotPlan("it begins in the past", _("开始日期不能早于今天"), field="first")
    if rota.last < rota.first:
        raise CannotPlan("it ends before it begins", _("结束日期不能早于开始日期"), field="last")
    if rota.begins and rota.ends and rota.ends <= rota.begins:
        raise CannotPlan("a shift ends before it begins", _("结束时间须晚于开始时间"), field="ends")
    if (rota.last - rota.first).days >= MAX_DAYS:
        words = _("一次最多排 %(n)d 天，请分几次排") % {"n": MAX_DAYS}
        raise CannotPlan("too many days at once", words, field="last")
    if not rota.members:
        raise CannotPlan("nobody takes turns", _("请选择轮值人员"), field="members")


def _no_days(rota: Rota) -> CannotPlan:
    if rota.group == DutyGroup.LEADERS:
        words = _(
            "这段时间没有领导接待日（逢节假日的顺延到节后第一个工作日）。请先由管理员在系统管理的“接待日”公布接待时间，或者改选日期"
        )
        return CannotPlan("no reception day in this span", words, field="times")
    return CannotPlan(
        "no working day in this span", _("这段时间没有工作日，请改选日期，或者勾选每天都值班"), field="last"
    )


@dataclass(frozen=True, slots=True)
class _Problem:
    """Everything that a plan follows from, as it was read: two that are equal have the same plan."""

    days: Mapping[date, ServedDay]
    turns: Turns
    there: Availability


def _problem(rota: Rota, days: Mapping[date, ServedDay], kept: frozenset[tuple[date, UUID]], by: By) -> _Problem:
    people = [UUID(hex=one) for one in rota.members]
    past = shifts_in_force(by.organisation, rota.first - COUNTED, rota.first - ONE_DAY).filter(rota__group=rota.group)
    had = list(past.values_list("day", "account_id"))
    near = shifts_in_force(by.organisation, rota.first - ONE_DAY, rota.last + ONE_DAY).filter(rota__group=rota.group)
    around = frozenset(one for one in near.values_list("day", "account_id") if one[0] not in days)
    there = availability(by.organisation, people, [*days, *(day for day, _person in had)])
    slots = tuple(Slot(day, rota.needed, served.is_off) for day, served in days.items())
    turners = tuple(_turner(one, people, slots, had, there) for one in people if one in there.accounts)
    return _Problem(days, Turns(slots, turners, kept, around), there)


def _planned(rota: Rota, read_problem: Callable[[], _Problem], by: By) -> Rota:
    """Plan what ``read_problem`` says, and keep it, unless that says something else by then: planning takes seconds, in which all others go on writing.

    Raises CannotPlan.
    """
    problem = read_problem()
    shifts = _share_out(rota, problem, by)
    with transaction.atomic():
        _lock(by.organisation)
        if read_problem() != problem:
            words = _("排班的时候，请假、任职、放假安排或者值班表有了变动，请再排一次")
            raise CannotPlan("what it follows from changed meanwhile", words)
        return _keep("plan_rota", rota, shifts, by)


def _share_out(rota: Rota, problem: _Problem, by: By) -> list[Shift]:
    """The shifts of a rota, not written yet. Raises CannotPlan."""
    days, there = problem.days, problem.there
    try:
        found = plan(problem.turns)
    except Undecided as undecided:
        raise CannotPlan(str(undecided), _("人员和日期太多，一时排不出来，请分几次排，或者减少每天的人数")) from None
    if isinstance(found, Impossible):
        raise refusal(found, {id: str(account) for id, account in there.accounts.items()})
    return [
        Shift(
            organisation_id=by.organisation,
            rota=rota,
            day=day,
            begins=days[day].begins,
            ends=days[day].ends,
            place=days[day].place,
            account_id=person,
            post_id=there.posts[person, day],
        )
        for day, person in found.shifts
    ]


def _turner(
    person: UUID,
    people: Collection[UUID],
    slots: Collection[Slot],
    had: Collection[tuple[date, UUID]],
    there: Availability,
) -> Turner:
    """Somebody with what counts as served: what they had, and for the days on which they were or will be away an even share.

    Without that share whoever comes back from a long leave, or is new, would have to make up for all that others did.
    """
    shifts_on = Counter(day for day, _person in had) + Counter({slot.day: slot.needed for slot in slots})
    away = there.away.get(person, {})
    share = round(sum(count for day, count in shifts_on.items() if day in away) / len(people))
    served = sum(one == person for _day, one in had)
    return Turner(person, away, served + share)


def _keep(change: str, rota: Rota, shifts: list[Shift], by: By) -> Rota:
    """Write a draft. One that nobody published is kept beside it, so that two may be compared; the organisation is locked."""
    former = Rota.objects.filter(organisation=by.organisation, group=rota.group).aggregate(last=Max("number"))["last"]
    rota.organisation_id, rota.number = by.organisation, (former or 0) + 1
    rota.planned_at, rota.planned_by = by.at, by.account
    rota.save(force_insert=True)
    Shift.objects.bulk_create(shifts)
    put_on_record(change, [rota, *shifts], by, str(rota))
    return rota


def _lock(organisation: UUID) -> None:
    Organisation.objects.select_for_update().get(id=organisation)


def _refuse_unless_it_stands(rota: Rota, shifts: list[Shift], by: By) -> None:
    days = setting_of(by.organisation, by.at).days(rota)
    there = availability(by.organisation, {one.account_id for one in shifts}, [one.day for one in shifts])
    fallen = [one for one in shifts if one.day not in days or there.why(one.account_id, one.day) is not None]
    if fallen:
        words = _("排好以后情况有变（放假安排、请假或者任职），有 %(n)d 个班次不能成立，请重新排班") % {
            "n": len(fallen)
        }
        raise CannotPlan("shifts of it no longer stand", words)


def _lapse(replaced: Collection[Shift]) -> list[Swap]:
    """Close the swaps that were asked for shifts which are no more."""
    about = Q(shift__in=replaced) | Q(back__in=replaced)
    swaps = list(Swap.objects.filter(about, state__in=OPEN_SWAPS))
    for swap in swaps:
        swap.state = Swap.SwapState.LAPSED
    Swap.objects.bulk_update(swaps, ["state"])
    return swaps
