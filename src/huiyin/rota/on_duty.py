"""Who is on duty now: every page of staff says so, at the cost of one statement a minute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from time import monotonic
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone

from huiyin.people.absences import away_on
from huiyin.rota.in_force import shifts_in_force

SECONDS_KNOWN: Final = 60


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who serves today until ``ends``; ``is_away``: they were noted as away since it was planned; ``is_now``: at this moment."""

    name: str
    post: str
    begins: time
    ends: time
    is_away: bool
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """Who serves on a day, and when this process read it (monotonic seconds)."""

    read_at: float
    day: date
    serving: tuple[OnDuty, ...]


_read: Final[dict[UUID, _Known]] = {}


def on_duty(organisation: UUID, at: datetime) -> tuple[OnDuty, ...]:
    """Whose shifts of today are not over at a moment, those who serve now first. One statement."""
    here = timezone.localtime(at)
    return _at(_of_day(organisation, here.date()), here.time())


def known_on_duty(organisation: UUID, at: datetime) -> tuple[OnDuty, ...]:
    """The same as this process knew it within the last minute: every page of staff asks, and it changes a few times a day."""
    here = timezone.localtime(at)
    known = _read.get(organisation)
    if known is None or known.day != here.date() or monotonic() - known.read_at > SECONDS_KNOWN:
        serving = _of_day(organisation, here.date())
        known = _read[organisation] = _Known(monotonic(), here.date(), serving)
    return _at(known.serving, here.time())


def read_anew() -> None:
    """Have this process read at once who serves by now."""
    _read.clear()


def _at(serving: Iterable[OnDuty], now: time) -> tuple[OnDuty, ...]:
    return tuple(replace(one, is_now=one.begins <= now) for one in serving if one.ends > now)


def _of_day(organisation: UUID, day: date) -> tuple[OnDuty, ...]:
    away = away_on(day).filter(account=OuterRef("account"))
    shifts = shifts_in_force(organisation, day, day).annotate(is_away=Exists(away))
    return tuple(
        OnDuty(
            str(one.account),
            str(one.post),
            one.begins,
            one.ends,
            one.is_away or not one.account.is_active,
        )
        for one in shifts.order_by("begins", "rota__group", "id")
    )
