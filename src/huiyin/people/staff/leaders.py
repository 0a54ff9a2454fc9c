"""The leading group of an organisation (clause s0-2): one head, deputies, members."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people import administration
from huiyin.people.appointments import revoke_resets
from huiyin.people.models import Account, Leader, Organisation


class HeadThere(HuiyinError):
    """Raised when a leading group would have two heads."""

    to_do = gettext_noop("请先给现任组长安排另一职务")


def place(
    account: Account,
    organisation: Organisation,
    position: str,
    at: datetime,
    *,
    by: Account | None = None,
    reason: str = "",
) -> None:
    """Give somebody a position (``Leader.Position``) in a leading group, in place of the one they had; an empty one: none.

    Raises HeadThere.
    """
    with transaction.atomic():
        Organisation.objects.select_for_update().get(id=organisation.id)
        others = Leader.objects.filter(organisation=organisation).exclude(account=account)
        if position == Leader.Position.HEAD and others.filter(position=position).exists():
            raise HeadThere(_("%(organisation)s 已有组长") % {"organisation": organisation})
        former = list(Leader.objects.filter(organisation=organisation, account=account))
        Leader.objects.filter(id__in=[leader.id for leader in former]).delete()
        made = (
            [Leader.objects.create(organisation=organisation, account=account, position=position)] if position else []
        )
        if position:
            revoke_resets(account, at, by)
        label = Leader.Position(position).label if position else "—"
        administration.record_act(
            "place_leader",
            made,
            at,
            account,
            by=by,
            organisation=organisation.id,
            subject=f"{organisation.name} · {label}",
            reason=reason,
            gone=former,
        )
