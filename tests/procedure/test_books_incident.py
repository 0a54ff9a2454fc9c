"""An incident on the premises: recorded, kept safe, reviewed; nothing in it is aimed at a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from huiyin.procedure import Code, ProblemCode, Refusal, decide
from huiyin.rules.book.load import for_institutions, load
from huiyin.rules.deadlines.limits import Limit
from tests.procedure.cast import FIRE, OTHER, Story, command, named, staff, text

BOOK = load("xx-bureau")
INCIDENT = BOOK.book.procedures["incident"]


def incident() -> Story:
    """An incident just reported."""
    return Story(BOOK, "incident").begin("report_incident", "inspection")


@pytest.mark.clause("s0-3.3.2a")
def test_an_incident_is_recorded_with_place_conduct_persuasion_staff_and_coordinator() -> None:
    needed = {use.name for use in INCIDENT.actions["report_incident"].fields if use.required}
    assert {"place", "happened_on", "conduct", "persuasion", "staff_present", "coordinator"} <= needed
    story = incident()
    assert story.owed == {"end_scene": "inspection", "register_requests": "registrar", "dispatch": "safety"}


@pytest.mark.clause("s0-3.3.2a")
def test_evidence_that_is_kept_has_a_purpose_and_an_expiry() -> None:
    start = command(BOOK, "report_incident", staff("inspection"), procedure="incident", recording="made")
    kept = {name: value for name, value in start.fields.items() if not name.startswith("evidence_")}
    refusal = decide(BOOK, None, replace(start, fields=kept), "incident")
    assert isinstance(refusal, Refusal)
    assert {problem.field for problem in refusal.problems} == {"evidence_purpose", "evidence_until"}


@pytest.mark.clause("s0-3.3.2a")
def test_the_requests_made_on_the_spot_are_registered_before_the_incident_closes() -> None:
    story = incident().do("end_scene")
    assert story.refuse("close_incident").code is Code.DUTY_FIRST
    assert story.do("register_requests").do("close_incident").stage == "reviewed"


@pytest.mark.clause("s0-3.3.2b")
def test_a_call_to_the_police_names_who_decided_and_the_danger_and_is_reviewed_by_another() -> None:
    story = incident()
    refusal = story.refuse("record_police_call", decider=None, danger=None)
    assert {problem.field for problem in refusal.problems} == {"decider", "danger"}
    story.do("record_police_call", called_at=text("09:40")).do("record_police_arrival", arrived_at=text("09:55"))
    assert story.owed["review_call"] == "secretary"
    assert story.due("review_call") == date(2026, 3, 9)
    story.do("register_requests").do("end_scene")
    assert story.refuse("close_incident").needs["duties"] == ("review_call",)
    assert story.do("review_police_call").do("close_incident").state


@pytest.mark.clause("s0-3.3.2b")
def test_a_call_that_nobody_entered_on_the_scene_is_entered_later_with_its_true_time_and_reviewed_as_well() -> None:
    story = incident().do("end_scene")
    assert story.refuse("record_police_call").code is Code.WRONG_STAGE
    late = story.refuse("record_police_call_late", called_on=None, called_at=None, late_call_why=None)
    assert {problem.field for problem in late.problems} == {"called_on", "called_at", "late_call_why"}
    story.wait(1).do("record_police_call_late", called_on=date(2026, 3, 2), called_at=text("09:40"))
    assert (story.owed["review_call"], story.due("review_call")) == ("secretary", date(2026, 3, 10))
    recorder = staff("inspection", "补登人")
    story.do("record_police_call_late", recorder, called_on=date(2026, 3, 2))
    assert story.refuse("review_police_call", staff("secretary", "补登人")).code is Code.SAME_PERSON
    story.do("review_police_call").do("review_police_call").do("register_requests").do("close_incident")
    story.do("record_police_call_late", recorder, called_on=date(2026, 3, 2))
    assert story.owed["review_call"] == "secretary", "remembered only once the incident was closed"
    assert "review_call" not in story.do("review_police_call").owed


@pytest.mark.clause("s0-3.3.2b")
def test_nothing_calls_the_police_by_itself() -> None:
    assert INCIDENT.actions["record_police_call"].by == ("inspection",)
    assert not any(duty.on_due for duty in INCIDENT.duties.values())


@pytest.mark.clause("s0-3.3.2c")
def test_the_safety_squad_records_who_was_sent_and_any_force_used() -> None:
    story = incident()
    refusal = story.refuse("dispatch_safety", force="used", force_record=None)
    assert [(problem.field, problem.problem) for problem in refusal.problems] == [("force_record", ProblemCode.MISSING)]
    assert story.owed["dispatch"] == "safety"
    assert "dispatch" not in story.do("dispatch_safety", safety_task=("exits", "first_aid")).owed
    story.do("end_scene")
    assert story.owed["review_incident"] == "secretary"


@pytest.mark.clause("s0-3.3.2d")
def test_one_named_person_answers_the_public_with_facts_that_another_has_checked_and_approved() -> None:
    story = incident().do("name_spokesperson", spokesperson=named("spokesman"))
    refusal = story.refuse("draft_statement", checked=False)
    assert [(problem.field, problem.problem) for problem in refusal.problems] == [("checked", ProblemCode.MISSING)]
    assert (story.owed["draft_statement"], story.due("draft_statement")) == ("spokesman", date(2026, 3, 2))
    story.do("register_requests").do("end_scene").do("close_incident")
    assert story.owed == {"draft_statement": "spokesman", "archive": "archivist"}  # owed still when the scene is over
    assert story.refuse("publish_statement").code is Code.DUTY_NOT_OPEN
    story.do("draft_statement", staff("spokesman", "身兼二职"))
    assert story.owed["approve_statement"] == "secretary"
    assert story.refuse("approve_statement", staff("secretary", "身兼二职")).code is Code.SAME_PERSON
    assert story.do("return_statement").owed["draft_statement"] == "spokesman"
    story.do("draft_statement").do("approve_statement")
    assert story.owed == {"publish": "spokesman", "archive": "archivist"}
    assert story.refuse("record_channel").code is Code.DUTY_NOT_OPEN
    assert story.do("publish_statement").owed == {"note_channels": "spokesman", "archive": "archivist"}
    assert story.do("record_channel").do("record_channel").owed["note_channels"] == "spokesman", "each with its time"
    assert story.do("close_channels").owed == {"archive": "archivist"}
    assert story.do("order_correction").owed["draft_statement"] == "spokesman"
    for owed, steps in {
        "approve_statement": ["draft_statement"],
        "publish": ["draft_statement", "approve_statement"],
    }.items():
        story = incident().do("name_spokesperson", spokesperson=named("spokesman"))
        for step in (*steps, "register_requests", "end_scene", "close_incident"):
            story.do(step)
        assert story.owed.keys() == {owed, "archive"}


@pytest.mark.clause("s0-3.3.2e")
def test_the_responsible_unit_sends_someone_and_the_arrival_is_recorded() -> None:
    story = incident().do("call_unit", unit=FIRE.unit)
    assert story.owed["send_someone"] == "handler"
    assert story.due("send_someone") == date(2026, 3, 2)
    assert story.refuse("unit_arrived", staff("handler", "外单位人员", OTHER)).code is Code.WRONG_UNIT
    assert "send_someone" not in story.do("unit_arrived", arrived_at=text("09:50")).owed


def test_nobody_owes_anything_by_the_end_of_a_day_that_may_be_another() -> None:
    for book in for_institutions():
        for name, procedure in load(book).book.procedures.items():
            owed = {duty.limit for duty in procedure.duties.values() if not duty.on_due}
            at_once = [limit for limit in owed if procedure.limits[limit].within == Limit(0)]
            assert at_once == [], f"{book}, {name}: on a day off that is the next working day; it is given hours"


def test_no_step_of_an_incident_asks_about_a_petitioner() -> None:
    asked = {use.name for action in INCIDENT.actions.values() for use in action.fields}
    people = {name for name in asked if BOOK.book.fields[name].type == "person"}
    assert people == {"coordinator", "decider", "spokesperson"}
