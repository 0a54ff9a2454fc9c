"""What was entered when a case was registered, as it stands after its corrections: in the clear, for whoever corrects it, on record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from huiyin.casework.models import Case, CaseParty
from huiyin.casework.sealed import texts
from huiyin.ledger.chain import read_chain
from huiyin.people import petitioners
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Petitioner
from huiyin.procedure.command import Actor, TextRef, Value
from huiyin.procedure.event import ActionTaken, RegistrationCorrected, SubmissionAttached

PURPOSE = "correction"
Entered: TypeAlias = TextRef | str | int
"""An entry of a registration that can be put right: a day is written as in ISO 8601."""


@dataclass(frozen=True, slots=True)
class Registration:
    """The first contact of a case; ``people`` by id in the order in which they were named, ``rows`` those that hold them. ``entries`` are
    the fields of the form of registration that hold one word, number or day each, ``typed`` the same as they are typed.
    """

    submission: UUID
    text_ref: TextRef
    title_ref: TextRef | None
    text: str = field(repr=False)
    title: str = field(repr=False)
    people: Mapping[UUID, PetitionerFields]
    rows: Mapping[UUID, Petitioner]
    entries: Mapping[str, Entered]
    typed: Mapping[str, str] = field(repr=False)


def read_registration(
    case: Case, reader: Actor, at: datetime, *, with_people: bool, whose: UUID | None = None
) -> Registration:
    """What stands there now. Its petitioners are read, on record, where they are asked for; else they stand without a name. Where a
    petitioner asks, ``whose`` data alone are read: their own, or those of one who signed with them.

    Raises PetitionerErased.
    """
    text: TextRef | None = None
    title: TextRef | None = None
    first: UUID | None = None
    entries: dict[str, Entered] = {}
    for item in read_chain(case.id, ActionTaken, SubmissionAttached, RegistrationCorrected):
        event = item.event
        if isinstance(event, ActionTaken) and first is None:
            entries = entered_one_by_one(event.fields)
        elif isinstance(event, SubmissionAttached) and first is None:
            first, text, title = event.submission, event.text, event.title
        elif isinstance(event, RegistrationCorrected):
            entries = entered_one_by_one({**entries, **event.filled_in})
            for one in event.corrected:
                if one.entry == "text" and isinstance(one.after, TextRef):
                    text = one.after
                elif one.entry == "title":
                    title = one.after if isinstance(one.after, TextRef) else None
    assert first is not None and text is not None  # whoever calls has a case that was registered
    parties = CaseParty.objects.filter(case=case).select_related("petitioner__key").order_by("position")
    rows = {party.petitioner_id: party.petitioner for party in parties}
    in_texts = [value.id for value in entries.values() if isinstance(value, TextRef)]
    words = texts.read_texts([text.id, *([title.id] if title else []), *in_texts])
    people = {id: PetitionerFields(kind="anonymous") for id in rows}
    if with_people:
        known = [row for id, row in rows.items() if reader.kind == "staff" or id == whose]
        people |= petitioners.read_many(known, reader, PURPOSE, at, case.id)
    return Registration(
        submission=first,
        text_ref=text,
        title_ref=title,
        text=words.get(text.id, ""),
        title=words.get(title.id, "") if title else "",
        people={id: people[id] for id in rows},
        rows=rows,
        entries=entries,
        typed={
            name: words.get(value.id, "") if isinstance(value, TextRef) else str(value)
            for name, value in entries.items()
        },
    )


def entered_one_by_one(fields: Mapping[str, Value | None]) -> dict[str, Entered]:
    """Those of ``fields`` that hold one word, number or day, as an event of a correction holds them."""
    found: dict[str, Entered] = {}
    for name, value in fields.items():
        if isinstance(value, date):
            found[name] = value.isoformat()
        elif isinstance(value, TextRef | str | int) and not isinstance(value, bool):
            found[name] = value
    return found
