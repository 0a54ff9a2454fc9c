"""A street office's rules (retaliation-report): what each step does, seen from outside; beside the stories in `test_books_street.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("street-office")


@pytest.mark.clause("s1-A6b")
def test_what_it_takes_and_means_to_record_who_is_held_responsible() -> None:
    seen = observed(
        BOOK, "retaliation-report", "report_retaliation take_up state_findings approve_findings", "hold_responsible"
    )
    assert seen == Observed(
        by="unit_head",
        must="decided_on decision responsible",
        stage="to_hold > to_answer",
        opens="answer:discipline:65",
        closes="hold",
        again="wrong-stage",
    )
