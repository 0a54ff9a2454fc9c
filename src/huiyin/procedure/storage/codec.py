"""Events and states as text and back, exactly: what is written today must replay the same in ten years.

The text is canonical JSON after RFC 8785; ``stored`` has what stands in it, ``older_forms`` reads what was written before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final, TypeVar, cast
from uuid import UUID

import msgspec

from huiyin.errors import HuiyinError
from huiyin.procedure import event as events
from huiyin.procedure.command import Actor, Seat, TextRef, Value
from huiyin.procedure.documents import document_event
from huiyin.procedure.event import ActionTaken, CaseImported, Recordable
from huiyin.procedure.state import Confidentiality, DocumentState, OpenDuty, State
from huiyin.procedure.storage import stored, stored_documents, stored_values
from huiyin.procedure.storage.older_forms import Unreadable, present
from huiyin.rules.deadlines.limits import Pause

__all__ = [
    "STORED",
    "Unreadable",
    "Unstorable",
    "canonical",
    "dumps",
    "dumps_entry",
    "loads",
    "loads_entry",
    "parts",
    "type_name",
]

STORED: Final[Mapping[type[Any], type[stored_values.Stored]]] = {
    events.CaseOpened: stored.StoredCaseOpened,
    events.SubmissionAttached: stored.StoredSubmissionAttached,
    events.ActionTaken: stored.StoredActionTaken,
    events.UnitJoined: stored.StoredUnitJoined,
    events.UnitLeft: stored.StoredUnitLeft,
    events.DutyOpened: stored.StoredDutyOpened,
    events.DutyDischarged: stored.StoredDutyDischarged,
    events.DutyWithdrawn: stored.StoredDutyWithdrawn,
    events.DutyRescheduled: stored.StoredDutyRescheduled,
    events.DutyReassigned: stored.StoredDutyReassigned,
    events.LimitExtended: stored.StoredLimitExtended,
    events.LimitPaused: stored.StoredLimitPaused,
    events.LimitResumed: stored.StoredLimitResumed,
    events.PersonRecused: stored.StoredPersonRecused,
    events.AccusedWritten: stored.StoredAccusedWritten,
    events.AccusedIdentified: stored.StoredAccusedIdentified,
    events.AccusedFollowed: stored.StoredAccusedFollowed,
    events.ConfidentialitySet: stored.StoredConfidentialitySet,
    events.ConfidentialityFollowed: stored.StoredConfidentialityFollowed,
    events.NoticeIssued: stored.StoredNoticeIssued,
    document_event.DocumentDrafted: stored_documents.StoredDocumentDrafted,
    document_event.DocumentCorrected: stored_documents.StoredDocumentCorrected,
    document_event.DocumentSealed: stored_documents.StoredDocumentSealed,
    document_event.DocumentEdited: stored_documents.StoredDocumentEdited,
    document_event.DocumentReturned: stored_documents.StoredDocumentReturned,
    document_event.DocumentApproved: stored_documents.StoredDocumentApproved,
    document_event.DocumentNumbered: stored_documents.StoredDocumentNumbered,
    document_event.DocumentApprovalLapsed: stored_documents.StoredDocumentApprovalLapsed,
    document_event.DocumentVoided: stored_documents.StoredDocumentVoided,
    document_event.DocumentIssued: stored_documents.StoredDocumentIssued,
    events.RegistrationCorrected: stored.StoredRegistrationCorrected,
    events.NoteWritten: stored.StoredNoteWritten,
    events.CaseImported: stored.StoredCaseImported,
    events.CaseMoved: stored.StoredCaseMoved,
    events.PackageStored: stored.StoredPackageStored,
    events.FilesHeldBack: stored.StoredFilesHeldBack,
    events.FileLookedThrough: stored.StoredFileLookedThrough,
    events.CaseEnded: stored.StoredCaseEnded,
    events.CaseReopened: stored.StoredCaseReopened,
    events.RulebookActivated: stored.StoredRulebookActivated,
    events.Numbered: stored.StoredNumbered,
    events.RowsRecorded: stored.StoredRowsRecorded,
    State: stored.StoredState,
}
"""What each class of the code is on disk."""
_CLASSES: Final = {form: cls for cls, form in STORED.items()}
_TYPES: Final = {cls: str(form.__struct_config__.tag).partition("/")[0] for cls, form in STORED.items()}

# Sorted keys, no spaces, characters as they are: within the domain that ``stored`` declares this is RFC 8785.
_ENCODER: Final = msgspec.json.Encoder(order="sorted", uuid_format="hex")
_ENTRIES: Final = msgspec.json.Decoder(stored.StoredEntry)
_VALUE: Final = stored.StoredEvent | stored.StoredState
_VALUES: Final = msgspec.json.Decoder(_VALUE)

# Types are looked up by msgspec as the objects that they are: made once, they are known.
_SEATS: Final = dict[str, tuple[Seat, ...]]
_DUTIES: Final = tuple[OpenDuty, ...]
_PAUSES: Final = dict[str, tuple[Pause, ...]]
_DOCUMENTS: Final = dict[str, DocumentState]
_CONFIDENTIALITY: Final = Confidentiality | None
_FOLLOWED_LEVELS: Final = dict[str, Confidentiality]

_T = TypeVar("_T")


class Unstorable(HuiyinError, ValueError):
    """Raised for a value that has no place on disk: the message says which part, and what was expected there."""


def dumps(value: Recordable | State) -> str:
    """An event or state as canonical text. Equal values give equal text. Raises Unstorable."""
    return _text(_stored(value))


def loads(text: str) -> Any:
    """The event or state that ``text`` holds, whatever version wrote it. Raises Unreadable."""
    return _value(_decoded(text, _VALUES, _VALUE))


def dumps_entry(actor: Actor, at: datetime, event: Recordable) -> str:
    """The canonical body of a row of the ledger: what is hashed. Raises Unstorable."""
    who = _converted(actor, stored.StoredActor)
    return _text(_converted({"actor": who, "at": at, "event": _stored(event)}, stored.StoredEntry))


def loads_entry(body: str) -> tuple[dict[str, object], datetime, Recordable]:
    """Who acted, when, and what happened, from the body of a row, whatever version wrote it. Raises Unreadable."""
    entry: stored.StoredEntry = _decoded(body, _ENTRIES, stored.StoredEntry)
    return msgspec.structs.asdict(entry.actor), entry.at, _value(entry.event)


def type_name(kind: type[Recordable]) -> str:
    """The name under which events of this class are stored, whatever the class is called and whatever the version."""
    return _TYPES[kind]


def parts(state: State) -> dict[str, str]:
    """A state part by part, each as canonical text, for telling where two differ."""
    form = _stored(state)
    return {name: _text(getattr(form, name)) for name in form.__struct_fields__}


def canonical(text: str) -> str:
    """``text``, of any version, as it would stand there if nobody had touched it. Raises Unreadable if it is no JSON."""
    try:
        return _text(msgspec.json.decode(text))
    except msgspec.DecodeError as error:
        raise Unreadable(str(error)) from None


def _text(value: object) -> str:
    try:
        return _ENCODER.encode(value).decode()
    except UnicodeError as error:
        raise Unstorable(f"half a character (a lone surrogate, RFC 8785 section 3.2.2.2): {error}") from None


def _decoded(text: str, decoder: msgspec.json.Decoder[Any], form: Any) -> Any:
    """What ``text`` holds, in the present form; only what is older takes the way through plain values."""
    try:
        return decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError):
        pass
    try:
        return msgspec.convert(present(msgspec.json.decode(text)), form)
    except (msgspec.MsgspecError, UnicodeError, AttributeError, KeyError, TypeError) as error:
        raise Unreadable(f"no version of the format explains this: {error}") from None


def _converted(value: object, form: type[_T]) -> _T:
    try:
        return msgspec.convert(value, form, from_attributes=True)
    except msgspec.ValidationError as error:
        raise Unstorable(f"{type(value).__name__} cannot be written: {error}") from None


def _stored(value: Recordable | State) -> stored_values.Stored:
    form = STORED.get(type(value))
    if form is None:
        raise Unstorable(f"{type(value).__name__} has no place in the ledger")
    if isinstance(value, ActionTaken):
        value = replace(value, fields=cast(Any, {name: _tagged(entry) for name, entry in value.fields.items()}))
    elif isinstance(value, State | CaseImported):
        value = replace(value, values=cast(Any, {name: _tagged(entry) for name, entry in value.values.items()}))
    return _converted(value, form)


def _value(form: Any) -> Any:
    if isinstance(form, stored.StoredState):
        return _state(form)
    if isinstance(form, stored.StoredActionTaken):
        entries = {name: _untagged(entry) for name, entry in form.fields.items()}
        return ActionTaken(**{**msgspec.structs.asdict(form), "fields": entries})
    if isinstance(form, stored.StoredCaseImported):
        values = {name: _untagged(entry) for name, entry in form.values.items()}
        return CaseImported(**{**msgspec.structs.asdict(form), "entry": _rich(form.entry, TextRef), "values": values})
    return _rich(form, _CLASSES[type(form)])


def _rich(form: object, kind: Any) -> Any:
    try:
        return msgspec.convert(form, kind, from_attributes=True)
    except (msgspec.ValidationError, ValueError) as error:
        raise Unreadable(str(error)) from None


def _state(form: stored.StoredState) -> State:
    held = {
        "units": _rich(form.units, _SEATS),
        "duties": _rich(form.duties, _DUTIES),
        "values": {name: _untagged(entry) for name, entry in form.values.items()},
        "pauses": _rich(form.pauses, _PAUSES),
        "papers": _rich(form.papers, _DOCUMENTS),
        "confidentiality": _rich(form.confidentiality, _CONFIDENTIALITY),
        "followed_levels": _rich(form.followed_levels, _FOLLOWED_LEVELS),
    }
    return State(**{**msgspec.structs.asdict(form), **held})


def _tagged(value: Any) -> Any:
    """An entry of a form as it is stored: what its place does not tell from a string or a number carries a tag."""
    if isinstance(value, datetime):
        return stored_values.StoredMoment(v=value)
    if isinstance(value, date):
        return stored_values.StoredDay(v=value)
    if isinstance(value, UUID):
        return stored_values.StoredId(v=value)
    if isinstance(value, TextRef):
        return _converted(value, stored_values.StoredTextRef)
    if isinstance(value, tuple | list):
        return tuple(_tagged(item) for item in value)
    return value


def _untagged(value: stored_values.StoredValue) -> Value:
    if isinstance(value, tuple):
        return cast(Value, tuple(_untagged(item) for item in value))
    if isinstance(value, stored_values.StoredDay | stored_values.StoredMoment | stored_values.StoredId):
        return value.v
    if isinstance(value, stored_values.StoredTextRef):
        return cast(TextRef, _rich(value, TextRef))
    return value
