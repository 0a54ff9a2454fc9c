"""The enforcement squad's rules, clause by clause."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.procedure import Code, ProblemCode, Refusal
from huiyin.procedure.event import UnitJoined
from huiyin.rules.book.load import load
from tests.procedure.cast import FIRE, PETITIONER, Story, named, staff, text

BOOK = load("squad-rules")
MATTER = BOOK.book.procedures["matter"]


def missing(refusal: Refusal) -> set[str]:
    """The fields that the refusal asks for."""
    return {problem.field for problem in refusal.problems if problem.problem is ProblemCode.MISSING}


def begun() -> Story:
    """A contact that the duty officer registered and passed to the leader in charge."""
    return Story(BOOK).begin().do("submit_to_leader")


def assigned() -> Story:
    """A matter with its squad."""
    return begun().do("accept").do("assign")


@pytest.mark.clause("s1-B1")
def test_every_decision_states_facts_and_legal_basis() -> None:
    assert missing(assigned().do("investigate").refuse("propose_opinion", facts_found=None, basis=None)) == {
        "facts_found",
        "basis",
    }


@pytest.mark.clause("s1-B2a")
def test_a_matter_goes_to_one_competent_unit_with_the_reason() -> None:
    assert missing(begun().do("accept").refuse("assign", competence=None)) == {"competence"}
    story = assigned()
    assert UnitJoined("handling", FIRE) in story.last
    assert story.state is not None
    assert len(story.state.units["handling"]) == 1


@pytest.mark.clause("s1-B2b")
def test_first_responsible_leader_leader_in_charge_and_squad_are_three_roles() -> None:
    roles = BOOK.book.roles
    assert [roles[name].zh for name in ("unit_head", "intake", "handler")] == ["主要领导", "分管领导", "承办中队"]
    assert begun().owed == {"decide_acceptance": "intake"}
    assert assigned().owed == {"handle": "handler"}
    assert assigned().do("investigate").do("propose_opinion").owed == {"approve_opinion": "unit_head"}


@pytest.mark.clause("s1-B3")
def test_every_open_matter_has_an_owner_and_a_date_until_its_outcome() -> None:
    story = begun()
    for action in ("accept", "assign", "investigate", "propose_opinion", "approve_opinion", "serve_reply"):
        assert story.state is not None
        assert all(duty.seat is not None and duty.due_at >= duty.opened_at for duty in story.state.duties)
        story.do(action)
    assert story.state is not None
    assert story.state.facts["outcome"] != "none"


@pytest.mark.clause("s1-B3.2")
def test_a_matter_from_above_keeps_its_source_and_is_answered_to_source_and_petitioner() -> None:
    with pytest.raises(AssertionError, match="source_organ"):
        Story(BOOK).begin(facts={"source": "referred"}, source_organ=None)
    story = Story(BOOK).begin(facts={"source": "referred"}, source_organ=text("街道主任"), source_due=date(2026, 4, 1))
    assert story.due("report_to_source") == date(2026, 4, 1)
    story.do("submit_to_leader").do("accept").do("assign").do("investigate").do("propose_opinion", result="explain")
    assert story.do("approve_opinion").do("serve_reply").notices == ["reply"]
    assert story.wait(40).refuse("conclude", "system").needs["duties"] == ("report_to_source",)
    assert story.do("report_to_source").notices == ["source_report"]


@pytest.mark.clause("s1-B3.3a")
def test_a_complaint_about_manner_is_recorded_against_the_contact_and_answered() -> None:
    story = Story(BOOK, "manner-complaint")
    story.begin("complain_of_manner", PETITIONER, matter_no=named("本案"), complained_of=named("registrar"))
    assert (story.owed, story.due("answer_manner")) == ({"answer_manner": "unit_head"}, date(2026, 3, 17))
    assert story.state is not None
    assert story.state.recused == {named("registrar")}
    assert story.do("answer_manner").notices == ["manner_answer"]


@pytest.mark.clause("s1-B3.3b")
def test_the_duty_officer_registers_and_submits_to_the_leader_the_same_day() -> None:
    story = Story(BOOK).begin()
    assert story.owed == {"decide_acceptance": "intake", "submit_to_leader": "registrar"}
    assert story.due("submit_to_leader") == date(2026, 3, 2)
    assert story.refuse("submit_to_leader", staff("intake")).code is Code.WRONG_ROLE
    assert "submit_to_leader" not in story.do("submit_to_leader").owed


@pytest.mark.clause("s1-B5")
def test_a_breach_of_confidence_is_recorded_with_the_measure() -> None:
    assert missing(assigned().refuse("record_breach", breach=None, breach_measure=None)) == {"breach", "breach_measure"}
    assigned().do("record_breach")
