"""A street office's rules: what each step does, seen from outside; beside the stories in `test_books_street.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("street-office")


@pytest.mark.clause("s1-A2a")
def test_what_it_takes_and_means_to_answer_the_simple_way() -> None:
    seen = observed(BOOK, "matter", "submit accept_simple", "answer_simple")
    assert seen == Observed(
        by="handler",
        must="basis facts_found mode opinion review_organ served_on service_place service_proof signed_by simple_request simple_result",
        may="carry_out_by",
        stage="simple > replied",
        opens="carry_out:handler:30 conclude:registrar:30",
        closes="handle_simple",
        notices="simple_reply",
        facts="outcome=support",
        moments="answered served",
        units="registrar",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-A2c")
def test_what_it_takes_and_means_to_assign() -> None:
    seen = observed(BOOK, "matter", "register accept", "assign")
    assert seen == Observed(
        by="intake",
        must="unit why_later",
        may="due_date handler requirements",
        stage="accepted > assigned",
        opens="handle:handler:65",
        closes="assign",
        notices="assignment later",
        moments="assigned",
        units="handling",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-A3")
def test_what_it_takes_and_means_to_investigate() -> None:
    seen = observed(BOOK, "matter", "register accept assign", "investigate")
    assert seen == Observed(
        by="handler",
        must="evidence finding investigated_on means",
        may="files",
        stage="assigned > assigned",
        facts="inquired=yes",
        again="may be taken again",
    )


@pytest.mark.clause("s1-A2a", "s1-A3", "s1-A4a", "s1-A4b")
def test_what_it_takes_and_means_to_propose_an_opinion() -> None:
    seen = observed(BOOK, "matter", "register accept assign investigate", "propose_opinion")
    assert seen == Observed(
        by="handler",
        must="basis facts_found opinion rectify_by request result review_organ substantiated",
        may="carry_out_by",
        stage="assigned > proposed",
        opens="approve_opinion:unit_head:65",
        closes="handle",
        facts="outcome=support substantiated=yes",
        units="unit_head",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-A2c", "s1-A2d")
def test_what_it_takes_and_means_to_serve_the_opinion() -> None:
    seen = observed(BOOK, "matter", "register accept assign investigate propose_opinion approve_opinion", "serve_reply")
    assert seen == Observed(
        by="handler registrar",
        must="mode served_on service_place service_proof signed_by",
        stage="approved > replied",
        opens="carry_out:handler:30 conclude:registrar:30 rectify:handler:5",
        closes="serve_reply",
        notices="reply",
        moments="answered served",
        units="registrar",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-A4a")
def test_what_it_takes_and_means_to_close() -> None:
    seen = observed(BOOK, "matter", "submit accept_simple answer_simple(simple_result=explain) wait(100)", "conclude")
    assert seen == Observed(
        by="registrar system",
        stage="replied > closed",
        opens="archive:archivist:90",
        closes="conclude",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-A2c")
def test_what_it_takes_and_means_to_ask_the_superior() -> None:
    seen = observed(BOOK, "matter", "register accept assign", "ask_above")
    assert seen == Observed(
        by="handler",
        must="escalated_to question",
        stage="assigned > assigned",
        opens="follow_question:handler:65",
        again="may be taken again",
    )


@pytest.mark.clause("s1-A2c")
def test_what_it_takes_and_means_to_record_the_answer_from_above() -> None:
    seen = observed(BOOK, "matter", "register accept assign ask_above", "record_answer_from_above")
    assert seen == Observed(
        by="handler", must="from_above", stage="assigned > assigned", closes="follow_question", again="duty-not-open"
    )


@pytest.mark.clause("s1-A4a")
def test_what_it_takes_and_means_to_record_that_it_was_put_right() -> None:
    seen = observed(
        BOOK, "matter", "register accept assign investigate propose_opinion approve_opinion serve_reply", "rectify"
    )
    assert seen == Observed(
        by="handler",
        must="rectified",
        stage="replied > replied",
        closes="rectify",
        notices="put_right",
        again="duty-not-open",
    )


@pytest.mark.clause("s1-A4a")
def test_what_it_takes_and_means_to_explain_why_it_is_not_put_right() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept assign investigate propose_opinion approve_opinion serve_reply",
        "explain_not_put_right",
    )
    assert seen == Observed(
        by="handler",
        must="why_not",
        stage="replied > replied",
        closes="rectify",
        notices="not_put_right",
        again="duty-not-open",
    )
