"""Which facts still matter in which stage, and which of their values differ: what keeps a search of a procedure small."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from types import MappingProxyType

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.rules.book.conditions import Comparison
from huiyin.rules.book.schema import Action, Procedure, Rulebook
from huiyin.rules.book.steps import applies, next_stage, seated_by

MAX_AT_ONCE = 1_000
"""So many combinations of facts may one step set: no form asks for a tenth of it."""

Facts = tuple[str, ...]
"""A value for each fact that the procedure compares, in one order; empty where it no longer matters."""


class TooMany(HuiyinError):
    """Raised when one step can set facts in more ways than can be walked."""

    to_do = gettext_noop("请合并一些事实或取值")


@dataclass(frozen=True)
class LiveFacts:
    """The facts of a procedure as a search sees them.

    Values that no comparison tells apart are one (``same`` maps each to the one that stands for it); a fact that nothing will
    compare any more before it is set anew is left out (``matter`` names those that do, by stage).
    """

    book: Rulebook
    procedure: Procedure
    names: tuple[str, ...]
    same: Mapping[str, Mapping[str, str]]
    matter: Mapping[str, frozenset[str]]

    def narrow(self, stage: str, facts: Mapping[str, str]) -> Facts:
        """``facts`` as far as they matter in ``stage``."""
        return tuple(facts[name] if name in self.matter[stage] else "" for name in self.names)

    def widen(self, facts: Facts) -> dict[str, str]:
        """``facts`` by name."""
        return dict(zip(self.names, facts, strict=True))

    def first(self) -> Iterator[dict[str, str]]:
        """Everything that a registration may say. Raises TooMany."""
        choices = []
        for name in self.names:
            fact = self.book.facts[name]
            values = fact.values if fact.from_registration else (fact.initial,)
            choices.append(dict.fromkeys(self.same[name][value] for value in values))
        for combination in _combined(choices):
            yield self.widen(combination)

    def after(self, action: Action, facts: Mapping[str, str]) -> Iterator[dict[str, str]]:
        """Every way in which ``action`` can set the facts, given what the form may hold. Raises TooMany."""
        names = [name for name in action.sets if name in self.same]
        choices = [self._set_to(action, name, facts[name]) for name in names]
        for name in seated_by(self.book, self.procedure, action):
            if name in self.same:  # Who works in the system is not for the book to say: both are walked.
                names.append(name)
                choices.append(dict.fromkeys(self.same[name].values()))
        for combination in _combined(choices):
            yield {**facts, **dict(zip(names, combination, strict=True))}

    def _set_to(self, action: Action, name: str, before: str) -> Collection[str]:
        source, same = action.sets[name], self.same[name]
        if not source.startswith("$"):
            return (same[source],)
        values = dict.fromkeys(same[value] for value in self.book.fields[source[1:]].of if value in same)
        return values if action.required.get(source[1:]) else {before: None, **values}


def _combined(choices: Sequence[Collection[str]]) -> Iterator[tuple[str, ...]]:
    if prod(map(len, choices)) > MAX_AT_ONCE:
        raise TooMany(_("一个步骤能以太多的方式改变事实"))
    return product(*choices)


ActionsBeside = Mapping[str, tuple[Action, ...]]
"""By action: others, of a second book, which are watched together with it and whose comparisons matter wherever it is taken."""


def live_facts(book: Rulebook, procedure: Procedure, beside: ActionsBeside = MappingProxyType({})) -> LiveFacts:
    """The facts that ``procedure`` compares, or what is watched ``beside`` it. The book's references must resolve."""
    compared: dict[str, dict[Comparison, None]] = {}
    for key, action in procedure.actions.items():
        for one in (action, *beside.get(key, ())):
            for condition in (one.when, *(opening.when for opening in one.opens)):
                for name, comparison in condition.items():
                    compared.setdefault(name, {})[comparison] = None
    same = {
        name: _alike(book.facts[name].values, comparisons)
        for name, comparisons in compared.items()
        if name in book.facts
    }
    return LiveFacts(book, procedure, tuple(same), same, _matter(book, procedure, beside))


def _alike(values: Iterable[str], comparisons: Iterable[Comparison]) -> dict[str, str]:
    stand_ins: dict[tuple[bool, ...], str] = {}
    return {
        value: stand_ins.setdefault(tuple(comparison.holds(value) for comparison in comparisons), value)
        for value in values
    }


def _matter(book: Rulebook, procedure: Procedure, beside: ActionsBeside) -> dict[str, frozenset[str]]:
    """Backward over the stages until nothing changes: what an action compares, and what matters afterwards unless it sets it."""
    matter: dict[str, frozenset[str]] = {}
    leading: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for stage in procedure.stages:
        there = [
            (key, action, _certainly_set(book, procedure, action))
            for key, action in procedure.actions.items()
            if applies(procedure, action, stage)
        ]
        watched = ((one, set_there) for key, action, set_there in there for one in (action, *beside.get(key, ())))
        matter[stage] = _compared_by(watched) & book.facts.keys()
        leading[stage] = [(next_stage(procedure, action, stage), set_there) for _key, action, set_there in there]
    changed = True
    while changed:
        changed = False
        for stage, steps in leading.items():
            more = matter[stage].union(*(matter[after] - set_there for after, set_there in steps))
            if more != matter[stage]:
                matter[stage], changed = more, True
    return matter


def _compared_by(actions: Iterable[tuple[Action, frozenset[str]]]) -> frozenset[str]:
    """What ``actions`` compare, each given with what it certainly sets."""
    found: set[str] = set()
    for action, set_there in actions:
        found |= set(action.when) | ({name for opening in action.opens for name in opening.when} - set_there)
    return frozenset(found)


def _certainly_set(book: Rulebook, procedure: Procedure, action: Action) -> frozenset[str]:
    return frozenset(seated_by(book, procedure, action)) | frozenset(
        name for name, source in action.sets.items() if not source.startswith("$") or action.required.get(source[1:])
    )
