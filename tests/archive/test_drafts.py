"""Papers on their way in a package: each version and each comment under its own name, by whoever wrote it, to be read."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from huiyin import door
from huiyin.archive import verify
from huiyin.archive.package.contents import FileContents, _Gathering
from huiyin.archive.package.drafts import readable
from huiyin.casework.history import read_history
from huiyin.casework.models import DocumentRecord, Notice
from huiyin.documents.numbers import number_in_words
from huiyin.ledger.models import Row
from huiyin.procedure.command import TextRef
from huiyin.procedure.documents.document_event import DocumentEdited
from huiyin.procedure.event import PackageStored
from tests.archive.filed import package_data, packed, unpacked
from tests.cast import make_cast
from tests.documents.drafting import edits, passage_with
from tests.matters import ROAD, Matter, begin, execute, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def archived() -> Matter:
    """An archived matter whose opinion was sent back with a comment, changed by the handler and then approved."""
    matter = walk(begin(make_cast()), "propose_opinion")
    document, at = passage_with(matter, "线路老化。")
    said = {(document, at): "请写明查看的日期。"}
    assert isinstance(execute(replace(matter.wish("head", "return_opinion"), comments=said)), door.Accepted)
    matter.does("handler", "propose_opinion", facts_found="线路老化，三月二日查看。")
    edits(matter, "handler", "列入本月检修。", "列入本月检修，六月底前完成。")
    left = [action for _who, action in ROAD].index("approve_opinion")
    walk(matter, road=ROAD[left:])
    matter.does("archivist", "archive")
    return matter


def rows_of(matter: Matter) -> list[Row]:
    return list(Row.objects.filter(case_id=matter.id).order_by("seq"))


def opinions(folder: Path) -> list[dict[str, Any]]:
    return [item for item in package_data(folder)["items"] if item["kind"] == "draft" and "处理意见书" in item["title"]]


def test_versions_and_comments_are_called_what_they_are_and_by_whom(archived: Matter, tmp_path: Path) -> None:
    found = opinions(unpacked(packed(archived, tmp_path), tmp_path / "bag"))
    organ = archived.case.organisation.name
    handler, head = (str(archived.cast.accounts[who]) for who in ("handler", "head"))
    assert [(item["title"], item["responsible"]) for item in found] == [
        ("《信访处理意见书》文稿（第1稿）", organ),
        ("对《信访处理意见书》文稿（第1稿）的修改意见", f"{organ} {head}"),
        ("《信访处理意见书》文稿（第2稿）", organ),
        ("《信访处理意见书》文稿（第3稿）", f"{organ} {handler}"),
    ]
    assert not any(item["theirs"] for item in found)


def test_a_version_is_read_as_plain_text_beside_what_was_sealed(archived: Matter, tmp_path: Path) -> None:
    folder = unpacked(packed(archived, tmp_path), tmp_path / "bag")
    *_earlier, last = opinions(folder)
    shown, sealed = last["files"]
    plain = (folder / shown).read_text()
    assert "列入本月检修，六月底前完成。" in plain
    assert "{" not in plain
    assert json.loads((folder / sealed).read_text())["title"] == "信访处理意见书"
    comment = opinions(folder)[1]
    assert "意见：请写明查看的日期。" in (folder / comment["files"][0]).read_text()


def test_nobody_is_said_to_be_accused_where_nobody_was(archived: Matter, tmp_path: Path) -> None:
    folder = unpacked(packed(archived, tmp_path), tmp_path / "bag")
    titles = {item["title"] for item in package_data(folder)["items"]}
    assert not {"被反映的人员和单位（原文）", "其他文字"} & titles
    assert not [path for path in (folder / "data" / "texts").glob("*.txt") if path.read_text()[:1] in "{["]


def test_a_package_with_drafts_is_the_same_each_time_and_verifies_in_both_ways(
    archived: Matter, tmp_path: Path
) -> None:
    first = packed(archived, tmp_path, "first.zip")
    assert packed(archived, tmp_path, "second.zip").read_bytes() == first.read_bytes()
    assert verify.problems(str(first)) == []
    script = unpacked(first, tmp_path / "bag") / "verify.py"
    assert subprocess.run([sys.executable, str(script), str(first)], check=False).returncode == 0


def test_whom_a_petition_accuses_is_still_called_so(tmp_path: Path) -> None:
    matter = walk(begin(make_cast(), accused=("临江训练处",)))
    matter.does("archivist", "archive")
    items = package_data(unpacked(packed(matter, tmp_path), tmp_path / "bag"))["items"]
    assert [item["theirs"] for item in items if item["title"] == "被反映的人员和单位（原文）"] == [True]


@pytest.mark.parametrize("text", ["", "没有格式", "[1]", '{"organ": 1}'])
def test_a_version_that_cannot_be_read_is_filed_as_it_was_sealed(text: str) -> None:
    id = make_cast().accounts["handler"].id
    assert readable(DocumentEdited(id, 2, TextRef(id, "", 0), id), text) is None


def test_a_text_of_which_nothing_is_known_is_called_so_and_is_nobodys() -> None:
    matter = begin(make_cast())
    gathering = _Gathering(FileContents(matter.case, rows_of(matter), read_history(matter.case, None)), Path(), ())
    unknown = PackageStored(matter.id, "", 0, 0, 1, "")
    assert gathering._of_step(99, unknown) == ("其他文字", "", False)


def test_a_corrected_paper_and_why_it_was_are_in_the_package(tmp_path: Path) -> None:
    matter = walk(begin(make_cast()))
    first = Notice.objects.get(case=matter.id, kind="reply")
    drafted = door.correct_document(
        matter.id, door.DocumentCorrection(first.id, "地名写错。"), matter.actor("handler"), matter.at
    )
    assert isinstance(drafted, door.Accepted)
    document = drafted.state.papers["reply"]
    door.approve_correction(matter.id, document.id, document.text.commitment, matter.actor("head"), matter.at)
    matter.does("handler", "serve_reply")
    matter.does("archivist", "archive")
    folder = unpacked(packed(matter, tmp_path), tmp_path / "bag")
    titles = [
        item["title"]
        for item in package_data(folder)["items"]
        if item["kind"] == "paper" and "处理意见书" in item["title"]
    ]
    new = DocumentRecord.objects.get(id=document.id)
    assert titles == [
        f"信访处理意见书（已由{number_in_words(new.issuer, new.series, new.period, new.number)}更正）",
        "信访处理意见书",
    ]
    assert any("更正文稿及更正理由" in item["title"] for item in opinions(folder))
