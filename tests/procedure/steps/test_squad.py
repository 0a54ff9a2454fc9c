"""A squad's rules: what each step does, seen from outside; beside the stories in `test_books_squad.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("squad-rules")


@pytest.mark.clause("s1-B1")
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
        again="wrong-stage",
    )


@pytest.mark.clause("s1-B3.2")
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


@pytest.mark.clause("s1-B2a")
def test_what_it_takes_and_means_to_assign() -> None:
    seen = observed(BOOK, "matter", "register submit_to_leader accept", "assign")
    assert seen == Observed(
        by="intake",
        must="competence unit",
        may="due_date handler requirements",
        stage="accepted > assigned",
        opens="handle:handler:65",
        closes="assign",
        notices="assignment",
        moments="assigned",
        units="handling",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-B1")
def test_what_it_takes_and_means_to_propose_an_opinion() -> None:
    seen = observed(BOOK, "matter", "register submit_to_leader accept assign investigate", "propose_opinion")
    assert seen == Observed(
        by="handler",
        must="basis facts_found opinion request result review_organ",
        may="carry_out_by",
        stage="assigned > proposed",
        opens="approve_opinion:unit_head:65",
        closes="handle",
        facts="outcome=support",
        units="unit_head",
        again="wrong-stage",
    )


@pytest.mark.clause("s1-B3.3b")
def test_what_it_takes_and_means_to_submit_to_the_leader_in_charge() -> None:
    seen = observed(BOOK, "matter", "submit", "submit_to_leader")
    assert seen == Observed(
        by="registrar", may="note", stage="registered > registered", closes="submit_to_leader", again="duty-not-open"
    )


@pytest.mark.clause("s1-B5")
def test_what_it_takes_and_means_to_record_a_breach_of_confidence() -> None:
    seen = observed(BOOK, "matter", "submit", "record_breach")
    assert seen == Observed(
        by="supervisor", must="breach breach_measure", stage="registered > registered", again="may be taken again"
    )
