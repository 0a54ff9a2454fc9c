"""What a petitioner handed in by an opened receipt: their own text and files, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from huiyin.casework.history import History, Shown, steps
from huiyin.casework.models import Attachment
from huiyin.casework.sealed import attachments
from huiyin.casework.sealed.attachments import Listed, OpenedFile
from huiyin.casework.tracking import OpenedReceipt
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.command import files_in
from huiyin.procedure.event import ActionTaken, SubmissionAttached


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One time that something was handed in: ``label`` is empty for the petition itself, else the action's."""

    at: datetime
    label: str
    text: str = field(repr=False)
    fields: tuple[Shown, ...] = field(repr=False)
    files: tuple[Listed, ...] = field(repr=False)


def handed_in(opened: OpenedReceipt, past: History) -> tuple[HandedIn, ...]:
    """The petition of the receipt, then what the petitioner added to it, oldest first."""
    found = {file.id: file for file in attachments.listed(opened.case)}
    labels = {step.seq: step for step in steps(past)}
    items = []
    for item, _rules in past.events:
        files = tuple(found[id] for id in _files(opened, item.event) if id in found)
        if isinstance(item.event, SubmissionAttached) and item.event.submission == opened.submission.id:
            items.append(HandedIn(item.at, "", past.text(item.event.text.id), (), files))
        elif isinstance(item.event, ActionTaken) and _is_own(opened, item.event) and item.seq in labels:
            step = labels[item.seq]
            apart = {name for name, value in item.event.fields.items() if files_in(value)}
            fields = tuple(shown for shown in step.fields if shown.name not in apart)
            if files or fields:
                items.append(HandedIn(item.at, step.label, "", fields, files))
    return tuple(items)


def read_own_file(opened: OpenedReceipt, past: History, id: UUID) -> OpenedFile | None:
    """A file that the petitioner handed in; None when it is not theirs, was erased, or is withheld from everybody."""
    if not any(id in _files(opened, item.event) for item, _rules in past.events):
        return None
    rows = Attachment.objects.filter(case=opened.case, id=id).exclude(reading=Attachment.FileReading.WITHHELD)
    row = rows.select_related("petitioner__key").first()
    try:
        return attachments.read_file(row) if row is not None else None
    except PetitionerErased:
        return None


def _files(opened: OpenedReceipt, event: object) -> tuple[UUID, ...]:
    """The files of an event, where it is something that the petitioner handed in."""
    if isinstance(event, SubmissionAttached) and event.submission == opened.submission.id:
        return tuple(ref.id for ref in event.files)
    if isinstance(event, ActionTaken) and _is_own(opened, event):
        return tuple(_in_fields(event))
    return ()


def _in_fields(event: ActionTaken) -> Iterator[UUID]:
    for value in event.fields.values():
        yield from (file.id for file in files_in(value))


def _is_own(opened: OpenedReceipt, event: ActionTaken) -> bool:
    return event.actor == "petitioner" and event.person == opened.actor.person
