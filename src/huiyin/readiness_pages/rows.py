"""The pages that every register has: its list, its export, a row, the forms for a new one, a changed one, and for what is noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.readiness.refusals import DoesNotFit
from huiyin.readiness_pages.reader import PageReader, reader_page
from huiyin.readiness_pages.register import Entries, Narrowing, ReadinessColumn, Register, RowState, UsedShare
from huiyin.readiness_pages.registers import REGISTERS
from huiyin.web.spreadsheets import CellValue, TableFile, as_file
from huiyin.web.uploads import with_files

MAX_LISTED: Final = 500
"""Rows that one page lists; the export has them all."""


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell as it stands on a page, under its column's name."""

    label: str
    value: CellValue
    is_number: bool


@dataclass(frozen=True, slots=True)
class ReadinessLine:
    """A row of a list; ``address`` is its page, or the file of an entry, ``reversal`` the page that reverses an entry; empty: there is none."""

    row: Model
    cells: tuple[ShownCell, ...]
    state: RowState | None = None
    bar: UsedShare | None = None
    address: str = ""
    reversal: str = ""


@require_safe
@reader_page
def listing(request: HttpRequest, reader: PageReader, slug: str) -> HttpResponse:
    """The rows that the reader may see, narrowed as they chose."""
    register = _register_of(slug)
    chosen = _chosen(register, request.GET.get("show", ""))
    rows = list(_narrowed(register, reader, chosen)[: MAX_LISTED + 1])
    lines = [line_of(register, row, reader) for row in rows[:MAX_LISTED]]
    context = {
        "register": register,
        "lines": lines,
        "more": len(rows) > MAX_LISTED,
        "chosen": chosen.value if chosen else "",
        "keeps": reader.keeps(register.kept_as),
        "has_state": any(line.state for line in lines),
    }
    return render(request, "readiness_pages/list.html", context)


@require_safe
@reader_page
def export(request: HttpRequest, reader: PageReader, slug: str, ending: str) -> HttpResponse:
    """The same rows, all of them, for a spreadsheet program."""
    register = _register_of(slug)
    rows = _narrowed(register, reader, _chosen(register, request.GET.get("show", "")))
    head = [*(str(column.label) for column in register.columns), _("状态")]
    table = ([*_cells(register.columns, row), _state_words(register, row, reader)] for row in rows)
    sheet = TableFile(f"{register.title}-{reader.day.isoformat()}", head, table)
    return as_file(sheet, ending)


@require_safe
@reader_page
def detail(request: HttpRequest, reader: PageReader, slug: str, id: UUID) -> HttpResponse:
    """One row with all that was noted about it."""
    register = _register_of(slug)
    row = seen_row(register, reader, id)
    return _page(request, reader, register, row, _entry_form(register, row, reader))


@with_files
@require_POST
@reader_page
def note(request: HttpRequest, reader: PageReader, slug: str, id: UUID) -> HttpResponse:
    """Note something about a row; what does not fit comes back as it was typed."""
    register = _register_of(slug)
    row = seen_row(register, reader, id)
    entries = register.entries
    if entries is None or not entries.may(row, reader):
        raise PermissionDenied
    form = entries.form(request.POST, request.FILES, reader=reader)
    if form.is_valid() and carried_out(form, lambda: entries.carry_out(row, form.cleaned_data, reader.by)):
        messages.success(request, _("已登记"))
        return HttpResponseRedirect(reverse("readiness:row", args=[slug, id]))
    return _page(request, reader, register, row, form, HTTPStatus.UNPROCESSABLE_ENTITY)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def add(request: HttpRequest, reader: PageReader, slug: str) -> HttpResponse:
    """The form for a new row."""
    register = _register_of(slug)
    reader.refuse_unless_keeps(register.kept_as)
    if not register.can_add:
        raise Http404
    return _filled_in(request, reader, register, register.model(organisation_id=reader.organisation))


@require_http_methods(["GET", "HEAD", "POST"])
@reader_page
def change(request: HttpRequest, reader: PageReader, slug: str, id: UUID) -> HttpResponse:
    """The form for a row that is there."""
    register = _register_of(slug)
    reader.refuse_unless_keeps(register.kept_as)
    return _filled_in(request, reader, register, seen_row(register, reader, id))


@require_POST
@reader_page
def remove(request: HttpRequest, reader: PageReader, slug: str, id: UUID) -> HttpResponse:
    """Take a row out, where a register lets one do that."""
    register = _register_of(slug)
    reader.refuse_unless_keeps(register.kept_as)
    if register.remove is None:
        raise Http404
    register.remove(seen_row(register, reader, id), reader.by)
    messages.success(request, _("已移出"))
    return HttpResponseRedirect(reverse("readiness:list", args=[slug]))


def line_of(register: Register, row: Any, reader: PageReader) -> ReadinessLine:
    """A row as lists show it."""
    state = register.state(row, reader.day)
    bar = register.bar(row) if register.bar else None
    return ReadinessLine(
        row, _shown(register.columns, row), state, bar, reverse("readiness:row", args=[register.slug, row.pk])
    )


def _shown(columns: tuple[ReadinessColumn, ...], row: Any) -> tuple[ShownCell, ...]:
    values = _cells(columns, row)
    return tuple(ShownCell(str(one.label), value, one.is_number) for one, value in zip(columns, values, strict=True))


def _cells(columns: tuple[ReadinessColumn, ...], row: Any) -> list[CellValue]:
    values = (column.value(row) for column in columns)
    return [str(value) if isinstance(value, Promise) else value for value in values]


def _state_words(register: Register, row: Any, reader: PageReader) -> str:
    state = register.state(row, reader.day)
    return str(state.words) if state else ""


def _register_of(slug: str) -> Register:
    if slug not in REGISTERS:
        raise Http404
    return REGISTERS[slug]


def _chosen(register: Register, value: str) -> Narrowing | None:
    return next((choice for choice in register.choices if choice.value == value), None)


def _narrowed(register: Register, reader: PageReader, choice: Narrowing | None) -> QuerySet[Any]:
    rows = register.rows(reader)
    return choice.narrow(rows, reader.day) if choice else rows


def seen_row(register: Register, reader: PageReader, id: UUID) -> Any:
    """A row that the reader may see; any other is as if there were none (Http404)."""
    row = register.rows(reader).filter(id=id).first()
    if row is None:
        raise Http404
    return row


def _entry_form(register: Register, row: Any, reader: PageReader) -> BaseForm | None:
    entries = register.entries
    if entries is None or not entries.may(row, reader):
        return None
    begun = entries.begins_with(row, reader.day) if entries.begins_with else None
    return entries.form(reader=reader, initial=begun)


def _page(
    request: HttpRequest,
    reader: PageReader,
    register: Register,
    row: Any,
    form: BaseForm | None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    entries, keeps = register.entries, reader.keeps(register.kept_as)
    context = {
        "register": register,
        "line": line_of(register, row, reader),
        "text": register.text(row) if register.text else "",
        "entries": [_noted(entries, row, entry, keeps) for entry in entries.rows(row)] if entries else [],
        "form": form,
        "keeps": keeps,
    }
    return render(request, "readiness_pages/row.html", context, status=status)


def _noted(entries: Entries, row: Any, entry: Any, keeps: bool) -> ReadinessLine:
    has_file = entries.file and getattr(entry, entries.file)
    file = reverse("readiness:voucher", args=[row.pk, entry.pk]) if has_file else ""
    wrong = keeps and entries.reverses and entry.reverses_id is None and not hasattr(entry, "reversed_by")
    reversal = reverse("readiness:reversal", args=[row.pk, entry.pk]) if wrong else ""
    return ReadinessLine(entry, _shown(entries.columns, entry), address=file, reversal=reversal)


def _filled_in(request: HttpRequest, reader: PageReader, register: Register, row: Any) -> HttpResponse:
    form = register.form(request.POST if request.method == "POST" else None, instance=row, reader=reader)
    is_new = row._state.adding
    if request.method == "POST" and form.is_valid():
        kept = form.save(commit=False)
        if carried_out(form, lambda: register.keep(kept, reader.by)):
            messages.success(request, _("已保存"))
            return HttpResponseRedirect(reverse("readiness:row", args=[register.slug, kept.pk]))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"register": register, "form": form, "row": row, "is_new": is_new}
    return render(request, "readiness_pages/form.html", context, status=status)


def carried_out(form: BaseForm, change: Callable[[], object]) -> bool:
    """Carry ``change`` out; False when it does not fit, which the form then says."""
    try:
        with transaction.atomic():
            change()
    except DoesNotFit as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.words)
    except IntegrityError:
        form.add_error(None, _("已经登记过同样的一项，请在那里修改"))
    else:
        return True
    return False
