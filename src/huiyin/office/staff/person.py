"""Everything about one person who works here, and the links with which they set a password."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.jobs import kinds, queue
from huiyin.office import second_person
from huiyin.office.changes import Change, change_page, decides_about, governed, person_of, words_of
from huiyin.office.forms import LinkForm
from huiyin.office.log import lines_of as log_lines
from huiyin.office.staff.people import STATUSES, mail
from huiyin.people.appointments import day_of
from huiyin.people.inviting import LinkVoid, invite_again, open_invitation, take_link
from huiyin.people.models import (
    Account,
    AdministrativeAct,
    Administrator,
    Holding,
    Invitation,
    Leader,
    Organisation,
    Proposal,
)
from huiyin.people.signing_in.second_factor_rules import FACTORS
from huiyin.people.signing_in.tokens import of_account
from huiyin.people.staff.people_list import absences_in, lines_of
from huiyin.people.staff.proposals import confirmed_link, is_permitted, propose, use
from huiyin.web.page_access import Administering, administrator_page

ACTS_LISTED = 10
ABSENCES_LISTED = 10


@require_safe
@administrator_page
def person(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """The person with posts, absences, links and what was changed last."""
    account = person_of(administering, id)
    invitation = open_invitation(account)
    (line,) = lines_of([account], administering.at, _shown_of(administering))
    context = {
        "account": account,
        "line": line,
        "status": STATUSES[line.status],
        "decides": decides_about(administering, account),
        "holdings": _holdings(administering, account),
        "absences": absences_in(_shown_of(administering))
        .filter(account=account)
        .select_related("deputy")
        .order_by("-since")[:ABSENCES_LISTED],
        "factors": Authenticator.objects.filter(user=account, type__in=FACTORS).count(),
        "tokens": of_account(account).count(),
        "leads": Leader.objects.filter(account=account, organisation__in=administering.organisations).select_related(
            "organisation"
        ),
        "administers": Administrator.objects.filter(account=account, until=None).select_related("organisation"),
        "invitation": invitation,
        "job": queue.find(kinds.invitation_key(invitation.id)) if invitation and invitation.address else None,
        "acts": log_lines(_acts(administering, account), administering),
        "at": administering.at,
        "today": day_of(administering.at),
    }
    return render(request, "office/person.html", context)


def _shown_of(administering: Administering) -> QuerySet[Organisation] | None:
    """The organisations whose posts and absences are shown; None: all."""
    return None if administering.is_whole else administering.organisations


def _holdings(administering: Administering, account: Account) -> Any:
    held = Holding.objects.filter(account=account).select_related("post__unit", "organisation")
    own = held if administering.is_whole else held.filter(organisation__in=administering.organisations)
    return own.order_by("-since", "id")


def _acts(administering: Administering, account: Account) -> list[AdministrativeAct]:
    acts = AdministrativeAct.objects.filter(about=account).select_related("by", "about", "holding")
    if not administering.is_whole:
        acts = acts.filter(organisation__in=administering.organisations) | acts.filter(organisation=None)
    return list(acts.order_by("-id")[:ACTS_LISTED])


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def link(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """A new link in place of any that is open: mailed, or to be printed."""
    account = governed(administering, id)
    sends = settings.HUIYIN_SENDS_MAIL
    form = LinkForm(request.POST or None, sends_mail=sends)
    title = _("重置密码") if account.is_active else _("重新邀请")

    def carry_out(given: Any) -> str:
        typed = given.get("email", "")
        email = second_person.confirmed_address(account, typed) or typed
        opened = second_person.for_link(administering, account, email)
        by, at = administering.account, administering.at
        permission = confirmed_link(account, by, at, opened.reach) if opened else None
        if opened and permission is None:
            propose(
                Proposal.Opens.LINK,
                opened.organisation,
                account,
                by,
                at,
                reason=given["reason"],
                reach=opened.reach,
                is_whole=opened.is_whole,
            )
            return _("已提出。另一人确认后，请再来这里取得链接")
        former = account.invitations.order_by("-made_at").first()
        made = invite_again(
            account,
            administering.at,
            email=email,
            by=administering.account,
            organisation=former.organisation if former else None,
            reason=given["reason"],
        )
        if permission is not None:
            use(permission, made, administering.at)
        if made.address:
            mail(made, administering)
            return _("链接即将发到邮箱，原来的链接作废")
        return _("原来的链接已作废，请打印新的链接")

    intro = _("链接只能用一次，七天内有效。设置新密码后，此前的登录和令牌一律失效。")
    intro += _(
        "本人有岗位、近期任过职或可以确认人员变动，而链接不是发到其确认过的邮箱的，须由另一名管理员或组长、副组长确认后才能取得。"
    )
    return change_page(request, account, Change(title, _("生成链接"), form, carry_out, intro=intro))


@require_POST
@administrator_page
def printed(request: HttpRequest, administering: Administering, id: UUID) -> HttpResponse:
    """Shows the link this once, to be printed and given to the person; one that was printed or mailed before opens nothing any more."""
    account = governed(administering, id)
    invitation = open_invitation(account)
    try:
        if invitation is None or invitation.way != Invitation.Handover.PRINT:
            messages.error(request, _("没有可以打印的链接，请先生成"))
            return HttpResponseRedirect(reverse("office:person", args=[account.id]))
        opened = second_person.for_link(administering, account, "")
        if opened and not is_permitted(invitation, administering.account, opened.reach):
            messages.error(
                request, _("本人有岗位、近期任过职或可以确认人员变动，取得链接须由另一人确认：请点“换一个链接”提出")
            )
            return HttpResponseRedirect(reverse("office:person", args=[account.id]))
        address = take_link(invitation, administering.at, administering.account)
    except LinkVoid as void:
        messages.error(request, words_of(void))
        return HttpResponseRedirect(reverse("office:person", args=[account.id]))
    context = {"account": account, "invitation": invitation, "link": address, "picture": _picture(address)}
    return render(request, "office/link.html", context)


def _picture(address: str) -> str:
    """A QR code of an address, as the page for authenticator apps draws its own."""
    drawn: str = get_adapter().build_totp_svg(address)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"
