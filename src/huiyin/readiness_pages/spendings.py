"""What belongs to one spending: its voucher, and the form that reverses it."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.readiness import funds
from huiyin.readiness.models import FundLine, Spending
from huiyin.readiness.vouchers import voucher_of
from huiyin.readiness_pages.forms import ReversalForm
from huiyin.readiness_pages.reader import PageReader, reader_page
from huiyin.readiness_pages.registers import FUNDS
from huiyin.readiness_pages.rows import carried_out, seen_row
from huiyin.web.uploads import handed_out


@require_safe
@reader_page
def voucher(request: HttpRequest, reader: PageReader, id: UUID, spending: UUID) -> HttpResponse:
    """The voucher of something spent, for who may see the line; who asks for one that would do something is told first."""
    line, found = _spending(reader, id, spending)
    opened = voucher_of(found)
    if opened is None:
        raise Http404
    return handed_out(request, opened, line.name, _page_of(line))


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def reversal(request: HttpRequest, reader: PageReader, id: UUID, spending: UUID) -> HttpResponse:
    """Reverse a wrong spending by a counter-entry, with the reason."""
    reader.refuse_unless_keeps("funds")
    line, found = _spending(reader, id, spending)
    form = ReversalForm(request.POST if request.method == "POST" else None, reader=reader)
    if form.is_valid() and carried_out(form, lambda: funds.reverse(found, form.cleaned_data["reason"], reader.by)):
        messages.success(request, _("已冲销"))
        return HttpResponseRedirect(_page_of(line))
    context = {"form": form, "line": line, "spending": found, "amount": funds.yuan(found.cents), "back": _page_of(line)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "readiness_pages/reversal.html", context, status=status)


def _spending(reader: PageReader, id: UUID, spending: UUID) -> tuple[FundLine, Spending]:
    """Something spent of a line that the reader may see; any other is as if there were none (Http404)."""
    line: FundLine = seen_row(FUNDS, reader, id)
    found = Spending.objects.filter(id=spending, line=line).first()
    if found is None:
        raise Http404
    return line, found


def _page_of(line: FundLine) -> str:
    return reverse("readiness:row", args=[FUNDS.slug, line.id])
