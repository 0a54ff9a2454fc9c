"""The company's rules, clause by clause; where a department would review itself, the Regulation holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from huiyin.procedure import Code, ProblemCode, Refusal, Seats
from huiyin.procedure.event import ActionTaken, SubmissionAttached
from huiyin.rules.book.load import load
from tests.procedure.cast import FIRE, LOGISTICS, OWN_SEATS, Story, named, staff, text

BOOK = load("company")
MATTER, INCIDENT = BOOK.book.procedures["matter"], BOOK.book.procedures["incident"]
DUE = date(2026, 4, 1)


def missing(refusal: Refusal) -> set[str]:
    """The fields that the refusal asks for."""
    return {problem.field for problem in refusal.problems if problem.problem is ProblemCode.MISSING}


def begun(**facts: str) -> Story:
    """A matter just registered."""
    return Story(BOOK).begin(facts=facts)


def assigned() -> Story:
    """A matter with its department."""
    return begun().do("accept").do("assign", due_date=DUE)


def inquired() -> Story:
    """A matter whose inquiry has begun under a named handler."""
    return assigned().do("name_handler", handler=named("handler")).do("start_inquiry")


def proposed() -> Story:
    """A matter whose opinion is with the working group."""
    return inquired().do("notify_department").do("investigate").do("propose_opinion", result="explain")


def checked() -> Story:
    """A matter whose opinion is lawful."""
    return proposed().do("check_legality")


def replied() -> Story:
    """A matter, answered."""
    return checked().do("approve_opinion").do("return_result").do("serve_reply")


def reported() -> Story:
    """An incident just reported."""
    return Story(BOOK, "incident").begin("report_incident", "administration")


def active(severity: str = "yes") -> Story:
    """An incident whose plan is activated."""
    return reported().do("pass_on").do("activate", severity=severity)


def planned() -> Story:
    """An incident that is over, with an approved plan."""
    story = active().do("keep_order").do("register_requests").do("end_scene").do("make_plan")
    return story.do("approve_plan", plan_due=DUE)


# --- matters ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("s3-1.1")
def test_matters_and_incidents_run_side_by_side_and_are_linked() -> None:
    assert {"matter", "incident"} <= set(BOOK.book.procedures)
    assert INCIDENT.actions["report_incident"].required["matter_case"] is False


@pytest.mark.clause("s3-1.2")
def test_the_petitioner_is_an_employee_a_customer_a_partner_or_another() -> None:
    assert missing(begun().refuse("accept", petitioner_kind=None, scope_reason=None)) == {
        "petitioner_kind",
        "scope_reason",
    }
    assert set(BOOK.book.fields["petitioner_kind"].of) == {"employee", "customer", "partner", "other"}


@pytest.mark.clause("s3-1.3.1")
def test_every_step_shows_its_rule_and_the_petitioner_sees_the_stage() -> None:
    story = replied()
    assert all(event.clause for event in story.history if isinstance(event, ActionTaken))
    assert all(stage.public is not None for stage in MATTER.stages.values())


@pytest.mark.clause("s3-1.3.3")
def test_a_visitor_checks_what_was_registered() -> None:
    with pytest.raises(AssertionError, match="read_back"):
        Story(BOOK).begin(facts={"channel": "visit"}, read_back=None)
    assert begun(channel="letter").stage == "registered"


@pytest.mark.clause("s3-3.1.3")
@pytest.mark.parametrize("channel", ["visit", "letter", "email", "call"])
def test_window_mailbox_letters_and_calls_all_feed_the_register(channel: str) -> None:
    story = begun(channel=channel)
    attached = next(event for event in story.history if isinstance(event, SubmissionAttached))
    assert attached.channel == channel
    assert story.owed == {"decide_acceptance": "intake"}


@pytest.mark.clause("s3-3.1.2")
def test_a_visit_produces_a_registration_form() -> None:
    assert begun(channel="visit").notices == ["registration_form"]
    assert begun(channel="letter").notices == []


@pytest.mark.clause("s3-2.1.1", "s3-2.3.1a")
def test_leading_group_working_group_and_hr_have_their_seats() -> None:
    seats = {role: BOOK.book.roles[role].seat for role in ("leading_group", "working_group", "intake")}
    assert [seat.zh for seat in seats.values() if seat] == ["公司领导", "工作小组", "人力资源部"]


@pytest.mark.clause("s3-2.2.2c", "s3-3.3.2b")
def test_the_inquiry_checks_the_facts_with_the_petitioner() -> None:
    assert missing(inquired().refuse("investigate", checked_with=None, means=None)) == {"checked_with", "means"}


@pytest.mark.clause("s3-2.2.2d")
def test_contacts_are_logged_with_the_lawful_routes_that_were_explained() -> None:
    assert missing(assigned().refuse("record_contact", contact_text=None, routes=None)) == {"contact_text", "routes"}
    assert {"inspection", "arbitration", "court"} <= set(BOOK.book.fields["routes"].of)


@pytest.mark.clause("s3-2.3.1b")
def test_hr_receives_and_answers_ordinary_matters() -> None:
    assert begun().owed == {"decide_acceptance": "intake"}
    assert begun().do("accept").do("assign", due_date=DUE).notices == ["assignment"]


@pytest.mark.clause("s3-2.3.1c", "s3-3.4.2b")
def test_a_major_matter_is_decided_by_the_leading_group_and_its_solution_is_tracked() -> None:
    story = inquired().do("report_major").do("notify_department").do("investigate")
    story.do("propose_opinion", result="support").do("check_legality")
    assert story.refuse("approve_opinion").code is Code.CONDITION
    assert story.do("submit_major").owed == {"decide_major": "leading_group"}
    assert story.refuse("decide_major", "working_group").code is Code.WRONG_ROLE
    assert story.do("decide_major").do("serve_reply").owed["carry_out"] == "handler"


@pytest.mark.clause("s3-2.3.1d")
def test_reports_to_superior_bodies_and_their_guidance_are_logged() -> None:
    assert missing(assigned().refuse("report_above", urgent_to=None, urgent_text=None)) == {"urgent_to", "urgent_text"}
    assigned().do("report_above", guidance=text("请依法妥善处理"))


@pytest.mark.clause("s3-2.3.2b", "s3-3.3.3")
def test_several_departments_inquire_together_under_one_lead() -> None:
    story = assigned().do("join_unit", units=(LOGISTICS.unit,))
    assert story.owed["co_report"] == "co_handler"
    assert story.state is not None
    assert story.state.handling == FIRE


@pytest.mark.clause("s3-2.3.2c")
def test_administration_notifies_the_department_and_follows_what_was_assigned() -> None:
    story = inquired()
    assert (story.owed["notify_department"], story.due("notify_department")) == ("administration", date(2026, 3, 3))
    assert story.do("investigate").refuse("propose_opinion").needs["duties"] == ("notify_department",)
    assert missing(story.refuse("notify_department", notified=None)) == {"notified"}
    assert "notify_department" not in story.do("notify_department").owed
    story.do("follow_progress", "administration")


@pytest.mark.clause("s3-2.3.3a")
def test_legal_can_attach_an_opinion() -> None:
    assert assigned().do("give_legal_opinion").stage == "assigned"


@pytest.mark.clause("s3-2.3.3b")
def test_a_legality_check_is_answered_before_the_opinion_is_issued() -> None:
    story = proposed()
    assert (story.owed["check_legality"], story.due("check_legality")) == ("legal", date(2026, 3, 9))
    assert story.refuse("approve_opinion").needs["duties"] == ("check_legality",)
    assert proposed().do("return_unlawful").owed == {"handle": "handler"}
    assert missing(story.refuse("check_legality", legal_opinion=None)) == {"legal_opinion"}
    story.do("check_legality").do("approve_opinion")
    assert "accept_simple" not in MATTER.actions  # an opinion by the simple way would pass it by


@pytest.mark.clause("s3-2.3.4a", "s3-3.2.1")
def test_a_matter_goes_to_the_department_whose_duty_it_is() -> None:
    assert assigned().owed["handle"] == "handler"
    assert assigned().do("object").do("uphold_objection").owed == {"assign": "intake"}


@pytest.mark.clause("s3-2.3.4b")
def test_a_department_supplies_documents_by_a_date() -> None:
    story = assigned().do("request_material", material_by=date(2026, 3, 9))
    assert story.due("supply_material") == date(2026, 3, 9)
    assert "supply_material" not in story.do("supply_material").owed


@pytest.mark.clause("s3-2.3.4c")
def test_a_department_reports_a_major_matter() -> None:
    story = inquired().do("report_major", "handler")
    assert story.state is not None
    assert story.state.facts["major"] == "yes"


@pytest.mark.clause("s3-3.1.4a", "s3-3.1.4b")
def test_out_of_scope_the_petitioner_is_told_where_to_go_and_why() -> None:
    assert missing(begun().refuse("decline", competent_organ=None, reason=None)) == {"competent_organ", "reason"}
    assert begun().do("decline").notices == ["declined"]


@pytest.mark.clause("s3-3.2.2")
def test_neither_requirements_nor_due_date_may_be_blank() -> None:
    asked = missing(begun().do("accept").refuse("assign", due_date=None, requirements=None))
    assert asked == {"due_date", "requirements"}


@pytest.mark.clause("s3-3.2.3")
def test_the_department_names_a_handler_and_reports_by_the_date() -> None:
    story = assigned()
    assert (story.owed["name_one"], story.due("name_one")) == ("handler", date(2026, 3, 3))
    assert story.due("handle") == DUE
    story.do("notify_department").do("investigate")
    assert story.do("start_inquiry").refuse("propose_opinion").needs["duties"] == ("name_one",)
    answered = checked().do("approve_opinion").do("serve_reply")
    assert (answered.owed["return_result"], answered.due("return_result")) == ("handler", DUE)
    assert missing(answered.refuse("return_result", returned_result=None)) == {"returned_result"}
    assert answered.wait(40).refuse("conclude", "system").needs["duties"] == ("return_result",)
    assert answered.do("return_result").do("conclude", "system").stage == "closed"


@pytest.mark.clause("s3-3.3.1")
def test_the_inquiry_starts_at_once() -> None:
    story = assigned()
    assert story.due("inquire") == date(2026, 3, 3)  # 24 hours by the clock
    assert "inquire" not in story.do("start_inquiry").owed


@pytest.mark.clause("s3-3.3.2a")
def test_evidence_is_listed_with_source_date_and_relevance() -> None:
    asked = missing(assigned().refuse("list_evidence", evidence_source=None, evidence_date=None, relevance=None))
    assert asked == {"evidence_source", "evidence_date", "relevance"}


@pytest.mark.clause("s3-3.4.1", "s3-3.4.2a")
def test_no_opinion_is_issued_before_the_working_group_approves_it() -> None:
    story = checked()
    assert story.owed == {"approve_opinion": "working_group"}
    assert story.refuse("serve_reply").code is Code.WRONG_STAGE
    other = inquired().do("notify_department").do("investigate").do("propose_opinion", staff("handler", "身兼二职"))
    other.do("check_legality")
    assert other.refuse("approve_opinion", staff("working_group", "身兼二职")).code is Code.SAME_PERSON


@pytest.mark.clause("s3-3.4.3")
def test_the_department_gives_the_opinion_with_an_explanation_and_service_is_recorded() -> None:
    refusal = checked().do("approve_opinion").refuse("serve_reply", explained=False, served_on=None)
    assert missing(refusal) == {"explained", "served_on"}


@pytest.mark.clause("s3-3.4.4a")
def test_the_reply_states_that_review_may_be_asked_for_within_thirty_days() -> None:
    remedy = MATTER.notices["reply"].remedy
    assert remedy is not None
    assert "三十日" in remedy.zh
    assert replied().wait(31).refuse("apply_review").code is Code.WINDOW_CLOSED


@pytest.mark.clause("s3-3.4.4b")
def test_the_department_does_not_review_itself() -> None:
    story = replied().do("apply_review")
    assert story.owed == {"review": "reviewer"}
    assert story.refuse("decide_review", "handler").code is Code.WRONG_ROLE
    before = checked().do("approve_opinion", staff("working_group", "后调任")).do("serve_reply").do("apply_review")
    assert before.refuse("decide_review", staff("reviewer", "后调任")).code is Code.SAME_PERSON
    story.do("decide_review").do("serve_review")
    assert story.do("apply_rereview").owed == {"rereview": "rereviewer"}
    note = BOOK.book.clauses["s3-3.4.4b"].note
    assert note is not None
    assert "第三十五条" in note.zh


@pytest.mark.clause("s3-3.4.4b")
def test_where_the_next_higher_level_works_elsewhere_the_leading_group_hands_over_and_records_but_does_not_decide() -> (
    None
):
    story = replace(replied(), seats=Seats((OWN_SEATS,))).do("apply_review")
    assert story.owed == {"review": "leading_group", "hand_over_review": "leading_group"}
    assert story.refuse("decide_review", "leading_group").code is Code.WRONG_ROLE
    story.do("hand_over_review", "leading_group").do("record_review", "leading_group")
    assert story.stage == "reviewed"
    assert BOOK.book.roles["rereviewer"].stand_in == "unit_head"


@pytest.mark.clause("s3-2.2.2e", "s3-3.5.1", "s3-3.5.2a")
def test_the_working_group_files_a_complete_record_with_lessons() -> None:
    story = replied().wait(40).do("conclude", "system")
    refusal = story.refuse("archive", registration_filed=False, inquiry_filed=None, review_filed=False)
    assert missing(refusal) == {"registration_filed", "inquiry_filed", "review_filed"}
    story.do("archive", lessons=text("改进排班"))


# --- incidents -------------------------------------------------------------------------------------------------------


@pytest.mark.clause("s3-4.1")
def test_only_danger_or_serious_interruption_is_an_incident() -> None:
    assert set(BOOK.book.fields["incident_kind"].of) == {"danger", "interruption"}
    with pytest.raises(AssertionError, match="incident_kind"):
        Story(BOOK, "incident").begin("report_incident", "administration", incident_kind="collective_visit")
    assert missing(reported().do("pass_on").refuse("not_an_incident", matter_case=None)) == {"matter_case"}
    assert reported().do("pass_on").do("not_an_incident").stage == "no_incident"


@pytest.mark.clause("s3-4.2.1a")
def test_it_is_reported_to_the_department_head_and_by_them_to_the_leading_group_at_once() -> None:
    story = reported()
    assert (story.owed, story.due("pass_on")) == ({"pass_on": "department_head"}, date(2026, 3, 2))
    assert story.refuse("activate").code is Code.DUTY_NOT_OPEN
    story.do("pass_on")
    assert story.owed == {"acknowledge": "leading_group", "activate": "leading_group"}
    assert story.due("activate") == date(2026, 3, 2)
    assert story.do("acknowledge").owed == {"activate": "leading_group"}
    hops = [event.action for event in story.history if isinstance(event, ActionTaken)]
    assert hops == ["report_incident", "pass_on", "acknowledge"]


@pytest.mark.clause("s3-4.2.1a")
def test_a_hop_that_nobody_acknowledges_in_a_quarter_of_an_hour_goes_to_the_next_in_line() -> None:
    hops = ("pass_on", "acknowledge")
    timers = {kind: INCIDENT.duties[kind].on_due for kind in hops}
    assert timers == {"pass_on": "escalate_to_group", "acknowledge": "escalate_to_leader"}
    assert {str(INCIDENT.limits[INCIDENT.duties[kind].limit].within) for kind in hops} == {"15 minutes"}
    story = reported().do("escalate_to_group")
    assert story.owed == {"acknowledge": "leading_group", "activate": "leading_group"}
    assert story.do("escalate_to_leader").owed == {"take_over": "unit_head", "activate": "leading_group"}
    assert story.do("take_over").do("activate", "unit_head", severity="no").stage == "active"


@pytest.mark.clause("s3-4.2.1a")
def test_a_second_report_of_the_same_event_is_kept_and_the_leading_group_joins_two_that_were_opened() -> None:
    assert reported().do("add_report").do("add_report").stage == "reported"
    story = reported().do("pass_on")
    assert missing(story.refuse("join_incident", same_incident=None)) == {"same_incident"}
    assert story.do("join_incident").stage == "joined"


@pytest.mark.clause("s3-4.2.1b")
def test_the_report_holds_time_place_numbers_course_and_state_and_no_names() -> None:
    needed = {use.name for use in INCIDENT.actions["report_incident"].fields if use.required}
    assert {"happened_on", "happened_at", "place", "people_count", "people_roles", "course", "present"} <= needed
    assert not {"name", "names"} & needed


@pytest.mark.clause("s3-4.2.2a", "s3-2.2.2a")
def test_activating_the_plan_makes_tasks_and_calls_people_to_the_scene() -> None:
    assert missing(reported().do("pass_on").refuse("activate", called_people=None)) == {"called_people"}
    assert active().owed == {
        "end_scene": "working_group",
        "register_requests": "registrar",
        "keep_order": "administration",
    }


@pytest.mark.clause("s3-2.1.2b")
def test_only_the_leading_group_approves_the_plan_and_charges_departments() -> None:
    story = active().do("keep_order").do("end_scene").do("make_plan")
    assert story.owed["approve_plan"] == "leading_group"
    assert story.refuse("approve_plan", "working_group", plan_due=DUE).code is Code.WRONG_ROLE
    assert story.do("return_plan").owed["make_plan"] == "working_group"


@pytest.mark.clause("s3-2.1.2c", "s3-4.2.2b")
def test_the_leading_group_may_report_upward_and_instructions_are_kept() -> None:
    assert active().refuse("report_upward", "working_group").code is Code.WRONG_ROLE
    active().do("report_upward", instructions=text("依法妥善处置"))


@pytest.mark.clause("s3-2.3.2d")
def test_administration_looks_after_premises_and_logistics_in_a_major_incident() -> None:
    assert "keep_order" not in active("no").owed
    assert active().refuse("end_scene").needs["duties"] == ("keep_order",)


@pytest.mark.clause("s3-2.3.3c")
def test_legal_drafts_papers_in_a_major_incident() -> None:
    assert active("no").refuse("draft_paper").code is Code.CONDITION
    active().do("draft_paper")


@pytest.mark.clause("s3-4.2.3a")
def test_steps_on_the_scene_keep_people_safe_and_any_force_is_recorded() -> None:
    assert set(BOOK.book.fields["scene_steps"].of) == {"calm", "space", "water", "decider", "exits"}
    assert missing(active().refuse("record_scene", force="used", force_record=None)) == {"force_record"}


@pytest.mark.clause("s3-4.2.3a")
def test_any_use_of_force_is_reviewed_by_somebody_else_before_the_incident_closes() -> None:
    assert "review_force" not in active().do("record_scene", force="none").owed
    story = active("no").do("record_scene", staff("working_group", "身兼二职"), force="used")
    assert (story.owed["review_force"], story.due("review_force")) == ("leading_group", date(2026, 3, 9))
    assert story.refuse("review_force", staff("leading_group", "身兼二职")).code is Code.SAME_PERSON
    story.do("register_requests").do("end_scene").do("make_plan").do("approve_plan", plan_due=DUE)
    story.do("do_task").do("report_progress")
    assert story.refuse("assess").needs["duties"] == ("review_force",)
    assert story.do("review_force").do("assess").stage == "assessed"


@pytest.mark.clause("s3-4.2.3b")
def test_requests_heard_are_registered_before_the_incident_closes() -> None:
    story = active("no").do("end_scene").do("make_plan").do("approve_plan", plan_due=DUE)
    story.do("do_task").do("report_progress")
    assert story.refuse("assess").needs["duties"] == ("register_requests",)
    assert missing(story.refuse("register_requests", routes=None)) == {"routes"}
    assert story.do("register_requests").do("assess").stage == "assessed"


@pytest.mark.clause("s3-4.2.3c")
def test_facts_are_collected_on_the_cause_and_never_on_who_took_part() -> None:
    assert missing(active().refuse("collect_facts", cause=None)) == {"cause"}
    asked = missing(active().refuse("collect_facts", recording="made", safety_purpose=None, kept_until=None))
    assert asked == {"safety_purpose", "kept_until"}
    fields = {use.name for action in INCIDENT.actions.values() for use in action.fields}
    people = {name for name in fields if BOOK.book.fields[name].type == "person"}
    assert people == {"decider", "spokesperson", "called_person"}


@pytest.mark.clause("s3-4.2.3d")
def test_a_call_to_the_police_names_who_decided_and_the_danger_and_is_reviewed_by_another() -> None:
    story = active()
    assert missing(story.refuse("record_police_call", decider=None, danger=None)) == {"decider", "danger"}
    story.do("record_police_call", staff("working_group", "身兼二职"), called_at=text("09:40"))
    assert (story.owed["review_call"], story.due("review_call")) == ("leading_group", date(2026, 3, 9))
    assert story.refuse("review_police_call", staff("leading_group", "身兼二职")).code is Code.SAME_PERSON
    timed = {str(duty.on_due) for duty in INCIDENT.duties.values() if duty.on_due}
    assert timed == {"escalate_to_group", "escalate_to_leader"}  # nothing calls the police by itself


@pytest.mark.clause("s3-4.2.4a")
def test_a_written_plan_is_made_within_five_working_days_and_approved_by_another() -> None:
    story = active("no").do("end_scene")
    assert story.due("make_plan") == date(2026, 3, 9)
    story.do("make_plan", staff("working_group", "身兼二职"))
    refusal = story.refuse("approve_plan", staff("leading_group", "身兼二职"), plan_due=DUE)
    assert refusal.code is Code.SAME_PERSON


@pytest.mark.clause("s3-4.2.4b")
def test_each_department_has_its_task_and_reports_that_it_is_done() -> None:
    story = planned()
    assert (story.notices, story.owed["do_task"], story.due("do_task")) == (["plan"], "handler", DUE)
    assert story.refuse("assess").needs["duties"] == ("do_task", "report_progress")
    story.do("join_departments", share_due=DUE).do("do_task").do("report_progress")
    assert story.refuse("assess").needs["duties"] == ("do_share",)
    assert story.do("report_share").do("assess", improvement_due=DUE).stage == "assessed"


@pytest.mark.clause("s3-4.2.4c")
def test_progress_is_reported_to_the_petitioner_within_ten_days() -> None:
    assert planned().due("report_progress") == date(2026, 3, 12)
    assert "report_progress" not in planned().do("report_progress").owed


@pytest.mark.clause("s3-4.2.5a", "s3-4.2.5b", "s3-4.2.5c")
def test_one_named_spokesperson_publishes_checked_and_numbered_statements() -> None:
    story = active().do("name_spokesperson", spokesperson=named("spokesman"))
    assert story.refuse("publish_statement").code is Code.DUTY_NOT_OPEN
    story.do("draft_statement", staff("spokesman", "身兼二职"))
    assert story.refuse("approve_statement", staff("leading_group", "身兼二职")).code is Code.SAME_PERSON
    assert missing(story.refuse("approve_statement", checked=False)) == {"checked"}
    assert story.do("return_statement").do("draft_statement").do("approve_statement").owed["publish"] == "spokesman"
    assert "publish" not in story.do("publish_statement").owed
    assert story.do("order_correction").owed["draft_statement"] == "spokesman"
    assert "不含信访人身份" in BOOK.book.fields["statement"].zh
    for steps in ("", "draft_statement", "draft_statement approve_statement"):
        over = planned().do("name_spokesperson", spokesperson=named("spokesman"))
        owed = [over.do(step).owed for step in f"{steps} do_task report_progress assess".split()][-1]
        assert owed.keys() & {"draft_statement", "approve_statement", "publish"}


@pytest.mark.clause("s3-4.2.6a")
def test_it_does_not_close_without_causes_lessons_and_improvements() -> None:
    story = planned().do("do_task").do("report_progress")
    empty = dict.fromkeys(("causes", "lessons", "improvement", "unit", "improvement_due"))
    assert missing(story.refuse("assess", **empty)) == set(empty)
    story.do("assess", improvement_due=DUE)
    assert (story.stage, story.owed["improve"], story.due("improve")) == ("assessed", "handler", DUE)
    assert "improve" not in story.do("report_improvement").owed


@pytest.mark.clause("s3-4.2.6b", "s3-4.2.6c")
def test_commendation_and_accountability_are_recorded_after_it() -> None:
    story = planned().do("do_task").do("report_progress").do("assess")
    assert story.do("commend").do("hold_responsible").stage == "assessed"
    assert missing(story.refuse("hold_responsible", held=None, consequence=None)) == {"held", "consequence"}
