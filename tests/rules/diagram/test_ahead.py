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


def test_what_is_settled_rules_out_the_steps_of_other_cases() -> None:
    book = load("xx-bureau").book
    ordinary = way_ahead(book, "matter", "assigned", {"klass": "ordinary"})
    assert [step.actions[0] for step in ordinary[:2]] == ["propose_opinion", "approve_opinion"]
    complex_ = way_ahead(book, "matter", "assigned", {"klass": "complex"})
    assert [step.actions[0] for step in complex_[:3]] == ["propose_opinion", "summarise", "approve_complex"]
    open_ = way_ahead(book, "matter", "accepted", {"klass": "ordinary"})  # it is classified only then
    assert open_ == way_ahead(book, "matter", "accepted")


def test_a_case_on_the_ordinary_way_follows_it() -> None:
    book = load("national-2022").book
    main = flow(book, "matter").main
    way = way_ahead(book, "matter", main[2])
    assert [step.target for step in way] == list(main[3:])
