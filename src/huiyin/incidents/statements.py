"""What an organisation has said in public about incidents: each statement as it was approved, numbered, with what it corrects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.casework.sealed import texts
from huiyin.incidents import INCIDENT
from huiyin.ledger.chain import read_chain
from huiyin.people.models import Organisation
from huiyin.procedure.command import TextRef
from huiyin.procedure.event import ActionTaken

DRAFT: Final = "draft_statement"
PUBLISH: Final = "publish_statement"
STATEMENT: Final = "statement"
CORRECTED: Final = "corrected"
MAX_INCIDENTS: Final = 50


@dataclass(frozen=True, slots=True)
class PublicStatement:
    """A published statement: which one it is about its incident, counted from 1. ``corrects`` says what an earlier one had wrong."""

    version: int
    published_at: datetime
    text: str
    corrects: str


def published(organisation: Organisation) -> tuple[tuple[PublicStatement, ...], ...]:
    """The statements about each of the latest incidents on which anything was published; in both, the newest first.

    Anybody may read them. Nothing is told of an incident that is kept from some of the staff.
    """
    cases = Case.objects.filter(organisation=organisation, procedure=INCIDENT, sealed=False, unresolved=False)
    latest = cases.order_by("-registered_at", "-id")[:MAX_INCIDENTS]
    found = (tuple(_statements(case)) for case in latest)
    return tuple(tuple(reversed(statements)) for statements in found if statements)


def _statements(case: Case) -> Iterator[PublicStatement]:
    said: dict[str, UUID] = {}
    version = 0
    for item in read_chain(case.id, ActionTaken):
        event = item.event
        if not isinstance(event, ActionTaken) or event.action not in (DRAFT, PUBLISH):
            continue
        written = {
            name: ref.id for name in (STATEMENT, CORRECTED) if isinstance(ref := event.fields.get(name), TextRef)
        }
        said = written or said  # a publication that has no text of its own publishes what was drafted and approved last
        if event.action == PUBLISH and STATEMENT in said:
            version += 1
            found = texts.read_texts(said.values())
            if said[STATEMENT] in found:
                corrects = found.get(said[CORRECTED], "") if CORRECTED in said else ""
                yield PublicStatement(version, item.at, found[said[STATEMENT]], corrects)
