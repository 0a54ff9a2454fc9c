"""Correcting an issued paper at the desk: drafted from its own page, approved on the page of the correction."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.casework.history import Document
from huiyin.casework.loaded_case import LoadedCase, load_case
from huiyin.casework.visible import visible_paper
from huiyin.door import Accepted, PaperCorrection, approve_correction, correct_paper
from huiyin.door.outcome import Rejected
from huiyin.door.papers.correcting import is_replaced
from huiyin.ledger.chain import Conflict
from huiyin.people.web import Acting, staff_page
from huiyin.procedure.amending.papers import may_correct
from huiyin.procedure.command import Actor
from huiyin.procedure.papers.correction import has_open_window
from huiyin.web.case_lookup import visible_case

DECISION = "decision"


def may_be_corrected(loaded: LoadedCase, document: Document, actor: Actor) -> bool:
    """Whether ``actor`` may draft a correction of an issued paper now."""
    if document.issuer.id != actor.organisation or is_replaced(document.id):
        return False
    return may_correct(loaded.rules, loaded.state, document.kind, actor) is None


def may_change_decision(loaded: LoadedCase, document: Document) -> bool:
    """Whether a correction may say that something else was decided: as long as the petitioner can still turn against it."""
    return has_open_window(loaded.procedure, loaded.state, document.kind)


@require_POST
@staff_page
def correct(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Draft the correction of an issued paper; then its text is changed."""
    row = visible_paper(acting.actor, id)
    if row is None:
        raise Http404
    what = PaperCorrection(id, request.POST.get("reason", ""), request.POST.get("what") == DECISION)
    try:
        outcome = correct_paper(row.case_id, what, acting.actor, acting.at)
    except Conflict:
        messages.error(request, _("事项有了新的变化，请核对后重新提交"))
        return HttpResponseRedirect(reverse("desk:notice", args=[id]))
    if not isinstance(outcome, Accepted):
        _tell(request, outcome)
        return HttpResponseRedirect(reverse("desk:notice", args=[id]))
    paper = next(one for one in outcome.state.papers.values() if one.is_open and one.drafted_by.startswith("correct_"))
    messages.success(request, _("已拟好更正稿：请改正文字，再送批准"))
    return HttpResponseRedirect(reverse("desk:paper-edit", args=[row.case.number, paper.id]))


@require_POST
@staff_page
def approve(request: HttpRequest, acting: Acting, no: str, id: UUID) -> HttpResponse:
    """Approve a correction as it was read: it gets its number, and goes out at once where no step serves it."""
    case = visible_case(acting.actor, no)
    try:
        outcome = approve_correction(case.id, id, request.POST.get("digest", ""), acting.actor, acting.at)
    except Conflict:
        messages.error(request, _("事项有了新的变化，请核对后重新提交"))
        return HttpResponseRedirect(reverse("desk:paper", args=[no, id]))
    if not isinstance(outcome, Accepted):
        _tell(request, outcome)
    elif any(one.id == id and one.status == "issued" for one in load_case(outcome.case).state.papers.values()):
        messages.success(request, _("更正已批准并发出，原件上已注明"))
    else:
        messages.success(request, _("更正已批准并编号；请按原来的方式送达"))
    return HttpResponseRedirect(reverse("desk:paper", args=[no, id]))


def _tell(request: HttpRequest, outcome: Rejected) -> None:
    for error in outcome.errors:
        messages.error(request, error.message)
