"""The company's rules (incident): what each step does, seen from outside; beside the stories in `test_books_company.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("company")


@pytest.mark.clause("s3-4.2.4a")
def test_what_it_takes_and_means_to_return_the_plan() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate end_scene make_plan", "return_plan")
    assert seen == Observed(
        by="leading_group",
        must="reason",
        stage="calm > calm",
        opens="make_plan:working_group:7",
        closes="approve_plan",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-4.2.4b")
def test_what_it_takes_and_means_to_report_the_share_done() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate end_scene make_plan approve_plan", "do_task")
    assert seen == Observed(
        by="handler", must="task_done", stage="follow_up > follow_up", closes="do_task", again="duty-not-open"
    )


@pytest.mark.clause("s3-4.2.4c")
def test_what_it_takes_and_means_to_record_that_progress_was_reported() -> None:
    seen = observed(
        BOOK, "incident", "report_incident pass_on activate end_scene make_plan approve_plan", "report_progress"
    )
    assert seen == Observed(
        by="working_group",
        must="contact_on progress",
        stage="follow_up > follow_up",
        closes="report_progress",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-4.2.6a")
def test_what_it_takes_and_means_to_assess_and_close() -> None:
    seen = observed(
        BOOK,
        "incident",
        "report_incident pass_on activate register_requests end_scene make_plan approve_plan do_task report_progress",
        "assess",
    )
    assert seen == Observed(
        by="working_group",
        must="causes improvement improvement_due lessons unit",
        stage="follow_up > assessed",
        opens="archive:archivist:91 improve:handler:5",
        closes="assess",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-4.2.6b")
def test_what_it_takes_and_means_to_record_a_commendation() -> None:
    seen = observed(BOOK, "incident", "report_incident pass_on activate end_scene make_plan approve_plan", "commend")
    assert seen == Observed(
        by="leading_group", must="commended", stage="follow_up > follow_up", again="may be taken again"
    )


@pytest.mark.clause("s3-4.2.6c")
def test_what_it_takes_and_means_to_record_accountability() -> None:
    seen = observed(
        BOOK, "incident", "report_incident pass_on activate end_scene make_plan approve_plan", "hold_responsible"
    )
    assert seen == Observed(
        by="leading_group", must="consequence held measure", stage="follow_up > follow_up", again="may be taken again"
    )
