"""Which days a reception time makes: none on a holiday, and what is told of it in words."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from huiyin.people.models import ReceptionTime
from huiyin.people.staff.reception import in_words, sessions
from huiyin.rules.book.calendars.calendar_file import load_calendar

CALENDAR = load_calendar("CN", "Asia/Shanghai")
FIRST = date(2026, 9, 28)
"""A Monday: Thursday begins a holiday of seven days, for which Saturday 10 October is worked."""


def at_nine(**when: Any) -> ReceptionTime:
    return ReceptionTime(begins=time(9), ends=time(11, 30), **when)


@pytest.mark.parametrize(
    ("when", "words", "days"),
    [
        ({"weekdays": [2, 4]}, "每周二、周四 9:00—11:30", [(9, 29), (10, 8)]),
        ({"weekdays": [1, 2, 3, 4, 5]}, "工作日 9:00—11:30", [(9, 28), (9, 29), (9, 30), (10, 8), (10, 9), (10, 10)]),
        ({"weekdays": [4], "weeks": [2]}, "每月第二个周四 9:00—11:30", [(10, 8)]),
        ({"weekdays": [4], "weeks": [1]}, "每月第一个周四 9:00—11:30", []),
        ({"day": date(2026, 10, 3)}, "2026-10-03 9:00—11:30", [(10, 3)]),
        ({"weekdays": [6]}, "每周六 9:00—11:30", []),
    ],
)
def test_holidays_have_no_reception_but_one_that_was_set_for_the_day(
    when: dict[str, Any], words: str, days: list[tuple[int, int]]
) -> None:
    one = at_nine(**when)
    assert in_words(one) == words
    held = sessions([one], FIRST, 13, CALENDAR)
    assert [(session.day.month, session.day.day) for session in held] == days


def test_the_reception_day_of_a_leader_is_on_the_working_day_after_a_holiday_and_says_so() -> None:
    """Friday, 25 September, is a holiday as well."""
    found = [(one.day, one.note) for one in sessions([at_nine(weekdays=[4, 5], receiver="局长")], FIRST, 13, CALENDAR)]
    assert found == [
        (date(2026, 9, 28), "9月25日逢节假日，顺延到这天"),
        (date(2026, 10, 8), "10月1日、10月2日逢节假日，顺延到这天"),
        (date(2026, 10, 9), ""),
    ]
    first = sessions([at_nine(weekdays=[4], weeks=[1], receiver="局长")], FIRST, 13, CALENDAR)
    assert [one.day for one in first] == [date(2026, 10, 8)]
