"""Two people for what opens matters: one administrator proposes, somebody else confirms, and neither is whom it is for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop
from huiyin.people import administration
from huiyin.people.administrators import confirming_leaders, confirming_scope, on_day
from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import Account, Administrator, Invitation, Organisation, Post, Proposal
from huiyin.people.staff.hands import beyond, no_second_person, powers_of
from huiyin.people.staff.leaders import place

LINK_GOOD_FOR: Final = timedelta(days=7)
"""How long a link that was confirmed may be taken."""


WAITS: Final = timedelta(days=14)
"""How long what is proposed waits for a second person: afterwards whoever knew the reasons may be gone, and it lapses."""
TOLD_FOR: Final = timedelta(days=30)
"""How long a page tells of what lapsed."""


class MayNotConfirm(HuiyinError):
    """Raised when somebody would decide about what they proposed, what is for themselves, or what is no affair of theirs."""

    to_do = gettext_noop("请由另一位管理员，或者领导小组组长、副组长决定")


class AlreadyDecided(HuiyinError):
    """Raised when somebody else decided first."""

    to_do = gettext_noop("请查看已经作出的决定")


class ProposerGone(HuiyinError):
    """Raised when whoever proposed it does not administer there any more."""

    to_do = gettext_noop("请退回；另一位管理员可以重新提出")


class ProposalLapsed(HuiyinError):
    """Raised when nobody confirmed it in time."""

    to_do = gettext_noop("请重新提出")


class ProposalChanged(HuiyinError):
    """Raised when what is proposed is no longer what the second person was shown."""

    to_do = gettext_noop("请重新查看")


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
    reach: Collection[str] = (),
    is_whole: bool = False,
) -> Proposal:
    """Ask for a second person; a like proposal that waits already is returned instead.

    Args:
        opens: an appointment (``post``, ``since``), a link for the password, or a ``position`` in the leading group.
        reach: what a link opens at most (keys of ``staff.hands.powers_of``).
        is_whole: whether only who administers the whole installation may confirm it.
    """
    like = {"opens": opens, "organisation": organisation, "account": account, "post": post, "since": since}
    with transaction.atomic():
        Account.objects.select_for_update().get(id=account.id)
        waiting = Proposal.objects.filter(**like, position=position, proposed_by=by, decided_at=None)
        for one in waiting:
            if set(one.reach) == set(reach):
                return one
        made = Proposal.objects.create(
            **like,
            position=position,
            reason=reason,
            proposed_by=by,
            proposed_at=at,
            reach=sorted(reach),
            is_whole=is_whole,
        )
        administration.record_act(
            "propose", [made], at, account, by=by, organisation=organisation.id, subject=_subject(made), reason=reason
        )
    return made


def decide(proposal: Proposal, confirmed: bool, by: Account, at: datetime, seen: str | None = None) -> Proposal:
    """Confirm what was proposed, which carries it out, or decline it. Whoever proposed it may take it back.

    Args:
        seen: what was shown to whoever confirms (``seen_of``); None where nothing was shown.

    Raises:
        MayNotConfirm: nobody decides about their own proposal or about what is for themselves.
        AlreadyDecided: somebody else was faster.
        ProposalLapsed: it has waited longer than ``WAITS``.
        ProposalChanged: it is no longer what was shown.
        ProposerGone: whoever proposed it does not administer there any more.
        AlreadyAppointed, HeadThere, UnitEnded: what was proposed is no longer possible; it still waits then.
    """
    with transaction.atomic():
        found = Proposal.objects.select_for_update().get(id=proposal.id)
        if found.decided_at is not None:
            raise AlreadyDecided(f"it was decided at {found.decided_at:%Y-%m-%d %H:%M}")
        takes_back = not confirmed and by.id == found.proposed_by_id
        if not takes_back and not may_decide(found, by, day_of(at)):
            raise MayNotConfirm(f"{by.username} may not decide about this")
        if confirmed and found.proposed_at <= at - WAITS:
            raise ProposalLapsed(f"it has waited since {found.proposed_at:%Y-%m-%d}")
        if confirmed:
            _refuse_changed(found, at, seen)
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


def lapse(at: datetime) -> int:
    """Let lapse what nobody decided within ``WAITS``, on record; how many. Whoever proposed it reads so (``lapsed_lately``)."""
    late = Proposal.objects.filter(decided_at=None, proposed_at__lte=at - WAITS)
    return sum(_lapse(one, at) for one in list(late.values_list("id", flat=True)[:500]))


def _lapse(id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        found = Proposal.objects.select_for_update(of=("self",)).filter(id=id, decided_at=None).first()
        if found is None:
            return False
        found.decided_at = at
        found.save(update_fields=["decided_at"])
        subject = _subject(found)
        administration.record_act(
            "lapse", [found], at, found.account, organisation=found.organisation_id, subject=subject
        )
    return True


def lapsed_lately(organisations: QuerySet[Organisation], at: datetime) -> QuerySet[Proposal]:
    """What lapsed within the last ``TOLD_FOR`` since nobody decided it, the latest first."""
    found = Proposal.objects.filter(organisation__in=organisations, decided_at__gt=at - TOLD_FOR, decided_by=None)
    return found.select_related("account", "post__unit", "organisation", "proposed_by").order_by("-decided_at", "-id")


def _refuse_changed(proposal: Proposal, at: datetime, seen: str | None) -> None:
    """Where it is no longer what was proposed, and shown. What it says of the post and the account stays so until it was decided."""
    if proposal.post is not None:
        list(Post.objects.select_for_update().filter(id=proposal.post.id))
    list(Account.objects.select_for_update().filter(id=proposal.account_id))
    if without_proposer([proposal], day_of(at)):
        raise ProposerGone(f"{proposal.proposed_by.username} does not administer {proposal.organisation} any more")
    proposal.refresh_from_db(fields=["post", "account"])  # as they are since they were locked
    if seen is not None and seen != seen_of(proposal, powers_of(proposal.account, day_of(at))):
        raise ProposalChanged("the post or the account was changed since it was shown")


def without_proposer(proposals: Collection[Proposal], day: date) -> frozenset[UUID]:
    """Those of the proposals whose proposer does not administer there any more, in one query: they can only be declined."""
    administering = on_day(Administrator.objects.filter(account__in={one.proposed_by_id for one in proposals}), day)
    held = set(administering.values_list("account_id", "organisation_id"))
    return frozenset(one.id for one in proposals if not _still_administers(one, held))


def _still_administers(proposal: Proposal, held: Collection[tuple[UUID, UUID | None]]) -> bool:
    by = proposal.proposed_by
    return by.is_active and (by.is_superuser or (by.id, None) in held or (by.id, proposal.organisation_id) in held)


def seen_of(proposal: Proposal, powers: Iterable[str]) -> str:
    """A digest of what a second person is shown: the post with its unit and roles, and how it stands with the account (``powers_of_each``)."""
    post, account = proposal.post, proposal.account
    of_post = (
        [post.unit_id.hex, post.unit.name, str(post.unit.abolished_on), post.title, *sorted(post.roles)] if post else []
    )
    of_account = [account.username, account.display_name, account.is_active, *sorted(powers)]
    shown = json.dumps([proposal.id.hex, of_post, of_account, proposal.reach])
    return hashlib.sha256(shown.encode()).hexdigest()


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
    """Whether somebody is the second person: not who proposed it or whom these have in their hand, not whom it is for, and it is an
    affair of theirs.
    """
    if account.id == proposal.account_id or account.id in no_second_person(proposal.proposed_by):
        return False
    scope = confirming_scope(account, day)
    if scope is None or (proposal.is_whole and not scope.is_whole):
        return False
    return scope.organisations.filter(id=proposal.organisation_id).exists()


def can_be_confirmed(organisation: Organisation, by: Account, account: Account, day: date) -> bool:
    """Whether there is anybody who could be the second person."""
    others = Account.objects.filter(is_active=True).exclude(id__in=[*no_second_person(by), account.id])
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


def for_second_person(proposals: QuerySet[Proposal], account: Account, is_whole: bool) -> QuerySet[Proposal]:
    """Those of the proposals that an account is a second person for; ``is_whole`` where it administers the installation."""
    found = proposals.exclude(beyond(account))
    return found if is_whole else found.filter(is_whole=False)


def waiting_for(account: Account, at: datetime) -> QuerySet[Proposal]:
    """Those that wait for this account to decide about them: their number is asked for by the page that every day begins with."""
    found = for_second_person(Proposal.objects.filter(decided_at=None), account, account.is_superuser)
    if not account.is_superuser:
        led = confirming_leaders().filter(account=account).values("organisation")
        own = on_day(Administrator.objects.filter(account=account, organisation__isnull=False), day_of(at))
        found = found.filter(Q(organisation__in=led) | Q(organisation__in=own.values("organisation")))
    return found


def confirmed_link(account: Account, by: Account, at: datetime, reach: Collection[str] = ()) -> Proposal | None:
    """The permission to take one link for somebody that was confirmed, lately, and not used; for all of ``reach``."""
    fresh = Proposal.objects.filter(decided_at__gt=at - LINK_GOOD_FOR, opens=Proposal.Opens.LINK, is_confirmed=True)
    unused = fresh.filter(account=account, proposed_by=by, invitation=None).order_by("id")
    return next((one for one in unused if set(reach) <= set(one.reach)), None)


def use(permission: Proposal, invitation: Invitation, at: datetime) -> None:
    """Note for which link a permission was used."""
    permission.invitation = invitation
    permission.save(update_fields=["invitation"])
    administration.record("use_permission", [permission], at, administration.acting(permission.proposed_by))


def is_permitted(invitation: Invitation, by: Account, reach: Collection[str] = ()) -> bool:
    """Whether a link was permitted to somebody, for all of ``reach``."""
    permitted = Proposal.objects.filter(invitation=invitation, proposed_by=by)
    return any(set(reach) <= set(one.reach) for one in permitted)


def _subject(proposal: Proposal) -> str:
    label = str(Proposal.Opens(proposal.opens).label)
    if proposal.post is not None:
        return f"{label}：{proposal.post.unit.name} · {proposal.post.title} {proposal.since}"
    return f"{label}：{proposal.organisation.name} {proposal.position}".strip()
