"""Holidays that an administrator entered from a year's notice: they count instead of those that ship, under every version of every rulebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from huiyin.people import administration
from huiyin.people.models import Account
from huiyin.people.once_a_request import forget, once_a_request
from huiyin.rows import Prepared
from huiyin.rule_store.models import HolidayNotice
from huiyin.rules.book.calendar_file import load_calendar
from huiyin.rules.book.load import Rules
from huiyin.rules.deadlines.calendar import Calendar

KEY: Final = "entered-holidays"
ZONE: Final = "Asia/Shanghai"

_texts: Final = Prepared(
    lambda code: HolidayNotice.objects.filter(calendar=code).order_by("entered_at", "id").values_list("year", "text")
)


def with_entered_holidays(name: str, rules: Rules) -> Rules:
    """``rules``, known as ``name``, with the holidays that were entered here; ``rules`` themselves where none were."""
    entered = entered_texts(rules.calendar.code)
    return _joined(name, rules, entered) if entered else rules


def entered_texts(code: str) -> tuple[str, ...]:
    """The texts that count for the calendar ``code``, one a year."""
    by_year: Mapping[int, str] = once_a_request((KEY, code), lambda: dict(_texts.all(code)))
    return tuple(by_year[year] for year in sorted(by_year))


def calendar_now(code: str, also: str = "") -> Calendar:
    """The calendar ``code`` as it counts, with the text ``also`` on top. Raises RulebookFlawed with what is wrong with ``also``."""
    entered = (*entered_texts(code), *((also,) if also else ()))
    return load_calendar(code, ZONE, entered=entered)


def enter(code: str, year: int, source: str, text: str, at: datetime, by: Account | None, reason: str) -> HolidayNotice:
    """Have ``text`` count for ``year`` from now on, in the caller's transaction. Raises RulebookFlawed when it cannot be read."""
    calendar_now(code, text)
    notice = HolidayNotice.objects.create(
        calendar=code, year=year, source=source, text=text, entered_at=at, entered_by=by
    )
    read_anew(code)
    administration.record_act(
        "enter_holidays", [notice], at, None, by=by, subject=f"{year} {source}"[:300], reason=reason
    )
    return notice


def read_anew(code: str) -> None:
    """Have the rest of the request count by what is entered for the calendar ``code`` now."""
    forget((KEY, code))


@lru_cache(maxsize=64)
def _joined(name: str, rules: Rules, entered: tuple[str, ...]) -> Rules:
    calendar = rules.calendar
    zone: ZoneInfo = calendar.zone
    return replace(rules, calendar=load_calendar(calendar.code, zone, entered=entered))
