"""All rows of a register in a file: as the reader may see them, on record, for whoever asked for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from huiyin import worker
from huiyin.casework.lists.cases import CaseFilter
from huiyin.people.models import AccessRecord
from huiyin.registers import exports
from huiyin.registers.models import ExportPiece, RegisterExport
from huiyin.registers.query import RegisterQuery
from tests.cast import NOW, Cast, make_cast
from tests.matters import SHORTLY, begin, walk

Form = RegisterExport.Form
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def exported(cast: Cast, who: str, query: RegisterQuery) -> list[str]:
    """The lines of the file that somebody gets."""
    made = exports.begin(cast.actor(who), cast.accounts[who], query, Form.CSV, LATER)
    while worker.do_jobs(LATER):
        pass
    made.refresh_from_db()
    assert made.ended_at is not None and not made.reason
    return exports.file_of(made, cast.actor(who), "临江", "张三").decode("utf-8-sig").splitlines()


def test_a_file_has_every_row_that_who_asked_may_see_piece_by_piece(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "ROWS_A_PIECE", 2)
    matters = [begin(cast, NOW + n * SHORTLY) for n in range(5)]
    walk(matters[0], "assign")
    heading, *rows, mark = exported(cast, "registrar", RegisterQuery())
    assert [row.split(",")[0] for row in rows] == [matter.case.number for matter in reversed(matters)]
    assert heading.startswith("编号,")
    assert "张三" in mark and "共 5 条" in mark
    assert ExportPiece.objects.count() == 3
    _heading, *rows, _mark = exported(cast, "handler", RegisterQuery())
    assert [row.split(",")[0] for row in rows] == [matters[0].case.number]


def test_a_file_is_narrowed_sorted_and_laid_out_as_the_register_was(cast: Cast) -> None:
    first, second = begin(cast, NOW), begin(cast, NOW + SHORTLY, headcount=3)
    query = RegisterQuery(CaseFilter(q="陈晓光"), "oldest", ("number", "petitioners", "headcount", "excerpt"))
    _heading, *rows, _mark = exported(cast, "registrar", query)
    assert [row.split(",")[:3] for row in rows] == [[first.case.number, "陈**", "1"], [second.case.number, "陈**", "3"]]


def test_nothing_of_a_file_in_the_making_can_be_read_in_the_database(cast: Cast) -> None:
    begin(cast)
    exported(cast, "registrar", RegisterQuery(CaseFilter(q="陈晓光"), columns=("title",)))
    export, piece = RegisterExport.objects.get(), ExportPiece.objects.get()
    assert "路灯".encode() not in bytes(piece.content)
    assert "陈晓光".encode() not in bytes(export.query)


def test_that_a_file_was_asked_for_is_put_on_record(cast: Cast) -> None:
    exported(cast, "registrar", RegisterQuery())
    record = AccessRecord.objects.get(purpose=exports.PURPOSE)
    assert record.account == cast.accounts["registrar"]
    assert record.at == LATER


def test_a_confidential_petitioner_stays_so_in_a_file(cast: Cast) -> None:
    begin(cast, confidential=True)
    _heading, *rows, _mark = exported(cast, "registrar", RegisterQuery(columns=("petitioners",)))
    assert rows == ["（保密）"]


def test_a_file_is_its_asker_s_alone_and_gone_after_a_day(cast: Cast) -> None:
    made = exports.begin(cast.actor("registrar"), cast.accounts["registrar"], RegisterQuery(), Form.XLSX, LATER)
    assert exports.asked_by(cast.actor("registrar"), made.id) is not None
    assert exports.asked_by(cast.actor("intake"), made.id) is None
    assert exports.forget(LATER + timedelta(days=2)) == 1


def test_who_holds_the_post_no_longer_gets_nothing(cast: Cast) -> None:
    begin(cast)
    made = exports.begin(cast.actor("registrar"), cast.accounts["registrar"], RegisterQuery(), Form.CSV, LATER)
    cast.accounts["registrar"].is_active = False
    cast.accounts["registrar"].save()
    worker.do_jobs(LATER)
    made.refresh_from_db()
    assert (made.reason, made.done) == ("no_post", 0)


def test_a_case_that_accuses_its_asker_by_now_is_left_out_of_the_file(cast: Cast) -> None:
    kept, gone = begin(cast), begin(cast)
    actor = cast.actor("registrar")
    made = exports.begin(actor, cast.accounts["registrar"], RegisterQuery(), Form.CSV, LATER)
    worker.do_jobs(LATER)
    gone.does("petitioner", "supplement", more="他们不理我。", also_accused=cast.units["lj-office"].name)
    made.refresh_from_db()
    told = exports.file_of(made, actor, "临江", "张三").decode()
    assert kept.case.number in told and gone.case.number not in told
