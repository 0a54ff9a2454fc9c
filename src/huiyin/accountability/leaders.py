"""Who may answer for a matter before a set period: who leads by the rulebook, and may see that matter (clause s0-3.4c)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.casework.owed import open_duties
from huiyin.casework.visible import roles_of, visible_to
from huiyin.people.acting import actor_for
from huiyin.people.appointments import current, day_of
from huiyin.people.models import Account, Holding
from huiyin.procedure.storage import codec
from huiyin.rules.book.schema import Role

HEAD: Final = "unit_head"
NAMED: Final = "leader"
"""What rulebooks call the head of the organ, and whoever of those who lead answers for a matter."""


@dataclass(frozen=True, slots=True)
class LeadingPost:
    """Somebody who leads, in the post by which they do."""

    account: Account
    post: UUID
    title: str
    unit: str


def leading_roles(roles: Mapping[str, Role]) -> frozenset[str]:
    """The head of the organ, who answers for matters by the rulebook, and whoever sits with either of them."""
    leads = {HEAD, NAMED} & roles.keys()
    seats = [seat for name in leads if (seat := roles[name].seat) is not None]
    return frozenset(name for name, role in roles.items() if name in leads or role.seat in seats)


def leaders_of(organisation: UUID, at: datetime) -> tuple[LeadingPost, ...]:
    """Whoever holds a leading post at ``at`` (aware), by unit, post and name; who holds several, in the one held longest."""
    leads = leading_roles(roles_of(organisation))
    rows = current(Holding.objects.filter(organisation=organisation, account__is_active=True), day_of(at))
    found: dict[UUID, LeadingPost] = {}
    for row in rows.select_related("account", "post__unit").order_by("since", "id"):
        if not leads.isdisjoint(row.post.roles):
            post = LeadingPost(row.account, row.post_id, row.post.title, row.post.unit.name)
            found.setdefault(row.account_id, post)
    return tuple(sorted(found.values(), key=lambda one: (one.unit, one.title, str(one.account))))


def kept_from(leader: LeadingPost, cases: Sequence[Case], at: datetime) -> list[str]:
    """The numbers of those of ``cases`` for which somebody cannot answer in their leading post: they may not see them, or have withdrawn."""
    actor = actor_for(leader.account, at=at, post_id=leader.post)
    ids = [case.id for case in cases]
    seen = set(visible_to(actor).filter(id__in=ids).values_list("id", flat=True)) if actor is not None else set[UUID]()
    withdrew = {case.id for case in cases if case.recused and leader.account.id in codec.loads(case.state).recused}
    return [case.number for case in cases if case.id not in seen - withdrew]


def named_on(cases: Collection[UUID], organisation: UUID) -> Mapping[UUID, Account]:
    """Who answers for each of some cases by a step of the case itself, as far as somebody does."""
    leads = leading_roles(roles_of(organisation)) - {HEAD}
    rows = open_duties().filter(case__in=cases, role__in=leads, assignee__isnull=False)
    return {row.case_id: row.assignee for row in rows.select_related("assignee") if row.assignee is not None}
