"""One file of the archive room: what is in it, its package, and who has borrowed it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiyin.archive import lending, room, shelf
from huiyin.archive.disposal import destroyed_by
from huiyin.archive.lending import LoanForm
from huiyin.archive.models import Loan, Package
from huiyin.archive.package.packaging import NotArchived
from huiyin.archive_pages.entering import room_page
from huiyin.casework.case_view import titles_of
from huiyin.casework.labels import FormError
from huiyin.casework.models import Case, Hold
from huiyin.door.filing import holds
from huiyin.people.petitioners import PetitionerErased
from huiyin.web.case_lookup import visible_case
from huiyin.web.page_access import Acting


@require_safe
@room_page
def file(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """The catalogue of a file (卷内目录), its package, and its loans; how far it is while the package is being made."""
    case = _own(acting, no)
    if room.files_for(acting.actor).filter(case=case).exists():
        return _page(request, acting, case, LoanForm(), ())
    waiting = room.unpacked(case)
    if waiting is None:
        raise Http404
    context = {"waiting": waiting, "title": titles_of([case]).get(case.id, "")}
    return render(request, "archive_pages/file_waiting.html", context)


@require_POST
@room_page
def download(request: HttpRequest, acting: Acting, no: str) -> HttpResponseBase:
    """The package, to be saved; that the petitioners were read is put on record first."""
    package = _openable(acting, no)
    try:
        room.read_on_record(package.case, acting.actor, acting.at)
        parts = shelf.content(package)
    except PetitionerErased:
        raise Http404 from None
    response = StreamingHttpResponse(parts, content_type="application/zip")
    response.headers["Content-Length"] = str(package.size)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{no}.zip") or "attachment"
    return response


@require_POST
@room_page
def verify(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """Whether the stored package is the one that the ledger commits to."""
    package = _package(acting, no)
    flaw = shelf.flaw(package)
    flaw_texts = {
        "": _("已核对：归档包与账本所载的一致"),
        "erased": _("保管期限已满，信访人资料已销毁，归档包不能再读取"),
        "missing": _("归档包不在存储中，请从备份恢复"),
        "altered": _("归档包与账本所载的不一致，已被改动，请从备份恢复并报告管理员"),
    }
    (messages.success if not flaw else messages.error)(request, flaw_texts[flaw])
    return HttpResponseRedirect(reverse("archive:file", args=[no]))


@require_POST
@room_page
def again(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """Have a package made that failed, or that was never made."""
    case = _own(acting, no)
    try:
        shelf.ask_for(case, acting.at)
    except NotArchived:
        raise Http404 from None
    messages.success(request, _("已安排重新制作归档包"))
    return HttpResponseRedirect(reverse("archive:file", args=[no]))


@require_POST
@room_page
def lend(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """Lends the file, or shows the form again with what is wrong."""
    package, sent = _package(acting, no), request.POST
    form = LoanForm(sent.get("borrower", ""), sent.get("reason", ""), sent.get("until", ""))
    outcome = lending.lend(package.case, form, acting.actor, acting.account, acting.at)
    if not isinstance(outcome, Loan):
        return _page(request, acting, package.case, form, outcome, HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("已登记借出"))
    return HttpResponseRedirect(reverse("archive:file", args=[no]))


@require_POST
@room_page
def back(request: HttpRequest, acting: Acting, no: str, id: UUID) -> HttpResponse:
    """The file came back."""
    if lending.take_back(_package(acting, no).case, id, acting.actor, acting.account, acting.at):
        messages.success(request, _("已登记归还"))
    return HttpResponseRedirect(reverse("archive:file", args=[no]))


@require_POST
@room_page
def hold(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """Keeps the file whatever its term, or shows the form again with what is wrong."""
    package, sent = _package(acting, no), request.POST
    reason, basis = sent.get("hold_reason", ""), sent.get("basis", "")
    outcome = holds.place(package.case, reason, basis, acting.account, acting.at)
    if not isinstance(outcome, Hold):
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(request, acting, package.case, LoanForm(), outcome, status, {"reason": reason, "basis": basis})
    messages.success(request, _("已停止销毁"))
    return HttpResponseRedirect(reverse("archive:file", args=[no]))


@require_POST
@room_page
def lift_hold(request: HttpRequest, acting: Acting, no: str) -> HttpResponse:
    """Lets the term of the file count again."""
    case = _package(acting, no).case
    error = holds.lift(case, request.POST.get("lift_reason", ""), acting.account, acting.at)
    if error is not None:
        return _page(request, acting, case, LoanForm(), (error,), HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("已解除停止销毁"))
    return HttpResponseRedirect(reverse("archive:file", args=[no]))


def _own(acting: Acting, no: str) -> Case:
    case = visible_case(acting, no)
    if not Case.objects.filter(room.kept_by(acting.actor, "pk"), id=case.id).exists():
        raise Http404
    return case


def _package(acting: Acting, no: str) -> Package:
    """The newest package of a case that the reader may know of. Raises Http404."""
    case = _own(acting, no)
    found = room.files_for(acting.actor).filter(case=case).first()
    if found is None:
        raise Http404
    return found


def _openable(acting: Acting, no: str) -> Package:
    package = _package(acting, no)
    if not room.may_open(package.case, acting.actor, acting.at):
        raise PermissionDenied
    return package


def _page(
    request: HttpRequest,
    acting: Acting,
    case: Case,
    form: LoanForm,
    errors: tuple[FormError, ...],
    status: HTTPStatus = HTTPStatus.OK,
    hold_form: Mapping[str, str] | None = None,
) -> HttpResponse:
    package = _package(acting, case.number)
    (listed,) = room.filed([package])
    past_holds = list(holds.holds_of(case))
    context = {
        "file": listed,
        "items": room.catalogue(package, acting.actor),
        "may_open": room.may_open(package.case, acting.actor, acting.at),
        "loans": lending.loans_of(package.case),
        "overdue": listed.loan is not None and lending.is_overdue(listed.loan, acting.at),
        "form": form,
        "hold": next((one for one in past_holds if one.lifted_at is None), None),
        "past_holds": [one for one in past_holds if one.lifted_at],
        "account": acting.account,
        "hold_form": hold_form,
        "disposal": destroyed_by(package) if listed.erased else None,
        "errors": errors,
        "wrong": {error.field: error.message for error in errors},
        "at": acting.at,
    }
    return render(request, "archive_pages/file.html", context, status=status)
