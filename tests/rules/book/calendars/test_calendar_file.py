"""The files of the calendar: what an added file does, and that a faulty one is told with file, line and place, as a faulty book is."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from huiyin.rules.book.calendars.calendar_file import FOLDER, NoCalendar, load_calendar
from huiyin.rules.book.yaml_reader import RulebookFlawed
from huiyin.rules.deadlines.calendar import DayKind
from tests.rules.untranslated import untranslated

ZONE = "Asia/Shanghai"


def test_an_administrator_adds_a_year_by_adding_a_file(tmp_path: Path) -> None:
    before = load_calendar("CN", ZONE, (FOLDER, tmp_path))
    write(
        tmp_path, "years:\n  2027:\n    source: notice\n    off: {new_year: [2026-12-31..2027-01-02]}\n    work: {}\n"
    )

    after = load_calendar("CN", ZONE, (FOLDER, tmp_path))

    assert not before.knows_year(2027)
    assert after.knows_year(2027)
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
    with pytest.raises(NoCalendar, match=r"no calendar XX; add holidays-xx\.yaml"):
        load_calendar("XX", ZONE)


FAULTS: Final = [
    ("years:\n  2027:\n    off: {}\n", "3: years.2027.source: this key must be given; found: nothing"),
    (
        "years:\n  2027:\n    source: n\n    off: {mayday: [2027-05-01]}\n",
        "5: years.2027.off.mayday: a holiday in names (new_year, spring_festival, qingming, labour_day, dragon_boat, mid_autumn, "
        "national_day, victory_day); found: 'mayday'",
    ),
    (
        "years:\n  2027:\n    source: n\n    off: {new_year: [2028-01-01]}\n",
        "5: years.2027.off.new_year.0: a day of 2027 or of the December before; found: 2028-01-01",
    ),
    (
        "years:\n  2027:\n    source: n\n    off: {new_year: [2027-01-03..2027-01-01]}\n",
        "5: years.2027.off.new_year.0: a last day that is not before the first; found: '2027-01-03..2027-01-01'",
    ),
    (
        "years:\n  2027:\n    source: n\n    off: {new_year: [first]}\n",
        "5: years.2027.off.new_year.0: a date written 2026-01-31, or FIRST..LAST; found: 'first'",
    ),
    (
        "years:\n  2027:\n    source: n\n    off: [2027-01-01]\n",
        "5: years.2027.off: keys with values (`key: value`); found: ['2027-01-01']",
    ),
    (
        "years:\n  2027:\n    source: n\n    work: {new_year: [2027-01-04]}\n",
        "5: years.2027.work: a Saturday or Sunday: other days are worked anyhow; found: 2027-01-04",
    ),
    (
        "years:\n  2027:\n    source: n\n    rest: {}\n",
        "5: years.2027.rest: one of the keys known here (source, provisional, off, work); found: rest",
    ),
    ("years:\n  next: {}\n", "3: years.next: a year of four digits; found: next"),
    ("years:\n  2027: soon\n", "3: years.2027: keys with values (`key: value`); found: 'soon'"),
    ("years: [2027]\n", "2: years: keys with values (`key: value`); found: [2027]"),
    (
        "years:\n  2027:\n    source: n\n    provisional: perhaps\n",
        "5: years.2027.provisional: true or false; found: 'perhaps'",
    ),
    ("days: {}\n", "2: days: one of the keys known here (calendar, names, yearly, years); found: days"),
    ("names:\n  mayday: 五一\n", "3: names.mayday: keys with values (`key: value`); found: '五一'"),
    ("names:\n  mayday: {zh: 五一}\n", "3: names.mayday.en: this key must be given; found: nothing"),
    (
        'yearly:\n  new_year: ["13-01"]\n',
        "3: yearly.new_year.0: a month and a day of every year, written \"01-31\"; found: '13-01'",
    ),
    ("years: [\n", "3: rulebook: valid YAML; found: expected the node content, but found '<stream end>'"),
    (
        "years:\n  2027:\n    source: n\n    off: {new_year: 2027-01-02}\n    work: {new_year: 2027-01-02}\n",
        "3: years.2027.work: a day that is either off or worked; found: 2027-01-02",
    ),
]
"""What may be wrong in a file that adds to the shipped one, and how that is told, in English and in Chinese."""


@pytest.mark.parametrize(("content", "fault"), FAULTS)
def test_a_fault_is_named_with_file_line_and_place(tmp_path: Path, content: str, fault: str) -> None:
    write(tmp_path, content)

    with pytest.raises(RulebookFlawed) as raised:
        load_calendar("CN", ZONE, (FOLDER, tmp_path))

    assert str(raised.value) == f"holidays-cn-x.yaml:{fault}"


@pytest.mark.parametrize("reader", ["zh-hans", "zh-hant"])
def test_no_fault_shows_a_reader_of_chinese_what_nobody_translated(tmp_path: Path, reader: str) -> None:
    left = []
    for content, _fault in FAULTS:
        write(tmp_path, content)
        with pytest.raises(RulebookFlawed) as raised:
            load_calendar("CN", ZONE, (FOLDER, tmp_path))
        left += [untranslated(flaw.why, reader, content) for flaw in raised.value.flaws]
    assert set().union(*left) == set()


def test_all_faults_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    write(tmp_path, "years:\n  2027:\n    off: {mayday: [2027-05-01]}\n  next: {}\n")
    write(tmp_path, "extra: 1\n", name="holidays-cn-y.yaml")

    with pytest.raises(RulebookFlawed) as raised:
        load_calendar("CN", ZONE, (FOLDER, tmp_path))

    assert len(str(raised.value).splitlines()) == 4


def test_every_wrong_day_of_a_list_is_reported(tmp_path: Path) -> None:
    write(tmp_path, "years:\n  2027:\n    source: n\n    off: {new_year: [2027-01-01, then, 2029-01-01]}\n")

    with pytest.raises(RulebookFlawed) as raised:
        load_calendar("CN", ZONE, (FOLDER, tmp_path))

    assert raised.value.wrong.splitlines() == [
        "holidays-cn-x.yaml:5: years.2027.off.new_year.1: a date written 2026-01-31, or FIRST..LAST; found: 'then'",
        "holidays-cn-x.yaml:5: years.2027.off.new_year.2: a day of 2027 or of the December before; found: 2029-01-01",
    ]


def test_a_file_of_another_calendar_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "holidays-cn-x.yaml").write_text("calendar: JP\n", encoding="utf-8")

    with pytest.raises(RulebookFlawed, match=r"calendar: calendar: CN, as the file is called; found: JP"):
        load_calendar("CN", ZONE, (FOLDER, tmp_path))


def write(folder: Path, content: str, name: str = "holidays-cn-x.yaml") -> None:
    """Put ``content`` into ``folder`` as a calendar file that adds to the shipped one."""
    (folder / name).write_text(f"calendar: CN\n{content}", encoding="utf-8")
