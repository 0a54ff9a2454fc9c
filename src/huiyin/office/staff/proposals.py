"""What waits for a second person: administrators, heads and deputies of leading groups confirm or decline it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.labels import name_of
from huiyin.door.consequences.namesakes import ask_about_appointed
from huiyin.errors import HuiyinError
from huiyin.office.changes import CONFLICT, words_of
from huiyin.people.appointments import day_of
from huiyin.people.models import Leader, Proposal
from huiyin.people.staff.hands import in_hand, powers_of_each
from huiyin.people.staff.proposals import (
    WAITS,
    ProposalChanged,
    decide,
    for_second_person,
    lapsed_lately,
    seen_of,
    waiting,
    without_proposer,
)
from huiyin.rule_store.store import load
from huiyin.web.page_access import Administering, confirming_page


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in words; ``roles`` are those of the post, ``mine`` where the reader proposed it, ``decides`` where they may confirm it.

    ``without_proposer`` where it can only be declined, since whoever proposed it does not administer there any more;
    ``in_hand`` where whoever proposed it has handled a link of whom it is for; ``seen`` is what the form carries (``seen_of``).
    """

    proposal: Proposal
    what: str
    roles: tuple[str, ...]
    mine: bool
    decides: bool
    without_proposer: bool
    in_hand: bool
    seen: str

    @property
    def lapses_at(self) -> datetime:
        """When it lapses unless somebody decides."""
        return self.proposal.proposed_at + WAITS


@require_safe
@confirming_page
def proposals(request: HttpRequest, administering: Administering) -> HttpResponse:
    """What waits in the reader's organisations, the oldest first."""
    return _listed(request, administering)


def _listed(request: HttpRequest, administering: Administering, status: int = 200) -> HttpResponse:
    lines = list(_lines(administering))
    lapsed = [(one, _what(one)) for one in lapsed_lately(administering.organisations, administering.at)]
    context = {"lines": lines, "lapsed": lapsed, "days": WAITS.days, "at": administering.at}
    return render(request, "office/proposals.html", context, status=status)


@require_POST
@confirming_page
def decided(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Confirms or declines one. Answers 409 where it is no longer what was shown."""
    proposal = waiting(administering.organisations).filter(id=id).first()
    if proposal is None:
        raise Http404
    confirmed = request.POST.get("decision") == "confirm"
    try:
        with transaction.atomic():
            decide(proposal, confirmed, administering.account, administering.at, request.POST.get("seen", ""))
            if confirmed and proposal.opens == Proposal.Opens.POST:
                ask_about_appointed([proposal.account_id], administering.at)
    except ProposalChanged as changed:
        messages.error(request, words_of(changed))
        return _listed(request, administering, CONFLICT)
    except HuiyinError as refused:
        messages.error(request, words_of(refused))
    else:
        messages.success(request, _("已确认，变动生效") if confirmed else _("已退回，变动不生效"))
    return HttpResponseRedirect(reverse("office:proposals"))


def _lines(administering: Administering) -> Iterator[ProposalLine]:
    found, by = list(waiting(administering.organisations)), administering.account
    decides = for_second_person(waiting(administering.organisations), by, administering.is_whole)
    may, handled = set(decides.values_list("id", flat=True)), in_hand(found)
    day = day_of(administering.at)
    powers, gone = powers_of_each([one.account for one in found], day), without_proposer(found, day)
    for one in found:
        yield ProposalLine(
            one,
            _what(one),
            _roles(one, administering),
            one.proposed_by_id == by.id,
            one.id in may,
            one.id in gone,
            one.id in handled and one.account_id != one.proposed_by_id,
            seen_of(one, powers[one.account_id]),
        )


def _what(proposal: Proposal) -> str:
    if proposal.post is not None:
        words = {"unit": proposal.post.unit.name, "post": proposal.post.title, "day": proposal.since}
        return _("从 %(day)s 起任命到%(unit)s“%(post)s”岗位") % words
    if proposal.opens == Proposal.Opens.LEAD:
        return _("担任信访工作领导小组%(position)s") % {"position": Leader.Position(proposal.position).label}
    return _("由提出人取得设置密码的链接")


def _roles(proposal: Proposal, administering: Administering) -> tuple[str, ...]:
    if proposal.post is None:
        return ()
    roles = load(proposal.organisation.rulebook_at(administering.at)).book.roles
    return tuple(name_of(roles.get(role), role) for role in proposal.post.roles)
