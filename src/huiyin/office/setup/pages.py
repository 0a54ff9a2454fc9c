"""Setting an organisation up on pages: a step after the other, each kept, until it is made and its people are invited.

Open to whoever followed the one-time link of `huiyin setup --page`, who stands at the machine: an administrator alone could invite
themselves to the posts of an organisation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import wraps
from io import StringIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.labels import name_of
from huiyin.channels.table import TableUnreadable
from huiyin.errors import HuiyinError
from huiyin.jobs import queue
from huiyin.office.setup.flaws import placed
from huiyin.office.setup.forms import AdministratorsForm, OrganisationForm, ReceptionFormSet, SheetForm, StaffFormSet
from huiyin.organisations.apply import CannotApply, apply
from huiyin.organisations.changes import ApplyReport, StructureChange
from huiyin.organisations.description import OrganisationFlawed
from huiyin.organisations.draft import (
    as_description,
    described_staff,
    drop_draft,
    head_of,
    keep_draft,
    read_draft,
)
from huiyin.organisations.rehearsing import AskedRehearsal, ask, asked
from huiyin.organisations.setup_link import drop_link, may_go_on, take_link
from huiyin.organisations.staff_sheet import LIAISON_NAME, SheetFlawed, StaffRow, rows_of, suggested, write
from huiyin.organisations.texts import ChangeKind
from huiyin.people import demonstration
from huiyin.people.models import LIAISON
from huiyin.rule_store.store import load
from huiyin.rule_store.vacancies import INSIDE, needed
from huiyin.web.progress import ShownProgress, progress_part

TAKEN_KEY: Final = "setup-link"
"""Under which the session of whoever followed the link keeps what lets them go on."""
UNFIT: Final = 422
GONE: Final = 410
SetupView = Callable[[HttpRequest], HttpResponse]


@never_cache
@require_safe
def follow_link(request: HttpRequest, key: str) -> HttpResponse:
    """Take the link: from here on this browser may set up, and nobody else with the same link."""
    kept = None if demonstration.is_here() else take_link(settings.HUIYIN_HOME, key, timezone.now())
    if kept is None:
        return render(request, "office/setup_void.html", status=GONE)
    request.session.cycle_key()
    request.session[TAKEN_KEY] = kept
    return HttpResponseRedirect(reverse("office:setup"))


def _may_set_up(request: HttpRequest) -> bool:
    kept = str(request.session.get(TAKEN_KEY, ""))
    return not demonstration.is_here() and bool(kept) and may_go_on(settings.HUIYIN_HOME, kept, timezone.now())


def setup_page(view: SetupView) -> SetupView:
    """Lets only those in who may set up; others read how they come by a link."""

    @wraps(view)
    def inner(request: HttpRequest) -> HttpResponse:
        if not _may_set_up(request):
            return render(request, "office/setup_void.html", status=GONE)
        response = view(request)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return inner


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def organisation(request: HttpRequest) -> HttpResponse:
    """The first step: who the organisation is."""
    home, answers = _home(), read_draft(_home())
    form = OrganisationForm(request.POST or None, initial=answers)
    if request.method != "POST" or not form.is_valid():
        return _step(request, "organisation", {"form": form}, UNFIT if form.is_bound else 200)
    if answers.get("rulebook") != form.cleaned_data["rulebook"]:
        answers.pop("staff", None)  # another rulebook has other roles
    keep_draft(home, answers | form.cleaned_data)
    return HttpResponseRedirect(reverse("office:setup-staff"))


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def staff(request: HttpRequest) -> HttpResponse:
    """The second step: who works where, in the rows that the rulebook needs or by a spreadsheet."""
    answers = read_draft(_home())
    if not answers.get("rulebook"):
        return HttpResponseRedirect(reverse("office:setup"))
    rules = load(str(answers["rulebook"]))
    rows = answers.get("staff") or [asdict(row) for row in suggested(rules)]
    if request.method == "POST" and "sheet" in request.FILES:
        return _by_sheet(request, answers, rows)
    given = request.POST if request.method == "POST" else None
    formset = StaffFormSet(given, initial=rows, prefix="staff")
    if given is None or not formset.is_valid():
        return _staff_page(request, answers, formset, status=200 if given is None else UNFIT)
    filled = [form for form in formset if any(form.cleaned_data.values())]
    return _take_rows(request, answers, filled, formset)


def _take_rows(request: HttpRequest, answers: dict[str, Any], filled: Sequence[Any], formset: Any) -> HttpResponse:
    """Keeps the rows, or shows beside them what is wrong."""
    given = answers | {"staff": [dict(form.cleaned_data) for form in filled]}
    checked = given | {"administrators": [], "head": None}
    try:
        as_description(checked)
    except OrganisationFlawed as flawed:
        flaws = list(placed(flawed, checked))
        for flaw in flaws:
            for row in flaw.rows:
                filled[row].add_error(flaw.field if flaw.field in filled[row].fields else None, flaw.text)
        problems = [flaw.words for flaw in flaws]
        return _staff_page(request, answers, formset, problems=problems, status=UNFIT)
    except HuiyinError as flawed:
        return _staff_page(request, answers, formset, problems=_problems(flawed, checked), status=UNFIT)
    keep_draft(_home(), given)
    return HttpResponseRedirect(reverse("office:setup-reception"))


def _by_sheet(request: HttpRequest, answers: dict[str, Any], rows: list[dict[str, Any]]) -> HttpResponse:
    """Takes the rows of a spreadsheet and shows them, to be looked over."""
    upload = SheetForm(request.POST, request.FILES)
    formset = StaffFormSet(initial=rows, prefix="staff")
    if not upload.is_valid():
        return _staff_page(request, answers, formset, upload=upload, status=UNFIT)
    file = upload.cleaned_data["sheet"]
    with NamedTemporaryFile(suffix=Path(file.name).suffix.lower(), dir=settings.HUIYIN_SPOOL) as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        try:
            found = [asdict(row) for row in rows_of(Path(kept.name))]
        except HuiyinError as flawed:
            upload.add_error("sheet", _problems(flawed, answers)[0])
            return _staff_page(request, answers, formset, upload=upload, status=UNFIT)
    keep_draft(_home(), answers | {"staff": found})
    return HttpResponseRedirect(reverse("office:setup-staff"))


def _staff_page(
    request: HttpRequest,
    answers: dict[str, Any],
    formset: Any,
    *,
    upload: SheetForm | None = None,
    problems: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    rules = load(str(answers["rulebook"]))
    roles = [rules.book.roles[name].name() for name, role in needed(rules.book) if role.of in INSIDE] + [LIAISON_NAME]
    context = {"formset": formset, "upload": upload or SheetForm(), "problems": problems, "roles": roles}
    return _step(request, "staff", context, status)


@require_safe
@setup_page
def sheet(request: HttpRequest) -> HttpResponse:
    """The rows so far as a spreadsheet, to be filled in elsewhere."""
    answers = read_draft(_home())
    if not answers.get("rulebook"):
        return HttpResponseRedirect(reverse("office:setup"))
    kept = [StaffRow(**row) for row in answers.get("staff", ())] or suggested(load(str(answers["rulebook"])))
    text = StringIO()
    write(kept, text)
    headers = {"Content-Disposition": 'attachment; filename="staff.csv"'}
    return HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)


USUAL: Final = tuple(
    {"weekdays": [1, 2, 3, 4, 5], "begins": begins, "ends": ends}
    for begins, ends in (("09:00", "11:30"), ("14:00", "17:00"))
)
"""Offered until somebody says otherwise."""


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def reception(request: HttpRequest) -> HttpResponse:
    """The third step: when petitioners are received."""
    answers = read_draft(_home())
    if not answers.get("staff"):
        return HttpResponseRedirect(reverse("office:setup-staff"))
    formset = ReceptionFormSet(request.POST or None, initial=answers.get("reception", list(USUAL)), prefix="reception")
    if request.method != "POST" or not formset.is_valid():
        return _step(request, "reception", {"formset": formset}, UNFIT if request.method == "POST" else 200)
    kept = [form.cleaned_data for form in formset if form.cleaned_data and not form.cleaned_data["DELETE"]]
    keep_draft(_home(), answers | {"reception": [_as_in_a_file(one) for one in kept]})
    return HttpResponseRedirect(reverse("office:setup-administrators"))


def _as_in_a_file(given: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: f"{given[name]:%H:%M}" for name in ("begins", "ends")}
    return {name: value for name, value in given.items() if value and name != "DELETE"} | times


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def administrators(request: HttpRequest) -> HttpResponse:
    """The fourth step: who administers."""
    answers = read_draft(_home())
    if not answers.get("staff"):
        return HttpResponseRedirect(reverse("office:setup-staff"))
    found = described_staff(answers)
    people = [(one["username"], one["name"]) for one in found["people"]]
    form = AdministratorsForm(request.POST or None, initial=answers, people=people)
    if request.method != "POST" or not form.is_valid():
        return _step(request, "administrators", {"form": form}, UNFIT if request.method == "POST" else 200)
    keep_draft(
        _home(), answers | {"administrators": list(form.cleaned_data["administrators"]), "head": head_of(answers)}
    )
    return HttpResponseRedirect(reverse("office:setup-review"))


@require_http_methods(["GET", "HEAD", "POST"])
@setup_page
def review(request: HttpRequest) -> HttpResponse:
    """The last step: all that would be made and what would still be missing; a press has a made-up matter walked through, another
    makes it.
    """
    answers = read_draft(_home())
    if not answers.get("administrators"):
        return HttpResponseRedirect(reverse("office:setup-administrators"))
    rehearses = "rehearse" in request.POST
    makes = request.method == "POST" and not rehearses
    try:
        report = apply(as_description(answers), timezone.now(), dry_run=not makes, agreed=True)
    except HuiyinError as refused:
        return _step(request, "review", {"problems": _problems(refused, answers)}, UNFIT)
    if rehearses:
        ask(_home(), timezone.now())
        return HttpResponseRedirect(reverse("office:setup-review"))
    if not makes:
        rehearsal = asked(_home())
        shown = {"rehearsal": rehearsal, "progress": _progress(rehearsal)}
        return _step(request, "review", _reported(report, answers) | shown)
    drop_draft(_home())
    request.session.pop(TAKEN_KEY, None)
    drop_link(settings.HUIYIN_HOME)
    return render(request, "office/setup_made.html", _reported(report, answers) | {"name": answers["name"]})


@require_safe
@setup_page
def rehearsal_progress(request: HttpRequest) -> HttpResponse:
    """Whether the made-up matter was walked through, as a part of the page; when it was, the page comes anew."""
    return progress_part(request, _progress(asked(_home())))


def _progress(rehearsal: AskedRehearsal | None) -> ShownProgress:
    over = rehearsal is None or rehearsal.status != "under-way"
    words = _("试走已结束") if over else _("正在试走，通常不到半分钟")
    stalled = not over and queue.is_stalled(timezone.now())
    return ShownProgress(reverse("office:setup-rehearsal"), 100 if over else 0, words, over, stalled)


def _reported(report: ApplyReport, answers: Mapping[str, Any]) -> dict[str, Any]:
    language, roles = get_language() or "", load(str(answers["rulebook"])).book.roles

    def in_words(change: StructureChange) -> str:
        if change.kind is not ChangeKind.ADD_POST:
            return change.will
        return _("、").join(
            LIAISON_NAME if role == LIAISON else name_of(roles.get(role), role) for role in change.will.split()
        )

    return {
        "changes": [
            (change, change.kind.about().text(language), change.subject(language), in_words(change))
            for change in report.changes
        ],
        "missing": [lack.text(language) for lack in report.missing],
        "invitations": report.invitations,
    }


def _problems(refused: HuiyinError, answers: Mapping[str, Any]) -> list[str]:
    """What is wrong, in the reader's language as far as it has codes."""
    language = get_language() or ""
    if isinstance(refused, CannotApply | SheetFlawed):
        return [problem.text(language) for problem in refused.problems]
    if isinstance(refused, OrganisationFlawed):
        return [flaw.words for flaw in placed(refused, answers)]
    if isinstance(refused, TableUnreadable):
        return [_("读不出这个表格：要有一行列名，其中有“岗位”一列；文件须是 .xlsx 或 .csv")]
    return [refused.in_one_line]


def _step(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    steps = [
        ("organisation", _("单位"), reverse("office:setup")),
        ("staff", _("部门和人员"), reverse("office:setup-staff")),
        ("reception", _("接待时间"), reverse("office:setup-reception")),
        ("administrators", _("系统管理员"), reverse("office:setup-administrators")),
        ("review", _("核对"), reverse("office:setup-review")),
    ]
    return render(request, f"office/setup_{name}.html", context | {"steps": steps, "here": name}, status=status)


def _home() -> Path:
    return Path(settings.HUIYIN_HOME)
