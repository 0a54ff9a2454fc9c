"""Whom an administrator sees among people, and about whom they decide."""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.people.administrators import on_day
from huiyin.people.appointments import not_over
from huiyin.people.models import Account, Administrator, Holding, Invitation, Leader, Organisation


def seen_by(is_whole: bool, organisations: QuerySet[Organisation]) -> QuerySet[Account]:
    """Those who hold or held a post in one of the organisations, administer it, or were invited for it; everybody for who administers
    the whole installation.
    """
    if is_whole:
        return Account.objects.all()
    here = (
        model.objects.filter(account=OuterRef("pk"), organisation__in=organisations)
        for model in (Holding, Administrator, Invitation)
    )
    found = Q()
    for rows in here:
        found |= Q(Exists(rows))
    return Account.objects.filter(found)


def governs(is_whole: bool, organisations: QuerySet[Organisation], account: Account, day: date) -> bool:
    """Whether an administrator may close an account, give it a new link and the like: what is more than a post of theirs.

    Whoever administers single organisations may not where the account reaches beyond these: it holds posts elsewhere, has a
    place in a leading group elsewhere, or administers elsewhere or the whole.
    """
    if is_whole:
        return True
    own = set(organisations.values_list("id", flat=True))
    held = not_over(Holding.objects.filter(account=account), day).values_list("organisation_id", flat=True)
    administered = on_day(Administrator.objects.filter(account=account), day).values_list("organisation_id", flat=True)
    led = Leader.objects.filter(account=account).values_list("organisation_id", flat=True)
    elsewhere = {*held, *administered, *led} - own
    return not account.is_superuser and not elsewhere
