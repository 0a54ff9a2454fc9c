"""Who plans and publishes, who approves a swap, who may be named in a rota."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from huiyin.people.appointments import current
from huiyin.people.models import Holding, Leader, Organisation
from huiyin.procedure.command import Actor
from huiyin.readiness.rights import kept_by
from huiyin.rota.models import DutyGroup, Swap

HEADS = (Leader.Position.HEAD, Leader.Position.DEPUTY)


def may_plan(actor: Actor) -> bool:
    """Whether somebody plans and publishes: who keeps the register ``rota`` by the rulebook of the organisation (``readiness/rights.py``)."""
    return "rota" in kept_by(actor)


def may_approve(actor: Actor, swap: Swap) -> bool:
    """Whether somebody approves a swap: who keeps the rota, or heads the leading group or deputises; never one of the two who swap."""
    if actor.person in (swap.asked_by_id, swap.asked_of_id) or swap.shift.organisation_id != actor.organisation:
        return False
    return may_plan(actor) or is_head(actor)


def is_head(actor: Actor) -> bool:
    """Whether somebody heads the leading group of their organisation, or deputises."""
    rows = Leader.objects.filter(organisation=actor.organisation, account=actor.person, position__in=HEADS)
    return actor.person is not None and rows.exists()


def suggested(organisation: Organisation, group: str, day: date) -> frozenset[UUID]:
    """Who is offered first for a group: its leading group; for staff, who works in the unit that does its petition work (clause s0-2)."""
    if group == DutyGroup.LEADERS:
        return frozenset(Leader.objects.filter(organisation=organisation).values_list("account", flat=True))
    held = current(Holding.objects.filter(organisation=organisation, post__unit=organisation.office_id), day)
    leaders = Leader.objects.filter(organisation=organisation).values("account")
    return frozenset(held.exclude(account__in=leaders).values_list("account", flat=True))
