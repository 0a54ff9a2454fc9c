"""For staff: the figures of their organisation, as JSON or as a table."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from huiyin.api import problems
from huiyin.api.access import StaffAuth, caller_of
from huiyin.api.queries import NO_NUL
from huiyin.api.schemas_out import SchemaOut
from huiyin.casework.labels import FormError, name_of
from huiyin.insight.statistics.report import SpanRefused, StatisticsReport, SubjectCount, Volumes, statistics
from huiyin.insight.statistics.shares import DaySpan, MatterShare
from huiyin.people.models import Unit
from huiyin.procedure.command import Actor
from huiyin.rules.deadlines.day_given import EARLIEST, LATEST

ReportName = Literal["indicators", "volumes", "subjects"]

router = Router(tags=["staff"], auth=StaffAuth())


class SpanQuery(BaseModel):
    """The days, both included, and the unit (its code) that deals with the matters; empty: all units."""

    first: Annotated[date, Field(alias="from", ge=EARLIEST, le=LATEST)]
    last: Annotated[date, Field(alias="to", ge=EARLIEST, le=LATEST)]
    unit: Annotated[str, Field(max_length=60, pattern=NO_NUL)] = ""


class FigureOut(SchemaOut):
    """A line of a report. ``good`` of ``total`` matters; ``share`` and its interval are null where too few were counted."""

    name: str
    label: str
    good: int | None = None
    total: int
    share: float | None = None
    low: float | None = None
    high: float | None = None
    before: float | None = None
    year_before: float | None = None


class StatisticsOut(SchemaOut):
    """The lines of a report over some days, among the matters that the caller may see."""

    report: ReportName
    first: date
    last: date
    items: list[FigureOut]
    next: str = ""


@router.get(
    "/statistics/{report}",
    response=StatisticsOut,
    summary="Figures over some days",
    openapi_extra={
        "responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    },
)
def show_statistics(request: HttpRequest, report: ReportName, query: Query[SpanQuery]) -> HttpResponse | StatisticsOut:
    """The indicators of the rulebook (``indicators``), what came in and went out (``volumes``), what it was about (``subjects``).

    As CSV where ``Accept`` asks for ``text/csv``.
    """
    caller = caller_of(request)
    try:
        found = statistics(caller.actor, DaySpan(query.first, query.last), caller.at, _unit(caller.actor, query.unit))
    except SpanRefused as refused:
        raise problems.invalid([FormError("from", refused.code, refused.in_words)]) from None
    answer = StatisticsOut(report=report, first=query.first, last=query.last, items=_items(report, found))
    if request.get_preferred_type(["application/json", "text/csv"]) == "text/csv":
        return _csv(answer)
    return answer


def _unit(actor: Actor, code: str) -> UUID | None:
    if not code:
        return None
    unit = Unit.objects.filter(organisation_id=actor.organisation, code=code).first()
    if unit is None:
        raise problems.not_found()
    return unit.id


def _items(report: ReportName, found: StatisticsReport) -> list[FigureOut]:
    match report:
        case "indicators":
            return [
                _line(figure.name, name_of(figure.indicator), figure.now, figure.before, figure.year_before)
                for figure in found.figures
            ]
        case "volumes":
            return [_count(name, name, getattr(found.volumes, name)) for name in Volumes.__slots__]
        case "subjects":
            return [_subject(found, one) for one in found.subjects]


def _line(name: str, label: str, now: MatterShare, before: MatterShare, year_before: MatterShare) -> FigureOut:
    low, high = now.interval or (None, None)
    return FigureOut(
        name=name,
        label=label,
        good=now.good,
        total=now.total,
        share=now.value,
        low=low,
        high=high,
        before=before.value,
        year_before=year_before.value,
    )


def _subject(found: StatisticsReport, one: SubjectCount) -> FigureOut:
    field = found.book.fields[one.field]
    return _count(
        f"{one.field}.{one.value}", f"{name_of(field)}：{name_of(field.of.get(one.value), one.value)}", one.now
    )


def _count(name: str, label: str, total: int) -> FigureOut:
    return FigureOut(name=name, label=label, total=total)


def _csv(answer: StatisticsOut) -> HttpResponse:
    """The same as a table; labels are words of the rulebook, which begin with no sign that a spreadsheet takes for a formula."""
    written = StringIO()
    lines = [item.model_dump() for item in answer.items]
    table = csv.DictWriter(written, list(FigureOut.model_fields))
    table.writeheader()
    table.writerows(lines)
    return HttpResponse("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
