"""Supervision in rising levels: what is to be supervised, and what is."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.accountability import urging as supervision
from huiyin.accountability.urging import PROCEDURE, LeadKind, UrgingLead
from huiyin.casework.actions.starting import StartAction, fields_of, start_actions
from huiyin.casework.visible import oversees
from huiyin.people.models import Organisation
from huiyin.web.page_access import Acting, staff_page

REMIND = "remind"


@require_safe
@staff_page
def urging(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The orders that the reader may see; for whoever orders them, what calls for one."""
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    offered = start_actions(organisation, acting.actor, acting.at)
    start = next((one for one in offered if (one.procedure, one.action) == (PROCEDURE, REMIND)), None)
    found = supervision.leads(acting.actor, acting.at) if start else ()
    named = _units(organisation, start, acting) if start else frozenset()
    words = _kinds()
    context = {
        "orders": supervision.orders(acting.actor, acting.at, request.GET.get("after", "")),
        "leads": [(lead, words[lead.kind], _address(lead), _why_not(lead, named, acting)) for lead in found],
        "may_remind": start is not None,
        "begin": reverse("desk:begin", args=[PROCEDURE, REMIND]),
        "oversees": oversees(acting.actor),
    }
    return render(request, "accountability_pages/urging.html", context)


def _kinds() -> dict[LeadKind, str]:
    return {"overdue": _("逾期"), "rated": _("评价不满意"), "drawn": _("本周抽查")}


def _units(organisation: Organisation, start: StartAction, acting: Acting) -> frozenset[str]:
    """The units that the form of a reminder offers."""
    views = fields_of(organisation, start, acting.at)
    return frozenset(option.value for view in views if view.name == "urged_unit" for option in view.options)


def _why_not(lead: UrgingLead, named: frozenset[str], acting: Acting) -> str:
    """Why the unit of a lead cannot be reminded, and to whom to turn; empty where it can, or where the form asks which unit."""
    if lead.unit_id is None or (str(lead.unit_id) in named and lead.unit_id not in acting.actor.serving):
        return ""
    if lead.unit_id in acting.actor.serving:
        return _("本部门的职责不能自己催办，请由分管领导督促")
    return _("该部门没有承办岗位，催办无人承接，请直接提醒其负责人或者报分管领导")


def _address(lead: UrgingLead) -> str:
    known = {"urged_why": lead.kind, "matter_no": lead.view.case.number, "urged_unit": str(lead.unit_id or "")}
    return f"{reverse('desk:begin', args=[PROCEDURE, REMIND])}?{urlencode(known)}"
