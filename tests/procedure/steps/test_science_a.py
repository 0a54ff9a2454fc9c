"""The science bureau's rules: what each step does, seen from outside; beside the stories in `test_books_science.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("science-bureau")


@pytest.mark.clause("s1-C4.1", "s1-C4.2", "s1-C4.3", "s1-C5.1a", "s1-C6a")
def test_what_it_takes_and_means_to_accept() -> None:
    seen = observed(BOOK, "matter", "submit", "accept")
    assert seen == Observed(
        by="intake",
        must="category kind route scope",
        stage="registered > accepted",
        opens="name_first_receiver:registrar:15 propose_assignment:intake:65",
        closes="decide_acceptance",
        notices="acceptance",
        facts="kind=claim",
        moments="accepted",
        units="registrar",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C6a", "s1-C7")
def test_what_it_takes_and_means_to_accept_the_simple_way() -> None:
    seen = observed(BOOK, "matter", "submit", "accept_simple")
    assert seen == Observed(
        by="intake",
        must="category kind not_excluded route scope simple_ground unit",
        may="handler",
        stage="registered > simple",
        opens="handle_simple:handler:14 name_first_receiver:registrar:15",
        closes="decide_acceptance",
        notices="acceptance",
        facts="kind=claim",
        moments="accepted assigned",
        units="handling registrar",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C7")
def test_what_it_takes_and_means_to_answer_the_simple_way() -> None:
    seen = observed(BOOK, "matter", "submit accept_simple", "answer_simple")
    assert seen == Observed(
        by="handler",
        must="basis facts_found mode no_favour opinion review_organ served_on service_place service_proof signed_by simple_request simple_result",
        may="carry_out_by",
        stage="simple > replied",
        opens="carry_out:handler:30 check_file:registrar:7 conclude:registrar:30",
        closes="handle_simple name_first_receiver",
        notices="simple_reply",
        facts="outcome=support",
        moments="answered served",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C7")
def test_what_it_takes_and_means_to_answer_a_suggestion_the_simple_way() -> None:
    seen = observed(BOOK, "matter", "submit accept_simple(kind=suggestion)", "answer_simple_suggestion")
    assert seen == Observed(
        by="handler",
        must="answer",
        stage="simple > answered",
        opens="archive:archivist:91",
        closes="handle_simple name_first_receiver",
        notices="simple_suggestion_reply",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C6a", "s1-C6c")
def test_what_it_takes_and_means_to_decline_as_not_competent() -> None:
    seen = observed(BOOK, "matter", "submit", "decline")
    assert seen == Observed(
        by="intake",
        must="competent_organ decline_ground reason",
        stage="registered > declined",
        opens="archive:archivist:91",
        closes="decide_acceptance",
        notices="declined",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C5.1c")
def test_what_it_takes_and_means_to_refer() -> None:
    seen = observed(BOOK, "matter", "submit", "refer")
    assert seen == Observed(
        by="intake",
        must="competent_organ reason",
        stage="registered > referred",
        opens="archive:archivist:91",
        closes="decide_acceptance",
        notices="referral referred",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C10", "s1-C8d")
def test_what_it_takes_and_means_to_point_to_another_procedure() -> None:
    seen = observed(BOOK, "matter", "submit", "divert")
    assert seen == Observed(
        by="intake",
        must="competent_organ ground reason",
        stage="registered > diverted",
        opens="archive:archivist:91",
        closes="decide_acceptance",
        notices="diverted",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C14")
def test_what_it_takes_and_means_to_report_to_the_referring_organ() -> None:
    seen = observed(BOOK, "matter", "register(source=referred,channel=referral)", "report_to_source")
    assert seen == Observed(
        by="intake registrar",
        must="answer",
        stage="registered > registered",
        closes="report_to_source",
        notices="source_report",
        again="duty-not-open",
    )


@pytest.mark.clause("s1-C2a", "s1-C5.1c")
def test_what_it_takes_and_means_to_assign() -> None:
    seen = observed(BOOK, "matter", "register accept propose_assignment approve_assignment", "assign")
    assert seen == Observed(
        by="intake",
        must="unit",
        may="due_date handler requirements",
        stage="signed > assigned",
        opens="handle:handler:65",
        closes="assign",
        notices="assignment",
        moments="assigned",
        units="handling",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C14", "s1-C6b")
def test_what_it_takes_and_means_to_assign_to_another_unit() -> None:
    seen = observed(BOOK, "matter", "register accept propose_assignment approve_assignment assign", "reassign")
    assert seen == Observed(
        by="leader_in_charge",
        must="reason unit",
        may="handler",
        stage="assigned > assigned",
        notices="assignment",
        again="may be taken again",
    )


@pytest.mark.clause("s1-C13a")
def test_what_it_takes_and_means_to_object_to_the_assignment() -> None:
    seen = observed(BOOK, "matter", "register accept propose_assignment approve_assignment assign", "object")
    assert seen == Observed(
        by="handler",
        must="reason",
        stage="assigned > objected",
        opens="decide_objection:intake:65",
        closes="handle",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C13a")
def test_what_it_takes_and_means_to_uphold_the_objection() -> None:
    seen = observed(
        BOOK, "matter", "register accept propose_assignment approve_assignment assign object", "uphold_objection"
    )
    assert seen == Observed(
        by="intake",
        must="reason",
        stage="objected > accepted",
        opens="propose_assignment:intake:65",
        closes="decide_objection",
        facts="bounced=yes",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C15b")
def test_what_it_takes_and_means_to_request_an_extension() -> None:
    seen = observed(BOOK, "matter", "register accept propose_assignment approve_assignment assign", "request_extension")
    assert seen == Observed(
        by="handler",
        must="days reason",
        stage="assigned > assigned",
        opens="decide_extension:unit_head:65",
        notices="extension_request",
        facts="extension=requested",
        units="unit_head",
        again="condition",
    )


@pytest.mark.clause("s1-C8b", "s1-C8c")
def test_what_it_takes_and_means_to_grant_the_extension() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept propose_assignment approve_assignment assign request_extension",
        "grant_extension",
    )
    assert seen == Observed(
        by="unit_head",
        must="days reason",
        stage="assigned > assigned",
        opens="handle:handler:65",
        closes="decide_extension handle",
        notices="extension",
        facts="extension=granted",
        again="duty-not-open",
    )


@pytest.mark.clause("s1-C13b", "s1-C15a")
def test_what_it_takes_and_means_to_propose_an_opinion() -> None:
    seen = observed(
        BOOK, "matter", "register accept propose_assignment approve_assignment assign investigate", "propose_opinion"
    )
    assert seen == Observed(
        by="handler",
        must="basis facts_found no_favour opinion request result review_organ",
        may="carry_out_by",
        stage="assigned > proposed",
        opens="approve_opinion:unit_head:65",
        closes="handle",
        facts="outcome=support",
        units="unit_head",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C17b")
def test_what_it_takes_and_means_to_serve_the_opinion() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept propose_assignment approve_assignment assign investigate propose_opinion(result=explain) approve_opinion",
        "serve_reply",
    )
    assert seen == Observed(
        by="handler registrar",
        must="mode remedies_explained served_on service_place service_proof signed_by",
        stage="approved > replied",
        opens="check_file:registrar:7 conclude:registrar:30",
        closes="name_first_receiver serve_reply",
        notices="reply",
        moments="answered served",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-C2b")
def test_what_it_takes_and_means_to_close() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept propose_assignment approve_assignment assign investigate propose_opinion(result=explain) approve_opinion serve_reply check_file wait(100)",
        "conclude",
    )
    assert seen == Observed(
        by="registrar system",
        stage="replied > closed",
        opens="archive:archivist:90",
        closes="conclude",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )
