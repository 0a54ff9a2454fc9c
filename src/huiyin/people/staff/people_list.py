"""Who works here, as an administrator looks them over: posts, state, second factor, last sign-in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.paging import Order
from huiyin.people.absences import away_on
from huiyin.people.appointments import current, day_of, not_over
from huiyin.people.models import Absence, Account, Holding, Invitation, Organisation
from huiyin.people.signing_in.second_factor_rules import FACTORS

SIZE = 50
BY_USERNAME: Final = Order(Account, ("username",))


class AccountStatus(StrEnum):
    """How it stands with an account."""

    INVITED = "invited"
    LAPSED = "lapsed"  # invited, and the link has run out
    ACTIVE = "active"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody in the list; ``away`` is the absence of today, ``posts`` are those held now or from a later day on."""

    account: Account
    status: AccountStatus
    posts: tuple[Holding, ...]
    away: Absence | None
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """Some people by user name, and the key with which the next ones are asked for (empty at the end)."""

    lines: tuple[PersonLine, ...]
    next: str


def people_page(
    among: QuerySet[Account],
    at: datetime,
    *,
    words: str = "",
    unit: UUID | None = None,
    status: str = "",
    after: str = "",
    organisations: QuerySet[Organisation] | None = None,
) -> PeoplePage:
    """A page of ``among``.

    Args:
        words: a part of the user name or of the name that colleagues see.
        unit: only who holds a post there, now or from a later day on.
        status: only those of whom it is so (``AccountStatus``; ``away`` for who is away today).
        after: the ``next`` of the page before; empty: from the first.
        organisations: the posts and absences in these alone are shown; None: all.
    """
    day = day_of(at)
    found = among.filter(Q(username__icontains=words) | Q(display_name__icontains=words)) if words else among
    if unit is not None:
        held = not_over(Holding.objects.filter(account=OuterRef("pk"), post__unit=unit), day)
        found = found.filter(Exists(held))
    found = _of(found, status, at)
    page = BY_USERNAME.page(found, after, SIZE)
    return PeoplePage(tuple(lines_of(page.items, at, organisations)), page.next)


def _of(found: QuerySet[Account], status: str, at: datetime) -> QuerySet[Account]:
    is_open = Exists(_open_links().filter(account=OuterRef("pk")))
    match status:
        case AccountStatus.ACTIVE:
            return found.filter(is_active=True)
        case AccountStatus.CLOSED:
            return found.filter(~is_open, is_active=False)
        case AccountStatus.INVITED:
            fresh = _open_links().filter(account=OuterRef("pk"), expires_at__gt=at)
            return found.filter(Exists(fresh), is_active=False)
        case AccountStatus.LAPSED:
            lapsed = _open_links().filter(account=OuterRef("pk"), expires_at__lte=at)
            return found.filter(Exists(lapsed), is_active=False)
        case "away":
            return found.filter(Exists(away_on(day_of(at)).filter(account=OuterRef("pk"))), is_active=True)
        case _:
            return found


def _open_links() -> QuerySet[Invitation]:
    return Invitation.objects.filter(accepted_at__isnull=True, revoked_at__isnull=True)


def absences_in(organisations: QuerySet[Organisation] | None) -> QuerySet[Absence]:
    """Absences from a post in one of the organisations: what else is noted of somebody is no affair of these. None: all."""
    found = Absence.objects.all()
    if organisations is None:
        return found
    there = Holding.objects.filter(account=OuterRef("account"), organisation__in=organisations)
    there = there.filter(Q(until__isnull=True) | Q(until__gt=OuterRef("since")))
    begun = Q(Exists(there.filter(since__lt=OuterRef("until")))) | Q(Exists(there), until__isnull=True)
    return found.filter(begun)


def lines_of(
    accounts: Sequence[Account], at: datetime, organisations: QuerySet[Organisation] | None = None
) -> Sequence[PersonLine]:
    """The accounts with what belongs to them, in four queries; posts and absences in ``organisations`` alone (None: all)."""
    day, ids = day_of(at), [account.id for account in accounts]
    posts: dict[UUID, list[Holding]] = {}
    held = not_over(Holding.objects.filter(account__in=ids), day).select_related("post__unit", "organisation")
    held = held if organisations is None else held.filter(organisation__in=organisations)
    for holding in held.order_by("since", "id"):
        posts.setdefault(holding.account_id, []).append(holding)
    absent = away_on(day).filter(account__in=ids, id__in=absences_in(organisations).values("id"))
    away = {absence.account_id: absence for absence in absent}
    factors = set(Authenticator.objects.filter(type__in=FACTORS, user__in=ids).values_list("user_id", flat=True))
    links = {link.account_id: link for link in _open_links().filter(account__in=ids)}
    return [
        PersonLine(
            account,
            _status(account, links.get(account.id), at),
            tuple(posts.get(account.id, ())),
            away.get(account.id),
            account.pk in factors,
        )
        for account in accounts
    ]


def _status(account: Account, link: Invitation | None, at: datetime) -> AccountStatus:
    if account.is_active:
        return AccountStatus.ACTIVE
    if link is None:
        return AccountStatus.CLOSED
    return AccountStatus.INVITED if link.expires_at > at else AccountStatus.LAPSED


def holders_beside(holding: Holding, at: datetime) -> list[Account]:
    """Who else works in the unit in one of the roles of a holding's post: to whom its duties may go, by name."""
    roles = set(holding.post.roles)
    others = current(Holding.objects.filter(post__unit=holding.post.unit_id), day_of(at)).select_related(
        "account", "post"
    )
    found = {
        other.account_id: other.account
        for other in others
        if other.account.is_active and other.account_id != holding.account_id and roles & set(other.post.roles)
    }
    return sorted(found.values(), key=lambda account: (account.display_name, account.username))
