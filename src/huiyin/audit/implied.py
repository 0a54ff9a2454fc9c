"""What the events of one case imply for the rows of the read side, worked out from the ledger alone.

Written apart from ``project`` on purpose: the one is checked against the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import cast
from uuid import UUID

from huiyin.audit.document_rows import texts_in
from huiyin.casework.models import Attachment
from huiyin.casework.owed import is_open, turn_of
from huiyin.casework.vocabulary import INSIDE
from huiyin.ledger.chain import Recorded, recorded
from huiyin.ledger.models import Row
from huiyin.procedure.command import DutyId, PersonId, TextRef, files_in, ids_in
from huiyin.procedure.documents.document_event import DocumentSealed
from huiyin.procedure.event import (
    AccusedWritten,
    ActionTaken,
    CaseEnded,
    CaseImported,
    CaseOpened,
    ConfidentialitySet,
    DutyDischarged,
    DutyOpened,
    DutyReassigned,
    DutyRescheduled,
    DutyWithdrawn,
    Event,
    FileLookedThrough,
    FilesHeldBack,
    NoteWritten,
    NoticeIssued,
    PackageStored,
    RegistrationCorrected,
    SubmissionAttached,
)
from huiyin.procedure.evolve import replay
from huiyin.procedure.state import OpenDuty, State
from huiyin.procedure.waiting import comes_due_at, waits_since
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ENDED


@dataclass(frozen=True, slots=True)
class DutyRecord:
    """A duty from its opening to its end, if it has one."""

    duty: OpenDuty
    discharged_at: datetime | None = None
    discharged_by: str = ""
    withdrawn_at: datetime | None = None
    left_by: PersonId | None = None

    @property
    def id(self) -> DutyId:
        """The engine's id, which is the row's."""
        return self.duty.id


@dataclass
class Implied:
    """A case as its events have it. ``notices`` come with the number of the action that they print, ``named`` with the field."""

    events: list[Recorded]
    state: State
    opening: CaseOpened
    ended_at: datetime | None = None
    old_number: str | None = None
    ended_before: datetime | None = None
    duties: dict[DutyId, DutyRecord] = field(default_factory=dict)
    notices: list[tuple[Recorded, NoticeIssued, int]] = field(default_factory=list)
    submissions: list[tuple[Recorded, SubmissionAttached]] = field(default_factory=list)
    named: set[tuple[str, UUID]] = field(default_factory=set)
    corrections: list[RegistrationCorrected] = field(default_factory=list)
    texts: list[TextRef] = field(default_factory=list)
    files: list[TextRef] = field(default_factory=list)
    packages: list[tuple[Recorded, PackageStored]] = field(default_factory=list)
    reading: dict[UUID, str] = field(default_factory=dict)


def read_implied(rows: Sequence[Row]) -> Implied:
    """What the ``rows`` of one case, oldest first, imply.

    Raises what ``codec.loads`` and ``evolve`` raise for events that were tampered with.
    """
    events = [recorded(row) for row in rows]
    if not events:
        raise ValueError("a case without events")
    state = replay(item.event for item in events)
    implied = Implied(events, state, cast(CaseOpened, events[0].event))
    action = 1
    for item in events:
        action = item.seq if isinstance(item.event, ActionTaken) else action
        _enter(implied, item, action)
        _enter_reading(implied, item.event)
    return implied


def _enter(implied: Implied, item: Recorded, action: int) -> None:
    event, at = item.event, item.at
    match event:
        case ActionTaken(fields=given):
            implied.ended_before = None
            implied.texts += [value for value in given.values() if isinstance(value, TextRef)]
            implied.files += [file for value in given.values() for file in files_in(value)]
            implied.named |= {(name, id) for name, value in given.items() for id in ids_in(value)}
        case SubmissionAttached(text=text, title=title):
            implied.submissions.append((item, event))
            implied.texts += [text, *([title] if title else [])]
            implied.files += event.files
        case AccusedWritten(line=line) if line is not None and line not in implied.texts:
            implied.texts.append(line)
        case RegistrationCorrected(reason=reason, corrected=corrected):
            implied.corrections.append(event)
            corrected_texts = [
                value for one in corrected for value in (one.before, one.after) if isinstance(value, TextRef)
            ]
            implied.texts += [reason, *(text for text in corrected_texts if text not in implied.texts)]
        case NoticeIssued():
            implied.notices.append((item, event, action))
        case NoteWritten(text=text) | ConfidentialitySet(reason=text):
            implied.texts.append(text)
        case CaseImported(number=number, entry=entry):
            implied.old_number, implied.ended_before = number, event.moments.get(ENDED)
            implied.texts.append(entry)
        case CaseEnded():
            implied.ended_at = implied.ended_before or at
        case DocumentSealed(scan=scan) if scan is not None:
            implied.files.append(scan)
        case PackageStored():
            implied.packages.append((item, event))
        case DutyOpened() | DutyDischarged() | DutyWithdrawn() | DutyRescheduled() | DutyReassigned():
            _enter_duty(implied.duties, event, at)
        case _:
            implied.texts += (text for text in texts_in(event) if text not in implied.texts)


def _enter_duty(
    duties: dict[DutyId, DutyRecord],
    event: DutyOpened | DutyDischarged | DutyWithdrawn | DutyRescheduled | DutyReassigned,
    at: datetime,
) -> None:
    match event:
        case DutyOpened(duty=duty):
            duties[duty.id] = DutyRecord(duty)
        case DutyDischarged(duty=id, action=by):
            duties[id] = replace(duties[id], discharged_at=at, discharged_by=by)
        case DutyWithdrawn(duty=id):
            duties[id] = replace(duties[id], withdrawn_at=at)
        case DutyRescheduled(duty=id):
            moved = replace(duties[id].duty, due_at=event.due_at, derivation=event.derivation)
            duties[id] = replace(duties[id], duty=moved)
        case DutyReassigned(duty=id):
            owed = duties[id].duty
            passed_on = replace(owed, seat=event.seat, assignee=event.assignee, role=event.role or owed.role)
            duties[id] = replace(duties[id], duty=passed_on, left_by=event.left_by)


def case_columns(implied: Implied, rules: Rules | None) -> dict[str, object]:
    """The columns of the case's row; what the rulebook adds is left out where it is not installed."""
    state, opening = implied.state, implied.opening
    columns: dict[str, object] = {
        "unresolved": bool(state.unresolved),
        "recused": bool(state.recused),
        "level": state.level,
        "old_number": implied.old_number,
        "id": opening.case,
        "organisation_id": opening.organisation,
        "procedure": opening.procedure,
        "rulebook": state.rulebook,
        "stage": state.stage,
        "ended_at": implied.ended_at if state.ended else None,
        "seq": state.seq,
        "head": implied.events[-1].hash,
        "facts": dict(state.facts),
        "unit_id": state.handling.unit if state.handling else None,
        "received_at": opening.received_at,
        "registered_at": implied.events[0].at,
        "changed_at": implied.events[-1].at,
    }
    if rules is not None:
        columns["due_at"] = comes_due_at(rules.book.procedures[state.procedure], state)
    if implied.submissions:
        first = implied.submissions[0][1]
        columns |= {"channel": first.channel, "headcount": first.headcount, "petitioner_id": first.petitioner}
        columns["title"] = first.title.id if first.title else None
    else:
        columns |= {"channel": INSIDE, "headcount": 0, "title": None}
    for one in (one for event in implied.corrections for one in event.corrected):
        if one.entry in ("channel", "headcount"):
            columns[one.entry] = one.after
        elif one.entry == "title":
            columns["title"] = one.after.id if isinstance(one.after, TextRef) else None
    if "sealed" in opening.facts or state.accused_units or state.accused_people:
        accuses = bool(state.accused_units or state.accused_people or state.unresolved)
        columns["sealed"] = accuses or opening.facts.get("sealed") == "yes"
    return columns


def duty_columns(implied: Implied, owed: DutyRecord, rules: Rules | None) -> dict[str, object]:
    """The columns of a duty's row; what the rulebook adds is left out where it is not installed."""
    duty = owed.duty
    columns: dict[str, object] = {
        "organisation_id": implied.opening.organisation,
        "kind": duty.kind,
        "role": duty.role,
        "unit_id": duty.seat.unit if duty.seat else None,
        "assignee_id": duty.assignee,
        "left_by_id": owed.left_by,
        "limit": duty.limit,
        "opened_at": duty.opened_at,
        "due_at": duty.due_at,
        "derivation": duty.derivation.to_dict(),
        "clause": list(duty.clause),
        "discharged_at": owed.discharged_at,
        "discharged_by": owed.discharged_by,
        "withdrawn_at": owed.withdrawn_at,
    }
    if not is_open(owed):
        columns |= {"timer_at": None, "waits_since": None, "turn_at": duty.due_at}
    elif rules is not None:
        # What the system does about a duty in the end is the affair of the rulebook under which it is, or was last, owed.
        procedure = rules.book.procedures[implied.state.procedure]
        rule = procedure.duties[duty.kind]
        columns["on_due"] = rule.on_due or ""
        columns["timer_at"] = duty.due_at if rule.on_due else None
        columns["waits_since"] = since = waits_since(procedure, implied.state, duty)
        columns["turn_at"] = turn_of(duty.due_at, since)
    return columns


def notice_columns(implied: Implied) -> dict[UUID, Mapping[str, object]]:
    """The columns of the rows of all notices."""
    return {
        event.notice: {
            "organisation_id": implied.opening.organisation,
            "kind": event.kind,
            "addressee": event.to,
            "action_seq": action,
            "issued_at": item.at,
            "clause": list(event.clause),
        }
        for item, event, action in implied.notices
    }


def submission_columns(implied: Implied) -> dict[UUID, Mapping[str, object]]:
    """The columns of the rows of all submissions."""
    return {
        event.submission: {
            "organisation_id": implied.opening.organisation,
            "channel": event.channel,
            "headcount": event.headcount,
            "petitioner_id": event.petitioner,
            "text": event.text.id,
            "title": event.title.id if event.title else None,
            "received_at": event.received_at,
            "registered_at": item.at,
            "seq": item.seq,
            "hash": item.hash,
            "taken_in_by_id": _registrar(implied),
        }
        for item, event in implied.submissions
    }


def _enter_reading(implied: Implied, event: Event) -> None:
    """Which files nobody opens, and why."""
    if isinstance(event, FilesHeldBack):
        implied.reading |= dict.fromkeys(event.files, Attachment.FileReading.WAITING)
    elif isinstance(event, FileLookedThrough):
        implied.reading[event.file] = Attachment.FileReading.WITHHELD if event.withheld else ""


def _registrar(implied: Implied) -> PersonId | None:
    """Who of the staff took the step that the case began with; nobody where an old register brought it in."""
    began = next((item.event for item in implied.events if isinstance(item.event, ActionTaken | CaseImported)), None)
    return began.person if isinstance(began, ActionTaken) and began.actor == "staff" else None


def attachment_columns(implied: Implied) -> dict[UUID, Mapping[str, object]]:
    """The columns of the rows of all files, whether a submission or an action brought them."""
    return {
        ref.id: {
            "organisation_id": implied.opening.organisation,
            "submission_id": submission,
            **({"petitioner_id": implied.submissions[0][1].petitioner} if implied.submissions else {}),
            "size": ref.length,
            "digest": ref.commitment,
            "added_at": item.at,
            "reading": implied.reading.get(ref.id, ""),
        }
        for item in implied.events
        for submission, refs in [_files(item.event)]
        for ref in refs
    }


def package_columns(implied: Implied) -> dict[UUID, Mapping[str, object]]:
    """The columns of the rows of all packages; how each is sealed, and where it lies, shows when it is opened."""
    return {
        event.package: {
            "organisation_id": implied.opening.organisation,
            "seq": item.seq,
            "through": event.through,
            "digest": event.digest,
            "size": event.size,
            "items": event.items,
            "term": event.term,
            "archived_at": implied.events[event.through - 1].at,
            "made_at": item.at,
        }
        for item, event in implied.packages
    }


def _files(event: Event) -> tuple[UUID | None, tuple[TextRef, ...]]:
    """The submission and the files that an event brought."""
    match event:
        case SubmissionAttached(submission=submission, files=files):
            return submission, files
        case DocumentSealed(scan=scan) if scan is not None:
            return None, (scan,)
        case ActionTaken(fields=given):
            return None, tuple(file for value in given.values() for file in files_in(value))
        case _:
            return None, ()
