"""What came of failed duties and of supervision, published inside the organisation: of duties and measures, for everybody who works there (clauses s0-3.5a, s2-4.2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.casework.sealed.texts import read_texts
from huiyin.ledger.chain import read_chain
from huiyin.procedure.command import TextRef
from huiyin.procedure.event import ActionTaken
from huiyin.procedure.state import ORDINARY

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
    cases = Case.objects.filter(
        organisation=organisation,
        procedure__in=PUBLISHING,
        stage=ENDED,
        sealed=False,
        unresolved=False,
        level=ORDINARY,
    )
    found = [(case, *_published(case)) for case in cases.select_related("unit").order_by("-ended_at")[:MAX_SHOWN]]
    words = read_texts([text for _case, text, _at in found if text is not None])
    return tuple(
        Bulletin(case.number, case.unit.name if case.unit else "", words[text], at)
        for case, text, at in found
        if text is not None and text in words and at is not None
    )


def _published(case: Case) -> tuple[UUID | None, datetime | None]:
    action, field = PUBLISHING[case.procedure]
    for item in read_chain(case.id, ActionTaken):
        event = item.event
        if isinstance(event, ActionTaken) and event.action == action:
            text = event.fields.get(field)
            return (text.id, item.at) if isinstance(text, TextRef) else (None, None)
    return None, None
