"""Who holds which post, and that every unit has exactly one liaison (clause s0-3.2.2.1e)."""

from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people import administration
from huiyin.people.ids import new_id
from huiyin.people.models import LIAISON, Account, Holding, Invitation, Organisation, Post, Unit
from huiyin.procedure.command import PersonId


class AlreadyAppointed(HuiyinError):
    """Raised when somebody is already appointed from a later day."""

    to_do = gettext_noop("请先结束那一任职")


class UnitEnded(HuiyinError):
    """Raised when somebody is to be appointed to a post of a unit that is no more."""

    to_do = gettext_noop("请选承接部门的岗位")


class CannotEnd(HuiyinError):
    """Raised when an appointment cannot end on the day asked for."""


def appoint(
    account: Account,
    post: Post,
    since: date,
    *,
    by: Account | None = None,
    at: datetime | None = None,
    reason: str = "",
) -> Holding:
    """Give a post to a person from a day on, and end what this replaces.

    A post may have several holders, but a unit has one liaison: appointing one ends the former liaison's holding on the
    same day. Appointing a current holder again changes nothing and returns their holding. An open link for a new password is void
    from then on: whoever asked for it was to reach what the account had before.

    Args:
        account: who is appointed.
        post: to which post.
        since: the first day, inclusive.
        by: who decided; None: the command line, or whatever sets an organisation up.
        at: when it was decided (now).

    Raises:
        AlreadyAppointed: if another liaison of the unit was appointed from a later day.
        UnitEnded: the unit of the post was abolished.
    """
    is_liaison, replaced = LIAISON in post.roles, list[Holding]()
    at = at or timezone.now()
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(id=post.unit_id)
        if unit.abolished_on is not None:
            raise UnitEnded(
                _("部门 %(code)s 已于 %(abolished_on)s 撤销") % {"code": unit.code, "abolished_on": unit.abolished_on}
            )
        for held in in_the_way(post, since) if is_liaison else _open_holdings(post):
            if _is_already(held, account, post, since):
                return held
            if is_liaison:
                _replace(held, since)
                replaced.append(held)
        holding = Holding.objects.create(
            # Says when it was entered, whatever day it counts from.
            id=new_id(at),
            organisation_id=post.organisation_id,
            account=account,
            post=post,
            since=since,
            liaison_of_id=post.unit_id if is_liaison else None,
        )
        for former in replaced:
            _record("end_holding", former, at, by, reason)
        revoke_resets(account, at, by)
        _record("appoint", holding, at, by, reason)
    return holding


def revoke_resets(account: Account, at: datetime, by: Account | None) -> None:
    """Make open links for a new password void, since the account opens more than it did when they were made."""
    open_links = Invitation.objects.select_for_update().filter(account=account, is_reset=True)
    found = list(open_links.filter(accepted_at__isnull=True, revoked_at__isnull=True))
    for link in found:
        link.revoked_at = at
        link.save(update_fields=["revoked_at"])
    administration.record("revoke_invitation", found, at, administration.acting(by))


def _record(change: str, holding: Holding, at: datetime, by: Account | None, reason: str) -> None:
    post, day = holding.post, holding.since if change == "appoint" else holding.until
    administration.record_act(
        change,
        [holding],
        at,
        holding.account,
        by=by,
        holding=holding,
        subject=f"{post.unit.name} · {post.title} {day}",
        reason=reason,
    )


def _open_holdings(post: Post) -> QuerySet[Holding]:
    return Holding.objects.filter(post=post, until__isnull=True)


def in_the_way(post: Post, since: date) -> QuerySet[Holding]:
    """Liaisons of the post's unit on that day or later, whichever of its posts they hold."""
    return not_over(Holding.objects.filter(liaison_of=post.unit_id), since).order_by("since", "id")


def _is_already(held: Holding, account: Account, post: Post, since: date) -> bool:
    same = held.account_id == account.id and held.post_id == post.id
    return same and held.until is None and held.since <= since


def _replace(held: Holding, since: date) -> None:
    if held.since > since:
        raise AlreadyAppointed(_("自 %(since)s 起已任命一名联系人") % {"since": held.since})
    held.until = since
    held.save(update_fields=["until"])


def end_holding(
    holding: Holding, until: date, *, by: Account | None = None, at: datetime | None = None, reason: str = ""
) -> Holding:
    """End a holding: ``until`` is the first day on which the post is no longer held.

    Duties assigned to the holder go back to the unit on that day (``door.consequences.handing_over``); ``casework.lists.left_duties`` names them.

    Raises:
        CannotEnd: if that is before the holding began, or not before the day on which it ends already. A past holding
            is part of what happened: whoever comes back is appointed anew.
    """
    if until < holding.since:
        raise CannotEnd(
            _("自 %(since)s 起的任职不能在 %(until)s 结束") % {"since": holding.since, "until": until},
            _("请选 %(since)s 或以后的日期") % {"since": holding.since},
        )
    if holding.until is not None and until >= holding.until:
        raise CannotEnd(_("这一任职已定于 %(until)s 结束") % {"until": holding.until}, _("要延长，请重新任命"))
    holding.until = until
    with transaction.atomic():
        holding.save(update_fields=["until"])
        _record("end_holding", holding, at or timezone.now(), by, reason)
    return holding


def day_of(at: datetime) -> date:
    """The day of a moment (aware) where the installation is: appointments begin and end with it."""
    return timezone.localdate(at, timezone.get_default_timezone())


def current(holdings: QuerySet[Holding], day: date) -> QuerySet[Holding]:
    """Those of the holdings that are held on a day."""
    return not_over(holdings, day).filter(since__lte=day)


def not_over(holdings: QuerySet[Holding], day: date) -> QuerySet[Holding]:
    """Those of the holdings that are held on a day or later."""
    return holdings.filter(Q(until__isnull=True) | Q(until__gt=day))


FORMER_FOR: Final = timedelta(days=5 * 365)
"""So long a person still counts as one of a unit that they left, where a case accuses it: what it did meanwhile, they may have done."""


def lately(holdings: QuerySet[Holding], day: date) -> QuerySet[Holding]:
    """Those of the holdings that are held on a day, or ended not longer than ``FORMER_FOR`` before it; none that never began."""
    return held_after(holdings, day, day - FORMER_FOR)


def held_after(holdings: QuerySet[Holding], day: date, earlier: date) -> QuerySet[Holding]:
    """Those of the holdings that began by a day and were held still after an ``earlier`` one; none that never began."""
    began = Q(until__isnull=True) | Q(until__gt=F("since"))
    return not_over(holdings, earlier).filter(began, since__lte=day)


def of_units(units: AbstractSet[UUID], day: date) -> frozenset[PersonId]:
    """Whoever holds a post in one of the units on a day, or left it lately."""
    if not units:
        return frozenset()
    accounts = lately(Holding.objects.filter(post__unit__in=units), day).values_list("account_id", flat=True)
    return frozenset(map(PersonId, accounts))


def liaisons(unit: Unit, day: date) -> list[Account]:
    """Who is the liaison of a unit on a day or later, whoever is first in front."""
    held = not_over(Holding.objects.filter(liaison_of=unit), day).select_related("account")
    return [one.account for one in held.order_by("since", "id")]


def units_without_liaison(organisation: Organisation, day: date) -> list[Unit]:
    """Units of an organisation that have no liaison on a day, by code: each is a defect under clause s0-3.2.2.1e."""
    staffed = current(Holding.objects.filter(organisation=organisation, liaison_of__isnull=False), day)
    units = Unit.objects.filter(organisation=organisation, abolished_on__isnull=True)
    return list(units.exclude(id__in=staffed.values("liaison_of")).order_by("code"))
