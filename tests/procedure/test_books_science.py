"""The science bureau's rules, clause by clause; where they fall short of the Regulation, the Regulation holds."""

from __future__ import annotations

from datetime import date

import pytest

from huiyin.procedure import Code, ProblemCode, Refusal
from huiyin.procedure.event import ActionTaken, UnitJoined
from huiyin.rules.book.load import load
from tests.procedure.cast import FIRE, LOGISTICS, PETITIONER, Story, named, staff, text
from tests.procedure.test_outside import ALONE

BOOK = load("science-bureau")
MATTER = BOOK.book.procedures["matter"]


def missing(refusal: Refusal) -> set[str]:
    """The fields that the refusal asks for."""
    return {problem.field for problem in refusal.problems if problem.problem is ProblemCode.MISSING}


def begun(**facts: str) -> Story:
    """A matter just registered."""
    return Story(BOOK).begin(facts=facts)


def signed() -> Story:
    """A matter whose assignment a leader has approved."""
    return begun().do("accept").do("propose_assignment").do("approve_assignment")


def assigned() -> Story:
    """A matter with its handling unit."""
    return signed().do("assign")


def replied(result: str = "explain") -> Story:
    """A claim, answered."""
    return assigned().do("investigate").do("propose_opinion", result=result).do("approve_opinion").do("serve_reply")


@pytest.mark.clause("s1-C0", "s1-C21")
def test_the_book_names_its_basis_and_since_when_it_applies() -> None:
    assert BOOK.book.basis is not None
    assert "信访工作条例" in BOOK.book.basis.zh
    story = begun()
    assert story.state is not None
    assert story.state.rulebook == BOOK.book.key
    assert BOOK.book.effective == date(2022, 5, 1)


@pytest.mark.clause("s1-C1a", "s1-C14")
def test_every_step_from_registration_to_the_check_shows_who_took_it_and_when() -> None:
    story = replied().do("supervise").do("check_file")
    steps = [event for event in story.history if isinstance(event, ActionTaken)]
    taken = {event.action for event in steps}
    assert {"register", "approve_assignment", "supervise", "check_file"} <= taken
    assert all(event.person is not None for event in steps)


@pytest.mark.clause("s1-C1b")
@pytest.mark.parametrize("channel", ["letter", "email", "fax", "visit", "web", "call"])
def test_letters_mail_fax_and_visits_are_taken_and_web_and_telephone_too(channel: str) -> None:
    story = begun(channel=channel)
    assert story.state is not None
    assert story.state.facts["channel"] == channel


@pytest.mark.clause("s1-C2a")
def test_the_proposal_says_why_a_unit_is_competent() -> None:
    assert missing(begun().do("accept").refuse("propose_assignment", competence=None)) == {"competence"}
    assert set(BOOK.book.fields["competence"].of) == {"department", "territory", "level"}


@pytest.mark.clause("s1-C2b")
def test_nothing_closes_before_every_part_of_the_file_is_marked_complete() -> None:
    story = replied().wait(40)
    assert story.refuse("conclude", "system").needs["duties"] == ("check_file",)
    assert missing(story.refuse("check_file", evidence_complete=False, papers_complete=None)) == {
        "evidence_complete",
        "papers_complete",
    }
    assert story.do("check_file").do("conclude", "system").stage == "closed"


@pytest.mark.clause("s1-C4.1", "s1-C4.2", "s1-C4.3")
def test_what_is_in_scope_is_said_by_competence_and_subject_alone() -> None:
    assert missing(begun().refuse("accept", scope=None)) == {"scope"}
    assert set(BOOK.book.fields["scope"].of) == {"staff", "function", "order"}
    assert not any("稳定" in value.zh for value in BOOK.book.fields["scope"].of.values())


@pytest.mark.clause("s1-C5.1a")
def test_the_subjects_include_projects_transfer_awards_and_patents() -> None:
    assert {"opinion", "claim", "project", "transfer", "award", "patent"} <= set(BOOK.book.fields["category"].of)
    begun().do("accept", category="patent")


@pytest.mark.clause("s1-C5.1c")
def test_assigning_referring_and_supervising_are_three_steps() -> None:
    assert assigned().notices == ["assignment"]
    assert "referral" in begun().do("refer").notices
    assert assigned().do("supervise").notices == ["supervision"]


@pytest.mark.clause("s1-C6a")
def test_a_refusal_needs_a_listed_reason() -> None:
    assert missing(begun().refuse("decline", decline_ground=None)) == {"decline_ground"}
    assert begun().do("accept").owed == {"propose_assignment": "intake", "name_first_receiver": "registrar"}


@pytest.mark.clause("s1-C6b")
def test_a_department_is_charged_only_with_a_leaders_approval_which_delays_no_notice() -> None:
    story = begun().do("accept")
    assert story.notices == ["acceptance"]
    story.do("propose_assignment")
    assert story.refuse("assign").code is Code.WRONG_STAGE
    story.do("approve_assignment", signed_unit=LOGISTICS.unit)
    assert [problem.problem for problem in story.refuse("assign", unit=FIRE.unit).problems] == [ProblemCode.DIFFERS]
    assert UnitJoined("handling", LOGISTICS) in story.do("assign").last
    story.do("reassign", unit=FIRE.unit, handler=named("另一承办人"))
    assert UnitJoined("handling", FIRE) in story.last and story.state is not None
    (handling,) = story.state.open_duties("handle")
    assert (handling.seat, handling.assignee) == (FIRE, named("另一承办人"))


@pytest.mark.clause("s1-C6c")
def test_what_is_out_of_scope_is_explained_to_the_petitioner() -> None:
    assert begun().do("decline").notices == ["declined"]
    assert {"competent_organ", "decline_ground", "reason"} == set(MATTER.notices["declined"].body)


@pytest.mark.clause("s1-C7")
def test_general_and_consultative_matters_are_answered_directly_within_ten_working_days() -> None:
    story = begun().do("accept_simple", simple_ground="enquiry")
    assert story.due("handle_simple") == date(2026, 3, 16)
    assert story.do("answer_simple").notices == ["simple_reply"]


@pytest.mark.clause("s1-C8a")
def test_a_matter_is_concluded_within_sixty_days_of_acceptance() -> None:
    assert assigned().due("handle") == date(2026, 5, 6)  # 1 to 5 May are holidays


@pytest.mark.clause("s1-C8b")
def test_the_head_and_not_the_leader_in_charge_extends_by_thirty_days_at_most() -> None:
    story = assigned().do("request_extension", days=30)
    assert story.refuse("grant_extension", "leader_in_charge").code is Code.WRONG_ROLE
    assert story.refuse("grant_extension", days=31).problems[0].problem is ProblemCode.TOO_LARGE
    assert story.do("grant_extension", days=30).due("handle") == date(2026, 6, 1)
    late = assigned().do("request_extension").wait(66)
    assert late.refuse("grant_extension").code is Code.WINDOW_CLOSED
    note = BOOK.book.clauses["s1-C8b"].note
    assert note is not None
    assert "第三十四条" in note.zh


@pytest.mark.clause("s1-C8c")
def test_an_extension_takes_effect_with_a_notice_of_its_reasons() -> None:
    story = assigned().do("request_extension")
    assert missing(story.refuse("grant_extension", reason=None)) == {"reason"}
    assert story.do("grant_extension").notices == ["extension"]


@pytest.mark.clause("s1-C8d", "s1-C10")
def test_what_has_a_procedure_of_its_own_goes_there_with_its_organ_named() -> None:
    assert missing(begun().refuse("divert", ground=None, competent_organ=None)) == {"ground", "competent_organ"}
    assert begun().do("divert").notices == ["diverted"]


@pytest.mark.clause("s1-C9a")
def test_review_may_be_asked_of_the_next_higher_department_within_thirty_days() -> None:
    assert replied().wait(30).do("apply_review").owed == {"review": "reviewer"}
    assert replied().wait(31).refuse("apply_review").code is Code.WINDOW_CLOSED


@pytest.mark.clause("s1-C9b")
def test_review_is_answered_in_thirty_days_and_re_review_follows_as_the_law_has_it() -> None:
    story = replied().do("apply_review")
    assert story.due("review") == date(2026, 4, 1)
    story.do("decide_review").do("serve_review")
    assert story.wait(30).do("apply_rereview").owed == {"rereview": "rereviewer"}
    note = BOOK.book.clauses["s1-C9b"].note
    assert note is not None
    assert "第三十六条" in note.zh


@pytest.mark.clause("s1-C9b")
def test_nobody_decides_the_review_of_their_own_answer_nor_records_what_was_decided_of_it() -> None:
    inside = begun().do("accept_simple", simple_ground="enquiry")
    inside.do("answer_simple", staff("handler", "后调任")).do("apply_review")
    assert inside.refuse("decide_review", staff("reviewer", "后调任")).code is Code.SAME_PERSON
    outside = Story(BOOK, seats=ALONE).begin().do("accept_simple", simple_ground="enquiry")
    outside.do("answer_simple", staff("handler", "后调任")).do("apply_review").do("hand_over_review", "registrar")
    for action in ("decide_review", "serve_review"):
        assert set(MATTER.actions[action].when) == {"review_by"}
    assert MATTER.actions["decide_review"].begins_with == {"rereview_organ": "superior_of_superior"}
    assert outside.refuse("record_review", staff("registrar", "后调任")).code is Code.SAME_PERSON


@pytest.mark.clause("s1-C11a")
def test_a_letter_is_filed_with_a_reason_after_it_was_checked_for_new_facts() -> None:
    assert begun(channel="visit").refuse("file_letter").code is Code.CONDITION
    refusal = begun().refuse("file_letter", file_ground="unclear", clarified=None, no_new_facts=False)
    assert missing(refusal) == {"clarified", "no_new_facts"}
    story = begun().do("file_letter")
    assert (story.stage, story.notices) == ("filed", ["filed"])
    assert story.wait(90).do("contest_filed", PETITIONER).owed == {"decide_acceptance": "intake"}


@pytest.mark.clause("s1-C11b")
def test_filed_letters_are_packed_by_region_and_year_and_destroyed_on_schedule_after_appraisal() -> None:
    story = begun().do("file_letter")
    assert missing(story.refuse("pack_filed", region=None, pack_year=None)) == {"region", "pack_year"}
    assert story.do("pack_filed", pack_year=2026).owed == {"appraise_filed": "archivist"}
    assert story.due("appraise_filed") >= date(2029, 3, 31), "thirty days after its time is over"
    assert story.wait(1000).refuse("appraise_filed").code is Code.TOO_EARLY
    assert missing(story.wait(200).refuse("appraise_filed", appraised=False)) == {"appraised"}
    assert story.refuse("destroy_filed").code is Code.DUTY_NOT_OPEN
    assert story.do("appraise_filed").owed == {"approve_destruction": "leader_in_charge"}
    assert story.do("approve_destruction").owed == {"destroy_filed": "archivist"}
    assert story.do("destroy_filed").owed == {}


@pytest.mark.clause("s1-C11b")
def test_whoever_decides_may_have_a_filed_letter_kept_longer() -> None:
    story = begun().do("file_letter").do("pack_filed", pack_year=2026).wait(1200).do("appraise_filed")
    assert story.do("keep_longer").owed == {"appraise_filed": "archivist"}
    assert story.refuse("destroy_filed").code is Code.DUTY_NOT_OPEN
    assert story.refuse("appraise_filed").code is Code.TOO_EARLY, "for another term"
    assert story.wait(1100).do("appraise_filed").owed == {"approve_destruction": "leader_in_charge"}


@pytest.mark.clause("s1-C13a")
def test_after_one_return_the_head_decides_which_unit_handles_it() -> None:
    story = assigned().do("object").do("uphold_objection").do("propose_assignment").do("approve_assignment")
    story.do("assign").do("object")
    assert story.do("name_first_receiver").owed == {"decide_dispute": "unit_head", "first_receiver": "leader"}
    assert story.refuse("uphold_objection").code is Code.CONDITION
    assert story.do("decide_who_handles").owed == {"handle": "handler", "first_receiver": "leader"}
    assert story.refuse("object").code is Code.CONDITION


@pytest.mark.clause("s1-C13b")
def test_the_handler_declares_that_nothing_was_taken_and_a_breach_is_recorded() -> None:
    assert missing(assigned().do("investigate").refuse("propose_opinion", no_favour=False)) == {"no_favour"}
    assigned().do("record_integrity_breach", breach_case=named("另案"))


@pytest.mark.clause("s1-C15a")
def test_the_unit_reports_in_time_and_a_refusal_to_cooperate_is_recorded() -> None:
    assert signed().do("assign", due_date=date(2026, 3, 20)).due("handle") == date(2026, 3, 20)
    assert missing(assigned().refuse("record_refusal", refusal_to_help=None)) == {"refusal_to_help"}


@pytest.mark.clause("s1-C15b")
def test_a_request_for_extension_gives_its_reasons_and_goes_out_before_expiry() -> None:
    assert missing(assigned().refuse("request_extension", reason=None)) == {"reason"}
    assert assigned().do("request_extension").notices == ["extension_request"]
    assert assigned().wait(66).refuse("request_extension").code is Code.WINDOW_CLOSED


@pytest.mark.clause("s1-C16a")
def test_a_reception_follows_a_checklist() -> None:
    assert missing(begun(channel="visit").refuse("record_reception", reception_steps=None)) == {"reception_steps"}
    assert "read_back" in BOOK.book.fields["reception_steps"].of


@pytest.mark.clause("s1-C16b")
def test_a_disruption_is_recorded_without_ending_or_changing_the_case() -> None:
    rule = MATTER.actions["record_disruption"]
    assert (rule.to, rule.sets, rule.opens) == (None, {}, ())
    assert missing(begun().refuse("record_disruption", conduct=None, explanation_given=None)) == {
        "conduct",
        "explanation_given",
    }


@pytest.mark.clause("s1-C16c")
def test_a_call_to_the_police_names_who_decided_and_is_reviewed_by_another() -> None:
    story = begun()
    assert missing(story.refuse("record_police_call", decider=None, danger=None)) == {"decider", "danger"}
    story.do("record_police_call", staff("receptionist", "身兼二职"))
    assert story.owed["review_call"] == "supervisor"
    assert story.refuse("review_police_call", staff("supervisor", "身兼二职")).code is Code.SAME_PERSON
    assert "review_call" not in story.do("review_police_call").owed


@pytest.mark.clause("s1-C17a", "s1-C17b")
def test_the_leader_who_received_it_first_follows_it_until_the_reply_is_served_and_explained() -> None:
    story = begun().do("accept").do("name_first_receiver", first_leader=named("leader"))
    assert story.owed["first_receiver"] == "leader"
    story.do("propose_assignment").do("approve_assignment").do("assign").do("track_progress", "leader")
    story.do("investigate").do("propose_opinion", result="explain").do("approve_opinion")
    assert missing(story.refuse("serve_reply", remedies_explained=False)) == {"remedies_explained"}
    assert "first_receiver" not in story.do("serve_reply").owed


@pytest.mark.clause("s1-C17a")
def test_after_acceptance_the_registrar_owes_it_to_name_who_received_it_first() -> None:
    for accepted in (begun().do("accept"), begun().do("accept_simple")):
        assert (accepted.owed["name_first_receiver"], accepted.due("name_first_receiver")) == (
            "registrar",
            date(2026, 3, 17),
        )
        assert missing(accepted.refuse("name_first_receiver", first_leader=None)) == {"first_leader"}
        accepted.do("name_first_receiver", first_leader=named("leader"))
        assert accepted.owed["first_receiver"] == "leader" and "name_first_receiver" not in accepted.owed
        assert accepted.refuse("name_first_receiver").code is Code.DUTY_NOT_OPEN


@pytest.mark.clause("s1-C20c")
def test_the_petitioner_may_ask_for_another_receptionist() -> None:
    story = begun(channel="visit").do("ask_other_receptionist", PETITIONER)
    assert (story.owed["change_receptionist"], story.due("change_receptionist")) == ("registrar", date(2026, 3, 2))
    assert story.do("change_receptionist").notices == ["receptionist"]
    assert not any("稳控" in rule.zh for rule in (*BOOK.book.roles.values(), *MATTER.duties.values()))


@pytest.mark.clause("s1-C20d")
def test_the_head_of_the_business_is_called_and_the_times_are_logged() -> None:
    refusal = begun().refuse("call_business_head", business_head=None, called_at=None)
    assert missing(refusal) == {"business_head", "called_at"}
    begun().do("call_business_head", called_at=text("09:30"), arrived_at=text("09:50"))


def test_a_matter_can_be_terminated_as_the_module_has_it() -> None:
    assert "terminated-matters" in BOOK.book.includes
    story = replied().do("apply_review").do("decide_review").do("serve_review")
    story.do("apply_rereview").do("decide_rereview").do("serve_rereview").do("check_file")
    story.do("conclude_final", "registrar").wait(40).do("apply_termination_unpursued")
    assert story.do("approve_termination").do("serve_termination").stage == "terminated"
