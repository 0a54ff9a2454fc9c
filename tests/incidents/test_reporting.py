"""A report from the scene through the door: never doubled, and two reports of one event stay together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin import worker
from huiyin.casework.models import Case, Duty
from huiyin.door import ActionRequest, execute
from huiyin.incidents.hops import hops_of
from huiyin.incidents.reporting import Reported, report, report_action, same_event
from huiyin.ledger.chain import read_chain
from huiyin.procedure.event import ActionTaken
from tests.cast import Cast, make_cast
from tests.incidents.reports import Report

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def sent(cast: Cast, who: str, filled: Report, key: str, minutes: int = 0) -> Reported:
    """What came of a report that ``who`` sent so many minutes from now."""
    actor, at = cast.actor(who, timezone.now()), timezone.now() + minutes * MINUTE
    start = report_action(cast.lj, actor, at)
    assert start is not None
    outcome = report(cast.lj, start, actor, at, filled, key, same_event(cast.lj, actor, at, filled))
    assert isinstance(outcome, Reported), outcome
    return outcome


def taken(case: Case) -> list[str]:
    return [item.event.action for item in read_chain(case.id, ActionTaken) if isinstance(item.event, ActionTaken)]


@pytest.mark.clause("s3-4.2.1a")
def test_a_report_sent_again_with_the_same_key_has_come_already(cast: Cast, filled: Report) -> None:
    first = sent(cast, "registrar", filled, "phone-1")
    again = sent(cast, "registrar", filled, "phone-1", minutes=3)
    assert again.case.id == first.case.id
    assert taken(first.case) == ["report_incident"]


@pytest.mark.clause("s3-4.2.1a", "s3-4.2.1b")
def test_two_phones_that_report_the_same_event_make_one_incident_with_both_reports(cast: Cast, filled: Report) -> None:
    first = sent(cast, "registrar", filled, "phone-1")
    other = sent(cast, "administration", {**filled, "course": "从二楼看到的经过", "people_count": "15"}, "phone-2", 5)
    again = sent(cast, "administration", {**filled, "course": "从二楼看到的经过", "people_count": "15"}, "phone-2", 6)
    assert (other.joined, other.case.id, again.case.id) == (True, first.case.id, first.case.id)
    assert taken(first.case) == ["report_incident", "add_report"]
    assert Case.objects.count() == 1


@pytest.mark.clause("s0-3.3.2a")
def test_where_a_report_says_no_kind_two_from_one_place_within_the_hour_are_one_incident(db: None) -> None:
    cast = make_cast("xx-bureau")
    said = dict.fromkeys(("conduct", "danger", "persuasion", "staff_present"), "略")
    now = timezone.localtime()
    when = {"happened_on": now.date().isoformat(), "happened_at": f"{now:%H:%M}", "recording": "none"}
    filled: Report = {**said, **when, "place": "一楼 接待室", "coordinator": str(cast.accounts["inspection"].id)}
    first = sent(cast, "registrar", filled, "phone-1")
    other = sent(cast, "inspection", {**filled, "place": "一楼接待室", "conduct": "从门口看到的"}, "phone-2", 5)
    assert (other.joined, other.case.id) == (True, first.case.id)
    assert not sent(cast, "inspection", {**filled, "place": "院子"}, "phone-3", 6).joined
    assert taken(first.case) == ["report_incident", "add_report"]


@pytest.mark.parametrize(
    ("changed", "minutes"), [({"incident_kind": "interruption"}, 5), ({}, 61)], ids=["another kind", "an hour later"]
)
def test_what_differs_in_kind_or_comes_an_hour_later_is_an_incident_of_its_own(
    cast: Cast, filled: Report, changed: Report, minutes: int
) -> None:
    sent(cast, "registrar", filled, "phone-1")
    assert not sent(cast, "administration", {**filled, **changed}, "phone-2", minutes).joined
    assert Case.objects.count() == 2


@pytest.mark.clause("s3-4.2.1a")
def test_who_may_not_see_the_first_report_opens_another_that_the_leading_group_joins(
    cast: Cast, filled: Report
) -> None:
    first = sent(cast, "registrar", filled, "phone-1")
    other = sent(cast, "spokesman", filled, "phone-2")
    assert other.case.id != first.case.id
    at = timezone.now() + MINUTE
    for who, action, fields in (
        ("department_head", "pass_on", {}),
        ("leading_group", "join_incident", {"same_incident": first.case.number, "reason": "同一时间同一地点"}),
    ):
        execute(ActionRequest(other.case.id, action, cast.actor(who, at), at, fields))
    assert Case.objects.get(id=other.case.id).stage == "joined"
    assert taken(first.case) == ["report_incident", "take_in_report"]


@pytest.mark.clause("s3-4.2.1a")
def test_whoever_does_not_acknowledge_in_time_is_passed_over_and_the_record_says_so(cast: Cast, filled: Report) -> None:
    case = sent(cast, "registrar", filled, "phone-1").case
    at = timezone.now()
    for minutes in (14, 16, 33):
        worker.fire_timers(at + minutes * MINUTE)
    owed = set(Duty.objects.filter(case=case, discharged_at=None, withdrawn_at=None).values_list("kind", "role"))
    assert owed == {("activate", "leading_group"), ("take_over", "unit_head")}
    hops = {hop.kind: hop.status for hop in hops_of(case, at + 34 * MINUTE)}
    assert hops == {"pass_on": "passed-on", "acknowledge": "passed-on", "take_over": "waiting", "activate": "waiting"}
    assert taken(case) == ["report_incident", "escalate_to_group", "escalate_to_leader"]


def test_an_acknowledged_hop_names_who_and_after_how_many_minutes(cast: Cast, filled: Report) -> None:
    case = sent(cast, "registrar", filled, "phone-1").case
    at = timezone.now() + 4 * MINUTE
    execute(ActionRequest(case.id, "pass_on", cast.actor("department_head", at), at, {}))
    hop = next(hop for hop in hops_of(case, at + MINUTE) if hop.kind == "pass_on")
    assert (hop.status, hop.minutes, hop.who) == ("done", 4, str(cast.accounts["department_head"]))


def test_a_unit_whose_name_begins_its_role_is_said_once(cast: Cast, filled: Report) -> None:
    case = sent(cast, "registrar", filled, "phone-1").case
    hop = hops_of(case, timezone.now())[0]
    assert replace(hop, where="区政府办公室", role="区政府办公室主任").seat == "区政府办公室主任"
    assert hop.seat == f"{hop.where} {hop.role}" and hop.where
