"""Handing an old register in, telling its columns and words, looking at what would come of each row, bringing it in."""

from __future__ import annotations

import csv
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from io import StringIO
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.labels import name_of
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.channels.models import CHECKED, COLUMNS, WAITING, RegisterRow, RegisterRun
from huiyin.channels.records import MAX_COLUMNS, TableUnreadable, TooManyColumns
from huiyin.channels.register import runs
from huiyin.channels.register.columns import LABELS, RegisterMapping, fact_columns, guess, preview
from huiyin.channels.register.confirming import to_confirm
from huiyin.channels.register.row_files import RowFilesUnreadable
from huiyin.channels.register.unknown_words import unknown_words
from huiyin.channels.table import open_table
from huiyin.desk.old_register.example import example
from huiyin.desk.old_register.reading import (
    column_lines,
    earlier_books,
    read_columns,
    read_words,
    taken_twice,
    word_columns,
    word_lines,
)
from huiyin.people.models import Organisation
from huiyin.rule_store.in_force import RulebookHistory
from huiyin.rule_store.store import load
from huiyin.rules import MATTER, REGISTER
from huiyin.rules.book.load import Rules
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.progress import ShownProgress, progress_of, progress_part
from huiyin.web.spreadsheets import csv_to_be_saved
from huiyin.web.uploads import arrived, with_files

LISTED: Final = 200
RUNS_LISTED: Final = 20
AT_ONCE: Final = 500
MAX_UPLOAD_BYTES: Final = 20 * 1024 * 1024
REASONS: Final = {
    runs.UNREADABLE: gettext_lazy("上传的文件无法按所填的列读取，请重新对应各列"),
    runs.GONE: gettext_lazy("上传的文件已按期清除，请重新上传"),
    runs.GIVEN_UP: gettext_lazy("多次失败，已停止；已经导入的不会重复导入，可以再试"),
}
FATES: Final = {
    "new": gettext_lazy("可以导入"),
    "waiting": gettext_lazy("已办结，待另一人确认"),
    "confirmed": gettext_lazy("可以导入"),
    "already": gettext_lazy("以前已导入"),
    "rejected": gettext_lazy("不能导入"),
}
RegisterView = Callable[..., HttpResponse]


def registrar_page(view: RegisterView) -> RegisterView:
    """For whoever registers petitions: a register holds what petitioners said."""

    @wraps(view)
    def inner(request: HttpRequest, acting: Acting, *args: Any, **kwargs: Any) -> HttpResponse:
        rules = _rules(acting)
        rule = rules.book.procedures[MATTER].actions[REGISTER]
        if not set(rule.by) & acting.actor.roles:
            roles = _("、").join(name_of(rules.book.roles[role]) for role in rule.by)
            return render(request, "desk/registering/refused.html", {"roles": roles}, status=HTTPStatus.FORBIDDEN)
        return view(request, acting, *args, **kwargs)

    return inner


def _rules(acting: Acting) -> Rules:
    return load(_organisation(acting).rulebook_at(acting.at))


def _organisation(acting: Acting) -> Organisation:
    return Organisation.objects.get(id=acting.actor.organisation)


def _run(acting: Acting, id: UUID) -> RegisterRun:
    """A register that the reader handed in. Raises Http404 for any other."""
    found = RegisterRun.objects.filter(id=id, account=acting.account, organisation_id=acting.actor.organisation)
    run = found.select_related("organisation", "upload").first()
    if run is None:
        raise Http404
    return run


@with_files
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
@registrar_page
def hand_in(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The form, and what was handed in before; sent, the file is kept sealed and its columns are asked about."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        table, papers = request.FILES.get("table"), request.FILES.get("papers")
        for name, upload in (("table", table), ("papers", papers)):
            if upload is not None and (upload.size or 0) > MAX_UPLOAD_BYTES:
                errors[name] = _("文件超过 20 MB；请分成几份，或由管理员用命令导入")
        if table is None:
            errors["table"] = _("请选择登记簿文件")
        if table is not None and not errors:
            try:
                file, beside = arrived(table), arrived(papers) if papers else None
                run = runs.begin(_organisation(acting), acting.account, file, beside, acting.at)
                return HttpResponseRedirect(reverse("desk:old-register-columns", args=[run.id]))
            except TooManyColumns:
                errors["table"] = _("超过 %(max)d 列；请删去不需要的列后再上传") % {"max": MAX_COLUMNS}
            except TableUnreadable:
                errors["table"] = _("无法读取：须是有表头的 .csv 或 .xlsx 文件，请在表格软件中另存后再上传")
            except RowFilesUnreadable:
                errors["papers"] = _("无法读取：须是能打开的 .zip 文件")
    context = {
        "errors": errors,
        "to_confirm": to_confirm(acting.actor, acting.at, RUNS_LISTED),
        "runs": runs.mine(acting.account, acting.actor.organisation)[:RUNS_LISTED],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "desk/old_register/hand_in.html", context, status=status)


@require_safe
@staff_page
@registrar_page
def example_file(request: HttpRequest, acting: Acting) -> HttpResponse:
    """A made-up register."""
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    return csv_to_be_saved("old-register-example.csv", example(load(organisation.rulebook_at(acting.at))))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
@registrar_page
def columns(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The first rows and what their columns seem to hold, to be put right."""
    run, rules = _run(acting, id), _rules(acting)
    if run.is_settled:
        return HttpResponseRedirect(reverse("desk:old-register-run", args=[run.id]))
    try:
        with runs.opened(run) as files:
            kept = RegisterMapping.from_dict(run.mapping)
            head = preview(files.table, run.sheet if request.method == "POST" else "", rules, kept)
    except TableUnreadable:
        return render(request, "desk/old_register/gone.html", {"run": run}, status=HTTPStatus.GONE)
    if request.method != "POST":
        found = replace(kept, columns=guess(head.headers, rules, kept))
        return _columns_page(request, run, head, found, rules, [])
    mapping = read_columns(request.POST, head, kept, rules)
    problems = [_("列“%(header)s”对应了几项内容，一列只能对应一项") % {"header": one} for one in taken_twice(mapping)]
    labels = {name: _(label) for name, label in LABELS.items()}
    problems += [_("请指明哪一列是%(what)s") % {"what": labels[name]} for name in mapping.missing]
    unsettled = _("列“%(header)s”看来写的是被反映的人员、单位或者告知过的期限；请指明是哪一项，或者注明都不是")
    problems += [unsettled % {"header": one} for one in mapping.unsettled(head.headers)]
    if problems:
        return _columns_page(request, run, head, mapping, rules, problems)
    runs.tell_mapping(run, mapping, acting.at)
    return HttpResponseRedirect(reverse("desk:old-register-words", args=[run.id]))


def _columns_page(
    request: HttpRequest, run: RegisterRun, head: Any, mapping: RegisterMapping, rules: Rules, problems: list[str]
) -> HttpResponse:
    context = {
        "run": run,
        "head": head,
        "lines": column_lines(head, mapping, rules),
        "unsettled": [*mapping.unsettled(head.headers), *(one for one in mapping.nothing if one in head.headers)],
        "nothing": mapping.nothing,
        "earlier": mapping.earlier,
        "earlier_books": earlier_books(rules),
        "begins": rules.book.effective,
        "problems": problems,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return render(request, "desk/old_register/columns.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
@registrar_page
def words(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """The words of the register that nobody here knows; once they are told, or there are none, every row is looked at."""
    run = _run(acting, id)
    if run.is_settled:
        return HttpResponseRedirect(reverse("desk:old-register-run", args=[run.id]))
    mapping = RegisterMapping.from_dict(run.mapping)
    if mapping.missing:
        return HttpResponseRedirect(reverse("desk:old-register-columns", args=[run.id]))
    history = RulebookHistory(run.organisation, mapping.earlier)
    try:
        with runs.opened(run) as files:
            head = preview(files.table, run.sheet, kept=mapping)
            if mapping.unsettled(head.headers):
                return HttpResponseRedirect(reverse("desk:old-register-columns", args=[run.id]))
            table = open_table(files.table, run.sheet, mapping.form(head.headers))
            found = unknown_words(table.lines(), mapping, history, word_columns(mapping))
    except TableUnreadable:
        return render(request, "desk/old_register/gone.html", {"run": run}, status=HTTPStatus.GONE)
    labels = {**{name: _(label) for name, label in LABELS.items()}, **fact_columns(load(history.first))}
    lines = word_lines(found, history, labels)
    if request.method == "POST":
        runs.tell_mapping(run, read_words(request.POST, lines, mapping), acting.at)
        runs.start(run, acting.at, dry=True)
        return HttpResponseRedirect(reverse("desk:old-register-run", args=[run.id]))
    return render(request, "desk/old_register/words.html", {"run": run, "lines": lines})


@require_safe
@staff_page
@registrar_page
def show(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """How far it is; then what would come, or came, of the rows."""
    run = _run(acting, id)
    if run.step == COLUMNS:
        return HttpResponseRedirect(reverse("desk:old-register-columns", args=[run.id]))
    rows = RegisterRow.objects.filter(run=run).order_by("line")
    rejected = rows.filter(fate="rejected")
    others = list(rows.exclude(fate="rejected")[:LISTED])
    context = {
        "run": run,
        "progress": _progress(run, acting),
        "reason": REASONS.get(run.reason, ""),
        "new": run.counts.get("new", 0),
        "waiting": run.counts.get("waiting", 0),
        "waits": run.step == WAITING,
        "already": run.counts.get("already", 0),
        "rejected": run.counts.get("rejected", 0),
        "rejected_rows": [(row, _reasons(row)) for row in rejected[:LISTED]],
        "other_rows": others,
        "seen": _seen(acting, others),
        "listed": LISTED,
        "skipped": [(first, last, _SKIPS.get(why, why)) for first, last, why in run.skipped],
        "may_import": run.step == CHECKED
        and not run.reason
        and (run.counts.get("new", 0) or run.counts.get("waiting", 0)),
    }
    return render(request, "desk/old_register/run.html", context)


_SKIPS: Final = {
    "title": gettext_lazy("标题或说明"),
    "header": gettext_lazy("表头"),
    "empty": gettext_lazy("空行"),
}


def _reasons(row: RegisterRow) -> list[tuple[str, str]]:
    """Why a row was rejected: the column in words, and the reason."""
    return [(_(LABELS[field]) if field in LABELS else "", message) for field, message in row.errors]


@require_safe
@staff_page
@registrar_page
def progress(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """How far it is, as a part of the page; when it has ended, the page comes anew."""
    run = _run(acting, id)
    return progress_part(request, _progress(run, acting))


def _progress(run: RegisterRun, acting: Acting) -> ShownProgress:
    address, words = reverse("desk:old-register-progress", args=[run.id]), _("已处理 %(done)s 行，共 %(total)s 行")
    return progress_of(run, words, address, acting.at, is_over=not run.is_at_work)


@require_POST
@staff_page
@registrar_page
def bring_in(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Bring in what can be, by a worker."""
    run = _run(acting, id)
    try:
        runs.start(run, acting.at, dry=False)
    except TableUnreadable:
        return render(request, "desk/old_register/gone.html", {"run": run}, status=HTTPStatus.GONE)
    return HttpResponseRedirect(reverse("desk:old-register-run", args=[run.id]))


@require_safe
@staff_page
@registrar_page
def report(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """What became of each row, as CSV."""
    run = _run(acting, id)
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow([_("行"), _("原编号"), _("结果"), _("办理阶段"), _("下一期限"), _("规程"), _("新编号"), _("原因")])
    stream = RegisterRow.objects.filter(run=run).order_by("line").iterator()
    while rows := list(islice(stream, AT_ONCE)):
        seen = _seen(acting, rows)
        writer.writerows(_report_line(row, seen) for row in rows)
    return csv_to_be_saved("old-register-report.csv", written.getvalue())


def _seen(acting: Acting, rows: Iterable[RegisterRow]) -> frozenset[str]:
    """Of the matters that were brought in those that the reader may see, by number: whom one accuses may have handed it in."""
    numbers = [row.case_number for row in rows if row.case_number]
    found = visible_to(acting.actor).filter(number__in=numbers) if numbers else Case.objects.none()
    return frozenset(found.values_list("number", flat=True))


def _report_line(row: RegisterRow, seen: Container[str]) -> Iterator[object]:
    fate = _("已导入") if row.case_number else FATES.get(row.fate, row.fate)
    number = f"'{row.number}" if row.number[:1] in "=+-@\t\r" else row.number
    why = "；".join(f"{label}：{message}" if label else message for label, message in _reasons(row))
    new_number = row.case_number if row.case_number in seen else ""
    yield from (row.line, number, fate, row.stage, row.due or "", row.rulebook, new_number, why)
