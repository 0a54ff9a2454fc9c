"""What the engine does never leaves what the prover walked: the bridge between the proof and the cases that it is about."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huiyin.procedure.evolve import evolve
from huiyin.procedure.state import State
from huiyin.rules.book.load import Rules, load
from huiyin.rules.prover.proved_points import is_walked
from tests.procedure.test_replaying import BOOKS, BY_SEED, any_case, registered, seeds


def covered(rules: Rules, state: State) -> bool:
    kinds = frozenset(duty.kind for duty in state.duties)
    return is_walked(rules, state.procedure, state.stage, state.facts, kinds)


@BY_SEED
@given(seed=seeds, rules=st.sampled_from(BOOKS))
def test_every_point_at_which_a_case_stands_was_walked(seed: int, rules: Rules) -> None:
    record = any_case(seed, rules)
    if record is None:
        return
    state: State | None = None
    for item, following in zip(record.past, [*record.past[1:], None], strict=True):
        state = evolve(state, item.event)
        # Between two events of one command nothing is decided.
        if following is None or following.at != item.at:
            assert covered(rules, state), (
                rules.book.key,
                state.stage,
                [duty.kind for duty in state.duties],
                state.facts,
            )


def test_a_point_that_no_lawful_way_leads_to_was_not_walked() -> None:
    rules = load("national-2022")
    state = registered().state
    assert state is not None
    assert covered(rules, state)
    kinds = frozenset({"review"})
    assert not is_walked(rules, "matter", state.stage, state.facts, kinds)
    assert not is_walked(rules, "matter", state.stage, state.facts, frozenset())
