"""Two people for what opens matters: one administrator proposes, somebody else confirms, and neither is whom it is for."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from huiyin.errors import HuiyinError
from huiyin.people import administration
from huiyin.people.administrators import confirming_leaders, confirming_scope, on_day
from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import Account, Administrator, Invitation, Organisation, Post, Proposal
from huiyin.people.staff.leaders import place

LINK_GOOD_FOR: Final = timedelta(days=7)
"""How long a link that was confirmed may be taken."""


class MayNotConfirm(HuiyinError):
    """Raised when somebody would decide about what they proposed, what is for themselves, or what is no affair of theirs."""

    to_do = "let another administrator, or the head or a deputy of the leading group, decide"


class AlreadyDecided(HuiyinError):
    """Raised when somebody else decided first."""

    to_do = "look at what was decided"


def propose(
    opens: Proposal.Opens,
    organisation: Organisation,
    account: Account,
    by: Account,
    at: datetime,
    *,
    post: Post | None = None,
    since: date | None = None,
    position: str = "",
    reason: str = "",
) -> Proposal:
    """Ask for a second person; a like proposal that waits already is returned instead.

    Args:
        opens: an appointment (``post``, ``since``), a link for the password, or a ``position`` in the leading group.
    """
    like = {"opens": opens, "organisation": organisation, "account": account, "post": post, "since": since}
    with transaction.atomic():
        Account.objects.select_for_update().get(id=account.id)
        waiting = Proposal.objects.filter(**like, position=position, proposed_by=by, decided_at=None).first()
        if waiting is not None:
            return waiting
        made = Proposal.objects.create(**like, position=position, reason=reason, proposed_by=by, proposed_at=at)
        administration.record_act(
            "propose", [made], at, account, by=by, organisation=organisation.id, subject=_subject(made), reason=reason
        )
    return made


def decide(proposal: Proposal, confirmed: bool, by: Account, at: datetime) -> Proposal:
    """Confirm what was proposed, which carries it out, or decline it. Whoever proposed it may take it back.

    Raises:
        MayNotConfirm: nobody decides about their own proposal or about what is for themselves.
        AlreadyDecided: somebody else was faster.
        AlreadyAppointed, HeadThere: what was proposed is no longer possible; it still waits then.
    """
    with transaction.atomic():
        found = Proposal.objects.select_for_update().get(id=proposal.id)
        if found.decided_at is not None:
            raise AlreadyDecided(f"it was decided at {found.decided_at:%Y-%m-%d %H:%M}")
        takes_back = not confirmed and by.id == found.proposed_by_id
        if not takes_back and not may_decide(found, by, day_of(at)):
            raise MayNotConfirm(f"{by.username} may not decide about this")
        found.decided_by, found.decided_at, found.is_confirmed = by, at, confirmed
        found.save(update_fields=["decided_by", "decided_at", "is_confirmed"])
        administration.record_act(
            "confirm" if confirmed else "decline",
            [found],
            at,
            found.account,
            by=by,
            organisation=found.organisation_id,
            subject=_subject(found),
        )
        if confirmed:
            _carry_out(found, at)
    return found


def _carry_out(proposal: Proposal, at: datetime) -> None:
    by, reason = proposal.proposed_by, proposal.reason
    match proposal.opens:
        case Proposal.Opens.POST:
            assert proposal.post is not None and proposal.since is not None  # as proposed
            appoint(proposal.account, proposal.post, proposal.since, by=by, at=at, reason=reason)
        case Proposal.Opens.LEAD:
            place(proposal.account, proposal.organisation, proposal.position, at, by=by, reason=reason)
        case _:
            return  # a link is taken by who proposed it


def may_decide(proposal: Proposal, account: Account, day: date) -> bool:
    """Whether somebody is the second person: not who proposed it, not whom it is for, and it is an affair of theirs."""
    if account.id in (proposal.proposed_by_id, proposal.account_id):
        return False
    scope = confirming_scope(account, day)
    return scope is not None and scope.organisations.filter(id=proposal.organisation_id).exists()


def can_be_confirmed(organisation: Organisation, by: Account, account: Account, day: date) -> bool:
    """Whether there is anybody who could be the second person."""
    others = Account.objects.filter(is_active=True).exclude(id__in=[by.id, account.id])
    administering = on_day(Administrator.objects.filter(organisation=organisation), day).values("account")
    leading = confirming_leaders().filter(organisation=organisation).values("account")
    return (
        others.filter(is_superuser=True).exists()
        or others.filter(id__in=administering).exists()
        or others.filter(id__in=leading).exists()
    )


def waiting(organisations: QuerySet[Organisation]) -> QuerySet[Proposal]:
    """What waits to be decided in organisations, the oldest first."""
    found = Proposal.objects.filter(organisation__in=organisations, decided_at=None)
    return found.select_related("account", "post__unit", "organisation", "proposed_by").order_by("id")


def waiting_for(account: Account, at: datetime) -> int:
    """How many wait for this account to decide about them, in one query: for the page that every day begins with."""
    mine = Q(proposed_by=account) | Q(account=account)
    found = Proposal.objects.filter(decided_at=None).exclude(mine)
    if not account.is_superuser:
        led = confirming_leaders().filter(account=account).values("organisation")
        own = on_day(Administrator.objects.filter(account=account, organisation__isnull=False), day_of(at))
        found = found.filter(Q(organisation__in=led) | Q(organisation__in=own.values("organisation")))
    return found.count()


def confirmed_link(account: Account, by: Account, at: datetime) -> Proposal | None:
    """The permission to take one link for somebody that was confirmed, lately, and not used."""
    fresh = Proposal.objects.filter(decided_at__gt=at - LINK_GOOD_FOR, opens=Proposal.Opens.LINK, is_confirmed=True)
    return fresh.filter(account=account, proposed_by=by, invitation=None).order_by("id").first()


def use(permission: Proposal, invitation: Invitation, at: datetime) -> None:
    """Note for which link a permission was used."""
    permission.invitation = invitation
    permission.save(update_fields=["invitation"])
    administration.record("use_permission", [permission], at, administration.acting(permission.proposed_by))


def is_permitted(invitation: Invitation, by: Account) -> bool:
    """Whether a link was permitted to somebody."""
    return Proposal.objects.filter(invitation=invitation, proposed_by=by).exists()


def _subject(proposal: Proposal) -> str:
    label = str(Proposal.Opens(proposal.opens).label)
    if proposal.post is not None:
        return f"{label}：{proposal.post.unit.name} · {proposal.post.title} {proposal.since}"
    return f"{label}：{proposal.organisation.name} {proposal.position}".strip()
