"""Sealing at the desk: the list of what waits, one press for those that were read, and the scan of what was signed by hand."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Final, get_args
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.lists.documents import PAGE, DocumentList, waiting_documents
from huiyin.casework.models import DocumentRecord
from huiyin.casework.visible import visible_to
from huiyin.desk.issuing.telling import accepted_or_told
from huiyin.documents.numbers import number_in_words
from huiyin.documents.seals.kept import can_seal, in_force
from huiyin.door import Accepted, ScanComparison, Sealing, compare_scan, seal_document
from huiyin.insight.reports.seen import keeps_seal, unsealed_reports
from huiyin.ledger.chain import Conflict
from huiyin.people.models import Organisation
from huiyin.web.case_lookup import visible_case
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.uploads import arrived, with_files

READ: Final = "paper"
"""The field of the list that names a document which was read, with the commitment of its text: the address id, a colon, the digest."""


@require_safe
@staff_page
def documents(request: HttpRequest, acting: Acting) -> HttpResponse:
    """One of the lists; who does not keep the seal reads it, and has no boxes to tick."""
    which = request.GET.get("list", "seal")
    which = which if which in get_args(DocumentList) else "seal"
    page = waiting_documents(acting.actor, which, request.GET.get("after", ""))  # type: ignore[arg-type]
    organ = Organisation.objects.get(id=acting.actor.organisation)
    context = {
        "page": page,
        "lines": [
            (one, number_in_words(one.row.issuer, one.row.series, one.row.period, one.row.number or 0))
            if one.row.number
            else (one, "")
            for one in page.items
        ],
        "which": which,
        "keeps": keeps_seal(acting.actor),
        "has_seal": in_force(organ) is not None,
        "reports": unsealed_reports(organ.id)[:PAGE] if which == "seal" and keeps_seal(acting.actor) else (),
        "is_valid": can_seal(organ, acting.at),
        "at": acting.at,
    }
    return render(request, "desk/sealing.html", context)


@require_POST
@staff_page
def seal_read(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Seal the documents that were ticked, each as it stood in the list."""
    ticked = list(_ticked(request.POST.getlist(READ)[:PAGE]))
    cases = dict(visible_to(acting.actor).filter(papers__in=[id for id, _digest in ticked]).values_list("papers", "id"))
    sealed, failed = 0, list[str]()
    for id, digest in ticked:
        if id not in cases:
            continue
        try:
            outcome = seal_document(cases[id], Sealing(id, digest), acting.actor, acting.at)
        except Conflict:
            failed.append(_("事项有了新的变化，请核对后重新提交"))
            continue
        if isinstance(outcome, Accepted):
            sealed += 1
        else:
            failed += [error.message for error in outcome.errors]
    if sealed:
        messages.success(request, _("已盖章 %(n)d 份") % {"n": sealed})
    for message in dict.fromkeys(failed):
        messages.error(request, message)
    if not ticked:
        messages.error(request, _("请先勾选读过的文书"))
    return HttpResponseRedirect(reverse("desk:sealing"))


def _ticked(values: Iterable[str]) -> Iterable[tuple[UUID, str]]:
    for value in values:
        id, _colon, digest = value.partition(":")
        try:
            yield UUID(id), digest
        except ValueError:
            continue


@with_files
@require_POST
@staff_page
def seal_one(request: HttpRequest, acting: Acting, no: str, id: UUID) -> HttpResponse:
    """Seal one document on its own page, by the certificate or, with files, as it was signed by hand."""
    case = visible_case(acting, no)
    files = [arrived(upload) for upload in request.FILES.getlist("scan")]
    asked = Sealing(id, request.POST.get("digest", ""), files, upside_down="upside_down" in request.POST)
    there = HttpResponseRedirect(reverse("desk:paper", args=[no, id]))
    if request.POST.get("way") == "hand" and not files:
        messages.error(request, _("请选择签章后的扫描件"))
        return there
    if accepted_or_told(request, partial(seal_document, case.id, asked, acting.actor, acting.at)) is None:
        return there
    if not files:
        messages.success(request, _("已盖章，可以发出"))
    elif DocumentRecord.objects.filter(id=id, sealed_at=None).exists():
        messages.success(request, _("签章件已存档，须由另一人在本页与文书核对，核对后以它为准"))
    else:
        messages.success(request, _("签章件已核对并存档，以后以它为准"))
    return there


@require_POST
@staff_page
def compare_one(request: HttpRequest, acting: Acting, no: str, id: UUID) -> HttpResponse:
    """Confirm, on the page of the document, that the picture somebody else handed in is this document, word for word."""
    case = visible_case(acting, no)
    there = HttpResponseRedirect(reverse("desk:paper", args=[no, id]))
    try:
        scan = UUID(request.POST.get("scan", ""))
    except ValueError:
        raise Http404 from None
    if "same" not in request.POST:
        messages.error(request, _("请先逐页核对，再勾选“内容一致”"))
        return there
    asked = ScanComparison(id, request.POST.get("digest", ""), scan)
    if accepted_or_told(request, partial(compare_scan, case.id, asked, acting.actor, acting.at)) is not None:
        messages.success(request, _("签章件已核对并存档，以后以它为准"))
    return there
