"""Walking a local procedure and the law's together, as far as the law can follow (docs/proofs.md).

This is trace inclusion by the subset construction: beside each situation of the local book stand all situations in which a case of the
law may be that has shown the same until then. Where a step leaves none, the local book does what the law does not let happen.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from huiyin.rules.book.conditions import Comparison
from huiyin.rules.book.schema import Ending, Stage
from huiyin.rules.prover.live_facts import Facts
from huiyin.rules.prover.refinement.law import Side, after
from huiyin.rules.prover.refinement.words import Words
from huiyin.rules.prover.state_space import CO_HANDLED, HANDLED, Node, Transition
from huiyin.rules.prover.uncollected import uncollected

MAX_PAIRS: Final = 100_000
"""Several times what the largest shipped book needs."""

Pair = tuple[Node, frozenset[Node]]
"""A situation of the local book, and those of the law that may stand beside it."""


@dataclass(frozen=True)
class Beyond:
    """A step of the local book that the law cannot follow: ``action`` from ``before`` (None: at registration) to ``node``."""

    action: str
    before: Pair | None
    node: Node


@dataclass
class Product:
    """Both procedures, walked together.

    ``trail`` says how each pair was first reached; ``beyond`` are the steps that the law cannot follow, once for each action and stages;
    ``refused`` where the petitioner may not do what the law lets them do, by action; ``untimed`` where nobody owes anything within a time
    that runs from a moment from which the law's runs, by stage, with those moments.
    """

    local: Side
    law: Side
    words: Words
    trail: dict[Pair, tuple[Pair | None, str]] = field(default_factory=dict)
    beyond: dict[tuple[str, str, str], Beyond] = field(default_factory=dict)
    refused: dict[str, Pair] = field(default_factory=dict)
    untimed: dict[str, tuple[Pair, frozenset[str]]] = field(default_factory=dict)
    complete: bool = True
    _rights: dict[tuple[bool, str, Facts, int], frozenset[str]] = field(default_factory=dict)
    _times: dict[tuple[bool, int], frozenset[str]] = field(default_factory=dict)
    _followed: dict[tuple[int, Node], tuple[Node, ...]] = field(default_factory=dict)
    _moved: dict[tuple[int, frozenset[Node]], frozenset[Node]] = field(default_factory=dict)
    _sets: dict[frozenset[Node], frozenset[Node]] = field(default_factory=dict)

    @uncollected
    def run(self) -> Product:
        """Walk."""
        queue = deque(self._starts())
        while queue:
            pair = queue.popleft()
            if not any(self.law.procedure.stages[lawful.stage].end for lawful in pair[1]):
                self._hold_to_rights(pair)
                self._hold_to_time(pair)
            node, beside = pair
            for step in self.local.found.steps.get((node.stage, node.facts), ()):
                if step.needs & ~node.duties or step.bars & node.duties:
                    continue  # most are: asked here, since this is done half a million times
                then = after(node, step)
                if then is None:
                    continue
                follows = self._beside(step, beside)
                if not follows:
                    self._note(step.action, pair, then)
                elif (then, follows) not in self.trail:
                    self.trail[then, follows] = pair, step.action
                    queue.append((then, follows))
            if len(self.trail) > MAX_PAIRS:
                self.complete = False
                break
        return self

    def _beside(self, step: Transition, beside: frozenset[Node]) -> frozenset[Node]:
        """Wherever the law may be after the local ``step``, from all of ``beside``: the same sets come again and again, so each is worked out once."""
        key = id(step), beside
        known = self._moved.get(key)
        if known is None:
            follows = frozenset(lawful for one in beside for lawful in self._follow(step, one))
            known = self._moved[key] = self._sets.setdefault(follows, follows)
        return known

    def path(self, pair: Pair | None) -> list[tuple[str, Node]]:
        """The shortest way to ``pair``, as each local action with the situation after it."""
        steps: list[tuple[str, Node]] = []
        while pair is not None:
            before, action = self.trail[pair]
            steps.append((action, pair[0]))
            pair = before
        return steps[::-1]

    def _note(self, action: str, before: Pair | None, node: Node) -> None:
        where = before[0].stage if before is not None else ""
        self.beyond.setdefault((action, where, node.stage), Beyond(action, before, node))

    def _starts(self) -> Iterator[Pair]:
        for action, node in self.local.start_nodes:
            if node not in self.local.found.trail:
                continue
            beside = frozenset(_seated(lawful) for _, lawful in self.law.start_nodes if self._agree(node, lawful))
            if not beside:
                self._note(action, None, node)
            elif (node, beside) not in self.trail:
                self.trail[node, beside] = None, action
                yield node, beside

    def _follow(self, step: Transition, lawful: Node) -> tuple[Node, ...]:
        """Where the law may be after the local ``step``: by one of its own that this stands for, where it was, or anew after an end.

        Only where both then show the same. That depends on the step, which is one of the walk's, and not on what was open before it.
        """
        key = id(step), lawful
        known = self._followed.get(key)
        if known is None:
            then = Node(step.stage, step.facts, 0, 0)
            follows = dict.fromkeys(one for one in self._follows(step, lawful) if self._agree(then, one))
            known = self._followed[key] = tuple(follows)
        return known

    def _follows(self, step: Transition, lawful: Node) -> Iterator[Node]:
        word, ended = self.words.of[step.action], self.law.procedure.stages[lawful.stage].end
        unheard = word.silent and not (word.hands_on and lawful.marks & HANDLED)
        if unheard or (ended and word.silent_after_end):
            yield lawful
        for name in word.standing_for + (word.ending if step.ends else ()):
            for theirs in self.law.steps(lawful, name):
                then = after(lawful, theirs)
                same = (
                    name != step.action
                    or self.law.lingering(theirs) & self.local.main == self.local.lingering(step) & self.law.main
                )
                if then is not None and same:
                    yield _seated(then)
        if ended and not step.ends:
            for moments, again in self._restarts:
                if word.marks >= moments:
                    yield again

    @cached_property
    def _restarts(self) -> tuple[tuple[frozenset[str], Node], ...]:
        """Where a case of the law stands that begins anew or was just taken up, each with the moments from which its limits then run."""
        found = [(frozenset({"received"}), _seated(node)) for _, node in self.law.start_nodes]
        for _, node in self.law.start_nodes:
            for step in self.law.found.steps.get((node.stage, node.facts), ()):
                then, action = after(node, step), self.law.procedure.actions[step.action]
                if then is not None and then.stage != node.stage and not step.ends and action.marks:
                    found.append((frozenset(action.marks), _seated(then)))
        # What was opened beside the matter meanwhile (that somebody withdraws, say) is open in the law too.
        for moments, node in found:
            for step in self.law.found.steps.get((node.stage, node.facts), ()):
                then = after(node, step)
                stays = then is not None and not step.named and (then.stage, then.facts) == (node.stage, node.facts)
                if then is not None and stays and (moments, _seated(then)) not in found:
                    found.append((moments, _seated(then)))
        return tuple(dict.fromkeys(found))

    def _agree(self, node: Node, lawful: Node) -> bool:
        """Whether both show the same: the stage, as far as both books have it, the kind of end, and the facts that the law goes by."""
        return self._same_stage(node.stage, lawful.stage) and self.differing(node, lawful) is None

    def _same_stage(self, stage: str, lawful: str) -> bool:
        if stage in self.law.procedure.stages:
            return stage == lawful
        mine, theirs = self.local.procedure.stages[stage], self.law.procedure.stages[lawful]
        return not mine.end or (theirs.end and kind(theirs) in STANDS_ON[kind(mine)])

    def differing(self, node: Node, lawful: Node) -> tuple[str, str] | None:
        """The fact, with its value in the local book, that the law has otherwise; None when all agree."""
        mine = self.local.transitions.live.widen(node.facts)
        for fact, value in self.law.transitions.live.widen(lawful.facts).items():
            own = mine.get(fact, "")
            if own and value and any(one.holds(own) != one.holds(value) for one in self._compared[fact]):
                return fact, own
        return None

    @cached_property
    def _compared(self) -> dict[str, set[Comparison]]:
        """What the law compares, by fact: values that none of it tells apart are the same to it."""
        found: dict[str, set[Comparison]] = {}
        for action in self.law.procedure.actions.values():
            for condition in (action.when, *(opening.when for opening in action.opens)):
                for fact, comparison in condition.items():
                    found.setdefault(fact, set()).add(comparison)
        return found

    def _hold_to_rights(self, pair: Pair) -> None:
        """What the petitioner may do by the law, wherever it stands, they may do here."""
        node, beside = pair
        offered = self._offered(self.local, node)
        for name in self.words.rights:
            if (
                name not in self.refused
                and name not in offered
                and all(name in self._offered(self.law, one) for one in beside)
            ):
                self.refused[name] = pair

    def _hold_to_time(self, pair: Pair) -> None:
        """Where the law makes somebody owe something within a time, somebody owes something here within one that runs from the same moment."""
        node, beside = pair
        lawful = frozenset[str]().union(*(self._running(self.law, one.duties) for one in beside))
        if lawful and not lawful & self._running(self.local, node.duties):
            self.untimed.setdefault(node.stage, (pair, lawful))

    def _running(self, side: Side, duties: int) -> frozenset[str]:
        """The moments from which the limits of ``duties`` run."""
        key = side is self.law, duties
        if key not in self._times:
            limits, bits = side.procedure.limits, side.found.bits
            owed = (rule for name, rule in side.procedure.duties.items() if duties & bits[name])
            self._times[key] = frozenset(limits[rule.limit].start for rule in owed if limits[rule.limit].start)
        return self._times[key]

    def _offered(self, side: Side, node: Node) -> frozenset[str]:
        """What the petitioner may do in ``node``."""
        key = side is self.law, node.stage, node.facts, node.duties
        if key not in self._rights:
            steps = {name: side.steps(node, name) for name in self.words.rights}
            open_to = (name for name, found in steps.items() if any(after(node, step) is not None for step in found))
            self._rights[key] = frozenset(open_to)
        return self._rights[key]


def _seated(lawful: Node) -> Node:
    """``lawful`` without what its petitioner was told: the law's ends are reached by steps that tell it, so that this need not be kept."""
    return lawful._replace(marks=lawful.marks & (HANDLED | CO_HANDLED))


def kind(stage: Stage) -> Ending:
    """The kind of the end ``stage``."""
    return stage.ending or "decided"


STANDS_ON: Final[dict[Ending, tuple[Ending, ...]]] = {
    "decided": ("decided",),
    "declined": ("declined",),
    "transferred": ("transferred",),
    "withdrawn": ("withdrawn",),
    "merged": ("declined",),
    "terminated": ("decided",),
}
"""The ends of the law on which a local end of each kind may stand that the law does not have."""
