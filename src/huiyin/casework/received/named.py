"""Whom a petitioner named with what they handed in, as they may see it again: who signed with them, and whom it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from uuid import UUID

from huiyin.casework.history import READ_BY_PEOPLE, History, read_history
from huiyin.casework.models import CaseParty
from huiyin.casework.tracking import OpenedReceipt
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Petitioner, Unit
from huiyin.people.petitioners import recognisable
from huiyin.procedure.event import AccusedWritten, SubmissionAttached

_ENDS = r"[。！？!?；;.\s]"


@dataclass(frozen=True, slots=True)
class Representative:
    """One who signed and gets what is sent: covered, as it is kept."""

    id: UUID
    fields: PetitionerFields = field(repr=False)
    confidential: bool


@dataclass(frozen=True, slots=True)
class NamedWith:
    """Everybody whom the contact of a receipt names: ``signers`` by covered name, ``headcount`` of all whom it speaks for, ``accused`` as
    they were written or chosen."""

    representatives: tuple[Representative, ...]
    signers: tuple[str, ...] = field(repr=False)
    headcount: int
    accused: tuple[str, ...] = field(repr=False)


def is_of_the_case(opened: OpenedReceipt) -> bool:
    """Whether the receipt is of the petition that began its case; one that was joined names its own petitioner alone."""
    return opened.case.petitioner_id == opened.submission.petitioner_id


def history_with_accused(opened: OpenedReceipt) -> History:
    """The history of an opened receipt's case, with whom it accuses where ``named_with`` says so: the ledger is read once for both."""
    more = (AccusedWritten,) if _may_know_accused(opened) else ()
    return read_history(opened.case, None, (*READ_BY_PEOPLE, *more))


def _may_know_accused(opened: OpenedReceipt) -> bool:
    return opened.case.sealed and not opened.actor.code_was_seen


def named_with(opened: OpenedReceipt, past: History) -> NamedWith:
    """Whom the petition of an opened receipt names, of whose case ``past`` is the ``history_with_accused``; who was erased is missing.

    Whom it accuses is told to those alone whose code no member of staff had in their hands: it is sealed from most of these.
    """
    if not is_of_the_case(opened):
        rows = [opened.submission.petitioner]
    else:
        parties = CaseParty.objects.filter(case=opened.case).select_related("petitioner__key").order_by("position")
        rows = [party.petitioner for party in parties]
    known = recognisable(rows)
    kept = [row for row in rows if row.id in known]
    return NamedWith(
        representatives=tuple(
            Representative(row.id, known[row.id], row.confidential)
            for row in kept
            if row.kind != Petitioner.Kind.SIGNER
        ),
        signers=tuple(known[row.id].name for row in kept if row.kind == Petitioner.Kind.SIGNER),
        headcount=opened.case.headcount if is_of_the_case(opened) else opened.submission.headcount,
        accused=_accused(opened, past) if _may_know_accused(opened) else (),
    )


def _accused(opened: OpenedReceipt, past: History) -> tuple[str, ...]:
    """The lines that came with the petition and the units that were chosen. What was read out of its text stands there already."""
    began = next(
        (
            event
            for item, _rules in past.events
            if isinstance(event := item.event, SubmissionAttached) and event.submission == opened.submission.id
        ),
        None,
    )
    written = [
        event
        for item, _rules in past.events
        if isinstance(event := item.event, AccusedWritten) and item.at == opened.submission.registered_at
    ]
    words = [past.text(event.line.id) for event in written if event.line is not None]
    own_texts = (
        f"{past.text(began.title.id if began and began.title else None)}\n{past.text(began.text.id if began else None)}"
    )
    lines = [line for line in words if line and not _is_sentence_of(own_texts, line)]
    chosen = {id for event in written if event.line is None for id in event.units}
    units = Unit.objects.filter(id__in=chosen).exclude(parent_id__in=chosen).order_by("code", "id")
    return (*(unit.name for unit in units), *lines)


def _is_sentence_of(text: str, line: str) -> bool:
    return re.search(rf"(?:^|{_ENDS}){re.escape(line)}(?:$|{_ENDS})", text) is not None
