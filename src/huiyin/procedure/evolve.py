"""Replaying facts: what a case's state is after one more event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from operator import attrgetter
from types import SimpleNamespace
from typing import Final, cast

from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop
from huiyin.procedure.command import PersonId, PostId, TextRef, files_in
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
    FilesHeldBack,
    LimitExtended,
    LimitPaused,
    LimitResumed,
    NoteWritten,
    NoticeIssued,
    PackageStored,
    PersonRecused,
    RegistrationCorrected,
    SubmissionAttached,
    UnitJoined,
    UnitLeft,
)
from huiyin.procedure.state import ORDINARY, Confidentiality, DocumentState, State
from huiyin.rules.book.schema import ACCUSED_WRITTEN, CLEARING_PROPOSED, SUSPECTED
from huiyin.rules.deadlines.limits import Pause


class BrokenHistory(HuiyinError):
    """Raised when the events of a case do not fit together: the first is no opening, or a second opening follows."""

    to_do = gettext_noop("请运行 huiyin ledger verify，并用备份恢复该事项")


def evolve(state: State | None, event: Event) -> State:
    """The state after ``event``. Total over every history that ``decide`` produces.

    Raises BrokenHistory when the history does not begin with exactly one opening.
    """
    if isinstance(event, CaseOpened):
        if state is not None:
            raise BrokenHistory("a second opening in the history of one case")
        return _opened(event)
    if state is None:
        raise BrokenHistory("the history of a case does not begin with its opening")
    return _after(state, (event,))


def replay(events: Iterable[Event]) -> State:
    """The state after all ``events`` of one case, oldest first: what ``evolve`` gives with one after the other, in a third of the time.

    Raises BrokenHistory for an empty history.
    """
    remaining = iter(events)
    first = next(remaining, None)
    if first is None:
        raise BrokenHistory("a case without events")
    return _after(evolve(None, first), remaining)


_NAMES: Final = tuple(part.name for part in fields(State))
_PARTS: Final = attrgetter(*_NAMES)


def _after(state: State, events: Iterable[Event]) -> State:
    # Making a state takes longer than what happens to it: the parts are changed one by one, and made a state at the end.
    parts = cast(State, SimpleNamespace(**dict(zip(_NAMES, _PARTS(state), strict=True))))
    seq = state.seq
    for event in events:
        _apply(parts, event)
        seq += 1
    return State(**{**vars(parts), "seq": seq})


def _changed(state: State, **changes: object) -> State:
    """The parts of a state that ``_after`` made, with these changed: it is the same object, so what is read of it after that is changed too."""
    vars(state).update(changes)
    return state


def _opened(event: CaseOpened) -> State:
    return State(
        case=event.case,
        organisation=event.organisation,
        procedure=event.procedure,
        rulebook=event.rulebook,
        stage=event.stage,
        seq=1,
        facts=dict(event.facts),
        moments={"received": event.received_at},
        named_units=frozenset(event.accused_units),
        named_people=frozenset(event.accused_people),
    )


def _apply(state: State, event: Event) -> State:
    match event:
        case ActionTaken():
            return _acted(state, event)
        case DutyOpened(duty=duty):
            return _changed(state, duties=(*state.duties, duty))
        case DutyDischarged(duty=gone) | DutyWithdrawn(duty=gone):
            return _changed(state, duties=tuple(duty for duty in state.duties if duty.id != gone))
        case DutyRescheduled():
            return _change_duty(state, event.duty, due_at=event.due_at, derivation=event.derivation)
        case DutyReassigned():
            role = {} if event.role is None else {"role": event.role}
            return _change_duty(state, event.duty, seat=event.seat, assignee=event.assignee, **role)
        case UnitJoined() | UnitLeft():
            return _related(state, event)
        case LimitExtended():
            days = state.extensions.get(event.limit, 0) + event.days
            return _changed(state, extensions={**state.extensions, event.limit: days})
        case LimitPaused() | LimitResumed():
            return _paused(state, event)
        case PersonRecused(person=person):
            return _changed(state, recused=state.recused | {person})
        case AccusedWritten() | AccusedIdentified() | AccusedFollowed():
            return _accused(state, event)
        case CaseEnded(stage=stage) | CaseReopened(stage=stage):
            return _changed(state, ended=isinstance(event, CaseEnded), stage=stage)
        case CaseMoved(rulebook=rulebook, facts=facts):
            return _changed(state, rulebook=rulebook, facts={**state.facts, **facts})
        case RegistrationCorrected() | CaseImported() | ConfidentialitySet() | ConfidentialityFollowed():
            return _as_entered(state, event)
        case (
            SubmissionAttached()
            | NoticeIssued()
            | NoteWritten()
            | PackageStored()
            | FilesHeldBack()
            | FileLookedThrough()
        ):
            return state
        case CaseOpened():
            raise BrokenHistory("a second opening in the history of one case")
        case _:
            return _on_paper(state, event)


def _drafted(state: State, event: DocumentDrafted) -> DocumentState:
    known = state.papers.get(event.kind)
    if known is None or known.id != event.paper:
        return DocumentState(event.paper, event.version, event.text, "drafted", event.action)
    return replace(known, version=event.version, text=event.text, status="drafted", drafted_by=event.action)


def _on_paper(state: State, event: DocumentEvent) -> State:
    if isinstance(event, DocumentDrafted):
        return _changed(state, papers={**state.papers, event.kind: _drafted(state, event)})
    if isinstance(event, DocumentCorrected):
        correction = DocumentState(event.paper, 1, event.text, "drafted", event.action)
        takers = {**state.takers, event.action: _with_last(state.takers.get(event.action, ()), event.author)}
        return _changed(state, papers={**state.papers, event.kind: correction}, takers=takers)
    kind, document = next(((kind, one) for kind, one in state.papers.items() if one.id == event.paper), ("", None))
    if document is None:
        raise BrokenHistory("something happened to a paper that nobody drafted")
    match event:
        case DocumentEdited(version=version, text=text):
            document = replace(document, version=version, text=text)
        case DocumentReturned():
            document = replace(document, status="returned")
        case DocumentApproved(action=action, stage=stage):
            document = replace(document, status="approved", approved_by=action, stage=stage)
        case DocumentNumbered():
            document = replace(document, numbered=True)
        case DocumentApprovalLapsed(stage=stage):
            document, state = replace(document, status="drafted"), _changed(state, stage=stage)
        case DocumentVoided():
            document = replace(document, status="voided")
        case DocumentIssued():
            document = replace(document, status="issued")
        case DocumentSealed():
            pass
    return _changed(state, papers={**state.papers, kind: document})


def _followed_level(state: State, event: ConfidentialityFollowed) -> State:
    others = {id: one for id, one in state.followed_levels.items() if id != event.case.hex}
    limited = _limited(event)
    return _changed(state, followed_levels={**others, event.case.hex: limited} if limited else others)


def _limited(event: ConfidentialitySet | ConfidentialityFollowed) -> Confidentiality | None:
    if event.level == ORDINARY:
        return None
    return Confidentiality(event.level, frozenset(event.units), frozenset(event.posts), frozenset(event.people))


def _acted(state: State, event: ActionTaken) -> State:
    kept = {name: value for name, value in state.values.items() if name not in event.cleared}
    kept |= {
        name: value for name, value in event.fields.items() if not isinstance(value, TextRef) and not files_in(value)
    }
    takers = state.takers
    if event.person:
        takers = {**takers, event.action: _with_last(takers.get(event.action, ()), event.person)}
    limited, followed = state.confidentiality, state.followed_levels
    if event.actor == "staff" and event.post is not None:
        limited = _with_acted(limited, event.post) if limited else None
        followed = {id: _with_acted(one, event.post) for id, one in followed.items()}
    return _changed(
        state,
        confidentiality=limited,
        followed_levels=followed,
        stage=event.to_stage,
        facts={**state.facts, **event.sets},
        moments={**state.moments, **event.marks},
        values=kept,
        takers=takers,
    )


def _with_acted(limited: Confidentiality, post: PostId) -> Confidentiality:
    return replace(limited, acted=limited.acted | {post})


def _with_last(people: tuple[PersonId, ...], last: PersonId) -> tuple[PersonId, ...]:
    return (*(person for person in people if person != last), last)


def _as_entered(
    state: State, event: RegistrationCorrected | CaseImported | ConfidentialitySet | ConfidentialityFollowed
) -> State:
    """What is so by a document, beside the procedure: of what was entered wrongly, of what an old register knew, of who may know."""
    if isinstance(event, ConfidentialityFollowed):
        return _followed_level(state, event)
    if isinstance(event, ConfidentialitySet):
        return _changed(state, confidentiality=_limited(event))
    if isinstance(event, RegistrationCorrected):
        values = {**state.values, **event.filled_in}
        kept = {name: value for name, value in values.items() if value is not None and not isinstance(value, TextRef)}
        return _changed(state, facts={**state.facts, **event.facts}, values=kept)
    return _changed(
        state,
        stage=event.stage,
        facts={**state.facts, **event.facts},
        moments={**state.moments, **event.moments},
        values={**state.values, **event.values},
    )


def _accused(state: State, event: AccusedWritten | AccusedIdentified | AccusedFollowed) -> State:
    # What was proposed before was about others.
    state = _changed(state, moments={name: at for name, at in state.moments.items() if name != CLEARING_PROPOSED})
    if isinstance(event, AccusedFollowed):
        return _followed(state, event)
    units, people = frozenset(event.units), frozenset(event.people)
    if isinstance(event, AccusedIdentified):
        elsewhere = frozenset(id for id in state.unresolved if id.hex in state.followed_units)
        moments = {name: at for name, at in state.moments.items() if name != SUSPECTED}
        return _changed(state, named_units=units, named_people=people, unresolved=elsewhere, moments=moments)
    known = _changed(state, named_units=state.named_units | units, named_people=state.named_people | people)
    if event.certain or event.line is None:
        return known
    moments = {**state.moments, ACCUSED_WRITTEN: event.at}
    if event.alone:
        return _changed(known, moments={**moments, SUSPECTED: event.at})
    return _changed(known, moments=moments, unresolved=state.unresolved | {event.line.id})


def _followed(state: State, event: AccusedFollowed) -> State:
    other = event.case.hex
    unresolved, moments = state.unresolved - {event.case}, state.moments
    if not event.certain:
        unresolved, moments = unresolved | {event.case}, {**moments, ACCUSED_WRITTEN: event.at}
    return _changed(
        state,
        moments=moments,
        unresolved=unresolved,
        followed_units={**state.followed_units, other: frozenset(event.units)},
        followed_people={**state.followed_people, other: frozenset(event.people)},
    )


def _change_duty(state: State, id: object, **changes: object) -> State:
    changed = tuple(replace(duty, **changes) if duty.id == id else duty for duty in state.duties)  # type: ignore[arg-type]
    return _changed(state, duties=changed)


def _related(state: State, event: UnitJoined | UnitLeft) -> State:
    seats = tuple(seat for seat in state.units.get(event.relation, ()) if seat != event.seat)
    if isinstance(event, UnitJoined):
        seats = (*seats, event.seat)
    return _changed(state, units={**state.units, event.relation: seats})


def _paused(state: State, event: LimitPaused | LimitResumed) -> State:
    spans = state.pauses.get(event.limit, ())
    if isinstance(event, LimitPaused):
        spans = (*spans, Pause(event.at, None))
    else:
        spans = tuple(replace(span, end=event.at) if span.end is None else span for span in spans)
    return _changed(state, pauses={**state.pauses, event.limit: spans})
