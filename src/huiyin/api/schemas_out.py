"""What clients get: the shapes of answers, and how rows of the read side become them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from huiyin.casework.actions.choices import ActionChoices, AvailableAction, UnavailableAction
from huiyin.casework.case_view import SEALED_FACT, CaseView
from huiyin.casework.forms import FieldView, json_schema
from huiyin.casework.history import Contact, HistoryStep
from huiyin.casework.lists.duties import DutyRow
from huiyin.casework.sealed.confidential import Asked
from huiyin.ledger.models import Row
from huiyin.people.checks import PetitionerFields

Moment = Annotated[
    datetime,
    PlainSerializer(lambda moment: timezone.localtime(moment).isoformat(), return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""ISO 8601 with the offset of the installation's zone."""


class SchemaOut(BaseModel):
    """What all answers have in common: made from rows of the read side, never changed."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class ErrorOut(SchemaOut):
    """What is wrong with one field of the request."""

    field: str
    code: str
    message: str


class ProblemOut(SchemaOut):
    """A problem document (RFC 9457); a refusal also says why, what would help, and under which clauses."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[ErrorOut] = []
    code: str = ""
    why: str = ""
    remedy: str = ""
    clause: list[str] = []
    cites: str = ""


class ShownOut(SchemaOut):
    """A field as it was filled in."""

    name: str
    label: str
    value: str


class WrittenLineOut(SchemaOut):
    """What was written about who is accused; ``is_open``: nobody has decided yet who is meant. ``number`` is by which `identify_line` calls
    it; ``found`` who was found to be meant, in words, of this line or of all that were open (``together``), and when.
    """

    number: int
    text: str
    at: Moment
    is_open: bool
    found: str
    together: bool
    decided_at: Moment | None


class AccusedOut(SchemaOut):
    """Whom a case accuses: the lines as written, and the units and people who are kept out of it, by name."""

    lines: list[WrittenLineOut]
    units: list[str]
    people: list[str]
    is_open: bool


class IdentityRequestOut(SchemaOut):
    """A request to know who brought a case; ``granted_until`` is null when it was refused or is still open."""

    id: UUID
    asked_by: str
    reason: str
    asked_at: Moment
    decided_at: Moment | None
    granted_until: Moment | None

    @classmethod
    def of(cls, asked: Asked) -> Self:
        """A request as the read side has it."""
        return cls(
            id=asked.id,
            asked_by=str(asked.asked_by),
            reason=asked.reason,
            asked_at=asked.asked_at,
            decided_at=asked.decided_at,
            granted_until=asked.granted_until,
        )


class IdentityRequestsOut(SchemaOut):
    """Requests to know who brought a case, newest first."""

    items: list[IdentityRequestOut]
    next: str = ""


class DocumentOut(SchemaOut):
    """A notice and what it says; ``organ`` is the organisation whose document it is, ``replaced_by`` the document by which it was corrected."""

    id: UUID
    organ: str
    kind: str
    label: str
    addressee: str
    issued_at: Moment
    cites: str
    says: str
    body: list[ShownOut]
    remedy: str
    replaced_by: UUID | None = None


class DocumentsOut(SchemaOut):
    """The notices of a case, oldest first."""

    items: list[DocumentOut]
    next: str = ""


class AvailableActionOut(SchemaOut):
    """An action that may be taken now; ``schema`` is the JSON Schema of its fields."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    action: str
    label: str
    form: Annotated[dict[str, Any], Field(alias="schema")]
    clause: list[str]
    cites: str
    leads_to: str
    discharges: list[str]
    remedy: bool

    @classmethod
    def of(cls, offer: AvailableAction, fields: tuple[FieldView, ...]) -> Self:
        """An offer of the read side, with the fields of its form."""
        return cls(
            action=offer.action,
            label=offer.label,
            form=json_schema(fields),
            clause=list(offer.clause),
            cites=offer.cites,
            leads_to=offer.leads_to,
            discharges=list(offer.discharges),
            remedy=offer.remedy,
        )


class UnavailableActionOut(SchemaOut):
    """An action that may not be taken now, and why not."""

    action: str
    label: str
    code: str
    why: str
    remedy: str
    clause: list[str]
    cites: str

    @classmethod
    def of(cls, unavailable: UnavailableAction) -> Self:
        """An action that the rules refuse now."""
        because = unavailable.because
        return cls(
            action=unavailable.action,
            label=unavailable.label,
            code=because.code,
            why=because.why,
            remedy=because.remedy,
            clause=list(because.clause),
            cites=because.cites,
        )


class ActionsOut(SchemaOut):
    """Everything that the caller may do now, and why not the rest."""

    allowed: list[AvailableActionOut]
    refused: list[UnavailableActionOut]

    @classmethod
    def of(cls, found: ActionChoices, forms: Mapping[str, tuple[FieldView, ...]]) -> Self:
        """All actions of a procedure for one actor; ``forms`` are those of what may be taken, by action."""
        allowed = [AvailableActionOut.of(offer, forms[offer.action]) for offer in found.allowed]
        return cls(allowed=allowed, refused=[*map(UnavailableActionOut.of, found.refused)])


class CaseOut(SchemaOut):
    """Where a case stands. ``unit`` is the code of the handling unit; ``klass`` how heavy the matter is, where the rulebook says."""

    no: str
    procedure: str
    rulebook: str
    version: str
    stage: str
    stage_label: str
    ended: bool
    seq: int
    head: str
    klass: str
    unit: str
    unit_name: str
    channel: str
    headcount: int
    sealed: bool
    level: str
    facts: dict[str, str]
    received_at: Moment
    registered_at: Moment
    ended_at: Moment | None
    due_at: Moment | None

    @classmethod
    def of(cls, view: CaseView, is_sealed: bool | None = None, **more: Any) -> Self:
        """A case as it stands; ``more`` are the fields of a subclass. ``is_sealed``: whether the reader is told that it accuses somebody; None where
        they take the step.
        """
        case, unit = view.case, view.unit
        is_sealed = case.sealed if is_sealed is None else is_sealed
        facts = case.facts if is_sealed or SEALED_FACT not in case.facts else {**case.facts, SEALED_FACT: "no"}
        book, _, version = case.rulebook.partition("@")
        same = ("procedure", "stage", "seq", "head", "channel", "headcount", "level")
        moments = ("received_at", "registered_at", "ended_at", "due_at")
        return cls(
            no=case.number,
            **{name: getattr(case, name) for name in same + moments},
            sealed=is_sealed,
            facts=facts,
            rulebook=book,
            version=version,
            stage_label=view.stage,
            ended=case.ended_at is not None,
            klass=view.severity,
            unit=unit.code if unit else "",
            unit_name=unit.name if unit else "",
            **more,
        )


class CaseItemOut(CaseOut):
    """A case in a list."""

    title: str
    overdue: bool

    @classmethod
    def in_list(cls, view: CaseView, accusing: Collection[UUID]) -> Self:
        """A row of a register."""
        return cls.of(view, view.case.id in accusing, title=view.title, overdue=view.overdue)


class CasesOut(SchemaOut):
    """Some cases; ``next`` is what ``page`` must be to get the following ones, empty at the end."""

    items: list[CaseItemOut]
    next: str


class FileOut(SchemaOut):
    """An attachment; ``digest`` is the salted commitment (hex) by which the ledger binds it, ``size`` in bytes. ``reading`` is empty once its words
    were looked through: until then (`waiting`), and where they bear the marking of a state secret (`withheld`), nobody opens it.
    """

    id: UUID
    name: str
    type: str
    size: int
    digest: str
    reading: Literal["", "waiting", "withheld"] = ""


class ContactOut(SchemaOut):
    """A contact that belongs to the case."""

    channel: str
    received_at: Moment
    headcount: int
    text: str

    @classmethod
    def of(cls, contact: Contact) -> Self:
        """A contact as the history tells it."""
        event = contact.event
        return cls(channel=event.channel, received_at=event.received_at, headcount=event.headcount, text=contact.text)


class CaseDetailOut(CaseOut):
    """A case with what it is about."""

    title: str
    submissions: list[ContactOut]
    attachments: list[FileOut]


class EventOut(SchemaOut):
    """An event of the ledger. ``body`` is its canonical JSON, from which ``hash`` can be recomputed with ``previous``.

    ``withheld``: it would tell whom the case accuses, and is empty for whoever may not know that; ``type`` as well, where it is of finding that out.
    """

    seq: int
    type: str
    at: Moment
    body: str
    withheld: bool = False
    previous: str
    hash: str
    action: str = ""
    label: str = ""
    who: str = ""
    post: str = ""
    unit: str = ""
    cites: str = ""
    fields: list[ShownOut] = []

    @classmethod
    def of(cls, row: Row, step: HistoryStep | None, withheld: bool, untold: bool) -> Self:
        """A row of the ledger, with what it says to people if it is an action; ``withheld``: without its content, ``untold``: and without its type."""
        described: dict[str, Any] = {}
        if step is not None and not untold:
            described = {name: getattr(step, name) for name in ("action", "label", "who", "post", "unit", "cites")}
            described["fields"] = [ShownOut.model_validate(shown) for shown in step.fields]
        same = {name: getattr(row, name) for name in ("seq", "at", "previous", "hash")}
        body, type = "" if withheld or untold else row.body, "" if untold else row.type
        return cls(**same, type=type, body=body, withheld=withheld or untold, **described)


class EventsOut(SchemaOut):
    """Some events of a case, oldest first."""

    items: list[EventOut]
    next: str


class WaitedForOut(SchemaOut):
    """A duty that comes first, and who owes it."""

    kind: str
    label: str
    unit: str
    role_label: str


class NewsOut(SchemaOut):
    """A step of somebody else since the owner last acted or looked; ``action`` is empty where a date was counted anew."""

    seq: int
    at: Moment
    action: str
    label: str


class DutyOut(SchemaOut):
    """Who owes what, on which case, by when. ``derivation.text`` calculates the date in one sentence.

    While it waits (``waits_since``) it is not overdue: its clock stands (``suspended``; ``stopped_by`` is the step that stops it), or duties
    of others come first (``waits_for``). ``left_by`` handed it over; ``occasion`` tells it
    from another of its kind; ``news`` is what its owner has not looked at.
    """

    id: UUID
    case: str
    title: str
    kind: str
    label: str
    unit: str
    unit_name: str
    post: str
    assignee: str
    opened_at: Moment
    due_at: Moment
    overdue: bool
    suspended: bool
    waits_since: Moment | None
    stopped_by: str
    derivation: dict[str, Any]
    discharged_at: Moment | None
    withdrawn_at: Moment | None
    clause: list[str]
    cites: str
    waits_for: list[WaitedForOut]
    left_by: str
    occasion: str
    news: list[NewsOut]

    @classmethod
    def of(cls, row: DutyRow) -> Self:
        """A row of a worklist."""
        same = (
            "id",
            "title",
            "kind",
            "label",
            "assignee",
            "opened_at",
            "due_at",
            "overdue",
            "suspended",
            "waits_since",
            "stopped_by",
        )
        ends = ("discharged_at", "withdrawn_at", "cites", "left_by", "occasion")
        return cls(
            **{name: getattr(row, name) for name in same + ends},
            case=row.case.number,
            unit=row.unit_code,
            unit_name=row.unit,
            post=row.role_label,
            derivation={"text": row.derivation, **row.derivation_plain},
            clause=list(row.clause),
            waits_for=[WaitedForOut.model_validate(one) for one in row.waits_for],
            news=[NewsOut.model_validate(item) for item in row.news],
        )


class DutiesOut(SchemaOut):
    """Some duties; ``next`` as in every list."""

    items: list[DutyOut]
    next: str


class WorklistOut(DutiesOut):
    """The caller's duties; ``new_codes`` are the numbers of the cases whose petitioner they are to hand a new query code, since somebody
    whom the case accuses saw the one there is: told beside the first page.
    """

    new_codes: list[str]


class PersonOut(SchemaOut):
    """Who a petitioner is; that it was read is put on record."""

    name: str
    phone: str
    id_number: str
    address: str
    email: str
    kind: str
    identity: Literal["known", "confidential", "hidden"]

    @classmethod
    def of(cls, fields: PetitionerFields, confidential: bool) -> PersonOut:
        """Somebody whom the caller may know; ``confidential`` when not everybody may."""
        return cls(**fields.as_dict(), identity="confidential" if confidential else "known")

    @classmethod
    def hidden(cls, kind: str) -> PersonOut:
        """Somebody who wants to be known to the custodian alone."""
        return cls(name="", phone="", id_number="", address="", email="", kind=kind, identity="hidden")


class PeopleOut(SchemaOut):
    """The petitioners of a case; the first is the principal."""

    items: list[PersonOut]
    next: str = ""
