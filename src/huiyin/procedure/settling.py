"""Of several open duties of one kind: which may stand side by side, and which an action settles. Pure.

Duties are a multiset: each has its own occasion, text and date. A second supervision is answered by a second answer. An action that
leaves the case in its stage therefore settles one duty of a kind, the one that is asked for or else the oldest; one that takes the
case on settles all of them, since what follows no longer waits for any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID, uuid5

from huiyin.procedure.command import Actor, Command, DutyId, UnitId, ids_in
from huiyin.procedure.documents.correction import is_correction
from huiyin.procedure.documents.document_event import DocumentIssued, DocumentVoided
from huiyin.procedure.event import DutyDischarged, DutyWithdrawn, Event, NoticeIssued
from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.schema import FINISH_CORRECTION, IDENTIFY_LINE, Action, Procedure, Rulebook
from huiyin.rules.book.steps import meets, settles_one


def settled_by(book: Rulebook, rule: Action, state: State, command: Command) -> Iterator[OpenDuty]:
    """The open duties that ``rule`` discharges: co-handling units each their own, every other for whoever owes it; that of finding out who
    is accused only once no line is open.
    """
    if command.action == IDENTIFY_LINE and (state.unresolved or state.suspects):
        return
    for kind in rule.discharges:
        owed = [duty for duty in state.open_duties(kind) if is_own(book, state.procedure, duty, command.actor)]
        yield from _one(owed, command.duty) if settles_one(rule) else owed


def withdrawn_by(rule: Action, state: State, command: Command) -> Iterator[OpenDuty]:
    """The open duties that ``rule`` withdraws: where it releases units, only theirs."""
    units = released(rule, command)
    for kind in rule.withdraws:
        for duty in state.open_duties(kind):
            if not rule.releases or (duty.seat is not None and duty.seat.unit in units):
                yield duty


def released(rule: Action, command: Command) -> frozenset[UnitId]:
    """The units that the form of ``command`` takes out of co-handling, where ``rule`` releases any."""
    return frozenset(map(UnitId, ids_in(command.fields.get(rule.releases.removeprefix("$"), ()))))


def releasable(rule: Action, state: State) -> frozenset[UnitId]:
    """The units that ``rule`` may release: those that co-handle and still owe what it withdraws; what was done is not taken back."""
    owing = {duty.seat.unit for kind in rule.withdraws for duty in state.open_duties(kind) if duty.seat is not None}
    return frozenset(seat.unit for seat in state.units.get("co_handling", ()) if seat.unit in owing)


def is_own(book: Rulebook, procedure: str, duty: OpenDuty, actor: Actor) -> bool:
    """Whether ``actor`` may settle ``duty``: what a unit owes that co-handles, or in which several roles may owe it, only that unit; every
    other whoever may take the action.
    """
    owner = duty.seat.unit if duty.seat else None
    alone = book.roles[duty.role].of == "co_handling" or book.procedures[procedure].duties[duty.kind].else_of
    return not alone or owner == actor.unit


def asks_for_another(rule: Action, state: State, command: Command) -> bool:
    """Whether ``command`` asks to settle a duty that is not open, or that ``rule`` does not discharge."""
    kinds = {duty.kind for duty in state.duties if duty.id == command.duty}
    return command.duty is not None and kinds.isdisjoint(rule.discharges)


def documents_going_out(
    procedure: Procedure, rule: Action, action: str, state: State, new_id: Callable[[], UUID]
) -> Iterator[Event]:
    """The notices that ``rule`` issues, those that were drafted as the documents that they are, with what that settles; what else was
    drafted is void where the case has ended.
    """
    gone = set[UUID]()
    for kind in rule.notice:
        notice, document = procedure.notices[kind], state.papers.get(kind)
        if not meets(notice.when, state.facts):
            continue
        if document is None or not document.is_open:
            yield NoticeIssued(new_id(), kind, notice.to, notice.clause)
            continue
        yield NoticeIssued(document.id, kind, notice.to, notice.clause)
        yield (issued := DocumentIssued(document.id, document.version, document.text.commitment))
        yield from seen_through(state, issued, action)
        gone.add(document.id)
    for document in state.papers.values():
        if state.ended and document.is_open and document.id not in gone and not is_correction(document):
            yield DocumentVoided(document.id, action, None)


def finishing(document: UUID) -> DutyId:
    """The duty to see the correction ``document`` through: each correction has its own."""
    return DutyId(uuid5(document, FINISH_CORRECTION))


def seen_through(state: State, event: Event, action: str) -> Iterator[Event]:
    """What follows for that duty from ``event``: the correction went out or was voided, by ``action``. Nothing for any other document."""
    if not isinstance(event, DocumentIssued | DocumentVoided):
        return
    duty = finishing(event.paper)
    if any(one.id == duty for one in state.duties):
        yield DutyDischarged(duty, action) if isinstance(event, DocumentIssued) else DutyWithdrawn(duty, action)


def _one(owed: list[OpenDuty], asked: DutyId | None) -> list[OpenDuty]:
    return [duty for duty in owed if duty.id == asked][:1] or owed[:1]
