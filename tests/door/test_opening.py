"""Cases that no petition brought: an incident runs on the same engine, through the same door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest

from huiyin import door
from huiyin.casework.models import Case, CaseParty, Submission
from huiyin.casework.visible import visible_to
from huiyin.ledger.models import Row
from tests import tables
from tests.cast import NOW, Cast, make_cast
from tests.matters import execute, replay_equals_projection

pytestmark = pytest.mark.django_db

SEEN: Final = "大门口有人情绪激动,通道被堵约五分钟"


def incident(cast: Cast, who: str = "receptionist", **changes: Any) -> door.Accepted | door.Rejected | door.Refused:
    fields = {
        "place": "一楼接待大厅",
        "happened_on": "2026-03-02",
        "happened_at": "08:40",
        "conduct": SEEN,
        "danger": "通道受阻",
        "persuasion": "请到接待室坐下慢慢说",
        "staff_present": "接待员二人",
        "coordinator": "inspection",
    }
    actor = cast.actor(who)
    return door.open_case(cast.lj, "incident", "report_incident", actor, NOW, {**fields, **changes})


@pytest.fixture
def cast() -> Cast:
    return make_cast("xx-bureau")


def begun(cast: Cast) -> Case:
    outcome = incident(cast)
    assert isinstance(outcome, door.Accepted), outcome
    replay_equals_projection(outcome.case.id)
    return outcome.case


@pytest.mark.clause("s0-3.3.2a")
def test_an_incident_is_a_case_with_duties_and_without_a_petitioner(cast: Cast) -> None:
    case = begun(cast)
    assert case.procedure == "incident"
    assert case.number.startswith("LJ-")
    assert set(case.duties.values_list("kind", flat=True)) == {"end_scene", "register_requests", "dispatch"}
    assert not CaseParty.objects.exists()
    assert not Submission.objects.exists()


def test_what_was_seen_is_sealed_and_never_in_the_ledger(cast: Cast) -> None:
    begun(cast)
    assert not [body for body in Row.objects.values_list("body", flat=True) if SEEN in body]


@pytest.mark.clause("s0-3.3.2b")
def test_a_call_to_the_police_opens_a_review_by_somebody_else(cast: Cast) -> None:
    case = begun(cast)
    fields = {"decider": "inspection", "danger": "有人倒地", "called_at": "08:50"}
    outcome = execute(door.ActionRequest(case.id, "record_police_call", cast.actor("inspection"), NOW, fields))
    assert isinstance(outcome, door.Accepted), outcome
    (duty,) = outcome.state.open_duties("review_call")
    assert duty.role == "secretary"


def test_who_holds_no_role_for_it_is_refused_and_nothing_is_written(cast: Cast) -> None:
    before = tables.contents()
    assert isinstance(incident(cast, "handler"), door.Refused)
    assert isinstance(incident(cast, "outsider"), door.Refused)
    assert tables.contents() == before


def test_a_missing_field_is_refused_and_nothing_is_written(cast: Cast) -> None:
    before = tables.contents()
    outcome = incident(cast, conduct="")
    assert isinstance(outcome, door.Refused)
    assert [problem.field for problem in outcome.refusal.problems] == ["conduct"]
    assert tables.contents() == before


def test_a_petition_is_not_opened_this_way(cast: Cast) -> None:
    outcome = door.open_case(cast.lj, "matter", "register", cast.actor("registrar"), NOW, {})
    assert isinstance(outcome, door.Refused)


def test_a_retry_with_the_same_key_opens_nothing_new(cast: Cast) -> None:
    def once() -> door.Accepted | door.Rejected | door.Refused:
        return door.open_case(cast.lj, "incident", "report_incident", cast.actor("registrar"), NOW, fields, "k-1")

    fields = {
        "place": "门厅",
        "happened_on": "2026-03-01",
        "happened_at": "09:00",
        "conduct": SEEN,
        "danger": "无",
        "persuasion": "已说明",
        "staff_present": "一人",
        "coordinator": "inspection",
    }
    first, second = once(), once()
    assert isinstance(first, door.Accepted)
    assert isinstance(second, door.Accepted)
    assert first.case.id == second.case.id
    assert Case.objects.count() == 1
    with pytest.raises(door.KeyReused):
        door.open_case(
            cast.lj, "incident", "report_incident", cast.actor("registrar"), NOW, {**fields, "place": "院内"}, "k-1"
        )


def test_an_incident_is_seen_by_its_organisation_and_by_nobody_else(cast: Cast) -> None:
    case = begun(cast)
    seen = {name for name in cast.accounts if visible_to(cast.actor(name)).filter(id=case.id).exists()}
    assert {"registrar", "secretary", "inspection"} <= seen
    assert not seen & {"outsider", "reviewer", "superior_registrar", "handler"}


@pytest.mark.clause("s0-3.3.2c")
def test_it_cannot_close_before_its_review_and_the_requests_are_registered(cast: Cast) -> None:
    case = begun(cast)
    later = NOW + timedelta(hours=1)
    outcome = execute(door.ActionRequest(case.id, "close_incident", cast.actor("secretary"), later, {"review": "x"}))
    assert isinstance(outcome, door.Refused)
