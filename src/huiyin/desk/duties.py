"""What is owed, by whom, until when: the page that every working day begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, Literal, get_args

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_safe

from huiyin.casework.actions.choices import Way, ways_out
from huiyin.casework.elsewhere import HandedOver, elsewhere, is_elsewhere
from huiyin.casework.history import read_history
from huiyin.casework.lists.duties import DutyRow, worklist
from huiyin.casework.lists.unfinished import counts, end_of_today, end_of_week
from huiyin.casework.loaded_case import load_case
from huiyin.casework.sealed.confidential import waiting
from huiyin.casework.sealed.kept_from_all import kept_from_all
from huiyin.casework.sealed.seen_codes import to_replace
from huiyin.desk.old_register.confirming import waiting_for as registers_waiting_for
from huiyin.paging import Page
from huiyin.people.staff.proposals import waiting_for
from huiyin.people.web import Acting, staff_page
from huiyin.procedure.command import Actor
from huiyin.readiness import due

Whose = Literal["mine", "unit", "all"]
When = Literal["", "overdue", "today", "week"]


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty, the actions with which the reader can discharge it, and whether it is theirs to do so; ``handed``: a higher organ that does
    not work in this system has it, and the reader waits for its answer.
    """

    duty: DutyRow
    ways: tuple[Way, ...]
    is_mine: bool
    handed: HandedOver | None = None


@dataclass(frozen=True, slots=True)
class DutyListFilter:
    """What the list is narrowed to; ``before`` is the last day shown."""

    whose: Whose = "mine"
    when: When = ""
    before: str = ""
    after: str = ""


@require_safe
@staff_page
def duties(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Open duties, the most overdue first."""
    filters = _filters(request.GET)
    page = _page(acting, filters)
    context = {
        "page": page,
        "lines": _lines(page.items, acting.actor, acting.at),
        "counts": counts(acting.actor, acting.at, **_owner(acting.actor, filters.whose)).shown(),
        "filters": filters,
        "identities": waiting(acting.actor, acting.at),
        "codes": to_replace(acting.actor, acting.at),
        "kept_from_all": kept_from_all() if acting.account.is_superuser else (),
        "ready": due.count(acting.actor.organisation, timezone.localdate(acting.at), acting.account.id),
        "proposals": waiting_for(acting.account, acting.at).count() if acting.confirms else 0,
        "registers": registers_waiting_for(acting),
        "at": acting.at,
    }
    return render(request, "desk/duties.html", context)


def line(row: DutyRow, ways: Mapping[str, tuple[Way, ...]], actor: Actor, away: Mapping[str, HandedOver]) -> DutyLine:
    """An open duty together with what ``actor`` can do about it: ``ways`` are theirs on the case, ``away`` is who else has it, both by the
    kind of duty.
    """
    owes = row.owner is not None and row.owner == actor.unit and row.role in actor.roles
    return DutyLine(row, ways.get(row.kind, ()), owes, away.get(row.kind))


def _lines(rows: tuple[DutyRow, ...], actor: Actor, at: datetime) -> tuple[DutyLine, ...]:
    loaded = {row.case.id: load_case(row.case) for row in rows}
    ways = {id: ways_out(case, actor, at) for id, case in loaded.items()}
    away = {id: elsewhere(case, read_history(case.case, actor)) for id, case in loaded.items() if is_elsewhere(case)}
    return tuple(line(row, ways[row.case.id], actor, away.get(row.case.id, {})) for row in rows)


def _filters(query: QueryDict) -> DutyListFilter:
    whose, when = query.get("whose", "mine"), query.get("when", "")
    before = query.get("before", "")
    return DutyListFilter(
        whose=whose if whose in get_args(Whose) else "mine",  # type: ignore[arg-type]
        when=when if when in get_args(When) else "",  # type: ignore[arg-type]
        before=before if _day_after(before) else "",
        after=query.get("after", ""),
    )


def _owner(actor: Actor, whose: Whose) -> dict[str, Any]:
    return {"mine": whose == "mine", "unit": actor.unit if whose == "unit" else None}


def _page(acting: Acting, filters: DutyListFilter) -> Page[DutyRow]:
    at = acting.at
    ends = [_day_after(filters.before), {"today": end_of_today(at), "week": end_of_week(at)}.get(filters.when)]
    return worklist(
        acting.actor,
        at,
        **_owner(acting.actor, filters.whose),
        overdue=filters.when == "overdue",
        due_from=at if filters.when in ("today", "week") else None,
        due_before=min((end for end in ends if end), default=None),
        after=filters.after,
    )


def _day_after(day: str) -> datetime | None:
    """The first moment after a day given as 2026-03-02; None for anything else."""
    try:
        parsed = parse_date(day)
        return end_of_today(timezone.make_aware(datetime.combine(parsed, time()))) if parsed else None
    except (ValueError, OverflowError):
        return None
