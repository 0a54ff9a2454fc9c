"""The figures of the reader's organisation over some days, and behind each the matters in which it did not go well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from huiyin.casework.case_view import case_views
from huiyin.casework.labels import name_of
from huiyin.desk.statistics.lines import (
    channel_lines,
    figure_lines,
    organ_lines,
    share_cell,
    subject_lines,
    table_head,
    table_rows,
    unit_lines,
    volume_lines,
)
from huiyin.documents.content import FILES
from huiyin.documents.forms import rendered
from huiyin.documents.layout import NoGlyph
from huiyin.insight.reports.seen import may_put_up
from huiyin.insight.statistics.cohorts import cases_of
from huiyin.insight.statistics.printed import report_document
from huiyin.insight.statistics.report import SpanRefused, below, refuse_unusable, statistics
from huiyin.insight.statistics.report import behind as behind_indicator
from huiyin.insight.statistics.shares import MIN_VOLUME, DaySpan, month_of, month_to_show
from huiyin.people.models import Unit
from huiyin.people.once_a_request import organisation_of
from huiyin.rules.deadlines.day_given import day_given
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.spreadsheets import TableFile, as_file
from huiyin.web.uploads import document_to_be_saved, unset_sign

MAX_BEHIND: Final = 200
"""So many matters behind a figure are listed; a shorter span has fewer."""

HEADINGS: Final = {
    "volumes": gettext_lazy("收办情况"),
    "subjects": gettext_lazy("反映的内容（由多到少）"),
    "channels": gettext_lazy("来源"),
    "by_unit": gettext_lazy("承办单位"),
}


@dataclass(frozen=True, slots=True)
class AskedFigures:
    """What the reader wants counted; ``wrong`` says why it cannot be, ``note`` why other days are shown than one would think."""

    span: DaySpan
    unit: Unit | None
    wrong: str = ""
    is_over: bool = False
    note: str = ""

    @property
    def query(self) -> str:
        """The same again in an address."""
        return _query(self.span, self.unit)


@require_safe
@staff_page
def figures(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Indicators, what came in and went out, and what it was about."""
    units = list(Unit.objects.filter(organisation=acting.actor.organisation).order_by("code"))
    asked = _asked(request.GET, acting, units)
    context = {"asked": asked, "units": units, "few": MIN_VOLUME, "words": HEADINGS, "at": acting.at}
    context["may_put_up"] = may_put_up(acting.actor)
    context["spans"] = _usual_spans(timezone.localdate(acting.at), asked.unit)
    if not asked.wrong:
        report = statistics(acting.actor, asked.span, acting.at, _id(asked.unit))
        names = {unit.id: unit.name for unit in units}
        context["figures"] = figure_lines(report, names)
        context["volumes"] = volume_lines(report)
        context["subjects"] = subject_lines(report)
        context["channels"] = channel_lines(report)
        context["by_unit"] = unit_lines(report, names)
        context["organs"] = organ_lines(below(acting.actor, asked.span, acting.at), report)
    return render(request, "desk/statistics.html", context, status=400 if asked.wrong else 200)


@require_safe
@staff_page
def report_file(request: HttpRequest, acting: Acting, form: str) -> HttpResponse:
    """The figures as a report on paper, to be edited and sent (clause s3-2.2.2b, s2-5.2.1)."""
    units = list(Unit.objects.filter(organisation=acting.actor.organisation))
    asked = _asked(request.GET, acting, units)
    if asked.wrong or form not in FILES:
        raise Http404
    report = statistics(acting.actor, asked.span, acting.at, _id(asked.unit))
    organisation = organisation_of(acting.actor.organisation)
    assert organisation is not None
    document = report_document(report, organisation, acting.at)
    try:
        return document_to_be_saved(rendered(document, form))
    except NoGlyph:
        messages.error(request, unset_sign())
        return HttpResponseRedirect(f"{reverse('desk:statistics')}?{asked.query}")


@require_safe
@staff_page
def table_file(request: HttpRequest, acting: Acting, form: str) -> HttpResponse:
    """The indicators as a table for a spreadsheet: numbers as numbers."""
    asked = _asked(request.GET, acting, list(Unit.objects.filter(organisation=acting.actor.organisation)))
    if asked.wrong:
        raise Http404
    report = statistics(acting.actor, asked.span, acting.at, _id(asked.unit))
    table = TableFile(f"{_('统计')}-{asked.span.first}-{asked.span.last}", table_head(), table_rows(report))
    return as_file(table, form)


@require_safe
@staff_page
def behind(request: HttpRequest, acting: Acting, name: str) -> HttpResponse:
    """The matters of one indicator in which it did not go well; those that the reader may open."""
    units = list(Unit.objects.filter(organisation=acting.actor.organisation))
    asked = _asked(request.GET, acting, units)
    if asked.wrong:
        raise Http404
    try:
        found = behind_indicator(acting.actor, name, asked.span, acting.at, _id(asked.unit))
    except KeyError:
        raise Http404 from None
    listed = cases_of(acting.actor, found.not_well[:MAX_BEHIND])
    context = {
        "asked": asked,
        "label": name_of(found.indicator),
        "share": share_cell(found.share),
        "views": case_views(listed, acting.at),
        "more": len(found.not_well) - len(listed),
        "at": acting.at,
    }
    return render(request, "desk/statistics_behind.html", context)


def _asked(given: QueryDict, acting: Acting, units: list[Unit]) -> AskedFigures:
    """The days asked for, where none are this month, or the last on the first of a month; a unit of the reader's organisation."""
    today = timezone.localdate(acting.at)
    span, code = month_of(today), given.get("unit", "")
    unit = next((unit for unit in units if unit.code == code), None)
    first, last = (day_given(given.get(name, "")) for name in ("from", "to"))
    if any(given.get(name) and day is None for name, day in (("from", first), ("to", last))):
        return AskedFigures(span, unit, _("日期写法不对，请写成 2026-03-02 的样子，在 1900 年至 2999 年之间"))
    if first is None and last is None:
        return _opened(today, unit)
    span = DaySpan(first or span.first, last or span.last)
    try:
        refuse_unusable(span, acting.at)
    except SpanRefused as refused:
        return AskedFigures(span, unit, refused.in_words)
    return AskedFigures(span, unit, is_over=span.last < today)


def _opened(today: date, unit: Unit | None) -> AskedFigures:
    span = month_to_show(today)
    is_over = span.last < today
    note = _("今天是本月第一天，先显示上月的数据。") if is_over else ""
    return AskedFigures(span, unit, is_over=is_over, note=note)


def _id(unit: Unit | None) -> UUID | None:
    return unit.id if unit else None


def _query(span: DaySpan, unit: Unit | None) -> str:
    words = {"from": span.first.isoformat(), "to": span.last.isoformat()}
    return urlencode(words | ({"unit": unit.code} if unit else {}))


def _usual_spans(today: date, unit: Unit | None) -> list[tuple[str, str]]:
    """The spans that are reported on, as links: name and query."""
    month = month_of(today)
    last = month_of(month.first - timedelta(days=1))
    quarter = DaySpan(date(today.year, (today.month - 1) // 3 * 3 + 1, 1), month.last)
    year = DaySpan(date(today.year, 1, 1), date(today.year, 12, 31))
    last_year = DaySpan(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
    named = ((_("本月"), month), (_("上月"), last), (_("本季度"), quarter), (_("本年"), year), (_("上年"), last_year))
    return [(name, _query(span, unit)) for name, span in named]
