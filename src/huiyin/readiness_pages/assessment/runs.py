"""Pages of runs: which there are, a new one, the results of one by unit, and their export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.assessment import steps
from huiyin.assessment.models import AssessedUnit, AssessmentRun, AssessmentScheme, IndicatorScore
from huiyin.assessment.schemes import IndicatorRule, newest, rules_of
from huiyin.readiness.refusals import DoesNotFit
from huiyin.readiness_pages.assessment.forms import RunForm
from huiyin.readiness_pages.assessment.schemes import KEPT_AS, scheme_of_book
from huiyin.readiness_pages.reader import PageReader, reader_page
from huiyin.readiness_pages.rows import carried_out
from huiyin.web.spreadsheets import TableFile, as_file


@dataclass(frozen=True, slots=True)
class AssessedLine:
    """A unit in a run: its scores in the order of the indicators, each with its label, their weighted sum, and how far it is."""

    assessed: AssessedUnit
    labelled: tuple[tuple[str, int | None], ...]
    total: float | None
    state: str
    may_open: bool


@require_safe
@reader_page
def assessments(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """The schemes, and the runs that the reader may see: for who keeps them all, for others those of their unit and what is published."""
    context = {
        "runs": list(runs_for(reader).order_by("-last", "title")),
        "schemes": AssessmentScheme.objects.filter(organisation=reader.organisation).order_by("title"),
        "keeps": reader.keeps(KEPT_AS),
        "comes_with_book": scheme_of_book(reader) is not None,
    }
    return render(request, "readiness_pages/assessment/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def begin(request: HttpRequest, reader: PageReader) -> HttpResponse:
    """The form that begins a run."""
    reader.refuse_unless_keeps(KEPT_AS)
    form = RunForm(request.POST if request.method == "POST" else None, organisation=reader.organisation)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        run = AssessmentRun(
            organisation_id=reader.organisation,
            title=given["title"],
            version=newest(given["scheme"]),
            first=given["first"],
            last=given["last"],
        )
        if carried_out(form, lambda: steps.begin(run, list(given["units"]), reader.by)):
            messages.success(request, _("已开始考核，系统能算的指标已经算出；请各单位填报自评"))
            return HttpResponseRedirect(reverse("readiness:assessment", args=[run.id]))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "readiness_pages/assessment/begin.html", {"form": form}, status=status)


@require_safe
@reader_page
def results(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """How the units stand, the best first once it is published."""
    run = run_of(reader, id)
    rules = rules_of(run.version)
    keeps = reader.keeps(KEPT_AS)
    lines = _lines(reader, run, rules)
    context = {
        "run": run,
        "rules": rules,
        "lines": lines,
        "keeps": keeps,
        "may_publish": keeps and run.published_at is None and all(line.assessed.signed_at for line in lines),
    }
    return render(request, "readiness_pages/assessment/results.html", context)


@require_safe
@reader_page
def export(request: HttpRequest, reader: PageReader, id: UUID, ending: str) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    run = run_of(reader, id)
    rules = rules_of(run.version)
    head = [_("单位"), *(f"{rule.label}（{rule.weight}）" for rule in rules), _("总分"), _("进度"), _("表扬")]
    rows = [
        [
            line.assessed.unit.name,
            *(score for _label, score in line.labelled),
            line.total,
            line.state,
            line.assessed.commendation,
        ]
        for line in _lines(reader, run, rules)
    ]
    table = TableFile(run.title, head, rows)
    return as_file(table, ending)


@require_POST
@reader_page
def publish(request: HttpRequest, reader: PageReader, id: UUID) -> HttpResponse:
    """Show the results to everybody who works here."""
    reader.refuse_unless_keeps(KEPT_AS)
    run = run_of(reader, id)
    try:
        steps.publish(run, reader.by)
    except DoesNotFit as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, _("已在本机构内公布"))
    return HttpResponseRedirect(reverse("readiness:assessment", args=[run.id]))


def runs_for(reader: PageReader) -> QuerySet[AssessmentRun]:
    """The runs that the reader may see."""
    rows = AssessmentRun.objects.filter(organisation=reader.organisation).select_related("version__scheme")
    if reader.keeps(KEPT_AS):
        return rows
    mine = AssessedUnit.objects.filter(unit__in=steps.units_of(reader.account, reader.by)).values("run")
    return rows.filter(Q(published_at__isnull=False) | Q(id__in=mine))


def run_of(reader: PageReader, id: UUID) -> AssessmentRun:
    """A run that the reader may see; any other is as if there were none (Http404)."""
    found = runs_for(reader).filter(id=id).first()
    if found is None:
        raise Http404
    return found


def may_open(reader: PageReader, assessed: AssessedUnit) -> bool:
    """Whether the reader may see what a unit reports, and its scores before they are published."""
    return reader.keeps(KEPT_AS) or steps.belongs_to(assessed.unit, reader.account, reader.by)


def _lines(reader: PageReader, run: AssessmentRun, rules: Sequence[IndicatorRule]) -> list[AssessedLine]:
    found, theirs = [], steps.units_of(reader.account, reader.by)
    for assessed in run.units.select_related("unit").prefetch_related("scores", "appeals").order_by("unit__code"):
        opens = reader.keeps(KEPT_AS) or assessed.unit_id in theirs
        if opens or run.published_at is not None:
            found.append(_line(assessed, rules, opens))
    if run.published_at is not None:
        found.sort(key=lambda line: -(line.total or 0))
    return found


def _line(assessed: AssessedUnit, rules: Sequence[IndicatorRule], opens: bool) -> AssessedLine:
    rows: dict[str, IndicatorScore] = {row.indicator: row for row in assessed.scores.all()}
    labelled = tuple((rule.label, rows[rule.name].score) for rule in rules)
    return AssessedLine(assessed, labelled, steps.total(rules, rows), state_of(assessed), opens)


def state_of(assessed: Any) -> str:
    """How far the assessment of a unit is, in words."""
    if any(appeal.decided_at is None for appeal in assessed.appeals.all()):
        return _("申诉待答复")
    if assessed.signed_at is not None:
        return _("已审定")
    return _("待审定") if assessed.proposed_at is not None else _("待评分")
