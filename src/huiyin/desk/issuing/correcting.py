"""Correcting an issued document at the desk: drafted from its own page, approved on the page of the correction."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from huiyin.casework.history import Document
from huiyin.casework.loaded_case import LoadedCase
from huiyin.desk.issuing.telling import accepted_or_told
from huiyin.door import DocumentCorrection, approve_correction, correct_document
from huiyin.door.documents.correcting import is_replaced
from huiyin.procedure.amending.documents import may_correct
from huiyin.procedure.command import Actor
from huiyin.procedure.documents.correction import has_open_window
from huiyin.web.case_lookup import visible_case, visible_document
from huiyin.web.page_access import Acting, staff_page

DECISION = "decision"


def may_be_corrected(loaded: LoadedCase, document: Document, actor: Actor) -> bool:
    """Whether ``actor`` may draft a correction of an issued document now."""
    if document.issuer.id != actor.organisation or is_replaced(document.id):
        return False
    return may_correct(loaded.rules, loaded.state, document.kind, actor) is None


def may_change_decision(loaded: LoadedCase, document: Document) -> bool:
    """Whether a correction may say that something else was decided: as long as the petitioner can still turn against it."""
    return has_open_window(loaded.procedure, loaded.state, document.kind)


@require_POST
@staff_page
def correct(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Draft the correction of an issued document; then its text is changed."""
    row = visible_document(acting, id)
    what = DocumentCorrection(id, request.POST.get("reason", ""), request.POST.get("what") == DECISION)
    accepted = accepted_or_told(request, partial(correct_document, row.case_id, what, acting.actor, acting.at))
    if accepted is None:
        return HttpResponseRedirect(reverse("desk:notice", args=[id]))
    messages.success(request, _("已拟好更正稿：请改正文字，再送批准"))
    return HttpResponseRedirect(reverse("desk:paper-edit", args=[row.case.number, accepted.state.papers[row.kind].id]))


@require_POST
@staff_page
def approve(request: HttpRequest, acting: Acting, no: str, id: UUID) -> HttpResponse:
    """Approve a correction as it was read: it gets its number, and goes out at once where no step serves it."""
    case = visible_case(acting, no)
    digest = request.POST.get("digest", "")
    accepted = accepted_or_told(request, partial(approve_correction, case.id, id, digest, acting.actor, acting.at))
    if accepted is not None:
        is_issued = any(one.id == id and one.status == "issued" for one in accepted.state.papers.values())
        served = _("更正已批准并编号；请按原来的方式送达")
        messages.success(request, _("更正已批准并发出，原件上已注明") if is_issued else served)
    return HttpResponseRedirect(reverse("desk:paper", args=[no, id]))
