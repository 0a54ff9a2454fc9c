"""The way to any step of a procedure, as the search of the prover knows it: so that tests by chance get to its far corners too."""

from __future__ import annotations

from collections import defaultdict, deque
from functools import lru_cache

from huiyin.procedure import State
from huiyin.rules.book.load import load
from huiyin.rules.prover.live_facts import Facts, live_facts
from huiyin.rules.prover.state_space import Node
from huiyin.rules.prover.walks import walk_all

Step = tuple[str, str]
"""A stage, and an action that is taken in it."""
Place = tuple[str, Facts, int]
"""A situation, whether or not there are units and whatever the petitioner was told."""


class Guide:
    """Every situation of a procedure's main line, and which action leads from which to which.

    ``steps`` are all that can be taken, those on duties beside the main line among them.
    """

    def __init__(self, book: str, procedure: str) -> None:
        rules = load(book)
        walks = walk_all(rules, procedure)
        main = walks.main
        self.live = live_facts(rules.book, rules.book.procedures[procedure])
        self.bits = main.bits
        self.steps = sorted({(stage, action) for walk in walks.all for action, stage in walk.taken_from})
        self.forward: dict[Node, list[tuple[str, Node]]] = defaultdict(list)
        self.nodes: dict[Place, Node] = {node[:3]: node for node in main.trail}
        for after, edges in main.back.items():
            for before, action in edges:
                self.forward[before].append((action, after))

    def where(self, state: State) -> Place:
        """The situation in which a case is, as far as the main line knows it: stage, facts that matter, and duties."""
        alike = {fact: self.live.same[fact][state.facts[fact]] for fact in self.live.names}
        return (
            state.stage,
            self.live.narrow(state.stage, alike),
            sum({self.bits.get(duty.kind, 0) for duty in state.duties}),
        )

    def road(self, state: State, goal: Step) -> list[tuple[str, Node]]:
        """The shortest way from where a case is to a step: each action with the situation after it; empty when there is none."""
        start = self.nodes.get(self.where(state))
        before: dict[Node, tuple[Node, str] | None] = {} if start is None else {start: None}
        waiting = deque(before)
        while waiting:
            node = waiting.popleft()
            for action, after in self.forward.get(node, ()):
                if (node.stage, action) == goal:
                    return [*self._back(before, node), (action, after)]
                if after not in before:
                    before[after] = (node, action)
                    waiting.append(after)
        return []

    def _back(self, before: dict[Node, tuple[Node, str] | None], node: Node) -> list[tuple[str, Node]]:
        road = []
        while (step := before[node]) is not None:
            road.append((step[1], node))
            node = step[0]
        return road[::-1]


@lru_cache(maxsize=64)
def guide(book: str, procedure: str) -> Guide:
    """The guide through a procedure of a shipped book, made once."""
    return Guide(book, procedure)
