"""The page of a unit in a run: what was counted, what it reports, its scores, and the steps that the reader may take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm, Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from huiyin.assessment import steps
from huiyin.assessment.models import AssessedUnit, IndicatorScore, ScoreAppeal
from huiyin.assessment.schemes import IndicatorRule, rules_of
from huiyin.assessment.steps import ScoreProposal, SelfReport
from huiyin.insight.statistics.shares import MIN_VOLUME
from huiyin.readiness import vouchers
from huiyin.readiness_pages.assessment.forms import (
    AppealDecisionForm,
    AppealForm,
    CommendationForm,
    ScoresForm,
    SelfReportForm,
    SignForm,
)
from huiyin.readiness_pages.assessment.runs import may_open, run_of, state_of
from huiyin.readiness_pages.assessment.schemes import KEPT_AS
from huiyin.readiness_pages.reader import PageReader, reader_page
from huiyin.readiness_pages.rows import carried_out
from huiyin.web.uploads import handed_out, with_files


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """An indicator of the unit as its page shows it."""

    rule: IndicatorRule
    row: IndicatorScore
    counted: str


@dataclass(frozen=True, slots=True)
class OfferedStep:
    """A step that the reader may take, with its form; ``form`` None: a button alone."""

    name: str
    title: str | Promise
    button: str | Promise
    form: BaseForm | None


TITLES: Final = {
    "report": (gettext_lazy("填报自评"), gettext_lazy("保存自评")),
    "propose": (gettext_lazy("提出评分"), gettext_lazy("提出评分")),
    "sign": (gettext_lazy("审定"), gettext_lazy("审定评分")),
    "appeal": (gettext_lazy("申诉"), gettext_lazy("提出申诉")),
    "decide": (gettext_lazy("答复申诉"), gettext_lazy("答复申诉")),
    "commend": (gettext_lazy("表扬"), gettext_lazy("记下表扬")),
}


class AssessedUnitPage:
    """What a reader has before them: a unit of a run that they may open (else Http404)."""

    def __init__(self, reader: PageReader, run: UUID, unit: UUID) -> None:
        self.reader, self.run = reader, run_of(reader, run)
        rows = self.run.units.select_related("unit", "run__version", "proposed_by", "signed_by")
        found = (
            rows.prefetch_related("scores__reported_by", "appeals__by", "appeals__decided_by").filter(id=unit).first()
        )
        if found is None or not may_open(reader, found):
            raise Http404
        self.assessed: AssessedUnit = found
        self.rules = rules_of(self.run.version)
        self.rows = {row.indicator: row for row in found.scores.all()}
        self.is_theirs = steps.belongs_to(found.unit, reader.account, reader.by)

    @property
    def open_appeal(self) -> ScoreAppeal | None:
        """The appeal that waits for its decision."""
        return next((one for one in self.assessed.appeals.all() if one.decided_at is None), None)

    def forms(self, data: Any = None, files: Any = None) -> dict[str, BaseForm | None]:
        """The steps that fit where it stands and who reads, each with its form; filled in where ``data`` is given."""
        assessed, keeps = self.assessed, self.reader.keeps(KEPT_AS) and not self.is_theirs
        found: dict[str, BaseForm | None] = {}
        if self.is_theirs and assessed.proposed_at is None:
            found["report"] = SelfReportForm(data, files, indicators=[(one.name, one.label) for one in self.rules])
        if keeps and assessed.signed_at is None:
            found["propose"] = self._scores(data)
        if keeps and assessed.proposed_at is not None and assessed.signed_at is None:
            found["sign"] = SignForm(data, initial={"proposal": steps.proposal_of(assessed)})
        settled = assessed.signed_at is not None
        if (
            self.is_theirs
            and settled
            and self.run.published_at is None
            and self.open_appeal is None
            and self._appealable()
        ):
            found["appeal"] = AppealForm(data, indicators=self._appealable())
        if keeps and self.open_appeal is not None:
            found["decide"] = AppealDecisionForm(data, initial={"becomes": self.open_appeal.was})
        if keeps and settled:
            found["commend"] = CommendationForm(data, initial={"words": assessed.commendation})
        return found

    def _scores(self, data: Any) -> Form:
        asked = [rule for rule in self.rules if not steps.is_counted(self.rows[rule.name], rule)]
        initial = {rule.name: self.rows[rule.name].score for rule in asked}
        initial |= {f"{rule.name}-reason": self.rows[rule.name].reason for rule in asked}  # type: ignore[misc]
        return ScoresForm(data, indicators=[(rule.name, rule.label) for rule in asked], initial=initial)

    def _appealable(self) -> list[tuple[str, str]]:
        appealed = {one.indicator for one in self.assessed.appeals.all()}
        return [(rule.name, rule.label) for rule in self.rules if rule.name not in appealed]

    def carry_out(self, step: str, given: Mapping[str, Any]) -> None:
        """Take a step. Raises DoesNotFit."""
        by, assessed = self.reader.by, self.assessed
        match step:
            case "report":
                file = given["voucher"]
                self_report = SelfReport(given["text"], file.read() if file else b"", file.name if file else "")
                steps.report(self.rows[given["indicator"]], self_report, by)
            case "propose":
                names = [name for name in given if f"{name}-reason" in given]
                steps.propose(
                    assessed, {name: ScoreProposal(given[name], given[f"{name}-reason"]) for name in names}, by
                )
            case "sign":
                steps.sign(assessed, given["proposal"], by)
            case "appeal":
                steps.appeal(self.rows[given["indicator"]], given["reason"], by)
            case "decide":
                assert self.open_appeal is not None  # as ``forms`` offers it
                steps.decide(self.open_appeal, given["becomes"], given["decision"], by)
            case "commend":
                steps.commend(assessed, given["words"], by)


@require_safe
@reader_page
def unit(request: HttpRequest, reader: PageReader, id: UUID, assessed: UUID) -> HttpResponse:
    """The page."""
    page = AssessedUnitPage(reader, id, assessed)
    return _shown(request, page, page.forms())


@with_files
@require_POST
@reader_page
def step(request: HttpRequest, reader: PageReader, id: UUID, assessed: UUID, name: str) -> HttpResponse:
    """Take a step; what does not fit comes back as it was typed."""
    page = AssessedUnitPage(reader, id, assessed)
    forms = page.forms()
    if name not in forms:
        raise PermissionDenied
    blank = forms[name]
    form = page.forms(request.POST, request.FILES)[name] if blank is not None else Form(request.POST)
    assert form is not None
    if form.is_valid() and carried_out(form, lambda: page.carry_out(name, form.cleaned_data)):
        messages.success(request, _("“%(step)s”已办理") % {"step": TITLES[name][1]})
        return HttpResponseRedirect(reverse("readiness:assessed", args=[id, assessed]))
    return _shown(request, page, forms | {name: form}, HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
@reader_page
def evidence(request: HttpRequest, reader: PageReader, id: UUID, assessed: UUID, row: UUID) -> HttpResponse:
    """What a unit handed in with its report; who asks for a file that would do something is told first."""
    page = AssessedUnitPage(reader, id, assessed)
    found = next((one for one in page.rows.values() if one.id == row and one.evidence is not None), None)
    if found is None:
        raise Http404
    opened = vouchers.opened(found.id, bytes(found.evidence or b""), found.evidence_name)
    return handed_out(request, opened, page.run.title, reverse("readiness:assessed", args=[id, assessed]))


def _shown(
    request: HttpRequest,
    page: AssessedUnitPage,
    forms: Mapping[str, BaseForm | None],
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    labels = {rule.name: rule.label for rule in page.rules}
    context = {
        "run": page.run,
        "assessed": page.assessed,
        "lines": [ScoreLine(rule, page.rows[rule.name], _counted(page.rows[rule.name], rule)) for rule in page.rules],
        "total": steps.total(page.rules, page.rows),
        "state": state_of(page.assessed),
        "appeals": [(one, labels[one.indicator]) for one in page.assessed.appeals.all()],
        "offered": [OfferedStep(name, *TITLES[name], form) for name, form in forms.items()],
    }
    return render(request, "readiness_pages/assessment/unit.html", context, status=status)


def _counted(row: IndicatorScore, rule: IndicatorRule) -> str:
    if not rule.source:
        return _("自评")
    if not steps.is_counted(row, rule):
        return _("不足 %(few)d 件，不计算比率，由评分人评定") % {"few": MIN_VOLUME}
    return _("系统计算：%(good)d / %(total)d") % {"good": row.good, "total": row.total}
