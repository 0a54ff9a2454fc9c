"""The bureau's plan (incident): what each step does, seen from outside; beside the stories in `test_books_bureau.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("xx-bureau")


@pytest.mark.clause("s0-3.3.2b")
def test_what_it_takes_and_means_to_record_a_call_to_the_police() -> None:
    seen = observed(BOOK, "incident", "report_incident", "record_police_call")
    assert seen == Observed(
        by="inspection",
        must="called_at danger decider",
        may="arrived_at",
        stage="scene > scene",
        opens="review_call:secretary:7",
        moments="police_called",
        units="secretary",
        again="may be taken again",
    )


@pytest.mark.clause("s0-3.3.2b")
def test_what_it_takes_and_means_to_record_when_the_police_arrived() -> None:
    seen = observed(BOOK, "incident", "report_incident record_police_call", "record_police_arrival")
    assert seen == Observed(by="inspection", must="arrived_at", stage="scene > scene", again="may be taken again")


@pytest.mark.clause("s0-3.3.2b")
def test_what_it_takes_and_means_to_review_the_call() -> None:
    seen = observed(BOOK, "incident", "report_incident record_police_call", "review_police_call")
    assert seen == Observed(
        by="secretary", must="review", stage="scene > scene", closes="review_call", again="duty-not-open"
    )


@pytest.mark.clause("s0-3.3.2c")
def test_what_it_takes_and_means_to_record_the_safety_squad() -> None:
    seen = observed(BOOK, "incident", "report_incident", "dispatch_safety")
    assert seen == Observed(
        by="safety", must="force safety_task sent", stage="scene > scene", closes="dispatch", again="duty-not-open"
    )


@pytest.mark.clause("s0-3.3.2e")
def test_what_it_takes_and_means_to_call_the_responsible_unit() -> None:
    seen = observed(BOOK, "incident", "report_incident", "call_unit")
    assert seen == Observed(
        by="inspection",
        must="unit",
        stage="scene > scene",
        opens="send_someone:handler:0",
        units="handling",
        again="may be taken again",
    )


@pytest.mark.clause("s0-3.3.2e")
def test_what_it_takes_and_means_to_record_the_unit_s_arrival() -> None:
    seen = observed(BOOK, "incident", "report_incident call_unit", "unit_arrived")
    assert seen == Observed(
        by="handler", must="arrived_at sent", stage="scene > scene", closes="send_someone", again="duty-not-open"
    )


@pytest.mark.clause("s0-3.3.2d")
def test_what_it_takes_and_means_to_name_the_spokesperson() -> None:
    seen = observed(BOOK, "incident", "report_incident", "name_spokesperson")
    assert seen == Observed(
        by="inspection",
        must="spokesperson",
        stage="scene > scene",
        opens="draft_statement:spokesman:0",
        moments="spokesman_named",
        units="spokesman",
        again="may be taken again",
    )


@pytest.mark.clause("s0-3.3.2d")
def test_what_it_takes_and_means_to_draft_a_statement() -> None:
    seen = observed(BOOK, "incident", "report_incident name_spokesperson", "draft_statement")
    assert seen == Observed(
        by="spokesman",
        must="checked statement",
        may="corrected",
        stage="scene > scene",
        opens="approve_statement:secretary:0",
        closes="draft_statement",
        moments="statement_drafted",
        units="secretary",
        again="duty-not-open",
    )


@pytest.mark.clause("s0-3.3.2d")
def test_what_it_takes_and_means_to_approve_a_statement() -> None:
    seen = observed(BOOK, "incident", "report_incident name_spokesperson draft_statement", "approve_statement")
    assert seen == Observed(
        by="secretary",
        must="checked",
        stage="scene > scene",
        opens="publish:spokesman:0",
        closes="approve_statement",
        moments="statement_approved",
        again="duty-not-open",
    )


@pytest.mark.clause("s0-3.3.2d")
def test_what_it_takes_and_means_to_return_a_statement() -> None:
    seen = observed(BOOK, "incident", "report_incident name_spokesperson draft_statement", "return_statement")
    assert seen == Observed(
        by="secretary",
        must="reason",
        stage="scene > scene",
        opens="draft_statement:spokesman:0",
        closes="approve_statement",
        again="duty-not-open",
    )


@pytest.mark.clause("s0-3.3.2d")
def test_what_it_takes_and_means_to_publish_a_statement() -> None:
    walked = "report_incident name_spokesperson draft_statement approve_statement"
    seen = observed(BOOK, "incident", walked, "publish_statement")
    assert seen == Observed(
        by="spokesman",
        stage="scene > scene",
        opens="note_channels:spokesman:1",
        closes="publish",
        moments="statement_published",
        again="duty-not-open",
    )


@pytest.mark.clause("s0-3.3.2d")
def test_what_it_takes_and_means_to_have_a_statement_corrected() -> None:
    seen = observed(BOOK, "incident", "report_incident", "order_correction")
    assert seen == Observed(
        by="secretary",
        must="reason",
        stage="scene > scene",
        opens="draft_statement:spokesman:0",
        moments="spokesman_named",
        units="spokesman",
        again="may be taken again",
    )


@pytest.mark.clause("s0-3.1.1b", "s0-3.3.2a")
def test_what_it_takes_and_means_to_register_the_requests() -> None:
    seen = observed(BOOK, "incident", "report_incident", "register_requests")
    assert seen == Observed(
        by="receptionist registrar",
        must="demanded registered_case requests",
        stage="scene > scene",
        closes="register_requests",
        again="duty-not-open",
    )


@pytest.mark.clause("s0-3.3.2a")
def test_what_it_takes_and_means_to_end_the_scene() -> None:
    seen = observed(BOOK, "incident", "report_incident", "end_scene")
    assert seen == Observed(
        by="inspection",
        must="ended_at",
        stage="scene > calm",
        opens="review_incident:secretary:7",
        closes="dispatch end_scene",
        moments="calmed",
        units="secretary",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.3.2a", "s0-3.3.2c")
def test_what_it_takes_and_means_to_review_and_close() -> None:
    seen = observed(BOOK, "incident", "report_incident register_requests end_scene", "close_incident")
    assert seen == Observed(
        by="secretary",
        must="review",
        stage="calm > reviewed",
        opens="archive:archivist:91",
        closes="review_incident",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )
