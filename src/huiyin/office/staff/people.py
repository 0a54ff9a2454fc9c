"""Who works here: looked for and listed; and inviting somebody new."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.errors import HuiyinError
from huiyin.jobs import kinds, queue
from huiyin.office.changes import UNFIT, decides_about, words_of
from huiyin.office.forms import InviteForm
from huiyin.office.second_person import for_link
from huiyin.people.inviting import CannotInvite, UsernameTaken, invite
from huiyin.people.models import Account, Invitation, Unit
from huiyin.people.staff.governing import seen_by
from huiyin.people.staff.people_list import AccountStatus, people_page
from huiyin.people.staff.proposals import waiting
from huiyin.web.page_access import Administering, administrator_page

MAX_WORDS = 100
STATUSES = {
    AccountStatus.ACTIVE: gettext_lazy("在用"),
    AccountStatus.INVITED: gettext_lazy("已邀请"),
    AccountStatus.LAPSED: gettext_lazy("邀请已过期"),
    AccountStatus.CLOSED: gettext_lazy("已停用"),
    "away": gettext_lazy("离岗"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def people(request: HttpRequest, administering: Administering) -> HttpResponse:
    """The people whom the administrator sees, by user name. What is looked for is posted, so that no name stands in an address."""
    words = request.POST.get("q", "").strip()[:MAX_WORDS]
    unit, status = request.GET.get("unit", ""), request.GET.get("status", "")
    units = Unit.objects.filter(organisation__in=administering.organisations).select_related("organisation")
    known = {str(each.id): each for each in units.order_by("organisation__code", "code")}
    among = seen_by(administering.is_whole, administering.organisations)
    chosen = known[unit].id if unit in known else None
    page = people_page(
        among,
        administering.at,
        words=words,
        unit=chosen,
        status=status,
        after=request.GET.get("after", ""),
        organisations=None if administering.is_whole else administering.organisations,
    )
    context = {
        "page": page,
        "units": known.values(),
        "unit": unit,
        "status": status,
        "statuses": STATUSES,
        "q": words,
        "proposals": waiting(administering.organisations).count(),
        "at": administering.at,
    }
    return render(request, "office/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def new(request: HttpRequest, administering: Administering) -> HttpResponse:
    """Invites somebody; the mail is left to a worker, a link to print is taken on the page of the person."""
    given = request.POST if request.method == "POST" else None
    form = InviteForm(given, organisations=administering.organisations, sends_mail=settings.HUIYIN_SENDS_MAIL)
    if given is None or not form.is_valid():
        return render(request, "office/invite.html", {"form": form}, status=200 if given is None else UNFIT)
    try:
        invitation = _invited(form.cleaned_data, administering)
    except HuiyinError as refused:
        field = refused.field if isinstance(refused, CannotInvite) and refused.field in form.fields else None
        form.add_error(field, words_of(refused))
        return render(request, "office/invite.html", {"form": form}, status=UNFIT)
    if invitation.address:
        messages.success(request, _("邀请邮件即将发出"))
    else:
        messages.success(request, _("已建立账户。请打印邀请链接，当面交给本人"))
    return HttpResponseRedirect(reverse("office:person", args=[invitation.account_id]))


def _invited(given: dict[str, Any], administering: Administering) -> Invitation:
    known = Account.objects.filter(username__iexact=given["username"].strip()).first()
    seen = seen_by(administering.is_whole, administering.organisations)
    # Whoever was invited elsewhere is no affair of this administrator, even under the same name.
    # A link for whoever holds a post may need a second person: that is asked for on the page of the person.
    if known and (
        known not in seen
        or not decides_about(administering, known)
        or for_link(administering, known, given.get("email", ""))
    ):
        raise UsernameTaken("username", "somebody signs in by this name already", "choose another user name")
    with transaction.atomic():
        invitation = invite(
            given["username"],
            given["display_name"],
            administering.at,
            email=given.get("email", ""),
            by=administering.account,
            organisation=given["organisation"],
        )
        if invitation.address:
            mail(invitation, administering)
    return invitation


def mail(invitation: Invitation, administering: Administering) -> None:
    """Leave the sending of an invitation to a worker."""
    organisation: UUID | None = invitation.organisation_id
    queue.enqueue(kinds.invitation(invitation.id, organisation, get_language() or "", administering.at))
