"""Who is away for a time: on leave, ill, seconded. They keep their post; what they owe goes to those who are there."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from huiyin.errors import HuiyinError
from huiyin.language import gettext, gettext_noop
from huiyin.people import administration
from huiyin.people.appointments import current, day_of
from huiyin.people.models import Absence, Account, Holding, Post
from huiyin.people.once_a_request import read_once
from huiyin.rows import Prepared


class NotAbsent(HuiyinError):
    """Raised when an absence cannot be as it is given: it ends before it begins, or there is none to end."""

    to_do = gettext_noop("请写离岗的第一天和其后的返岗日期")


def _overlapping(account: Account, since: date, until: date | None) -> QuerySet[Absence]:
    found = Absence.objects.filter(Q(until__isnull=True) | Q(until__gt=since), account=account)
    return found.filter(since__lt=until) if until else found


def note_absence(
    account: Account,
    since: date,
    until: date | None,
    at: datetime,
    *,
    purpose: str = "",
    deputy: Account | None = None,
    by: Account | None = None,
) -> Absence:
    """Put on record that somebody is away from ``since`` (included) until ``until`` (not included; None: not known yet).

    Args:
        purpose: one of ``Absence.Purpose``, or nothing.
        deputy: who gets what they owe meanwhile; only what the deputy's own posts give the right to (``deputies``).
        by: who noted it; None: the command line.

    Raises NotAbsent: it ends before it begins, they are noted as away on one of the days already, or would stand in for themselves.
    """
    if deputy == account:
        raise NotAbsent(gettext("不能由本人代办自己的事"), gettext("请写另一个人"))
    if until is not None and until <= since:
        raise NotAbsent(gettext("自 %(since)s 起的离岗不能在 %(until)s 结束") % {"since": since, "until": until})
    with transaction.atomic():
        Account.objects.select_for_update().get(id=account.id)
        if _overlapping(account, since, until).exists():
            raise NotAbsent(
                gettext("%(account)s 在其中某天已登记离岗") % {"account": account}, gettext("请先结束那次离岗")
            )
        absence = Absence.objects.create(account=account, since=since, until=until, purpose=purpose, deputy=deputy)
        subject = f"{since} – {until or ''} {deputy or ''}".strip()
        administration.record_act("note_absence", [absence], at, account, by=by, subject=subject)
    return absence


def end_absence(account: Account, until: date, at: datetime, *, by: Account | None = None) -> Absence:
    """Put on record that somebody is back from the day ``until`` on. Raises NotAbsent."""
    away = away_on(until).filter(account=account).order_by("since").last()
    if away is None:
        raise NotAbsent(gettext("%(account)s 在 %(until)s 没有离岗") % {"account": account, "until": until})
    with transaction.atomic():
        away.until = until if until > away.since else away.since
        away.save(update_fields=["until"])
        administration.record_act("end_absence", [away], at, account, by=by, subject=str(away.until))
    return away


def away_on(day: date) -> QuerySet[Absence]:
    """The absences of a day."""
    return Absence.objects.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)


def back_on(people: Collection[UUID], day: date) -> dict[UUID, date | None]:
    """Who of the people is away on a day, and from which day on they are back; None: not known yet. Not why: that is between them and the office."""
    return dict(_returns.all(tuple(people), day)) if people else {}


_returns: Final = Prepared(
    lambda people, day: away_on(day).filter(account__in=people).order_by("since").values_list("account_id", "until")
)


def all_away(day: date) -> dict[UUID, date | None]:
    """As ``back_on``, of everybody: read once for the forms of a page."""
    return read_once((all_away, day), lambda: dict(away_on(day).order_by("since").values_list("account_id", "until")))


def told_away(until: date | None) -> str:
    """That somebody is away, and until when, for whoever chooses among people."""
    return _("不在岗，%(day)s 返岗") % {"day": until} if until else _("不在岗，返岗日期未定")


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
    return held.exclude(account__in=away_on(day).values("account"))


def deputies(owed: Collection[Obligation], day: date) -> dict[Obligation, UUID]:
    """Who stands in for the person of each of ``owed``: the deputy of their absence, where that one works in the same unit and role.

    A deputy whose own posts do not give the role gets nothing: standing in gives no right that one had not before.
    """
    named = dict(
        away_on(day)
        .filter(account__in={person for _unit, person, _role in owed}, deputy__isnull=False)
        .values_list("account_id", "deputy_id")
    )
    if not named:
        return {}
    there = people_at_hand(Holding.objects.filter(account__in=set(named.values())), day)
    return {
        (unit, person, role): named[person]
        for unit, person, role in owed
        if person in named and named[person] in there.get((unit, role), ())
    }


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
