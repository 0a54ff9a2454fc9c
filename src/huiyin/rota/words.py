"""Why no rota can be made, in words: which day, which rule, who is away, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from huiyin.casework.labels import in_script, language
from huiyin.language import gettext_noop
from huiyin.people.staff.reception import WEEKDAYS
from huiyin.readiness.refusals import DoesNotFit
from huiyin.rota.solver import Away, AwayBecause, Demand, Impossible, KeptShift, Needed, Rested
from huiyin.rules.deadlines.calendar import Calendar

WHY: Final[Mapping[AwayBecause, Promise]] = {
    AwayBecause.ABSENT: gettext_lazy("离岗"),
    AwayBecause.NO_POST: gettext_lazy("不在任"),
    AwayBecause.CLOSED: gettext_lazy("账户已停用"),
}


class CannotPlan(DoesNotFit):
    """Raised when no rota meets what is asked; ``lines`` are the demands that cannot all be met, in words."""

    to_do = gettext_noop("请增加轮值人员、减少每日人数，或者结束外出")

    def __init__(self, message: str, words: str, lines: Sequence[str] = (), field: str = "") -> None:
        super().__init__(message, words, field)
        self.lines = tuple(lines)


def refusal(found: Impossible, names: Mapping[UUID, str]) -> CannotPlan:
    """The refusal for demands that cannot all be met; the message for programs names nobody."""
    return CannotPlan(_for_programs(found.demands), _headline(found.demands), [*_lines(found.demands, names)])


def day_words(day: date) -> str:
    """A day as people say it: 3月5日（周四）."""
    return f"{day.month}月{day.day}日（{WEEKDAYS[day.isoweekday()]}）"


def day_reason(calendar: Calendar, day: date) -> str:
    """Why a day is worked or not, in the reader's language."""
    return in_script(calendar.reason(day).text(language()))


def _headline(demands: Sequence[Demand]) -> str:
    days = [one.slot.day for one in demands if isinstance(one, Needed)]
    if len(days) == 1 and all(isinstance(one, Needed | Away) for one in demands):
        words = _("%(day)s 排不出人：轮值人员都不在岗或者在岗的不够。请增加轮值人员、临时指定人员，或者调整请假、任职")
        return words % {"day": day_words(days[0])}
    return _("下列各项不能同时满足，排不出班。请增加轮值人员、减少每班人数，或者调整请假、改短日期后再排")


def _lines(demands: Iterable[Demand], names: Mapping[UUID, str]) -> Iterator[str]:
    found = list(demands)
    for one in found:
        if isinstance(one, Needed):
            yield _("%(day)s须有 %(n)d 人") % {"day": day_words(one.slot.day), "n": one.slot.needed}
    if any(isinstance(one, Rested) for one in found):
        yield _("同一人不连续两天值班")
    away: dict[tuple[UUID, AwayBecause], list[date]] = {}
    for one in found:
        if isinstance(one, Away):
            away.setdefault((one.person, one.because), []).append(one.day)
    for (person, because), days in away.items():
        listed = _("、").join(map(day_words, days))
        yield _("%(name)s：%(days)s%(why)s") % {"name": names[person], "days": listed, "why": WHY[because]}
    for one in found:
        if isinstance(one, KeptShift):
            yield _("%(name)s %(day)s 的班次不变") % {"name": names[one.person], "day": day_words(one.day)}


def _for_programs(demands: Sequence[Demand]) -> str:
    needed = ", ".join(f"{one.slot.day} needs {one.slot.needed}" for one in demands if isinstance(one, Needed))
    away = len({one.person for one in demands if isinstance(one, Away)})
    rest = ", nobody serves two days running" if any(isinstance(one, Rested) for one in demands) else ""
    kept = ", other shifts stay" if any(isinstance(one, KeptShift) for one in demands) else ""
    return f"no rota meets all of this: {needed}, {away} of the people are away{rest}{kept}"
