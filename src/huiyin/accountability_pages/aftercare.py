"""What follows terminations: each promise and each follow-up by itself, what the lot of the week has inspected, and the table for the yearly report."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.accountability.aftercare import followed
from huiyin.casework.visible import book_of, oversees
from huiyin.rules import MATTER
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.spreadsheets import CellValue, TableFile, as_file

INSPECT = "inspect_aftercare"


@require_safe
@staff_page
def aftercare(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The terminated matters that the reader may see, with what is owed after each."""
    context = {
        "rows": followed(acting.actor, acting.at),
        "inspects": _inspects(acting),
        "action": INSPECT,
        "oversees": oversees(acting.actor),
        "at": acting.at,
    }
    return render(request, "accountability_pages/aftercare.html", context)


@require_safe
@staff_page
def export(request: HttpRequest, acting: Acting, ending: str) -> HttpResponse:
    """The same as a table, a line for each duty: for the report upward."""
    head = [_("编号"), _("单位"), _("阶段"), _("后续职责"), _("到期"), _("完成"), _("是否逾期"), _("本周抽查")]
    table = TableFile(_("终结后续管理"), head, _lines(acting))
    return as_file(table, ending)


def _lines(acting: Acting) -> Iterator[list[CellValue]]:
    for row in followed(acting.actor, acting.at):
        unit = row.view.unit.name if row.view.unit else ""
        for duty in (*row.owed, *row.done):
            done = timezone.localdate(duty.discharged_at) if duty.discharged_at else None
            drawn = _("是") if row.is_drawn else ""
            first = [row.view.case.number, unit, row.view.stage, duty.label]
            yield [*first, timezone.localdate(duty.due_at), done, _("是") if duty.missed else "", drawn]


def _inspects(acting: Acting) -> bool:
    """Whether the reader's post takes the step that records an inspection of what follows."""
    book = book_of(acting.actor.organisation)
    action = book.procedures[MATTER].actions.get(INSPECT) if book and MATTER in book.procedures else None
    return action is not None and not acting.actor.roles.isdisjoint(action.by)
