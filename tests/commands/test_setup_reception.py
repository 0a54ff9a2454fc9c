"""The line by which a reception time is given in a terminal."""

from __future__ import annotations

import pytest

from huiyin.commands.staff.setup import reception_time

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("line", "weekdays"),
    [("1-5 9:00-11:30", [1, 2, 3, 4, 5]), (" 2,4 9:00 – 11:30 ", [2, 4]), ("3 9:00-11:30", [3])],
)
def test_a_reception_time_is_written_as_people_write_it(line: str, weekdays: list[int]) -> None:
    assert reception_time(line) == {"weekdays": weekdays, "begins": "9:00", "ends": "11:30"}


@pytest.mark.parametrize(
    "line", ["5-1 9:00-11:30", "1-5 九点", "8 9:00-11:30", "1-5 9:99-11:30", "1-5 17:00-9:00", "1 9:00"]
)
def test_what_cannot_be_understood_is_asked_again(line: str) -> None:
    assert reception_time(line) is None
