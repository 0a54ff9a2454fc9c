"""What waits when somebody leaves a post: the open duties that were assigned to them, and who may pass them on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huiyin.casework.models import Duty
from huiyin.casework.owed import open_duties
from huiyin.people.appointments import current, day_of
from huiyin.people.models import Holding
from huiyin.rule_store.store import load
from huiyin.rules.book.steps import applies


@dataclass(frozen=True, slots=True)
class LeftDuty:
    """An open duty of a unit whose assignee no longer holds its role there.

    Whoever holds ``role`` in the unit may still do it. ``passed_on_by`` are the actions by which the rulebook names another person
    in the stage where the case stands, each with the roles that may take it.
    """

    case: str
    kind: str
    role: str
    due_at: datetime
    passed_on_by: tuple[tuple[str, tuple[str, ...]], ...]


def left_duties(holding: Holding, at: datetime) -> Sequence[LeftDuty]:
    """The open duties of a unit that wait for the holder of ``holding`` and for nobody else, once it has ended, by due time.

    Args:
        holding: one that ends, fetched with its post.
        at: a moment (aware) after its end: what the holder may still do then in other posts of the unit is theirs.
    """
    unit = holding.post.unit_id
    others = current(Holding.objects.filter(account=holding.account_id, post__unit=unit), day_of(at))
    kept = {role for roles in others.exclude(id=holding.id).values_list("post__roles", flat=True) for role in roles}
    assigned = open_duties().filter(unit=unit, assignee=holding.account_id).exclude(role__in=kept)
    return [
        LeftDuty(duty.case.number, duty.kind, duty.role, duty.due_at, _passed_on_by(duty))
        for duty in assigned.select_related("case").order_by("due_at", "id")
    ]


def _passed_on_by(duty: Duty) -> tuple[tuple[str, tuple[str, ...]], ...]:
    book = load(duty.case.rulebook).book
    if book.roles[duty.role].of != "handling":
        return ()  # only what a handling unit owes is passed on by naming a person
    procedure = book.procedures[duty.case.procedure]
    return tuple(
        (name, tuple(action.by))
        for name, action in procedure.actions.items()
        if action.assignee and applies(procedure, action, duty.case.stage)
    )
