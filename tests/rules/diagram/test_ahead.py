"""The way ahead of a case, from wherever it stands."""

from __future__ import annotations

import pytest

from huiyin.rules.book.load import load, shipped
from huiyin.rules.diagram.ahead import way_ahead
from huiyin.rules.diagram.flow import flow


@pytest.mark.parametrize("name", shipped())
def test_from_every_stage_the_way_goes_on_step_by_step_to_an_end_or_says_nothing(name: str) -> None:
    book = load(name).book
    for kind, procedure in book.procedures.items():
        for stage, rule in procedure.stages.items():
            way = way_ahead(book, kind, stage)
            at = stage
            for step in way:
                assert step.source == at and not step.back and step.actions
                at = step.target
            assert not way or procedure.stages[at].end, (kind, stage)
            assert not (rule.end and way)


def test_a_case_on_the_ordinary_way_follows_it() -> None:
    book = load("national-2022").book
    main = flow(book, "matter").main
    way = way_ahead(book, "matter", main[2])
    assert [step.target for step in way] == list(main[3:])
