"""Keeping the read side in step: from the events of one command to the rows that pages read. Called by the door alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from huiyin.casework import access
from huiyin.casework.models import (
    Attachment,
    Case,
    CaseAccess,
    CaseAccused,
    CaseLink,
    CaseUnit,
    DocumentRecord,
    DocumentVersion,
    Duty,
    Notice,
    Text,
)
from huiyin.casework.owed import turn_of
from huiyin.ledger.chain import read_chain
from huiyin.ledger.commitment import commit
from huiyin.ledger.models import Row
from huiyin.people.ids import new_id
from huiyin.procedure.command import TextRef, ids_in
from huiyin.procedure.documents.document_event import (
    DocumentApprovalLapsed,
    DocumentApproved,
    DocumentCorrected,
    DocumentDrafted,
    DocumentEdited,
    DocumentEvent,
    DocumentIssued,
    DocumentNumbered,
    DocumentReturned,
    DocumentSealed,
    DocumentVoided,
)
from huiyin.procedure.event import (
    AccusedFollowed,
    AccusedIdentified,
    AccusedWritten,
    ActionTaken,
    CaseEnded,
    CaseImported,
    CaseMoved,
    CaseOpened,
    CaseReopened,
    ConfidentialityFollowed,
    ConfidentialitySet,
    DutyDischarged,
    DutyOpened,
    DutyReassigned,
    DutyRescheduled,
    DutyWithdrawn,
    Event,
    FileLookedThrough,
    NoticeIssued,
    RegistrationCorrected,
    UnitJoined,
    UnitLeft,
)
from huiyin.procedure.state import ORDINARY, OpenDuty, State
from huiyin.procedure.storage import codec
from huiyin.procedure.waiting import comes_due_at, kinds_that_may_wait, waits_since
from huiyin.rows import Batch, Prepared
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ENDED


def project(
    batch: Batch, case: Case, rules: Rules, state: State, rows: Sequence[Row], events: Sequence[Event], at: datetime
) -> None:
    """Bring ``case`` (not written here) and its rows in step with ``events``, which are the ledger's ``rows``.

    ``state`` is the one after them. What has to be written goes into ``batch``.
    """
    is_new = any(isinstance(event, CaseOpened) for event in events)
    before = {} if is_new else access.columns(case, owing=_was_owing(state, events))
    _describe(case, state, rows[-1], at)
    moves = any(map(_moves_turns, events))
    if moves:
        case.due_at = comes_due_at(rules.book.procedures[state.procedure], state)
    action_seq = next((row.seq for row, event in zip(rows, events, strict=True) if isinstance(event, ActionTaken)), 0)
    opened = {event.duty.id for event in events if isinstance(event, DutyOpened)}
    notices: list[Notice] = []
    linked: list[CaseLink] = []
    for event in events:
        match event:
            case DutyDischarged() | DutyWithdrawn() | DutyRescheduled() | DutyReassigned() if event.duty not in opened:
                batch.change(Duty, event.duty, _changed(rules, state, event, at))
            case RegistrationCorrected():
                _correct(case, event)
            case CaseMoved():
                for duty in state.duties:
                    batch.change(Duty, duty.id, {**_timer(rules, state, duty), **_waiting(rules, state, duty)})
            case CaseImported() | CaseEnded() | CaseReopened():
                _carry_over(case, event, events, at)
            case NoticeIssued():
                notices.append(_notice(case, event, action_seq or _last_action(case), at))
            case ActionTaken():
                linked += _links(case, rules, event, at)
            case FileLookedThrough(file=file, withheld=withheld):
                batch.change(Attachment, file, {"reading": Attachment.FileReading.WITHHELD if withheld else ""})
            case _:
                pass
    if is_new or any(isinstance(event, AccusedWritten | AccusedIdentified | AccusedFollowed) for event in events):
        batch.add(_accuse(case, state, is_new, at))
    batch.add(_joined(case, events, at), unless_there=True)
    batch.add(linked, unless_there=True)
    for duty in state.duties if moves else ():
        if duty.id not in opened and duty.kind in kinds_that_may_wait(rules, state.procedure):
            batch.change(Duty, duty.id, _waiting(rules, state, duty))
    batch.add(_new_duties(case, rules, state, events, at))
    batch.add(notices)
    if state.papers:
        _documents(batch, case, rows, events, at)
    _let_see(batch, case, state, events, before)


def _joined(case: Case, events: Sequence[Event], at: datetime) -> list[CaseUnit]:
    """The units that ``events`` have brought to the case; those that left are taken from it at once."""
    joined: list[CaseUnit] = []
    for event in events:
        match event:
            case UnitJoined(relation=relation, seat=seat):
                joined.append(CaseUnit(id=new_id(at), case=case, relation=relation, unit_id=seat.unit))
            case UnitLeft(relation=relation, seat=seat):
                joined = [one for one in joined if (one.relation, one.unit_id) != (relation, seat.unit)]
                CaseUnit.objects.filter(case=case, relation=relation, unit_id=seat.unit).delete()
    return joined


def _carry_over(
    case: Case, event: CaseImported | CaseEnded | CaseReopened, events: Sequence[Event], at: datetime
) -> None:
    match event:
        case CaseImported(number=number):
            case.old_number = number
        case CaseEnded():
            case.ended_at = _end_by_old_register(events) or at
        case CaseReopened():
            case.ended_at = None


def _end_by_old_register(events: Sequence[Event]) -> datetime | None:
    """When a case ended that an old register says had ended."""
    return next((event.moments.get(ENDED) for event in events if isinstance(event, CaseImported)), None)


def _was_owing(state: State, events: Sequence[Event]) -> bool:
    """Whether anything was owed before ``events``, which have led to ``state``."""
    opened = sum(isinstance(event, DutyOpened) for event in events)
    closed = sum(isinstance(event, DutyDischarged | DutyWithdrawn) for event in events)
    return len(state.duties) - opened + closed > 0


TAKING: Final = (
    UnitLeft,
    AccusedWritten,
    AccusedIdentified,
    AccusedFollowed,
    ConfidentialitySet,
    ConfidentialityFollowed,
)
"""What may take a case from somebody."""


def _let_see(batch: Batch, case: Case, state: State, events: Sequence[Event], before: Mapping[str, object]) -> None:
    """Write down who may see the case from now on, and bring what stands beside in step."""
    owing = bool(state.duties)
    # Who may know of a limited case changes with what is owed and done on it.
    taking = state.level != ORDINARY or any(isinstance(event, TAKING) for event in events)
    if taking or any(isinstance(event, CaseOpened | UnitJoined) for event in events):
        scopes = access.scopes_after(state)
        if taking and before:
            CaseAccess.objects.filter(case=case).exclude(scope__in=scopes).delete()
        elif before:
            scopes &= _scopes_of_joined(events)
        batch.add(access.rows(case, scopes, owing=owing), unless_there=True)
    changes = {name: value for name, value in access.columns(case, owing=owing).items() if before.get(name) != value}
    if before and changes:
        batch.change(CaseAccess, case.id, changes, by="case_id")


def _scopes_of_joined(events: Sequence[Event]) -> frozenset[UUID]:
    """By which units that have joined may see a case: all that is new where nothing was taken from anybody."""
    joined = [event for event in events if isinstance(event, UnitJoined)]
    return frozenset(
        scope for one in joined for scope in (one.seat.unit, access.custody_scope(one.seat.unit, one.relation))
    )


def _new_duties(case: Case, rules: Rules, state: State, events: Sequence[Event], at: datetime) -> list[Duty]:
    """Rows for the duties that ``events`` opened, as far as these have brought them."""
    current = {duty.id: duty for duty in state.duties}
    new: dict[UUID, Duty] = {}
    for event in events:
        match event:
            case DutyOpened(duty=duty):
                new[duty.id] = _duty_row(case, rules, state, current.get(duty.id, duty))
            case DutyDischarged() | DutyWithdrawn() if event.duty in new:
                for name, value in _changed(rules, state, event, at).items():
                    setattr(new[event.duty], name, value)
            case _:
                pass
    return list(new.values())


def _changed(
    rules: Rules,
    state: State,
    event: DutyDischarged | DutyWithdrawn | DutyRescheduled | DutyReassigned,
    at: datetime,
) -> dict[str, object]:
    """What ``event`` changes in the row of its duty."""
    match event:
        case DutyDischarged(action=action):
            return {"discharged_at": at, "discharged_by": action, "timer_at": None, "waits_since": None}
        case DutyWithdrawn():
            return {"withdrawn_at": at, "timer_at": None, "waits_since": None}
        case DutyRescheduled():
            return _rescheduled(rules, state, event)
        case DutyReassigned(seat=owner, assignee=person, left_by=left):
            role = {} if event.role is None else {"role": event.role}
            return {"unit_id": owner.unit if owner else None, "assignee_id": person, "left_by_id": left, **role}


def tail(case: Case) -> tuple[str, list[object]]:
    """What the seal of a case binds: how far its events go."""
    return "tail", [case.id, case.seq, case.head]


def _moves_turns(event: Event) -> bool:
    """Whether what is owed may wait for something else since ``event``, or no longer: by stage, facts, duties and pauses alone."""
    match event:
        case ActionTaken():
            return event.from_stage != event.to_stage or bool(event.sets or event.cleared)
        case DocumentApprovalLapsed():
            return True
        case _:
            return not isinstance(event, DocumentEvent)


def _describe(case: Case, state: State, last: Row, at: datetime) -> None:
    case.stage, case.seq, case.head, case.state = state.stage, state.seq, last.hash, codec.dumps(state)
    case.seal = commit(*tail(case))
    case.rulebook = state.rulebook
    case.unresolved, case.recused, case.level = bool(state.unresolved), bool(state.recused), state.level
    case.facts, case.changed_at = dict(state.facts), at
    case.unit_id = state.handling.unit if state.handling else None


def _correct(case: Case, event: RegistrationCorrected) -> None:
    for one in event.corrected:
        match one.entry, one.after:
            case "title", TextRef(id=id):
                case.title = id
            case "title", None:
                case.title = None
            case "channel", str(channel):
                case.channel = channel
            case "headcount", int(headcount):
                case.headcount = headcount
            case _:
                pass


def _accuse(case: Case, state: State, is_new: bool, at: datetime) -> list[CaseAccused]:
    """Rows for those whom the case accuses and did not before; those of whom it does no longer are deleted."""
    not_there: dict[tuple[UUID | None, UUID | None], None] = {
        (unit, None): None for unit in sorted(state.accused_units)
    }
    not_there |= {(None, person): None for person in sorted(state.accused_people)}
    for row in () if is_new else CaseAccused.objects.filter(case=case):
        if (row.unit_id, row.account_id) in not_there:
            del not_there[row.unit_id, row.account_id]
        else:
            row.delete()
    was_sealed = case.sealed
    case.sealed = bool(state.accused_units or state.accused_people or state.unresolved)
    case.sealed |= state.facts.get("sealed") == "yes"
    if case.sealed != was_sealed and not is_new:
        # Their words are kept under other keys from now on: a worker puts them there.
        Text.objects.filter(case=case.id).update(indexed=False)
    return [CaseAccused(id=new_id(at), case=case, unit_id=unit, account_id=person) for unit, person in not_there]


def _links(case: Case, rules: Rules, event: ActionTaken, at: datetime) -> list[CaseLink]:
    """Rows for the cases that the form of an action names."""
    fields = rules.book.fields
    named = [
        id for name, value in event.fields.items() if type_of(fields[name]).names == "case" for id in ids_in(value)
    ]
    return [CaseLink(id=new_id(at), case=case, to_id=id) for id in dict.fromkeys(named)]


def _duty_row(case: Case, rules: Rules, state: State, duty: OpenDuty) -> Duty:
    """A duty of the engine as a row, as it was opened."""
    return Duty(
        id=duty.id,
        organisation_id=case.organisation_id,
        case=case,
        kind=duty.kind,
        role=duty.role,
        unit_id=duty.seat.unit if duty.seat else None,
        assignee_id=duty.assignee,
        limit=duty.limit,
        opened_at=duty.opened_at,
        due_at=duty.due_at,
        derivation=duty.derivation.to_dict(),
        clause=list(duty.clause),
        **_timer(rules, state, duty),
        **_waiting(rules, state, duty),
    )


def _timer(rules: Rules, state: State, duty: OpenDuty) -> dict[str, Any]:
    """What the system does when the duty is not done in time, and when."""
    on_due = rules.book.procedures[state.procedure].duties[duty.kind].on_due
    return {"on_due": on_due or "", "timer_at": duty.due_at if on_due else None}


def _rescheduled(rules: Rules, state: State, event: DutyRescheduled) -> dict[str, object]:
    duty = next((duty for duty in state.duties if duty.id == event.duty), None)
    changes: dict[str, object] = {"due_at": event.due_at, "derivation": event.derivation.to_dict()}
    changes["turn_at"] = event.due_at
    if duty is not None and rules.book.procedures[state.procedure].duties[duty.kind].on_due:
        changes["timer_at"] = event.due_at
    return changes if duty is None else changes | _waiting(rules, state, duty)


def _waiting(rules: Rules, state: State, duty: OpenDuty) -> dict[str, datetime | None]:
    since = waits_since(rules.book.procedures[state.procedure], state, duty)
    return {"waits_since": since, "turn_at": turn_of(duty.due_at, since)}


def _last_action(case: Case) -> int:
    """The number of the last action, after which a correction goes out that no action serves; 1 where none was taken."""
    return max((item.seq for item in read_chain(case.id, ActionTaken)), default=1)


def _notice(case: Case, event: NoticeIssued, action_seq: int, at: datetime) -> Notice:
    return Notice(
        id=event.notice,
        organisation_id=case.organisation_id,
        case=case,
        kind=event.kind,
        addressee=event.to,
        action_seq=action_seq,
        issued_at=at,
        clause=list(event.clause),
    )


_approved: Final = Prepared(lambda id: DocumentRecord.objects.filter(id=id))


def _documents(batch: Batch, case: Case, rows: Sequence[Row], events: Sequence[Event], at: datetime) -> None:
    """Rows of the documents that ``events`` drafted or changed, and the numbers of those that go out now as notices."""
    new: dict[UUID, DocumentRecord] = {}
    for row, event in zip(rows, events, strict=True):
        match event:
            case DocumentDrafted(paper=id) | DocumentCorrected(paper=id):
                new[id] = _drafted(case, event, at)
                batch.add([new[id]], unless_there=True)
                author = event.author if isinstance(event, DocumentCorrected) else None
                batch.add([_version(case, event, author, row.seq, at)], unless_there=True)
            case DocumentEdited(paper=id, author=author):
                batch.add([_version(case, event, author, row.seq, at)])
            case DocumentReturned(paper=id, version=version, comments=comments) if comments is not None:
                DocumentVersion.objects.filter(paper=id, version=version).update(comments=comments.id)
            case DocumentIssued(paper=id):
                _number_as_drafted(batch.added(Notice), _approved.all(id)[0])
            case _:
                pass
        changes = document_changes(event, at)
        if changes and isinstance(event, DocumentEvent):
            batch.change(DocumentRecord, event.paper, changes)
            for name, value in changes.items():
                if event.paper in new:
                    setattr(new[event.paper], name, value)


NOT_SEALED: Final = {"sealed_at": None, "sealed_by_id": None, "scan": None}
"""What is sealed is one text: where that is approved anew, or no longer, nothing is sealed."""


def document_changes(event: Event, at: datetime) -> dict[str, object]:
    """What ``event`` changes in the row of its document."""
    match event:
        case DocumentDrafted(version=version):
            return {"status": "drafted", "version": version}
        case DocumentCorrected(reason=reason):
            return {"status": "drafted", "version": 1, "correction": reason.id}
        case DocumentEdited(version=version):
            return {"version": version}
        case DocumentReturned():
            return {"status": "returned"}
        case DocumentApproved(version=version):
            return {"status": "approved", "approved_version": version, "approved_at": at, **NOT_SEALED}
        case DocumentSealed(way="picture", person=person, scan=scan):
            return {"sealed_at": None, "sealed_by_id": person, "scan": scan.id if scan else None}
        case DocumentSealed(way="compared", person=person):
            return {"sealed_at": at, "sealed_by_id": person}
        case DocumentSealed(person=person, scan=scan):
            return {"sealed_at": at, "sealed_by_id": person, "scan": scan.id if scan else None}
        case DocumentNumbered():
            counted = {"series": event.series, "period": event.period, "number": event.number}
            return {"issuer_id": event.organisation, **counted}
        case DocumentApprovalLapsed():
            return {"status": "drafted", **NOT_SEALED}
        case DocumentVoided(reason=reason):
            return {"status": "voided", "reason": reason.id if reason else None}
        case DocumentIssued():
            return {"status": "issued"}
        case _:
            return {}


def _drafted(case: Case, event: DocumentDrafted | DocumentCorrected, at: datetime) -> DocumentRecord:
    return DocumentRecord(
        id=event.paper,
        organisation_id=case.organisation_id,
        case=case,
        kind=event.kind,
        issuer_id=event.organisation,
        replaces=event.replaces,
        drafted_at=at,
    )


def _version(
    case: Case, event: DocumentDrafted | DocumentCorrected | DocumentEdited, author: UUID | None, seq: int, at: datetime
) -> DocumentVersion:
    return DocumentVersion(
        id=event.text.id,
        case=case,
        paper_id=event.paper,
        version=event.version,
        digest=event.text.commitment,
        author_id=author,
        at=at,
        seq=seq,
    )


def _number_as_drafted(notices: Sequence[Notice], document: DocumentRecord) -> None:
    """A document that was approved goes out under the number that it got then."""
    for notice in notices:
        if notice.id == document.id:
            notice.series, notice.period, notice.number = document.series, document.period, document.number
            notice.issuer_id = document.issuer_id
