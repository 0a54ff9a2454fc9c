"""What a stage and a condition mean, once for the engine, the prover and the pages."""

from __future__ import annotations

from collections.abc import Mapping

from huiyin.rules.book.schema import ANY, Action, Condition, Procedure


def applies(procedure: Procedure, action: Action, stage: str) -> bool:
    """Whether ``action`` may be taken in ``stage``, as far as stages go."""
    return stage in action.from_stages or (ANY in action.from_stages and not procedure.stages[stage].end)


def next_stage(procedure: Procedure, action: Action, stage: str) -> str:
    """Where ``action`` leads from ``stage``."""
    if action.reopens is not None and procedure.stages[stage].end:
        return action.reopens
    return action.to or stage


def meets(condition: Condition, facts: Mapping[str, str]) -> bool:
    """Whether ``facts`` pass ``condition``."""
    return all(comparison.holds(facts[fact]) for fact, comparison in condition.items())
