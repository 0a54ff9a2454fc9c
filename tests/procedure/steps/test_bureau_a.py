"""The bureau's plan: what each step does, seen from outside; beside the stories in `test_books_bureau.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("xx-bureau")


@pytest.mark.clause("s0-3.1.1a")
def test_what_it_takes_and_means_to_accept() -> None:
    seen = observed(BOOK, "matter", "submit", "accept")
    assert seen == Observed(
        by="intake",
        must="kind route",
        stage="registered > accepted",
        opens="classify:intake:65",
        closes="decide_acceptance",
        notices="acceptance",
        facts="kind=claim",
        moments="accepted",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.1.1c")
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


@pytest.mark.clause("s0-3.2.2.1c", "s0-3.2.2.1d", "s0-3.2.2.2b")
def test_what_it_takes_and_means_to_assign() -> None:
    seen = observed(BOOK, "matter", "register accept classify fill_form sign_ordinary", "assign")
    assert seen == Observed(
        by="inspection intake",
        must="unit",
        may="due_date handler requirements",
        stage="signed > assigned",
        opens="handle:handler:65",
        closes="assign",
        notices="assignment",
        facts="placed=yes",
        moments="assigned",
        units="handling",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.2.2.1b", "s0-3.2.2.2b")
def test_what_it_takes_and_means_to_assign_to_another_unit() -> None:
    seen = observed(BOOK, "matter", "register accept classify fill_form sign_ordinary assign", "reassign")
    assert seen == Observed(
        by="secretary unit_head",
        must="reason unit",
        may="handler",
        stage="assigned > assigned",
        notices="assignment",
        again="may be taken again",
    )


@pytest.mark.clause("s0-3.2.2.1a", "s0-3.2.2.2a")
def test_what_it_takes_and_means_to_uphold_the_objection() -> None:
    seen = observed(
        BOOK, "matter", "register accept classify fill_form sign_ordinary assign object", "uphold_objection"
    )
    assert seen == Observed(
        by="intake",
        must="reason",
        stage="objected > classified",
        opens="fill_form:inspection:65",
        closes="decide_objection",
        facts="placed=no",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.4d")
def test_what_it_takes_and_means_to_join_units() -> None:
    seen = observed(BOOK, "matter", "register accept classify fill_form sign_ordinary assign", "join_unit")
    assert seen == Observed(
        by="inspection intake unit_head",
        must="task units",
        may="co_due",
        stage="assigned > assigned",
        opens="co_report:co_handler:65",
        units="co_handling",
        again="may be taken again",
    )


@pytest.mark.clause("s0-3.4d")
def test_what_it_takes_and_means_to_release_co_handling_units() -> None:
    seen = observed(BOOK, "matter", "register accept classify fill_form sign_ordinary assign join_unit", "release_unit")
    assert seen == Observed(
        by="inspection intake unit_head",
        must="reason released",
        stage="assigned > assigned",
        closes="co_report",
        units="co_handling",
        again="duty-not-open",
    )


@pytest.mark.clause("s0-3.2.1b")
def test_what_it_takes_and_means_to_request_an_extension() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept classify(klass=complex) fill_form_complex propose_complex sign_complex assign",
        "request_extension",
    )
    assert seen == Observed(
        by="handler",
        must="days reason",
        stage="assigned > assigned",
        opens="decide_extension:unit_head:65",
        facts="extension=requested",
        again="condition",
    )


@pytest.mark.clause("s0-0c", "s0-3.2.2.1d", "s0-3.2.2.2c")
def test_what_it_takes_and_means_to_report_the_result() -> None:
    seen = observed(
        BOOK, "matter", "register accept classify fill_form sign_ordinary assign investigate", "propose_opinion"
    )
    assert seen == Observed(
        by="handler",
        must="basis facts_found opinion request result review_organ",
        may="carry_out_by",
        stage="assigned > proposed",
        opens="approve_opinion:secretary:65",
        closes="handle",
        facts="outcome=support",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.2.2.1d")
def test_what_it_takes_and_means_to_approve_the_opinion() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept classify fill_form sign_ordinary assign investigate propose_opinion",
        "approve_opinion",
    )
    assert seen == Observed(
        by="secretary",
        may="approval",
        stage="proposed > approved",
        opens="serve_reply:handler:65",
        closes="approve_opinion",
        moments="approved",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.2.2.1d")
def test_what_it_takes_and_means_to_return_the_opinion() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept classify fill_form sign_ordinary assign investigate propose_opinion",
        "return_opinion",
    )
    assert seen == Observed(
        by="intake secretary",
        must="reason",
        stage="proposed > assigned",
        opens="handle:handler:65",
        closes="approve_opinion",
        facts="outcome=none",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.4c")
def test_what_it_takes_and_means_to_serve_the_opinion() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept classify fill_form sign_ordinary assign investigate propose_opinion approve_opinion",
        "serve_reply",
    )
    assert seen == Observed(
        by="handler registrar",
        must="mode served_on service_place service_proof signed_by",
        stage="approved > replied",
        opens="carry_out:handler:30 conclude:registrar:30",
        closes="serve_reply",
        notices="reply",
        moments="answered served",
        units="registrar",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-0c")
def test_what_it_takes_and_means_to_record_that_it_was_carried_out() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept classify fill_form sign_ordinary assign investigate propose_opinion approve_opinion serve_reply",
        "record_execution",
    )
    assert seen == Observed(
        by="handler",
        must="done done_on",
        stage="replied > replied",
        closes="carry_out",
        notices="execution",
        facts="outcome=done",
        again="duty-not-open",
    )


@pytest.mark.clause("s0-3.1.2")
def test_what_it_takes_and_means_to_join_to_the_first_case() -> None:
    seen = observed(BOOK, "matter", "submit", "link_repeat")
    assert seen == Observed(
        by="intake registrar",
        must="first_case reason",
        stage="registered > merged",
        opens="archive:archivist:91 place_repeat:intake:65",
        closes="decide_acceptance",
        notices="repeat",
        moments="ended joined",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.3.3b")
def test_what_it_takes_and_means_to_give_a_forwarded_repeat_to_its_previous_unit() -> None:
    seen = observed(BOOK, "matter", "register(source=referred,channel=referral)", "link_referral")
    assert seen == Observed(
        by="intake registrar",
        must="first_case reason",
        stage="registered > linked",
        opens="place_repeat:intake:65 report_linked:registrar:65",
        closes="decide_acceptance report_to_source",
        notices="repeat",
        moments="joined",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.1.2", "s0-3.3.3b")
def test_what_it_takes_and_means_to_report_to_the_higher_body() -> None:
    seen = observed(BOOK, "matter", "register(source=referred,channel=referral) link_referral", "report_linked")
    assert seen == Observed(
        by="registrar",
        must="answer",
        stage="linked > merged",
        opens="archive:archivist:91",
        closes="report_linked",
        notices="source_report",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.3.3b")
def test_what_it_takes_and_means_to_report_to_the_higher_body_that_it_was_withdrawn() -> None:
    seen = observed(
        BOOK, "matter", "register(source=referred,channel=referral) link_referral withdraw", "report_linked_withdrawn"
    )
    assert seen == Observed(
        by="registrar",
        must="answer",
        stage="withdrawn > withdrawn",
        closes="report_linked",
        notices="source_report",
        again="duty-not-open",
    )
