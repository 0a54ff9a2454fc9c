"""Cases that staff may begin without a petition: what a rulebook offers besides registration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huiyin.casework.forms import FieldView, form
from huiyin.casework.labels import cites, name_of
from huiyin.people.models import Organisation
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import begins_case


@dataclass(frozen=True, slots=True)
class StartAction:
    """A starting action of a procedure that needs no petition: names in the reader's language, clauses as quoted."""

    procedure: str
    action: str
    procedure_label: str
    label: str
    cites: str


def start_actions(organisation: Organisation, actor: Actor, at: datetime) -> tuple[StartAction, ...]:
    """What ``actor`` may begin in their organisation at ``at``, by their roles."""
    rules = load(organisation.rulebook_at(at))
    return tuple(
        StartAction(
            procedure, action, name_of(rules.book.procedures[procedure]), name_of(rule), cites(rules, rule.clause)
        )
        for procedure, action, rule in _starts(rules)
        if actor.organisation == organisation.id and actor.roles & set(rule.by)
    )


def fields_of(
    organisation: Organisation, beginning: StartAction, at: datetime, actor: Actor | None = None
) -> tuple[FieldView, ...]:
    """The form with which a case is begun, as ``actor`` may fill it in; None: whoever does."""
    rules = load(organisation.rulebook_at(at))
    rule = rules.book.procedures[beginning.procedure].actions[beginning.action]
    return form(rules, rule, None, organisation.id, at, actor=actor)


def _starts(rules: Rules) -> list[tuple[str, str, Action]]:
    return [
        (procedure, name, rule)
        for procedure, procedure_rule in rules.book.procedures.items()
        for name, rule in procedure_rule.actions.items()
        if begins_case(rule) and not rule.attaches
    ]
