"""What is owed, by whom, until when: the page that every working day begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from http import HTTPStatus
from typing import Any, Literal, get_args

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from huiyin.casework.actions.choices import Way, first_steps, hand_overs, ways_out
from huiyin.casework.elsewhere import HandedOver, elsewhere, is_elsewhere
from huiyin.casework.history import read_history
from huiyin.casework.lists.duties import DutyRow
from huiyin.casework.lists.snoozes import in_force
from huiyin.casework.lists.unfinished import end_of_today
from huiyin.casework.lists.work import When, WorkFilter, WorkState, fingerprint, owed_in_order, work
from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import Snooze
from huiyin.casework.sealed.kept_from_all import kept_and_late
from huiyin.desk.deciding.signing import signs_alone
from huiyin.desk.work.beside import waiting_beside
from huiyin.desk.work.left_to_nobody import left_for
from huiyin.desk.work.other_posts import owed_in_other_posts
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load
from huiyin.rules.deadlines.day_given import day_given
from huiyin.web.page_access import Acting, staff_page

Whose = Literal["mine", "unit", "all"]


@dataclass(frozen=True, slots=True)
class DutyLine:
    """A duty, the actions with which the reader can discharge it, and whether it is theirs to do so; ``handed``: a higher organ that does
    not work in this system has it, and the reader waits for its answer. ``hand_overs`` give it to somebody else of the unit. ``put_aside``
    says until which day the reader's post has put it aside, and why.
    """

    duty: DutyRow
    ways: tuple[Way, ...]
    is_mine: bool
    handed: HandedOver | None = None
    hand_overs: tuple[Way, ...] = ()
    put_aside: str = ""

    @property
    def primary(self) -> Way | None:
        """What one ordinarily does: the first way that takes the case on. None where all that is left sends it back or away."""
        return next((way for way in self.ways if way.kind == "onward"), None)

    def _more(self, kind: str) -> tuple[Way, ...]:
        return tuple(way for way in self.ways if way.kind == kind and way != self.primary)

    @property
    def onward(self) -> tuple[Way, ...]:
        """The other ways that take the case on."""
        return self._more("onward")

    @property
    def back(self) -> tuple[Way, ...]:
        """The ways that give it back to whoever laid it here."""
        return self._more("back")

    @property
    def away(self) -> tuple[Way, ...]:
        """The ways that end it undecided: never beside those that take it on."""
        return self._more("away")


@dataclass(frozen=True, slots=True)
class DutyListFilter:
    """What the list is narrowed to; ``before`` is the last day shown, ``unit`` handles the case."""

    whose: Whose = "mine"
    state: WorkState = ""
    when: When = ""
    kind: str = ""
    unit: str = ""
    channel: str = ""
    before: str = ""
    after: str = ""

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return bool(self.state or self.when or self.kind or self.unit or self.channel or self.before)

    @property
    def hidden_fields(self) -> tuple[tuple[str, str], ...]:
        """What the form of filters leaves as it is."""
        given = (("whose", self.whose), ("state", self.state), ("when", self.when))
        return tuple((name, value) for name, value in given if value)

    def address(self, **changes: str) -> str:
        """The address of this list with something else chosen, without its page."""
        query = QueryDict(mutable=True)
        names = ("whose", "state", "when", "kind", "unit", "channel", "before")
        narrowing = {name: getattr(self, name) for name in names} | changes
        query.update({name: value for name, value in narrowing.items() if value})
        return f"?{query.urlencode()}"


@require_safe
@staff_page
def duties(request: HttpRequest, acting: Acting) -> HttpResponse:
    """What is owed, in the order in which it is best done."""
    filters = _filters(request.GET)
    found = work(
        acting.actor, acting.at, _narrowing(filters), **_owner(acting.actor, filters.whose), after=filters.after
    )
    lines = _lines(found.page.items, acting.actor, acting.at)
    kept, late = kept_and_late(acting.account, acting.at) if acting.account.is_superuser else ((), ())
    context = {
        "work": found,
        "page": found.page,
        "lines": _with_snoozes(lines, acting) if filters.state == "aside" else lines,
        "to_sign": sum(map(_signs_alone, lines)),
        "counts": found.counts.as_shown(),
        "states": _states(filters, found.aside),
        "whens": _whens(filters, found.counts.as_shown()),
        "next": filters.address(after=found.page.next) if found.page.next else "",
        "filters": filters,
        "is_aside": filters.state == "aside",
        "words": {"kind": _("待办种类"), "unit": _("承办单位"), "channel": _("来件方式")},
        "beside": waiting_beside(acting),
        "left": left_for(acting),
        "other_posts": owed_in_other_posts(acting),
        "kept_from_all": kept,
        "late_custody": late,
        "pulse": found.fingerprint if filters.whose == "mine" else "",
        "at": acting.at,
    }
    return render(request, "desk/duties.html", context)


@require_safe
@staff_page
def pulse(request: HttpRequest, acting: Acting) -> HttpResponse:
    """Whether what the reader owes is still as the page that asks ``known`` it: nothing where it is, else how much there is now."""
    items = owed_in_order(acting.actor, acting.at, mine=True)
    if fingerprint(items) == request.GET.get("known", ""):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    there = sum(not one.aside for one in items)
    return render(request, "desk/work/pulse.html", {"count": there})


def line(
    row: DutyRow,
    ways: Mapping[str, tuple[Way, ...]],
    actor: Actor,
    away: Mapping[str, HandedOver],
    others: tuple[Way, ...] = (),
) -> DutyLine:
    """An open duty together with what ``actor`` can do about it: ``ways`` are theirs on the case, ``away`` is who else has it, both by the
    kind of duty; ``others`` are the ways to hand the case over to somebody else of the handling unit.
    """
    is_mine = owes(row, actor)
    is_handlers = load(row.case.rulebook).book.roles[row.role].of == "handling"
    own = {way.action for way in ways.get(row.kind, ())}
    hand = tuple(way for way in others if way.action not in own) if is_mine and is_handlers else ()
    return DutyLine(row, () if row.of_files else ways.get(row.kind, ()), is_mine, away.get(row.kind), hand)


def _signs_alone(line: DutyLine) -> bool:
    """Whether the reader ordinarily signs it, and may sign it with others of its kind."""
    if line.primary is None or not line.is_mine:
        return False
    return signs_alone(load(line.duty.case.rulebook).book.procedures[line.duty.case.procedure], line.primary.action)


def owes(row: DutyRow, actor: Actor) -> bool:
    """Whether a duty is the reader's own, by unit and role."""
    return row.owner is not None and row.owner == actor.unit and row.role in actor.roles


def _lines(rows: Sequence[DutyRow], actor: Actor, at: datetime) -> tuple[DutyLine, ...]:
    loaded = {row.case.id: load_case(row.case) for row in rows}
    ways = {id: ways_out(case, actor, at) for id, case in loaded.items()}
    others = {id: hand_overs(case, actor, at) for id, case in loaded.items()}
    for row in rows:
        if row.kind not in ways[row.case.id] and owes(row, actor):
            towards = first_steps(loaded[row.case.id], row.kind, actor, at)
            ways[row.case.id] = {**ways[row.case.id], row.kind: towards}
    away = {id: elsewhere(case, read_history(case.case, actor)) for id, case in loaded.items() if is_elsewhere(case)}
    return tuple(line(row, ways[row.case.id], actor, away.get(row.case.id, {}), others[row.case.id]) for row in rows)


def _with_snoozes(lines: Sequence[DutyLine], acting: Acting) -> tuple[DutyLine, ...]:
    rows = in_force(acting.actor.post, timezone.localdate(acting.at)).filter(duty__in=[one.duty.id for one in lines])
    until_when = {
        row.duty_id: _("搁置到 %(day)s：%(why)s") % {"day": row.until.isoformat(), "why": _(Snooze.Why(row.why).label)}
        for row in rows
    }
    return tuple(replace(one, put_aside=until_when.get(one.duty.id, "")) for one in lines)


def _filters(query: QueryDict) -> DutyListFilter:
    before, given = query.get("before", ""), query.get
    return DutyListFilter(
        whose=_one_of(Whose, given("whose", "")) or "mine",
        state=_one_of(WorkState, given("state", "")),
        when=_one_of(When, given("when", "")),
        kind=given("kind", ""),
        unit=given("unit", ""),
        channel=given("channel", ""),
        before=before if _day_after(before) else "",
        after=given("after", ""),
    )


def _one_of(choices: Any, given: str) -> Any:
    """What was given, where it is one of the choices."""
    return given if given in get_args(choices) else ""


def _narrowing(filters: DutyListFilter) -> WorkFilter:
    return WorkFilter(
        filters.state, filters.when, filters.kind, filters.unit, filters.channel, _day_after(filters.before)
    )


def _owner(actor: Actor, whose: Whose) -> dict[str, Any]:
    return {"mine": whose == "mine", "unit": actor.unit if whose == "unit" else None}


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to narrow the list: its words, its address, whether it is chosen, and how many there are where that is known."""

    label: str
    address: str
    is_chosen: bool
    count: str = ""
    tone: str = ""


def _states(filters: DutyListFilter, aside: int) -> list[Tab]:
    labels = {
        "": _("全部"),
        "now": _("现在可办"),
        "waiting": _("等待中"),
        "back": _("退回给我的"),
        "new": _("新情况"),
        "aside": _("已搁置"),
    }
    if filters.whose != "mine":
        labels.pop("aside")
    return [
        Tab(
            label,
            filters.address(state=state),
            state == filters.state,
            str(aside) if state == "aside" and aside else "",
        )
        for state, label in labels.items()
    ]


def _whens(filters: DutyListFilter, counts: Mapping[str, str]) -> list[Tab]:
    labels = [
        ("overdue", _("已逾期"), "overdue", "late"),
        ("today", _("今天到期"), "today", "soon"),
        ("week", _("本周到期"), "week", ""),
        ("", _("全部"), "open", ""),
    ]
    return [
        Tab(label, filters.address(when=when), when == filters.when, counts[count], tone)
        for when, label, count, tone in labels
    ]


def _day_after(day: str) -> datetime | None:
    """The first moment after a day given as 2026-03-02; None for anything else."""
    parsed = day_given(day)
    return end_of_today(timezone.make_aware(datetime.combine(parsed, time()))) if parsed else None
