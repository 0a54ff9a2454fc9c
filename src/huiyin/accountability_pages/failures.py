"""Duties that look failed, for whoever oversees: to be checked by a person, who raises them or leaves them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.accountability.failures import PROCEDURE, RAISE, FailedDuty, FailureKind, failed_duties, who_may_raise
from huiyin.casework.actions.starting import fields_of, start_actions
from huiyin.casework.forms import FieldView
from huiyin.casework.visible import oversees
from huiyin.people.models import Account, Organisation
from huiyin.procedure.command import Actor
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.spreadsheets import CellValue, TableFile, as_file

SPANS: Final = (30, 90, 365)
"""For how many days back the page looks; the first that nobody chose is the second."""
UNIT: Final = "failed_unit"


@require_safe
@staff_page
def failures(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The three lists, with the way to the form that raises each."""
    days = _days(request, acting)
    found = failed_duties(acting.actor, acting.at - timedelta(days=days), acting.at)
    raising = _Raising.by(acting)
    headings = _headings()
    context = {
        "lists": [
            (kind, *headings[kind], [(one, *_way(one, raising)) for one in ones]) for kind, ones in found.items()
        ],
        "days": days,
        "spans": SPANS,
        "oversees": True,
    }
    return render(request, "accountability_pages/failures.html", context)


@require_safe
@staff_page
def export(request: HttpRequest, acting: Acting, ending: str) -> HttpResponse:
    """The same as a table: duties and matters, never persons."""
    if ending not in {"csv", "xlsx"}:
        raise Http404
    since = acting.at - timedelta(days=_days(request, acting))
    head = [_("种类"), _("编号"), _("职责"), _("单位"), _("天数、次数"), _("日期"), _("已提出")]
    table = TableFile(_("待核查的失职线索"), head, _rows(acting, since))
    return as_file(table, ending)


def _rows(acting: Acting, since: datetime) -> Iterator[list[CellValue]]:
    headings = _headings()
    for kind, ones in failed_duties(acting.actor, since, acting.at).items():
        for one in ones:
            day = timezone.localdate(one.at)
            yield [headings[kind][0], one.case.number, one.duty, one.unit, one.amount, day, "、".join(one.raised)]


def _headings() -> dict[FailureKind, tuple[str, str]]:
    return {
        "overdue": (_("逾期"), _("到期没有履行，或者逾期后才履行的职责；时钟停着的不算")),
        "returned": (_("两次以上被退回"), _("报送审批后被退回两次以上的")),
        "backdated": (_("疑似倒填日期"), _("登记时间比所填的收到、送达日期晚十天以上的，请核对凭证")),
    }


def _days(request: HttpRequest, acting: Acting) -> int:
    if not oversees(acting.actor):
        raise PermissionDenied
    asked = request.GET.get("days", "")
    return int(asked) if asked.isdecimal() and int(asked) in SPANS else SPANS[1]


@dataclass(frozen=True, slots=True)
class _Raising:
    """What the form that raises a failure takes from a reader: ``named`` are the units that it offers them, ``anyhow`` those that it offers
    somebody. ``others`` may raise one as well.
    """

    named: frozenset[str]
    anyhow: frozenset[str]
    others: tuple[tuple[Account, Actor], ...]

    @classmethod
    def by(cls, acting: Acting) -> _Raising | None:
        """For whoever is ``acting``; None: they raise none."""
        organisation = Organisation.objects.get(id=acting.actor.organisation)
        offered = start_actions(organisation, acting.actor, acting.at)
        start = next((one for one in offered if (one.procedure, one.action) == (PROCEDURE, RAISE)), None)
        if start is None:
            return None
        named = _units(fields_of(organisation, start, acting.at, acting.actor))
        anyhow = _units(fields_of(organisation, start, acting.at))
        return cls(named, anyhow, tuple(who_may_raise(acting.actor, acting.at)))


def _units(views: Sequence[FieldView]) -> frozenset[str]:
    return frozenset(option.value for view in views if view.name == UNIT for option in view.options)


def _way(one: FailedDuty, raising: _Raising | None) -> tuple[str, str]:
    """The address of the form that raises it, or why it leads nowhere for the reader and whose it is to raise; both empty for who raises none."""
    if raising is None:
        return "", ""
    unit = str(one.unit_id or "")
    if not unit or unit in raising.named:
        return _address(one), ""
    others = [str(person) for person, actor in raising.others if one.unit_id not in actor.within]
    if unit in raising.anyhow and others:
        return "", _("本部门的失职不能自己提出，请由%(who)s提出") % {"who": _("、").join(dict.fromkeys(others))}
    return "", _("不能在本单位提出，请报上级机关或者有干部管理权限的机关")


def _address(one: FailedDuty) -> str:
    """The form that raises it, with what is known; no words of the matter."""
    known = {
        "failure_source": "system",
        "failure_kind": one.kind,
        "matter_no": one.case.number,
        "failed_duty": one.duty,
        UNIT: str(one.unit_id or ""),
    }
    return f"{reverse('desk:begin', args=[PROCEDURE, RAISE])}?{urlencode(known)}"
