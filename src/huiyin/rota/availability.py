"""Who can serve on which day: the posts that they hold, their absences, whether their account is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from huiyin.people.appointments import not_over
from huiyin.people.models import Absence, Account, Holding
from huiyin.rota.solver import AwayBecause


@dataclass(frozen=True, slots=True)
class Availability:
    """Of some people on some days: who they are, why they cannot, and in which post they would serve."""

    accounts: Mapping[UUID, Account]
    away: Mapping[UUID, Mapping[date, AwayBecause]]
    posts: Mapping[tuple[UUID, date], UUID]

    def why(self, person: UUID, day: date) -> AwayBecause | None:
        """Why somebody cannot serve on a day; None: they can."""
        return self.away.get(person, {}).get(day)


def availability(organisation: UUID, people: Collection[UUID], days: Iterable[date]) -> Availability:
    """Who of ``people`` can serve an organisation on which of ``days``; three statements, however many they are."""
    dates = sorted(set(days))
    accounts = {account.id: account for account in Account.objects.filter(id__in=people)}
    if not dates:
        return Availability(accounts, {}, {})
    held = not_over(Holding.objects.filter(organisation=organisation, account__in=people), dates[0])
    holdings = list(held.filter(since__lte=dates[-1]).order_by("since", "id"))
    gone = Q(until__isnull=True) | Q(until__gt=dates[0])
    absences = list(Absence.objects.filter(gone, account__in=people, since__lte=dates[-1]))
    posts: dict[tuple[UUID, date], UUID] = {}
    away: dict[UUID, dict[date, AwayBecause]] = {}
    for day in dates:
        for holding in holdings:
            if holding.current_on(day):
                posts.setdefault((holding.account_id, day), holding.post_id)
        absent = {one.account_id for one in absences if one.since <= day and (one.until is None or day < one.until)}
        for person, account in accounts.items():
            because = _why(account, (person, day) in posts, person in absent)
            if because is not None:
                away.setdefault(person, {})[day] = because
    return Availability(accounts, away, posts)


def _why(account: Account, has_post: bool, is_absent: bool) -> AwayBecause | None:
    if not account.is_active:
        return AwayBecause.CLOSED
    if not has_post:
        return AwayBecause.NO_POST
    return AwayBecause.ABSENT if is_absent else None
