"""Responsibility for failed duties, in every book that takes the module in: heard first, decided by a third, contested before a fourth."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.casework.labels import explain
from huiyin.procedure import Code, ProblemCode
from huiyin.rules.book.load import load
from tests.procedure.cast import FIRE, OTHER, Story, staff

BOOK = load("accountability")


def raised(**fields: object) -> Story:
    """A failure of the fire department, which may speak until Monday a week later."""
    given = {"failed_unit": FIRE.unit, "failure_kind": "overdue", "heard_by": date(2026, 3, 9), **fields}
    return Story(BOOK, "accountability").begin("raise_failure", "supervisor", **given)  # type: ignore[arg-type]


def decided(**fields: object) -> Story:
    """The same, answered by the unit and decided by the head."""
    given = {"tells_petitioner": "due", "measure_by": date(2026, 4, 1), **fields}
    return raised().do("state_defence").do("hold_responsible", **given)


@pytest.mark.clause("s0-3.5a", "s2-4.2.1")
def test_the_unit_is_told_and_heard_before_anybody_decides() -> None:
    story = raised()
    assert (story.notices, story.due("defence")) == (["statement_invitation"], date(2026, 3, 9))
    assert story.refuse("hold_responsible").code is Code.WRONG_STAGE
    assert story.refuse("state_defence", staff("handler", "外单位人员", OTHER)).code is Code.WRONG_UNIT
    assert story.do("state_defence").owed == {"hold": "unit_head"}


def test_facts_that_are_disputed_are_answered_in_words() -> None:
    refusal = raised().refuse("state_defence", admitted="none", defence=None)
    assert [(problem.field, problem.problem) for problem in refusal.problems] == [("defence", ProblemCode.MISSING)]


def test_silence_does_not_stop_it_but_only_after_the_time_to_speak() -> None:
    story = raised()
    refusal = story.refuse("go_on_unheard", "supervisor")
    assert refusal.code is Code.TOO_EARLY
    assert "信访人" not in explain(BOOK, "accountability", refusal).why, "it is the unit that still has time"
    assert story.wait(8).do("go_on_unheard", "supervisor").owed == {"hold": "unit_head"}


def test_who_raised_or_answered_it_does_not_decide() -> None:
    story = raised().do("state_defence", staff("unit_head", "负责人", FIRE))
    assert story.refuse("hold_responsible", staff("unit_head", "负责人")).code is Code.SAME_PERSON


@pytest.mark.clause("s0-3.5a", "s2-4.2.1", "s2-4.2.2")
def test_a_decision_names_posts_and_a_measure_and_ends_when_all_of_it_is_done_and_published() -> None:
    story = decided()
    owed = {"carry_measure": "handler", "publish": "supervisor", "tell": "supervisor"}
    assert (story.owed, story.notices[-1], story.due("carry_measure")) == (owed, "measure", date(2026, 4, 1))
    assert story.refuse("publish_measure").code is Code.DUTY_FIRST
    story.do("report_measure")
    assert story.refuse("publish_measure").code is Code.DUTY_FIRST, "the petitioner was not told"
    assert story.do("note_told").do("publish_measure").stage == "published"


def test_a_petitioner_whom_it_did_not_harm_is_not_bothered() -> None:
    assert "tell" not in decided(tells_petitioner="needless").owed


def test_a_decision_is_contested_once_and_answered_by_somebody_else() -> None:
    story = decided().do("contest_measure")
    assert story.refuse("contest_measure").code is Code.CONDITION
    assert story.do("answer_contest", contest_result="upheld").notices[-1] == "contest_answer"
    assert story.refuse("contest_measure").code is Code.CONDITION


def test_the_head_of_a_unit_contests_what_another_decided_and_a_third_answers() -> None:
    held = staff("unit_head", "责任单位负责人", FIRE)
    decider = staff("unit_head", "决定人")
    story = raised().do("state_defence", held).do("hold_responsible", decider, tells_petitioner="needless")
    assert story.refuse("contest_measure", decider).code is Code.SAME_PERSON
    story.do("contest_measure", held)
    assert story.refuse("answer_contest", staff("discipline", "责任单位负责人", FIRE)).code is Code.SAME_PERSON
    assert story.do("answer_contest", contest_result="upheld").notices[-1] == "contest_answer"


def test_who_decided_does_not_answer_the_appeal_and_a_revoked_measure_is_owed_no_more() -> None:
    decider = staff("unit_head", "身兼二职")
    story = raised().do("state_defence").do("hold_responsible", decider, tells_petitioner="due").do("contest_measure")
    assert story.refuse("revoke_measure", staff("discipline", "身兼二职")).code is Code.SAME_PERSON
    assert (story.do("revoke_measure").stage, story.owed) == ("dropped", {"archive": "archivist"})


@pytest.mark.parametrize("name", ["xx-bureau", "street-office", "squad-rules", "science-bureau", "company"])
@pytest.mark.clause("s0-3.5a", "s1-A6b", "s1-B5", "s2-4.2.1")
def test_every_institution_has_it(name: str) -> None:
    procedure = load(name).book.procedures["accountability"]
    kinds = load(name).book.fields["failure_kind"].of
    assert {"leak", "retaliation", "overdue"} <= set(kinds)
    assert {"raise_failure", "state_defence", "hold_responsible", "contest_measure"} <= set(procedure.actions)
