"""Whether a point at which a case may stand is among those for which a rulebook was proved."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from huiyin.rules.live import live_facts
from huiyin.rules.load import Rules
from huiyin.rules.prove_walk import Walks, walk_all


def is_walked(rules: Rules, procedure: str, stage: str, facts: Mapping[str, str], duties: Collection[str]) -> bool:
    """Whether the search that proves ``procedure`` comes to a case in ``stage`` with these ``facts`` and open ``duties``.

    Where it does, what was proved holds of the case: an end can be reached, and every duty be discharged. ``facts`` must have a value
    for every fact that the procedure compares.
    """
    walks = _walks(rules, procedure)
    live = live_facts(rules.book, walks.procedure)
    known = {name: same.get(facts[name], "") for name, same in live.same.items()}
    narrow = live.narrow(stage, known)
    main = sum(bit for duty, bit in walks.main.bits.items() if duty in duties)
    on_main = any(node.stage == stage and node.facts == narrow and node.duties == main for node in walks.main.trail)
    beside = [duty for duty in duties if not walks.main.bits.get(duty)]
    return on_main and all((stage, duty) in walks.of(duty).open_in for duty in beside)


@lru_cache(maxsize=32)
def _walks(rules: Rules, procedure: str) -> Walks:
    return walk_all(rules, procedure)
