"""A report from the scene: an incident is opened, or where another told of the same event just before, their report is added to its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from huiyin.casework.actions.starting import StartAction, start_actions
from huiyin.casework.history import read_history, steps
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.door import Accepted, ActionRequest, KeyReused, execute, open_case
from huiyin.door.answers import case_answered, kept_key
from huiyin.door.outcome import Refused, Rejected
from huiyin.incidents import INCIDENT
from huiyin.people.models import Organisation
from huiyin.procedure.command import Actor
from huiyin.procedure.guard import forbidden
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load

ADD_REPORT: Final = "add_report"
"""The step by which a second report is added to an incident that is open."""
SAME_FIELDS: Final = (("incident_kind", "scene_unit"), ("place",))
"""Two reports that agree in all of the first of these that their form asks for, within SAME_WITHIN of each other, are taken to be about one event."""
SAME_WITHIN: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that has come in. ``joined``: it was added to an incident that was open already."""

    case: Case
    joined: bool


def report_action(organisation: Organisation, actor: Actor, at: datetime) -> StartAction | None:
    """The step by which ``actor`` reports an incident; None where their organisation's rulebook lets them report none."""
    return next((one for one in start_actions(organisation, actor, at) if one.procedure == INCIDENT), None)


def report(
    organisation: Organisation,
    start: StartAction,
    actor: Actor,
    at: datetime,
    fields: Mapping[str, object],
    key: str,
    same: Case | None = None,
) -> Reported | Rejected | Refused:
    """Take a report in. ``same`` is the open incident that it is about as well, where there is one (``same_event``).

    What comes again under the same ``key`` has come already, whatever was opened meanwhile: phones send until they are answered.
    """
    known = already_came(organisation, actor, at, key)
    if known is not None:
        return known
    try:
        if same is None:
            outcome = open_case(organisation, start.procedure, start.action, actor, at, fields, key)
        else:
            asked = load(same.rulebook).book.procedures[same.procedure].actions[ADD_REPORT].required
            more = {name: value for name, value in fields.items() if name in asked}
            outcome = execute(ActionRequest(same.id, ADD_REPORT, actor, at, more, key=key))
    except KeyReused:  # the same report, sent twice at once, of which the other was first
        known = already_came(organisation, actor, at, key)
        if known is None:
            raise
        return known
    return Reported(outcome.case, same is not None) if isinstance(outcome, Accepted) else outcome


def already_came(organisation: Organisation, actor: Actor, at: datetime, key: str) -> Reported | None:
    """What became of a report that came under ``key`` before; None when there was none."""
    known = case_answered(organisation.id, kept_key(key, actor), at)
    return Reported(Case.objects.get(id=known), joined=False) if known is not None else None


def same_event(organisation: Organisation, actor: Actor, at: datetime, fields: Mapping[str, object]) -> Case | None:
    """The open incident, reported within the last hour, that a report is about as well: of the same kind, on the same premises, or at the same place.

    Only one that ``actor`` may see and add to: others are joined later by whoever decides on both.
    """
    names = next((names for names in SAME_FIELDS if fields.keys() >= set(names)), None)
    if names is None:
        return None
    where = _answers_to(fields, names)
    open_now = visible_to(actor).filter(
        organisation=organisation, procedure=INCIDENT, ended_at=None, registered_at__gt=at - SAME_WITHIN
    )
    for case in open_now.order_by("registered_at", "id"):
        rules, state = load(case.rulebook), codec.loads(case.state)
        if (
            _answers_to(_first_report(case, actor), names) == where
            and forbidden(rules, state, ADD_REPORT, actor, at) is None
        ):
            return case
    return None


def _first_report(case: Case, actor: Actor) -> Mapping[str, object]:
    """What was reported first, as ``actor`` may read it; whatever is no text as it is kept."""
    opening = steps(read_history(case, actor))[0]
    state = codec.loads(case.state)
    return {field.name: field.value for field in opening.fields} | dict(state.values)


def _answers_to(values: Mapping[str, object], names: Sequence[str]) -> list[str]:
    """What a report says of where it happened, however it is spaced."""
    return ["".join(str(values.get(name, "")).split()) for name in names]
