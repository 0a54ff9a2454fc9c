"""Whether the days off of this year and the next are known: due dates that rest on others are provisional."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from huiyin.doctor.finding import Finding, failure, notice, ok, warning
from huiyin.doctor.surroundings import Surroundings
from huiyin.people.appointments import day_of
from huiyin.people.models import Organisation
from huiyin.rule_store.store import load
from huiyin.rules.book.load import RulebookFlawed

DECEMBER: Final = 12
"""The notice of the State Council for the next year comes out in November as a rule."""


def look(surroundings: Surroundings) -> Iterator[Finding]:
    """The calendars of the rulebooks in force, each once."""
    day = day_of(surroundings.at)
    published: dict[str, frozenset[int]] = {}
    for book in sorted(set(Organisation.objects.values_list("rulebook", flat=True))):
        try:
            calendar = load(book).calendar
        except RulebookFlawed:
            continue  # told by the check of roles
        published[calendar.code] = calendar.published
    for code, years in published.items():
        yield _judged(code, years, day.year, day.month)


def _judged(code: str, years: frozenset[int], year: int, month: int) -> Finding:
    to_do = _("按国务院办公厅的通知，在“系统管理 › 放假安排”录入 %(year)d 年的放假安排")
    if year not in years:
        return failure(
            "holidays.this-year",
            _("没有 %(year)d 年的放假安排，期限推算只是暂定的") % {"year": year},
            to_do % {"year": year},
        )
    if year + 1 in years:
        return ok("holidays", _("已有 %(year)d 年的放假安排") % {"year": year + 1})
    worse = warning if month == DECEMBER else notice
    return worse(
        "holidays.next-year",
        _("还没有 %(year)d 年的放假安排，跨年的期限是暂定的") % {"year": year + 1},
        to_do % {"year": year + 1},
    )
