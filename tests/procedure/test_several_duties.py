"""A unit may owe two duties of one kind: each has its own occasion, text and date, and is settled by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from huiyin.procedure import Code, Decision, Refusal, decide
from huiyin.procedure.command import DutyId
from huiyin.rules.book.load import load, shipped
from huiyin.rules.book.steps import applies, may_repeat, next_stage, stages_from
from tests.procedure.cast import Story, command, named, staff, text

NATIONAL, BUREAU, SCIENCE = load("national-2022"), load("xx-bureau"), load("science-bureau")


def supervised() -> Story:
    """A matter supervised twice; the second answer is due before the first."""
    story = Story(NATIONAL).begin().do("accept").do("assign")
    story = story.do("supervise", reply_by=date(2026, 3, 20), demand=text("请说明进展"))
    return story.do("supervise", reply_by=date(2026, 3, 9), demand=text("请说明为何未告知"))


def owed(story: Story, kind: str = "answer_supervision") -> list[date]:
    """The dates of the duties of a kind, the oldest first."""
    assert story.state is not None
    return [duty.derivation.due_on for duty in story.state.open_duties(kind)]


@pytest.mark.clause("art-40")
def test_a_second_supervision_is_owed_beside_the_first_by_its_own_date() -> None:
    assert owed(supervised()) == [date(2026, 3, 20), date(2026, 3, 9)]


def test_an_answer_settles_the_oldest_and_leaves_the_other() -> None:
    assert owed(supervised().do("answer_supervision")) == [date(2026, 3, 9)]


def settle(story: Story, duty: DutyId) -> Decision | Refusal:
    """Answer the supervision to which ``duty`` belongs."""
    asked = command(NATIONAL, "answer_supervision", staff("handler"), story.state, story.at)
    return decide(NATIONAL, story.state, replace(asked, duty=duty))


def test_an_answer_settles_the_duty_that_it_is_given_to() -> None:
    story = supervised()
    assert story.state is not None
    second = story.state.open_duties("answer_supervision")[1]
    outcome = settle(story, second.id)
    assert isinstance(outcome, Decision)
    assert second.id not in {duty.id for duty in outcome.state.duties}


def test_an_answer_to_a_duty_that_is_not_open_is_refused() -> None:
    outcome = settle(supervised(), DutyId(named("无此职责")))
    assert isinstance(outcome, Refusal)
    assert outcome.code is Code.DUTY_NOT_OPEN


@pytest.mark.clause("s0-3.3.2b")
def test_each_call_of_the_police_is_reviewed() -> None:
    story = Story(BUREAU, "incident").begin("report_incident", "registrar")
    story = story.do("record_police_call").do("record_police_call")
    assert len(owed(story, "review_call")) == 2
    assert len(owed(story.do("review_police_call"), "review_call")) == 1


def test_what_the_case_waits_for_as_a_whole_is_owed_once() -> None:
    assert not may_repeat(SCIENCE.book.procedures["matter"], "close_aftercare")


@pytest.mark.clause("s0-3.4c")
def test_who_answers_for_a_matter_and_by_when_may_be_said_anew() -> None:
    story = Story(BUREAU).begin().do("accept").do("name_sponsor", leader=named("leader"), resolve_by=date(2026, 3, 30))
    story = story.do("name_sponsor", leader=named("leader"), resolve_by=date(2026, 3, 20))
    assert story.state is not None
    (duty,) = story.state.open_duties("sponsor")
    assert duty.derivation.due_on == date(2026, 3, 20)
    late = story.refuse("name_sponsor", leader=named("leader"), resolve_by=date(2026, 6, 30))
    assert [one.field for one in late.problems] == ["resolve_by"], "no later than the matter itself is due"


def test_whom_and_when_an_action_says_is_owed_as_it_says_each_time_it_is_taken() -> None:
    """No shipped book keeps the first date, or the first person, where an action may be taken again."""
    books = {name: load(name).book for name in shipped()}
    lost = {
        (name, kind, action, opening.duty)
        for name, book in books.items()
        for kind, procedure in book.procedures.items()
        for action, rule in procedure.actions.items()
        for opening in rule.opens
        if any(applies(procedure, rule, next_stage(procedure, rule, stage)) for stage in stages_from(procedure, rule))
        and (opening.person or procedure.limits[procedure.duties[opening.duty].limit].by_field in rule.required)
        and not (may_repeat(procedure, opening.duty) or opening.duty in (*rule.discharges, *rule.withdraws))
        and rule.while_open not in rule.discharges
    }
    assert not lost
