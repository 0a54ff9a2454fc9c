"""Heads of a business called to a reception: calling, asking again, noting that they came."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.visible import visible_to
from huiyin.readiness.refusals import DoesNotFit
from huiyin.readiness_pages.reader import PageReader, reader_page
from huiyin.readiness_pages.rota.forms import CallForm
from huiyin.readiness_pages.rows import carried_out
from huiyin.rota import calls

MAX_LISTED = 200


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def calling(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """The calls, those first who have not come; the form for one more. A matter shows to who may see it."""
    form = CallForm(request.POST if request.method == "POST" else None, reader=reader)
    if form.is_valid() and carried_out(form, lambda: calls.call(form.call(), reader.by)):
        messages.success(request, _("已登记呼叫"))
        return HttpResponseRedirect(reverse("readiness:rota-calls"))
    rows = sorted(calls.calls_of(reader.organisation)[:MAX_LISTED], key=lambda one: one.arrived_at is not None)
    seen = set(
        visible_to(reader.by.actor)
        .filter(id__in=[one.case_id for one in rows if one.case_id])
        .values_list("id", flat=True)
    )
    lines = [
        (
            one,
            one.case if one.case_id in seen else None,
            one.arrived_at is None and reader.by.at - one.last_called_at >= calls.LATE_AFTER,
        )
        for one in rows
    ]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "readiness_pages/rota/calls.html", {"form": form, "lines": lines}, status=status)


@require_POST
@reader_page
def note(request: HttpRequest, reader: PageReader, id: UUID, what: str) -> HttpResponse:
    """Ask somebody again, or note that they came."""
    known = calls.calls_of(reader.organisation).filter(id=id).first()
    change = {"again": calls.call_again, "arrived": calls.arrived}.get(what)
    if known is None or change is None:
        raise Http404
    try:
        change(known, reader.by)
    except DoesNotFit as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, _("已登记"))
    return HttpResponseRedirect(reverse("readiness:rota-calls"))
