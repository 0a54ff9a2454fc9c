"""Handing files over to an archive: what went, and the form for what goes."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.archive import room
from huiyin.archive import transfers as handing_over
from huiyin.archive.models import Transfer
from huiyin.archive.transfers import MAX_FILES, TransferForm
from huiyin.archive_pages.entering import chosen_packages, room_page
from huiyin.casework.labels import FormError
from huiyin.web.page_access import Acting


@require_safe
@room_page
def transfers(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What was handed over, the latest first."""
    rows = handing_over.transfers_for(acting.actor)[: room.MAX_LISTED]
    counted = ((row, handing_over.handed_over(row, acting.actor).count()) for row in rows)
    lines = [(row, count) for row, count in counted if count]
    return render(request, "archive_pages/transfers.html", {"lines": lines, "at": acting.at})


@require_safe
@room_page
def transfer(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The list of one transfer (移交清单), as it is printed and signed."""
    row = handing_over.transfers_for(acting.actor).filter(id=id).first()
    if row is None:
        raise Http404
    files = room.filed(handing_over.handed_over(row, acting.actor))
    if not files:
        raise Http404
    return render(
        request,
        "archive_pages/transfer.html",
        {
            "transfer": row,
            "files": files,
            "signing": (_("移交人"), _("接收人")),
            "at": acting.at,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@room_page
def new(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The form: which of the files that are here go, to whom, under which receipt."""
    form, chosen = TransferForm(day=timezone.localdate(acting.at).isoformat()), set[str]()
    errors: tuple[FormError, ...] = ()
    if request.method == "POST":
        sent = request.POST
        form = TransferForm(sent.get("receiver", ""), sent.get("receipt", ""), sent.get("day", ""))
        packages = chosen_packages(acting, sent.getlist("packages"), MAX_FILES)
        outcome = handing_over.hand_over(packages, form, acting.actor, acting.account, acting.at)
        if isinstance(outcome, Transfer):
            messages.success(request, _("已登记移交"))
            return HttpResponseRedirect(reverse("archive:transfer", args=[outcome.id]))
        errors, chosen = outcome, {str(package.id) for package in packages}
    leaving = handing_over.being_destroyed(acting.actor.organisation)
    here = [
        one
        for one in room.find(acting.actor, room.Sought()).files
        if one.transfer is None and one.loan is None and not one.erased and one.package.id.hex not in leaving
    ]
    context = {
        "form": form,
        "files": here,
        "chosen": chosen,
        "errors": errors,
        "wrong": {error.field: error.message for error in errors},
        "at": acting.at,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "archive_pages/transfer_new.html", context, status=status)
