"""What if another rulebook had been in force? Asking, watching it being worked out, and reading what would differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.labels import name_of
from huiyin.casework.models import Case
from huiyin.insight import runs
from huiyin.insight.models import Replayed, WhatIfRun
from huiyin.insight.whatif import differences_of
from huiyin.jobs.piecewise import Busy
from huiyin.paging import Order
from huiyin.people.appointments import day_of
from huiyin.people.models import Organisation
from huiyin.rule_pages import whatif_figures, whatif_messages
from huiyin.rule_store.store import load, on_file
from huiyin.rule_store.vacancies import vacancies
from huiyin.rules.book.load import RulebookFlawed, Rules, shipped
from huiyin.rules.deadlines.day_given import day_given
from huiyin.web.case_lookup import visible_case
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.progress import ShownProgress, progress_of, progress_part

RUNS_LISTED = 20
CASES_A_PAGE = 50
BY_CASE = Order(Replayed, ("case_id",))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, as it was typed; ``errors`` by field, under the empty name those of none."""

    book: str
    since: str
    only_open: bool
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case that would be otherwise: how many differences of each kind, in words, or why it could not be replayed."""

    case: Case
    procedure: str
    kinds: tuple[tuple[str, int], ...]
    fate: str
    misfits: tuple[str, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def ask(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The question, and those asked before; sent, it is worked out in the background."""
    if request.method != "POST":
        return _question(request, acting, _blank(acting))
    asked = _read_question(request.POST, acting)
    if not asked.errors:
        day = day_given(asked.since)
        assert day is not None  # as read
        try:
            run = runs.begin(acting.actor, acting.account, asked.book, day, acting.at, asked.only_open)
            return HttpResponseRedirect(reverse("rules:whatif_run", args=[run.id]))
        except Busy:
            busy = _("本单位已有一次推演正在进行，请等它结束后再试")
            asked = Question(asked.book, asked.since, asked.only_open, {"": busy})
    return _question(request, acting, asked)


def _question(request: HttpRequest, acting: Acting, asked: Question) -> HttpResponse:
    context = {
        "asked": asked,
        "books": _books(),
        "today": timezone.localdate(acting.at).isoformat(),
        "runs": [(run, _title(run)) for run in runs.asked_by(acting.actor)[:RUNS_LISTED]],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if asked.errors else HTTPStatus.OK
    return render(request, "rule_pages/whatif.html", context, status=status)


def _blank(acting: Acting) -> Question:
    organisation = Organisation.objects.get(id=acting.actor.organisation)
    today = timezone.localdate(acting.at)
    first = date(today.year - 1, today.month, 1)
    return Question(load(organisation.rulebook_at(acting.at)).book.key, first.isoformat(), False, {})


def _read_question(data: QueryDict, acting: Acting) -> Question:
    book, since = data.get("book", ""), data.get("since", "")
    errors = {} if book in _books() else {"book": _("请从所列规程中选择")}
    day = day_given(since)
    if day is None:
        errors["since"] = _("请填写日期，如 2026-03-02")
    elif day > timezone.localdate(acting.at):
        errors["since"] = _("不能晚于今天")
    return Question(book, since, data.get("only_open") == "1", errors)


def _books() -> dict[str, str]:
    """The rulebooks to choose from, kept ones and those that ship, by key, with their titles."""
    ships = {rules.book.key: rules for rules in map(load, shipped())}
    books = on_file()
    return {key: name_of(rules.book.title) for key, rules in {**books, **ships, **books}.items()}


def _title(run: WhatIfRun) -> str:
    rules = _rules(run)
    return name_of(rules.book.title) if rules else run.rulebook


def _rules(run: WhatIfRun) -> Rules | None:
    try:
        return load(run.rulebook)
    except RulebookFlawed:
        return None


def _run(acting: Acting, id: UUID) -> WhatIfRun:
    """A run that the reader asked for in this post. Raises Http404 for any other."""
    run = runs.asked_by(acting.actor).filter(id=id).first()
    if run is None:
        raise Http404
    return run


@require_safe
@staff_page
def result(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """How far it is, or what would differ."""
    run = _run(acting, id)
    context: dict[str, object] = {"run": run, "title": _title(run), "reason": whatif_messages.REASONS.get(run.reason)}
    rules = _rules(run)
    if run.ended_at is None or rules is None:
        context["progress"] = _progress(run, acting)
        return render(request, "rule_pages/whatif_progress_page.html", context)
    tally = runs.tally(run, acting.actor)
    kind = request.GET.get("kind", "")
    kind = kind if kind in whatif_messages.KINDS else ""
    lines, after = _cases(run, acting, rules, kind, request.GET.get("after", ""))
    context |= {
        "tally": tally,
        "figures": whatif_figures.figures(tally, rules),
        "lines": lines,
        "after": after,
        "kind": kind,
        "kind_label": whatif_messages.kind(kind) if kind else "",
        "vacant": _vacant(run, rules) if run.only_open else (),
    }
    return render(request, "rule_pages/whatif_run.html", context)


@require_safe
@staff_page
def progress(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """How far it is, as a part of the page; when it has ended, the page comes anew."""
    run = _run(acting, id)
    return progress_part(request, _progress(run, acting))


def _progress(run: WhatIfRun, acting: Acting) -> ShownProgress:
    address, words = reverse("rules:whatif_progress", args=[run.id]), _("已推演 %(done)s 件，共 %(total)s 件")
    return progress_of(run, words, address, acting.at, is_over=run.ended_at is not None)


@require_POST
@staff_page
def stop(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Break it off; what was found so far stays to be read."""
    run = _run(acting, id)
    runs.end(run, acting.at)
    return HttpResponseRedirect(reverse("rules:whatif_run", args=[run.id]))


@require_safe
@staff_page
def one_case(request: HttpRequest, acting: Acting, id: UUID, no: str) -> HttpResponse:
    """What would differ in one case, step by step."""
    run, case = _run(acting, id), visible_case(acting, no)
    rules = _rules(run)
    if rules is None or not runs.replayed_for(run, acting.actor).filter(case=case).exists():
        raise Http404
    found = differences_of(case, rules, run.asked_at)
    context = {
        "run": run,
        "title": _title(run),
        "case": case,
        "fate": whatif_messages.FATES.get(found.fate),
        "days": found.days,
        "groups": whatif_messages.grouped(found.differences, load(case.rulebook), rules, case.procedure),
    }
    return render(request, "rule_pages/whatif_case.html", context)


def _vacant(run: WhatIfRun, rules: Rules) -> tuple[str, ...]:
    """The roles of the rulebook, in words, that nobody in the organisation could act in."""
    return tuple(name_of(vacancy.rule) for vacancy in vacancies(rules, run.organisation, day_of(run.asked_at)))


def _cases(run: WhatIfRun, acting: Acting, rules: Rules, kind: str, after: str) -> tuple[tuple[CaseLine, ...], str]:
    """A page of the cases that would be otherwise, and the key behind which the next one begins."""
    rows = runs.replayed_for(run, acting.actor).filter(changed=True).select_related("case")
    if kind:
        rows = rows.filter(counted__kinds__has_key=kind)
    if after and BY_CASE.read_key(after) is None:
        raise Http404
    page = BY_CASE.page(rows, after, CASES_A_PAGE)
    return tuple(_line(row.case, row.counted, rules) for row in page.items), page.next


def _line(case: Case, counted: Mapping[str, object], rules: Rules) -> CaseLine:
    kinds = counted["kinds"]
    assert isinstance(kinds, dict)
    procedure = rules.book.procedures.get(case.procedure) or load(case.rulebook).book.procedures.get(case.procedure)
    return CaseLine(
        case,
        name_of(procedure, case.procedure),
        tuple((whatif_messages.kind(name), kinds[name]) for name in whatif_messages.KINDS if name in kinds),
        str(whatif_messages.FATES.get(str(counted["fate"]), "")),
        whatif_messages.misfits(counted.get("misfits"), load(case.rulebook), case.procedure),
    )
