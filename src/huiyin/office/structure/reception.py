"""接待日: when, where and by whom petitioners are received, as it is published; added and taken back on pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.office.changes import Change, subject_page
from huiyin.office.forms import ReasonForm
from huiyin.office.structure.changes import organisation_subject
from huiyin.office.structure.forms import ReceptionTimeForm
from huiyin.office.structure.pages import own
from huiyin.people.appointments import day_of
from huiyin.people.models import ReceptionTime
from huiyin.people.staff import reception as receptions
from huiyin.rule_store.store import load
from huiyin.web.page_access import Administering, administrator_page

DAYS_SHOWN: Final = 28
WHEN: Final = ("weekdays", "weeks", "day", "begins", "ends", "place", "receiver")


@dataclass(frozen=True, slots=True)
class ReceptionLine:
    """A reception time in words."""

    row: ReceptionTime
    words: str


@require_safe
@administrator_page
def reception(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """The reception times of an organisation, and the days that they make in the next four weeks."""
    organisation = own(administering, code)
    times = list(ReceptionTime.objects.filter(organisation=organisation))
    calendar = load(organisation.rulebook_at(administering.at)).calendar
    context = {
        "organisation": organisation,
        "lines": [ReceptionLine(one, receptions.in_words(one)) for one in times],
        "sessions": receptions.sessions(times, day_of(administering.at), DAYS_SHOWN, calendar),
    }
    return render(request, "office/reception.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def add(request: HttpRequest, administering: Administering, code: str) -> HttpResponse:
    """Publishes a reception time."""
    organisation = own(administering, code)

    def carry_out(given: Mapping[str, Any]) -> str:
        new = ReceptionTime(organisation=organisation, **{name: given[name] for name in WHEN})
        receptions.add(new, administering.at, administering.account, given["reason"])
        return _("已公布")

    change = Change(_("新增接待时间"), _("公布"), ReceptionTimeForm(request.POST or None), carry_out)
    return subject_page(request, organisation_subject(organisation, "office:reception"), change)


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page
def remove(request: HttpRequest, administering: Administering, code: str, id: UUID) -> HttpResponse:
    """Takes a reception time back."""
    organisation = own(administering, code)
    row = ReceptionTime.objects.filter(organisation=organisation, id=id).first()
    if row is None:
        raise Http404

    def carry_out(given: Mapping[str, Any]) -> str:
        receptions.remove(row, administering.at, administering.account, given["reason"])
        return _("已取消")

    title = _("取消接待时间：%(when)s") % {"when": receptions.in_words(row)}
    change = Change(title, _("取消"), ReasonForm(request.POST or None), carry_out, takes_away=True)
    return subject_page(request, organisation_subject(organisation, "office:reception"), change)
