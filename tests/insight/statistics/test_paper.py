"""The name of a reported period."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.insight.statistics.printed import period_in_words
from huiyin.insight.statistics.shares import DaySpan


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-03-01", "2026-03-31", "2026年3月"),
        ("2024-02-01", "2024-02-29", "2024年2月"),
        ("2026-04-01", "2026-06-30", "2026年第二季度"),
        ("2026-10-01", "2026-12-31", "2026年第四季度"),
        ("2026-01-01", "2026-12-31", "2026年"),
        ("2026-02-01", "2026-04-30", "2026年2月1日至2026年4月30日"),
        ("2025-12-01", "2026-12-31", "2025年12月1日至2026年12月31日"),
        ("2026-03-01", "2026-03-30", "2026年3月1日至2026年3月30日"),
    ],
)
def test_a_period_is_called_by_its_name(first: str, last: str, words: str) -> None:
    assert period_in_words(DaySpan(date.fromisoformat(first), date.fromisoformat(last))) == words
