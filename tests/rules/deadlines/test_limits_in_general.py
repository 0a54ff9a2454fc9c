"""Time limits: what must hold for every period, whatever it starts from, and however it is extended and suspended."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from huiyin.rules.deadlines.limits import Derivation, Due, Limit, Pause, Span, due
from tests.rules.deadlines.test_limits import ART_34, CN, RECEIVED

# A strategy per argument; seconds are whole because a due time is.
starts = st.datetimes(datetime(2005, 1, 1), datetime(2031, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
limits = st.builds(Limit, st.integers(0, 90), st.sampled_from(["days", "working_days"]))
extensions = st.none() | st.builds(Limit, st.integers(0, 30), st.sampled_from(["days", "working_days"]))
# Offsets (hours) from the start to the pause's start, and its length.
spells = st.lists(st.tuples(st.integers(-200, 2400), st.integers(0, 500)), max_size=3)


def pauses(start: datetime, offsets: list[tuple[int, int]]) -> list[Pause]:
    """Pauses at ``offsets`` (hours after ``start``, hours of length)."""
    return [Pause(start + timedelta(hours=hours), start + timedelta(hours=hours + length)) for hours, length in offsets]


def add_up(result: Due) -> date:
    """The unrolled last day, calculated again from the derivation alone."""
    derivation = result.derivation
    days = derivation.limit.amount + (derivation.extension.amount if derivation.extension else 0)
    skipped = sum(span.days for span in derivation.skipped)
    return derivation.start + timedelta(days=days + skipped + derivation.paused_days)


@given(starts, limits, extensions, spells)
def test_no_period_ends_before_it_starts(
    start: datetime, limit: Limit, extension: Limit | None, offsets: list[tuple[int, int]]
) -> None:
    result = due(CN, start, limit, extension=extension, paused=pauses(start, offsets))

    assert result.due_at >= start
    assert CN.local_date(start) <= result.unrolled <= result.due_on


@given(starts, limits, extensions, spells)
def test_every_period_ends_on_a_working_day(
    start: datetime, limit: Limit, extension: Limit | None, offsets: list[tuple[int, int]]
) -> None:
    assert CN.is_working(due(CN, start, limit, extension=extension, paused=pauses(start, offsets)).due_on)


@pytest.mark.clause("art-36.2")
# Suspended until the morning of the day after the later start, on which nothing can end.
@example(start=datetime(2005, 1, 1, tzinfo=UTC), later_hours=64, limit=Limit(0), extension=None, offsets=[(0, 88)])
@given(starts, st.integers(0, 2000), limits, extensions, spells)
def test_a_later_start_never_ends_earlier(
    start: datetime, later_hours: int, limit: Limit, extension: Limit | None, offsets: list[tuple[int, int]]
) -> None:
    paused = pauses(start, offsets)
    later = start + timedelta(hours=later_hours)

    before = due(CN, start, limit, extension=extension, paused=paused)

    assert before.due_at <= due(CN, later, limit, extension=extension, paused=paused).due_at


@given(starts, limits, st.integers(0, 40), extensions, spells)
def test_a_longer_limit_never_ends_earlier(
    start: datetime, limit: Limit, more: int, extension: Limit | None, offsets: list[tuple[int, int]]
) -> None:
    paused = pauses(start, offsets)
    longer = Limit(limit.amount + more, limit.unit)

    before = due(CN, start, limit, extension=extension, paused=paused)

    assert before.due_at <= due(CN, start, longer, extension=extension, paused=paused).due_at


@given(starts, limits, limits, spells)
def test_extending_never_shortens(
    start: datetime, limit: Limit, extension: Limit, offsets: list[tuple[int, int]]
) -> None:
    paused = pauses(start, offsets)

    extended = due(CN, start, limit, extension=extension, paused=paused)

    assert due(CN, start, limit, paused=paused).due_at <= extended.due_at


@given(starts, limits, extensions, spells, spells)
def test_pausing_never_shortens(
    start: datetime,
    limit: Limit,
    extension: Limit | None,
    offsets: list[tuple[int, int]],
    further: list[tuple[int, int]],
) -> None:
    some = due(CN, start, limit, extension=extension, paused=pauses(start, offsets))
    more = due(CN, start, limit, extension=extension, paused=pauses(start, offsets + further))

    assert some.due_at <= more.due_at


@given(starts, limits, extensions, spells)
def test_counting_again_gives_the_same_whatever_was_counted_in_between(
    start: datetime, limit: Limit, extension: Limit | None, offsets: list[tuple[int, int]]
) -> None:
    paused = pauses(start, offsets)
    first = due(CN, start, limit, extension=extension, paused=paused)
    due(CN, start + timedelta(days=3), Limit(7), paused=[Pause(start)])

    # Neither another event nor the order of the pauses nor the hour of the same day moves a date.
    again = due(CN, start, limit, extension=extension, paused=paused[::-1])

    assert again == first


@given(starts, limits, extensions, spells)
def test_the_derivation_adds_up_to_the_due_date(
    start: datetime, limit: Limit, extension: Limit | None, offsets: list[tuple[int, int]]
) -> None:
    result = due(CN, start, limit, extension=extension, paused=pauses(start, offsets))

    assert add_up(result) == result.unrolled
    assert rolled_days(result.derivation.rolled_over) == (result.due_on - result.unrolled).days


def rolled_days(spans: tuple[Span, ...]) -> int:
    return sum(span.days for span in spans)


@given(starts, st.integers(0, 60), spells)
def test_counting_day_by_day_gives_the_same_last_day(
    start: datetime, amount: int, offsets: list[tuple[int, int]]
) -> None:
    paused = pauses(start, offsets)
    day, left = CN.local_date(start), amount
    while left:
        day += timedelta(days=1)
        left -= not any(stands(pause, day) for pause in paused)

    assert due(CN, start, Limit(amount), paused=paused).unrolled == day


def stands(pause: Pause, day: date) -> bool:
    """Whether ``day`` is suspended: by the words of the rule, without ranges."""
    assert pause.end is not None
    first, resumed = CN.local_date(pause.start), CN.local_date(pause.end)
    return day == first or first < day < resumed


@given(starts, limits, extensions, spells, st.booleans())
def test_a_derivation_survives_json(
    start: datetime, limit: Limit, extension: Limit | None, offsets: list[tuple[int, int]], named: bool
) -> None:
    derivation = due(
        CN,
        start,
        limit,
        extension=extension,
        paused=[*pauses(start, offsets), Pause(start)],
        moment=RECEIVED if named else None,
        clause=ART_34 if named else None,
    ).derivation

    assert Derivation.from_dict(json.loads(json.dumps(derivation.to_dict()))) == derivation
