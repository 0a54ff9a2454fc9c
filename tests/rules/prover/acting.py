"""Acting out in the engine what the prover tells: each step by whoever may take it, with a form that says what the story needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from huiyin.procedure import forbidden
from huiyin.procedure.command import Value
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import begins_case
from huiyin.rules.prover.live_facts import LiveFacts
from huiyin.rules.prover.state_space import Node
from tests.procedure.cast import ACTORS, Story

REGISTERED = ("channel", "source", "group", "name_clear")


def acted(rules: Rules, procedure: str, path: Iterable[tuple[str, Node | None]], live: LiveFacts) -> Story | None:
    """The case after the actions of ``path``, each with the situation that it leads to where that is known; None where the engine refuses one."""
    story = Story(rules, procedure)
    for name, node in path:
        rule = rules.book.procedures[procedure].actions[name]
        facts = live.widen(node.facts) if node is not None else {}
        if begins_case(rule):
            story.begin(
                name, rule.by[0], {k: v for k, v in facts.items() if k in REGISTERED and v}, **_said(live, rule, facts)
            )
            continue
        if rule.after:
            story.wait(100)
        state = story.state
        assert state is not None
        actor = next(
            (ACTORS[role] for role in rule.takers if forbidden(rules, state, name, ACTORS[role], story.at) is None),
            None,
        )
        if actor is None:
            return None
        story.do(name, actor, **_said(live, rule, facts))
    return story


def _said(live: LiveFacts, rule: Action, facts: Mapping[str, str]) -> dict[str, Value]:
    """The entries of the form that lead to ``facts``, as far as the form offers them: values that nothing tells apart are one."""
    said: dict[str, Value] = {}
    for fact, source in rule.sets.items():
        options = live.book.fields[source[1:]].of if source.startswith("$") else {}
        fits = [option for option in options if facts.get(fact) and live.same[fact].get(option) == facts[fact]]
        said |= {source[1:]: fits[0]} if fits else {}
    return said
