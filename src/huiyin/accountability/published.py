"""What came of failed duties and of supervision, published inside the organisation: of duties and measures, for everybody who works there (clauses s0-3.5a, s2-4.2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from huiyin.casework.models import Case, CaseAccess
from huiyin.casework.sealed.texts import read_texts
from huiyin.ledger.chain import recorded
from huiyin.ledger.models import Row
from huiyin.procedure.command import TextRef
from huiyin.procedure.event import ActionTaken, Event
from huiyin.procedure.state import ORDINARY
from huiyin.procedure.storage.codec import type_name

MAX_SHOWN: Final = 50
ENDED: Final = "published"
PUBLISHING: Final = {
    "accountability": ("publish_measure", "held_bulletin"),
    "urging": ("publish_urged", "urged_bulletin"),
}
"""The procedures whose result is published inside: the action that publishes it, and the field that holds the words."""


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A result as everybody inside reads it: the words that were published, of which unit, when, and the number of the case."""

    number: str
    unit: str
    text: str
    at: datetime


def bulletins(organisation: UUID) -> tuple[Bulletin, ...]:
    """What was published inside, the latest first.

    The only words of a case that more people read than may see it: they were written to be published. Cases that are sealed, limited
    or in custody stay out.
    """
    ended = CaseAccess.objects.filter(scope=organisation, stage=ENDED, procedure__in=PUBLISHING)
    cases = Case.objects.filter(id__in=ended.values("case"), sealed=False, unresolved=False, level=ORDINARY)
    found = {case.id: case for case in cases.select_related("unit").order_by("-ended_at")[:MAX_SHOWN]}
    texts = {id: text for id, event in _steps(found) if (text := _published(found[id], event)) is not None}
    words = read_texts(texts.values())
    return tuple(
        Bulletin(case.number, case.unit.name if case.unit else "", words[texts[id]], case.ended_at)
        for id, case in found.items()
        if texts.get(id) in words and case.ended_at is not None
    )


def _steps(cases: Iterable[UUID]) -> Iterator[tuple[UUID, Event]]:
    """The steps that were taken, of all the cases in one statement."""
    rows = Row.objects.filter(case_id__in=list(cases), type=type_name(ActionTaken))
    for row in rows.order_by("case_id", "seq"):
        yield row.case_id, recorded(row).event


def _published(case: Case, event: Event) -> UUID | None:
    action, field = PUBLISHING[case.procedure]
    text = event.fields.get(field) if isinstance(event, ActionTaken) and event.action == action else None
    return text.id if isinstance(text, TextRef) else None
