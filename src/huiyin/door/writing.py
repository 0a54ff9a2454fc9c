"""Writing what follows from one command: ledger, projections and jobs, all in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import IntegrityError

from huiyin.casework.models import Case
from huiyin.door.numbers import number_all
from huiyin.door.owed_for_files import still_owed
from huiyin.door.passing import passed_on
from huiyin.door.project import project
from huiyin.jobs import kinds
from huiyin.jobs.models import Job
from huiyin.ledger import chain
from huiyin.ledger.models import Row
from huiyin.people.once_a_request import known_organisation
from huiyin.procedure.command import Actor
from huiyin.procedure.decision import Decision
from huiyin.procedure.event import ActionTaken, Event, FilesHeldBack, NoticeIssued
from huiyin.rows import Batch, Prepared
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ARCHIVE

_MOVING: Final = (
    "rulebook",
    "stage",
    "ended_at",
    "seq",
    "head",
    "seal",
    "state",
    "facts",
    "level",
    "sealed",
    "unresolved",
    "recused",
    "unit_id",
    "changed_at",
    "due_at",
)
"""The columns of a case that a command may change."""


class RecordedDecision(NamedTuple):
    """What a command has brought: what was decided and passed on, and the rows of the ledger, one an event."""

    decision: Decision
    rows: list[Row]


def record(batch: Batch, case: Case, rules: Rules, decision: Decision, actor: Actor, at: datetime) -> RecordedDecision:
    """Append the events of ``decision`` to the ledger and bring projections and jobs in step, all in ``batch``.

    ``case`` only changes here. What nobody would be left to do is passed on, nowhere else: whoever goes on takes what is returned.
    """
    decision = still_owed(case, rules, passed_on(case, rules, decision, actor, at), at)
    events = decision.events
    rows = chain.links(actor, case.id, case.organisation_id, case.seq, case.head, events, at)
    chain.add(batch, rows)
    project(batch, case, rules, decision.state, rows, events, at)
    batch.add(_jobs(case, rows, events, at))
    return RecordedDecision(decision, rows)


def write(batch: Batch, actor: Actor, at: datetime) -> None:
    """Everything of one command at once, new cases and documents with their numbers.

    Raises Conflict when another writer has appended to the same case first.
    """
    number_all(batch, actor, at)
    try:
        batch.write()
    except IntegrityError as error:
        if chain.is_conflict(error):
            raise chain.Conflict("the next event of the case exists already") from error
        raise


def write_moved(batch: Batch, case: Case, actor: Actor, at: datetime, also: Sequence[str] = ()) -> None:
    """As ``write``, with what a command has changed of a ``case`` that was there before (``record``); ``also`` more of its columns."""
    batch.change(Case, case.id, {name: getattr(case, name) for name in (*_MOVING, *also)})
    write(batch, actor, at)


def _jobs(case: Case, rows: Sequence[Row], events: Sequence[Event], at: datetime) -> Iterator[Job]:
    for row, event in zip(rows, events, strict=True):
        if isinstance(event, NoticeIssued):
            yield kinds.notice(case.organisation_id, case.id, row.seq, event.notice, event.to, at)
        elif isinstance(event, FilesHeldBack):
            yield from (kinds.file_reading(case.organisation_id, file, at) for file in event.files)
        elif isinstance(event, ActionTaken) and event.action == ARCHIVE:
            yield kinds.archive(case.organisation_id, case.id, row.seq, at)


_locked = Prepared(
    lambda id: (
        # What almost every command needs next comes along: the key of its texts, and the unit that the answer names.
        Case.objects.select_for_update(of=("self",)).select_related("petitioner__key", "unit").filter(id=id)
    )
)


def lock(id: UUID) -> Case:
    """The case, which nobody else can change until the transaction ends. Raises Case.DoesNotExist."""
    case = _locked.first(id)
    if case is None:
        raise Case.DoesNotExist("no case has this id")
    own = known_organisation(case.organisation_id)
    if own is not None:
        case.organisation = own
    return case
