"""A register as a file and on paper."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from huiyin.desk.cases import asked_for
from huiyin.desk.finding.pages import WITHOUT_ADDRESS
from huiyin.documents.forms import Rendered
from huiyin.procedure.confidentiality.levels import NOT_EXPORTED
from huiyin.registers import exports
from huiyin.registers.columns import COLUMNS, OFFICIAL
from huiyin.registers.lines import register_lines
from huiyin.registers.models import RegisterExport
from huiyin.registers.query import RegisterQuery
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.progress import file_progress, made_file
from huiyin.web.spreadsheets import CSV, XLSX
from huiyin.web.uploads import document_to_be_saved

Form = RegisterExport.Form
TYPES: Final = {Form.XLSX: XLSX, Form.CSV: CSV}
WHOLE: Final = ("registered", "number", "due", "ended")
"""Columns whose cells are not broken."""
PRINTED_ROWS: Final = 200
"""On one page to print; more are printed from a file."""


@require_POST
@staff_page
def export(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Have all rows of the register, as it is narrowed and laid out, written into a file."""
    query, search = asked_for(request, request.POST, acting)
    if request.POST.get("search") and not search:
        # Otherwise the file would hold everything, where somebody looked for one name.
        return HttpResponseRedirect(f"{reverse('desk:cases')}?{query.address()}")
    form = request.POST.get("form", "")
    made = exports.begin(
        acting.actor, acting.account, query, Form(form) if form in Form.values else Form.XLSX, acting.at
    )
    return HttpResponseRedirect(reverse("desk:export", args=[made.id]))


@require_safe
@staff_page
def progress(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """How far a file is, and the file once it is done."""
    found, words = exports.asked_by(acting.actor, id), _("已导出 %(done)s 条，共 %(total)s 条")
    return file_progress(request, "desk/registers/export.html", "export", found, words, acting.at)


@require_safe
@staff_page
def file(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The file, for who asked for it."""
    found = made_file(exports.asked_by(acting.actor, id))
    content = exports.file_of(found, acting.actor, acting.post.organisation, str(acting.account))
    return document_to_be_saved(Rendered(f"{_('台账')}.{found.form}", TYPES[Form(found.form)], content))


@require_safe
@staff_page
def printed(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The register as it is printed and bound (信访台账), of the cases to which it is narrowed and whose level allows it."""
    asked, search = asked_for(request, request.GET, acting)
    query = RegisterQuery(asked.filters, asked.sort, OFFICIAL)
    page = register_lines(acting.actor, query, acting.at, request.GET.get("after", ""), PRINTED_ROWS)
    lines = [line for line in page.items if line.view.case.level not in NOT_EXPORTED]
    rows = [[(name in WHOLE, COLUMNS[name].cell(line)) for name in OFFICIAL] for line in lines]
    context = {
        "heading": [COLUMNS[name].label for name in OFFICIAL],
        "rows": rows,
        "left_out": len(page.items) - len(lines),
        "next": page.next,
        "address": asked.address(search=search),
        "filters": asked.filters,
        "at": acting.at,
    }
    response = render(request, "desk/registers/printed.html", context)
    response.headers["Referrer-Policy"] = WITHOUT_ADDRESS
    return response
