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
from huiyin.casework.actions.starting import start_actions
from huiyin.casework.visible import oversees
from huiyin.people.models import Organisation
from huiyin.people.web import Acting, staff_page

REMIND = "remind"


@require_safe
@staff_page
def urging(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The orders that the reader may see; for whoever orders them, what calls for one."""
    offered = start_actions(Organisation.objects.get(id=acting.actor.organisation), acting.actor, acting.at)
    may_remind = any((one.procedure, one.action) == (PROCEDURE, REMIND) for one in offered)
    found = supervision.leads(acting.actor, acting.at) if may_remind else ()
    words = _kinds()
    context = {
        "orders": supervision.orders(acting.actor, acting.at, request.GET.get("after", "")),
        "leads": [(lead, words[lead.kind], _address(lead)) for lead in found],
        "may_remind": may_remind,
        "begin": reverse("desk:begin", args=[PROCEDURE, REMIND]),
        "oversees": oversees(acting.actor),
    }
    return render(request, "accountability_pages/urging.html", context)


def _kinds() -> dict[LeadKind, str]:
    return {"overdue": _("逾期"), "rated": _("评价不满意"), "drawn": _("本周抽查")}


def _address(lead: UrgingLead) -> str:
    known = {"urged_why": lead.kind, "matter_no": lead.view.case.number, "urged_unit": str(lead.unit_id or "")}
    return f"{reverse('desk:begin', args=[PROCEDURE, REMIND])}?{urlencode(known)}"
