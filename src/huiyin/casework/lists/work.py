"""What somebody has to do, in the order in which it is best done: what is overdue, then by the office's own aim, then what waits.

All that is owed is read in few columns first, which order, counts and filters need; only what a page shows is read whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from huiyin.casework.case_view import channel_name
from huiyin.casework.duty_news import chains_of, given_back_among, news_of
from huiyin.casework.labels import name_of
from huiyin.casework.lists.duties import PAGE, DutyRow, duties_owed, owed_at, rows_shown
from huiyin.casework.lists.snoozes import in_force
from huiyin.casework.lists.unfinished import Counts, end_of_today, end_of_week
from huiyin.casework.models import OPEN, Duty
from huiyin.casework.owed import falls_due, overdue, target_of
from huiyin.casework.visible import seen_through, sight
from huiyin.paging import Page, page_of
from huiyin.procedure.command import Actor
from huiyin.rows import Prepared
from huiyin.rule_store.store import load
from huiyin.rules.book.steps import waits_for_its_day

MAX_LISTED = 500
"""So many are put in order, those that are due first; what is beyond them comes up as they are done."""
LOOKED_THROUGH = 200
"""In so many at once it is looked what came back, and what is new, until a page is full: that stands in the ledger alone."""
COLUMNS: Final = (
    *("id", "case_id", "kind", "opened_at", "due_at", "waits_since"),
    *("case__channel", "case__unit_id", "case__unit__name", "case__rulebook", "case__procedure", "case__seq"),
)
WorkState = Literal["", "now", "waiting", "back", "new", "aside"]
When = Literal["", "overdue", "today", "week"]


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A duty in few columns; ``channel`` and ``handling`` (the unit's id and name) are its case's, ``aside`` the day until which the reader's post has put it aside."""

    id: UUID
    case: UUID
    kind: str
    opened_at: datetime
    due_at: datetime
    waits_since: datetime | None
    channel: str
    handling: tuple[UUID | None, str]
    rulebook: str
    procedure: str
    seq: int
    aside: date | None

    @property
    def label(self) -> str:
        """What is owed, in words."""
        return name_of(load(self.rulebook).book.procedures[self.procedure].duties.get(self.kind), self.kind)

    def is_late(self, at: datetime) -> bool:
        """Whether it is overdue."""
        return overdue(self.due_at, self.waits_since, at)

    def falls_due(self, start: datetime, end: datetime) -> bool:
        """Whether it comes due from ``start`` (inclusive) to ``end`` (not)."""
        return falls_due(self.due_at, self.waits_since, start, end)

    def waits(self, at: datetime) -> bool:
        """Whether whoever owes it can do nothing about it at ``at``: others come first, its clock stands, or its day has not come."""
        if self.waits_since is not None:
            return True
        return self.due_at > at and waits_for_its_day(load(self.rulebook).book.procedures[self.procedure], self.kind)

    def order(self, at: datetime) -> tuple[object, ...]:
        """What is overdue comes first, the longest first; what waits comes last; all else by what the office aims at."""
        late = self.is_late(at)
        return (
            self.waits(at),
            not late,
            self.due_at if late else target_of(self.opened_at, self.due_at),
            self.id,
        )


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What a list is narrowed to: ``kind`` of duty, ``unit`` that handles the case, ``channel``, when it is due (``before`` is not included)."""

    state: WorkState = ""
    when: When = ""
    kind: str = ""
    unit: str = ""
    channel: str = ""
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """A page of what is owed. ``shown`` are the counts of it all, ``aside`` of what is put aside; ``kinds``, ``units`` and ``channels``
    are what it can be narrowed to, each with its words; ``is_cut``: there is more than is put in order.
    """

    page: Page[DutyRow]
    counts: Counts
    aside: int
    kinds: Mapping[str, str]
    units: Mapping[str, str]
    channels: Mapping[str, str]
    is_cut: bool
    fingerprint: str


def work(
    actor: Actor, at: datetime, narrowing: WorkFilter, *, mine: bool = True, unit: UUID | None = None, after: str = ""
) -> WorkPage:
    """What ``actor`` owes (``mine``), a ``unit``, or anybody on the cases that the actor may see; ``after`` is the key of the page before."""
    found = owed_in_order(actor, at, mine=mine, unit=unit)
    there, aside = [one for one in found if not one.aside], [one for one in found if one.aside]
    chosen = _narrowed(aside if narrowing.state == "aside" else there, narrowing, at)
    if narrowing.state in ("back", "new"):
        chosen = _given_back_or_new(chosen, narrowing.state, actor, after)
    shown = page_of(chosen, lambda one: one.id.hex, after, PAGE)
    return WorkPage(
        page=Page(rows_of(shown.items, actor, at), shown.next),
        counts=_counts(there, at),
        aside=len(aside),
        kinds={one.kind: one.label for one in there},
        units={str(one.handling[0]): one.handling[1] for one in there if one.handling[0]},
        channels={one.channel: channel_name(one.channel) for one in there},
        is_cut=len(found) > MAX_LISTED,
        fingerprint=fingerprint(found),
    )


def owed_in_order(actor: Actor, at: datetime, *, mine: bool, unit: UUID | None = None) -> list[WorkItem]:
    """Everything, as ``duties_owed`` says it, in the order in which it is best done."""
    today, seen = timezone.localdate(at), sight(actor)
    items: list[WorkItem] = []
    if mine and unit is None and seen and actor.unit and actor.post:
        own = _own.all(*seen, actor.unit, tuple(actor.roles), actor.post, today) if actor.roles else []
        items = [_item(dict(zip((*COLUMNS, "aside"), row, strict=True)), today) for row in own]
        return sorted(items, key=lambda one: one.order(at))
    for rows in duties_owed(actor, mine=mine, unit=unit):
        found = _with_aside(rows, actor.post, today) if mine else rows.values_list(*COLUMNS)
        columns = (*COLUMNS, "aside") if mine else COLUMNS
        items += [_item(dict(zip(columns, row, strict=True)), today) for row in _in_turn(found)]
    return sorted(items, key=lambda one: one.order(at))


def _with_aside(rows: QuerySet[Duty], post: UUID | None, today: date) -> QuerySet[Duty, tuple[Any, ...]]:
    held = in_force(post, today).filter(duty=OuterRef("pk"), seq__gte=OuterRef("case__seq"))
    return rows.annotate(aside=Subquery(held.values("until")[:1])).values_list(*COLUMNS, "aside")


def _in_turn(rows: QuerySet[Duty, tuple[Any, ...]]) -> QuerySet[Duty, tuple[Any, ...]]:
    return rows.order_by("turn_at", "id")[: MAX_LISTED + 1]


def _what_is_own(
    scopes: tuple[UUID, ...],
    within: tuple[UUID, ...],
    person: UUID,
    unit: UUID,
    roles: tuple[str, ...],
    post: UUID,
    today: date,
) -> QuerySet[Duty, tuple[Any, ...]]:
    cases = seen_through(scopes, within, person).filter(pk=OuterRef("case_id"))
    return _in_turn(_with_aside(Duty.objects.filter(Exists(cases), OPEN, owed_at(unit, roles, person)), post, today))


_own: Final = Prepared(_what_is_own)
"""What the page is about that every working day begins with."""


def fingerprint(items: Iterable[WorkItem]) -> str:
    """Tells one state of a list from another: what is owed, by when, and how far the cases have come."""
    lines = ";".join(
        sorted(f"{one.id.hex}{one.due_at.isoformat()}{one.waits_since}{one.seq}{one.aside}" for one in items)
    )
    return sha256(lines.encode()).hexdigest()[:16]


def _item(row: Mapping[str, Any], today: date) -> WorkItem:
    return WorkItem(
        id=row["id"],
        case=row["case_id"],
        kind=row["kind"],
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        waits_since=row["waits_since"],
        channel=row["case__channel"],
        handling=(row["case__unit_id"], row["case__unit__name"] or ""),
        rulebook=row["case__rulebook"],
        procedure=row["case__procedure"],
        seq=row["case__seq"],
        aside=row.get("aside") if timezone.localdate(row["due_at"]) > today else None,  # never beyond the day it is due
    )


def rows_of(items: Sequence[WorkItem], reader: Actor, at: datetime) -> tuple[DutyRow, ...]:
    """These items whole and in words, in their order."""
    return rows_shown([one.id for one in items], at, reader)


def next_of(actor: Actor, at: datetime, case: UUID) -> DutyRow | None:
    """What ``actor`` best does next, on another case than the one before them; None when all that is theirs waits or is put aside."""
    owed = owed_in_order(actor, at, mine=True)
    there = [one for one in owed if not one.aside and not one.waits(at) and one.case != case]
    return next(iter(rows_of(there[:1], actor, at)), None)


def _narrowed(items: Iterable[WorkItem], narrowing: WorkFilter, at: datetime) -> list[WorkItem]:
    return [one for one in items if _fits(one, narrowing, at)]


def _fits(one: WorkItem, narrowing: WorkFilter, at: datetime) -> bool:
    ends = {"today": end_of_today(at), "week": end_of_week(at)}.get(narrowing.when)
    return (
        (narrowing.state not in ("now", "waiting") or one.waits(at) is (narrowing.state == "waiting"))
        and narrowing.kind in ("", one.kind)
        and narrowing.unit in ("", str(one.handling[0]))
        and narrowing.channel in ("", one.channel)
        and (narrowing.when != "overdue" or one.is_late(at))
        and (ends is None or one.falls_due(at, ends))
        and (narrowing.before is None or one.due_at < narrowing.before)
    )


def _given_back_or_new(items: Sequence[WorkItem], state: WorkState, reader: Actor, after: str) -> list[WorkItem]:
    """Those that were given back, or on which something is new to the reader: as many as the page behind ``after`` needs."""
    found: list[WorkItem] = []
    for start in range(0, len(items), LOOKED_THROUGH):
        found += _among(items[start : start + LOOKED_THROUGH], state, reader)
        before = next((place + 1 for place, one in enumerate(found) if one.id.hex == after), len(found) if after else 0)
        if len(found) - before > PAGE:
            break
    return found


def _among(looked: Sequence[WorkItem], state: WorkState, reader: Actor) -> list[WorkItem]:
    rows = list(Duty.objects.filter(id__in=[one.id for one in looked]).select_related("case"))
    chains = chains_of({row.case_id for row in rows})
    if state == "back":
        back = given_back_among(rows, chains)
        return [one for one in looked if one.id in back]
    news = news_of({row.case_id: row.case for row in rows}.values(), reader, chains)
    return [one for one in looked if news.get(one.case)]


def _counts(items: Collection[WorkItem], at: datetime) -> Counts:
    def due(end: datetime) -> int:
        return sum(one.falls_due(at, end) for one in items)

    return Counts(len(items), sum(one.is_late(at) for one in items), due(end_of_today(at)), due(end_of_week(at)))
