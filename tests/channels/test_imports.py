"""Importing rows: each once, each through the door, bad ones told apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from huiyin.casework.models import Case, StoredAnswer
from huiyin.channels.imports import Import, Outcome
from huiyin.channels.table import SheetRow
from huiyin.people.models import Organisation, Post, Unit

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def bureau(db: None) -> Organisation:
    made = Organisation.objects.create(code="bureau", name="某局", rulebook="national-2022", created_at=NOW)
    unit = Unit.objects.create(organisation=made, code="office", name="办公室")
    Post.objects.create(organisation=made, unit=unit, title="受理员", roles=["registrar", "intake", "discipline"])
    return made


def line(number: int = 2, **values: str) -> SheetRow:
    usual = {"id": str(number), "name": "林一", "title": "漏水", "time": "2026-02-27 10:15:00", "text": "消火栓漏水。"}
    return SheetRow(number, {name: value for name, value in {**usual, **values}.items() if value})


def bring_in(bureau: Organisation, *lines: SheetRow, dry: bool = False) -> list[Outcome]:
    moments = (NOW + timedelta(seconds=n) for n in range(1000))
    return list(Import(bureau, "web", dry, lambda: next(moments)).run(lines))


def test_a_row_becomes_a_case_received_at_its_time_in_china(bureau: Organisation) -> None:
    (outcome,) = bring_in(bureau, line())
    case = Case.objects.get()
    assert outcome.new and outcome.receipt
    assert case.received_at == datetime(2026, 2, 27, 2, 15, tzinfo=UTC)
    assert (case.registered_at, case.channel) == (NOW, "web")


def test_a_second_run_brings_nothing_in_twice(bureau: Organisation) -> None:
    bring_in(bureau, line(2))
    again = bring_in(bureau, line(2), line(3))
    assert [outcome.new for outcome in again] == [False, True]
    assert not any(outcome.errors for outcome in again)
    assert Case.objects.count() == 2


def test_a_row_without_id_is_known_by_its_content(bureau: Organisation) -> None:
    bring_in(bureau, line(2, id=""), line(9, id=""))
    assert Case.objects.count() == 1
    bring_in(bureau, line(2, id="", text="另一件事。"))
    assert Case.objects.count() == 2


def test_an_id_that_stands_for_another_content_is_rejected(bureau: Organisation) -> None:
    first, second = bring_in(bureau, line(2, id="7"), line(3, id="7", text="另一件事。"))
    assert first.new
    assert [error.field for error in second.errors] == ["id"]
    (later,) = bring_in(bureau, line(4, id="7", text="又一件事。"))
    assert [error.field for error in later.errors] == ["id"]
    assert Case.objects.count() == 1


def test_a_row_that_somebody_marked_as_brought_in_is_told_and_not_skipped(bureau: Organisation) -> None:
    bring_in(bureau, line(2))
    StoredAnswer.objects.update(key="import:3")
    (outcome,) = bring_in(bureau, line(3))
    assert [(error.field, error.code) for error in outcome.errors] == [("id", "forged")]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "水" * 20_001}, "text"),
        ({"text": "漏\u200b水"}, "text"),
        ({"time": "2026-03-03 00:00:00"}, "received_at"),
        ({"time": "某日"}, "time"),
        ({"time": "2026-02-30"}, "time"),
        ({"time": "0001-01-01"}, "time"),
        ({"phone": "12"}, "petitioners.0.phone"),
        ({"headcount": "0"}, "headcount"),
        ({"headcount": "许多"}, "headcount"),
        ({"id": "7" * 101}, "id"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_others_go_on(
    bureau: Organisation, values: dict[str, str], field: str
) -> None:
    bad, good = bring_in(bureau, line(2, **values), line(3))
    assert [error.field for error in bad.errors] == [field]
    assert bad.errors[0].message
    assert good.new
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "written", ["2026/2/27 10:15", "2026年2月27日", "2026-02-27T10:15:00+08:00", "2026-02-27 10:15:00.5"]
)
def test_a_time_is_read_as_people_and_programs_write_it(bureau: Organisation, written: str) -> None:
    (outcome,) = bring_in(bureau, line(2, time=written))
    assert outcome.new, outcome.errors


def test_a_row_without_a_name_is_anonymous(bureau: Organisation) -> None:
    assert bring_in(bureau, line(2, name=""))[0].new
    assert Case.objects.get().petitioner.kind == "anonymous"


def test_a_number_without_a_name_is_told_and_not_dropped(bureau: Organisation) -> None:
    (outcome,) = bring_in(bureau, line(2, name="", phone="13800001111"))
    assert [error.field for error in outcome.errors] == ["petitioners.0.name"]
    assert not Case.objects.exists()


def test_a_dry_run_tells_the_same_and_writes_nothing(bureau: Organisation) -> None:
    outcomes = bring_in(bureau, line(2), line(3, text=""), dry=True)
    assert [(outcome.new, bool(outcome.errors)) for outcome in outcomes] == [(True, False), (False, True)]
    assert Case.objects.count() == 0


@pytest.mark.parametrize("written", ["办公室\uff1b车队", "办公室,车队", "办公室\u3001车队"])
def test_whom_a_row_accuses_is_read_name_by_name(bureau: Organisation, written: str) -> None:
    superior = Organisation.objects.create(code="group", name="某集团", rulebook="national-2022", created_at=NOW)
    unit = Unit.objects.create(organisation=superior, code="intake", name="集团信访办")
    Post.objects.create(organisation=superior, unit=unit, title="受理员", roles=["registrar", "intake", "discipline"])
    Organisation.objects.filter(id=bureau.id).update(superior=superior)
    bureau.refresh_from_db()
    (outcome,) = bring_in(bureau, line(2, accused=written))
    assert outcome.new, outcome.errors
    assert Case.objects.get().accused.get().unit == Unit.objects.get(name="办公室")
