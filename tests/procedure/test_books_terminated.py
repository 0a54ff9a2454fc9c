"""Matters after termination, clause by clause: what the office still owes, and nothing about the petitioner."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from huiyin.procedure import Code, ProblemCode, Refusal
from huiyin.procedure.event import UnitJoined
from huiyin.rules.book.load import load, load_file
from huiyin.rules.prover.prove import check
from tests.procedure.cast import LOGISTICS, PETITIONER, Story, named, staff, text

BOOK = load("terminated-matters")
MATTER = BOOK.book.procedures["matter"]


def missing(refusal: Refusal) -> set[str]:
    """The fields that the refusal asks for."""
    return {problem.field for problem in refusal.problems if problem.problem is ProblemCode.MISSING}


def replied() -> Story:
    """A claim, answered."""
    story = Story(BOOK).begin().do("accept").do("assign").do("investigate").do("propose_opinion", result="explain")
    return story.do("approve_opinion").do("serve_reply")


def reviewed() -> Story:
    """A claim, answered and reviewed."""
    return replied().do("apply_review").do("decide_review").do("serve_review")


def ended() -> Story:
    """A claim that has been through both remedies."""
    story = reviewed().do("apply_rereview").do("decide_rereview").do("serve_rereview")
    return story.do("conclude_final", "registrar")


def applied(**fields: object) -> Story:
    """An application for termination."""
    return ended().wait(20).do("apply_termination", **fields)  # type: ignore[arg-type]


def terminated(**fields: object) -> Story:
    """A matter whose termination was served."""
    return applied(**fields).do("approve_termination").do("serve_termination")


def done() -> Story:
    """A terminated matter with nothing left to do."""
    story = terminated().do("file_termination").do("record_follow_up")
    return story.do("close_aftercare")


@pytest.mark.clause("s2-1.1")
def test_after_termination_file_follow_up_and_the_rest_each_have_an_owner_and_a_date() -> None:
    story = terminated()
    assert story.owed == {"file_termination": "archivist", "follow_up": "handler", "close_aftercare": "registrar"}
    assert story.due("follow_up") > story.due("file_termination") > date(2026, 3, 22)


@pytest.mark.clause("s2-1.2")
def test_nothing_of_this_applies_before_the_termination_is_approved_and_served() -> None:
    for story in (replied(), applied(), applied().do("approve_termination")):
        assert story.refuse("record_follow_up").code is Code.WRONG_STAGE


@pytest.mark.clause("s2-1.3.1")
def test_every_step_after_termination_cites_the_rule_that_allows_it() -> None:
    after = [action for action in MATTER.actions.values() if "terminated" in action.from_stages]
    assert len(after) >= 15
    assert all(any(clause.startswith("s2-") for clause in action.clause) for action in after)


@pytest.mark.clause("s2-1.3.2")
def test_each_level_has_a_responsible_unit() -> None:
    assert applied().owed == {"check_termination": "termination_checker"}
    assert BOOK.book.roles["termination_checker"].of == "superior"
    assert terminated().owed["close_aftercare"] == "registrar"
    story = terminated()
    story.do("recuse", "handler", person=named("handler")).do(
        "hand_on", unit=LOGISTICS.unit, handler=named("co_handler")
    )
    assert UnitJoined("handling", LOGISTICS) in story.last and "name_substitute" not in story.owed
    assert story.state is not None
    (offering,) = story.state.open_duties("follow_up")
    assert offering.assignee == named("co_handler")


@pytest.mark.clause("s2-1.3.3")
def test_help_goes_on_after_termination_and_is_recorded_with_its_result() -> None:
    assert missing(terminated().refuse("record_help", help_kind=None, help_result=None)) == {"help_kind", "help_result"}
    assert done().do("record_help", help_kind="mediation").stage == "aftercare_done"


@pytest.mark.clause("s2-1.3.4", "s2-3.3.1a")
def test_what_was_promised_is_tracked_until_it_is_done() -> None:
    assert missing(ended().refuse("apply_termination", open_commitments="open", commitment_due=None)) >= {
        "commitment_due"
    }
    story = terminated(open_commitments="open", commitment_due=date(2026, 5, 20))
    assert story.due("keep_commitment") == date(2026, 5, 20)
    story.do("file_termination").do("record_follow_up")
    assert story.refuse("close_aftercare").needs["duties"] == ("keep_commitment",)
    assert story.do("keep_commitment").notices == ["commitment_kept"]
    assert story.do("close_aftercare").stage == "aftercare_done"


@pytest.mark.clause("s2-2.1.1")
def test_after_re_review_the_same_facts_must_have_been_raised_again() -> None:
    for story in (replied(), reviewed()):
        assert story.refuse("apply_termination").code is Code.WRONG_STAGE
    assert missing(ended().refuse("apply_termination", raised_on=None, same_grounds=None)) == {
        "raised_on",
        "same_grounds",
    }
    early = ended().wait(20).refuse("apply_termination", raised_on=date(2026, 3, 1))
    assert [problem.problem for problem in early.problems] == [ProblemCode.BEFORE_EVENT]


@pytest.mark.clause("s2-2.1.2")
def test_after_review_and_re_review_the_period_must_have_passed() -> None:
    assert reviewed().refuse("apply_termination_unpursued").code is Code.WRONG_STAGE
    for never_re_reviewed in (
        replied().wait(40).do("conclude", "system"),
        reviewed().wait(40).do("conclude_review", "system"),
    ):
        assert never_re_reviewed.refuse("apply_termination_unpursued").code is Code.WRONG_STAGE
    assert ended().refuse("apply_termination_unpursued").code is Code.TOO_EARLY
    story = ended().wait(40)
    assert missing(story.refuse("apply_termination_unpursued", no_new_request=False)) == {"no_new_request"}
    story.do("apply_termination_unpursued")
    assert story.stage == "termination_applied"
    assert story.do("return_termination").do("apply_no_more").stage == "ended"


@pytest.mark.clause("s2-2.2.1")
def test_the_handling_unit_applies_to_the_next_higher_office() -> None:
    assert ended().refuse("apply_termination", "registrar").code is Code.WRONG_ROLE
    assert applied().owed == {"check_termination": "termination_checker"}


@pytest.mark.clause("s2-2.2.2a")
def test_the_higher_office_checks_every_point_and_is_not_the_applicant() -> None:
    refusal = applied().refuse("approve_termination", process_checked=False, windows_checked=None)
    assert missing(refusal) == {"process_checked", "windows_checked"}
    story = ended().wait(20).do("apply_termination", staff("handler", "后调任"))
    assert story.refuse("approve_termination", staff("termination_checker", "后调任")).code is Code.SAME_PERSON


@pytest.mark.clause("s2-2.2.2a", "s2-2.2.2b")
def test_it_approves_or_returns_with_reasons() -> None:
    assert missing(applied().refuse("return_termination", reason=None)) == {"reason"}
    story = applied().do("return_termination")
    assert (story.stage, story.owed) == ("termination_returned", {"settle_return": "handler"})
    assert story.due("settle_return") > date(2026, 3, 22)
    story.do("apply_again", staff("handler", "身兼二职"))
    assert story.owed == {"check_termination": "termination_checker"}
    for decision in ("approve_termination", "return_termination"):
        assert story.refuse(decision, staff("termination_checker", "身兼二职")).code is Code.SAME_PERSON
    assert MATTER.actions["record_termination"].not_by == MATTER.actions["approve_termination"].not_by
    assert MATTER.stages["termination_returned"].public == MATTER.stages["ended"].public, "nobody terminated anything"
    rested = story.do("return_termination").do("apply_no_more")
    assert (rested.stage, rested.owed) == ("ended", {"archive": "archivist"})
    assert applied().do("approve_termination").owed == {"serve_termination": "handler"}


@pytest.mark.clause("s2-2.2.3")
def test_termination_takes_effect_when_it_is_served_and_explained() -> None:
    story = applied().do("approve_termination")
    assert (story.stage, missing(story.refuse("serve_termination", explained=False))) == (
        "termination_approved",
        {"explained"},
    )
    assert story.do("serve_termination").notices == ["termination"]
    assert "open_ways" in MATTER.notices["termination"].body


@pytest.mark.clause("s2-3.1.1")
def test_a_termination_file_is_made_within_thirty_days() -> None:
    assert terminated().due("file_termination") == date(2026, 4, 21)


@pytest.mark.clause("s2-3.1.2")
def test_a_missing_item_blocks_the_file() -> None:
    refusal = terminated().refuse("file_termination", identity_filed=False, handling_filed=None, decision_filed=False)
    assert missing(refusal) == {"identity_filed", "handling_filed", "decision_filed"}


@pytest.mark.clause("s2-3.2.1a")
def test_the_petitioner_may_decline_the_follow_up_once_and_for_all() -> None:
    story = terminated().do("decline_follow_up", PETITIONER)
    assert "follow_up" not in story.owed
    assert story.refuse("record_follow_up").code is Code.DUTY_NOT_OPEN


@pytest.mark.clause("s2-3.2.1b")
def test_the_follow_up_asks_about_the_office_and_never_about_the_person() -> None:
    asked = set(MATTER.actions["record_follow_up"].required)
    assert {"delivered", "help_wanted"} <= asked
    labels = " ".join(rule.zh for name, rule in BOOK.book.fields.items() if name in asked)
    assert not any(word in labels for word in ("思想", "情绪", "动态", "去向", "行踪", "生活状况"))


@pytest.mark.clause("s2-3.2.1c")
def test_questions_and_answers_can_be_recorded() -> None:
    terminated().do("record_follow_up", questions=text("问：何时付款？答：月底前。"))


@pytest.mark.clause("s2-3.2.2a")
def test_a_visit_needs_consent_beforehand_and_named_visitors() -> None:
    story = terminated()
    assert missing(story.refuse("record_follow_up", agreed=False)) == {"agreed"}
    asked = missing(story.refuse("record_follow_up", follow_mode="visit", visit_agreed=None, visitors=None))
    assert asked == {"visit_agreed", "visitors"}
    story.do("record_follow_up", follow_mode="phone")


@pytest.mark.clause("s2-3.2.2b")
def test_the_record_holds_time_mode_and_opinions_and_the_petitioner_can_correct_it() -> None:
    story = terminated()
    assert story.refuse("correct_follow_up").code is Code.CONDITION
    refusal = story.refuse("record_follow_up", followed_on=None, follow_mode=None, said=None)
    assert missing(refusal) == {"followed_on", "follow_mode", "said"}
    assert done().do("correct_follow_up", PETITIONER).stage == "aftercare_done"


@pytest.mark.clause("s2-3.3.1b")
def test_a_later_promise_is_tracked_too_and_opens_the_matter_again() -> None:
    story = done().do("add_commitment", commitment_due=date(2026, 6, 1))
    assert story.owed == {"keep_commitment": "handler", "close_aftercare": "registrar"}
    facts = {fact for action in MATTER.actions.values() for fact in action.sets}
    assert not facts & {"risk", "stability", "mood"}


@pytest.mark.clause("s2-3.3.2a")
def test_a_new_request_is_registered_as_a_new_matter_and_reported_with_a_copy() -> None:
    story = terminated()
    assert missing(story.refuse("record_new_matter", new_matter=None, new_request=None)) == {
        "new_matter",
        "new_request",
    }
    assert story.do("record_new_matter").notices == ["new_matter_report", "new_matter_copy"]


@pytest.mark.clause("s2-3.3.2b")
def test_a_new_request_runs_through_normal_intake_with_its_own_limits() -> None:
    assert Story(BOOK).begin().due("decide_acceptance") == date(2026, 3, 17)
    assert done().do("record_new_matter", new_matter=named("新事项")).stage == "aftercare_done"


@pytest.mark.clause("s2-3.4.2a")
def test_whether_it_was_terminated_is_asked_at_intake_alone() -> None:
    assert MATTER.actions["not_again_terminated"].from_stages == ("registered",)
    assert Story(BOOK).begin().do("accept").refuse("not_again_terminated").code is Code.WRONG_STAGE


@pytest.mark.clause("s2-3.4.2b")
def test_a_person_decides_with_reasons_that_nothing_is_new() -> None:
    story = Story(BOOK).begin()
    assert missing(story.refuse("not_again_terminated", compared=False, reason=None)) == {"compared", "reason"}
    assert story.refuse("not_again_terminated", "system").code is Code.WRONG_ROLE
    assert story.do("not_again_terminated").notices == ["not_again"]


@pytest.mark.clause("s2-4.1.1")
def test_a_lawful_decision_of_another_organ_is_recorded_and_nothing_follows_from_it() -> None:
    rule = MATTER.actions["record_lawful_decision"]
    assert (rule.to, rule.opens, rule.sets, rule.notice) == (None, (), {}, ())
    assert terminated().do("record_lawful_decision").stage == "terminated"


@pytest.mark.clause("s2-4.1.2")
def test_a_question_of_false_accusation_goes_to_the_competent_organ_by_a_named_leader() -> None:
    story = terminated()
    assert story.refuse("refer_question", "supervisor").code is Code.WRONG_ROLE
    assert missing(story.refuse("refer_question", beyond_unproven=False)) == {"beyond_unproven"}
    assert story.do("refer_question").notices == ["question_referral"]


@pytest.mark.clause("s2-4.2.1")
def test_a_failure_of_staff_is_recorded_with_a_graded_measure() -> None:
    terminated().do("record_staff_failure", graded="admonition")
    assert len(BOOK.book.fields["graded"].of) == 6


@pytest.mark.clause("s2-4.2.2")
def test_a_leak_is_recorded_and_the_petitioner_is_told() -> None:
    assert done().do("record_leak").notices == ["leak_notice"]


@pytest.mark.clause("s2-5.1.1a")
def test_inspections_of_what_follows_are_recorded() -> None:
    assert missing(done().refuse("inspect_aftercare", inspected=None)) == {"inspected"}
    assert set(BOOK.book.fields["inspected"].of) == {"file", "follow_up", "commitments"}


@pytest.mark.clause("s2-5.1.1b")
def test_each_defect_becomes_a_task_with_a_date() -> None:
    story = done().do("find_defect", rectify_by=date(2026, 5, 20))
    assert (story.stage, story.due("rectify")) == ("terminated", date(2026, 5, 20))
    assert story.refuse("close_aftercare").needs["duties"] == ("rectify",)
    assert story.do("rectify").do("close_aftercare").stage == "aftercare_done"


@pytest.mark.clause("s2-5.1.2")
def test_a_department_supplies_true_material_by_a_date() -> None:
    story = terminated().do("request_material", material_by=date(2026, 4, 1))
    assert story.due("supply_material") == date(2026, 4, 1)
    assert "supply_material" not in story.do("supply_material").owed


@pytest.mark.clause("s2-5.2.2")
def test_a_problem_in_what_follows_can_be_reported_and_is_answered() -> None:
    story = done().do("report_problem", PETITIONER)
    assert story.owed == {"answer_problem": "supervisor", "close_aftercare": "registrar"}
    assert story.do("answer_problem").notices == ["problem_answer"]


@pytest.mark.exhaustive  # proves the two largest books in one
def test_a_book_with_repeats_takes_it_in_once_it_says_that_repeats_join_no_terminated_matter(tmp_path: Path) -> None:
    stages = load("xx-bureau").book.procedures["matter"].stages
    joined = ", ".join(name for name, stage in stages.items() if not stage.end or name == "closed")
    by = {role for name in ("xx-bureau", "terminated-matters") for role in _recusing(name)}
    ends = {end for name in ("xx-bureau", "terminated-matters") for end in _archiving(name)}
    handed_on = {stage for name in ("xx-bureau", "terminated-matters") for stage in _handing_on(name)} - {"simple"}
    path = tmp_path / "both.yaml"
    path.write_text(
        'rulebook: both\nversion: "1"\ntitle: {zh: 两者}\neffective: 2026-01-01\nextends: xx-bureau\n'
        f"includes: terminated-matters\nprocedures: {{matter: {{actions: {{attach_repeat: {{from: [{joined}]}}, "
        f"archive: {{from: [{', '.join(sorted(ends))}]}}, recuse: {{by: [{', '.join(sorted(by))}]}}, "
        f"hand_on: {{by: [secretary, unit_head], from: [{', '.join(sorted(handed_on))}]}}}}}}}}\n"
    )
    rules = load_file(path)
    assert check(rules) == []
    assert {"classified", "terminated"} <= set(rules.book.procedures["matter"].stages)


def _recusing(name: str) -> tuple[str, ...]:
    """Who may withdraw under the shipped book ``name``."""
    return load(name).book.procedures["matter"].actions["recuse"].by


def _archiving(name: str) -> tuple[str, ...]:
    """The ends at which a matter is archived under the shipped book ``name``."""
    return load(name).book.procedures["matter"].actions["archive"].from_stages


def _handing_on(name: str) -> tuple[str, ...]:
    """From where a matter is handed on to another unit under the shipped book ``name``."""
    return load(name).book.procedures["matter"].actions["hand_on"].from_stages
