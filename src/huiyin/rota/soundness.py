"""Which shifts no longer stand: a holiday was moved, somebody is away or left; and which days lack somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.people.appointments import day_of
from huiyin.rota.availability import availability
from huiyin.rota.in_force import own_days, shifts_in_force
from huiyin.rota.models import DutyGroup, Rota, Shift
from huiyin.rota.planning import Setting, setting_of
from huiyin.rota.words import WHY, day_reason


@dataclass(frozen=True, slots=True)
class Fallen:
    """A shift that no longer stands, and why, in words."""

    shift: Shift
    why: str


@dataclass(frozen=True, slots=True)
class RotaSoundness:
    """How a published rota stands: the shifts that fell, the days that lack somebody, and those of them on which nobody of all is there."""

    rota: Rota
    fallen: tuple[Fallen, ...]
    lacking: tuple[date, ...]
    deserted: tuple[date, ...]

    @property
    def bare(self) -> tuple[date, ...]:
        """The days that lack somebody though no shift of them fell: pages name the others by the shifts that did."""
        fell = {one.shift.day for one in self.fallen}
        return tuple(day for day in self.lacking if day not in fell)

    @property
    def is_sound(self) -> bool:
        """Whether all of it stands."""
        return not self.fallen and not self.lacking


def rota_soundness(organisation: UUID, at: datetime) -> list[RotaSoundness]:
    """How the rotas stand that count for the day of ``at`` or later, those of one group by their first day."""
    today = day_of(at)
    shifts = list(shifts_in_force(organisation, today))
    ids = {one.rota_id for one in shifts}
    # One that covers days to come without a shift may lack some: a Saturday that is worked by now.
    published = Rota.objects.filter(organisation=organisation, published_at__isnull=False)
    rotas = published.filter(last__gte=today).order_by("group", "first", "number")
    setting = setting_of(organisation, at)
    found = [_soundness_of(rota, [one for one in shifts if one.rota_id == rota.id], setting, today) for rota in rotas]
    return [one for one in found if one.rota.id in ids or one.lacking]


def _soundness_of(rota: Rota, shifts: list[Shift], setting: Setting, today: date) -> RotaSoundness:
    days = setting.days(rota)
    own = own_days(rota, [day for day in days if day >= today])
    members = {UUID(hex=one) for one in rota.members}
    people = members | {one.account_id for one in shifts}
    there = availability(rota.organisation_id, people, [*own, *(one.day for one in shifts)])
    fallen = []
    for shift in shifts:
        because = there.why(shift.account_id, shift.day)
        if shift.day not in days:
            fallen.append(Fallen(shift, _no_longer_served(rota, shift.day, setting)))
        elif because is not None:
            fallen.append(Fallen(shift, str(WHY[because])))
    gone = {one.shift.id for one in fallen}
    on = Counter(shift.day for shift in shifts if shift.id not in gone)
    lacking = tuple(day for day in sorted(own) if on[day] < rota.needed)
    deserted = tuple(day for day in lacking if all(there.why(one, day) is not None for one in people))
    return RotaSoundness(rota, tuple(fallen), lacking, deserted)


def _no_longer_served(rota: Rota, day: date, setting: Setting) -> str:
    if rota.group == DutyGroup.LEADERS and setting.calendar.is_working(day):
        return _("这天不再是接待日")
    return _("放假安排调整，这天是%(what)s") % {"what": day_reason(setting.calendar, day)}


def fallen_of(all_of_them: Iterable[RotaSoundness], rota: UUID) -> list[Shift]:
    """The shifts of a rota that no longer stand."""
    return [fallen.shift for one in all_of_them if one.rota.id == rota for fallen in one.fallen]
