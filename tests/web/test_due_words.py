"""How far away a due time is, as pages say it: in days where a period of days ends, in hours where it is an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huiyin.web.templatetags.pages import due_day, due_words

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # in Shanghai
END_OF_DAY = datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due_at", "said", "day"),
    [
        (END_OF_DAY, "今天到期", "2026-03-02"),
        (END_OF_DAY - timedelta(days=1), "逾期 1 天", "2026-03-01"),
        (END_OF_DAY + timedelta(days=2), "剩 2 天", "2026-03-04"),
        (NOON + timedelta(minutes=47), "剩不到 1 小时", "2026-03-02 12:47"),
        (NOON + timedelta(hours=23), "剩不到 23 小时", "2026-03-03 11:00"),
        (NOON - timedelta(minutes=110), "逾期 2 小时", "2026-03-02 10:10"),
        (NOON - timedelta(hours=30), "逾期 1 天", "2026-03-01 06:00"),
    ],
)
def test_hours_are_said_where_a_limit_runs_by_the_clock(due_at: datetime, said: str, day: str) -> None:
    assert due_words(due_at, NOON) == said
    assert due_day(due_at) == day
