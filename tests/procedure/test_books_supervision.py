"""Supervision orders and reports of retaliation: procedures of their own, in every book that extends the national one."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.procedure import Code, ProblemCode
from huiyin.rules.book.load import load
from tests.procedure.cast import FIRE, OTHER, PETITIONER, Story, named, staff

BOOK = load("national-2022")


def ordered() -> Story:
    """A supervision order to the fire department, to be answered in a week."""
    return Story(BOOK, "supervision").begin("order", "supervisor", supervised_unit=FIRE.unit, reply_by=date(2026, 3, 9))


def reported(**fields: object) -> Story:
    """A report of retaliation, handed in by the petitioner."""
    return Story(BOOK, "retaliation-report").begin("report_retaliation", PETITIONER, **fields)  # type: ignore[arg-type]


def found(result: str = "yes") -> Story:
    """A report whose findings await approval."""
    return reported().do("take_up").do("state_findings", found=result)


def test_an_order_goes_to_a_unit_that_answers_in_writing_by_the_date() -> None:
    story = ordered()
    assert (story.notices, story.owed, story.due("answer")) == (["order"], {"answer": "handler"}, date(2026, 3, 9))
    assert story.refuse("answer_order", staff("handler", "外单位人员", OTHER)).code is Code.WRONG_UNIT
    assert story.do("answer_order").owed == {"check": "supervisor"}
    assert story.do("settle").stage == "settled"


def test_another_units_head_answers_no_order() -> None:
    refusal = ordered().refuse("answer_order", staff("unit_head", "别处负责人", OTHER))
    assert refusal.code is Code.DUTY_NOT_OPEN


def test_who_answered_an_order_does_not_decide_on_their_own_responsibility() -> None:
    story = ordered().do("answer_order", staff("unit_head", "负责人", FIRE)).do("propose_accountability")
    for action in ("decide_accountability", "decline_accountability"):
        assert story.refuse(action, staff("unit_head", "负责人")).code is Code.SAME_PERSON


def test_who_does_not_adopt_gives_reasons() -> None:
    refusal = ordered().refuse("answer_order", adopted="none", not_adopted=None)
    assert [(problem.field, problem.problem) for problem in refusal.problems] == [("not_adopted", ProblemCode.MISSING)]


def test_an_unsatisfactory_answer_is_sent_back_with_a_new_date() -> None:
    story = ordered().do("answer_order").do("urge", reply_by=date(2026, 3, 20))
    assert story.due("answer") == date(2026, 3, 20)


def test_responsibility_is_proposed_by_the_supervisor_and_decided_by_the_head() -> None:
    story = ordered().wait(10).do("propose_accountability")
    assert story.owed == {"decide": "unit_head"}
    assert story.refuse("decide_accountability", "supervisor").code is Code.WRONG_ROLE
    assert story.do("decline_accountability").owed == {"answer": "handler"}
    assert story.do("propose_accountability").do("decide_accountability").stage == "held"


def test_who_answered_an_order_does_not_check_the_answer() -> None:
    story = ordered().do("answer_order", staff("handler", "身兼二职"))
    assert story.refuse("settle", staff("supervisor", "身兼二职")).code is Code.SAME_PERSON


@pytest.mark.parametrize("name", ["national-2022", "xx-bureau"])
def test_every_book_inherits_both(name: str) -> None:
    assert {"supervision", "retaliation-report"} <= set(load(name).book.procedures)


def test_any_petitioner_may_report_retaliation_and_is_told_within_fifteen_days() -> None:
    story = reported()
    assert (story.owed, story.due("take_up")) == ({"take_up": "discipline"}, date(2026, 3, 17))
    assert story.do("take_up").notices == ["taken_up"]


def test_whoever_is_complained_of_has_no_part_in_it() -> None:
    story = reported(complained_of=named("discipline"))
    assert story.refuse("take_up").code is Code.RECUSED
    assert story.do("take_up", staff("discipline", "另一经办人")).owed == {"examine": "discipline"}


def test_found_retaliation_is_answered_only_after_who_is_responsible_is_recorded() -> None:
    story = found().do("approve_findings")
    assert story.owed == {"hold": "unit_head"}
    refusal = story.refuse("hold_responsible", responsible=None, decision=None, decided_on=None)
    assert {problem.field for problem in refusal.problems} == {"responsible", "decision", "decided_on"}
    assert story.do("hold_responsible").do("answer_report").notices == ["answer"]


def test_findings_are_approved_by_another() -> None:
    story = reported().do("take_up").do("state_findings", staff("discipline", "身兼二职"), found="no")
    assert story.refuse("approve_no_findings", staff("unit_head", "身兼二职")).code is Code.SAME_PERSON
    assert story.refuse("approve_findings").code is Code.CONDITION
    assert story.do("return_findings").owed == {"examine": "discipline"}


def test_a_report_about_the_head_goes_to_the_competent_organ() -> None:
    story = found().do("pass_on", "discipline")
    assert (story.stage, story.notices) == ("passed_on", ["passed_on", "passing"])
