"""On its page a file that nobody has looked through has no link, and one that a worker could not read is for the custodian alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.casework.models import Attachment
from huiyin.casework.vocabulary import File
from huiyin.jobs.models import Job
from huiyin.worker import do_jobs
from tests.casework.file_checks.test_words import MARKED, WRITTEN
from tests.cast import Cast
from tests.desk.conftest import Desk, html, page_of
from tests.door.files.test_reading import while_others_are_read
from tests.matters import Matter, begin


def with_unread(cast: Cast, monkeypatch: pytest.MonkeyPatch, says: str) -> tuple[Matter, str]:
    """A matter with a file that nobody has looked through, and its address."""
    with while_others_are_read(monkeypatch):
        matter = begin(cast, timezone.now() - timedelta(minutes=1), files=(File("材料.docx", WRITTEN["docx"](says)),))
    return matter, f"{page_of(matter)}attachments/{Attachment.objects.get(case=matter.id).id}/"


def test_who_opens_a_file_and_what_its_page_says_meanwhile(
    cast: Cast, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter, address = with_unread(cast, monkeypatch, "关于路灯的情况")
    intake = desk("intake")
    page = html(intake.get(page_of(matter)))
    assert "材料.docx" in page and "正在查看内容" in page and address not in page
    assert intake.get(address).status_code == 404
    do_jobs(timezone.now())
    assert f'href="{address}"' in html(intake.get(page_of(matter))) and intake.get(address).status_code == 200


def test_a_marked_one_is_opened_by_nobody_and_the_page_says_what_to_do(
    cast: Cast, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter, address = with_unread(cast, monkeypatch, MARKED)
    do_jobs(timezone.now())
    assert "停止打开" in html(desk("intake").get("/desk/"))  # as news of who owes a step
    page = html(desk("discipline").get(page_of(matter)))
    assert "保密工作机构" in page and "停止打开" in page and f'"{address}"' not in page
    assert desk("discipline").get(address).status_code == 404
    assert "处理不能打开的附件" in html(desk("discipline").get("/desk/")) and "已报保密工作机构</button>" in page
    assert "已报保密工作机构</button>" not in html(desk("intake").get(page_of(matter)))
    assert desk("intake").post(f"{address}looked-through/", {"withhold": "1"}).status_code == 404
    assert desk("discipline").post(f"{address}looked-through/").status_code == 404, "nobody opens it"
    desk("discipline").post(f"{address}looked-through/", {"withhold": "1"})
    assert "带有密级标志的附件已报保密工作机构" in html(desk("discipline").get(page_of(matter)))
    assert "处理不能打开的附件" not in html(desk("discipline").get("/desk/"))
    assert desk("discipline").post(f"{address}looked-through/", {"withhold": "1"}).status_code == 404


def test_what_a_worker_gave_up_is_for_the_custodian_to_look_through(
    cast: Cast, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter, address = with_unread(cast, monkeypatch, "关于路灯的情况")
    Job.objects.update(dead_at=timezone.now())
    for name in ("intake", "handler"):
        assert desk(name).get(address).status_code == 404
        assert desk(name).post(f"{address}looked-through/").status_code == 404
    custodian = desk("discipline")
    assert "已看过，可以打开" in html(custodian.get(page_of(matter))) and custodian.get(address).status_code == 200
    custodian.post(f"{address}looked-through/")
    assert desk("intake").get(address).status_code == 200 and "看过附件" in html(custodian.get(page_of(matter)))
    assert custodian.post(f"{address}looked-through/").status_code == 404
