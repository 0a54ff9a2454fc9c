"""The street office's rules, clause by clause."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.procedure import Code, ProblemCode, Refusal
from huiyin.procedure.event import ActionTaken, SubmissionAttached
from huiyin.rules.book.load import load
from tests.procedure.cast import PETITIONER, Story, named, staff

BOOK = load("street-office")
MATTER = BOOK.book.procedures["matter"]


def missing(refusal: Refusal) -> set[str]:
    """The fields that the refusal asks for."""
    return {problem.field for problem in refusal.problems if problem.problem is ProblemCode.MISSING}


def assigned() -> Story:
    """A matter with its handling unit."""
    return Story(BOOK).begin().do("accept").do("assign")


def proposed(substantiated: str = "no") -> Story:
    """A matter inquired into, with an opinion proposed."""
    return assigned().do("investigate").do("propose_opinion", result="explain", substantiated=substantiated)


def replied(substantiated: str = "no") -> Story:
    """A claim, answered."""
    return proposed(substantiated).do("approve_opinion").do("serve_reply")


@pytest.mark.clause("s1-A1a", "s1-A1b")
@pytest.mark.parametrize("channel", ["letter", "visit"])
def test_every_letter_and_visit_is_registered_in_the_petitioners_words(channel: str) -> None:
    story = Story(BOOK).begin(facts={"channel": channel})
    attached = next(event for event in story.history if isinstance(event, SubmissionAttached))
    assert (attached.channel, attached.received_at, story.stage) == (channel, story.at, "registered")
    assert attached.text.length > 0


@pytest.mark.clause("s1-A2a")
def test_a_reply_states_the_facts_and_the_basis() -> None:
    assert missing(assigned().do("investigate").refuse("propose_opinion", facts_found=None, basis=None)) == {
        "facts_found",
        "basis",
    }
    simple = Story(BOOK).begin().do("accept_simple")
    assert missing(simple.refuse("answer_simple", facts_found=None, basis=None)) == {"facts_found", "basis"}


@pytest.mark.clause("s1-A2c")
def test_whoever_cannot_be_answered_at_once_is_told_why_and_answered_when_the_inquiry_ends() -> None:
    story = Story(BOOK).begin().do("accept")
    assert missing(story.refuse("assign", why_later=None)) == {"why_later"}
    assert story.do("assign").notices == ["assignment", "later"]
    story.do("ask_above").do("investigate")
    assert story.refuse("propose_opinion").needs["duties"] == ("follow_question",)
    story.do("record_answer_from_above").do("investigate").do("propose_opinion").do("approve_opinion")
    assert story.do("serve_reply").notices == ["reply"]


@pytest.mark.clause("s1-A2d")
def test_the_reply_is_given_in_writing_and_its_service_is_recorded() -> None:
    assert MATTER.notices["reply"].served
    assert missing(proposed().do("approve_opinion").refuse("serve_reply", mode=None, served_on=None)) == {
        "mode",
        "served_on",
    }


@pytest.mark.clause("s1-A3")
def test_no_opinion_without_a_recorded_inquiry() -> None:
    assert assigned().refuse("propose_opinion").code is Code.CONDITION
    asked = missing(assigned().refuse("investigate", means=None, investigated_on=None, evidence=None, finding=None))
    assert asked == {"means", "investigated_on", "evidence", "finding"}
    story = assigned().do("investigate")
    taken = next(event for event in story.last if isinstance(event, ActionTaken))
    assert taken.person == named("handler")


@pytest.mark.clause("s1-A4a")
def test_what_is_found_is_put_right_by_a_date_or_explained_before_the_case_closes() -> None:
    assert missing(assigned().do("investigate").refuse("propose_opinion", substantiated="yes", rectify_by=None)) == {
        "rectify_by"
    }
    story = replied("yes")
    assert (story.owed["rectify"], story.due("rectify")) == ("handler", date(2026, 3, 7))
    assert story.wait(40).refuse("conclude", "system").needs["duties"] == ("rectify",)
    assert story.do("rectify").notices == ["put_right"]
    assert story.do("conclude", "system").stage == "closed"
    assert replied("yes").do("explain_not_put_right").owed == {"conclude": "registrar"}


@pytest.mark.clause("s1-A4b")
def test_what_is_not_found_is_answered_with_evidence_and_policy_and_asks_for_no_consent() -> None:
    assert missing(assigned().do("investigate").refuse("propose_opinion", substantiated="no", evidence_given=None)) == {
        "evidence_given"
    }
    assert "evidence_given" in MATTER.notices["reply"].body
    assert "rectify" not in replied("no").owed


@pytest.mark.clause("s1-A6a")
def test_retaliation_is_reported_and_handled_by_someone_not_complained_of() -> None:
    story = Story(BOOK, "retaliation-report").begin("report_retaliation", PETITIONER, complained_of=named("discipline"))
    assert story.owed == {"take_up": "discipline"}
    assert story.refuse("take_up").code is Code.RECUSED
    story.do("take_up", staff("discipline", "另一经办人"))


@pytest.mark.clause("s1-A6b")
def test_found_retaliation_carries_who_is_responsible_the_decision_and_its_date() -> None:
    story = Story(BOOK, "retaliation-report").begin("report_retaliation", PETITIONER).do("take_up")
    story.do("state_findings", found="yes").do("approve_findings")
    refusal = story.refuse("hold_responsible", responsible=None, decision=None, decided_on=None)
    assert missing(refusal) == {"responsible", "decision", "decided_on"}
