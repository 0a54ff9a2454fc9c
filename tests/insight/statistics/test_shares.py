"""Shares with how sure they are, and spans of days."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.insight.statistics.shares import MIN_VOLUME, DaySpan, MatterShare, month_of, month_to_show


def test_of_few_matters_no_share_is_told() -> None:
    assert MatterShare(MIN_VOLUME - 1, MIN_VOLUME - 1).value is None
    assert MatterShare(0, 0).interval is None
    assert MatterShare(MIN_VOLUME, MIN_VOLUME).value == 1.0


@pytest.mark.parametrize(
    ("good", "total", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_the_interval_is_that_of_wilson(good: int, total: int, low: float, high: float) -> None:
    """The examples of Newcombe (Statistics in Medicine 17, 857–872, 1998), method 3."""
    found = MatterShare(good, total).interval
    assert found is not None
    assert found == pytest.approx((low, high), abs=0.00006)


@pytest.mark.parametrize(
    ("span", "before", "year_before"),
    [
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28"), ("2025-03-01", "2025-03-31")),
        (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31"), ("2025-01-01", "2025-12-31")),
        (("2024-02-01", "2024-02-29"), ("2024-01-01", "2024-01-31"), ("2023-02-01", "2023-02-28")),
        (("2026-03-02", "2026-03-08"), ("2026-02-23", "2026-03-01"), ("2025-03-02", "2025-03-08")),
        (("2024-02-29", "2024-02-29"), ("2024-02-28", "2024-02-28"), ("2023-02-28", "2023-02-28")),
    ],
)
def test_months_are_compared_with_months_and_other_spans_with_as_many_days(
    span: tuple[str, str], before: tuple[str, str], year_before: tuple[str, str]
) -> None:
    asked = DaySpan(*map(date.fromisoformat, span))
    assert asked.before == DaySpan(*map(date.fromisoformat, before))
    assert asked.year_before == DaySpan(*map(date.fromisoformat, year_before))


def test_a_span_is_counted_in_whole_days_of_the_installation() -> None:
    span = month_of(date(2026, 2, 17))
    assert span == DaySpan(date(2026, 2, 1), date(2026, 2, 28))
    assert (span.begins.isoformat(), span.ends.isoformat()) == (
        "2026-02-01T00:00:00+08:00",
        "2026-03-01T00:00:00+08:00",
    )


def test_figures_open_on_the_last_month_on_the_first_of_a_month_and_on_this_month_after_it() -> None:
    assert month_to_show(date(2027, 1, 1)) == month_of(date(2026, 12, 31))
    assert month_to_show(date(2027, 1, 2)) == month_to_show(date(2027, 1, 31)) == month_of(date(2027, 1, 2))
