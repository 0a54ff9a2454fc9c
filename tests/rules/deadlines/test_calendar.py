"""The working calendar: what the shipped days say, and what a faulty or added file does."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from huiyin.rules.deadlines.calendar import Calendar, DayKind, Label
from huiyin.rules.deadlines.calendar_file import FOLDER, CalendarUnusable, load_calendar

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
    assert CN.known(year)
    assert CN.sources[year]


def test_a_year_without_a_notice_is_not_known_but_keeps_its_statutory_days() -> None:
    assert not CN.known(2027)
    assert CN.kind(date(2027, 2, 8)) is DayKind.HOLIDAY
    assert not CN.known(2040)
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


def test_an_administrator_adds_a_year_by_adding_a_file(tmp_path: Path) -> None:
    before = load_calendar("CN", ZONE, (FOLDER, tmp_path))
    write(
        tmp_path, "years:\n  2027:\n    source: notice\n    off: {new_year: [2026-12-31..2027-01-02]}\n    work: {}\n"
    )

    after = load_calendar("CN", ZONE, (FOLDER, tmp_path))

    assert not before.known(2027)
    assert after.known(2027)
    assert after.kind(date(2026, 12, 31)) is DayKind.HOLIDAY
    # The block of the added file stands in place of the provisional one.
    assert after.is_working(date(2027, 2, 8))


def test_an_added_file_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "holidays-cn.yaml", tmp_path)
    assert load_calendar("CN", ZONE, (tmp_path,)).is_working(date(2026, 3, 2))
    write(tmp_path, "years:\n  2026:\n    source: notice\n    off: {new_year: [2026-03-02]}\n")

    assert not load_calendar("CN", ZONE, (tmp_path,)).is_working(date(2026, 3, 2))


def test_loading_twice_reads_once() -> None:
    assert load_calendar("CN", ZONE) is load_calendar("CN", ZONE)


def test_an_unknown_calendar_names_the_file_to_add() -> None:
    with pytest.raises(CalendarUnusable, match=r"no calendar XX: add holidays-xx\.yaml"):
        load_calendar("XX", ZONE)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("years:\n  2027:\n    off: {}\n", "holidays-cn-x.yaml:3: years.2027.source: expected the notice"),
        (
            "years:\n  2027:\n    source: n\n    off: {mayday: [2027-05-01]}\n",
            "holidays-cn-x.yaml:5: years.2027.off.mayday: unknown holiday; names has new_year",
        ),
        (
            "years:\n  2027:\n    source: n\n    off: {new_year: [2028-01-01]}\n",
            "holidays-cn-x.yaml:5: years.2027.off.new_year: 2028-01-01 is not within 2027 or the December before",
        ),
        (
            "years:\n  2027:\n    source: n\n    off: {new_year: [2027-01-03..2027-01-01]}\n",
            "holidays-cn-x.yaml:5: years.2027.off.new_year: 2027-01-03..2027-01-01 ends before it begins",
        ),
        (
            "years:\n  2027:\n    source: n\n    off: {new_year: [first]}\n",
            "holidays-cn-x.yaml:5: years.2027.off.new_year: expected YYYY-MM-DD or FIRST..LAST, got first",
        ),
        (
            "years:\n  2027:\n    source: n\n    off: [2027-01-01]\n",
            "holidays-cn-x.yaml:5: years.2027.off: expected a mapping",
        ),
        (
            "years:\n  2027:\n    source: n\n    work: {new_year: [2027-01-04]}\n",
            "holidays-cn-x.yaml:5: years.2027.work: 2027-01-04 is no Saturday or Sunday and is worked anyhow",
        ),
        (
            "years:\n  2027:\n    source: n\n    rest: {}\n",
            "holidays-cn-x.yaml:5: years.2027.rest: expected source, provisional, off or work",
        ),
        ("years:\n  next: {}\n", "holidays-cn-x.yaml:3: years.next: expected a year with source, off and work"),
        (
            "years:\n  '2027': {source: n}\n",
            "holidays-cn-x.yaml:3: years.2027: expected a year with source, off and work",
        ),
        ("years: [2027]\n", "holidays-cn-x.yaml:2: years: expected a mapping"),
        (
            "years:\n  2027:\n    source: n\n    provisional: perhaps\n",
            "holidays-cn-x.yaml:5: years.2027.provisional: expected a valid boolean",
        ),
        ("days: {}\n", "holidays-cn-x.yaml:2: days: expected calendar, names, yearly or years"),
        ("names:\n  mayday: 五一\n", "holidays-cn-x.yaml:3: names.mayday: expected {zh: …, en: …}"),
        ('yearly:\n  new_year: ["13-01"]\n', 'holidays-cn-x.yaml:3: yearly.new_year: expected days as "MM-DD"'),
        ("years: [\n", "holidays-cn-x.yaml:3: not readable as YAML"),
    ],
)
def test_a_fault_is_named_with_file_line_and_place(tmp_path: Path, content: str, fault: str) -> None:
    write(tmp_path, content)

    with pytest.raises(CalendarUnusable) as raised:
        load_calendar("CN", ZONE, (FOLDER, tmp_path))

    assert fault in str(raised.value)


def test_all_faults_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    write(tmp_path, "years:\n  2027:\n    off: {mayday: [2027-05-01]}\n  next: {}\n")
    write(tmp_path, "extra: 1\n", name="holidays-cn-y.yaml")

    with pytest.raises(CalendarUnusable) as raised:
        load_calendar("CN", ZONE, (FOLDER, tmp_path))

    assert len(str(raised.value).splitlines()) == 4


def test_every_wrong_day_of_a_list_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "years:\n  2027:\n    source: n\n    off: {new_year: [2027-01-01, then, 2029-01-01]}\n")

    with pytest.raises(CalendarUnusable) as raised:
        load_calendar("CN", ZONE, (FOLDER, tmp_path))

    assert raised.value.wrong.splitlines() == [
        "holidays-cn-x.yaml:5: years.2027.off.new_year: expected YYYY-MM-DD or FIRST..LAST, got then",
        "holidays-cn-x.yaml:5: years.2027.off.new_year: 2029-01-01 is not within 2027 or the December before",
    ]


def test_a_day_that_is_both_off_and_worked_is_a_fault(tmp_path: Path) -> None:
    write(
        tmp_path,
        "years:\n  2027:\n    source: n\n    off: {new_year: [2027-01-02]}\n    work: {new_year: [2027-01-02]}\n",
    )

    with pytest.raises(CalendarUnusable, match="both off and work: 2027-01-02"):
        load_calendar("CN", ZONE, (FOLDER, tmp_path))


def test_a_file_of_another_calendar_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "holidays-cn-x.yaml").write_text("calendar: JP\n", encoding="utf-8")

    with pytest.raises(CalendarUnusable, match="calendar: expected CN"):
        load_calendar("CN", ZONE, (FOLDER, tmp_path))


def test_a_calendar_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        CN.code = "XX"  # type: ignore[misc]
    assert isinstance(CN, Calendar)


def write(folder: Path, content: str, name: str = "holidays-cn-x.yaml") -> None:
    """Put ``content`` into ``folder`` as a calendar file that adds to the shipped one."""
    (folder / name).write_text(f"calendar: CN\n{content}", encoding="utf-8")
