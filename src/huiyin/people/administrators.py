"""Who administers: the whole installation, or single organisations. Being an administrator opens no case; only posts do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people import administration
from huiyin.people.appointments import day_of
from huiyin.people.models import Account, Administrator, Leader, Organisation


class NotAdministrator(HuiyinError):
    """Raised when somebody is to administer no longer what they do not administer."""

    to_do = gettext_noop("见 huiyin administrators list")


class LastAdministrator(HuiyinError):
    """Raised when nobody would be left who can sign in and administer the installation."""

    to_do = gettext_noop("请先让另一个人担任系统管理员")


@dataclass(frozen=True)
class Scope:
    """What somebody administers: ``is_whole`` the installation, and then every organisation; else ``organisations`` alone."""

    is_whole: bool
    organisations: QuerySet[Organisation]


def scope_of(account: Account, day: date) -> Scope | None:
    """What an account administers on a day; None for whoever administers nothing, or is closed."""
    if not account.is_active:
        return None
    organisations = Organisation.objects.order_by("code")
    if account.is_superuser:
        return Scope(True, organisations)
    own = set(on_day(Administrator.objects.filter(account=account), day).values_list("organisation_id", flat=True))
    if None in own:
        return Scope(True, organisations)
    return Scope(False, organisations.filter(id__in=own)) if own else None


def administering(organisation: UUID, day: date) -> QuerySet[Account]:
    """Whoever administers an organisation on a day, alone or with the whole installation."""
    rows = on_day(Administrator.objects.filter(Q(organisation=organisation) | Q(organisation=None)), day)
    return Account.objects.filter(Q(is_superuser=True) | Q(id__in=rows.values("account")), is_active=True)


def confirming_scope(account: Account, day: date) -> Scope | None:
    """Where an account confirms what an administrator proposes: what it administers, and the organisations that it leads as head or
    deputy of the leading group; None for nowhere.
    """
    scope = scope_of(account, day)
    if not account.is_active or (scope is not None and scope.is_whole):
        return scope
    led = confirming_leaders().filter(account=account).values("organisation")
    administered = scope.organisations.values("id") if scope else Organisation.objects.none().values("id")
    organisations = Organisation.objects.filter(Q(id__in=led) | Q(id__in=administered)).order_by("code")
    return Scope(False, organisations) if organisations.exists() else None


def confirming_leaders() -> QuerySet[Leader]:
    """Heads and deputies of leading groups."""
    return Leader.objects.filter(position__in=(Leader.Position.HEAD, Leader.Position.DEPUTY))


def on_day(administrators: QuerySet[Administrator], day: date) -> QuerySet[Administrator]:
    """Those of the administrators who are it on a day."""
    return administrators.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)


def add(account: Account, organisation: Organisation | None, at: datetime, by: Account | None = None) -> bool:
    """Let somebody administer an organisation, or the whole installation (None), from today on. False if they did already.

    Args:
        by: who decided; None on the command line.
    """
    day = day_of(at)
    with transaction.atomic():
        account = Account.objects.select_for_update().get(id=account.id)
        rows = list(on_day(Administrator.objects.filter(account=account, organisation=organisation), day))
        if rows and (organisation is not None or account.is_superuser):
            return False
        changed: list[Account | Administrator] = []
        if not rows:
            changed.append(Administrator.objects.create(account=account, organisation=organisation, since=day))
        if organisation is None and not account.is_superuser:
            account.is_superuser = True
            account.save(update_fields=["is_superuser"])
            changed.append(account)
        administration.record_act("add_administrator", changed, at, account, by=by, **_whose(organisation))
    return True


def remove(
    account: Account, organisation: Organisation | None, at: datetime, by: Account | None = None, reason: str = ""
) -> None:
    """Let somebody administer an organisation, or the whole installation (None), no longer, from today on.

    Raises:
        NotAdministrator: they do not.
        LastAdministrator: nobody else who can sign in administers the installation.
    """
    with transaction.atomic():
        if organisation is None:
            refuse_last(account)
        rows = list(on_day(Administrator.objects.filter(account=account, organisation=organisation), day_of(at)))
        account = Account.objects.select_for_update().get(id=account.id)
        if not rows and (organisation is not None or not account.is_superuser):
            raise NotAdministrator(
                _("%(username)s 不是 %(organisation)s 的管理员")
                % {"username": account.username, "organisation": organisation or "the installation"}
            )
        for row in rows:
            row.until = day_of(at)
            row.save(update_fields=["until"])
        changed: list[Account | Administrator] = [*rows]
        if organisation is None and account.is_superuser:
            account.is_superuser = False
            account.save(update_fields=["is_superuser"])
            changed.append(account)
        administration.record_act(
            "remove_administrator", changed, at, account, by=by, reason=reason, **_whose(organisation)
        )


def _whose(organisation: Organisation | None) -> dict[str, Any]:
    return {"organisation": organisation.id, "subject": organisation.name} if organisation else {}


def refuse_last(account: Account) -> None:
    """Raise LastAdministrator where, without this account, nobody administers the installation any more. In a transaction: two who
    remove each other at once wait for each other here.
    """
    there = list(Account.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("id"))
    if account in there and len(there) == 1:
        raise LastAdministrator(_("%(username)s 是最后一名系统管理员") % {"username": account.username})


@dataclass(frozen=True)
class AdministratorLine:
    """An administrator as a list shows them; ``organisation`` None for the whole installation, ``since`` None where nobody noted it."""

    account: Account
    organisation: Organisation | None
    since: date | None


def listed(day: date) -> Sequence[AdministratorLine]:
    """Everybody who administers something on a day: first the whole installation, then by organisation."""
    rows = on_day(Administrator.objects.select_related("account", "organisation"), day)
    rows = rows.order_by(F("organisation__code").asc(nulls_first=True), "account__username")
    found = [AdministratorLine(row.account, row.organisation, row.since) for row in rows]
    noted = {one.account.id for one in found if one.organisation is None}
    # Accounts of before there was a table, and those of `createsuperuser`.
    others = Account.objects.filter(is_superuser=True).exclude(id__in=noted).order_by("username")
    return [*(AdministratorLine(account, None, None) for account in others), *found]
