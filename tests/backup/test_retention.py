"""Of each of the last days, weeks and months that have a backup the latest is kept; the latest of all always."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from huiyin.backup.retention import KeepRule, spent

SHANGHAI = ZoneInfo("Asia/Shanghai")
FIRST = datetime(2026, 11, 30, 18, tzinfo=UTC)  # two in the morning of 1 December in Shanghai, a Tuesday


def nightly(nights: int) -> dict[Path, datetime]:
    """A backup each night, the latest on 1 December."""
    return {Path(f"{ago:03}"): FIRST - timedelta(days=ago) for ago in range(nights)}


def kept(backups: dict[Path, datetime], keep: KeepRule) -> list[int]:
    """How many days ago each was made that stays."""
    return sorted(int(path.name) for path in backups.keys() - spent(backups, keep, SHANGHAI))


def test_nothing_is_deleted_where_nothing_is_said() -> None:
    assert spent(nightly(400), KeepRule(), SHANGHAI) == []


def test_one_of_each_of_the_last_days_stays() -> None:
    assert kept(nightly(30), KeepRule(daily=7)) == [0, 1, 2, 3, 4, 5, 6]


def test_of_a_day_the_latest_stays() -> None:
    at_noon = {Path("noon"): FIRST + timedelta(hours=10)}
    assert spent(nightly(1) | at_noon, KeepRule(daily=3), SHANGHAI) == [Path("000")]


def test_days_begin_where_the_installation_is() -> None:
    evening, night = datetime(2026, 11, 30, 15, 59, tzinfo=UTC), datetime(2026, 11, 30, 16, 1, tzinfo=UTC)
    backups = {Path("evening"): evening, Path("night"): night}
    assert spent(backups, KeepRule(daily=2), SHANGHAI) == []
    assert spent(backups, KeepRule(monthly=2), SHANGHAI) == []
    assert spent(backups, KeepRule(weekly=2), SHANGHAI) == [Path("evening")]


def test_weeks_and_months_reach_further_back() -> None:
    # The week of Tuesday 1 December, and those that end on Sunday 29 and 22 November; of months December, November, October.
    assert kept(nightly(100), KeepRule(daily=2, weekly=3, monthly=3)) == [0, 1, 2, 9, 31]
    assert kept(nightly(100), KeepRule(monthly=3)) == [0, 1, 31]


def test_periods_without_a_backup_do_not_count() -> None:
    old = {Path("500"): FIRST - timedelta(days=500), Path("900"): FIRST - timedelta(days=900)}
    assert kept(nightly(1) | old, KeepRule(daily=3)) == [0, 500, 900]


@given(
    st.lists(st.integers(0, 5_000_000), min_size=1, max_size=40),
    st.builds(KeepRule, st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)),
)
def test_the_latest_always_stays_and_no_more_than_was_asked_for(minutes: list[int], keep: KeepRule) -> None:
    backups = {Path(str(n)): FIRST - timedelta(minutes=ago) for n, ago in enumerate(minutes)}
    gone = spent(backups, keep, SHANGHAI)
    left = backups.keys() - set(gone)
    assert max(backups.values()) in {backups[path] for path in left}
    if keep != KeepRule():
        assert len(left) <= max(1, keep.daily + keep.weekly + keep.monthly)
        assert spent({path: backups[path] for path in left}, keep, SHANGHAI) == []
