"""What lies beside the ledger of a case: its numbers, its petitioners, what is sealed, the jobs that follow from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from types import SimpleNamespace
from typing import cast
from uuid import UUID

from huiyin.audit import registers
from huiyin.audit.implied import Implied, case_columns
from huiyin.casework import access, receipts
from huiyin.casework.models import Attachment, Case, CaseAccess, CaseParty, DocumentRecord, Notice, Submission, Text
from huiyin.casework.sealed import attachments
from huiyin.casework.timers import AGAIN_WHERE_NOBODY_IS_LEFT
from huiyin.door.numbers import CASES
from huiyin.door.project import tail
from huiyin.jobs import kinds
from huiyin.jobs.models import Job
from huiyin.jobs.queue import KEPT
from huiyin.language import gettext as _
from huiyin.ledger.commitment import is_bound
from huiyin.people import petitioners
from huiyin.people.models import BlindIndex, Petitioner
from huiyin.procedure.event import ActionTaken, FilesHeldBack, Numbered
from huiyin.rows import read_rows
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ARCHIVE

ColumnDifference = tuple[str, object, object]
"""What was compared, as it should be, as it is stored."""


@dataclass
class Beside:
    """What was read for many cases at once: entries of registers, petitioners with what finds them, the jobs that are ``due`` by case, and those of
    them that are there, by their keys.
    """

    entries: dict[registers.RegisterPlace, Numbered] = field(default_factory=dict)
    people: dict[UUID, Petitioner] = field(default_factory=dict)
    indexes: dict[UUID, list[BlindIndex]] = field(default_factory=lambda: defaultdict(list))
    due: dict[UUID, dict[str, Job]] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)


def read_beside(
    cases: Iterable[Case], parties: Iterable[CaseParty], notices: Sequence[Notice], documents: Sequence[DocumentRecord]
) -> Beside:
    """All of it, in as many queries as there are tables."""
    cases = list(cases)
    places = [_entry(case) for case in cases] + [_number(notice) for notice in notices]
    places += registers.document_places(documents).values()
    ids = {case.petitioner_id for case in cases} | {party.petitioner_id for party in parties}
    beside = Beside(registers.entries({place for place in places if place is not None}))
    beside.people = read_people(ids)
    for index in read_rows(BlindIndex.objects.filter(petitioner__in=ids)):
        beside.indexes[index.petitioner_id].append(index)
    return beside


def read_people(ids: Collection[UUID]) -> dict[UUID, Petitioner]:
    """Petitioners with the keys of their data."""
    return {row.id: row for row in read_rows(Petitioner.objects.filter(id__in=ids).select_related("key"))}


def access_lines(
    case: Case, implied: Implied, rules: Rules | None, rows: Iterable[CaseAccess]
) -> tuple[list[str], list[str]]:
    """Who may see a case, and what lists sort it by: a line a scope, as the events imply and as it stands."""
    after = cast(Case, SimpleNamespace(**vars(case) | case_columns(implied, rules)))
    beside = access.columns(after, owing=bool(implied.state.duties))
    expected = {(case.id, scope, *beside.values()) for scope in access.scopes_after(implied.state)}
    of = attrgetter("case_id", "scope", *beside)
    found = list(map(of, rows))
    if len(found) == len(expected) and expected == set(found):
        return [], []
    return sorted(map(_access_line, expected)), sorted(map(_access_line, found))


def _access_line(columns: Iterable[object]) -> str:
    return " ".join(map(str, columns))


def _entry(case: Case) -> registers.RegisterPlace | None:
    return registers.place_of(case.organisation_id, CASES, case.registered_at, case.entry)


def _number(notice: Notice) -> registers.RegisterPlace | None:
    organ = notice.issuer_id or notice.organisation_id
    return registers.place_of(organ, notice.series, notice.issued_at, notice.number, notice.period)


def flaws(
    case: Case,
    beside: Beside,
    submissions: Sequence[Submission],
    parties: Sequence[CaseParty],
    notices: Sequence[Notice],
    documents: Sequence[DocumentRecord],
) -> Iterator[str]:
    """What is wrong, without content: how far the case has come, what it is known by, who its petitioners are."""
    if not is_bound(case.seal, *tail(case)):
        yield "case: seal: " + _("记录到第几条，与密封的不同")
    entry = _entry(case)
    yield from registers.case_flaws(case, beside.entries.get(entry) if entry else None, submissions, parties)
    for notice in notices:
        number = _number(notice)
        yield from registers.document_flaws(notice, beside.entries.get(number) if number else None)
    for id, place in registers.document_places(documents).items():
        number_given = beside.entries.get(place)
        if number_given is None or number_given.paper != id or number_given.case != case.id:
            yield f"paper {id.hex}: " + _("编号不是它自己的")
    for id in sorted({case.petitioner_id, *(party.petitioner_id for party in parties)}):
        if id not in beside.people:
            yield f"petitioner {id.hex}: " + _("不见了")
            continue
        yield from (f"petitioner {id.hex}: {flaw}" for flaw in petitioners.flaws(beside.people[id], beside.indexes[id]))


def differences(
    case: Case,
    after: Implied,
    beside: Beside,
    submissions: Sequence[Submission],
    texts: Sequence[Text],
    files: Sequence[Attachment],
) -> Iterator[ColumnDifference]:
    """What follows from the case for rows that the ledger does not name column by column."""
    yield "ending", receipts.last_signs(case.number), case.ending
    for submission in submissions:
        yield f"submission {submission.id.hex}: ending", receipts.last_signs(submission.receipt), submission.ending
    for petitioner in (beside.people.get(case.petitioner_id),):
        if petitioner is not None:
            yield "petitioner: organisation", case.organisation_id, petitioner.organisation_id
            yield "petitioner: created_at", after.events[0].at, petitioner.created_at
    for text in texts:
        if text.organisation_id != case.organisation_id:
            yield f"text {text.id.hex}: organisation", case.organisation_id, text.organisation_id
        if text.petitioner_id != case.petitioner_id:
            yield f"text {text.id.hex}: petitioner", case.petitioner_id, text.petitioner_id
    for file in files:
        if file.petitioner_id not in beside.people:
            continue  # which its own columns tell
        file.petitioner = beside.people[file.petitioner_id]
        yield f"attachment {file.id.hex}: type", attachments.type_by_name(file), file.type
    yield from _jobs(beside.due.get(case.id, {}), beside.jobs)


def read_jobs(beside: Beside, cases: Iterable[tuple[Case, Implied]], at: datetime) -> None:
    """The jobs that follow from some cases (``due``), and those of them that are there (``jobs``), into ``beside``."""
    beside.due = {case.id: _due(case, after, at) for case, after in cases}
    keys = [key for due in beside.due.values() for key in due]
    beside.jobs = {job.key: job for job in read_rows(Job.objects.filter(key__in=keys))}


def _due(case: Case, after: Implied, at: datetime) -> dict[str, Job]:
    """Each document of the last weeks has the job that tells of it, each archiving the one that packs, each file that was held back the one that
    looks it through; older ones were done and forgotten.
    """
    followed = [
        kinds.notice(case.organisation_id, case.id, item.seq, event.notice, event.to, item.at)
        for item, event, _action in after.notices
        if item.at > at - KEPT
    ]
    followed += [
        kinds.archive(case.organisation_id, case.id, item.seq, item.at)
        for item in after.events
        if isinstance(item.event, ActionTaken) and item.event.action == ARCHIVE and item.at > at - KEPT
    ]
    followed += [
        kinds.file_reading(case.organisation_id, file, item.at)
        for item in after.events
        if isinstance(item.event, FilesHeldBack) and item.at > at - KEPT
        for file in item.event.files
    ]
    return {job.key: job for job in followed}


def _jobs(due: Mapping[str, Job], found: Mapping[str, Job]) -> Iterator[ColumnDifference]:
    for key, job in due.items():
        yield f"job {key}", "one", "one" if key in found else "none"
        if key in found:
            for column in ("what", "organisation_id", "payload"):
                yield f"job {key}: {column}", getattr(job, column), getattr(found[key], column)


def timer_as_set(due_at: datetime, timer_at: datetime | None, at: datetime | None) -> datetime | None:
    """A timer as it was set: one that the rules did not let act yet is asked again later, but not much later than the present."""
    if timer_at is None or timer_at <= due_at:
        return timer_at
    return timer_at if at is not None and timer_at > max(at, due_at) + AGAIN_WHERE_NOBODY_IS_LEFT else due_at
