"""The policy library through its pages: taking in, finding, versions, repealing, directions that become tasks."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import docx
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from huiyin.casework.file_checks import turns
from huiyin.casework.file_checks.turns import Turnstile
from huiyin.documents.pdf import pdf
from huiyin.readiness import extraction
from huiyin.readiness.docx_text import docx_text
from huiyin.readiness.models import GroupTask, Policy, PolicyVersion
from huiyin.readiness.refusals import TextTooLong
from tests.cast import Cast
from tests.desk.conftest import Desk, html
from tests.documents.making import paper
from tests.readiness_pages.library import FIRST, SECOND, TITLE, take_in

TYPED = {"title": f"《{TITLE}》", "kind": "internal", "number": "", "issuer": "信访办", "valid_from": "2024-03-01"}


def word(text: str) -> SimpleUploadedFile:
    written, document = BytesIO(), docx.Document()
    for paragraph in text.split("\n"):
        document.add_paragraph(paragraph)
    document.save(written)
    return SimpleUploadedFile("办法.docx", written.getvalue())


def test_a_policy_is_typed_or_read_from_a_file(desk: Desk) -> None:
    keeper = desk("intake")
    first = keeper.post("/desk/policies/new/", TYPED | {"text": FIRST})
    assert first.status_code == 302 and TITLE in html(keeper.get(first.headers["Location"]))
    second = keeper.post("/desk/policies/new/", TYPED | {"title": "另一办法", "file": word(FIRST)})
    assert second.status_code == 302
    assert [version.text for version in PolicyVersion.objects.order_by("id")] == [FIRST, FIRST]
    again = keeper.post("/desk/policies/new/", TYPED | {"text": FIRST})
    assert again.status_code == 422 and "库中已有同名的文件" in html(again)


@pytest.mark.parametrize("content", [b"%PDF-1.4 broken", b"PK\x03\x04 no document", b"\xff\xfe\x00\xd8\x00", b"  \n "])
def test_a_file_without_text_is_told_and_nothing_is_taken_in(desk: Desk, content: bytes) -> None:
    file = SimpleUploadedFile("x.bin", content)
    answer = desk("intake").post("/desk/policies/new/", TYPED | {"file": file})
    assert answer.status_code == 422 and not Policy.objects.exists()


def test_no_pdf_is_read_where_pages_are_answered(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def here(*_given: object) -> None:
        raise AssertionError("read in the process that answers pages")

    printed = pdf(paper())
    monkeypatch.setattr(pypdf.PdfReader, "__init__", here)
    keeper = desk("intake")
    taken = keeper.post("/desk/policies/new/", TYPED | {"file": SimpleUploadedFile("a.pdf", printed)})
    assert taken.status_code == 302 and "列入本月检修" in PolicyVersion.objects.get().text
    for changed, told in (("LIMITS", "过于复杂"), ("STAFF", "正在读取别人上传的文件")):
        with monkeypatch.context() as busy:
            if changed == "LIMITS":
                busy.setattr(extraction, "LIMITS", replace(extraction.LIMITS, patience=0))
            else:
                busy.setattr(turns, "STAFF", Turnstile(running=0, waiting=0, seconds=0))
            again = TYPED | {"title": "另一办法", "file": SimpleUploadedFile("a.pdf", printed)}
            refused = keeper.post("/desk/policies/new/", again)
        assert refused.status_code == 422 and told in html(refused)


def changed(document: bytes, part: str, content: bytes) -> bytes:
    """A DOCX with one of its parts replaced."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(document)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return written.getvalue()


BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'


@pytest.mark.parametrize(
    ("part", "content", "said"),
    [
        ("word/document.xml", b"no XML", "文件中没有可以读出的文字"),
        ("word/document.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "文件中没有可以读出的文字"),
        ("[Content_Types].xml", b"no XML", "文件中没有可以读出的文字"),
        ("word/document.xml", BODY % (b"<w:p/>" * 400_000), "正文超过 2 万段"),
        ("word/document.xml", BODY % (b"<w:p><w:r><w:t>" + b"a" * 600_000 + b"</w:t></w:r></w:p>"), "正文超过 50 万字"),
        ("word/styles.xml", b" " * 40_000_000, "文件解开后异常庞大"),
    ],
)
def test_a_word_file_that_is_broken_or_a_bomb_is_told_with_what_to_do(
    part: str, content: bytes, said: str, desk: Desk
) -> None:
    file = SimpleUploadedFile("办法.docx", changed(word(FIRST).read(), part, content))
    answer = desk("intake").post("/desk/policies/new/", TYPED | {"file": file})
    assert answer.status_code == 422 and said in html(answer) and not Policy.objects.exists()


def test_nothing_of_a_word_file_is_read_beyond_what_is_too_much() -> None:
    asked = []

    def refuse(paragraphs: int, length: int) -> None:
        asked.append(paragraphs)
        if paragraphs > 3:
            raise TextTooLong("too much", "", "file")

    with pytest.raises(TextTooLong):
        docx_text(changed(word(FIRST).read(), "word/document.xml", BODY % (b"<w:p/>" * 400_000)), refuse)
    assert asked == [1, 2, 3, 4]


def test_tables_of_a_word_file_are_read_and_older_drawings_are_not_read_twice() -> None:
    body = (
        b"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>\xe7\x94\xb2</w:t><w:tab/><w:delText>x</w:delText></w:r></w:p></w:tc></w:tr></w:tbl>"
        b'<m:Fallback xmlns:m="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:p><w:r><w:t>y</w:t></w:r></w:p>'
        b"</m:Fallback>"
    )
    assert docx_text(changed(word(FIRST).read(), "word/document.xml", BODY % body), lambda *_: None) == "甲\t\n"


@pytest.mark.clause("s1-B3.1")
def test_what_is_relevant_is_found_by_two_characters_in_either_script_and_shown_by_itself(
    cast: Cast, desk: Desk
) -> None:
    version = take_in(cast)
    client = desk("handler")
    for words in ("诚恳", "誠懇", "接待 耐心"):
        page = html(client.get("/desk/policies/", {"q": words}))
        assert f"/desk/policies/{version.policy_id}/versions/1/articles/3/" in page, words
    assert "没有找到文件" in html(client.get("/desk/policies/", {"q": "绿化"}))
    shown = html(client.get(f"/desk/policies/{version.policy_id}/versions/1/articles/3/"))
    assert "接待来访应当诚恳、耐心。" in shown and "第一条" not in shown
    assert client.get(f"/desk/policies/{version.policy_id}/versions/1/articles/9/").status_code == 404


def test_a_revision_ends_the_wording_before_it_which_stays_at_its_address(cast: Cast, desk: Desk) -> None:
    version = take_in(cast)
    keeper, there = desk("intake"), f"/desk/policies/{version.policy_id}/"
    early = keeper.post(f"{there}versions/new/", {"valid_from": "2024-03-01", "text": SECOND})
    assert "施行日期须晚于上一版本" in html(early)
    assert keeper.post(f"{there}versions/new/", {"valid_from": "2025-01-01", "text": SECOND}).status_code == 302
    assert "应当诚恳、细心、耐心" in html(keeper.get(there))
    before = html(keeper.get(f"{there}versions/1/"))
    assert "应当诚恳、耐心" in before and "这个文本已经不再有效" in before
    version.refresh_from_db()
    assert version.valid_until == date(2025, 1, 1)


def test_a_wording_to_come_is_not_yet_the_one_that_is_read(cast: Cast, desk: Desk) -> None:
    version = take_in(cast)
    there, later = f"/desk/policies/{version.policy_id}/", timezone.localdate() + timedelta(days=30)
    desk("intake").post(f"{there}versions/new/", {"valid_from": later.isoformat(), "text": SECOND})
    assert "应当诚恳、耐心" in html(desk("handler").get(there))
    assert "尚未施行" in html(desk("handler").get(f"{there}versions/2/"))


def test_what_is_repealed_says_by_what_and_is_found_only_when_asked_for(cast: Cast, desk: Desk) -> None:
    old, new = take_in(cast).policy, take_in(cast, title="新接待办法").policy
    keeper, typed = desk("intake"), {"on": "2025-06-01", "repealed_by": new.id}
    assert keeper.post(f"/desk/policies/{old.id}/repeal/", typed).status_code == 302
    page = html(keeper.get(f"/desk/policies/{old.id}/"))
    assert "自 2025-06-01 起失效" in page and "《新接待办法》" in page
    assert f"/desk/policies/{old.id}/" not in html(keeper.get("/desk/policies/"))
    assert f"/desk/policies/{old.id}/" in html(keeper.get("/desk/policies/?every=1"))
    again = keeper.post(f"/desk/policies/{old.id}/repeal/", typed)
    assert "已经废止或者失效" in html(again)


@pytest.mark.clause("s3-2.1.2a")
def test_a_direction_of_the_leading_group_becomes_a_task_with_owner_and_day(cast: Cast, desk: Desk) -> None:
    version = take_in(cast, title="关于集中化解积案的部署", kind="direction")
    keeper, there = desk("intake"), f"/desk/policies/{version.policy_id}/"
    assert "领导小组部署" in html(keeper.get("/desk/policies/?kind=direction"))
    due = timezone.localdate() + timedelta(days=10)
    typed: dict[str, Any] = {"title": "排查积案", "owner": cast.accounts["handler"].id, "due_on": due.isoformat()}
    assert keeper.post(f"{there}assign/", typed).status_code == 302
    task = GroupTask.objects.get()
    assert (task.owner, task.due_on, task.policy_id) == (cast.accounts["handler"], due, version.policy_id)
    assert "排查积案" in html(keeper.get(there)) and "排查积案" in html(desk("handler").get("/desk/ready/tasks/"))


@pytest.mark.parametrize("page", ["", "versions/1/", "versions/1/articles/1/"])
def test_another_organisation_does_not_find_it(cast: Cast, desk: Desk, page: str) -> None:
    version = take_in(cast)
    assert desk("outsider").get(f"/desk/policies/{version.policy_id}/{page}").status_code == 404


@pytest.mark.parametrize("form", ["change/", "repeal/", "assign/", "versions/new/"])
def test_only_who_keeps_the_library_changes_it(cast: Cast, desk: Desk, form: str) -> None:
    there = f"/desk/policies/{take_in(cast).policy_id}/{form}"
    assert desk("handler").get(there).status_code == 403
    assert desk("intake").get(there).status_code == 200


def test_a_new_title_is_found_and_the_old_one_is_not(cast: Cast, desk: Desk) -> None:
    there = f"/desk/policies/{take_in(cast).policy_id}/"
    typed = {"title": "来访办理规范", "kind": "internal", "number": "", "issuer": "信访办"}
    assert desk("intake").post(f"{there}change/", typed).status_code == 302
    assert there in html(desk("handler").get("/desk/policies/", {"q": "办理规范"}))
    assert there not in html(desk("handler").get("/desk/policies/", {"q": TITLE}))
