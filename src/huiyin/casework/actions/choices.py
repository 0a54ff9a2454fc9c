"""What somebody may do on a case now, and why not the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from huiyin.casework.forms import FieldView, form
from huiyin.casework.labels import (
    Explained,
    cites,
    derived,
    explain,
    explain_publicly,
    name_of,
    names_of,
    public_stage,
)
from huiyin.casework.loaded_case import LoadedCase
from huiyin.procedure.command import Actor
from huiyin.procedure.documents.correction import as_taken_now
from huiyin.procedure.due import window
from huiyin.procedure.guard import forbidden, hides_accused, proposer, role_of
from huiyin.procedure.refusal import Refusal
from huiyin.procedure.state import State
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, Rulebook
from huiyin.rules.book.steps import as_taken, begins_case, gives_back, next_stage, turns_away, unmet


@dataclass(frozen=True, slots=True)
class AvailableAction:
    """An action that may be taken now.

    ``leads_to`` is the stage that follows, in words; ``closes`` are the open duties that it discharges, by kind, and ``discharges``
    their names; ``remedy`` marks a petitioner's remedy, ``until`` when it is open and how that was calculated (``derivation``);
    ``receives``: a document that was sent electronically is opened by it.
    """

    action: str
    label: str
    clause: tuple[str, ...]
    cites: str
    leads_to: str
    closes: tuple[str, ...]
    discharges: tuple[str, ...]
    remedy: bool
    until: datetime | None
    derivation: str
    receives: bool = False


@dataclass(frozen=True, slots=True)
class UnavailableAction:
    """An action that may not be taken now, with the reason and what would help.

    ``by`` are the roles that take it, in words; ``is_others``: none of them is the actor's.
    """

    action: str
    label: str
    because: Explained
    by: str
    is_others: bool


@dataclass(frozen=True, slots=True)
class ActionChoices:
    """All actions of the procedure for one actor: those that are theirs to take now, and the others."""

    allowed: tuple[AvailableAction, ...]
    refused: tuple[UnavailableAction, ...]


def action_choices(
    loaded: LoadedCase, actor: Actor, at: datetime, among: Collection[str] | None = None
) -> ActionChoices:
    """What ``actor``, who may see the case, may do on it at ``at``. Those refused for the role alone come last.

    A petitioner reads public stages alone, in reasons too.
    ``among`` are the actions asked about; None means all.
    """
    rules, state = loaded.rules, loaded.state
    allowed, refused = [], []
    for name, action in loaded.procedure.actions.items():
        if begins_case(action) or (among is not None and name not in among):
            continue
        taken = as_taken_now(loaded.procedure, loaded.state, action, actor.kind)
        because = why_not(loaded, name, actor, at)
        if because is None:
            allowed.append(_offer(loaded, name, taken, at, actor))
        else:
            by = _takers(rules, tuple(action.takers), get_language())
            mine = role_of(rules, taken, state, actor)
            refused.append(UnavailableAction(name, name_of(taken), because, by, mine is None))
    refused.sort(key=lambda unavailable: unavailable.is_others)
    allowed.sort(key=lambda offer: not offer.discharges)
    return ActionChoices(tuple(allowed), tuple(refused))


@lru_cache(maxsize=4_096)
def _takers(rules: Rules, roles: tuple[str, ...], spoken: str | None) -> str:
    """Who takes an action, in words of the language ``spoken``."""
    return names_of(rules.book.roles, roles)


def name_now(action: Action, state: State, actor: Actor) -> str:
    """What an action is called where the case stands: to say who is accused is to confirm, where another custodian proposes that nobody is."""
    confirms = action.identifies and not action.on_paper and proposer(state) not in (None, actor.person)
    return _("确认不认定，或者改为认定") if confirms else name_of(action)


def why_not(loaded: LoadedCase, name: str, actor: Actor, at: datetime) -> Explained | None:
    """Why ``actor`` may not take the action ``name`` at ``at``, in words; None when they may."""
    refusal = forbidden(loaded.rules, loaded.state, name, actor, at)
    return explained(loaded, refusal, actor) if refusal is not None else nobody_to_name(loaded, name, actor, at)


def explained(loaded: LoadedCase, refusal: Refusal, actor: Actor) -> Explained:
    """What the rules forbid, as ``actor`` reads it."""
    explained = explain_publicly if actor.kind == "petitioner" else explain
    return explained(loaded.rules, loaded.case.procedure, refusal, loaded.state)


def nobody_to_name(
    loaded: LoadedCase, name: str, actor: Actor, at: datetime, fields: Sequence[FieldView] | None = None
) -> Explained | None:
    """Why ``actor`` may not name who takes over, since nobody is left to be named; None where somebody is, or nobody has to be.

    ``fields`` is the form of the action ``name``; without them they are made where they are needed.
    """
    if not _lacks_people(loaded, name, actor, at, fields):
        return None
    rules, state = loaded.rules, loaded.state
    action = as_taken_now(loaded.procedure, loaded.state, loaded.procedure.actions[name], actor.kind)
    owed = {duty.kind for duty in state.duties}.intersection(action.discharges)
    others = _("、").join(
        name_of(rule)
        for other, rule in loaded.procedure.actions.items()
        if other != name
        and owed.intersection(rule.discharges)
        and not forbidden(rules, state, other, actor, at)
        and not _lacks_people(loaded, other, actor, at)
    )
    return Explained(
        code="nobody_to_name",
        why=_("没有可以接办的人：其他人已经回避，或者不在岗"),
        remedy=_("请改用：%(actions)s") % {"actions": others}
        if others
        else _("请系统管理员任命可以接办的人，或者报上一级机关指定"),
        clause=action.clause,
        cites=cites(rules, action.clause),
    )


def _lacks_people(
    loaded: LoadedCase, name: str, actor: Actor, at: datetime, fields: Sequence[FieldView] | None = None
) -> bool:
    """Whether the form of an action that settles what is owed must name somebody, and nobody can be chosen in it."""
    rules, state = loaded.rules, loaded.state
    action = as_taken(loaded.procedure.actions[name], actor.kind)
    # Of units only where a form hands a case on: elsewhere some unit is always left.
    taking_over = {"person", "unit"} if action.while_open else {"person"}
    named = [
        use.name for use in action.fields if use.required and type_of(rules.book.fields[use.name]).names in taking_over
    ]
    if not named or not {duty.kind for duty in state.duties}.intersection(action.discharges):
        return False
    if fields is None or hides_accused(state, actor):
        fields = form(rules, action, state, loaded.case.organisation_id, at, actor=actor, openly=True)
    return not all(field.options for field in fields if field.name in named)


def forms_of(
    loaded: LoadedCase, found: ActionChoices, actor: Actor, at: datetime
) -> Mapping[str, tuple[FieldView, ...]]:
    """The form of each action that ``actor`` may take, by the action's id; for programs, people open one at a time."""
    rules, procedure, state = loaded.rules, loaded.procedure, loaded.state
    taken = {
        offer.action: as_taken_now(procedure, state, procedure.actions[offer.action], actor.kind)
        for offer in found.allowed
    }
    return {
        name: form(rules, action, state, loaded.case.organisation_id, at, actor=actor) for name, action in taken.items()
    }


WayKind = Literal["onward", "back", "away"]
"""Whether an action takes the case on, gives it back to whoever laid it before one, or ends it undecided (declined, passed to others)."""


@dataclass(frozen=True, slots=True)
class Way:
    """An action by which a duty can be discharged: its id, its name, and where it leads."""

    action: str
    label: str
    kind: WayKind = "onward"


def ways_out(loaded: LoadedCase, actor: Actor, at: datetime) -> Mapping[str, tuple[Way, ...]]:
    """For each kind of open duty the actions that discharge it and are ``actor``'s to take at ``at``."""
    kinds = {duty.kind for duty in loaded.state.duties}
    return _by_duty(
        (kind, _way(loaded, name, name_now(action, loaded.state, actor)))
        for name, action in loaded.procedure.actions.items()
        if kinds.intersection(action.discharges) and why_not(loaded, name, actor, at) is None
        for kind in action.discharges
    )


def first_steps(loaded: LoadedCase, kind: str, actor: Actor, at: datetime) -> tuple[Way, ...]:
    """What ``actor`` may do now towards a duty that nothing of theirs discharges yet: the actions that bring about a fact on which one that
    discharges it waits, such as the inquiry before the opinion; and where nothing of theirs ever discharges it, those that are there while it
    is open, such as telling how a matter goes for which a leader answers.
    """
    actions, facts = loaded.procedure.actions, loaded.state.facts
    waiting = [
        action
        for action in actions.values()
        if kind in action.discharges and role_of(loaded.rules, action, loaded.state, actor) is not None
    ]
    return tuple(
        Way(name, name_of(action))
        for name, action in actions.items()
        if not action.to
        and (
            any(_brings_about(action, other, fact) for other in waiting for fact in unmet(other.when, facts))
            or (not waiting and action.while_open == kind)
        )
        and why_not(loaded, name, actor, at) is None
    )


def _brings_about(action: Action, other: Action, fact: str) -> bool:
    """Whether ``action`` sets the ``fact`` to what ``other`` waits for."""
    return fact in action.sets and other.when[fact].holds(action.sets[fact])


def ways_among(loaded: LoadedCase, found: ActionChoices) -> Mapping[str, tuple[Way, ...]]:
    """As ``ways_out``, from what was found already."""
    return _by_duty((kind, _way(loaded, offer.action, offer.label)) for offer in found.allowed for kind in offer.closes)


def hand_overs(loaded: LoadedCase, actor: Actor, at: datetime) -> tuple[Way, ...]:
    """The actions by which ``actor`` may name somebody else of the handling unit, theirs, to go on with the case now."""
    handling = loaded.state.handling
    if handling is None or handling.unit != actor.unit:
        return ()
    return tuple(
        Way(name, name_of(action))
        for name, action in loaded.procedure.actions.items()
        if action.assignee and not action.units and not action.to and why_not(loaded, name, actor, at) is None
    )


def _way(loaded: LoadedCase, name: str, label: str) -> Way:
    if gives_back(loaded.procedure, name):
        return Way(name, label, "back")
    return Way(name, label, "away" if turns_away(loaded.procedure, name) else "onward")


def _by_duty(pairs: Iterable[tuple[str, Way]]) -> Mapping[str, tuple[Way, ...]]:
    ways: dict[str, tuple[Way, ...]] = {}
    for kind, way in pairs:
        ways[kind] = (*ways.get(kind, ()), way)
    return ways


def may_start_under(book: Rulebook, actor: Actor, action: str) -> bool:
    """Whether ``actor`` may begin a case of their organisation by ``action``, by their roles alone, where ``book`` is in force."""
    procedures = book.procedures.values()
    return any(
        action in procedure.actions and actor.roles & set(procedure.actions[action].by) for procedure in procedures
    )


def _offer(loaded: LoadedCase, name: str, action: Action, at: datetime, actor: Actor) -> AvailableAction:
    procedure, stage = loaded.procedure, loaded.state.stage
    to = next_stage(procedure, action, stage)
    open_kinds = {duty.kind for duty in loaded.state.duties}
    closes = tuple(kind for kind in action.discharges if kind in open_kinds)
    publicly = actor.kind == "petitioner"
    after = public_stage(procedure, to) if publicly else name_of(procedure.stages[to])
    named = () if publicly else tuple(name_of(procedure.duties[kind]) for kind in closes)
    until, derivation = _until(loaded, action, at) if action.remedy else (None, "")
    return AvailableAction(
        action=name,
        label=name_now(action, loaded.state, actor),
        clause=action.clause,
        cites=cites(loaded.rules, action.clause),
        leads_to=after if to != stage or action.to else "",
        closes=closes,
        discharges=named,
        remedy=action.remedy,
        until=until,
        derivation=derivation,
        receives=action.receives,
    )


def _until(loaded: LoadedCase, action: Action, at: datetime) -> tuple[datetime | None, str]:
    if action.until is None:
        return None, ""
    due = window(loaded.rules, loaded.procedure.limits[action.until], action.until, loaded.state, at)
    return (due.due_at, derived(due.derivation)) if due else (None, "")
