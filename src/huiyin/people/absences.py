"""Who is away for a time: on leave, ill, seconded. They keep their post; what they owe goes to those who are there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from huiyin.errors import HuiyinError
from huiyin.people import administration
from huiyin.people.appointments import current, day_of
from huiyin.people.models import Absence, Account, Holding, Post


class NotAbsent(HuiyinError):
    """Raised when an absence cannot be as it is given: it ends before it begins, or there is none to end."""

    to_do = "give a first day and a later day of return"


def note_absence(
    account: Account, since: date, until: date | None, at: datetime, *, by: Account | None = None, reason: str = ""
) -> Absence:
    """Put on record that somebody is away from ``since`` (included) until ``until`` (not included; None: not known yet).

    Raises NotAbsent.
    """
    if until is not None and until <= since:
        raise NotAbsent(f"an absence from {since} cannot end on {until}")
    with transaction.atomic():
        absence = Absence.objects.create(account=account, since=since, until=until)
        subject = f"{since} – {until or ''}".strip()
        administration.record_act("note_absence", [absence], at, account, by=by, subject=subject, reason=reason)
    return absence


def end_absence(account: Account, until: date, at: datetime, *, by: Account | None = None) -> Absence:
    """Put on record that somebody is back from the day ``until`` on. Raises NotAbsent."""
    away = _away(until).filter(account=account).order_by("since").last()
    if away is None:
        raise NotAbsent(f"{account} is not away on {until}")
    with transaction.atomic():
        away.until = until if until > away.since else away.since
        away.save(update_fields=["until"])
        administration.record_act("end_absence", [away], at, account, by=by, subject=str(away.until))
    return away


def _away(day: date) -> QuerySet[Absence]:
    return Absence.objects.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)


Obligation = tuple[UUID, UUID, str]
"""A unit, somebody who owes something there, and the role in which they do."""


def no_longer_there(owed: Collection[Obligation], at: datetime) -> set[Obligation]:
    """Those of ``owed`` whose person does not act in that role of the unit at a moment: they left, are away, or their account is closed."""
    people = {person for _unit, person, _role in owed}
    held = at_hand(Holding.objects.filter(account__in=people), day_of(at))
    there = {
        (unit, person, role)
        for unit, person, roles in held.values_list("post__unit_id", "account_id", "post__roles")
        for role in roles
    }
    return set(owed) - there


def at_hand(holdings: QuerySet[Holding], day: date) -> QuerySet[Holding]:
    """Those of the holdings whose holder works on a day: the post is theirs, their account is open, and they are not away."""
    held = current(holdings.filter(account__is_active=True), day)
    return held.exclude(account__in=_away(day).values("account"))


def people_at_hand(holdings: QuerySet[Holding], day: date) -> dict[tuple[UUID, str], set[UUID]]:
    """Who of the holdings' holders works in which unit and role on a day; a unit and role without anybody is missing."""
    found: dict[tuple[UUID, str], set[UUID]] = {}
    for unit, account, roles in at_hand(holdings, day).values_list("post__unit_id", "account_id", "post__roles"):
        for role in roles:
            found.setdefault((unit, role), set()).add(account)
    return found


def unheld_roles(post: Post, day: date) -> list[str]:
    """The roles of a post in which nobody in its unit works on a day, whichever post they come with."""
    held = people_at_hand(Holding.objects.filter(post__unit=post.unit_id), day)
    return [role for role in post.roles if (post.unit_id, role) not in held]
