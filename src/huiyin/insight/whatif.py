"""What if another rulebook had been in force? Recorded cases, replayed under it, one after the other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from uuid import UUID

from django.db.models import QuerySet

from huiyin.casework.models import Case
from huiyin.insight.directory_snapshot import DirectorySnapshot
from huiyin.ledger.chain import ROW_ERRORS, recorded
from huiyin.ledger.models import Row
from huiyin.procedure.command import OrganisationId
from huiyin.procedure.due import local_date
from huiyin.procedure.event import CaseImported
from huiyin.procedure.evolve import BrokenHistory
from huiyin.procedure.replaying.course import Course, Difference, course, differences, shifts
from huiyin.procedure.replaying.past import Past, read_history, without_corrections
from huiyin.procedure.replaying.under import under
from huiyin.rule_store.store import load
from huiyin.rules.book.load import RulebookFlawed, Rules

CASES_AT_ONCE = 100

Fate = Literal["replayed", "unknown_procedure", "imported", "unreadable"]
"""What came of a case: it was replayed; the other rulebook has no such procedure; an old register alone says
what was done before, and by nobody here; its events or its own rulebook cannot be read."""
UNREPLAYABLE = (BrokenHistory, RulebookFlawed, *ROW_ERRORS)


@dataclass(frozen=True, slots=True)
class CaseDifference:
    """What would be otherwise in one case; ``differences`` is empty when nothing would.

    ``shifts`` are, by kind of duty, the days by which each duty would be due later (0: the same day). ``late`` is how many duties are
    or were owed beyond their time, and ``days`` how many days the case took from registration to its end (None: open), each recorded and
    replayed.
    """

    case: UUID
    number: str
    procedure: str
    rulebook: str
    registered_at: datetime
    fate: Fate
    differences: tuple[Difference, ...] = ()
    shifts: dict[str, tuple[int, ...]] | None = None
    late: tuple[int, int] = (0, 0)
    days: tuple[int | None, int | None] = (None, None)

    def as_dict(self) -> dict[str, object]:
        """As JSON: no personal data, only ids, dates and names of rulebooks."""
        return {
            "no": self.number,
            "procedure": self.procedure,
            "rulebook": self.rulebook,
            "registered_at": self.registered_at.isoformat(),
            "fate": self.fate,
            "differences": [_as_dict(item) for item in self.differences],
        }

    def tally_figures(self) -> dict[str, object]:
        """What a tally needs of it, as JSON."""
        return {
            "fate": self.fate,
            "procedure": self.procedure,
            "kinds": dict(Counter(item.kind for item in self.differences)),
            "shifts": {kind: sorted(days) for kind, days in (self.shifts or {}).items()},
            "late": list(self.late),
            "days": list(self.days),
        }


def replay(cases: QuerySet[Case], rules: Rules, at: datetime) -> Iterator[CaseDifference]:
    """Each of ``cases`` (what the caller may see) under ``rules``, by the order of their ids, up to the moment ``at`` (aware)."""
    snapshot = DirectorySnapshot()
    last: UUID | None = None
    while batch := list((cases.filter(id__gt=last) if last else cases).order_by("id")[:CASES_AT_ONCE]):
        yield from _replayed(batch, rules, at, snapshot)
        last = batch[-1].id


def replay_some(cases: Sequence[Case], rules: Rules, at: datetime) -> list[CaseDifference]:
    """A handful of cases under ``rules``, up to the moment ``at`` (aware), in their order."""
    return list(_replayed(cases, rules, at, DirectorySnapshot()))


def differences_of(case: Case, rules: Rules, at: datetime) -> CaseDifference:
    """One case under ``rules``, up to the moment ``at`` (aware)."""
    return next(_replayed([case], rules, at, DirectorySnapshot()))


def _replayed(
    batch: Sequence[Case], rules: Rules, at: datetime, snapshot: DirectorySnapshot
) -> Iterator[CaseDifference]:
    pasts = pasts_of([case.id for case in batch if case.procedure in rules.book.procedures], at)
    snapshot.learn(past for past in pasts.values() if past is not None)
    for case in batch:
        yield _one(case, pasts.get(case.id), rules, at, snapshot)


def _one(
    case: Case, past: list[Past] | None, rules: Rules, at: datetime, snapshot: DirectorySnapshot
) -> CaseDifference:
    if case.procedure not in rules.book.procedures:
        return _without(case, "unknown_procedure")
    if any(isinstance(item.event, CaseImported) for item in past or ()):
        return _without(case, "imported")
    try:
        history = read_history(past or [], load, snapshot, at)
        own = load(case.rulebook)
        was = course(own, without_corrections(past or []), history.state)
    except UNREPLAYABLE:
        return _without(case, "unreadable")
    alternative = under(rules, history, snapshot)
    would = course(rules, alternative.past, alternative.state)
    return CaseDifference(
        case.id,
        case.number,
        case.procedure,
        case.rulebook,
        case.registered_at,
        "replayed",
        differences(own, rules, was, would, alternative),
        shifts(rules, was, would),
        (_late(was, at), _late(would, at)),
        (_days(rules, case, was), _days(rules, case, would)),
    )


def _without(case: Case, fate: Fate) -> CaseDifference:
    return CaseDifference(case.id, case.number, case.procedure, case.rulebook, case.registered_at, fate)


def pasts_of(ids: Iterable[UUID], at: datetime) -> dict[UUID, list[Past] | None]:
    """The events of each case up to ``at``, oldest first; None where one of them cannot be read."""
    pasts: dict[UUID, list[Past] | None] = defaultdict(list)
    for row in Row.objects.filter(case_id__in=list(ids), at__lte=at).order_by("case_id", "seq").iterator():
        past = pasts[row.case_id]
        if past is None:
            continue
        try:
            item = recorded(row)
            organisation = cast(OrganisationId, item.actor["organisation"])
            past.append(Past(item.at, item.event, organisation))
        except UNREPLAYABLE:
            pasts[row.case_id] = None
    return dict(pasts)


def _late(found: Course, at: datetime) -> int:
    return sum(duty.is_late(at) for duty in found.duties)


def _days(rules: Rules, case: Case, found: Course) -> int | None:
    if found.ended_at is None:
        return None
    return (local_date(rules, found.ended_at) - local_date(rules, case.registered_at)).days


def _as_dict(item: Difference) -> dict[str, object]:
    return {
        "kind": item.kind,
        "name": item.name,
        "was": item.was,
        "would": item.would,
        "days": item.days,
        "clause_was": list(item.clause_was),
        "clause_would": list(item.clause_would),
    }
