"""A case goes on under other rules only where these were proved for the point at which it stands."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from huiyin.procedure.event import CaseMoved
from huiyin.procedure.evolve import evolve
from huiyin.procedure.move import Misfit, misfits, move
from huiyin.rules.book.load import Rules, load
from tests.procedure.test_replaying import BOOKS, BY_SEED, any_case, registered, seeds


@BY_SEED
@given(seed=seeds, rules=st.sampled_from(BOOKS), other=st.sampled_from(BOOKS))
def test_a_moved_case_has_a_proved_place_and_keeps_what_was_promised(seed: int, rules: Rules, other: Rules) -> None:
    record = any_case(seed, rules)
    if record is None or record.state is None:
        return
    outcome = move(other, record.state)
    if rules is other:
        assert isinstance(outcome, CaseMoved)
    if not isinstance(outcome, CaseMoved):
        assert outcome == misfits(other, record.state) != ()
        return
    after = evolve(record.state, outcome)
    assert after.rulebook == other.book.key
    assert after.duties == record.state.duties
    assert set(other.book.facts) <= set(after.facts)
    assert misfits(other, after) == ()


def test_what_the_other_rules_do_not_know_is_named() -> None:
    record = registered()
    assert record.state is not None
    national = load("national-2022")
    lost = replace(record.state, procedure="nowhere")
    assert misfits(national, lost) == (Misfit("procedure", "nowhere"),)
    strange = replace(record.state, stage="moon", facts={**record.state.facts, "kind": "moon"}, extensions={"moon": 3})
    assert set(misfits(national, strange)) == {Misfit("stage", "moon"), Misfit("fact", "kind"), Misfit("limit", "moon")}
    idle = replace(record.state, duties=())
    assert misfits(national, idle) == (Misfit("situation", record.state.stage),)
