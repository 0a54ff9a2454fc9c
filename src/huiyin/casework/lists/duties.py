"""Worklists: who owes what on which case, the most overdue first and what waits last, each from what the reader may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from huiyin.casework.case_view import kind_of, titles_and_texts, titles_of
from huiyin.casework.duty_news import (
    Chains,
    News,
    chains_of,
    given_back_among,
    is_of_withdrawal,
    news_of,
    occasions_in_words,
    occasions_of,
    step_on,
    texts_of,
    with_occasions,
)
from huiyin.casework.labels import cites, derived, name_of
from huiyin.casework.models import OPEN, Case, Duty, SeenCase
from huiyin.casework.owed import done_late, due_from_on, is_late, is_open, late, target_of
from huiyin.casework.sealed.cleared import untold_duties
from huiyin.casework.visible import duties_by_scope, duties_visible_to
from huiyin.casework.vocabulary import INSIDE
from huiyin.paging import Order, Page
from huiyin.people.models import Account, Unit
from huiyin.procedure.command import Actor
from huiyin.procedure.state import OpenDuty, State
from huiyin.procedure.storage import codec
from huiyin.procedure.waiting import waits_for
from huiyin.rows import Prepared
from huiyin.rule_store.store import load
from huiyin.rules.book.schema import Procedure, Rulebook
from huiyin.rules.book.steps import waits_for_its_day
from huiyin.rules.deadlines.limits import Derivation

PAGE = 25
NOBODY: Final = UUID(int=0)
"""Stands for a reader who is no person: nobody has this id."""
SHOWN_WITH: Final = ("case__unit", "unit", "assignee", "left_by")
"""What a row tells beside the duty itself, read with it."""
BY_DUE = Order(Duty, ("turn_at", "id"))
"""What can be done first, the most overdue on top; then what waits."""


@dataclass(frozen=True, slots=True)
class WaitedFor:
    """A duty that comes before another, and who owes it: the unit, and the role in words."""

    kind: str
    label: str
    unit: str
    role_label: str


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty as worklists show it; ``overdue`` as of when the list was asked for, ``owner`` the id of the unit that owes it.

    ``waits_since`` says since when it waits, which it does because its clock stands (``suspended``; ``stopped_by`` is the step that stops
    it, in words) or others come first (``waits_for``): meanwhile it is not overdue. ``left_by`` is who owed it before, where it was
    handed over; ``came_back``: what had been laid before somebody was given back; ``occasion`` tells it from another of its kind, or whom it is to be had from,
    why it was given back, or in a list what a case that nobody brought was begun with; ``news`` is what its owner has not looked at. ``unattended``: nobody at
    work may do it; said where all that is unfinished is listed. ``public`` is what the petitioner reads of it, where that is said. ``of_files``:
    whoever has the case in custody owes it for its files alone, which no step of the rulebook settles. ``before_its_day``: nothing is to be
    done about it until its limit has run out.
    """

    id: UUID
    case: Case
    title: str
    kind: str
    label: str
    role: str
    role_label: str
    unit: str
    unit_code: str
    owner: UUID | None
    assignee: str
    opened_at: datetime
    due_at: datetime
    overdue: bool
    suspended: bool
    waits_since: datetime | None
    stopped_by: str
    derivation: str
    derivation_plain: Mapping[str, object]
    clause: tuple[str, ...]
    cites: str
    discharged_at: datetime | None
    withdrawn_at: datetime | None
    waits_for: tuple[WaitedFor, ...] = ()
    left_by: str = ""
    occasion: str = ""
    news: tuple[News, ...] = ()
    unattended: bool = False
    public: str = ""
    came_back: bool = False
    of_files: bool = False
    before_its_day: bool = False

    @property
    def target_at(self) -> datetime:
        """By when the office means to have done it (``owed.target_of``)."""
        return target_of(self.opened_at, self.due_at)

    @property
    def newest(self) -> News | None:
        """The newest of ``news``, unless ``occasion`` tells it already."""
        newest = next(iter(self.news), None)
        return None if newest and self.occasion.startswith(step_on(newest.label, newest.at)) else newest

    @property
    def done_late(self) -> bool:
        """Whether it was done, but after its due time."""
        return done_late(self.due_at, self.discharged_at)

    @property
    def missed(self) -> bool:
        """Whether it was not fulfilled by its due time, as ``owed.missed`` asks."""
        return self.overdue or self.done_late

    @property
    def name(self) -> str:
        """The title of the case; what kind of case it is, where it has none."""
        return self.title or kind_of(self.case)


def worklist(
    actor: Actor,
    at: datetime,
    *,
    mine: bool = True,
    overdue: bool = False,
    due_before: datetime | None = None,
    due_from: datetime | None = None,
    unit: UUID | None = None,
    kinds: Collection[str] | None = None,
    after: str = "",
) -> Page[DutyRow]:
    """Open duties, the most overdue first, what waits last. ``mine``: those that the actor's post may discharge; else all on cases they may see.

    ``due_from`` is inclusive, ``due_before`` is not; what waits comes due at no time, so that ``due_from`` leaves it out. ``unit`` is
    whose duties they are; ``kinds`` are those asked for, all of them by default.
    """
    among = Q() if kinds is None else Q(kind__in=kinds)
    if overdue:
        among &= late(at)
    if due_from is not None:
        among &= due_from_on(due_from)
    if due_before is not None:
        among &= Q(due_at__lt=due_before)
    page = BY_DUE.page([rows.filter(among) for rows in duties_owed(actor, mine=mine, unit=unit)], after, PAGE)
    return Page(rows_shown([row.id for row in page.items], at, actor), page.next)


def _with_seen(rows: QuerySet[Duty], reader: UUID) -> QuerySet[Duty]:
    """Each with how far somebody has read of its case (``seen_seq``)."""
    seen = SeenCase.objects.filter(account_id=reader, case=OuterRef("case"))
    return rows.annotate(seen_seq=Subquery(seen.values("seq")[:1]))


_shown: Final = Prepared(
    lambda reader, ids: _with_seen(Duty.objects.filter(id__in=ids).select_related(*SHOWN_WITH), reader)
)


def rows_shown(ids: Sequence[UUID], at: datetime, reader: Actor) -> tuple[DutyRow, ...]:
    """The duties with these ids as a page shows them, in their order: read with all that a row tells beside the duty itself."""
    found = {row.id: row for row in _shown.all(reader.person or NOBODY, tuple(ids))} if ids else {}
    return duty_rows([found[id] for id in ids if id in found], at, reader=reader)


def owed_by(actor: Actor) -> Q:
    """That a duty, done or not, is owed by ``actor`` in the post in which they act: by their seat, and by nobody else there in person."""
    return owed_at(actor.unit, actor.roles, actor.person)


def owed_at(unit: UUID | None, roles: Collection[str], person: UUID | None) -> Q:
    """As ``owed_by``, of the ``person`` who holds these roles in a unit."""
    return Q(unit_id=unit, role__in=roles) & (Q(assignee__isnull=True) | Q(assignee_id=person))


def duties_owed(actor: Actor, *, mine: bool, unit: UUID | None = None) -> list[QuerySet[Duty]]:
    """Duties not done yet on cases that ``actor`` may see, narrowed as ``worklist`` says; in querysets that share none."""
    if mine:
        rows = [duties_visible_to(actor).filter(OPEN, owed_by(actor))]
    else:
        rows = [found.filter(OPEN) for found in duties_by_scope(actor)]
    return [found.filter(unit_id=unit) for found in rows] if unit else rows


def open_duties_of(case: Case) -> QuerySet[Duty]:
    """What is still owed on a case that the reader may see, in the order in which it came."""
    return case.duties.filter(OPEN).select_related("case").order_by("opened_at", "id")


_open: Final = Prepared(lambda case: Duty.objects.filter(OPEN, case_id=case).order_by("opened_at", "id"))
_all: Final = Prepared(
    lambda reader, case: (
        _with_seen(Duty.objects.filter(case_id=case), reader)
        .select_related("unit", "assignee", "left_by")
        .order_by(F("discharged_at").desc(nulls_first=True), F("withdrawn_at").desc(nulls_first=True), "due_at", "id")
    )
)


def open_rows_of(case: Case) -> list[Duty]:
    """As ``open_duties_of``, read."""
    return _with_case(_open.all(case.id), case)


def _with_case(rows: list[Duty], case: Case) -> list[Duty]:
    for row in rows:
        row.case = case
    return rows


def duties_of(
    case: Case, at: datetime, title: str | None = None, reader: Actor | None = None, chains: Chains | None = None
) -> tuple[DutyRow, ...]:
    """All duties of a case that the reader may see: open ones first, by due time, then those that are done.

    ``title`` is the case's where the caller has read it already; else it is read here, and so with ``chains``.
    """
    untold = untold_duties(case, reader)
    who = reader.person if reader is not None and reader.person is not None else NOBODY
    rows = [row for row in _with_case(_all.all(who, case.id), case) if row.kind not in untold]
    return duty_rows(rows, at, None if title is None else {case.id: title}, reader=reader, chains=chains)


_units: Final = Prepared(lambda ids: Unit.objects.filter(id__in=ids))


def duty_rows(
    rows: Iterable[Duty],
    at: datetime,
    titles: Mapping[UUID, str] | None = None,
    *,
    reader: Actor | None = None,
    chains: Chains | None = None,
) -> tuple[DutyRow, ...]:
    """Rows of duties, fetched with their cases, in words and in the order given; ``titles`` by case, read here when not given.

    With a ``reader`` each says what is new to them, and by which step it came; ``chains`` are read here when not given.
    """
    rows = tuple(rows)
    cases = {row.case_id: row.case for row in rows}
    stuck = [row for row in rows if row.waits_since is not None]
    states = {id: codec.loads(cases[id].state) for id in {row.case_id for row in stuck}}
    waiting = {row.id: _waits_for(row, states[row.case_id]) for row in stuck}
    owners = {row.unit_id for row in rows if row.unit_id}
    owners |= {one.seat.unit for found in waiting.values() for one in found if one.seat}
    units = {row.unit_id: row.unit for row in rows if row.unit_id and Duty.unit.is_cached(row)}
    # What others wait for is most often owed by the unit that handles the case.
    units |= {case.unit_id: case.unit for case in cases.values() if case.unit_id and Case.unit.is_cached(case)}
    if owners - units.keys():
        units |= {unit.id: unit for unit in _units.all(tuple(owners - units.keys()))}
    people = _people_of(rows)
    beside = _context_of(rows, cases, reader, chains, titles)
    return tuple(_duty_row(row, units, people, at, waiting.get(row.id, ()), beside) for row in rows)


def _people_of(rows: Sequence[Duty]) -> Mapping[UUID, str]:
    """Who owes the duties, or owed them before: of a page of duties read together, of one case fetched with them."""
    found = {row.assignee_id: str(row.assignee) for row in rows if row.assignee_id and Duty.assignee.is_cached(row)}
    found |= {row.left_by_id: str(row.left_by) for row in rows if row.left_by_id and Duty.left_by.is_cached(row)}
    missing = {id for row in rows for id in (row.assignee_id, row.left_by_id) if id} - found.keys()
    if missing:
        found |= {account.id: str(account) for account in Account.objects.filter(id__in=missing)}
    return found


@dataclass(frozen=True, slots=True)
class _DutyContext:
    titles: Mapping[UUID, str]
    news: Mapping[UUID, tuple[News, ...]]
    occasions: Mapping[UUID, str]
    unit: UUID | None
    back: frozenset[UUID] = frozenset()


def _context_of(
    rows: Sequence[Duty],
    cases: Mapping[UUID, Case],
    reader: Actor | None,
    chains: Chains | None,
    titles: Mapping[UUID, str] | None,
) -> _DutyContext:
    untitled = cases.values() if titles is None else ()
    if reader is None or not rows:
        return _DutyContext(titles or titles_of(untitled), {}, {}, None)
    own = {row.case_id for row in rows if is_open(row) and row.unit_id is not None and row.unit_id == reader.unit}
    # A case that nobody brought has no title: among others, what it was begun with says what it is about.
    begun = {row.id: row for row in rows if titles is None and is_open(row) and row.case.channel == INSIDE}
    occasioned = tuple({**begun, **{row.id: row for row in with_occasions(rows)}}.values())
    read = chains_of(own | {row.case_id for row in occasioned}) if chains is None else chains
    seen = {row.case_id: row.seen_seq or 0 for row in rows if hasattr(row, "seen_seq")}
    news = news_of([cases[id] for id in own], reader, read, seen if own <= seen.keys() else None) if own else {}
    back = given_back_among(rows, read)
    ids = back | {row.id for row in occasioned}
    occasions = occasions_of([row for row in rows if row.id in ids], read)
    found, words = titles_and_texts(untitled, texts_of(occasions))
    nobody = {row.id: _("承办单位现在没有可以办理的人") for row in occasioned if is_of_withdrawal(row)}
    in_words = nobody | dict(occasions_in_words(occasions, words))
    return _DutyContext(titles or found, news, in_words, reader.unit, back)


def _waits_for(row: Duty, state: State) -> tuple[OpenDuty, ...]:
    procedure = load(row.case.rulebook).book.procedures[row.case.procedure]
    return next((waits_for(procedure, state, duty) for duty in state.duties if duty.id == row.id), ())


def _stopped_by(procedure: Procedure, row: Duty) -> str:
    names = (name_of(action, name) for name, action in procedure.actions.items() if row.limit in action.pauses)
    return next(names, "")


def _waited_for(duty: OpenDuty, book: Rulebook, procedure: Procedure, units: Mapping[UUID, Unit]) -> WaitedFor:
    unit = units.get(duty.seat.unit) if duty.seat else None
    label = name_of(procedure.duties.get(duty.kind), duty.kind)
    return WaitedFor(duty.kind, label, unit.name if unit else "", name_of(book.roles.get(duty.role), duty.role))


def is_of_files(row: Duty) -> bool:
    """Whether whoever has a case in custody owes something for files of it alone (``sealed.held_back``): it accuses nobody, and asks about nobody."""
    if row.case.sealed or not is_open(row):
        return False
    asked = load(row.case.rulebook).book.procedures[row.case.procedure].identifying
    return asked is not None and row.kind in asked.discharges


def label_of(row: Duty) -> str:
    """What is owed, in words."""
    if is_of_files(row):
        return _("处理不能打开的附件")
    return name_of(load(row.case.rulebook).book.procedures[row.case.procedure].duties.get(row.kind), row.kind)


def _duty_row(
    row: Duty,
    units: Mapping[UUID, Unit],
    people: Mapping[UUID, str],
    at: datetime,
    waiting: tuple[OpenDuty, ...],
    beside: _DutyContext,
) -> DutyRow:
    rules = load(row.case.rulebook)
    procedure = rules.book.procedures[row.case.procedure]
    derivation = Derivation.from_dict(row.derivation)
    unit = units.get(row.unit_id) if row.unit_id else None
    return DutyRow(
        id=row.id,
        case=row.case,
        title=beside.titles.get(row.case_id, ""),
        kind=row.kind,
        label=label_of(row),
        role=row.role,
        role_label=name_of(rules.book.roles.get(row.role), row.role),
        unit=unit.name if unit else "",
        unit_code=unit.code if unit else "",
        owner=row.unit_id,
        assignee=people.get(row.assignee_id, "") if row.assignee_id else "",
        opened_at=row.opened_at,
        due_at=row.due_at,
        overdue=is_late(row, at),
        suspended=derivation.suspended,
        waits_since=row.waits_since,
        stopped_by=_stopped_by(procedure, row) if derivation.suspended and row.waits_since else "",
        derivation=derived(derivation),
        derivation_plain=row.derivation,
        clause=tuple(row.clause),
        cites=cites(rules, row.clause),
        public=name_of(rule.public) if (rule := procedure.duties.get(row.kind)) is not None else "",
        discharged_at=row.discharged_at,
        withdrawn_at=row.withdrawn_at,
        waits_for=tuple(_waited_for(duty, rules.book, procedure, units) for duty in waiting),
        left_by=people.get(row.left_by_id, "") if row.left_by_id else "",
        occasion=beside.occasions.get(row.id, ""),
        came_back=row.id in beside.back,
        news=beside.news.get(row.case_id, ()) if is_open(row) and row.unit_id == beside.unit else (),
        of_files=is_of_files(row),
        before_its_day=is_open(row) and row.due_at > at and waits_for_its_day(procedure, row.kind),
    )
