"""A document served electronically: the petitioner agrees, opens it with the code, and the day of that starts the time for a review."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.history import documents, read_history
from huiyin.casework.models import Notice
from huiyin.door import Accepted, DocumentCorrection, Refused, approve_correction, correct_document
from huiyin.procedure.refusal import Code
from huiyin.rule_store.store import load
from huiyin.rules.book.load import shipped
from tests.matters import Matter, walk
from tests.portal.conftest import hidden, html, open_matter


@pytest.fixture
def approved(matter: Matter) -> Matter:
    """A matter whose opinion was approved a week ago and waits to be served."""
    walk(matter, "approve_opinion")
    matter.at = timezone.now() - timedelta(hours=1)
    return matter


def consents(client: Client, answer: str = "yes") -> None:
    form = client.get("/track/matter/choose_electronic/")
    sent = client.post(
        "/track/matter/choose_electronic/",
        {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), "e_service": answer},
    )
    assert sent.status_code == HTTPStatus.FOUND


def test_without_consent_nothing_is_sent_electronically(approved: Matter) -> None:
    outcome = approved.tries("handler", "send_reply")
    assert isinstance(outcome, Refused)
    assert outcome.refusal.code is Code.NOT_SAID
    assert outcome.refusal.needs == {"fields": ("e_service",)}


def test_consent_that_was_taken_back_counts_no_more(anyone: Client, approved: Matter) -> None:
    open_matter(anyone, approved)
    consents(anyone)
    assert "上次选的是“同意" in html(anyone.get("/track/matter/choose_electronic/"))
    consents(anyone, "no")
    outcome = approved.tries("handler", "send_reply")
    assert isinstance(outcome, Refused)
    assert outcome.refusal.code is Code.NOT_SAID


def test_the_petitioner_opens_the_paper_and_their_time_runs_from_that_day(anyone: Client, approved: Matter) -> None:
    open_matter(anyone, approved)
    consents(anyone)
    approved.at = timezone.now()
    approved.does("handler", "send_reply")
    page = html(anyone.get("/track/matter/"))
    assert "有一份电子送达的文书等您打开签收" in page
    assert "处理意见书已经发出，等待签收" in page
    assert "申请复查" not in page.partition("还有哪些救济")[0].partition("您现在可以")[2]
    assert not Notice.objects.filter(case=approved.id, kind="reply").exists()  # nothing of it can be read before
    form = anyone.get("/track/matter/receive_reply/")
    assert "今天为送达之日" in html(form)
    opened = anyone.post(
        "/track/matter/receive_reply/",
        {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq")},
        follow=True,
    )
    assert "列入本月检修" in html(opened)
    case = approved.case
    assert case.stage == "replied"
    duty = case.duties.get(kind="conclude")
    today = timezone.localdate()
    assert duty.derivation["start"] == today.isoformat()
    assert timezone.localdate(duty.due_at) >= today + timedelta(days=30)
    assert "申请复查" in html(anyone.get("/track/matter/")).partition("您现在可以")[2].partition("还有哪些救济")[0]


def test_looking_at_the_page_alone_serves_nothing(anyone: Client, approved: Matter) -> None:
    open_matter(anyone, approved)
    consents(anyone)
    approved.at = timezone.now()
    approved.does("handler", "send_reply")
    anyone.get("/track/matter/receive_reply/")
    anyone.get("/track/matter/")
    assert approved.case.stage == "approved"


def test_what_is_not_opened_is_served_another_way(anyone: Client, approved: Matter) -> None:
    open_matter(anyone, approved)
    consents(anyone)
    approved.at = timezone.now()
    approved.does("handler", "send_reply")
    today = timezone.localdate().isoformat()
    approved.does("handler", "record_failed_service", failed_how="unopened", failed_on=today)
    assert anyone.get("/track/matter/receive_reply/").status_code == HTTPStatus.OK
    outcome = approved.tries("petitioner", "receive_reply")
    assert isinstance(outcome, Refused)
    assert outcome.refusal.code is Code.DUTY_NOT_OPEN
    assert isinstance(approved.tries("handler", "serve_reply"), Accepted)


@pytest.mark.parametrize("name", shipped())
def test_no_duty_of_a_shipped_book_is_shown_to_its_petitioner_by_the_name_of_a_stage(name: str) -> None:
    book = load(name).book
    for procedure in book.procedures.values():
        takers = {role for action in procedure.actions.values() for role in action.by}
        if any(book.roles[role].of == "petitioner" for role in takers):
            nameless = [
                duty
                for duty, rule in procedure.duties.items()
                if rule.public is None and book.roles[rule.of].of != "petitioner"
            ]
            assert nameless == []


def test_a_corrected_paper_stays_readable_and_says_that_it_was(anyone: Client, approved: Matter) -> None:
    approved.does("handler", "serve_reply")
    first = documents(read_history(approved.case, None))[-1].id
    wanted = DocumentCorrection(first, "地名写错。")
    drafted = correct_document(approved.id, wanted, approved.actor("handler"), approved.at)
    assert isinstance(drafted, Accepted)
    document = drafted.state.papers["reply"]
    approve_correction(approved.id, document.id, document.text.commitment, approved.actor("head"), approved.at)
    assert "已更正" not in html(open_matter(anyone, approved))
    approved.does("handler", "serve_reply")
    assert "已更正，以后来的一份为准" in html(open_matter(anyone, approved))
    old = html(anyone.get(f"/track/matter/notices/{first}/"))
    assert "以更正后的文书为准" in old and f"/track/matter/notices/{document.id}/" in old
    assert "更正并替代" in html(anyone.get(f"/track/matter/notices/{document.id}/"))
