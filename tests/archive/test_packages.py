"""The package of an archived case: what it holds, that making it twice agrees, and that a case not archived has none."""

from __future__ import annotations

import json
from copy import copy
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import pytest

from huiyin import worker
from huiyin.archive import verify
from huiyin.archive.checking import check
from huiyin.archive.package import bag
from huiyin.archive.package.contents import Incomplete
from huiyin.archive.package.index import NAMESPACE
from huiyin.archive.package.packaging import NotArchived, made_package
from huiyin.casework.models import Attachment, Notice
from huiyin.casework.vocabulary import File
from huiyin.door.erasure import Erasing, erase
from huiyin.ledger import log
from huiyin.ledger.models import Row
from huiyin.people.models import Erasure
from tests.archive.filed import LATER, archived, package_data, packed, packed_again, pdf_of, unpacked
from tests.cast import Cast, make_cast
from tests.matters import begin, walk


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_a_package_is_as_it_was_made(cast: Cast, tmp_path: Path) -> None:
    assert verify.problems(str(packed(archived(cast), tmp_path))) == []


def test_making_it_twice_gives_the_same_bytes(cast: Cast, tmp_path: Path) -> None:
    matter = archived(cast)
    first = packed(matter, tmp_path, "first.zip").read_bytes()
    assert packed(matter, tmp_path, "second.zip").read_bytes() == first


def test_a_case_that_nobody_has_archived_has_no_package(cast: Cast) -> None:
    matter = walk(begin(cast))
    with pytest.raises(NotArchived), made_package(matter.case, matter.at):
        pass


def test_a_withheld_file_goes_into_no_package_and_none_is_made_before_all_was_looked_through(
    cast: Cast, tmp_path: Path
) -> None:
    matter = archived(cast)
    file = Attachment.objects.filter(case=matter.id).order_by("id")[0]
    Attachment.objects.filter(id=file.id).update(reading="withheld")
    folder = unpacked(packed(matter, tmp_path), tmp_path / "bag")
    assert file.id.hex in package_data(folder)["erased"] and verify.problems(str(tmp_path / "package.zip")) == []
    Attachment.objects.filter(id=file.id).update(reading="waiting")
    with pytest.raises(Incomplete), made_package(matter.case, matter.at):
        pass


def test_a_package_holds_papers_texts_files_events_and_an_index(cast: Cast, tmp_path: Path) -> None:
    matter = archived(cast)
    folder = unpacked(packed(matter, tmp_path), tmp_path / "bag")
    said = package_data(folder)
    titles = [item["title"] for item in said["items"]]
    assert titles[0] == "信访事项登记表"
    for title in ("受理告知书", "信访处理意见书", "送达回证", "调查核实报告", "处理意见审批单", "信访材料", "附件"):
        assert title in titles, (title, titles)
    document = next(item for item in said["items"] if item["title"] == "信访处理意见书")
    assert [file.rpartition(".")[2] for file in document["files"]] == ["pdf", "docx"]
    assert document["reference"].endswith("号")
    assert (folder / document["files"][0]).read_bytes()[:5] == b"%PDF-"
    events = (folder / "data" / "ledger" / "events.jsonl").read_text().splitlines()
    assert events == list(Row.objects.filter(case_id=matter.id).order_by("seq").values_list("body", flat=True))
    page = (folder / "data" / "index.html").read_text()
    assert "滨江路路灯不亮" in page
    assert "30年" in page


def test_pages_are_counted_and_numbered_through(cast: Cast, tmp_path: Path) -> None:
    matter = archived(cast, files=(File("材料.pdf", pdf_of(3, tmp_path)), File("录音.txt", b"text")))
    items = package_data(unpacked(packed(matter, tmp_path), tmp_path / "bag"))["items"]
    counted = {item["name"]: item["pages"] for item in items if item["kind"] == "attachment"}
    assert counted == {"材料.pdf": 3, "录音.txt": None, "送达回证.txt": None}
    page = 1
    for item in items:
        assert item["first"] == (page if item["pages"] else None)
        page += item["pages"] or 0


def test_a_damaged_or_locked_pdf_is_filed_without_pages(cast: Cast, tmp_path: Path) -> None:
    matter = archived(cast, files=(File("坏的.pdf", b"%PDF-1.7\n" + b"garbage" * 50),))
    items = package_data(unpacked(packed(matter, tmp_path), tmp_path / "bag"))["items"]
    assert [item["pages"] for item in items if item["name"] == "坏的.pdf"] == [None]


def test_the_names_of_files_are_safe_and_their_own_are_kept(cast: Cast, tmp_path: Path) -> None:
    package = packed(archived(cast, files=(File("照片 (1)..~$ 说明.txt", b"text"),)), tmp_path)
    folder = unpacked(package, tmp_path / "bag")
    assert (folder / "data" / "attachments" / "0001.txt").read_bytes() == b"text"
    assert any(item["name"] == "照片 (1)..~$ 说明.txt" for item in package_data(folder)["items"])


def test_a_sign_that_no_typeface_shows_does_not_keep_a_case_out(cast: Cast, tmp_path: Path) -> None:
    text = "路灯不亮\U0001fadc，请修理。"
    package = packed(archived(cast, text=text), tmp_path)
    folder = unpacked(package, tmp_path / "bag")
    assert (folder / "data" / "texts" / "0001.txt").read_text() == text
    assert verify.problems(str(package)) == []


def test_the_index_is_xml_with_the_elements_of_the_standard(cast: Cast, tmp_path: Path) -> None:
    folder = unpacked(packed(archived(cast), tmp_path), tmp_path / "bag")
    root = ElementTree.fromstring((folder / "data" / "index.xml").read_text())
    inside = f"{{{NAMESPACE}}}"
    assert root.tag == f"{inside}电子文件封装包"
    entities = root.findall(f".//{inside}文件实体")
    assert len(entities) == len(package_data(folder)["items"])
    assert entities[0].findtext(f"{inside}档号/{inside}保管期限") == "30年"
    assert entities[0].findtext(f"{inside}内容描述/{inside}题名") == "信访事项登记表"
    named = [one.text for one in root.iter(f"{inside}计算机文件名")]
    assert all((folder / str(name)).is_file() for name in named)


def test_the_newest_event_that_a_head_covered_is_proved(cast: Cast, tmp_path: Path) -> None:
    matter = walk(begin(cast))
    worker.enter_events(matter.at)
    worker.publish_head(matter.at)
    matter.at += LATER
    matter.does("archivist", "archive")
    package = packed(matter, tmp_path)
    checked = check(package)
    assert (checked.problems, checked.key) == ((), log.public_key())
    first = package.read_bytes()
    worker.enter_events(matter.at + LATER)
    worker.publish_head(matter.at + LATER)
    assert packed(matter, tmp_path, "later.zip").read_bytes() == first


def test_a_head_with_another_signature_is_found(cast: Cast, tmp_path: Path) -> None:
    matter = walk(begin(cast))
    worker.enter_events(matter.at)
    worker.publish_head(matter.at)
    matter.at += LATER
    matter.does("archivist", "archive")
    folder = unpacked(packed(matter, tmp_path), tmp_path / "bag")
    place = folder / "data" / "ledger" / "log.json"
    said = json.loads(place.read_text())
    said["head"]["at"] += 1
    place.write_text(json.dumps(said))
    (problem,) = check(packed_again(folder, tmp_path / "again.zip")).problems
    assert "not signed" in problem


def test_what_was_erased_is_left_out_and_said(cast: Cast, tmp_path: Path) -> None:
    matter = archived(cast)
    erase(matter.case, Erasing(Erasure.Reason.ORDER, "临信〔2026〕1号", cast.accounts["head"]), matter.at)
    package = packed(matter, tmp_path)
    said = package_data(unpacked(package, tmp_path / "bag"))
    assert verify.problems(str(package)) == []
    assert len(said["erased"]) > 3
    assert said["committed"] == {}


def test_sealed_matters_are_packed_whole(cast: Cast, tmp_path: Path) -> None:
    matter = walk(begin(cast, accused=("临江训练处",)))
    matter.does("archivist", "archive")
    package = packed(matter, tmp_path)
    assert verify.problems(str(package)) == []
    texts = [path.read_text() for path in (unpacked(package, tmp_path / "bag") / "data" / "texts").iterdir()]
    assert "临江训练处" in texts


@pytest.mark.exhaustive
def test_sixty_megabytes_and_five_hundred_papers_are_packed(cast: Cast, tmp_path: Path) -> None:
    twenty = 20 * 1024 * 1024 - 100
    film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"  # nobody looks for words in it
    files = tuple(File(f"录像{number}.mp4", film + b"a" * (twenty - len(film))) for number in range(3))
    matter = archived(cast, files=files)
    notice = Notice.objects.filter(case=matter.id).first()
    assert notice is not None
    copies = []
    for number in range(500):
        notice.pk = UUID(int=number + 1)
        copies.append(copy(notice))
    Notice.objects.bulk_create(copies)
    package = packed(matter, tmp_path)
    assert package.stat().st_size > 3 * twenty
    assert verify.problems(str(package)) == []


def test_what_no_program_could_read_is_refused_with_its_size(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bag, "MAX_PACKAGE_BYTES", 1000)
    with pytest.raises(bag.TooLarge, match=r"files of \d+ bytes"):
        packed(archived(cast), tmp_path)
