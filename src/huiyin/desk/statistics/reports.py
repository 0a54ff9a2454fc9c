"""Reports on the work: put up from the page of figures, read, signed or returned, and handed out as they were signed."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.labels import FormError
from huiyin.casework.sealed.attachments import OpenedFile
from huiyin.documents.content import FILES
from huiyin.documents.layout import NoGlyph
from huiyin.documents.seals.kept import can_seal
from huiyin.insight.models import WorkReport
from huiyin.insight.reports import steps
from huiyin.insight.reports.paper import file_of, paper_of
from huiyin.insight.reports.scans import content_of
from huiyin.insight.reports.seen import may_note, may_put_up, may_seal, may_sign, reports_for, signers_beside
from huiyin.insight.reports.signed_by_hand import HandedInScan, compare, hand_in, may_compare, waiting_scan
from huiyin.insight.reports.steps import Reporting
from huiyin.insight.statistics.printed import period_in_words
from huiyin.insight.statistics.shares import DaySpan
from huiyin.people.models import Account
from huiyin.procedure.command import Actor
from huiyin.rules.deadlines.day_given import day_given
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.uploads import arrived, document_to_be_saved, to_be_saved, unset_sign, with_files

MAX_LISTED = 200


@require_safe
@staff_page
def reports(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The reports that the reader may see, the latest first."""
    rows = reports_for(acting.actor)[:MAX_LISTED]
    context = {"rows": rows, "own": acting.actor.organisation, "may_put_up": may_put_up(acting.actor)}
    return render(request, "desk/reports/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def put_up(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The form by which a report is put up for review, with words of one's own."""
    sent = request.POST if request.method == "POST" else request.GET
    first, last = day_given(sent.get("from", "")), day_given(sent.get("to", ""))
    if first is None or last is None or not may_put_up(acting.actor):
        raise Http404
    span, returned = DaySpan(first, last), _returned(acting, sent.get("revises", ""))
    remarks = sent.get("remarks", returned.remarks if returned else "")
    errors: tuple[FormError, ...] = ()
    if request.method == "POST":
        outcome = steps.put_up(Reporting(span, remarks, returned), acting.actor, acting.account, acting.at)
        if isinstance(outcome, WorkReport):
            messages.success(request, _("已送审，等待签发"))
            return HttpResponseRedirect(reverse("desk:report", args=[outcome.id]))
        errors = outcome
    context = {
        "span": span,
        "period": period_in_words(span),
        "remarks": remarks,
        "returned": returned,
        "signers": signers_beside(acting.actor, acting.at),
        "signed": reports_for(acting.actor).filter(
            organisation=acting.actor.organisation, first=first, last=last, signed=True
        ),
        "errors": errors,
        "wrong": {error.field: error.message for error in errors},
        "most": steps.MAX_REMARKS,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "desk/reports/put_up.html", context, status=status)


def _returned(acting: Acting, given: str) -> WorkReport | None:
    """The returned report of one's own organisation in place of which another is put up; None where none is named."""
    if not given:
        return None
    try:
        id = UUID(given)
    except ValueError:
        raise Http404 from None
    found = reports_for(acting.actor).filter(id=id, organisation=acting.actor.organisation, signed=False).first()
    if found is None:
        raise Http404
    return found


@require_safe
@staff_page
def report(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """One report as it was put up or signed."""
    return _page(request, acting, _found(acting, id), "", ())


@require_POST
@staff_page
def decide(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Signs a report, returns it with reasons, seals one that was signed, or takes note of one that came from below."""
    found, reason = _found(acting, id), request.POST.get("reason", "")
    by = (acting.actor, acting.account, acting.at)
    match request.POST.get("decision"):
        case "sign":
            errors, done = steps.sign(found, *by), _("已签发")
        case "seal":
            errors, done = steps.seal(found, *by), _("已盖章，可以发出")
        case "note":
            errors, done = steps.note(found, request.POST.get("note", ""), *by), _("已收阅")
        case _:
            errors, done = steps.send_back(found, reason, *by), _("已退回")
    if errors:
        return _page(request, acting, found, reason, errors)
    messages.success(request, done)
    return HttpResponseRedirect(reverse("desk:report", args=[id]))


@require_safe
@staff_page
def file(request: HttpRequest, acting: Acting, id: UUID, form: str) -> HttpResponse:
    """The report as PDF or DOCX: it says the same each time, whatever became of its figures since."""
    found = _found(acting, id)
    if form not in FILES:
        raise Http404
    try:
        return document_to_be_saved(file_of(found, form, acting.at))
    except NoGlyph:
        messages.error(request, unset_sign())
        return HttpResponseRedirect(reverse("desk:report", args=[id]))


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def scan(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The scan of a report signed by hand: handed in, handed out to be compared, or confirmed by somebody else."""
    found = _found(acting, id)
    by = (acting.actor, acting.account, acting.at)
    if request.method != "POST":
        waiting = waiting_scan(found)
        if waiting is None:
            raise Http404
        return to_be_saved(OpenedFile(f"{_('签章件')}.pdf", "application/pdf", content_of(waiting)))
    errors: tuple[FormError, ...] = ()
    if request.POST.get("decision") == "compare":
        errors = _compared(request.POST, found, by)
    else:
        files = [arrived(upload) for upload in request.FILES.getlist("scan")]
        outcome = hand_in(found, HandedInScan(files, "upside_down" in request.POST), *by)
        errors = outcome if isinstance(outcome, tuple) else ()
    if errors:
        return _page(request, acting, found, "", errors)
    if WorkReport.objects.filter(id=id, sealed_at=None).exists():
        messages.success(request, _("签章件已存档，须由另一人在本页与文书核对，核对后以它为准"))
    else:
        messages.success(request, _("签章件已核对并存档，以后以它为准"))
    return HttpResponseRedirect(reverse("desk:report", args=[id]))


def _compared(sent: QueryDict, found: WorkReport, by: tuple[Actor, Account, datetime]) -> tuple[FormError, ...]:
    if "same" not in sent:
        return (FormError("", "missing", _("请先逐页核对，再勾选“内容一致”")),)
    try:
        return compare(found, UUID(sent.get("scan", "")), *by)
    except ValueError:
        raise Http404 from None


def _found(acting: Acting, id: UUID) -> WorkReport:
    found = reports_for(acting.actor).filter(id=id).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, acting: Acting, found: WorkReport, reason: str, errors: tuple[FormError, ...]
) -> HttpResponse:
    context = {
        "report": found,
        "content": paper_of(found),
        "is_own": found.organisation_id == acting.actor.organisation,  # what came back is read by its own office alone
        "may_sign": may_sign(found, acting.actor),
        "may_seal": may_seal(found, acting.actor) and can_seal(found.organisation, acting.at),
        "may_hand_in": may_seal(found, acting.actor),
        "scan": (waiting := waiting_scan(found)),
        "may_compare": waiting is not None and may_compare(waiting, found, acting.actor),
        "may_note": may_note(found, acting.actor),
        "note": request.POST.get("note", ""),
        "may_revise": found.signed is False and not hasattr(found, "revised_as") and may_put_up(acting.actor),
        "reason": reason,
        "errors": errors,
        "most": steps.MAX_REASON,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "desk/reports/report.html", context, status=status)
