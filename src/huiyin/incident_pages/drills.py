"""Drills: having an incident played on a simulated clock, and reading who did what when, and what came too late."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.labels import name_of
from huiyin.incidents import INCIDENT, drills
from huiyin.incidents.board import sees_every_incident
from huiyin.incidents.drills import MAX_MINUTES, SCENARIOS, DrillRequest
from huiyin.incidents.models import Drill
from huiyin.jobs import queue
from huiyin.jobs.piecewise import Busy
from huiyin.rule_store.store import load
from huiyin.rules.book.load import RulebookFlawed, Rules
from huiyin.web.page_access import Acting, staff_page
from huiyin.web.progress import ShownProgress, progress_part

LISTED: Final = 30
MINUTES: Final = re.compile(r"[1-9][0-9]{0,2}")
PICTURED: Final = 180
"""Minutes that the picture shows, and from which on a time is told in hours."""
DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class DrillForm:
    """What was asked for, as it was typed; ``errors`` by field, under the empty name those of none."""

    scenario: str = next(iter(SCENARIOS))
    absent: tuple[str, ...] = ()
    minutes: str = ""
    errors: Mapping[str, str] | None = None

    @property
    def order(self) -> DrillRequest:
        """The same to be played."""
        return DrillRequest(self.scenario, self.absent, int(self.minutes) if self.minutes else None)


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step that was taken: when, what and by whom, in the reader's language."""

    when: str
    label: str
    role: str


@dataclass(frozen=True, slots=True)
class OwedLine:
    """Something that was owed: since when, what and by whom, how it went, in the reader's language.

    The bar of the picture begins at ``begins`` and is ``lasts`` long, in minutes; ``limit`` is when it was due, None past the picture.
    """

    step: StepLine
    course: str
    late: bool
    begins: int
    lasts: int
    limit: int | None


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def all_drills(request: HttpRequest, acting: Acting) -> HttpResponse:
    """The drills of the organisation, and the form for another; sent, it is played in the background. 404 where incidents are not run."""
    rules = _rules(acting)
    if request.method != "POST":
        return _page(request, acting, rules, DrillForm())
    form = _read_form(request.POST, rules)
    if not form.errors:
        try:
            drill = drills.begin(acting.actor, acting.account, rules, form.order, acting.at)
            return HttpResponseRedirect(reverse("incidents:drill", args=[drill.id]))
        except Busy:
            busy = _("本单位已有一次演练正在进行，请等它结束后再试")
            form = DrillForm(form.scenario, form.absent, form.minutes, {"": busy})
    return _page(request, acting, rules, form)


def _page(request: HttpRequest, acting: Acting, rules: Rules, form: DrillForm) -> HttpResponse:
    context = {
        "form": form,
        "scenarios": SCENARIOS,
        "roles": _roles(rules),
        "max_minutes": MAX_MINUTES,
        "drills": [
            (drill, SCENARIOS.get(drill.scenario, drill.scenario)) for drill in drills.drills_of(acting.actor)[:LISTED]
        ],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "incidents/drills.html", context, status=status)


def _rules(acting: Acting) -> Rules:
    """The book under which the reader's organisation runs incidents, for who sees all of them. Raises Http404."""
    rules = drills.rules_of(acting.actor, acting.at) if sees_every_incident(acting.actor) else None
    if rules is None:
        raise Http404
    return rules


def _roles(rules: Rules) -> dict[str, str]:
    """Who owes anything on an incident, by role, in the reader's language."""
    book = rules.book
    owed = {duty.of for duty in book.procedures[INCIDENT].duties.values()}
    return {role: name_of(rule) for role, rule in book.roles.items() if role in owed}


def _read_form(data: QueryDict, rules: Rules) -> DrillForm:
    form = DrillForm(data.get("scenario", ""), tuple(data.getlist("absent")), data.get("minutes", "").strip())
    errors = {}
    if form.scenario not in SCENARIOS:
        errors["scenario"] = _("请从所列情景中选择")
    if not set(form.absent) <= set(_roles(rules)):
        errors["absent"] = _("请从所列角色中选择")
    if form.minutes and not MINUTES.fullmatch(form.minutes):
        errors["minutes"] = _("请填写 1 到 %(most)s 之间的整数，或者留空") % {"most": MAX_MINUTES}
    return DrillForm(form.scenario, form.absent, form.minutes, errors)


@require_safe
@staff_page
def drill(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """How far a drill is, or what it showed."""
    _rules(acting)
    played = _drill(acting, id)
    context: dict[str, object] = {"drill": played, "title": SCENARIOS.get(played.scenario, played.scenario)}
    if played.ended_at is None:
        context["progress"] = _progress(played, acting)
    elif played.report is not None:
        context |= _shown(played)
    return render(request, "incidents/drill.html", context)


@require_safe
@staff_page
def drill_progress(request: HttpRequest, acting: Acting, id: UUID) -> HttpResponse:
    """Whether it is played, as a part of the page; when it is, the page comes anew."""
    _rules(acting)
    return progress_part(request, _progress(_drill(acting, id), acting))


def _drill(acting: Acting, id: UUID) -> Drill:
    found = drills.drills_of(acting.actor).filter(id=id).first()
    if found is None:
        raise Http404
    return found


def _progress(played: Drill, acting: Acting) -> ShownProgress:
    over = played.ended_at is not None
    address = reverse("incidents:drill_progress", args=[played.id])
    words = _("演练已结束") if over else _("正在演练，通常不到半分钟")
    return ShownProgress(address, 100 if over else 0, words, over, not over and queue.is_stalled(acting.at))


def _shown(played: Drill) -> dict[str, object]:
    """What the drill showed, in the reader's language: by the rulebook as it was then."""
    try:
        rules = load(played.rulebook)
    except RulebookFlawed:
        return {"unreadable": True}
    report: Any = played.report
    absent = [name_of(rules.book.roles.get(role), role) for role in report["absent"]]
    return {
        "steps": tuple(_steps(report["steps"], rules)),
        "owed": tuple(_owed(report["owed"], rules, report.get("until"))),
        "late": len(report["late"]),
        "pictured": PICTURED,
        "absent": _("、").join(absent),
    }


def _steps(steps: list[dict[str, Any]], rules: Rules) -> Iterator[StepLine]:
    for step in steps:
        action = rules.book.procedures[step["procedure"]].actions.get(step["action"])
        yield StepLine(time_shown(step["minute"]), name_of(action, step["action"]), _role(rules, step["by"]))


def _role(rules: Rules, role: str) -> str:
    return name_of(rules.book.roles.get(role), "") or _("系统")


def _owed(owed: list[dict[str, Any]], rules: Rules, until: int | None) -> Iterator[OwedLine]:
    """What was owed, in the order in which it began; ``until`` which minute was played (None: a report of before that was told)."""
    for one in sorted(owed, key=lambda one: (one["owed_at"], one["due_at"])):
        duty = rules.book.procedures[one["procedure"]].duties.get(one["duty"])
        ended = one["done_at"] if one["done_at"] is not None else one["passed_on_at"]
        begun, due = one["owed_at"], one["due_at"]
        seen = ended if ended is not None else until
        lasts = min(due if seen is None else seen, PICTURED) - begun
        yield OwedLine(
            StepLine(time_shown(begun), name_of(duty, one["duty"]), _role(rules, one["role"])),
            _course(one, until),
            one["late"],
            begun,
            max(1, lasts) if begun < PICTURED else 0,
            due if due <= PICTURED else None,
        )


def _course(one: Mapping[str, Any], until: int | None) -> str:
    allowed = time_shown(one["due_at"] - one["owed_at"])
    if one["done_at"] is not None:
        return _("用时 %(took)s，时限 %(allowed)s") % {
            "took": time_shown(one["done_at"] - one["owed_at"]),
            "allowed": allowed,
        }
    if one["passed_on_at"] is not None:
        took = time_shown(one["passed_on_at"] - one["owed_at"])
        return _("没有办理，过了 %(took)s不再由其办理，时限 %(allowed)s") % {"took": took, "allowed": allowed}
    if until is None:
        return _("没有办理，时限 %(allowed)s") % {"allowed": allowed}
    return _("过了 %(took)s还没有办理，时限 %(allowed)s") % {
        "took": time_shown(until - one["owed_at"]),
        "allowed": allowed,
    }


def time_shown(minutes: int) -> str:
    """So many minutes in words; from three hours on in hours, from two days on in days, full ones."""
    if minutes >= 2 * DAY:
        return _("%(n)s 天") % {"n": minutes // DAY}
    if minutes >= PICTURED:
        return _("%(n)s 小时") % {"n": minutes // 60}
    return _("%(n)s 分钟") % {"n": minutes}
