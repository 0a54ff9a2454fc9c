"""Holidays that an administrator entered from a year's notice: they count instead of those that ship, under every version of every rulebook."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from time import monotonic
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction

from huiyin.people import administration
from huiyin.people.models import Account
from huiyin.rule_store.models import HolidayNotice
from huiyin.rules.book.calendars.calendar_file import load_calendar
from huiyin.rules.book.load import Rules
from huiyin.rules.deadlines.calendar import Calendar

ZONE: Final = "Asia/Shanghai"
SECONDS_KNOWN: Final = 30
"""So long a process goes by what it has read: every page and action asks for the calendar, which changes once a year."""

_read: Final[dict[str, tuple[float, tuple[str, ...]]]] = {}
_as_if: Final[ContextVar[tuple[str, str] | None]] = ContextVar("holidays_as_if", default=None)


def with_entered_holidays(name: str, rules: Rules) -> Rules:
    """``rules``, known as ``name``, with the holidays that were entered here; ``rules`` themselves where none were."""
    entered = entered_texts(rules.calendar.code)
    return _joined(name, rules, entered) if entered else rules


def entered_texts(code: str) -> tuple[str, ...]:
    """The texts that count for the calendar ``code``, one a year; another process may have entered one within the last half minute."""
    known = _read.get(code)
    if known is None or monotonic() - known[0] > SECONDS_KNOWN:
        rows = HolidayNotice.objects.filter(calendar=code).order_by("entered_at", "id").values_list("year", "text")
        by_year = dict(rows)
        known = _read[code] = monotonic(), tuple(by_year[year] for year in sorted(by_year))
    supposed = _as_if.get()
    return (*known[1], supposed[1]) if supposed and supposed[0] == code else known[1]


def read_anew() -> None:
    """Have this process read at once what is entered by now."""
    _read.clear()


@contextmanager
def as_if(code: str, text: str) -> Iterator[None]:
    """Within it dates are counted as if ``text`` had been entered: here alone, whatever other threads do meanwhile."""
    token = _as_if.set((code, text))
    try:
        yield
    finally:
        _as_if.reset(token)


def calendar_now(code: str) -> Calendar:
    """The calendar ``code`` as it counts. Within ``as_if`` RulebookFlawed with what is wrong with that text."""
    return load_calendar(code, ZONE, entered=entered_texts(code))


def enter(code: str, year: int, source: str, text: str, at: datetime, by: Account | None, reason: str) -> HolidayNotice:
    """Have ``text`` count for ``year`` from the commit of the caller's transaction on. Raises RulebookFlawed when it cannot be read."""
    with as_if(code, text):
        calendar_now(code)
    notice = HolidayNotice.objects.create(
        calendar=code, year=year, source=source, text=text, entered_at=at, entered_by=by
    )
    transaction.on_commit(read_anew)
    administration.record_act(
        "enter_holidays", [notice], at, None, by=by, subject=f"{year} {source}"[:300], reason=reason
    )
    return notice


@lru_cache(maxsize=64)
def _joined(name: str, rules: Rules, entered: tuple[str, ...]) -> Rules:
    calendar = rules.calendar
    zone: ZoneInfo = calendar.zone
    return replace(rules, calendar=load_calendar(calendar.code, zone, entered=entered))
