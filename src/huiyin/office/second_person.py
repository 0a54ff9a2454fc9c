"""When an administrator needs a second person: where the change could open matters to themselves. Before an organisation has its first
petition there is nothing to open, and none is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from allauth.account.models import EmailAddress
from django.utils.translation import gettext as _

from huiyin.casework.models import Case
from huiyin.office.reach import has_petitions, would_open
from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import Account, Leader, Organisation, Post
from huiyin.people.staff.hands import WHOLE, powers_of
from huiyin.people.staff.proposals import can_be_confirmed
from huiyin.web.page_access import Administering


@dataclass(frozen=True)
class LinkOpens:
    """What a link would open to whoever gets hold of it: ``reach`` in the organisations that have petitions, of which ``organisation``
    decides; ``is_whole`` where it is more than one organisation's affair.
    """

    reach: frozenset[str]
    organisation: Organisation
    is_whole: bool


def for_appointment(administering: Administering, account: Account, post: Post, since: date) -> bool:
    """Whether an appointment waits for a second person: it would show more to who makes it, or to somebody whom they have in their hand.

    Raises what ``appoint`` raises.
    """
    by, at = administering.account, administering.at
    return would_open(by, at, [since], lambda: appoint(account, post, since, by=by, at=at))


def for_link(administering: Administering, account: Account, email: str) -> LinkOpens | None:
    """What a link for the password would open; None where a second person is not needed: the account has no post there, had none
    lately and confirms nothing, the link is one's own, or it goes to an address that its owner has confirmed.
    """
    if account.id == administering.account.id or confirmed_address(account, email):
        return None
    powers = powers_of(account, day_of(administering.at))
    known = Organisation.objects.in_bulk([id for id in set(powers.values()) if id != WHOLE])
    in_use = {id.hex: each for id, each in known.items() if has_petitions(each)}
    some = Case.objects.select_related("organisation").first()
    if WHOLE in powers.values() and some is not None:
        in_use[WHOLE] = some.organisation
    if not in_use:
        return None
    reach = frozenset(what for what, whose in powers.items() if whose in in_use)
    return LinkOpens(reach, next(iter(in_use.values())), len(in_use) > 1 or WHOLE in in_use)


def confirmed_address(account: Account, email: str) -> str:
    """The address as its owner has confirmed it, to which mail goes; empty where they did not.

    Letters count as the same in either case in ASCII alone: other letters that a database takes for one are others to a mail server.
    """
    stored = EmailAddress.objects.filter(user=account, verified=True).values_list("email", flat=True)
    return next((one for one in stored if email and _is_same(one, email)), "")


def _is_same(stored: str, typed: str) -> bool:
    return stored == typed or (stored.isascii() and typed.isascii() and stored.lower() == typed.lower())


def for_leader(organisation: Organisation, position: str) -> bool:
    """Whether a place in the leading group waits for a second person: heads and deputies confirm what administrators propose."""
    return position in (Leader.Position.HEAD, Leader.Position.DEPUTY) and has_petitions(organisation)


def in_words(administering: Administering, account: Account, organisation: Organisation) -> list[str]:
    """What is told before a change that waits for a second person."""
    lines = [_("这项变动可能使提出的人看到事项：须由另一名管理员或者领导小组组长、副组长确认后才生效。")]
    if not can_be_confirmed(organisation, administering.account, account, day_of(administering.at)):
        lines.append(_("现在没有其他人可以确认。请先由系统运行人员另设一名管理员。"))
    return lines
