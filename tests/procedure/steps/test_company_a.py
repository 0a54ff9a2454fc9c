"""The company's rules: what each step does, seen from outside; beside the stories in `test_books_company.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("company")


@pytest.mark.clause("s3-1.2", "s3-3.1.4a")
def test_what_it_takes_and_means_to_accept() -> None:
    seen = observed(BOOK, "matter", "submit", "accept")
    assert seen == Observed(
        by="intake",
        must="kind petitioner_kind route scope_reason",
        stage="registered > accepted",
        opens="assign:intake:65",
        closes="decide_acceptance",
        notices="acceptance",
        facts="kind=claim",
        moments="accepted",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-3.1.4a", "s3-3.1.4b")
def test_what_it_takes_and_means_to_decline_as_not_competent() -> None:
    seen = observed(BOOK, "matter", "submit", "decline")
    assert seen == Observed(
        by="intake",
        must="competent_organ reason",
        stage="registered > declined",
        opens="archive:archivist:91",
        closes="decide_acceptance",
        notices="declined",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-2.3.4a", "s3-3.2.1", "s3-3.2.2")
def test_what_it_takes_and_means_to_assign() -> None:
    seen = observed(BOOK, "matter", "register accept", "assign")
    assert seen == Observed(
        by="intake",
        must="due_date requirements unit",
        may="handler",
        stage="accepted > assigned",
        opens="handle:handler:5 inquire:handler:1 name_one:handler:1 notify_department:administration:1",
        closes="assign",
        notices="assignment",
        moments="assigned",
        units="administration handling",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-2.2.2c", "s3-3.3.2b")
def test_what_it_takes_and_means_to_investigate() -> None:
    seen = observed(BOOK, "matter", "register accept assign", "investigate")
    assert seen == Observed(
        by="handler",
        must="checked_with finding investigated_on means",
        may="evidence files",
        stage="assigned > assigned",
        facts="inquired=yes",
        again="may be taken again",
    )


@pytest.mark.clause("s3-2.2.2c", "s3-2.3.1c", "s3-2.3.2b", "s3-3.3.3")
def test_what_it_takes_and_means_to_join_units() -> None:
    seen = observed(BOOK, "matter", "register accept assign", "join_unit")
    assert seen == Observed(
        by="intake unit_head working_group",
        must="task units",
        may="co_due",
        stage="assigned > assigned",
        opens="co_report:co_handler:65",
        units="co_handling",
        again="may be taken again",
    )


@pytest.mark.clause("s3-2.2.2c")
def test_what_it_takes_and_means_to_release_co_handling_units() -> None:
    seen = observed(BOOK, "matter", "register accept assign join_unit", "release_unit")
    assert seen == Observed(
        by="intake unit_head working_group",
        must="reason released",
        stage="assigned > assigned",
        closes="co_report",
        units="co_handling",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-2.2.2c", "s3-2.3.3b", "s3-3.4.1")
def test_what_it_takes_and_means_to_propose_an_opinion() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate",
        "propose_opinion",
    )
    assert seen == Observed(
        by="handler",
        must="basis facts_found opinion request result review_organ",
        may="carry_out_by",
        stage="assigned > proposed",
        opens="approve_opinion:working_group:65 check_legality:legal:7",
        closes="handle",
        facts="outcome=support",
        moments="legality_asked",
        units="legal working_group",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-2.3.3b", "s3-3.4.2a")
def test_what_it_takes_and_means_to_approve_the_opinion() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate propose_opinion(result=explain) check_legality",
        "approve_opinion",
    )
    assert seen == Observed(
        by="working_group",
        may="approval",
        stage="proposed > approved",
        opens="return_result:handler:5 serve_reply:handler:65",
        closes="approve_opinion",
        moments="approved",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-3.4.2a")
def test_what_it_takes_and_means_to_return_the_opinion() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate propose_opinion(result=explain) check_legality",
        "return_opinion",
    )
    assert seen == Observed(
        by="working_group",
        must="reason",
        stage="proposed > assigned",
        opens="handle:handler:5",
        closes="approve_opinion",
        facts="outcome=none",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-3.4.3")
def test_what_it_takes_and_means_to_serve_the_opinion() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate propose_opinion(result=explain) check_legality approve_opinion",
        "serve_reply",
    )
    assert seen == Observed(
        by="handler",
        must="explained mode served_on service_place service_proof signed_by",
        stage="approved > replied",
        opens="conclude:registrar:30",
        closes="serve_reply",
        notices="reply",
        moments="answered served",
        units="registrar",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-3.4.4a")
def test_what_it_takes_and_means_to_apply_for_review() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate propose_opinion(result=explain) check_legality approve_opinion return_result serve_reply",
        "apply_review",
    )
    assert seen == Observed(
        by="petitioner registrar",
        must="challenge",
        may="files",
        stage="replied > review",
        opens="review:reviewer:30",
        closes="conclude",
        moments="review_requested",
        units="reviewer",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-3.4.4b")
def test_what_it_takes_and_means_to_decide_the_review() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign name_handler start_inquiry notify_department investigate propose_opinion(result=explain) check_legality approve_opinion return_result serve_reply apply_review",
        "decide_review",
    )
    assert seen == Observed(
        by="reviewer",
        must="basis facts_found opinion rereview_organ review_result",
        may="carry_out_by",
        stage="review > review_decided",
        opens="serve_review:reviewer:30",
        closes="review",
        moments="review_decided",
        again="wrong-stage",
    )


@pytest.mark.clause("s3-2.2.2e", "s3-3.5.1", "s3-3.5.2a")
def test_what_it_takes_and_means_to_archive() -> None:
    seen = observed(BOOK, "matter", "submit withdraw", "archive")
    assert seen == Observed(
        by="archivist",
        must="inquiry_filed registration_filed review_filed term",
        may="catalogue lessons missing_items",
        stage="withdrawn > withdrawn",
        closes="archive",
        again="duty-not-open",
    )


@pytest.mark.clause("s3-3.3.1")
def test_what_it_takes_and_means_to_start_the_inquiry() -> None:
    seen = observed(BOOK, "matter", "register accept assign", "start_inquiry")
    assert seen == Observed(
        by="handler", must="means", may="note", stage="assigned > assigned", closes="inquire", again="duty-not-open"
    )


@pytest.mark.clause("s3-3.3.2a")
def test_what_it_takes_and_means_to_list_evidence() -> None:
    seen = observed(BOOK, "matter", "register accept assign", "list_evidence")
    assert seen == Observed(
        by="handler",
        must="evidence_date evidence_item evidence_source relevance",
        stage="assigned > assigned",
        again="may be taken again",
    )


@pytest.mark.clause("s3-2.3.4b")
def test_what_it_takes_and_means_to_ask_for_documents_and_evidence() -> None:
    seen = observed(BOOK, "matter", "register accept assign", "request_material")
    assert seen == Observed(
        by="working_group",
        must="material material_by",
        stage="assigned > assigned",
        opens="supply_material:handler:5",
        again="may be taken again",
    )


@pytest.mark.clause("s3-2.3.4b")
def test_what_it_takes_and_means_to_supply_documents_and_evidence() -> None:
    seen = observed(BOOK, "matter", "register accept assign request_material", "supply_material")
    assert seen == Observed(
        by="handler", must="response", stage="assigned > assigned", closes="supply_material", again="duty-not-open"
    )
