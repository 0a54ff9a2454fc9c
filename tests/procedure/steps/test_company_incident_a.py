"""The company's rules (incident): what each step does, seen from outside; beside the stories in `test_books_company.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("company")


@pytest.mark.clause("s3-4.2.1a")
def test_what_it_takes_and_means_to_tell_the_leading_group() -> None:
    seen = observed(BOOK, "incident", "report_incident", "pass_on")
    assert seen == Observed(
        by="department_head",
        may="passed_on",
        stage="reported > reported",
        opens="acknowledge:leading_group:0 activate:leading_group:0",
        closes="pass_on",
        moments="group_told",
        units="leading_group",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-4.1")
def test_what_it_takes_and_means_to_register_it_as_a_matter_since_it_is_no_incident() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on", "not_an_incident")
    assert seen == Observed(
        by="leading_group",
        must="matter_case reason",
        stage="reported > no_incident",
        opens="archive:archivist:91",
        closes="acknowledge activate",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-2.1.2b", "s3-4.2.2a")
def test_what_it_takes_and_means_to_activate_the_plan() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on", "activate")
    assert seen == Observed(
        by="leading_group unit_head",
        must="called_people severity",
        stage="reported > active",
        opens="end_scene:working_group:0 register_requests:registrar:0",
        closes="acknowledge activate",
        moments="activated",
        units="registrar working_group",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-2.1.2c", "s3-4.2.2b")
def test_what_it_takes_and_means_to_report_upward() -> None:
    seen = observed(BOOK, "incident", "report_incident", "report_upward")
    assert seen == Observed(
        by="leading_group",
        must="report_text reported_to",
        may="instructions",
        stage="reported > reported",
        again="may be taken again",
    )


@pytest.mark.clause("s3-4.2.3a")
def test_what_it_takes_and_means_to_record_the_steps_taken() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate", "record_scene")
    assert seen == Observed(
        by="administration working_group",
        must="force scene_steps",
        stage="active > active",
        moments="scene_recorded",
        again="may be taken again",
    )


@pytest.mark.clause("s3-4.2.3a")
def test_what_it_takes_and_means_to_review_the_force() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate record_scene(force=used)", "review_force")
    assert seen == Observed(
        by="leading_group", must="force_review", stage="active > active", closes="review_force", again="duty-not-open"
    )


@pytest.mark.clause("s3-2.3.2d")
def test_what_it_takes_and_means_to_record_order_and_logistics() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate(severity=yes)", "keep_order")
    assert seen == Observed(
        by="administration", must="logistics", stage="active > active", closes="keep_order", again="duty-not-open"
    )


@pytest.mark.clause("s3-4.2.3b")
def test_what_it_takes_and_means_to_register_the_requests() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate", "register_requests")
    assert seen == Observed(
        by="registrar working_group",
        must="demanded registered_case requests routes",
        stage="active > active",
        closes="register_requests",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-4.2.3c")
def test_what_it_takes_and_means_to_collect_facts_about_the_cause() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate", "collect_facts")
    assert seen == Observed(
        by="working_group",
        must="cause recording",
        may="evidence_item",
        stage="active > active",
        again="may be taken again",
    )


@pytest.mark.clause("s3-4.2.3d")
def test_what_it_takes_and_means_to_record_a_call_to_the_police() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate", "record_police_call")
    assert seen == Observed(
        by="administration working_group",
        must="called_at danger decider",
        stage="active > active",
        opens="review_call:leading_group:7",
        moments="police_called",
        again="may be taken again",
    )


@pytest.mark.clause("s3-4.2.3d")
def test_what_it_takes_and_means_to_see_whether_the_call_was_needed() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate record_police_call", "review_police_call")
    assert seen == Observed(
        by="leading_group", must="call_review", stage="active > active", closes="review_call", again="duty-not-open"
    )


@pytest.mark.clause("s3-2.3.3c")
def test_what_it_takes_and_means_to_draft_a_legal_paper() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate(severity=yes)", "draft_paper")
    assert seen == Observed(by="legal", must="legal_paper", stage="active > active", again="may be taken again")


@pytest.mark.clause("s3-4.2.5a")
def test_what_it_takes_and_means_to_name_the_spokesperson() -> None:
    seen = observed(BOOK, "incident", "report_incident", "name_spokesperson")
    assert seen == Observed(
        by="leading_group",
        must="spokesperson",
        stage="reported > reported",
        opens="draft_statement:spokesman:0",
        moments="spokesman_named",
        units="spokesman",
        again="may be taken again",
    )


@pytest.mark.clause("s3-4.2.3a")
def test_what_it_takes_and_means_to_end_the_scene() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate", "end_scene")
    assert seen == Observed(
        by="working_group",
        must="now",
        stage="active > calm",
        opens="make_plan:working_group:7",
        closes="end_scene",
        moments="calmed",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-4.2.4a")
def test_what_it_takes_and_means_to_propose_a_plan() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate end_scene", "make_plan")
    assert seen == Observed(
        by="working_group",
        must="plan",
        stage="calm > calm",
        opens="approve_plan:leading_group:7",
        closes="make_plan",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-2.1.2b", "s3-2.2.2a", "s3-4.2.4a", "s3-4.2.4b")
def test_what_it_takes_and_means_to_approve_the_plan_and_charge_departments() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate end_scene make_plan", "approve_plan")
    assert seen == Observed(
        by="leading_group",
        must="plan_due task unit",
        may="approval",
        stage="calm > follow_up",
        opens="assess:working_group:30 do_task:handler:5 report_progress:working_group:10",
        closes="approve_plan",
        notices="plan",
        moments="planned",
        again="wrong-stage",
    )
