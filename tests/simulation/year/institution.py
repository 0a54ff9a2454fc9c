"""The institution of which a year is played: its posts with two people each, its office, its leaders, the times at which it receives."""

from __future__ import annotations

import tomllib
from datetime import datetime, time
from typing import Final

from huiyin.people import administration
from huiyin.people.models import Account, Leader, Post, ReceptionTime
from huiyin.people.staff import reception
from huiyin.rules.book.load import load
from huiyin.simulation import cast as casting
from huiyin.simulation.cast import Cast
from huiyin.simulation.staffing import DEFAULT, Staffing, merged

ASSUMED: Final = {
    "units": {"handling": 2},
    "people": {"default": 2, "registrar": 3, "handler": 3},
    "petitioners": {
        "apply_review": {"share": 0.5, "days": 6},
        "apply_rereview": {"share": 0.8, "days": 6},
        "supplement": {"share": 0.1, "days": 4},
        "withdraw": {"share": 0.03, "days": 5},
    },
    "choices": {"return_unlawful": 0.1, "refuse_result": 0.2},
}
"""Two people in each post, since many a step is not taken by who took the one before; petitioners who contest more than usual."""


def assumed() -> Staffing:
    """The usual assumptions of a simulation, with what differs in an institution of which a year is played."""
    return Staffing.model_validate(merged(tomllib.loads(DEFAULT.read_text(encoding="utf-8")), ASSUMED))


def institution(book: str, staffing: Staffing, at: datetime) -> Cast:
    """The institution, in an empty database: entered at ``at``."""
    cast = casting.make(load(book), None, staffing, at)
    organisation = cast.organisation
    where = {role: seated.unit for seated in cast.seated for role in seated.plan.roles}
    organisation.office_id = where["registrar"]
    organisation.save(update_fields=["office"])
    heads = Post.objects.filter(organisation=organisation, unit=where["unit_head"])
    people = Account.objects.filter(holdings__post__in=heads).order_by("username")
    places = (Leader.Position.HEAD, Leader.Position.DEPUTY)
    leaders = [Leader(organisation=organisation, account=one, position=place) for one, place in zip(people, places)]  # noqa: B905
    Leader.objects.bulk_create(leaders)
    administration.record("lead", [organisation, *leaders], at)
    for days, weeks, receiver in (([1, 2, 3, 4, 5], [], ""), ([3], [1, 3], "负责人")):
        one = ReceptionTime(
            organisation=organisation, weekdays=days, weeks=weeks, begins=time(9), ends=time(17), receiver=receiver
        )
        reception.add(one, at, None)
    return cast
