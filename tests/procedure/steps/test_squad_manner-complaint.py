"""A squad's rules (manner-complaint): what each step does, seen from outside; beside the stories in `test_books_squad.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("squad-rules")


@pytest.mark.clause("s1-B3.3a")
def test_what_it_takes_and_means_to_answer_about_the_manner() -> None:
    seen = observed(BOOK, "manner-complaint", "complain_of_manner", "answer_manner")
    assert seen == Observed(
        by="unit_head",
        must="answer",
        stage="raised > answered",
        opens="archive:archivist:91",
        closes="answer_manner",
        notices="manner_answer",
        moments="ended",
        units="archivist",
        again="wrong-stage",
    )
