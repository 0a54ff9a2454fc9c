"""What a petitioner does by letter, by phone or at the counter is entered by the registrar, and counts by the day it was posted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone

from huiyin import worker
from huiyin.casework.history import read_history, steps
from huiyin.casework.models import Duty
from huiyin.people.models import Account
from huiyin.procedure.storage import codec
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, hidden, html, page_of
from tests.door.test_texts_that_accuse import sees
from tests.matters import Matter, begin, replay_equals_projection, walk

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
OPEN = 30
"""Days within which a review may be applied for (Regulation Art. 35)."""


def replied(cast: Cast, days_ago: int, until: str = "serve_reply") -> Matter:
    return walk(begin(cast, timezone.now() - timedelta(days=days_ago)), until=until)


def due(matter: Matter, kind: str = "conclude") -> date:
    """The last day of the window, as the petitioner was told."""
    return timezone.localtime(Duty.objects.get(case_id=matter.id, kind=kind).due_at).date()


def enters(
    desk: Desk, matter: Matter, action: str, sent: date, who: str = "registrar", **typed: object
) -> HttpResponse:
    client = desk(who)
    page = client.get(form_of(matter, action))
    key = hidden(page, "_key") if 'name="_key"' in html(page) else "a-key-of-this-form"
    document = [SimpleUploadedFile("申请.pdf", PDF, "application/pdf")]
    days = {"sent_on": sent.isoformat(), "came_on": timezone.localdate().isoformat()}
    fields = {"_key": key, "came_by": "post", "came_paper": document, **days, **typed}
    return client.post(form_of(matter, action), {name: value for name, value in fields.items() if value is not None})


@pytest.mark.clause("art-35")
def test_an_application_posted_on_the_last_day_and_received_after_it_still_opens_the_review(
    cast: Cast, desk: Desk
) -> None:
    matter = replied(cast, OPEN + 5)
    last = due(matter)
    assert worker.fire_timers(timezone.now()) == 1
    assert matter.case.stage == "closed"
    done = enters(desk, matter, "apply_review", last, challenge="至今没有修好。")
    assert done.status_code == 302, html(done)
    assert matter.case.stage == "review"
    assert matter.case.ended_at is None
    owed = set(
        Duty.objects.filter(case_id=matter.id, discharged_at=None, withdrawn_at=None).values_list("kind", flat=True)
    )
    assert owed == {"review"}
    replay_equals_projection(matter.id)


@pytest.mark.clause("art-35")
def test_one_posted_a_day_late_is_refused_at_its_date(cast: Cast, desk: Desk) -> None:
    matter = replied(cast, OPEN + 5)
    late = enters(desk, matter, "apply_review", due(matter) + timedelta(days=1), challenge="至今没有修好。")
    assert late.status_code == 422
    assert 'id="f-sent_on-error"' in html(late)
    assert matter.case.stage == "replied"


@pytest.mark.clause("art-36.1")
def test_one_for_re_review_reopens_what_was_closed_after_the_review_and_one_for_review_does_not(
    cast: Cast, desk: Desk
) -> None:
    matter = replied(cast, OPEN + 5, until="serve_review")
    last = due(matter, "conclude_review")
    worker.fire_timers(timezone.now())
    assert matter.case.stage == "closed"
    again = enters(desk, matter, "apply_review", last, challenge="至今没有修好。")
    assert again.status_code == 422
    done = enters(desk, matter, "apply_rereview", last, challenge="仍然没有修好。")
    assert done.status_code == 302, html(done)
    assert matter.case.stage == "rereview"
    replay_equals_projection(matter.id)


def test_the_review_runs_from_the_day_on_which_the_paper_arrived(cast: Cast, desk: Desk) -> None:
    matter = replied(cast, 10)
    sent, came = timezone.localdate() - timedelta(days=6), timezone.localdate() - timedelta(days=4)
    done = enters(desk, matter, "apply_review", sent, challenge="没有修好。", came_on=came.isoformat())
    assert done.status_code == 302, html(done)
    review = codec.loads(matter.case.state).moments["review_requested"]
    assert timezone.localtime(review).date() == came


@pytest.mark.parametrize(
    ("sent", "came"),
    [(1, 0), (-40, 0), (0, -1)],
    ids=["in the future", "before the reply was served", "received before it was posted"],
)
def test_days_that_cannot_be_are_refused(cast: Cast, desk: Desk, sent: int, came: int) -> None:
    matter, today = replied(cast, 10), timezone.localdate()
    day, arrived = today + timedelta(days=sent), today + timedelta(days=came)
    refused = enters(desk, matter, "apply_review", day, challenge="没有修好。", came_on=arrived.isoformat())
    assert refused.status_code == 422
    assert matter.case.stage == "replied"


def test_a_letter_comes_with_its_scan_and_a_call_without(cast: Cast, desk: Desk) -> None:
    matter, today = replied(cast, 10), timezone.localdate()
    assert enters(desk, matter, "apply_review", today, challenge="没有修好。", came_paper=None).status_code == 422
    done = enters(desk, matter, "apply_review", today, challenge="来电说没有修好。", came_paper=None, came_by="phone")
    assert done.status_code == 302, html(done)


def test_a_supplement_and_a_withdrawal_are_entered_and_the_history_says_who_did_it(cast: Cast, desk: Desk) -> None:
    matter, today = begin(cast, timezone.now() - timedelta(days=2)), timezone.localdate()
    assert enters(desk, matter, "supplement", today, more="又有一盏灯坏了。").status_code == 302
    assert enters(desk, matter, "request_withdrawal", today, note="已经修好，撤回。").status_code == 302
    assert matter.case.stage == "registered"
    page = html(desk("registrar").get(page_of(matter)))
    assert "代信访人登记撤回申请" in page and "寄出、递交日期" in page and "申请.pdf" in page
    told = [step for step in steps(read_history(matter.case, None)) if step.for_petitioner]
    registrar = str(Account.objects.get(id=cast.actor("registrar").person))
    assert [(step.action, step.who) for step in told] == [("supplement", registrar), ("request_withdrawal", registrar)]


def test_nobody_but_the_registrar_enters_it(cast: Cast, desk: Desk) -> None:
    matter = replied(cast, 10)
    for who in ("intake", "handler", "head", "archivist"):
        refused = enters(desk, matter, "apply_review", timezone.localdate(), who=who, challenge="没有修好。")
        assert refused.status_code in (404, 422), who
    assert matter.case.stage == "replied"


def test_what_a_petitioner_says_is_about_those_who_deal_with_it_is_entered_so_and_kept_from_them(
    cast: Cast, desk: Desk
) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=1)), until="assign")
    assert 'name="kept_from_handlers"' in html(desk("registrar").get(form_of(matter, "supplement")))
    said = {"more": "上次的事不像他们说的那样。", "kept_from_handlers": "yes"}
    done = enters(desk, matter, "supplement", timezone.localdate(), **said)
    assert done.status_code == 302, html(done)
    assert not sees(cast, "handler", matter) and sees(cast, "discipline", matter)
