"""What an old register must not bring in, each with its reason; and that every row is accounted for, however many there are."""

from __future__ import annotations

import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from huiyin.casework.models import Case, Duty
from huiyin.casework.visible import visible_to
from huiyin.channels.records import SheetRow
from huiyin.channels.register.bringing import RegisterImport, RowOutcome
from huiyin.channels.register.columns import RegisterMapping
from huiyin.channels.register.directory import RegisterDirectory
from huiyin.channels.register.row_files import RowFilesUnreadable, open_documents
from huiyin.channels.register.rows import RegisterReader
from huiyin.people.models import Unit
from huiyin.rule_store.in_force import RulebookHistory
from tests.cast import NOW, Cast, make_cast

VOUCHED = "导入时由另一人核对"
MOST_BYTES = 64 * 1024 * 1024


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def row(line: int = 2, **values: str) -> SheetRow:
    usual = {
        "number": f"2026-{line}",
        "received": "2026-02-01",
        "stage": "办理中",
        "text": "楼道堆物。",
        "kind": "申诉求决",
        "unit": "临江防火处",
        "accepted": "2026-02-05",
    }
    return SheetRow(line, {name: value for name, value in {**usual, **values}.items() if value})


def bring_in(
    cast: Cast,
    *rows: SheetRow,
    dry: bool = False,
    papers: Path | None = None,
    defaults: dict[str, str] | None = None,
    earlier: str = "",
    vouched: str = VOUCHED,
) -> list[RowOutcome]:
    mapping = RegisterMapping({}, {}, {"channel": "letter", **(defaults or {})}, earlier)
    reader = RegisterReader(
        cast.lj, mapping, RegisterDirectory(cast.lj, NOW), RulebookHistory(cast.lj, earlier), open_documents(papers)
    )
    moments = (NOW + timedelta(seconds=n) for n in count())
    return list(RegisterImport(reader, dry, lambda: next(moments), vouched).run(rows))


def field_codes(outcome: RowOutcome) -> set[tuple[str, str]]:
    return {(error.field, error.code) for error in outcome.errors}


ENDED = {
    "stage": "已办结",
    "outcome": "解释说明",
    "accepted": "2026-01-05",
    "received": "2026-01-02",
    "replied": "2026-01-20",
}

REVIEWED = {**ENDED, "review_requested": "2026-01-22", "review_served": "2026-02-10"}


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"number": ""}, "number", "required"),
        ({"number": "110101199003071233"}, "number", "unreadable"),
        ({"number": "电13800001111"}, "number", "unreadable"),
        ({"number": "一句话，不是编号！"}, "number", "unreadable"),
        ({"number": "LJ-20261130-978832"}, "number", "ours"),
        ({"number": "lj20261130978832"}, "number", "ours"),
        ({"number": "LJ–20261130–978832"}, "number", "ours"),
        ({"number": "HY-7K3M-9QRT-2WXY"}, "number", "ours"),
        ({"number": "../../ETC"}, "number", "path"),
        ({"number": "/etc/passwd"}, "number", "path"),
        ({"number": "C:/旧台账"}, "number", "path"),
        ({"received": ""}, "received", "required"),
        ({"received": "去年春天"}, "received", "unreadable"),
        ({"received": "2026-03-09", "accepted": ""}, "received_at", "in-future"),
        ({"received": "2019-03-09"}, "received", "no-rulebook"),
        ({"stage": ""}, "stage", "required"),
        ({"stage": "搁置"}, "stage", "unknown"),
        ({"stage": "已回复"}, "stage", "no-way"),
        ({"kind": "投诉"}, "kind", "unknown"),
        ({"kind": ""}, "kind", "required"),
        ({"unit": "没有的处"}, "unit", "unknown"),
        ({"unit": ""}, "unit", "required"),
        ({"handler": "没有的人"}, "handler", "unknown"),
        ({"accepted": ""}, "accepted", "required"),
        ({"accepted": "2026-01-05"}, "accepted", "order"),
        ({"accepted": "2026-03-05"}, "accepted", "in-future"),
        ({"promised": "2026-09-01"}, "promised", "too-late"),
        ({**ENDED, "ended": ""}, "ended", "required"),
        ({**ENDED, "ended": "2025-12-30"}, "ended", "order"),
        ({**ENDED, "outcome": "", "ended": "2026-02-26"}, "outcome", "required"),
        ({**ENDED, "ended": "2026-01-25"}, "ended", "too-early"),
        ({**ENDED, "ended": "2026-02-24"}, "ended", "too-early"),
        ({**ENDED, "replied": "", "ended": "2026-02-26"}, "replied", "required"),
        ({**ENDED, "ended": "2026-02-26", "review_requested": "2026-01-22"}, "review_requested", "open"),
        ({**REVIEWED, "ended": "2026-02-26"}, "ended", "too-early"),
        ({**REVIEWED, "review_served": "2026-01-05", "ended": "2026-02-26"}, "replied", "order"),
        ({"channel": "托梦"}, "channel", "unknown"),
        ({"headcount": "几个"}, "headcount", "unreadable"),
        ({"text": ""}, "text", "required"),
        ({"files": "现场.txt"}, "files", "missing"),
        ({"files": "现场.txt、现场.txt"}, "files", "twice"),
    ],
)
def test_a_row_that_cannot_be_is_rejected_with_its_reason(
    cast: Cast, values: dict[str, str], field: str, code: str
) -> None:
    for dry in (True, False):
        (outcome,) = bring_in(cast, row(**values), dry=dry)
        assert outcome.fate == "rejected" and (field, code) in field_codes(outcome), outcome
        assert outcome.case == ""
        said = [value for value in values.values() if len(value) > 3 and "-" not in value and value != ENDED["outcome"]]
        assert all(error.message and not any(word in error.message for word in said) for error in outcome.errors)
    assert not Case.objects.exists()


@pytest.mark.parametrize("number", ["临信〔2026〕17号", "2021/37", "XF-20210301-01", "2026-0117", "信访[2020]3-1"])
def test_what_registers_call_their_matters_comes_in(cast: Cast, number: str) -> None:
    (outcome,) = bring_in(cast, row(number=number))
    assert outcome.fate == "new"


@pytest.mark.parametrize("stage", ["信访人已撤回", "不属本机关职权，已告知", "已转送"])
def test_whatever_end_a_row_names_comes_in_on_a_second_persons_word_alone(cast: Cast, stage: str) -> None:
    day = "2026-02-02"
    said = row(received=day, stage=stage, kind="", unit="", accepted="", ended=day, archived=day)
    for dry in (True, False):
        (outcome,) = bring_in(cast, said, dry=dry, vouched="")
        assert outcome.fate == "waiting" and outcome.ended
    assert not Case.objects.exists()
    (outcome,) = bring_in(cast, said)
    assert outcome.fate == "new" and Case.objects.count() == 1
    assert bring_in(cast, row(line=3), vouched="")[0].fate == "new"


def test_of_two_matters_with_one_number_the_first_comes_in_and_the_same_row_again_is_no_other(cast: Cast) -> None:
    rows = (row(2), row(3, number="2026-2", text="另一件事。"), row(4, number="2026-2"))
    for dry in (True, False):
        first, second, third = bring_in(cast, *rows, dry=dry)
        assert (first.fate, second.fate, third.fate) == ("new", "rejected", "already")
        assert field_codes(second) == {("number", "twice")}
    assert Case.objects.count() == 1


def test_a_number_that_was_brought_in_before_with_other_content_is_rejected(cast: Cast) -> None:
    bring_in(cast, row(2))
    (again,) = bring_in(cast, row(2, remarks="改过"))
    assert field_codes(again) == {("number", "reused")}


def test_an_abolished_unit_stands_for_its_successor(cast: Cast) -> None:
    successor = cast.units["lj-logistics"]
    Unit.objects.filter(id=cast.units["lj-fire"].id).update(abolished_on=NOW.date(), successor=successor)
    bring_in(cast, row(2))
    assert Duty.objects.get().unit_id == successor.id


def test_what_ended_keeps_a_handler_who_left_in_the_words_of_the_row_alone(cast: Cast) -> None:
    (outcome,) = bring_in(cast, row(2, **ENDED, ended="2026-02-26", handler="没有的人"))
    assert outcome.fate == "new"


def test_what_ended_counts_as_filed_where_the_mapping_says_so_of_all(cast: Cast) -> None:
    bring_in(cast, row(2, **ENDED, ended="2026-02-26"), row(3), defaults={"archived": "all"})
    assert list(Duty.objects.values_list("kind", flat=True)) == ["handle"]


def test_files_are_found_in_a_folder_and_in_an_archive_whose_names_are_in_gb18030(cast: Cast, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "现场.txt").write_text("现场查看记录。")
    (outcome,) = bring_in(cast, row(2, files="现场.txt"), papers=folder)
    assert outcome.fate == "new"
    archive = tmp_path / "papers.zip"
    with zipfile.ZipFile(archive, "w") as written:
        entry = zipfile.ZipInfo("ABCD.txt")
        written.writestr(entry, "现场查看记录。")
    archive.write_bytes(archive.read_bytes().replace(b"ABCD", "现场".encode("gb18030")))
    (outcome,) = bring_in(cast, row(3, files="现场.txt"), papers=archive)
    assert outcome.fate == "new"


def test_one_name_for_two_files_is_told_and_a_path_leads_nowhere_else(cast: Cast, tmp_path: Path) -> None:
    for part in ("a", "b"):
        (tmp_path / "papers" / part).mkdir(parents=True)
        (tmp_path / "papers" / part / "现场.txt").write_text(part)
    (tmp_path / "别处.txt").write_text("别处")
    first, second = bring_in(cast, row(2, files="现场.txt"), row(3, files="../别处.txt"), papers=tmp_path / "papers")
    assert field_codes(first) == {("files", "ambiguous")} and field_codes(second) == {("files", "missing")}


def test_a_file_that_is_not_what_its_name_says_is_refused_as_an_attachment_is(cast: Cast, tmp_path: Path) -> None:
    (tmp_path / "照片.jpg").write_text("不是照片")
    (outcome,) = bring_in(cast, row(2, files="照片.jpg"), papers=tmp_path)
    assert outcome.fate == "rejected" and not Case.objects.exists()
    with pytest.raises(RowFilesUnreadable):
        open_documents(tmp_path / "照片.jpg")


def test_an_archive_with_a_password_keeps_no_other_row_from_coming_in(cast: Cast, tmp_path: Path) -> None:
    archive = tmp_path / "papers.zip"
    with zipfile.ZipFile(archive, "w") as written:
        written.writestr("a.txt", "现场查看记录。")
    content = bytearray(archive.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # APPNOTE.TXT 4.4.4: bit 0, encrypted
        content[content.index(mark) + at] |= 1
    archive.write_bytes(content)
    first, second = bring_in(cast, row(2, files="a.txt"), row(3), papers=archive)
    assert field_codes(first) == {("files", "damaged")} and second.fate == "new"


@pytest.mark.slow
@pytest.mark.any_database
@pytest.mark.parametrize("many", [20_000, pytest.param(100_000, marks=pytest.mark.exhaustive)])
def test_many_thousand_rows_are_accounted_for_without_being_kept_in_memory(cast: Cast, many: int) -> None:
    def rows() -> Iterator[SheetRow]:
        for number in range(many):
            yield row(number, text="字" * 200, received="")

    mapping = RegisterMapping({}, {}, {"channel": "letter"})
    reader = RegisterReader(
        cast.lj, mapping, RegisterDirectory(cast.lj, NOW), RulebookHistory(cast.lj), open_documents(None)
    )
    tracemalloc.start()
    rejected = sum(
        outcome.fate == "rejected" for outcome in RegisterImport(reader, True, lambda: NOW, VOUCHED).run(rows())
    )
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rejected == many
    assert most < MOST_BYTES


@pytest.mark.clause("art-30.3")
def test_whom_a_remark_accuses_does_not_see_the_matter(cast: Cast) -> None:
    cast.accounts["registrar"].display_name = "吴静"
    cast.accounts["registrar"].save()
    bring_in(cast, row(2, remarks="举报登记员吴静收受贿赂两千元"), row(3, remarks="吴静经办"))
    seen = visible_to(cast.actor("registrar")).values_list("old_number", flat=True)
    assert set(seen) == {"2026-3"}
