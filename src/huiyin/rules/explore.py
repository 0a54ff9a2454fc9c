"""Walking everywhere that a procedure can lead: every reachable (stage, open duties, facts that still matter).

Who acts, what a form says and whether a limit has run out are left open, so that whatever may happen is walked: what is found
impossible is impossible, and what is found possible may in rare cases be prevented by a form or a date.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from huiyin.rules.live import Facts, applies, live_facts, meets, next_stage
from huiyin.rules.schema import Action, Procedure, Rulebook

MOST_NODES = 400_000
HANDLED, CO_HANDLED, TOLD = 1, 2, 4
ALL = -1
START = "start"


class Node(NamedTuple):
    """Where a case may stand: open duties as bits of ``duties``; ``marks`` says whether it has units and its petitioner was told."""

    stage: str
    facts: Facts
    duties: int
    marks: int


class Step(NamedTuple):
    """What one action does to a case in one stage with certain facts, whatever duties are open."""

    action: str
    needs: int
    bars: int
    closes: int
    opens: int
    stage: str
    ends: bool
    facts: Facts
    marks: int
    wants: int


Found = dict[tuple[str, str], "Node | None"]
"""Something found of an action in a stage, and the node from which it was first found (None: at registration)."""


@dataclass
class Walk:
    """What a search found.

    ``trail`` says how each node was first reached; ``taken`` are the actions that can happen; ``idle`` those after which nobody
    would owe anything, ``unseated`` those that open a duty of handling units before there are any; ``untold`` the ends that are
    reached without a notice to the petitioner; ``stuck`` nodes from which no end can be reached.
    """

    trail: dict[Node, tuple[Node | None, str]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    idle: Found = field(default_factory=dict)
    unseated: Found = field(default_factory=dict)
    untold: dict[str, Node] = field(default_factory=dict)
    stuck: tuple[Node, ...] = ()
    open_in: dict[tuple[str, str], Node] = field(default_factory=dict)
    complete: bool = True

    def way(self, node: Node | None, *more: str) -> str:
        """The shortest way to ``node``, and ``more`` after it, as the actions taken one after the other."""
        steps: list[str] = []
        while node is not None:
            node, action = self.trail[node]
            steps.append(action)
        return " → ".join([*reversed(steps), *more])

    @property
    def stages(self) -> frozenset[str]:
        """Every stage that can be reached."""
        return frozenset(node.stage for node in self.trail)


def walk(book: Rulebook, procedure: Procedure, most: int = MOST_NODES) -> Walk:
    """Search ``procedure`` breadth first, up to ``most`` nodes; ``complete`` is False when there are more.

    The references of ``book`` must resolve.
    """
    return _Search(book, procedure).run(most)


class _Search:
    def __init__(self, book: Rulebook, procedure: Procedure) -> None:
        self.book, self.procedure = book, procedure
        self.live = live_facts(book, procedure)
        self.bits = {duty: 1 << n for n, duty in enumerate(procedure.duties)}
        self.ends = frozenset(name for name, stage in procedure.stages.items() if stage.end)
        self.found = Walk()
        self.known: dict[tuple[str, Facts], list[Step]] = {}
        self.back: dict[Node, list[Node]] = {}

    def run(self, most: int) -> Walk:
        trail, back = self.found.trail, self.back
        queue = deque(self._starts())
        while queue:
            node = queue.popleft()
            for step in self._steps(node.stage, node.facts):
                after = self._take(node, step)
                if after is None:
                    continue
                if after in trail:
                    back[after].append(node)
                    continue
                trail[after], back[after] = (node, step.action), [node]
                queue.append(after)
            if len(trail) > most:
                self.found.complete = False
                return self.found
        self._judge()
        return self.found

    def _starts(self) -> Iterator[Node]:
        trail = self.found.trail
        for name, action in self.procedure.actions.items():
            if START not in action.from_stages or action.to is None:
                continue
            for facts in self.live.first():
                if not meets(action.when, facts):
                    continue
                for step in self._of(name, action, action.to, facts):
                    self.found.taken.add(name)
                    node = Node(step.stage, step.facts, step.opens, step.marks)
                    if step.wants & ~step.marks:
                        self.found.unseated.setdefault((name, START), None)
                    elif not step.opens and not step.ends:
                        self.found.idle.setdefault((name, START), None)
                    elif node not in trail:
                        trail[node], self.back[node] = (None, name), []
                        yield node

    def _steps(self, stage: str, facts: Facts) -> list[Step]:
        known = self.known.get((stage, facts))
        if known is None:
            wide, known = self.live.widen(facts), []
            for name, action in self.procedure.actions.items():
                if applies(self.procedure, action, stage) and meets(action.when, wide):
                    known += self._of(name, action, next_stage(self.procedure, action, stage), wide)
            self.known[stage, facts] = known
        return known

    def _of(self, name: str, action: Action, to: str, facts: Mapping[str, str]) -> Iterable[Step]:
        steps: dict[Step, None] = {}
        ends = to in self.ends
        for after in self.live.after(action, facts):
            opens = [] if ends else [item.duty for item in action.opens if meets(item.when, after)]
            step = Step(
                action=name,
                needs=self._mask([action.while_open] if action.while_open else []),
                bars=self._mask(action.unless_open),
                closes=ALL if ends else self._mask([*action.discharges, *action.withdraws]),
                opens=self._mask(opens),
                stage=to,
                ends=ends,
                facts=self.live.narrow(to, after),
                marks=self._marks(action),
                wants=self._wants(opens),
            )
            steps[step] = None
        return steps

    def _mask(self, duties: Iterable[str]) -> int:
        return sum({self.bits[duty] for duty in duties})

    def _marks(self, action: Action) -> int:
        tells = any(self.procedure.notices[notice].to == "petitioner" for notice in action.notice)
        handled = HANDLED if "handling" in action.units else 0
        return handled | (CO_HANDLED if "co_handling" in action.units else 0) | (TOLD if tells else 0)

    def _wants(self, duties: Iterable[str]) -> int:
        of = {self.book.roles[self.procedure.duties[duty].of].of for duty in duties}
        return (HANDLED if "handling" in of else 0) | (CO_HANDLED if "co_handling" in of else 0)

    def _take(self, node: Node, step: Step) -> Node | None:
        """The node after ``step``, or None when it is not possible from ``node`` or changes nothing."""
        if step.needs & ~node.duties or step.bars & node.duties:
            return None
        self.found.taken.add(step.action)
        marks = node.marks | step.marks
        if step.wants & ~marks:
            self.found.unseated.setdefault((step.action, node.stage), node)
            return None
        duties = node.duties & ~step.closes | step.opens
        if not duties and not step.ends:
            self.found.idle.setdefault((step.action, node.stage), node)
            return None
        after = Node(step.stage, step.facts, duties, marks)
        return None if after == node else after

    def _judge(self) -> None:
        found = self.found
        tells = any(notice.to == "petitioner" for notice in self.procedure.notices.values())
        for node in found.trail:
            for duty, bit in self.bits.items():
                if node.duties & bit:
                    found.open_in.setdefault((node.stage, duty), node)
            if tells and node.stage in self.ends and not node.marks & TOLD:
                found.untold.setdefault(node.stage, node)
        can_end = self._can_end()
        found.stuck = tuple(node for node in found.trail if node not in can_end)

    def _can_end(self) -> set[Node]:
        """Every node from which some end can be reached, backward from the ends."""
        can_end = {node for node in self.found.trail if node.stage in self.ends}
        queue = deque(can_end)
        while queue:
            for before in self.back[queue.popleft()]:
                if before not in can_end:
                    can_end.add(before)
                    queue.append(before)
        return can_end
