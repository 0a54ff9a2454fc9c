"""Whom somebody has in their hand: an account whose link they made or took may be used by them in its name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from huiyin.people.administrators import confirming_leaders, on_day
from huiyin.people.appointments import not_over
from huiyin.people.models import Account, AdministrativeAct, Administrator, Holding, Invitation, Proposal

LATELY: Final = timedelta(days=30)
"""For so long after a post ended a link for its former holder is one for a holder: the post may be given back."""
WHOLE: Final = "*"


def hands(by: Account) -> frozenset[UUID]:
    """The accounts that somebody could act in: their own, and each for which they made or took an invitation or a reset link."""
    handled = Invitation.objects.filter(Q(made_by=by) | Q(taken_by=by))
    return frozenset({by.id, *handled.values_list("account_id", flat=True)})


def no_second_person(by: Account) -> frozenset[UUID]:
    """Who is no second person beside ``by``: whoever one of the two has in their hand, or ``by`` has put into a leading group."""
    had = Invitation.objects.filter(account=by).values_list("made_by_id", "taken_by_id")
    placed = AdministrativeAct.objects.filter(change="place_leader", by=by, about__isnull=False)
    return hands(by).union(
        (id for pair in had for id in pair if id is not None), placed.values_list("about_id", flat=True)
    )


def beyond(mine: Account) -> Q:
    """Of proposals those for which ``mine`` is no second person (``no_second_person``), as one condition of a query."""
    made = Invitation.objects.filter(account=mine)
    handled = Invitation.objects.filter(Q(made_by=mine) | Q(taken_by=mine))
    placing = AdministrativeAct.objects.filter(change="place_leader", about=mine, by__isnull=False)
    return (
        Q(proposed_by=mine)
        | Q(account=mine)
        | Q(proposed_by__in=made.filter(made_by__isnull=False).values("made_by"))
        | Q(proposed_by__in=made.filter(taken_by__isnull=False).values("taken_by"))
        | Q(proposed_by__in=handled.values("account"))
        | Q(proposed_by__in=placing.values("by"))
    )


def powers_of(account: Account, day: date) -> dict[str, str]:
    """``powers_of_each`` one account."""
    return powers_of_each([account], day)[account.id]


def powers_of_each(accounts: Collection[Account], day: date) -> dict[UUID, dict[str, str]]:
    """What a link for each account opens: every post held now, later or lately, and every power to confirm what others propose.

    Returns:
        by account, each in a fixed form, with the organisation (id in hex) that it belongs to, or ``WHOLE``; in three queries.
    """
    found: dict[UUID, dict[str, str]] = {account.id: {} for account in accounts}
    held = not_over(Holding.objects.filter(account__in=found), day - LATELY).select_related("post")
    for one in held:
        roles = ",".join(sorted(one.post.roles))
        found[one.account_id][f"post:{one.post.unit_id.hex}:{one.post_id.hex}:{roles}"] = one.organisation_id.hex
    for row in on_day(Administrator.objects.filter(account__in=found), day):
        whose = row.organisation_id.hex if row.organisation_id else WHOLE
        found[row.account_id][f"administers:{whose}"] = whose
    for account in accounts:
        if account.is_superuser:
            found[account.id][f"administers:{WHOLE}"] = WHOLE
    for leader in confirming_leaders().filter(account__in=found):
        whose = leader.organisation_id.hex
        found[leader.account_id][f"leads:{whose}:{leader.position}"] = whose
    return found


def in_hand(proposals: Collection[Proposal]) -> frozenset[UUID]:
    """Those of the proposals whose proposer has made or taken a link of whom they are for, in one query."""
    handled = Invitation.objects.filter(account__in={one.account_id for one in proposals})
    pairs = {(id, by) for id, *both in handled.values_list("account_id", "made_by_id", "taken_by_id") for by in both}
    return frozenset(one.id for one in proposals if (one.account_id, one.proposed_by_id) in pairs)
