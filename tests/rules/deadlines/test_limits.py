"""Time limits: the cases that the law's text decides, and what must hold for every period."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.rules.book.calendars.calendar_file import load_calendar
from huiyin.rules.deadlines.calendar import Label
from huiyin.rules.deadlines.duration import LimitTooLong
from huiyin.rules.deadlines.limits import (
    Limit,
    Pause,
    Roll,
    due,
    explain,
    parse,
)

ZONE = ZoneInfo("Asia/Shanghai")
CN = load_calendar("CN", ZONE)
RECEIVED = Label("收到", "received")
ART_34 = Label("第三十四条", "Art. 34")


def at(day: str, hour: int = 10) -> datetime:
    """``hour`` o'clock of ``day`` in Beijing, in UTC as the system keeps it."""
    return datetime.combine(date.fromisoformat(day), time(hour), ZONE).astimezone(UTC)


def on(day: str) -> date:
    return date.fromisoformat(day)


# --- the length -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("15 days", Limit(15)),
        ("1 day", Limit(1)),
        ("5 working days", Limit(5, "working_days")),
        ("1 working day", Limit(1, "working_days")),
        ("at once", Limit(0)),
    ],
)
def test_a_length_is_read_and_written_the_same_way(text: str, limit: Limit) -> None:
    assert parse(text) == limit
    assert str(limit) == text


@given(st.builds(Limit, st.integers(1, 3660), st.sampled_from(["days", "working_days", "hours", "minutes"])))
def test_every_length_survives_writing_and_reading(limit: Limit) -> None:
    assert parse(str(limit)) == limit


@pytest.mark.parametrize("text", ["", "15", "fifteen days", "15 Days", "-1 days", "2 weeks", "15  days", "１５ days"])
def test_a_length_that_cannot_be_read_says_what_may_be_written(text: str) -> None:
    with pytest.raises(ValueError, match='write "15 days", "5 working days", "2 hours", "15 minutes" or "at once"'):
        parse(text)


def test_minutes_run_by_the_clock_in_and_outside_office_hours() -> None:
    saturday_night = datetime(2026, 3, 7, 14, 50, tzinfo=UTC)
    ends = due(CN, saturday_night, Limit(15, "minutes"))
    assert (ends.due_at, Limit(15, "minutes").text("zh")) == (datetime(2026, 3, 7, 15, 5, tzinfo=UTC), "15 分钟")
    with pytest.raises(LimitTooLong):
        Limit(3661 * 24 * 60, "minutes")


def test_no_working_days_are_the_same_as_at_once() -> None:
    assert parse("0 working days") == parse("0 days") == parse("at once")


def test_a_length_of_more_than_ten_years_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 3660 days, not 36500"):
        parse("36500 days")


def test_a_length_is_counted_in_days_or_working_days_only() -> None:
    with pytest.raises(ValueError, match="not in 'weeks'"):
        Limit(2, "weeks")  # type: ignore[arg-type]


# --- examples ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "start", "unrolled", "due_on"),
    [
        ("15 days", "2026-01-30", "2026-02-14", "2026-02-14"),
        ("15 days", "2026-04-20", "2026-05-05", "2026-05-06"),
        ("60 days", "2026-08-04", "2026-10-03", "2026-10-08"),
        ("60 days", "2026-09-25", "2026-11-24", "2026-11-24"),
        ("30 days", "2026-09-07", "2026-10-07", "2026-10-08"),
        ("60 days", "2023-10-01", "2023-11-30", "2023-11-30"),
        ("5 working days", "2026-02-12", "2026-02-26", "2026-02-26"),
        ("5 working days", "2026-09-29", "2026-10-12", "2026-10-12"),
        ("3 working days", "2026-04-29", "2026-05-07", "2026-05-07"),
        ("5 working days", "2026-11-24", "2026-12-01", "2026-12-01"),
    ],
)
def test_the_ten_worked_examples_end_on_their_day(limit: str, start: str, unrolled: str, due_on: str) -> None:
    result = due(CN, at(start), parse(limit))

    assert (result.unrolled, result.due_on) == (on(unrolled), on(due_on))
    assert not result.provisional


def test_a_period_ends_with_the_last_second_of_its_day_in_the_zone_given_in_utc() -> None:
    result = due(CN, at("2025-12-31"), parse("60 days"))

    assert result.due_at == datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC)
    assert result.due_at.tzinfo is UTC


def test_the_day_of_the_event_is_that_of_the_zone_and_not_of_utc() -> None:
    late_evening_utc = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)

    assert due(CN, late_evening_utc, parse("1 day")).due_on == on("2026-03-03")


def test_a_naive_start_is_refused() -> None:
    with pytest.raises(ValueError, match="aware datetime"):
        due(CN, datetime(2026, 3, 1), parse("1 day"))  # noqa: DTZ001


def test_at_once_is_due_by_the_end_of_the_same_working_day() -> None:
    assert due(CN, at("2026-11-24"), parse("at once")).due_on == on("2026-11-24")


def test_at_once_on_a_day_off_is_due_on_the_first_working_day() -> None:
    assert due(CN, at("2026-10-03"), parse("at once")).due_on == on("2026-10-08")


def test_without_rolling_a_period_ends_on_a_day_off() -> None:
    result = due(CN, at("2026-08-04"), parse("60 days"), roll="none")

    assert result.due_on == result.unrolled == on("2026-10-03")


# --- extension --------------------------------------------------------------------------------------------------------


def test_an_extension_is_added_to_the_last_day_before_it_rolls() -> None:
    # 60 days end on 3 October and roll to the 8th; 30 more run from the 3rd, not from the 8th.
    result = due(CN, at("2026-08-04"), parse("60 days"), extension=parse("30 days"))

    assert result.unrolled == on("2026-11-02")
    assert result.due_on == on("2026-11-02")


def test_an_extension_counts_in_its_own_unit() -> None:
    result = due(CN, at("2026-11-20"), parse("1 day"), extension=parse("2 working days"))

    assert result.due_on == on("2026-11-24")


# --- suspension -------------------------------------------------------------------------------------------------------


def test_suspended_days_do_not_count() -> None:
    result = due(CN, at("2026-11-02"), parse("10 days"), paused=[Pause(at("2026-11-05"), at("2026-11-09"))])

    assert result.unrolled == on("2026-11-16")
    assert result.derivation.paused_days == 4


def test_a_hearing_within_one_day_takes_that_day() -> None:
    result = due(CN, at("2026-11-02"), parse("10 days"), paused=[Pause(at("2026-11-05", 9), at("2026-11-05", 17))])

    assert result.unrolled == on("2026-11-13")


def test_days_off_within_a_suspension_are_not_left_out_twice() -> None:
    # Suspended from Thursday to Tuesday: only Thursday, Friday and Monday would have counted.
    pause = Pause(at("2026-11-05"), at("2026-11-10"))
    result = due(CN, at("2026-11-04"), parse("3 working days"), paused=[pause])

    assert result.due_on == on("2026-11-12")
    assert result.derivation.skipped == ()


def test_overlapping_suspensions_count_once_and_in_any_order() -> None:
    one, other = Pause(at("2026-11-05"), at("2026-11-09")), Pause(at("2026-11-07"), at("2026-11-12"))
    whole = Pause(at("2026-11-05"), at("2026-11-12"))

    apart = due(CN, at("2026-11-02"), parse("10 days"), paused=[other, one])

    assert apart == due(CN, at("2026-11-02"), parse("10 days"), paused=[whole])


@pytest.mark.parametrize(("start", "end"), [("2026-10-20", "2026-11-02"), ("2026-11-30", "2026-12-10")])
def test_a_suspension_outside_the_period_changes_nothing(start: str, end: str) -> None:
    paused = due(CN, at("2026-11-02"), parse("10 days"), paused=[Pause(at(start), at(end))])

    assert paused == due(CN, at("2026-11-02"), parse("10 days"))


def test_a_period_does_not_end_while_it_is_suspended() -> None:
    # The tenth day is Sunday 15 November; a hearing on Monday moves the end from Monday to Tuesday.
    hearing = Pause(at("2026-11-16", 9), at("2026-11-16", 17))

    result = due(CN, at("2026-11-05"), parse("10 days"), paused=[hearing])

    assert result.due_on == on("2026-11-17")
    assert result.derivation.rolled_over[-1].reason.en == "suspension"


def test_an_open_suspension_is_counted_as_if_resumed_at_the_given_moment() -> None:
    pause = Pause(at("2026-11-05"))

    result = due(CN, at("2026-11-02"), parse("10 days"), paused=[pause], as_of=at("2026-11-09"))

    assert result.suspended
    assert result.unrolled == on("2026-11-16")


def test_an_open_suspension_without_a_moment_gives_the_earliest_possible_end() -> None:
    result = due(CN, at("2026-11-02"), parse("10 days"), paused=[Pause(at("2026-11-05"))])

    assert result.suspended
    assert result.unrolled == on("2026-11-13")


def test_a_period_that_starts_inside_a_suspension_starts_when_it_ends() -> None:
    # Suspended until Monday 9 November, which is then the first day counted, as for what started before.
    pause = Pause(at("2026-11-05"), at("2026-11-09"))

    inside, before = (due(CN, at(day), parse("2 days"), paused=[pause]) for day in ("2026-11-06", "2026-11-04"))

    assert inside.due_on == before.due_on == on("2026-11-10")
    assert inside.derivation.paused_days == 2


@pytest.mark.parametrize("roll", ["forward", "none"])
def test_what_is_due_at_once_inside_a_suspension_is_due_on_the_day_it_ends(roll: Roll) -> None:
    pause = Pause(at("2026-11-05"), at("2026-11-10"))

    result = due(CN, at("2026-11-06"), parse("at once"), paused=[pause], roll=roll, moment=RECEIVED)

    assert result.due_on == on("2026-11-10")
    assert explain(result.derivation, "zh") == (
        "2026-11-10 = 收到 2026-11-06 当日，末日 2026-11-06（中止计算）休息，顺延至次一工作日"
    )


def test_a_hearing_on_the_day_of_the_event_does_not_lengthen_the_period() -> None:
    hearing = Pause(at("2026-11-02", 9), at("2026-11-02", 17))

    assert due(CN, at("2026-11-02"), parse("10 days"), paused=[hearing]) == due(CN, at("2026-11-02"), parse("10 days"))


def test_a_suspension_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="cannot end before it starts"):
        Pause(at("2026-11-05"), at("2026-11-04"))


# --- years without data -----------------------------------------------------------------------------------------------


def test_a_period_that_ends_in_a_year_without_a_notice_is_provisional_and_says_so() -> None:
    result = due(CN, at("2026-11-24"), parse("60 days"))

    assert result.provisional
    assert result.due_on == on("2027-01-25")
    assert [warning.zh[:6] for warning in result.derivation.warnings] == ["2027 年"]


def test_natural_days_that_only_pass_through_a_year_without_a_notice_are_not_provisional() -> None:
    # Only the end asks whether a day is worked: 2003 has no data, the end in 2004 has.
    assert not due(CN, at("2003-12-01"), parse("60 days")).provisional
    assert due(CN, at("2003-12-30"), parse("30 working days")).provisional


def test_a_period_that_never_asks_the_calendar_is_not_provisional() -> None:
    assert not due(CN, at("2026-12-20"), parse("60 days"), roll="none").provisional


# --- the derivation ---------------------------------------------------------------------------------------------------


def test_a_derivation_reads_as_one_sentence() -> None:
    result = due(CN, at("2025-12-31"), parse("60 days"), moment=RECEIVED, clause=ART_34)

    assert explain(result.derivation, "zh") == (
        "2026-03-02 = 收到 2025-12-31 起 60 日（第三十四条），末日 2026-03-01（周日）休息，顺延至次一工作日"
    )
    assert explain(result.derivation, "en") == (
        "2026-03-02 = received 2025-12-31, 60 natural days (Art. 34), rolled over Sunday 2026-03-01"
    )


def test_a_derivation_names_extension_suspension_and_holiday() -> None:
    result = due(
        CN,
        at("2026-08-20"),
        parse("30 days"),
        extension=parse("10 days"),
        paused=[Pause(at("2026-08-25"), at("2026-08-27"))],
    )

    assert explain(result.derivation, "zh") == (
        "2026-10-08 = 2026-08-20 起 30 日，延长 10 日，扣除中止 2 日（2026-08-25–2026-08-26），"
        "末日 2026-10-01（国庆节）休息，顺延至次一工作日"
    )
    assert explain(result.derivation, "en") == (
        "2026-10-08 = 2026-08-20, 30 natural days, extended by 10 natural days, "
        "without 2 days of suspension (2026-08-25–2026-08-26), rolled over National Day 2026-10-01–2026-10-07"
    )


def test_a_derivation_in_working_days_names_what_it_did_not_count() -> None:
    result = due(CN, at("2026-09-29"), parse("5 working days"), moment=RECEIVED)

    assert explain(result.derivation, "zh") == (
        "2026-10-12 = 收到 2026-09-29 起 5 个工作日，不计周末 1 日、国庆节 2026-10-01–2026-10-07"
    )
    assert explain(result.derivation, "en") == (
        "2026-10-12 = received 2026-09-29, 5 working days, "
        "not counting 1 weekend day and National Day 2026-10-01–2026-10-07"
    )


def test_a_derivation_says_that_the_clock_stands_and_what_may_still_change() -> None:
    result = due(CN, at("2026-12-20"), parse("30 days"), paused=[Pause(at("2026-12-21"))])

    assert "现已中止计算，恢复后重新推算" in explain(result.derivation, "zh")
    assert "2027 年放假安排尚无数据" in explain(result.derivation, "zh")
    assert "suspended now" in explain(result.derivation, "en")


def test_at_once_reads_as_the_same_day() -> None:
    derivation = due(CN, at("2026-11-24"), parse("at once"), moment=RECEIVED).derivation

    assert explain(derivation, "zh") == "2026-11-24 = 收到 2026-11-24 当日"
    assert explain(derivation, "en") == "2026-11-24 = received 2026-11-24, at once"
