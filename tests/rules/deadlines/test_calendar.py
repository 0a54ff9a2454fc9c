"""The working calendar: what the shipped days say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from huiyin.rules.book.calendars.calendar_file import load_calendar
from huiyin.rules.deadlines.calendar import Calendar, DayKind, Label

ZONE = "Asia/Shanghai"
CN = load_calendar("CN", ZONE)


@pytest.mark.parametrize(
    ("day", "kind", "zh", "en"),
    [
        ("2026-03-02", DayKind.WORKING, "工作日", "working day"),
        ("2026-03-01", DayKind.WEEKEND, "周末", "weekend"),
        ("2026-10-03", DayKind.HOLIDAY, "国庆节", "National Day"),
        ("2026-10-10", DayKind.MAKE_UP, "国庆节调休上班", "make-up working day for National Day"),
        ("2026-02-14", DayKind.MAKE_UP, "春节调休上班", "make-up working day for Spring Festival"),
        ("2020-01-31", DayKind.HOLIDAY, "春节", "Spring Festival"),
        ("2019-05-05", DayKind.MAKE_UP, "劳动节调休上班", "make-up working day for Labour Day"),
        ("2018-12-31", DayKind.HOLIDAY, "元旦", "New Year"),
        ("2015-09-03", DayKind.HOLIDAY, "抗战胜利纪念日", "Victory Day"),
    ],
)
def test_a_day_has_its_official_kind_and_says_why(day: str, kind: DayKind, zh: str, en: str) -> None:
    then = date.fromisoformat(day)

    assert CN.kind(then) is kind
    assert CN.reason(then) == Label(zh, en)


def test_kind_and_is_working_agree_on_every_day_of_thirty_years() -> None:
    days = (date(2002, 1, 1) + timedelta(days=offset) for offset in range(30 * 366))

    assert all(CN.is_working(day) == (CN.kind(day) in {DayKind.WORKING, DayKind.MAKE_UP}) for day in days)


@pytest.mark.parametrize("year", range(2004, 2027))
def test_a_published_year_has_as_many_working_days_as_the_law_leaves(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=offset) for offset in range(365)]

    # 365 days less about 104 of weekends and 10 to 13 statutory days; a few more or less as a swap crosses New Year.
    assert 245 <= sum(CN.is_working(day) for day in days) <= 254
    assert CN.knows_year(year)
    assert CN.sources[year]


def test_a_year_without_a_notice_is_not_known_but_keeps_its_statutory_days() -> None:
    assert not CN.knows_year(2027)
    assert CN.kind(date(2027, 2, 8)) is DayKind.HOLIDAY
    assert not CN.knows_year(2040)
    assert CN.kind(date(2040, 10, 2)) is DayKind.HOLIDAY
    assert CN.is_working(date(2040, 10, 4))


def test_days_are_unsettled_where_a_missing_notice_can_still_reach_them() -> None:
    assert CN.unsettled(date(2026, 3, 1), date(2026, 12, 28)) == ()
    assert CN.unsettled(date(2026, 12, 28), date(2026, 12, 29)) == (2027,)
    assert CN.unsettled(date(2026, 12, 1), date(2028, 1, 5)) == (2027, 2028)


def test_the_date_of_a_moment_is_that_of_the_calendars_zone() -> None:
    moment = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)

    assert CN.local_date(moment) == date(2026, 3, 2)
    assert load_calendar("CN", "UTC").local_date(moment) == date(2026, 3, 1)


def test_a_naive_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="aware datetime"):
        CN.local_date(datetime(2026, 3, 1))  # noqa: DTZ001


def test_a_day_ends_with_its_last_second_in_the_zone() -> None:
    assert CN.end_of(date(2026, 3, 2)).astimezone(UTC) == datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)


def test_a_calendar_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        CN.code = "XX"  # type: ignore[misc]
    assert isinstance(CN, Calendar)
