"""The company's rules (incident): who is told of a report and when, who is called, what is said in public; as seen from outside."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("company")


@pytest.mark.clause("s3-4.2.1a")
def test_what_it_takes_and_means_to_acknowledge_for_the_leading_group() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on", "acknowledge")
    assert seen == Observed(
        by="leading_group", stage="reported > reported", closes="acknowledge", again="duty-not-open"
    )


@pytest.mark.clause("s3-4.2.1a")
def test_what_it_takes_and_means_to_tell_the_leading_group_when_the_head_is_silent() -> None:
    seen = observed(BOOK, "incident", "report_incident", "escalate_to_group")
    assert seen == Observed(
        by="system",
        stage="reported > reported",
        opens="acknowledge:leading_group:0 activate:leading_group:0",
        closes="pass_on",
        moments="group_told",
        units="leading_group",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-4.2.1a")
def test_what_it_takes_and_means_to_tell_the_head_of_the_company_when_the_group_is_silent() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on", "escalate_to_leader")
    assert seen == Observed(
        by="system",
        stage="reported > reported",
        opens="take_over:unit_head:0",
        closes="acknowledge",
        moments="leader_told",
        units="unit_head",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-4.2.1a")
def test_what_it_takes_and_means_to_acknowledge_as_head_of_the_company() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on escalate_to_leader", "take_over")
    assert seen == Observed(by="unit_head", stage="reported > reported", closes="take_over", again="duty-not-open")


@pytest.mark.clause("s3-4.2.1a", "s3-4.2.1b")
def test_what_it_takes_and_means_to_add_a_report_from_the_scene() -> None:
    seen = observed(BOOK, "incident", "report_incident", "add_report")
    assert seen == Observed(
        by="administration department_head handler intake leading_group legal registrar working_group",
        must="course hurt present",
        may="asked people_count photos",
        stage="reported > reported",
        again="may be taken again",
    )


@pytest.mark.clause("s3-4.2.1a")
def test_what_it_takes_and_means_to_join_an_incident_to_the_same_one() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on", "join_incident")
    assert seen == Observed(
        by="leading_group unit_head",
        must="reason same_incident",
        stage="reported > joined",
        opens="archive:archivist:91",
        closes="acknowledge activate",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-4.2.1a")
def test_what_it_takes_and_means_to_take_another_report_in() -> None:
    seen = observed(BOOK, "incident", "report_incident", "take_in_report")
    assert seen == Observed(by="leading_group unit_head", stage="reported > reported", again="may be taken again")


@pytest.mark.clause("s3-4.2.2a")
def test_what_it_takes_and_means_to_call_somebody_to_the_scene() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate", "call_person")
    assert seen == Observed(
        by="leading_group working_group",
        must="called_person scene_task",
        stage="active > active",
        opens="arrive:working_group:0",
        moments="person_called",
        again="may be taken again",
    )


@pytest.mark.clause("s3-4.2.2a")
def test_what_it_takes_and_means_to_record_who_arrived() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate call_person", "record_arrival")
    assert seen == Observed(
        by="working_group", must="arrived_at", stage="active > active", closes="arrive", again="duty-not-open"
    )


@pytest.mark.clause("s3-4.2.3a")
def test_what_it_takes_and_means_to_write_in_the_log_of_the_scene() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate", "log_scene")
    assert seen == Observed(
        by="administration department_head handler leading_group registrar working_group",
        must="log_entry",
        may="photos",
        stage="active > active",
        again="may be taken again",
    )


@pytest.mark.clause("s3-4.2.3d")
def test_what_it_takes_and_means_to_record_when_the_police_arrived() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate record_police_call", "record_police_arrival")
    assert seen == Observed(
        by="administration working_group", must="arrived_at", stage="active > active", again="may be taken again"
    )


@pytest.mark.clause("s3-4.2.5a", "s3-4.2.5b")
def test_what_it_takes_and_means_to_draft_a_statement() -> None:
    seen = observed(BOOK, "incident", "report_incident name_spokesperson", "draft_statement")
    assert seen == Observed(
        by="spokesman",
        must="statement",
        may="corrected",
        stage="reported > reported",
        opens="approve_statement:leading_group:0",
        closes="draft_statement",
        moments="statement_drafted",
        units="leading_group",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-4.2.5a")
def test_what_it_takes_and_means_to_approve_a_statement() -> None:
    seen = observed(BOOK, "incident", "report_incident name_spokesperson draft_statement", "approve_statement")
    assert seen == Observed(
        by="leading_group",
        must="checked",
        stage="reported > reported",
        opens="publish:spokesman:0",
        closes="approve_statement",
        moments="statement_approved",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-4.2.5a")
def test_what_it_takes_and_means_to_return_a_statement() -> None:
    seen = observed(BOOK, "incident", "report_incident name_spokesperson draft_statement", "return_statement")
    assert seen == Observed(
        by="leading_group",
        must="reason",
        stage="reported > reported",
        opens="draft_statement:spokesman:0",
        closes="approve_statement",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-4.2.5a", "s3-4.2.5b", "s3-4.2.5c")
def test_what_it_takes_and_means_to_publish_a_statement() -> None:
    seen = observed(
        BOOK, "incident", "report_incident name_spokesperson draft_statement approve_statement", "publish_statement"
    )
    assert seen == Observed(
        by="spokesman",
        stage="reported > reported",
        opens="note_channels:spokesman:1",
        closes="publish",
        moments="statement_published",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-4.2.5c")
def test_what_it_takes_and_means_to_have_a_statement_corrected() -> None:
    seen = observed(BOOK, "incident", "report_incident", "order_correction")
    assert seen == Observed(
        by="leading_group",
        must="reason",
        stage="reported > reported",
        opens="draft_statement:spokesman:0",
        moments="spokesman_named",
        units="spokesman",
        again="may be taken again",
    )


@pytest.mark.clause("s3-4.2.6a")
def test_what_it_takes_and_means_to_report_the_improvement() -> None:
    seen = observed(
        BOOK,
        "incident",
        "report_incident pass_on activate register_requests end_scene make_plan approve_plan do_task report_progress assess",
        "report_improvement",
    )
    assert seen == Observed(
        by="handler", must="improvement_done", stage="assessed > assessed", closes="improve", again="duty-not-open"
    )


@pytest.mark.clause("s3-4.2.4b")
def test_what_it_takes_and_means_to_charge_other_departments_too() -> None:
    seen = observed(
        BOOK,
        "incident",
        "report_incident pass_on activate register_requests end_scene make_plan approve_plan",
        "join_departments",
    )
    assert seen == Observed(
        by="leading_group",
        must="share_due share_task units",
        stage="follow_up > follow_up",
        opens="do_share:co_handler:5",
        units="co_handling",
        again="may be taken again",
    )


@pytest.mark.clause("s3-4.2.4b")
def test_what_it_takes_and_means_to_report_a_share_done() -> None:
    seen = observed(
        BOOK,
        "incident",
        "report_incident pass_on activate register_requests end_scene make_plan approve_plan join_departments",
        "report_share",
    )
    assert seen == Observed(
        by="co_handler", must="task_done", stage="follow_up > follow_up", closes="do_share", again="duty-not-open"
    )
