"""Pages of schemes: what they say now and said before, and the form that changes one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.assessment.counting import counted_by
from huiyin.assessment.models import AssessmentScheme
from huiyin.assessment.schemes import IndicatorRule, keep_scheme, newest, rules_of, shipped
from huiyin.casework.labels import name_of
from huiyin.casework.visible import book_of
from huiyin.readiness_pages.assessment.forms import SchemeTitleForm, indicator_forms, indicators_of
from huiyin.readiness_pages.reader import PageReader, reader_page
from huiyin.readiness_pages.rows import carried_out

KEPT_AS: Final = "groups"
"""Who keeps groups and their decisions keeps assessments."""


@require_safe
@reader_page
def scheme(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """A scheme in all its versions, the newest first."""
    found = scheme_of(reader, id)
    counted = counted_by(reader.organisation)
    versions = [
        (version, [(rule, _source(rule, counted)) for rule in rules_of(version)])
        for version in found.versions.select_related("by").order_by("-position")
    ]
    context = {"scheme": found, "versions": versions, "keeps": reader.keeps(KEPT_AS)}
    return render(request, "readiness_pages/assessment/scheme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def add(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """A new scheme; it begins with the one that comes with the rulebook, where the organisation has none yet."""
    reader.refuse_unless_keeps(KEPT_AS)
    given = scheme_of_book(reader)
    is_first = not AssessmentScheme.objects.filter(organisation=reader.organisation).exists()
    title, rules = given if given and is_first else ("", ())
    return _form(request, reader, AssessmentScheme(organisation_id=reader.organisation, title=title), rules)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def change(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """Word a scheme anew: its next version, for runs that are begun from now on."""
    reader.refuse_unless_keeps(KEPT_AS)
    found = scheme_of(reader, id)
    return _form(request, reader, found, rules_of(newest(found)))


def scheme_of_book(reader: PageReader) -> tuple[str, tuple[IndicatorRule, ...]] | None:
    """Title and indicators of the scheme that comes with the rulebook of the reader's organisation, where one does."""
    book = book_of(reader.organisation)
    return shipped(book.key.partition("@")[0]) if book else None


def scheme_of(reader: PageReader, id: UUID) -> AssessmentScheme:
    """A scheme of the reader's organisation; any other is as if there were none (Http404)."""
    found = AssessmentScheme.objects.filter(organisation=reader.organisation, id=id).first()
    if found is None:
        raise Http404
    return found


def _form(
    request: HttpRequest, reader: PageReader, row: AssessmentScheme, rules: tuple[IndicatorRule, ...]
) -> HttpResponse:
    counted, is_new = counted_by(reader.organisation), row._state.adding
    data: Any = request.POST if request.method == "POST" else None
    title = SchemeTitleForm(data, initial={"title": row.title})
    indicators = indicator_forms(data, counted, rules)
    if data is not None and title.is_valid() and indicators.is_valid():
        row.title = title.cleaned_data["title"]
        if carried_out(title, lambda: keep_scheme(row, indicators_of(indicators), counted, reader.by)):
            messages.success(request, _("已保存为新的一版；已经开始的考核仍按原来的一版"))
            return HttpResponseRedirect(reverse("readiness:scheme", args=[row.id]))
    is_wrong = data is not None
    context = {"title": title, "indicators": indicators, "scheme": row, "is_new": is_new}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, "readiness_pages/assessment/scheme_form.html", context, status=status)


def _source(rule: IndicatorRule, counted: Any) -> str:
    if not rule.source:
        return _("单位自评，附材料")
    return _("系统计算：%(name)s") % {"name": name_of(counted[rule.source]) if rule.source in counted else rule.source}
