"""Whether a point at which a case may stand is among those for which a rulebook was proved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import FINISH_CORRECTION
from huiyin.rules.prover.live_facts import Facts, LiveFacts
from huiyin.rules.prover.walks import Walks, walk_all


@dataclass(frozen=True, slots=True)
class _Walked:
    """A procedure that was walked; ``points`` are (stage, facts that matter, duties of the main line as bits)."""

    walks: Walks
    live: LiveFacts
    points: frozenset[tuple[str, Facts, int]]


def is_walked(rules: Rules, procedure: str, stage: str, facts: Mapping[str, str], duties: Collection[str]) -> bool:
    """Whether the search that proves ``procedure`` comes to a case in ``stage`` with these ``facts`` and open ``duties``.

    Where it does, what was proved holds of the case: an end can be reached, and every duty be discharged. ``facts`` must have a value
    for every fact that the procedure compares.
    """
    walked = _walk(rules, procedure)
    asked = rules.book.procedures[procedure].identifying
    duties = [duty for duty in duties if duty != FINISH_CORRECTION and (asked is None or duty not in asked.discharges)]
    bits = walked.walks.main.bits
    known = {name: same.get(facts[name], "") for name, same in walked.live.same.items()}
    point = stage, walked.live.narrow(stage, known), sum(bit for duty, bit in bits.items() if duty in duties)
    beside = [duty for duty in duties if not bits.get(duty)]
    return point in walked.points and all((stage, duty) in walked.walks.of(duty).open_in for duty in beside)


@lru_cache(maxsize=32)
def _walk(rules: Rules, procedure: str) -> _Walked:
    walks = walk_all(rules, procedure)
    points = frozenset((node.stage, node.facts, node.duties) for node in walks.main.trail)
    return _Walked(walks, walks.transitions.live, points)
