"""An old register on pages: handed in, its columns and words told, looked at, brought in by a worker, without a script."""

from __future__ import annotations

import csv
import re
import zipfile
from io import BytesIO, StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.audit.verify import verify
from huiyin.casework.models import Case
from huiyin.channels.models import CHECKED, DONE, WAITING, KeptMapping, RegisterRow, RegisterRun
from huiyin.channels.register import runs
from huiyin.channels.register.columns import RegisterMapping, guess
from huiyin.channels.register.confirming import waiting_for
from huiyin.jobs.models import Job
from huiyin.web.drafts import form_drafts
from huiyin.web.models import DraftFile, StoredDraft
from tests.desk.conftest import Cast, Desk, html

ROWS = (
    (
        "信访编号",
        "收件日",
        "进度",
        "信访人",
        "电话",
        "主要内容",
        "信访目的",
        "结果",
        "责任单位",
        "受理日期",
        "答复日期",
        "结案日期",
    ),
    ("21-1", "2026-02-01", "在办", "王宁", "13800001111", "楼道堆物。", "求决", "", "临江防火处", "2026-02-05", "", ""),
    (
        "21-2",
        "2025-03-01",
        "已办结",
        "李平",
        "",
        "路灯不亮。",
        "求决",
        "解释说明",
        "",
        "2025-03-05",
        "2025-04-01",
        "2025-05-08",
    ),
    ("21-3", "2026-02-01", "在办", "赵安", "", "噪声。", "求决", "", "没有的处", "2026-02-05", "", ""),
)
COLUMNS = {"column-received": "收件日", "column-stage": "进度", "column-outcome": "结果", "default-channel": "visit"}


def sheet(*rows: tuple[str, ...]) -> SimpleUploadedFile:
    written = StringIO()
    csv.writer(written).writerows(rows)
    return SimpleUploadedFile("register.csv", written.getvalue().encode(), "text/csv")


def hand_in(client: Client, *rows: tuple[str, ...]) -> RegisterRun:
    sent = client.post("/desk/old-register/", {"table": sheet(*(rows or ROWS))})
    assert sent.status_code == 302, sent.content.decode()
    return RegisterRun.objects.latest("asked_at")


def selected(response: HttpResponse) -> dict[str, str]:
    """What the page's selects hold."""
    found = re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html(response), re.DOTALL)
    return {
        name: chosen[1] if (chosen := re.search(r'value="([^"]*)" selected', options)) else ""
        for name, options in found
    }


def tell(client: Client, run: RegisterRun) -> None:
    """Columns as guessed, with what was not; words; then every row is looked at."""
    at = f"/desk/old-register/{run.id}/"
    client.post(f"{at}columns/", {**selected(client.get(f"{at}columns/")), **COLUMNS})
    words = html(client.get(f"{at}words/"))
    names = re.findall(r'<label for="(word-[^"]+)">([^<]+)</label>', words)
    means = {"在办": "assigned", "求决": "claim"}
    client.post(f"{at}words/", {name: means[word.strip()] for name, word in names})
    work(run)


def confirm(client: Client, run: RegisterRun) -> None:
    """What has ended is brought in on the word of a second person."""
    assert client.post(f"/desk/old-register/{run.id}/confirm/", {"looked": "on"}).status_code == 302
    work(run)


def work(run: RegisterRun) -> None:
    worker.do_jobs(timezone.now())
    run.refresh_from_db()


def test_columns_are_guessed_by_their_headers_and_the_first_rows_are_shown(desk: Desk) -> None:
    client = desk("registrar")
    run = hand_in(client)
    response = client.get(f"/desk/old-register/{run.id}/columns/")
    chosen = selected(response)
    assert (chosen["column-number"], chosen["column-text"], chosen["column-unit"]) == (
        "信访编号",
        "主要内容",
        "责任单位",
    )
    assert chosen["column-stage"] == ""
    assert "楼道堆物。" in html(response)


def test_what_must_have_a_column_and_has_none_is_asked_for(desk: Desk) -> None:
    client = desk("registrar")
    run = hand_in(client)
    at = f"/desk/old-register/{run.id}/columns/"
    refused = client.post(at, {**selected(client.get(at)), "column-received": "收件日"})
    assert refused.status_code == 422 and "请指明哪一列是办理阶段" in html(refused)
    twice = client.post(at, {**selected(client.get(at)), **COLUMNS, "column-title": "主要内容"})
    assert twice.status_code == 422 and "“主要内容”对应了几项内容" in html(twice)


def test_every_row_is_looked_at_then_brought_in_and_the_report_tells_of_each(desk: Desk) -> None:
    client = desk("registrar")
    run = hand_in(client)
    tell(client, run)
    assert (run.step, run.counts) == (CHECKED, {"new": 1, "waiting": 1, "rejected": 1})
    assert not Case.objects.exists()
    page = html(client.get(f"/desk/old-register/{run.id}/"))
    assert "2026-04-07" in page and "没有这个部门" in page
    client.post(f"/desk/old-register/{run.id}/bring-in/")
    work(run)
    confirm(desk("intake"), run)
    assert (run.step, run.counts) == (DONE, {"new": 2, "rejected": 1})
    assert set(Case.objects.values_list("old_number", "stage")) == {("21-1", "assigned"), ("21-2", "closed")}
    assert [finding for finding in verify([case.id for case in Case.objects.all()]) if finding.kind == "wrong"] == []
    told = client.get(f"/desk/old-register/{run.id}/report.csv").content.decode("utf-8-sig")
    lines = list(csv.reader(StringIO(told)))
    assert [line[:3] for line in lines[1:]] == [
        ["2", "21-1", "已导入"],
        ["3", "21-2", "已导入"],
        ["4", "21-3", "不能导入"],
    ]
    # Four lines of the file: the header is named as skipped, the others are accounted for one by one.
    assert run.skipped == [[1, 1, "header"]] and run.total == run.done == 4


def test_what_has_ended_waits_until_somebody_else_confirms_it_and_what_is_under_way_does_not(
    cast: Cast, desk: Desk
) -> None:
    client = desk("registrar")
    run = hand_in(client)
    tell(client, run)
    client.post(f"/desk/old-register/{run.id}/bring-in/")
    work(run)
    assert (run.step, run.counts) == (WAITING, {"new": 1, "waiting": 1, "rejected": 1})
    assert Case.objects.get().old_number == "21-1"
    at = f"/desk/old-register/{run.id}/confirm/"
    # Neither who handed it in, nor who decides nothing here, nor another organisation.
    for name, status in (("registrar", 404), ("handler", 403), ("outsider", 404)):
        assert desk(name).get(at).status_code == status
        assert desk(name).post(at, {"looked": "on"}).status_code == status
    # How it is read can be changed no more, and asking again brings in nothing.
    client.post(f"/desk/old-register/{run.id}/columns/", {**COLUMNS, "column-ended": "答复日期"})
    client.post(f"/desk/old-register/{run.id}/bring-in/")
    work(run)
    assert run.step == WAITING and Case.objects.count() == 1
    second = desk("intake")
    assert "有 1 份原登记簿等您确认" in html(second.get("/desk/"))
    assert "原登记簿等您确认" not in html(client.get("/desk/"))
    assert str(run.id) in html(second.get("/desk/old-register/waiting/"))
    page = html(second.get(at))
    assert "21-2" in page and "2025-05-08" in page and "李平" not in page and "21-1" not in page
    assert second.post(at).status_code == 422
    confirm(second, run)
    assert (run.step, run.confirmed_by) == (DONE, cast.accounts["intake"])
    assert run.counts == {"new": 2, "rejected": 1}
    ended = Case.objects.get(old_number="21-2")
    told = html(desk("head").get(f"/desk/cases/{ended.number}/"))
    track = told[told.index('id="track-title"') : told.index("</ol>")]
    assert re.findall(r'datetime="([0-9-]+)T', track) == ["2025-05-08"]
    assert f"导入时由{cast.accounts['intake']}（{cast.accounts['intake'].username}）" in told
    assert second.post(at, {"looked": "on"}).status_code == 404


def test_where_the_worker_gives_up_what_has_ended_waits_on(desk: Desk) -> None:
    client = desk("registrar")
    run = hand_in(client)
    tell(client, run)
    client.post(f"/desk/old-register/{run.id}/bring-in/")
    work(run)
    desk("intake").post(f"/desk/old-register/{run.id}/confirm/", {"looked": "on"})
    run.refresh_from_db()
    runs.give_up(Job.objects.latest("id"), timezone.now())
    run.refresh_from_db()
    assert (run.step, run.counts["waiting"]) == (WAITING, 1)
    confirm(desk("intake"), run)
    work(run)  # the first time the worker took up what it had given up, and left it
    assert run.step == DONE and Case.objects.count() == 2


def test_the_case_tells_what_the_register_said_and_that_nobody_here_did_it(desk: Desk) -> None:
    client = desk("registrar")
    run = hand_in(client)
    tell(client, run)
    client.post(f"/desk/old-register/{run.id}/bring-in/")
    work(run)
    page = html(client.get(f"/desk/cases/{Case.objects.get(old_number='21-1').number}/"))
    assert "由原登记簿导入" in page and "21-1" in page and "进度：在办" in page
    # Who came stands where names stand, under a key of their own, and not once more in the words of the row.
    assert "信访人：王宁" not in page and "13800001111" not in page


def test_the_mapping_is_kept_for_the_next_register_of_the_organisation(desk: Desk) -> None:
    client = desk("registrar")
    run = hand_in(client)
    tell(client, run)
    kept = RegisterMapping.from_dict(KeptMapping.objects.get().mapping)
    assert kept.words["stage"] == {"在办": "assigned"}
    again = hand_in(client, ROWS[0], ("22-1", "2026-02-08", *ROWS[1][2:]))
    assert selected(client.get(f"/desk/old-register/{again.id}/columns/"))["column-stage"] == "进度"
    assert guess(ROWS[0], kept=kept)["received"] == "收件日"


def test_what_was_handed_in_is_sealed_and_swept(desk: Desk) -> None:
    client = desk("registrar")
    run = hand_in(client)
    (row,) = DraftFile.objects.all()
    place = f"{row.place}.0"
    with default_storage.open(place, "rb") as file:
        assert "王宁".encode() not in file.read()
    tell(client, run)
    client.post(f"/desk/old-register/{run.id}/bring-in/")
    work(run)
    confirm(desk("head"), run)
    form_drafts.sweep(timezone.now() + form_drafts.AFTER_SENDING * 2)
    assert not StoredDraft.objects.exists() and not default_storage.exists(place)
    assert client.get(f"/desk/old-register/{run.id}/").status_code == 200


def test_what_nobody_came_back_for_is_swept_and_the_page_says_so(desk: Desk) -> None:
    client = desk("registrar")
    run = hand_in(client)
    form_drafts.sweep(timezone.now() + form_drafts.KEPT_OF_STAFF * 2)
    answer = client.get(f"/desk/old-register/{run.id}/columns/")
    assert answer.status_code == 410 and "重新上传" in html(answer)


def test_only_who_registers_gets_there_and_nobody_sees_what_another_handed_in(cast: Cast, desk: Desk) -> None:
    assert desk("stranger").get("/desk/old-register/").status_code == 403
    run = hand_in(desk("registrar"))
    for name, status in (("outsider", 404), ("stranger", 403)):
        assert desk(name).get(f"/desk/old-register/{run.id}/columns/").status_code == status
        assert desk(name).get(f"/desk/old-register/{run.id}/report.csv").status_code == status


def packed(name: str, content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("register.csv", b"", "无法读取"),
        ("register.xlsx", b"PK\x03\x04broken", "无法读取"),
        ("register.xlsx", packed("xl/workbook.xml", b"<workbook/>"), "无法读取"),
        ("register.pdf", b"%PDF-1.4", "无法读取"),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_of_it_is_kept(
    desk: Desk, name: str, content: bytes, said: str
) -> None:
    upload = BytesIO(content)
    upload.name = name
    answer = desk("registrar").post("/desk/old-register/", {"table": upload})
    assert answer.status_code == 422 and said in html(answer)
    assert not RegisterRun.objects.exists() and not StoredDraft.objects.exists()


def test_a_table_of_too_many_columns_is_refused_before_anything_else(desk: Desk) -> None:
    wide = sheet((*ROWS[0], *(f"列{number}" for number in range(30_000))), ROWS[1])
    # A narrow header above wide rows is no narrow table.
    below = sheet(ROWS[0], (*ROWS[1], *("值" for _number in range(30_000))))
    for upload in (wide, below):
        answer = desk("registrar").post("/desk/old-register/", {"table": upload})
        assert answer.status_code == 422 and "超过 200 列" in html(answer)
        assert len(answer.content) < 100_000
    assert not RegisterRun.objects.exists() and not StoredDraft.objects.exists()


def test_a_column_that_may_name_the_accused_has_to_be_settled_before_anything_is_looked_at(desk: Desk) -> None:
    client = desk("registrar")
    head, first = (*ROWS[0], "被举报的处室"), (*ROWS[1], "临江训练处")
    run = hand_in(client, head, first)
    at = f"/desk/old-register/{run.id}/"
    told = {**selected(client.get(f"{at}columns/")), **COLUMNS}
    refused = client.post(f"{at}columns/", told)
    assert refused.status_code == 422 and "被举报的处室" in html(refused)
    assert client.get(f"{at}words/").status_code == 302
    assert client.post(f"{at}columns/", {**told, "column-accused": "被举报的处室"}).status_code == 302
    assert client.post(f"{at}columns/", {**told, "nothing": ["被举报的处室"]}).status_code == 302
    run.refresh_from_db()
    assert RegisterMapping.from_dict(run.mapping).nothing == ("被举报的处室",)
    assert client.get(f"{at}words/").status_code == 200
    # What was said of one register does not settle another column of the next.
    again = hand_in(client, (*ROWS[0], "应办结日"), (*ROWS[1], "2026-03-20"))
    assert client.get(f"/desk/old-register/{again.id}/words/").status_code == 302


def test_a_table_longer_than_a_piece_goes_on_where_the_piece_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "ROWS_A_PIECE", 2)
    client = desk("registrar")
    twice = ("21-1", *ROWS[2][1:])
    run = hand_in(client, *ROWS[:3], twice, ROWS[1])
    tell(client, run)
    for _piece in range(4):
        work(run)
    fates = list(RegisterRow.objects.filter(run=run).order_by("line").values_list("number", "fate"))
    assert fates == [("21-1", "new"), ("21-2", "waiting"), ("21-1", "rejected"), ("21-1", "already")]
    assert run.step == CHECKED and run.done == run.total == 5


def test_the_example_can_be_handed_in_as_it_is(desk: Desk) -> None:
    client = desk("registrar")
    example = client.get("/desk/old-register/example.csv").content
    upload = SimpleUploadedFile("example.csv", example, "text/csv")
    client.post("/desk/old-register/", {"table": upload})
    run = RegisterRun.objects.get()
    at = f"/desk/old-register/{run.id}/"
    chosen = selected(client.get(f"{at}columns/"))
    assert {"column-number", "column-received", "column-stage", "column-text"} <= {
        name for name, value in chosen.items() if value
    }


def test_whom_a_row_accuses_neither_sees_nor_confirms_it_and_somebody_else_does(cast: Cast, desk: Desk) -> None:
    client = desk("registrar")
    against = f"举报{cast.accounts['head'].display_name}收受贿赂。"
    run = hand_in(client, *ROWS[:3], ("21-4", *ROWS[2][1:5], against, *ROWS[2][6:]))
    tell(client, run)
    client.post(f"/desk/old-register/{run.id}/bring-in/")
    work(run)
    at = f"/desk/old-register/{run.id}/confirm/"
    accused, other = desk("head"), desk("intake")
    for reader in (
        accused,
        other,
    ):  # while nobody has found out whom it accuses, it waits for who has accusations in custody
        page = html(reader.get(at))
        assert "21-2" in page and "21-4" not in page
    assert '<td data-label="待确认" class="num">1</td>' in html(accused.get("/desk/old-register/waiting/"))
    confirm(accused, run)
    assert (run.step, run.counts["waiting"]) == (WAITING, 1)
    for reader in (accused, other):
        assert reader.get(at).status_code == 404 and reader.post(at, {"looked": "on"}).status_code == 404
    assert "原登记簿等您确认" not in html(accused.get("/desk/"))
    assert not list(waiting_for(cast.accounts["head"], timezone.now()))
    assert not Case.objects.filter(old_number="21-4").exists()
    assert list(waiting_for(cast.accounts["discipline"], timezone.now())) == [run.id]
    confirm(desk("discipline"), run)
    assert run.step == DONE and Case.objects.filter(old_number="21-4").exists()


def test_who_hands_in_what_accuses_them_is_not_told_its_new_number_and_an_office_that_is_accused_confirms_nothing(
    cast: Cast, desk: Desk
) -> None:
    client = desk("registrar")
    against = f"举报{cast.accounts['registrar'].display_name}收受贿赂。"
    rows = (("21-4", *ROWS[1][1:5], against, *ROWS[1][6:]), ("21-5", *ROWS[2][1:5], against, *ROWS[2][6:]))
    run = hand_in(client, *ROWS[:2], *rows)
    tell(client, run)
    client.post(f"/desk/old-register/{run.id}/bring-in/")
    work(run)
    waits = [
        name for name in ("intake", "discipline", "head") if list(waiting_for(cast.accounts[name], timezone.now()))
    ]
    assert waits == ["head"]  # all who have accusations in custody work beside the accused
    hidden, page = Case.objects.get(old_number="21-4"), html(client.get(f"/desk/old-register/{run.id}/"))
    assert client.get(f"/desk/cases/{hidden.number}/").status_code == 404
    told = client.get(f"/desk/old-register/{run.id}/report.csv").content.decode("utf-8-sig")
    for seen in (page, told):
        assert Case.objects.get(old_number="21-1").number in seen and "21-4" in seen
        assert hidden.number not in seen
