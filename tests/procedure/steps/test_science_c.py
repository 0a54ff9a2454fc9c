"""The science bureau's rules: what each step does, seen from outside; beside the stories in `test_books_science.py`."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load
from tests.procedure.observed import Observed, observed

BOOK = load("science-bureau")


@pytest.mark.clause("s1-C16b")
def test_what_it_takes_and_means_to_record_a_disruption() -> None:
    seen = observed(BOOK, "matter", "submit", "record_disruption")
    assert seen == Observed(
        by="receptionist", must="conduct explanation_given", stage="registered > registered", again="may be taken again"
    )


@pytest.mark.clause("s1-C16c")
def test_what_it_takes_and_means_to_record_a_call_to_the_police() -> None:
    seen = observed(BOOK, "matter", "submit", "record_police_call")
    assert seen == Observed(
        by="receptionist",
        must="danger decider police_called_at police_called_on",
        may="police_came_at police_outcome",
        stage="registered > registered",
        opens="review_call:supervisor:7",
        moments="police_called",
        units="supervisor",
        again="may be taken again",
    )


@pytest.mark.clause("s1-C16c")
def test_what_it_takes_and_means_to_see_whether_the_call_was_needed() -> None:
    seen = observed(BOOK, "matter", "submit record_police_call", "review_police_call")
    assert seen == Observed(
        by="supervisor",
        must="call_review",
        stage="registered > registered",
        closes="review_call",
        again="duty-not-open",
    )


@pytest.mark.clause("s1-C13b")
def test_what_it_takes_and_means_to_record_a_breach_of_integrity() -> None:
    seen = observed(BOOK, "matter", "submit", "record_integrity_breach")
    assert seen == Observed(
        by="supervisor", must="breach", may="breach_case", stage="registered > registered", again="may be taken again"
    )


@pytest.mark.clause("s1-C15a")
def test_what_it_takes_and_means_to_record_a_refusal_to_cooperate() -> None:
    seen = observed(BOOK, "matter", "submit", "record_refusal")
    assert seen == Observed(
        by="supervisor", must="refusal_to_help", stage="registered > registered", again="may be taken again"
    )
