"""Asking for a swap, deciding on one, and all that were asked for."""

from __future__ import annotations

from http import HTTPStatus
from typing import get_args
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.readiness.refusals import DoesNotFit
from huiyin.readiness_pages.reader import PageReader, reader_page
from huiyin.readiness_pages.rota.forms import SwapForm
from huiyin.readiness_pages.rows import carried_out
from huiyin.rota import swaps
from huiyin.rota.in_force import shifts_in_force
from huiyin.rota.models import Swap
from huiyin.rota.rights import is_head, may_plan

MAX_LISTED = 200


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def ask(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """Ask a colleague to take one of the reader's shifts."""
    own = shifts_in_force(reader.organisation, reader.day).filter(account=reader.account)
    shift = own.filter(id=id).first()
    if shift is None:
        raise Http404
    form = SwapForm(request.POST if request.method == "POST" else None, reader=reader, shift=shift)
    if form.is_valid() and carried_out(form, lambda: swaps.ask(form.swap(), reader.by)):
        messages.success(request, _("已提出，等对方同意"))
        return HttpResponseRedirect(reverse("readiness:rota"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "readiness_pages/rota/swap.html", {"form": form, "shift": shift}, status=status)


@require_POST
@reader_page
def decide(request: HttpRequest, reader: PageReader, id: UUID, decision: swaps.SwapDecision) -> HttpResponse:
    """Agree, refuse, withdraw, approve or decline."""
    swap = _seen(reader).filter(id=id).first()
    if swap is None or decision not in get_args(swaps.SwapDecision):
        raise Http404
    try:
        made = swaps.decide(swap, decision, reader.by)
    except DoesNotFit as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, Swap.SwapState(made.state).label)
    return HttpResponseRedirect(reverse("readiness:rota"))


@require_safe
@reader_page
def history(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """The swaps that the reader asked for or was asked for; for who plans or approves, everybody's."""
    return render(request, "readiness_pages/rota/swaps.html", {"swaps": _seen(reader)[:MAX_LISTED]})


def _seen(reader: PageReader) -> QuerySet[Swap]:
    rows = swaps.swaps_of(reader.organisation)
    if may_plan(reader.by.actor) or is_head(reader.by.actor):
        return rows
    return rows.filter(asked_by=reader.account) | rows.filter(asked_of=reader.account)
