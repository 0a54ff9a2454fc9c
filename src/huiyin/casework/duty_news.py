"""What the owner of a duty has to know beside its name: by which step it came, and what happened since they last acted or looked.

Both are read from the ledger, once for all cases of a list. News of a unit are the steps of others (the petitioner's supplement, a
returned opinion, a repeat that joins) and a date that was counted anew; they are gone once somebody of the unit acts on the case, or
the reader says that they have read them (``seen``). Where neither has been, what came before the unit owed anything is nobody's news;
and the step by which a duty comes to the unit is told by the duty, unless it gives work back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.history.story import outcome_of_reading
from huiyin.casework.labels import name_of
from huiyin.casework.models import Case, Duty, SeenCase
from huiyin.casework.owed import is_open
from huiyin.casework.sealed.reasons import names_people
from huiyin.ledger.chain import Recorded, recorded
from huiyin.ledger.models import Row
from huiyin.people.models import Account
from huiyin.procedure.amending.nobody_left import asks_for_others
from huiyin.procedure.command import Actor, Seat, TextRef, Value
from huiyin.procedure.documents.document_event import DocumentApprovalLapsed
from huiyin.procedure.event import ActionTaken, DutyOpened, DutyReassigned, DutyRescheduled, FileLookedThrough
from huiyin.procedure.state import OpenDuty
from huiyin.procedure.storage import codec
from huiyin.rows import Prepared
from huiyin.rule_store.store import load
from huiyin.rules.book.schema import FieldRule
from huiyin.rules.book.steps import gives_back, is_asked_for

NEWS_EVENTS = (ActionTaken, DutyOpened, DutyReassigned, DutyRescheduled, DocumentApprovalLapsed, FileLookedThrough)
"""The events from which this is told."""
MAX_TEXT = 60


@dataclass(frozen=True, slots=True)
class News:
    """A step that somebody else took on the case; ``action`` is empty where a date was counted anew.

    ``is_first``: nobody of the unit has acted yet, nor has the reader looked; then it came after the unit owed something.
    """

    seq: int
    at: datetime
    action: str
    label: str
    is_first: bool = False


Chains = Mapping[UUID, Sequence[Recorded]]


_news_events: Final = Prepared(
    lambda cases, types: Row.objects.filter(case_id__in=cases, type__in=types).order_by("case_id", "seq")
)
_seen: Final = Prepared(
    lambda account, cases: SeenCase.objects.filter(account_id=account, case_id__in=cases).values_list("case_id", "seq")
)


def chains_of(cases: Collection[UUID]) -> Chains:
    """What is told from, by case and oldest first, in one query; none where no case is asked about."""
    if not cases:
        return {}
    rows = _news_events.all(tuple(set(cases)), tuple(codec.type_name(kind) for kind in NEWS_EVENTS))
    return {case: [recorded(row) for row in same] for case, same in groupby(rows, key=lambda row: row.case_id)}


def news_of(
    cases: Iterable[Case], reader: Actor, chains: Chains, known: Mapping[UUID, int] | None = None
) -> Mapping[UUID, tuple[News, ...]]:
    """What is new on each case to whoever reads: the newest first. The reader may see the cases; how far they read of each is ``known``, or read here."""
    cases = tuple(cases)
    asked = tuple({case.id for case in cases})
    if known is None:
        known = dict(_seen.all(reader.person, asked)) if asked and reader.person else {}
    return {case.id: _news(case, reader, chains.get(case.id, ()), known.get(case.id, 0)) for case in cases}


def _news(case: Case, reader: Actor, chain: Sequence[Recorded], seen: int) -> tuple[News, ...]:
    own = [item.seq for item in chain if isinstance(item.event, ActionTaken) and item.event.unit == reader.unit]
    given = _given_to(reader, chain)
    looked = max([seen, *own])
    since = looked or min(given, default=0)
    led_here = {step for step, _duty in given.values()}
    steps = [item.seq for item in chain if item.seq > since and _is_ordinary(case, item)]
    if steps and steps[0] < max(given, default=0):
        held_from = _held_since(case, given)
        led_here |= {seq for seq in steps if seq < held_from}
    later = (item for item in reversed(chain) if item.seq > since and not (item.seq in led_here and item.seq in steps))
    found = (_as_news(case, item, reader, is_first=not looked) for item in later)
    return tuple(item for item in found if item is not None)


def _given_to(reader: Actor, chain: Sequence[Recorded]) -> Mapping[int, tuple[int, UUID]]:
    """Where in ``chain`` the reader's unit came to owe something; each with where the step stands by which it did, and which duty."""
    step, found = 0, dict[int, tuple[int, UUID]]()
    for item in chain:
        match item.event:
            case ActionTaken():
                step = item.seq
            case DutyOpened(duty=OpenDuty(id=id, seat=Seat(unit=unit))) if unit == reader.unit:
                found[item.seq] = step, id
            case DutyReassigned(duty=id, seat=Seat(unit=unit), left_by=left) if unit == reader.unit:
                found[item.seq] = step if left is None else 0, id  # nobody's step hands a duty over
    return found


def _held_since(case: Case, given: Mapping[int, tuple[int, UUID]]) -> int:
    """Since which event the unit owes without a break something that it owes now: what colleagues did before led to it."""
    owed = {duty.id for duty in codec.loads(case.state).duties}
    return min((seq for seq, (_step, duty) in given.items() if duty in owed), default=0)


def _is_ordinary(case: Case, item: Recorded) -> bool:
    """Whether it is a colleague's step that gives nothing back: one by which a duty comes, or which leads to it, is told by the duty."""
    return isinstance(item.event, ActionTaken) and item.event.actor == "staff" and not _back(case, item.event)


def _as_news(case: Case, item: Recorded, reader: Actor, *, is_first: bool) -> News | None:
    match item.event:
        case ActionTaken(action=action, actor="petitioner" | "staff"):
            actions = load(case.rulebook).book.procedures[case.procedure].actions
            label = name_of(actions.get(action), action)
        case DutyRescheduled() if item.actor.get("kind") == "system":
            action, label = "", _("期限已重新推算")
        case DocumentApprovalLapsed():
            action, label = "", _("文书改动，审签失效，须重新审签")
        case DutyReassigned(left_by=left, assignee=assignee) if left is not None and assignee != reader.person:
            action, label = "", _("职责已移交")
        case FileLookedThrough(withheld=True) as event:
            action, label = "", outcome_of_reading(event, by_worker=item.actor.get("kind") == "system")
        case _:
            return None
    return News(item.seq, item.at, action, label, is_first)


TakenAt = tuple[datetime, ActionTaken]
Occasions = Mapping[UUID, tuple[Case, TakenAt]]
"""By which step each duty came, and when."""


def occasions_of(rows: Sequence[Duty], chains: Chains) -> Occasions:
    """By which step each of the duties came; nothing of those of which that is not known."""
    opened = {case: _opened_by(chains.get(case, ())) for case in {row.case_id for row in rows}}
    return {
        row.id: (row.case, _saying_by_when(row, step, chains[row.case_id]))
        for row in rows
        if (step := opened[row.case_id].get(row.id)) is not None
    }


def _saying_by_when(row: Duty, step: TakenAt, chain: Sequence[Recorded]) -> TakenAt:
    """The step in whose form the day of a duty stands: what was promised in an application is owed only once a later step was taken. What
    was given back is told by the step that did so, which says why.
    """
    if _back(row.case, step[1]):
        return step
    procedure = load(row.case.rulebook).book.procedures[row.case.procedure]
    rule = procedure.duties.get(row.kind)
    day = procedure.limits[rule.limit].by_field if rule is not None else None
    if not day or day in step[1].fields:
        return step
    taken = ((item.at, item.event) for item in reversed(chain) if isinstance(item.event, ActionTaken))
    return next(((at, event) for at, event in taken if at <= step[0] and day in event.fields), step)


def texts_of(occasions: Occasions) -> set[UUID]:
    """The texts with which the steps were taken."""
    given = (value for _case, (_at, event) in occasions.values() for value in event.fields.values())
    return {value.id for value in given if isinstance(value, TextRef)}


def occasions_in_words(occasions: Occasions, read: Mapping[UUID, str]) -> Mapping[UUID, str]:
    """Each step, its day, and what was ``read`` of its texts; one by which somebody withdrew says who."""
    words = {**read, **_names([(case, event) for case, (_at, event) in occasions.values()])}
    return {id: _in_words(case, at, event, words) for id, (case, (at, event)) in occasions.items()}


def given_back_among(rows: Iterable[Duty], chains: Chains) -> frozenset[UUID]:
    """Those of the open duties that are owed again because somebody gave back what had been laid before them."""
    return frozenset(
        row.id
        for row in rows
        if is_open(row)
        and (opened := _opened_by(chains.get(row.case_id, ())).get(row.id)) is not None
        and _back(row.case, opened[1])
    )


def _back(case: Case, step: ActionTaken) -> bool:
    procedure = load(case.rulebook).book.procedures[case.procedure]
    return step.action in procedure.actions and gives_back(procedure, step.action)


def with_occasions(rows: Sequence[Duty]) -> tuple[Duty, ...]:
    """The duties of which it is told by which step they came: those that stand beside another of their kind or answer a request of their own,
    even once the others are answered; and those that come from a withdrawal.
    """
    kinds = Counter((row.case_id, row.kind) for row in rows if is_open(row))
    return tuple(row for row in rows if kinds[row.case_id, row.kind] > 1 or is_of_withdrawal(row) or _of_request(row))


def _of_request(row: Duty) -> bool:
    return is_open(row) and is_asked_for(load(row.case.rulebook).book.procedures[row.case.procedure], row.kind)


def is_of_withdrawal(row: Duty) -> bool:
    """Whether a duty is one that withdrawals open: to name who takes over."""
    return is_open(row) and row.kind in asks_for_others(load(row.case.rulebook).book.procedures[row.case.procedure])


def _names(steps: Iterable[tuple[Case, ActionTaken]]) -> dict[UUID, str]:
    """The names of those who withdrew by ``steps``: as the history of the case has them."""
    ids = {value for case, event in steps for value in _withdrew(case, event)}
    return {account.id: str(account) for account in Account.objects.filter(id__in=ids)} if ids else {}


def _withdrew(case: Case, event: ActionTaken) -> Iterator[UUID]:
    """Who withdrew by a step; nobody where the form accuses whom it names."""
    book = load(case.rulebook).book
    action = book.procedures[case.procedure].actions.get(event.action)
    name = action.recuses.removeprefix("$") if action is not None else ""
    value = event.fields.get(name)
    if isinstance(value, UUID) and name in book.fields and not book.fields[name].accuses:
        yield value


def _opened_by(chain: Sequence[Recorded]) -> Mapping[UUID, TakenAt]:
    last: TakenAt | None = None
    found: dict[UUID, TakenAt] = {}
    for item in chain:
        if isinstance(item.event, ActionTaken):
            last = item.at, item.event
        elif isinstance(item.event, DutyOpened) and last is not None and item.at == last[0]:  # else it came by itself
            found[item.event.duty.id] = last
    return found


def _in_words(case: Case, at: datetime, event: ActionTaken, words: Mapping[UUID, str]) -> str:
    book = load(case.rulebook).book
    procedure = book.procedures[case.procedure]
    step = name_of(procedure.actions.get(event.action), event.action)
    parts = [
        _shown(rule, value, words)
        for name, value in event.fields.items()
        if (rule := book.fields.get(name)) is not None
        and not rule.accuses
        and not names_people(procedure, event.action)
    ]
    parts = [*(words.get(person, "") for person in _withdrew(case, event)), *parts]
    entries = _("；").join(part for part in parts if part)
    return _("：").join(filter(None, (step_on(step, at), entries)))


def step_on(label: str, at: datetime) -> str:
    """A step and the day on which it was taken, as an occasion begins."""
    return f"{label} {timezone.localdate(at).isoformat()}"


def _shown(rule: FieldRule, value: Value, words: Mapping[UUID, str]) -> str:
    if isinstance(value, TextRef):
        text = words.get(value.id, "")
        return text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
    return f"{name_of(rule)} {value.isoformat()}" if isinstance(value, date) else ""
