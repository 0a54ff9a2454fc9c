"""The bureau's plan: what each step does, seen from outside; beside the stories in `test_books_bureau.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("xx-bureau")


@pytest.mark.clause("s0-3.2.2.2c")
def test_what_it_takes_and_means_to_return_as_chief() -> None:
    seen = observed(
        BOOK,
        "matter",
        "register accept classify(klass=complex) fill_form_complex propose_complex sign_complex assign investigate propose_opinion summarise",
        "return_complex",
    )
    assert seen == Observed(
        by="unit_head",
        must="reason",
        stage="summarised > assigned",
        opens="handle:handler:65",
        closes="approve_complex",
        facts="outcome=none",
        again="wrong-stage",
    )


@pytest.mark.clause("s0-3.3.1a", "s0-3.3.1b")
def test_what_it_takes_and_means_to_receive_the_group() -> None:
    seen = observed(BOOK, "matter", "register(channel=visit,group=yes)", "receive_group")
    assert seen == Observed(
        by="receptionist",
        must="place representatives shared_request",
        stage="registered > registered",
        closes="receive_group",
        again="duty-not-open",
    )


@pytest.mark.clause("s0-3.4c")
def test_what_it_takes_and_means_to_name_the_leader_who_answers_for_it() -> None:
    seen = observed(BOOK, "matter", "register accept", "name_sponsor")
    assert seen == Observed(
        by="unit_head",
        must="leader resolve_by",
        stage="accepted > accepted",
        opens="sponsor:leader:5",
        units="leader",
        again="may be taken again",
    )


@pytest.mark.clause("s0-3.4c")
def test_what_it_takes_and_means_to_record_progress() -> None:
    seen = observed(BOOK, "matter", "register accept name_sponsor", "report_sponsor")
    assert seen == Observed(by="leader", must="progress", stage="accepted > accepted", again="may be taken again")


@pytest.mark.clause("s0-3.3.3a", "s0-3.4e")
def test_what_it_takes_and_means_to_record_a_reception() -> None:
    seen = observed(BOOK, "matter", "register accept classify fill_form sign_ordinary assign", "record_reception")
    assert seen == Observed(
        by="handler liaison",
        must="reception reception_on reception_record",
        stage="assigned > assigned",
        again="may be taken again",
    )
