"""A receipt with a new query code, handed to the petitioner at the counter once they have shown who they are."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import Case, Submission
from huiyin.casework.sealed.codes import PROOFS, current
from huiyin.casework.sealed.confidential import is_hidden
from huiyin.casework.sealed.seen_codes import is_spoilt, may_give_out
from huiyin.desk.case_page import parties_of
from huiyin.desk.registering.pages import CODE_KEY, RECEIPT_KEY
from huiyin.door.beside.codes import give_out
from huiyin.web.case_lookup import visible_case
from huiyin.web.page_access import Acting, staff_page


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def give_out_again(request: HttpRequest, acting: Acting, no: str, id: UUID) -> HttpResponse:
    """Asks by what the petitioner showed who they are; sent, leads to the new receipt, which this session alone can print."""
    case = visible_case(acting, no)
    submission = _submission(case, id, acting)
    error = ""
    if request.method == "POST":
        proof = request.POST.get("proof", "")
        if proof in PROOFS and request.POST.get("void"):
            made = give_out(submission, proof, acting.actor, acting.at)
            request.session[RECEIPT_KEY], request.session[CODE_KEY] = submission.id.hex, made.number
            return HttpResponseRedirect(reverse("desk:receipt"))
        error = _("请确认原查询码作废") if proof in PROOFS else _("请选择核对了哪种证件，并确认原查询码作废")
    context = {
        "case": case,
        "submission": submission,
        "proofs": {code: _(label) for code, label in PROOFS.items()},
        "chosen": request.POST.get("proof", ""),
        "void": bool(request.POST.get("void")),
        "earlier": current(submission),
        "spoilt": is_spoilt(submission),
        "error": error,
    }
    return render(request, "desk/receipt_again.html", context, status=422 if error else 200)


def _submission(case: Case, id: UUID, acting: Acting) -> Submission:
    """The contact of the case, where the actor may give out its code: nobody checks the identity of one whose name is kept from them."""
    found = Submission.objects.filter(case=case, id=id).select_related("case").first()
    hidden = is_hidden(case, parties_of(case), acting.actor, acting.at)
    if found is None or hidden or not may_give_out(load_case(case), found, acting.actor, acting.at):
        raise Http404
    return found
