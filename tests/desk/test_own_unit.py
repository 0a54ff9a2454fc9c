"""Whoever holds a post in a unit decides nothing over it in another post of theirs, and what they owe goes to somebody else."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.utils import timezone

from huiyin.casework.history import documents, read_history
from huiyin.casework.models import Case, Duty
from huiyin.documents.addressee import covered
from huiyin.documents.compose import content_of
from huiyin.door.consequences.handing_over import let_stand_in
from huiyin.people.appointments import appoint, day_of, end_holding
from huiyin.people.models import Holding, Post
from tests.cast import FIRST_DAY, Cast, make_cast
from tests.desk.conftest import Desk, form_of, html
from tests.matters import begin, walk

OWN = "此步要对您任职的单位作出决定"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast("accountability")


def also_in(cast: Cast, who: str, unit: str) -> Holding:
    """A second post of theirs, by which they handle what that unit handles."""
    place = cast.units[unit]
    post = Post.objects.create(organisation=place.organisation, unit=place, title="承办岗（兼）", roles=["handler"])
    return appoint(cast.accounts[who], post, FIRST_DAY)


def test_a_reviewer_who_also_works_where_a_matter_was_handled_does_not_decide_its_review(
    cast: Cast, desk: Desk
) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), "apply_review")
    second = also_in(cast, "reviewer", "lj-fire-east")  # a part of the unit that handled it
    reviewer, form = desk("reviewer"), form_of(matter, "decide_review")
    given = {
        "review_result": "uphold",
        "rereview_organ": "华夏 机构",
        "facts_found": "同前。",
        "basis": "规定。",
        "opinion": "维持。",
    }
    assert OWN in html(reviewer.get(form))
    refused = reviewer.post(form, given)
    assert refused.status_code in {HTTPStatus.CONFLICT, HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert matter.case.duties.filter(kind="review", discharged_at=None).exists()
    end_holding(second, day_of(timezone.now()))
    assert OWN not in html(reviewer.get(form))  # whoever left the unit may decide
    assert reviewer.post(form, given).status_code == HTTPStatus.FOUND


def test_a_head_who_also_works_in_the_unit_that_failed_does_not_decide_on_it_and_the_substitute_does(
    cast: Cast, desk: Desk
) -> None:
    also_in(cast, "head", "lj-fire")
    day = (timezone.localdate() + timedelta(days=5)).isoformat()
    raised = {"failure_source": "log", "failure_kind": "leak", "failed_duty": "保密", "failure_facts": "记录显示。"}
    raised |= {"failed_unit": str(cast.units["lj-fire"].id), "failure_effect": "有骚扰电话。", "heard_by": day}
    assert desk("discipline").post("/desk/begin/accountability/raise_failure/", raised).status_code == HTTPStatus.FOUND
    case = Case.objects.get(procedure="accountability")
    steps = f"/desk/cases/{case.number}/actions"
    assert desk("handler").post(f"{steps}/state_defence/", {"admitted": "all"}).status_code == HTTPStatus.FOUND
    nobody, dropped = {"not_held_why": "没有造成后果。"}, f"{steps}/hold_nobody/"
    assert OWN in html(desk("head").get(dropped))
    assert desk("head").post(dropped, nobody).status_code != HTTPStatus.FOUND
    assert desk("archivist").post(dropped, nobody).status_code != HTTPStatus.FOUND  # who stands in waits to be given it
    let_stand_in(timezone.now())
    assert Duty.objects.get(case=case, kind="hold").role == "supervisor"
    assert let_stand_in(timezone.now()) == 0
    assert desk("head").post(dropped, nobody).status_code != HTTPStatus.FOUND
    assert desk("archivist").post(dropped, nobody).status_code == HTTPStatus.FOUND
    past = read_history(case, None)
    (letter,) = [one for one in documents(past) if one.kind == "not_held"]
    told = content_of(letter, past, covered(letter, case, cast.actor("head"), timezone.now()))
    assert told.addressee == cast.units["lj-fire"].name and "对你单位有关失职情形" in told.body[0].text
