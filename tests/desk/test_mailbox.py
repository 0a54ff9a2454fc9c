"""Mail that waits for a person: who registers sees which and why, and has it taken in or notes that it is no petition."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from huiyin.casework.models import Case, Submission
from huiyin.casework.sealed import texts
from huiyin.channels.mailbox import taking_in
from huiyin.channels.models import ArrivedMail, MailboxState
from huiyin.desk.mailbox import pages
from huiyin.jobs.models import Job
from huiyin.people.models import AdministrativeAct
from huiyin.site import environment
from tests.cast import Cast
from tests.channels.mailbox.letters import letter
from tests.desk.conftest import Desk, html
from tests.desk.test_registration_page import typed

pytestmark = pytest.mark.any_database
PAGE = "/desk/mailbox/"


@pytest.fixture
def waiting(cast: Cast, settings: Any) -> ArrivedMail:
    """A message with a file that is not taken, in the mailbox of the bureau."""
    settings.HUIYIN_MAILBOXES = environment.mailboxes("imaps://xinfang:pw@mail.example.cn")
    at = timezone.now() - timedelta(minutes=3)
    MailboxState.objects.create(mailbox="xinfang@mail.example.cn", organisation=cast.lj, tried_at=at, fault="login")
    return ArrivedMail.objects.create(
        organisation=cast.lj,
        mailbox="xinfang@mail.example.cn",
        uid_validity=1,
        uid=1,
        size=2048,
        arrived_at=at,
        found_at=at,
        fate="aside",
        reason="refused",
        errors=["不接受这种文件。"],
    )


@pytest.mark.clause("s3-3.1.1a")
def test_the_window_and_the_mailbox_feed_one_register(desk: Desk, waiting: ArrivedMail) -> None:
    client = desk("registrar")
    assert client.post("/desk/register/", typed()).status_code == 302
    organisation = waiting.organisation
    taking_in.take(taking_in.FoundMail(organisation, waiting, timezone.now()), letter())
    page = html(client.get("/desk/cases/"))
    assert all(f"/desk/cases/{number}/" in page for number in Case.objects.values_list("number", flat=True))
    assert sorted(Case.objects.values_list("channel", flat=True)) == ["email", "visit"]
    assert Submission.objects.get(channel="email").receipt


def test_what_a_message_says_in_two_versions_stands_in_its_matter_in_both(cast: Cast, waiting: ArrivedMail) -> None:
    content = letter("请看网页版。", html="<p>消火栓漏水。</p>")
    taking_in.take(taking_in.FoundMail(waiting.organisation, waiting, timezone.now()), content)
    (text,) = texts.read_texts([Submission.objects.get().text]).values()
    assert text.startswith("请看网页版。") and text.endswith("消火栓漏水。") and "另一种格式" in text


def test_a_message_built_to_hold_everything_up_is_put_aside_to_be_registered_by_hand(
    desk: Desk, waiting: ArrivedMail
) -> None:
    content = letter(html="<a " * 200_000)
    taking_in.take(taking_in.FoundMail(waiting.organisation, waiting, timezone.now()), content)
    assert (waiting.fate, waiting.reason) == ("aside", "tangled")
    page = html(desk("registrar").get(PAGE))
    assert "不是普通来信" in page and "手工登记" in page and "照样登记" not in page


def test_the_page_says_why_a_message_was_not_taken_in_and_that_the_mailbox_cannot_be_opened(
    desk: Desk, waiting: ArrivedMail
) -> None:
    page = html(desk("registrar").get(PAGE))
    assert "不接受这种文件" in page and "照样登记" in page
    assert "用户名或者密码不对" in page and "还没有收取过" in page


def test_what_does_not_fit_on_a_page_stands_on_the_next_and_nowhere_twice(
    desk: Desk, waiting: ArrivedMail, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting.id, waiting.uid, waiting.reason, waiting.errors = uuid4(), 2, "empty", []
    waiting.save(force_insert=True)
    monkeypatch.setattr(pages, "PAGE", 1)
    client = desk("registrar")
    first = html(client.get(PAGE))
    following = re.search(r'href="(\?after=[^"]+)"', first)
    assert following
    second = html(client.get(PAGE + following[1]))
    told = [("不接受这种文件" in page, "没有正文" in page) for page in (first, second)]
    assert sorted(told) == [(False, True), (True, False)] and 'class="pager' not in second


def test_whoever_registers_has_it_taken_in_once_and_that_is_on_record(desk: Desk, waiting: ArrivedMail) -> None:
    client = desk("registrar")
    said = client.post(f"{PAGE}{waiting.id}/", {"decision": "want"}, follow=True)
    assert "稍后登记" in html(said)
    assert Job.objects.filter(what="mailbox").count() == 1
    assert AdministrativeAct.objects.filter(change="want_mail").count() == 1
    assert "已经有人处理" in html(client.post(f"{PAGE}{waiting.id}/", {"decision": "want"}, follow=True))


def test_what_is_no_petition_leaves_the_list_and_is_never_deleted(desk: Desk, waiting: ArrivedMail) -> None:
    client = desk("registrar")
    assert "没有待人工处理的邮件" in html(client.post(f"{PAGE}{waiting.id}/", {"decision": "leave"}, follow=True))
    waiting.refresh_from_db()
    assert (waiting.fate, waiting.settled_by is not None) == ("left", True)


def test_nobody_else_sees_or_decides_anything(desk: Desk, waiting: ArrivedMail) -> None:
    assert desk("handler").get(PAGE).status_code == 403
    assert desk("handler").post(f"{PAGE}{waiting.id}/", {"decision": "leave"}).status_code == 403
    elsewhere = desk("outsider")
    assert "不接受这种文件" not in html(elsewhere.get(PAGE))
    elsewhere.post(f"{PAGE}{waiting.id}/", {"decision": "leave"})
    assert elsewhere.post(f"{PAGE}{waiting.id}/", {"decision": "?"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.fate == "aside"
