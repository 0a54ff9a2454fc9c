"""Unfinished matters before a holiday or the end of the year: listed by delay and class, given leaders and days, printed, exported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.accountability import periods as dates
from huiyin.accountability.leaders import leaders_of
from huiyin.accountability.models import PeriodDate
from huiyin.accountability.periods import Days
from huiyin.casework.lists.ranked import RankedMatter, SetPeriod, ranked, ranked_matters, set_periods
from huiyin.casework.models import Case
from huiyin.casework.visible import oversees
from huiyin.paging import page_of
from huiyin.people.models import Organisation
from huiyin.people.written_names import MAX_WRITTEN_CHARS, people_written
from huiyin.procedure.guard import hides_accused
from huiyin.procedure.storage import codec
from huiyin.readiness.recording import By
from huiyin.readiness.refusals import DoesNotFit
from huiyin.rule_store.store import load
from huiyin.web.form_fields import day_field
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.spreadsheets import CellValue, TableFile, as_file
from huiyin.web.unmarked_forms import UnmarkedForm

PAGE: Final = 50
AT_ONCE: Final = 200


class DaysForm(UnmarkedForm):
    """Who answers for the matters that were ticked, and until when; nobody chosen: of each who answers for it already."""

    leader = forms.ChoiceField(label=gettext_lazy("包案领导"), required=False)
    unit_by = day_field(gettext_lazy("单位办理期限"))
    leader_by = day_field(gettext_lazy("领导包案期限"))

    def __init__(self, *args: Any, by: By, hides: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.leaders = by, {str(one.account.id): one for one in leaders_of(by.organisation, by.at)}
        if hides:  # a list beside a matter whose accused the reader may not know
            self.fields["leader"] = forms.CharField(
                label=_("包案领导"),
                required=False,
                max_length=MAX_WRITTEN_CHARS,
                help_text=_(
                    "所列事项中有限定知悉范围的，不列出人员：请写明姓名，有同名的写明所在单位；留空的，为各事项自己已确定的包案领导"
                ),
            )
            return
        offered = [(id, f"{one.account} · {one.unit} {one.title}") for id, one in self.leaders.items()]
        self.fields["leader"].choices = [("", _("各事项自己已确定的包案领导")), *offered]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whoever is written down by name is one of those who lead."""
        entries = super().clean() or {}
        written = entries.get("leader", "")
        if not written or written in self.leaders:
            return entries
        meant = {str(id) for id in people_written(self.by.organisation, written, self.by.at)} & self.leaders.keys()
        if len(meant) == 1:
            return entries | {"leader": meant.pop()}
        self.add_error("leader", _("没有在领导岗位上的此人，或者有同名的人：请写明姓名和所在单位"))
        return entries

    @property
    def days(self) -> Days:
        """What was given, once it is valid."""
        given, leader = self.cleaned_data, self.leaders.get(self.cleaned_data["leader"])
        return Days(leader.account if leader else None, given["leader_by"], given["unit_by"])


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def before(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The list before one of the next periods, a page of it, and the form that settles days for what was ticked."""
    by, known = By.acting(acting), _periods(acting)
    period = _chosen(request, known)
    watches = oversees(acting.actor)
    if request.method == "POST" and not watches:
        raise PermissionDenied
    ids = ranked(acting.actor, acting.at)
    page = page_of(ids, lambda id: id.hex, request.GET.get("after", ""), PAGE)
    found = ranked_matters(page.items, acting.actor.organisation, acting.at)
    hides = any(_hides(one.view.case, acting) for one in found)
    sent = request.POST if request.method == "POST" else None
    form = DaysForm(sent, by=by, hides=hides, initial={"leader_by": period.begins_on})
    if request.method == "POST" and form.is_valid() and _settled(form, request.POST.getlist("case"), period, by):
        messages.success(request, _("已确定包案领导和期限"))
        return HttpResponseRedirect(f"{reverse('accountability:periods')}?before={period.begins_on.isoformat()}")
    kept = dates.settled(acting.actor.organisation, period.begins_on)
    context = {
        "periods": known,
        "period": period,
        "rows": [(one, kept.get(one.view.case.id)) for one in found],
        "count": len(ids),
        "next": page.next,
        "form": form if watches else None,
        "ticked": set(request.POST.getlist("case")),
        "oversees": watches,
        "at": acting.at,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accountability_pages/periods.html", context, status=status)


@require_safe
@staff_page
def export(request: HttpRequest, acting: Acting, ending: str) -> HttpResponse:
    """All of it as a table: matters and duties, no titles and nobody who petitions."""
    period = _chosen(request, _periods(acting))
    table = TableFile(
        _("%(period)s前未办结事项") % {"period": period.name},
        [
            _("编号"),
            _("类别"),
            _("收到"),
            _("天数"),
            _("逾期天数"),
            _("阶段"),
            _("单位"),
            _("下一步"),
            _("谁办"),
            _("到期"),
            _("包案领导"),
            _("领导期限"),
            _("单位期限"),
        ],
        _rows(acting, period),
    )
    return as_file(table, ending)


def _rows(acting: Acting, period: SetPeriod) -> Iterator[list[CellValue]]:
    kept = dates.settled(acting.actor.organisation, period.begins_on)
    ids = ranked(acting.actor, acting.at)
    for start in range(0, len(ids), AT_ONCE):
        for one in ranked_matters(ids[start : start + AT_ONCE], acting.actor.organisation, acting.at):
            yield _row(one, kept.get(one.view.case.id))


def _row(one: RankedMatter, days: PeriodDate | None) -> list[CellValue]:
    case, step = one.view.case, one.next_step
    return [
        case.number,
        one.severity_label,
        timezone.localdate(case.received_at),
        one.age_days,
        one.urgency.late_days,
        one.view.stage,
        one.view.unit.name if one.view.unit else "",
        step.label if step else _("等待信访人"),
        (step.assignee or step.unit or step.role_label) if step else "",
        timezone.localdate(step.due_at) if step else None,
        str(days.leader) if days else "",
        days.leader_by if days else None,
        days.unit_by if days else None,
    ]


def _hides(case: Case, acting: Acting) -> bool:
    return case.sealed and hides_accused(codec.loads(case.state), acting.actor)


def _periods(acting: Acting) -> Sequence[SetPeriod]:
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    return set_periods(load(organisation.rulebook_at(acting.at)).calendar, By.acting(acting).day)


def _chosen(request: HttpRequest, known: Sequence[SetPeriod]) -> SetPeriod:
    asked = request.GET.get("before", "")
    return next((one for one in known if one.begins_on.isoformat() == asked), known[0])


def _settled(form: DaysForm, ticked: list[str], period: SetPeriod, by: By) -> bool:
    try:
        cases = [UUID(one) for one in ticked[:PAGE]]
    except ValueError:
        raise Http404 from None
    try:
        dates.settle(period.begins_on, cases, form.days, by)
    except DoesNotFit as refused:
        form.add_error(refused.field or None, refused.words)
        return False
    return True
