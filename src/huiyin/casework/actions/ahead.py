"""What comes next on a case, step by step to its ordinary end: who does what, and where the case then stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from huiyin.casework.labels import name_of, names_of
from huiyin.casework.loaded_case import LoadedCase
from huiyin.rules.book.load import Rules
from huiyin.rules.diagram.ahead import way_ahead
from huiyin.rules.diagram.flow import FlowStep


@dataclass(frozen=True, slots=True)
class StepAhead:
    """A step that is still to be taken: its name, who takes it, the stage that follows; ``is_end``: the case has then ended."""

    label: str
    by: str
    stage: str
    is_end: bool


def steps_ahead(loaded: LoadedCase) -> tuple[StepAhead, ...]:
    """The way from where the case stands to its ordinary end; none once it has ended."""
    compared = {fact for action in loaded.procedure.actions.values() for fact in action.when}
    facts = frozenset((fact, value) for fact, value in loaded.state.facts.items() if fact in compared)
    found = _way(loaded.rules, loaded.case.procedure, loaded.case.stage, facts)
    return tuple(_in_words(loaded, step) for step in found)


@lru_cache(maxsize=512)
def _way(rules: Rules, procedure: str, stage: str, facts: frozenset[tuple[str, str]]) -> tuple[FlowStep, ...]:
    """The way is the same for all cases in a stage of which the same is known, under the same rules."""
    return way_ahead(rules.book, procedure, stage, dict(facts))


def _in_words(loaded: LoadedCase, step: FlowStep) -> StepAhead:
    procedure, roles = loaded.procedure, loaded.rules.book.roles
    actions = [procedure.actions[name] for name in step.actions[:2]]
    by = dict.fromkeys(role for action in actions for role in action.takers)
    label = _(" / ").join(name_of(action) for action in actions)
    target = procedure.stages[step.target]
    return StepAhead(label, names_of(roles, by), name_of(target), target.end)
