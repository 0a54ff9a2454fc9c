"""Other open incidents that may be the one event that an incident is about: for whoever may join them to compare. Nothing is joined here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.history import Shown, read_history, steps
from huiyin.casework.loaded_case import LoadedCase
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.incidents import INCIDENT
from huiyin.procedure.command import Actor
from huiyin.procedure.guard import forbidden
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load

COMPARED_WITHIN: Final = timedelta(hours=3)
"""Incidents reported so near each other are laid side by side, however their reports word the place."""
MAX_COMPARED: Final = 5


@dataclass(frozen=True, slots=True)
class Compared:
    """An incident beside which another is laid, with what its first report says; ``at`` is when that came."""

    view: CaseView
    at: datetime
    entries: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class SameEvent:
    """What may be one event: this incident, others, and the step by which ``action`` joins this one to the other named in ``field``."""

    action: str
    label: str
    field: str
    own: Compared
    others: tuple[Compared, ...]


def joining(loaded: LoadedCase, allowed: Collection[str]) -> tuple[str, str] | None:
    """The step among those ``allowed`` that joins an incident to another, and the field that names the other; None where there is none."""
    fields = loaded.rules.book.fields
    for name in allowed:
        relay = loaded.procedure.actions[name].relay
        if relay is not None and fields[relay.to].procedure == INCIDENT:
            return name, relay.to
    return None


def same_event_as(loaded: LoadedCase, actor: Actor, at: datetime, offers: dict[str, str]) -> SameEvent | None:
    """What may be the same event as ``loaded``, where one of ``offers`` (labels by step) joins it: what came nearest in time comes first.

    Only incidents that ``actor`` may see, and of which they read what their history tells them.
    """
    step = joining(loaded, offers)
    if step is None:
        return None
    case = loaded.case
    near = visible_to(actor).filter(
        organisation=case.organisation_id,
        procedure=INCIDENT,
        ended_at=None,
        registered_at__gte=case.registered_at - COMPARED_WITHIN,
        registered_at__lte=case.registered_at + COMPARED_WITHIN,
    )
    taking = loaded.procedure.actions[step[0]].relay
    assert taking is not None  # as `joining` found it
    found = sorted(
        near.exclude(id=case.id).select_related("unit", "organisation").order_by("-registered_at")[:MAX_COMPARED],
        key=lambda one: abs(one.registered_at - case.registered_at),
    )
    found = [one for one in found if _takes(one, taking.action, actor, at)]
    if not found:
        return None
    own, *others = (
        _compared(one, view, actor) for one, view in zip([case, *found], case_views([case, *found], at), strict=True)
    )
    action, field = step
    return SameEvent(action, offers[action], field, own, tuple(others))


def _takes(case: Case, action: str, actor: Actor, at: datetime) -> bool:
    """Whether ``actor`` may have another incident joined to this one, as it stands."""
    return forbidden(load(case.rulebook), codec.loads(case.state), action, actor, at) is None


def _compared(case: Case, view: CaseView, actor: Actor) -> Compared:
    opening = next(iter(steps(read_history(case, actor))))
    return Compared(view, case.registered_at, tuple(opening.fields))
