"""An indicator that counts what there is not, or two things at once, is refused with the line where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.rules.book.load import load
from tests.rules.own_book import OWN, found_in

PLACE = "  matter:\n    indicators:\n"
BAD = {
    "an unknown duty": ("duties: no_duty", "no-duty"),
    "an unknown field": ("field: no_field", "no-field"),
    "an answer that the field does not offer": ("field: office_score, good: splendid", "no-value-of-field"),
    "an unknown moment": ("without: no_moment", "no-moment"),
    "an unknown moment among which it counts": ("without: answered, among: no_moment", "no-moment"),
    "a stage that is no end": ("field: office_score, ends: accepted", "no-stage"),
    "nothing": ("among: answered", "one-kind-of-indicator"),
    "two things at once": ("duties: handle, without: answered", "one-kind-of-indicator"),
}


@pytest.mark.parametrize(("counts", "code"), BAD.values(), ids=list(BAD))
def test_an_indicator_that_counts_nothing_is_refused(tmp_path: Path, counts: str, code: str) -> None:
    found = found_in(tmp_path, f"{OWN}{PLACE}      mine: {{zh: 某率, {counts}, clause: practice-4}}\n")
    assert [str(one.flaw.why.code) for one in found] == [code]
    assert found[0].flaw.line == OWN.count("\n") + PLACE.count("\n") + 1


def test_an_unknown_subject_is_refused(tmp_path: Path) -> None:
    found = found_in(tmp_path, OWN + "  matter:\n    subjects: [kind, no_field]\n")
    assert [str(one.flaw.why.code) for one in found] == ["no-field"]


@pytest.mark.parametrize("name", ["national-2022", "xx-bureau", "street-office", "company", "science-bureau"])
def test_every_book_judges_acceptance_answer_and_satisfaction(name: str) -> None:
    """The official indicators (及时受理率、按期办结率、群众满意率、参评率)."""
    assert load(name).book.procedures["matter"].indicators.keys() >= {
        "timely_acceptance",
        "on_time_reply",
        "satisfied_office",
        "satisfied_unit",
        "rated",
    }
