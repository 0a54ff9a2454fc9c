"""Nobody here takes a matter back in its petitioner's name alone: another person calls back, and the petitioner can say that it is not so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework import tracking
from huiyin.casework.models import Submission
from huiyin.casework.receipts import code_of
from huiyin.casework.sealed.codes import current
from huiyin.door import Accepted, execute
from huiyin.door.beside.codes import give_out
from huiyin.people.acting import actor_for
from huiyin.people.appointments import appoint
from huiyin.procedure.command import Actor
from huiyin.procedure.storage import codec
from tests.cast import DAY, FIRST_DAY, Cast, make_cast
from tests.desk.conftest import Desk, html, page_of
from tests.desk.test_entering import enters
from tests.matters import Matter, begin, replay_equals_projection, walk
from tests.portal.conftest import open_matter

pytestmark = pytest.mark.django_db


def asked(cast: Cast, *, days: int = 12, until: str | None = None) -> Matter:
    """A matter of which the registrar entered ``days`` ago that its petitioner takes it back by telephone."""
    matter = begin(cast, timezone.now() - timedelta(days=days + 1))
    if until:
        walk(matter, until)
    matter.at = timezone.now() - timedelta(days=days)
    day = timezone.localdate(matter.at).isoformat()
    matter.does("registrar", "request_withdrawal", came_by="phone", sent_on=day, came_on=day)
    matter.at = timezone.now()
    return matter


def called(**more: str) -> dict[str, str]:
    return {"called_on": timezone.localdate().isoformat(), "confirm_why": "按登记的电话回访，本人确认。", **more}


@pytest.mark.parametrize("rulebook", ["national-2022", "national-2005", "xx-bureau", "science-bureau", "company"])
def test_whoever_registers_ends_nothing_and_the_matter_goes_on(rulebook: str) -> None:
    matter = asked(make_cast(rulebook), days=1)
    assert matter.case.stage == "registered" and matter.case.ended_at is None
    refused = str(matter.tries("registrar", "withdraw", **called()))
    assert "WRONG_ROLE" in refused
    assert "TOO_EARLY" in str(matter.tries("head", "withdraw", **called()))


def test_another_person_confirms_it_once_there_was_time_to_contest_and_the_history_says_who(
    cast: Cast, desk: Desk
) -> None:
    matter = asked(cast)
    matter.does("head", "withdraw", **called())
    assert matter.case.stage == "withdrawn"
    page = html(desk("registrar").get(page_of(matter)))
    assert "回访核实后登记撤回" in page and "按登记的电话回访" in page
    replay_equals_projection(matter.id)


def test_whoever_entered_it_does_not_confirm_it_in_another_post(cast: Cast) -> None:
    matter = asked(cast)
    appoint(cast.accounts["registrar"], cast.posts["head"], FIRST_DAY)
    as_head = actor_for(cast.accounts["registrar"], at=matter.at, post_id=cast.posts["head"].id)
    assert as_head is not None
    assert "SAME_PERSON" in str(execute(replace(matter.wish("registrar", "withdraw", **called()), actor=as_head)))


def test_the_petitioner_reads_it_at_once_and_goes_on(cast: Cast, client: Client) -> None:
    matter = asked(cast, days=1)
    page = html(open_matter(client, matter))
    assert "有人登记您要求撤回" in page and "撤回申请登记告知书" in page
    matter.does("petitioner", "keep_matter")
    assert "有人登记您要求撤回" not in html(client.get("/track/matter/"))
    matter.at = timezone.now() + timedelta(days=20)
    assert "DUTY_NOT_OPEN" in str(matter.tries("head", "withdraw", **called()))
    assert matter.case.stage == "registered"


def test_the_head_may_find_that_it_is_not_so(cast: Cast) -> None:
    matter = asked(cast, days=2)
    matter.does("head", "decline_withdrawal", **called())
    assert "confirm_withdrawal" not in [duty.kind for duty in codec.loads(matter.case.state).duties]
    assert matter.case.stage == "registered"


def test_an_application_for_review_is_taken_back_by_the_reviewing_organ_alone(cast: Cast) -> None:
    matter = asked(cast, until="apply_review")
    assert "WRONG_ROLE" in str(matter.tries("head", "withdraw_review", **called()))
    matter.does("reviewer", "withdraw_review", **called())
    assert matter.case.stage == "replied"
    replay_equals_projection(matter.id)


def test_a_code_that_staff_had_in_their_hands_ends_nothing_at_once(cast: Cast, desk: Desk, client: Client) -> None:
    matter = begin(cast, timezone.now() - DAY)
    submission = Submission.objects.get(case_id=matter.id)
    assert tracking.opened(submission).actor.code_was_seen is False
    give_out(submission, "id-card", cast.actor("registrar"), timezone.now())
    assert current(submission) == 1
    opened = tracking.opened(submission)
    offered = [offer.action for offer in tracking.view(opened, timezone.now()).actions]
    assert "withdraw" not in offered and "request_withdrawal" in offered
    number = {"receipt": submission.receipt, "code": code_of(submission.receipt, 1)}
    assert "核对证件后换发" in html(client.post("/track/", number, follow=True))
    assert "同事 registrar 换发" in html(desk("head").get(page_of(matter)))
    assert "CODE_SEEN" in str(execute(replace(matter.wish("petitioner", "withdraw"), actor=opened.actor)))


def test_whoever_had_the_code_does_not_confirm_what_was_asked_with_it(cast: Cast) -> None:
    matter = begin(cast, timezone.now() - timedelta(days=20))
    give_out(Submission.objects.get(case_id=matter.id), "id-card", cast.actor("head"), matter.at)
    matter.does("petitioner", "request_withdrawal")
    matter.at = timezone.now()
    assert "knows-the-code" in str(matter.tries("head", "withdraw", **called()))
    assert matter.case.stage == "registered"


def test_at_the_desk_a_withdrawal_by_letter_is_asked_for_and_not_done(cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now() - DAY)
    assert enters(desk, matter, "withdraw", timezone.localdate(), note="撤回。").status_code in (404, 422)
    done = enters(desk, matter, "request_withdrawal", timezone.localdate(), note="已经修好，撤回。")
    assert done.status_code == 302, html(done)
    assert matter.case.stage == "registered"


def seen_code(matter: Matter) -> Actor:
    """Whoever acts with the query code that a member of staff gave out anew."""
    submission = Submission.objects.get(case_id=matter.id)
    give_out(submission, "id-card", matter.cast.actor("registrar"), matter.at)
    return tracking.opened(submission).actor


def test_one_registrar_serves_no_opinion_and_rates_nobody_with_a_code_that_they_gave_out(
    cast: Cast, desk: Desk, client: Client
) -> None:
    matter = begin(cast, timezone.now() - timedelta(days=20))
    walk(matter, "approve_opinion")
    matter.at = timezone.now() - timedelta(hours=2)
    matter.does("petitioner", "choose_electronic", e_service="yes")
    actor = seen_code(matter)
    matter.does("handler", "send_reply")
    for action, fields in (("choose_electronic", {"e_service": "yes"}), ("receive_reply", {})):
        assert "CODE_SEEN" in str(execute(replace(matter.wish("petitioner", action, **fields), actor=actor))), action
    number = Submission.objects.get(case_id=matter.id).receipt
    page = html(client.post("/track/", {"receipt": number, "code": code_of(number, 1)}, follow=True))
    may_not = page.partition("不能凭它办理")[2].partition("还有哪些救济")[0]
    assert "打开并签收处理意见书" in may_not and "纸质方式送达" in may_not
    assert "同意或者不再同意电子送达" in may_not and "代您登记" in may_not
    assert matter.case.stage == "approved"
    matter.does("handler", "serve_reply")
    rating = {"office_score": "satisfied", "unit_score": "satisfied"}
    assert "CODE_SEEN" in str(execute(replace(matter.wish("petitioner", "rate", **rating), actor=actor)))
    matter.does("petitioner", "apply_review")  # a remedy is never taken away
    assert "凭经工作人员之手的查询码" in html(desk("head").get(page_of(matter)))


def test_what_the_petitioner_did_before_staff_had_their_code_is_told_as_theirs_alone(cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now() - DAY)
    matter.does("petitioner", "supplement")
    matter.at = timezone.now()
    seen_code(matter)
    assert "凭经工作人员之手的查询码" not in html(desk("head").get(page_of(matter)))


def test_keeping_the_matter_by_a_seen_code_is_told_to_the_petitioner_and_to_whoever_confirms(
    cast: Cast, desk: Desk, client: Client
) -> None:
    matter = begin(cast, timezone.now() - timedelta(days=3))
    matter.does("petitioner", "request_withdrawal")
    matter.at = timezone.now() - timedelta(hours=1)
    outcome = execute(replace(matter.wish("petitioner", "keep_matter"), actor=seen_code(matter)))
    assert isinstance(outcome, Accepted)
    number = Submission.objects.get(case_id=matter.id).receipt
    page = html(client.post("/track/", {"receipt": number, "code": code_of(number, 1)}, follow=True))
    assert "继续办理告知书" in page
    matter.does("petitioner", "request_withdrawal")
    form = html(desk("head").get(f"{page_of(matter)}actions/decline_withdrawal/"))
    assert "不撤回，请继续办理" in form and "凭经工作人员之手的查询码" in form
    replay_equals_projection(matter.id)


def test_declining_needs_a_reason_is_told_to_the_petitioner_and_is_not_for_who_asked_or_had_the_code(
    cast: Cast, client: Client
) -> None:
    matter = asked(cast, days=2)
    assert "confirm_why" in str(matter.tries("head", "decline_withdrawal", **{**called(), "confirm_why": None}))
    appoint(cast.accounts["registrar"], cast.posts["head"], FIRST_DAY)
    as_head = actor_for(cast.accounts["registrar"], at=matter.at, post_id=cast.posts["head"].id)
    assert as_head is not None
    assert "SAME_PERSON" in str(execute(replace(matter.wish("head", "decline_withdrawal", **called()), actor=as_head)))
    matter.does("head", "decline_withdrawal", **called())
    assert "不予撤回告知书" in html(open_matter(client, matter))


def test_whoever_had_the_code_does_not_decline_what_was_asked_with_it(cast: Cast) -> None:
    matter = begin(cast, timezone.now() - timedelta(days=20))
    give_out(Submission.objects.get(case_id=matter.id), "id-card", cast.actor("head"), matter.at)
    matter.does("petitioner", "request_withdrawal")
    matter.at = timezone.now()
    assert "knows-the-code" in str(matter.tries("head", "decline_withdrawal", **called()))
