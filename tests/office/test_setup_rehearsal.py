"""While an organisation is set up, a worker walks a made-up matter through it: the page says how that stands, with a script or without."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.jobs.models import Job
from huiyin.organisations import rehearsing
from huiyin.organisations.draft import drop_draft, keep_draft, read_draft
from huiyin.organisations.setup_link import make_link
from tests.office.test_setup_flaws import OWN, ROWS

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

REVIEW = "/office/setup/review/"
BLANK = {"parent": "", "roles": ""}
UNDER_WAY, FAILED, ASKS_AGAIN = "正在试走", "这次试走没有做成", 'http-equiv="refresh"'


@pytest.fixture
def reviewing(settings: Any, tmp_path: Any) -> Client:
    """Whoever followed the link and has answered everything."""
    settings.HUIYIN_HOME = tmp_path
    client = Client()
    client.get(f"/office/setup/link/{make_link(tmp_path, timezone.now())}/")
    keep_draft(
        tmp_path, {**OWN, "staff": [BLANK | row for row in ROWS], "administrators": ["zhou", "zheng"], "head": None}
    )
    return client


def page(client: Client) -> str:
    return client.get(REVIEW).content.decode()


def test_it_is_asked_for_once_and_the_page_waits_for_it(reviewing: Client) -> None:
    assert ASKS_AGAIN not in page(reviewing)
    for _press in range(2):
        assert reviewing.post(REVIEW, {"rehearse": "1"}).headers["Location"] == REVIEW
    shown = page(reviewing)
    assert UNDER_WAY in shown and ASKS_AGAIN in shown and "设立机构并邀请人员" in shown
    assert Job.objects.get().payload.keys() == {"asked"}
    part = reviewing.get(f"{REVIEW}rehearsal/")
    assert UNDER_WAY in part.content.decode() and "HX-Refresh" not in part.headers


def test_what_took_too_long_is_told_and_can_be_asked_for_again(
    reviewing: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewing.post(REVIEW, {"rehearse": "1"})
    monkeypatch.setattr(rehearsing, "MAX_SECONDS", 0.01)
    worker.do_jobs(timezone.now())
    shown = page(reviewing)
    assert FAILED in shown and "took longer" in shown and ASKS_AGAIN not in shown
    assert reviewing.get(f"{REVIEW}rehearsal/").headers["HX-Refresh"] == "true"
    reviewing.post(REVIEW, {"rehearse": "1"})
    assert UNDER_WAY in page(reviewing)
    Job.objects.filter(done_at=None).update(dead_at=timezone.now())
    assert FAILED in page(reviewing)


def test_nothing_is_walked_through_when_other_answers_were_given_since(reviewing: Client, tmp_path: Any) -> None:
    reviewing.post(REVIEW, {"rehearse": "1"})
    keep_draft(tmp_path, read_draft(tmp_path) | {"phone": "000-0000-0002"})
    assert UNDER_WAY not in page(reviewing)
    worker.do_jobs(timezone.now())
    assert Job.objects.get().done_at is not None
    assert FAILED not in page(reviewing) and 'id="rehearsal"' not in page(reviewing)
    drop_draft(tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"setup-taken.json"}
