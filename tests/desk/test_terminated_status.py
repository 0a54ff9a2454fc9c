"""That a matter is terminated may be looked up by other departments: by matter, on need, on record, and never by person (s2-3.4.1)."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from huiyin import door
from huiyin.casework.lists.terminated import LOOKUPS_AN_HOUR
from huiyin.casework.models import Case
from huiyin.people.models import AccessRecord, Holding, Post
from huiyin.people.signing_in.tokens import issue_token
from tests.cast import DAY, Cast, make_cast
from tests.desk.conftest import Desk, html
from tests.matters import BY_HAND, DAWN, ROAD, SHORTLY, Matter, begin

PAGE = "/desk/find/terminated/"


@pytest.fixture
def cast(db: None) -> Cast:
    """临江 works under the book with terminations, all others under the national one."""
    return make_cast("terminated-matters")


CHECKED = {
    "process_checked": True,
    "opinions_checked": True,
    "papers_checked": True,
    "windows_checked": True,
    "reason": "程序完备。",
    "open_ways": "可以就新的事实另行提出。",
}
TERMINATION = (
    (
        "handler",
        "apply_termination",
        {
            "raised_on": "$today",
            "same_grounds": "与复核时相同。",
            "open_commitments": "open",
            "commitment": "更换阀门。",
            "commitment_due": "2026-12-31",
        },
    ),
    ("superior_stranger", "approve_termination", CHECKED),
    ("handler", "serve_termination", {**BY_HAND, "explained": True}),
)


def gone_on(cast: Cast, *steps: tuple[str, str, dict[str, object]]) -> Matter:
    """A claim that went through both remedies, and these steps after; what each leaves is checked elsewhere."""
    Post.objects.filter(id=cast.posts["superior_stranger"].id).update(roles=["termination_checker"])
    matter = begin(cast)
    for who, action, fields in (*((*step, {}) for step in ROAD), *steps):
        if action == "apply_termination":
            matter.at += 20 * DAY
        outcome = door.execute(matter.wish(who, action, **fields))
        assert isinstance(outcome, door.Accepted), (action, outcome)
        matter.at += SHORTLY
    return matter


@pytest.fixture
def case(cast: Cast) -> Case:
    """A claim whose termination was served."""
    return gone_on(cast, *TERMINATION).case


def test_an_application_that_came_back_lies_with_who_applied_who_applies_again_or_no_more(
    desk: Desk, cast: Cast
) -> None:
    why = "没有写明复核意见的送达日期。"
    case = gone_on(cast, TERMINATION[0], ("superior_stranger", "return_termination", {"reason": why})).case
    handler, address = desk("handler"), f"/desk/cases/{case.number}/"
    assert case.number in html(handler.get("/desk/?state=back&whose=mine")), "not among what was given back"
    page = html(handler.get(address))
    assert why in page and f"{address}actions/apply_no_more/" in page
    again = {"put_right_since": "补充送达回证。", "open_commitments": "none"}
    assert handler.post(f"{address}actions/apply_again/", again).status_code == 302
    assert Case.objects.get(id=case.id).stage == "termination_applied"
    checker = desk("superior_stranger")
    assert checker.post(f"{address}actions/return_termination/", {"reason": "仍缺一件。"}).status_code == 302
    assert case.number in html(handler.get("/desk/?state=back&whose=mine"))
    assert handler.post(f"{address}actions/apply_no_more/", {"reason": "暂不申请。"}).status_code == 302
    assert Case.objects.get(id=case.id).stage == "ended"


def looked_up(client: Client, q: str, purpose: str = "intake") -> str:
    answer = client.post(PAGE, {"q": q, "purpose": purpose})
    assert answer.status_code == 200, html(answer)
    return html(answer)


def says_terminated(page: str) -> bool:
    return "已终结，后续管理中" in page


@pytest.mark.clause("s2-3.4.1")
def test_other_departments_read_number_subject_status_and_day_by_matter_and_nothing_by_person(
    case: Case, desk: Desk, cast: Cast
) -> None:
    client = desk("outsider")
    page = looked_up(client, case.number)
    assert says_terminated(page) and case.number in page and "申诉求决" in page and "2026-03-22" in page
    assert not [word for word in ("陈", "滨江路", DAWN.phone) if word in page]
    (record,) = AccessRecord.objects.filter(purpose__startswith="terminated_status")
    assert (record.purpose, record.case, record.account) == (
        "terminated_status:intake",
        case.id,
        cast.accounts["outsider"],
    )
    assert client.get(f"/desk/cases/{case.number}/").status_code == 404  # which opens nothing of it
    assert says_terminated(looked_up(client, "申诉求决", "supervision"))
    for by_person in (DAWN.name, DAWN.phone, "路灯", "HY-AAAA-BBBB-CCCC", case.number[:-2]):
        assert not says_terminated(looked_up(client, by_person)), by_person
    issue_token(Holding.objects.get(account=cast.accounts["outsider"]), "hy_asks", timezone.now())
    answer = (
        Client()
        .post(
            "/api/v1/terminated-matters/search",
            {"q": case.number, "purpose": "remedy"},
            content_type="application/json",
            headers={"Authorization": "Bearer hy_asks"},
        )
        .json()
    )
    expected = {"number": case.number, "subject": "申诉求决", "status": "已终结，后续管理中", "since": "2026-03-22"}
    assert answer == {"items": [expected], "more": False}
    head = cast.actor("head")
    limited = door.set_confidentiality(
        case.id, door.NewLevel("internal", frozenset(), "尚未公布。"), head, timezone.now()
    )
    assert isinstance(limited, door.Accepted)
    assert not says_terminated(looked_up(client, case.number))  # a limited one is told to nobody beyond its list


def test_a_lookup_says_what_it_is_for_and_is_for_whoever_takes_petitions_in(desk: Desk) -> None:
    client = desk("outsider")
    assert client.post(PAGE, {"q": "NH-20260301-000001"}).status_code == 422
    assert client.post(PAGE, {"q": " ", "purpose": "intake"}).status_code == 422
    assert not AccessRecord.objects.exists()
    assert desk("stranger").get(PAGE).status_code == 404
    assert desk("intake").get(PAGE).status_code == 200


def test_nobody_reads_the_whole_list_by_asking_one_by_one(desk: Desk) -> None:
    client = desk("outsider")
    for number in range(LOOKUPS_AN_HOUR):
        assert not says_terminated(looked_up(client, f"LJ-20260302-{number:06}"))
    answer = client.post(PAGE, {"q": "LJ-20260302-999999", "purpose": "intake"})
    assert answer.status_code == 429
    assert "一小时内最多查询" in html(answer)
    assert AccessRecord.objects.count() == LOOKUPS_AN_HOUR
