"""Tracing who read the personal data of a matter: asked with a reason, shown to whoever asked, listed for all who oversee."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.accountability import tracing as traces
from huiyin.accountability.models import MAX_REASON, LeakTrace
from huiyin.casework.models import Case
from huiyin.casework.visible import oversees, visible_case, visible_to
from huiyin.readiness.recording import By
from huiyin.readiness.refusals import DoesNotFit
from huiyin.web.form_fields import day_field
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.unmarked_forms import UnmarkedForm

MAX_LISTED = 100


class TraceForm(UnmarkedForm):
    """Which matter, which days, and why."""

    no = forms.CharField(label=gettext_lazy("事项编号"), max_length=40)
    first = day_field(gettext_lazy("从"))
    last = day_field(gettext_lazy("到"))
    reason = forms.CharField(
        label=gettext_lazy("为什么追溯"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("写明线索来源；不写信访人的姓名、电话"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def tracing(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The form, and what was traced before."""
    if not oversees(acting.actor):
        raise PermissionDenied
    form = TraceForm(request.POST if request.method == "POST" else None, initial={"no": request.GET.get("no", "")})
    if request.method == "POST" and form.is_valid():
        made = _traced(form, acting)
        if made is not None:
            return HttpResponseRedirect(reverse("accountability:trace", args=[made.id]))
    rows = list(traces.traces(By.acting(acting))[:MAX_LISTED])
    numbers = _numbers(acting, rows)
    context = {
        "form": form,
        "traces": [(row, numbers.get(row.case, ""), row.by_id == acting.account.id) for row in rows],
        "oversees": True,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accountability_pages/traces.html", context, status=status)


@require_safe
@staff_page
def traced(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Who had read the data, for whoever asked; what others asked stays theirs."""
    made = traces.traces(By.acting(acting)).filter(id=id, by=acting.account).first()
    case = visible_to(acting.actor).filter(id=made.case).first() if made is not None else None
    if made is None or case is None:
        raise Http404
    context = {"trace": made, "case": case, "readings": traces.readings(made), "oversees": True}
    return render(request, "accountability_pages/trace.html", context)


def _traced(form: TraceForm, acting: Acting) -> LeakTrace | None:
    given = form.cleaned_data
    case = visible_case(acting.actor, given["no"].strip())
    if case is None or case.organisation_id != acting.actor.organisation:
        form.add_error("no", _("没有这个编号的事项，或者您无权查看"))
        return None
    try:
        return traces.trace(case, given["first"], given["last"], given["reason"], By.acting(acting))
    except DoesNotFit as refused:
        form.add_error(refused.field or None, refused.words)
        return None


def _numbers(acting: Acting, rows: list[LeakTrace]) -> dict[UUID, str]:
    cases: dict[UUID, Case] = visible_to(acting.actor).in_bulk({row.case for row in rows})
    return {id: case.number for id, case in cases.items()}
