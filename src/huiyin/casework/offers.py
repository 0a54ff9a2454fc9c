"""What somebody may do on a case now, and why not the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.casework.forms import FieldView, form
from huiyin.casework.models import Case
from huiyin.casework.wording import Explained, cites, explain, name_of
from huiyin.people.models import Organisation
from huiyin.procedure import codec
from huiyin.procedure.command import Actor
from huiyin.procedure.guard import forbidden, role_of
from huiyin.procedure.state import State
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import begins_case, next_stage


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that may be taken now. ``leads_to`` is the stage that follows, in words; ``remedy`` marks a petitioner's remedy."""

    action: str
    label: str
    clause: tuple[str, ...]
    cites: str
    fields: tuple[FieldView, ...]
    leads_to: str
    discharges: tuple[str, ...]
    remedy: bool


@dataclass(frozen=True, slots=True)
class Barred:
    """An action that may not be taken now, with the reason and what would help.

    ``by`` are the roles that take it, in words; ``is_others``: none of them is the actor's.
    """

    action: str
    label: str
    because: Explained
    by: str
    is_others: bool


@dataclass(frozen=True, slots=True)
class Offers:
    """All actions of the procedure for one actor: those that are theirs to take now, and the others."""

    allowed: tuple[Offer, ...]
    refused: tuple[Barred, ...]


def offers(case: Case, actor: Actor, at: datetime) -> Offers:
    """What ``actor``, who may see the case, may do on it at ``at``. Those refused for the role alone come last."""
    rules = load(case.rulebook)
    state: State = codec.loads(case.state)
    allowed, refused = [], []
    for name, action in rules.book.procedures[case.procedure].actions.items():
        if begins_case(action):
            continue
        refusal = forbidden(rules, state, name, actor, at)
        if refusal is None:
            allowed.append(_offer(rules, case, state, name, action, at))
        else:
            because = explain(rules, case.procedure, refusal, state)
            by = _("、").join(name_of(rules.book.roles[role]) for role in action.by)
            refused.append(Barred(name, name_of(action), because, by, role_of(rules, action, state, actor) is None))
    refused.sort(key=lambda barred: barred.is_others)
    allowed.sort(key=lambda offer: not offer.discharges)
    return Offers(tuple(allowed), tuple(refused))


@dataclass(frozen=True, slots=True)
class Way:
    """An action by which a duty can be discharged: its id and its name."""

    action: str
    label: str


def ways_out(case: Case, kind: str, actor: Actor, at: datetime) -> tuple[Way, ...]:
    """The actions that discharge duties of ``kind`` on ``case`` and are ``actor``'s to take at ``at``."""
    rules = load(case.rulebook)
    state: State = codec.loads(case.state)
    return tuple(
        Way(name, name_of(action))
        for name, action in rules.book.procedures[case.procedure].actions.items()
        if kind in action.discharges and forbidden(rules, state, name, actor, at) is None
    )


def may_start(actor: Actor, action: str) -> bool:
    """Whether ``actor`` may begin a case of their organisation by ``action``, by their roles alone."""
    name = Organisation.objects.filter(id=actor.organisation).values_list("rulebook", flat=True).first()
    procedures = load(name).book.procedures.values() if name else ()
    return any(
        action in procedure.actions and actor.roles & set(procedure.actions[action].by) for procedure in procedures
    )


def _offer(rules: Rules, case: Case, state: State, name: str, action: Action, at: datetime) -> Offer:
    procedure = rules.book.procedures[case.procedure]
    open_kinds = {duty.kind for duty in state.duties}
    to = next_stage(procedure, action, state.stage)
    return Offer(
        action=name,
        label=name_of(action),
        clause=action.clause,
        cites=cites(rules, action.clause),
        fields=form(rules, action, state, case.organisation_id, at),
        leads_to=name_of(procedure.stages[to]) if to != state.stage or action.to else "",
        discharges=tuple(name_of(procedure.duties[kind]) for kind in action.discharges if kind in open_kinds),
        remedy=action.remedy,
    )
