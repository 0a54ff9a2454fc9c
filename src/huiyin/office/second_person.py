"""When an administrator needs a second person: where the change could open matters to themselves. Before an organisation has its first
petition there is nothing to open, and none is needed.
"""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.casework.models import Case
from huiyin.people.acting import overseen
from huiyin.people.appointments import day_of, not_over
from huiyin.people.models import Account, Holding, Invitation, Leader, Organisation, Post
from huiyin.people.staff.proposals import can_be_confirmed
from huiyin.people.web import Administering


def has_petitions(organisation: Organisation) -> bool:
    """Whether there is anything to see in the posts of an organisation, its own or what comes to it for review."""
    return Case.objects.filter(organisation__in=overseen(organisation.id)).exists()


def for_appointment(administering: Administering, account: Account, post: Post) -> bool:
    """Whether an appointment waits for a second person: one of oneself, or of somebody new whom one has invited oneself.

    Whoever holds the link can be the invited person, so that the two steps together would open matters to the administrator.
    """
    by = administering.account
    is_own = account.id == by.id
    if not is_own and not Invitation.objects.filter(account=account, made_by=by).exists():
        return False
    if not is_own and _held(administering, account).filter(organisation=post.organisation_id).exists():
        return False
    return has_petitions(post.organisation)


def for_link(administering: Administering, account: Account, email: str) -> Organisation | None:
    """The organisation whose matters a link for the password would open to whoever gets hold of it; None where a second person is not
    needed: the account holds no post there, the link is one's own, or it goes to an address that its owner has confirmed.
    """
    if account.id == administering.account.id:
        return None
    if email and EmailAddress.objects.filter(user=account, email__iexact=email, verified=True).exists():
        return None
    held = _held(administering, account).select_related("organisation")
    return next((each for each in _distinct(held) if has_petitions(each)), None)


def for_leader(organisation: Organisation, position: str) -> bool:
    """Whether a place in the leading group waits for a second person: heads and deputies confirm what administrators propose."""
    return position in (Leader.Position.HEAD, Leader.Position.DEPUTY) and has_petitions(organisation)


def in_words(administering: Administering, account: Account, organisation: Organisation) -> list[str]:
    """What is told before a change that waits for a second person."""
    lines = [_("这项变动可能使提出的人看到事项：须由另一名管理员或者领导小组组长、副组长确认后才生效。")]
    if not can_be_confirmed(organisation, administering.account, account, day_of(administering.at)):
        lines.append(_("现在没有其他人可以确认。请先由系统运行人员另设一名管理员。"))
    return lines


def _held(administering: Administering, account: Account) -> QuerySet[Holding]:
    return not_over(Holding.objects.filter(account=account), day_of(administering.at))


def _distinct(held: Iterable[Holding]) -> Iterable[Organisation]:
    return {holding.organisation_id: holding.organisation for holding in held}.values()
