"""The national rules, provision by provision, walked through the engine. Article numbers are those of the 2022 Regulation."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.procedure import Code, ProblemCode
from huiyin.rules.book.load import load
from tests.procedure.cast import LOGISTICS, PETITIONER, Story, named, staff, text

BOOK = load("national-2022")


def begun(**facts: str) -> Story:
    """A matter just registered."""
    return Story(BOOK).begin(facts=facts)


def assigned(kind: str = "claim") -> Story:
    """A matter with its handling unit."""
    return begun().do("accept", kind=kind).do("assign")


def replied(result: str = "explain") -> Story:
    """A claim, answered."""
    return assigned().do("investigate").do("propose_opinion", result=result).do("approve_opinion").do("serve_reply")


def reviewed() -> Story:
    """A claim, answered and reviewed."""
    return replied().do("apply_review").do("decide_review").do("serve_review")


def test_art_22_and_23_the_petitioner_is_told_within_fifteen_days_of_receipt() -> None:
    assert begun().due("decide_acceptance") == date(2026, 3, 17)


@pytest.mark.parametrize(
    ("action", "stage", "notice"),
    [
        ("accept", "accepted", "acceptance"),
        ("decline", "declined", "declined"),
        ("refer", "referred", "referred"),
        ("divert", "diverted", "diverted"),
        ("already_in_hand", "in_hand", "in_hand"),
        ("not_again", "not_again", "not_again"),
        ("accept_accusation", "accusation", "accusation_received"),
        ("transfer_accusation", "referred", "referred"),
    ],
)
def test_art_23_every_disposition_tells_the_petitioner(action: str, stage: str, notice: str) -> None:
    story = begun().do(action)
    assert story.stage == stage
    assert notice in story.notices


def test_art_23_2_whose_name_or_address_is_unclear_reads_it_by_the_receipt() -> None:
    """Service is excused; publishing it under receipt and query code needs neither."""
    assert begun(name_clear="no").do("decline").notices == ["declined"]


def test_art_23_3_a_referral_can_be_objected_to_within_five_working_days() -> None:
    in_time = begun(source="referred").wait(7)
    assert in_time.do("object_to_source").owed["settle_source_objection"] == "intake"
    assert in_time.do("return_to_source").notices == ["returned"]
    assert begun(source="referred").wait(8).refuse("object_to_source").code is Code.WINDOW_CLOSED
    assert begun().refuse("object_to_source").code is Code.CONDITION


def test_art_23_3_a_referral_that_must_be_kept_is_decided_on_as_any_other() -> None:
    story = begun(source="referred").do("object_to_source").do("keep_from_source")
    assert story.owed["decide_acceptance"] == "intake"


def test_art_23_3_an_assigned_unit_can_object_within_five_working_days_and_the_assigner_decides() -> None:
    story = assigned().do("object")
    assert story.owed == {"decide_objection": "intake"}
    assert story.do("reject_objection").owed == {"handle": "handler"}
    assert story.do("object").do("uphold_objection").owed == {"assign": "intake"}
    assert assigned().wait(8).refuse("object").code is Code.WINDOW_CLOSED


def test_art_22_1_3_a_referred_matter_is_reported_on_before_it_closes() -> None:
    story = begun(source="referred").do("accept").do("assign").do("investigate").do("propose_opinion", result="explain")
    story.do("approve_opinion").do("serve_reply").wait(40)
    assert story.refuse("conclude", "registrar").code is Code.DUTY_FIRST
    assert story.do("report_to_source").do("conclude", "registrar").stage == "closed"


def test_art_22_1_3_a_referred_matter_that_is_not_accepted_is_reported_with_the_reasons() -> None:
    assert begun(source="referred").do("decline").notices == ["declined", "source_report"]


def test_art_25_an_urgent_matter_is_reported_at_any_stage() -> None:
    assert begun().do("report_urgent", "registrar").do("accept").do("report_urgent", "intake").stage == "accepted"


def test_art_28_3_any_officer_can_be_recused_and_somebody_is_named_at_once() -> None:
    story = begun().do("recuse", "intake", person=named("intake"))
    assert story.owed["name_substitute"] == "unit_head"
    assert story.refuse("accept").code is Code.RECUSED
    assert story.do("accept", staff("intake", "另一受理人")).stage == "accepted"


def test_art_29_a_suggestion_is_studied_and_answered_without_a_review() -> None:
    story = assigned("suggestion").do("investigate").do("propose_opinion").do("approve_opinion")
    assert story.refuse("serve_reply").code is Code.CONDITION
    assert story.do("answer_suggestion").notices == ["suggestion_reply"]
    assert story.refuse("apply_review").code is Code.WRONG_STAGE


def test_art_30_an_accusation_is_handled_by_the_discipline_officer_alone() -> None:
    story = begun(sealed="yes").do("accept_accusation")
    assert story.owed == {"answer_accusation": "discipline"}
    assert story.refuse("assign").code is Code.WRONG_STAGE
    assert story.do("answer_accusation").notices == ["accusation_answer"]


def test_art_31_6_investigations_say_how_when_and_what_was_found() -> None:
    story = assigned()
    refusal = story.refuse("investigate", means=None, investigated_on=date(2026, 3, 3), finding=None)
    assert {(problem.field, problem.problem) for problem in refusal.problems} == {
        ("means", ProblemCode.MISSING),
        ("investigated_on", ProblemCode.IN_FUTURE),
        ("finding", ProblemCode.MISSING),
    }
    assert story.do("investigate").owed == {"handle": "handler"}


def test_art_32_the_opinion_states_facts_basis_and_result() -> None:
    blank = dict.fromkeys(("request", "facts_found", "basis", "opinion", "review_organ"))
    refusal = assigned().do("investigate").refuse("propose_opinion", result="perhaps", **blank)
    assert {problem.field for problem in refusal.problems} == {"result", *blank}
    suggestion = assigned("suggestion").do("investigate").refuse("propose_opinion", result="perhaps")
    assert {problem.field for problem in suggestion.problems} == {"result"}  # there is no review of an answer to it
    for notice in ("reply", "suggestion_reply"):
        assert {"request", "result", "opinion"} <= set(BOOK.book.procedures["matter"].notices[notice].body)
    assert "review_organ" in BOOK.book.procedures["matter"].notices["reply"].body
    assert {"challenge", "rereview_organ"} <= set(BOOK.book.procedures["matter"].notices["review_opinion"].body)


def test_art_31_6_there_is_no_opinion_without_an_inquiry_and_the_shares_of_the_others() -> None:
    story = assigned()
    assert story.refuse("propose_opinion").code is Code.CONDITION
    story.do("join_unit", units=(LOGISTICS.unit,)).do("investigate")
    assert story.refuse("propose_opinion").needs["duties"] == ("co_report",)
    story.do("report_to_lead", "co_handler").do("propose_opinion")
    anew = assigned().do("investigate").do("object").do("uphold_objection").do("assign")
    assert anew.refuse("propose_opinion").code is Code.CONDITION  # what another unit found is no inquiry of this one


def test_what_the_regulation_says_beyond_single_matters_is_noted() -> None:
    awaited = {f"art-{number}" for number in (24, 33, 37, 38, 39, 41)}
    assert awaited <= BOOK.book.elsewhere.keys() & BOOK.book.clauses.keys()


def test_art_32_2_what_is_supported_is_carried_out_before_the_matter_closes() -> None:
    story = replied("support")
    assert story.owed == {"conclude": "registrar", "carry_out": "handler"}
    assert story.wait(40).refuse("conclude", "system").needs["duties"] == ("carry_out",)
    assert story.do("record_execution").do("conclude", "system").stage == "closed"


def test_art_34_a_claim_is_concluded_within_sixty_days_of_acceptance() -> None:
    story = begun().wait(4).do("accept").wait(2).do("assign")
    assert story.due("handle") == date(2026, 5, 6)  # sixty days after 6 March: 5 May is a holiday


def test_art_34_only_the_head_extends_and_the_petitioner_is_told_why() -> None:
    story = assigned().do("request_extension", days=30)
    assert story.refuse("grant_extension", "intake").code is Code.WRONG_ROLE
    assert story.refuse("grant_extension", reason=None).problems[0].problem is ProblemCode.MISSING
    assert story.do("grant_extension", days=30).notices == ["extension"]
    assert story.due("handle") == date(2026, 6, 1)  # ninety days after 2 March is a Sunday


def test_art_34_a_refused_extension_can_be_asked_for_again() -> None:
    assert assigned().do("request_extension").do("refuse_extension").do("request_extension").owed["decide_extension"]


def test_the_head_approves_what_another_has_proposed() -> None:
    story = assigned().do("investigate").do("propose_opinion", staff("handler", "身兼二职"))
    assert story.refuse("approve_opinion", staff("unit_head", "身兼二职")).code is Code.SAME_PERSON
    assert story.do("return_opinion").owed == {"handle": "handler"}


def test_art_35_review_is_open_for_thirty_days_after_service_and_answered_in_thirty() -> None:
    story = replied().wait(30).do("apply_review", PETITIONER)
    assert story.owed == {"review": "reviewer"}
    assert story.due("review") == date(2026, 5, 6)  # thirty days after 1 April: a holiday until 5 May
    assert replied().wait(31).refuse("apply_review").code is Code.WINDOW_CLOSED


def test_art_35_who_proposed_or_approved_the_opinion_does_not_review_it() -> None:
    story = assigned().do("investigate").do("propose_opinion", staff("handler", "后调任"))
    story.do("approve_opinion").do("serve_reply").do("apply_review")
    assert story.refuse("decide_review", staff("reviewer", "后调任")).code is Code.SAME_PERSON


def test_art_36_1_re_review_is_open_for_thirty_days_and_answered_in_thirty() -> None:
    story = reviewed().wait(30).do("apply_rereview")
    assert story.owed == {"rereview": "rereviewer"}
    assert reviewed().wait(31).refuse("apply_rereview").code is Code.WINDOW_CLOSED
    assert reviewed().wait(31).do("conclude_review", "system").stage == "closed"


def test_art_36_2_only_the_re_review_has_hearings() -> None:
    actions = BOOK.book.procedures["matter"].actions
    assert {name for name, action in actions.items() if action.pauses} == {"open_hearing", "record_hearing"}
    assert actions["open_hearing"].pauses == actions["record_hearing"].pauses == ("rereview",)


def test_art_36_3_after_re_review_it_ends_and_a_changed_result_is_carried_out_first() -> None:
    story = reviewed().do("apply_rereview").do("decide_rereview", review_result="change", new_result="support")
    story.do("serve_rereview")
    assert story.owed == {"conclude_final": "registrar", "carry_out": "handler"}
    assert story.do("record_execution").do("conclude_final", "system").stage == "ended"


def test_art_40_supervision_demands_an_answer_in_writing_by_a_date() -> None:
    story = assigned().do("supervise", reply_by=date(2026, 3, 9), demand=text("请说明进展"))
    assert story.due("answer_supervision") == date(2026, 3, 9)
    assert story.notices == ["supervision"]
    assert "answer_supervision" not in story.do("answer_supervision").owed


def test_art_21_2_the_petitioner_rates_office_and_unit() -> None:
    refusal = replied().refuse("rate", office_score=None, unit_score="great")
    assert {problem.field for problem in refusal.problems} == {"office_score", "unit_score"}
    assert replied().do("rate").stage == "replied"


def test_the_petitioner_may_withdraw_until_the_reply() -> None:
    assert assigned().do("withdraw").notices == ["withdrawal"]
    assert replied().refuse("withdraw").code is Code.WRONG_STAGE


def test_a_closed_matter_is_archived() -> None:
    assert replied().wait(40).do("conclude", "system").do("archive", term="y30").stage == "closed"
