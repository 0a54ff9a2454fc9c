"""Which law stands above a rulebook, and everywhere that a procedure of it leads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from huiyin.rules.book.beside import aside
from huiyin.rules.book.load import Rules, load, shipped, shipped_modules
from huiyin.rules.book.schema import Procedure, Rulebook
from huiyin.rules.book.steps import begins_case, meets
from huiyin.rules.prover.state_space import Node, Transition, Transitions, Walk, walk

LAW: Final = "national-2022"
"""The rulebook of the regulation in force."""


def law_of(rules: Rules) -> Rules | None:
    """The rulebook that speaks for the law above ``rules``: the shipped one at the root of what they extend, else the law in force.

    None for a shipped book that speaks for a law itself, as it is shipped: whatever else bears its name is a copy.
    """
    roots = _roots(rules)
    if rules.book.rulebook in roots and rules.book == load(rules.book.rulebook).book:
        return None
    return load(roots[0] if roots else LAW)


def law_above(rules: Rules) -> Rules | None:
    """The law against which ``rules`` are proved: which they extend, or of which they are a changed copy. None where they are the law, or stand alone."""
    law = law_of(rules)
    return law if law is not None and any(is_laws(rules, law, name) for name in law.book.procedures) else None


def modules_of(rules: Rules) -> list[Rules]:
    """The shipped modules that went into ``rules``: what a book includes, it keeps."""
    return [load(name) for name in sorted(rules.parts & shipped_modules() - {rules.book.rulebook})]


def is_laws(rules: Rules, law: Rules, name: str) -> bool:
    """Whether procedure ``name`` of ``rules`` is the law's, inherited or copied: without ``extends``, when it has most of its actions."""
    own, theirs = rules.book.procedures.get(name), law.book.procedures[name]
    if own is None:
        return False
    return bool(_roots(rules)) or 2 * len(own.actions.keys() & theirs.actions.keys()) > len(theirs.actions)


def _roots(rules: Rules) -> list[str]:
    return [name for name in sorted(rules.parts & set(shipped())) if load(name).book.extends is None]


@dataclass(frozen=True)
class Side:
    """A procedure with everywhere that it leads; ``found`` is its walk without the duties of ``without``."""

    transitions: Transitions
    found: Walk
    without: frozenset[str]

    @property
    def book(self) -> Rulebook:
        """The book that it stands in."""
        return self.transitions.book

    @property
    def procedure(self) -> Procedure:
        """What was walked."""
        return self.transitions.procedure

    @cached_property
    def main(self) -> frozenset[str]:
        """The duties that were walked."""
        return frozenset(self.procedure.duties) - self.without

    @cached_property
    def by_action(self) -> dict[tuple[str, tuple[str, ...]], dict[str, list[Transition]]]:
        """The steps in each stage with certain facts, by action."""
        found: dict[tuple[str, tuple[str, ...]], dict[str, list[Transition]]] = {}
        for place, steps in self.found.steps.items():
            for step in steps:
                found.setdefault(place, {}).setdefault(step.action, []).append(step)
        return found

    def steps(self, node: Node, action: str) -> list[Transition]:
        """The steps of ``action`` in ``node``, whatever is open."""
        return self.by_action.get((node.stage, node.facts), {}).get(action, [])

    def lingering(self, step: Transition) -> frozenset[str]:
        """The duties that ``step`` settles one by one and of which, this time, another stays open."""
        left = self.transitions.one_by_one.get(step.action, 0) & ~step.closes
        return frozenset(duty for duty in self.main if self.transitions.bits[duty] & left) if left else frozenset()

    def starts(self) -> Iterator[tuple[str, Node]]:
        """Every situation in which a case can begin, with the action that opens it."""
        kept = sum(self.transitions.bits[duty] for duty in self.main)
        for name, action in self.procedure.actions.items():
            if not begins_case(action) or action.to is None:
                continue
            for facts in self.transitions.live.first():
                if meets(action.when, facts):
                    for step in self.transitions.of(name, action, action.to, facts):
                        yield name, Node(step.stage, step.facts, step.opens & kept, step.marks)

    @cached_property
    def start_nodes(self) -> tuple[tuple[str, Node], ...]:
        """`starts`, once each."""
        return tuple(dict.fromkeys(self.starts()))


def after(node: Node, step: Transition) -> Node | None:
    """The node after ``step``, ``node`` itself where nothing changes, or None where it is not possible."""
    if step.needs & ~node.duties or step.bars & node.duties:
        return None
    marks = node.marks & ~step.forgets | step.marks
    duties = node.duties & ~step.closes | step.opens
    if step.wants & ~marks or not (duties or step.ends):
        return None
    return Node(step.stage, step.facts, duties, marks)


@lru_cache(maxsize=16)
def law_side(law: Rules, name: str) -> Side:
    """Procedure ``name`` of ``law``, walked once a process."""
    procedure = law.book.procedures[name].without_identifying
    without = aside(law.book, procedure)
    transitions = Transitions(law.book, procedure)
    return Side(transitions, walk(transitions, without=without), without)
