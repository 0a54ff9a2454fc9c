"""Asking to know who brought a case confidentially; the custodian lets them know for a time, or not."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.casework.models import Case, CaseParty
from huiyin.casework.sealed import confidential
from huiyin.casework.sealed.confidential import MAX_REASON_CHARS
from huiyin.door.beside.identity import ask, decide
from huiyin.people.checks import clean_text
from huiyin.people.petitioners import PetitionerErased
from huiyin.people.staff.proposals import WAITS
from huiyin.web.case_lookup import visible_case
from huiyin.web.page_access import Acting, staff_page

GRANT, REFUSE = "grant", "refuse"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def identity(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """For the custodian: what was asked, and the decision; for everybody else: their own requests, and the form of a new one."""
    case = visible_case(acting, no)
    if not CaseParty.objects.filter(case=case, petitioner__confidential=True).exists():
        raise Http404
    keeps = confidential.keeps_identity(case, acting.actor, acting.at)
    error = ""
    if request.method == "POST":
        error = _decide(request, acting, case) if keeps else _ask(request, acting, case)
        if not error:
            return HttpResponseRedirect(reverse("desk:identity", args=[case.number]))
    context = {
        "case": case,
        "keeps": keeps,
        "error": error,
        "typed": request.POST.get("reason", ""),
        "most": MAX_REASON_CHARS,
        "days": confidential.UNLOCKED_FOR.days,
        "waits": WAITS.days,
        "requests": confidential.requests(case, acting.actor, acting.at),
        "at": acting.at,
        "me": acting.account,
    }
    return render(request, "desk/identity.html", context, status=422 if error else 200)


def _ask(request: HttpRequest, acting: Acting, case: Case) -> str:
    """What is wrong with the request; empty when it was made."""
    reason, problems = clean_text("reason", request.POST.get("reason", ""), MAX_REASON_CHARS)
    if problems:
        return _("请写明为什么需要知道，最多 %(max)d 字") % {"max": MAX_REASON_CHARS}
    for marked in refused_texts([("reason", reason)]):
        return marked.message
    try:
        asked = ask(case, acting.actor, reason, acting.at)
    except PetitionerErased:
        raise Http404 from None
    if not asked:
        return _("您的上一次申请还没有答复，请等身份保管人决定")
    messages.success(request, _("申请已交身份保管人"))
    return ""


def _decide(request: HttpRequest, acting: Acting, case: Case) -> str:
    choice = request.POST.get("decision", "")
    try:
        asked = UUID(request.POST.get("request", ""))
    except ValueError:
        raise Http404 from None
    if choice not in {GRANT, REFUSE}:
        return _("请选择同意或者不同意")
    if not decide(case, asked, acting.actor, acting.at, grant=choice == GRANT):
        return _("这项申请已经决定，或者是您自己提出的，您不能决定")
    messages.success(request, _("决定已记录"))
    return ""
