"""What an organisation has said in public about incidents: each statement as it was approved, numbered, with what it corrects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.models import Case
from huiyin.casework.sealed import texts
from huiyin.incidents import INCIDENT
from huiyin.ledger.chain import read_chain
from huiyin.people.models import Organisation
from huiyin.procedure.command import TextRef
from huiyin.procedure.confidentiality.levels import HANDLING, NOT_ANNOUNCED
from huiyin.procedure.event import ActionTaken
from huiyin.rule_store.store import load

DRAFT: Final = "draft_statement"
PUBLISH: Final = "publish_statement"
APPROVE: Final = "approve_statement"
TOWARDS_STATEMENT: Final = (DRAFT, APPROVE, PUBLISH)
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

    Anybody may read them. Nothing is told of an incident that accuses some of the staff, nor of a work secret, whenever it became one.
    """
    cases = Case.objects.filter(organisation=organisation, procedure=INCIDENT, sealed=False, unresolved=False)
    latest = cases.exclude(level__in=NOT_ANNOUNCED).order_by("-registered_at", "-id")[:MAX_INCIDENTS]
    found = (tuple(_statements(case)) for case in latest)
    return tuple(tuple(reversed(statements)) for statements in found if statements)


def approved_first(organisation: Organisation) -> bool:
    """Whether somebody else approves each statement before it is published: by the rulebook of the organisation."""
    procedure = load(organisation.rulebook).book.procedures.get(INCIDENT)
    return procedure is not None and APPROVE in procedure.actions


def caution(case: Case, action: str) -> str:
    """What to know before taking a step towards a public statement about an incident that is limited; empty for every other step and case."""
    handling = HANDLING[case.level]
    if case.procedure != INCIDENT or action not in TOWARDS_STATEMENT or not handling.limited:
        return ""
    if not handling.announced:
        return _(
            "本事项是工作秘密：说明不在对外说明页上显示，办理这一步也不会公开。确需公开的，请先由保管人、负责人或督查人调整密级"
        )
    return _("本事项仅限知情人：说明发布后任何人都能看到，请核对其中没有不能公开的内容")


def _statements(case: Case) -> Iterator[PublicStatement]:
    recorded: dict[str, UUID] = {}
    version = 0
    for item in read_chain(case.id, ActionTaken):
        event = item.event
        if not isinstance(event, ActionTaken) or event.action not in (DRAFT, PUBLISH):
            continue
        written = {
            name: ref.id for name in (STATEMENT, CORRECTED) if isinstance(ref := event.fields.get(name), TextRef)
        }
        recorded = (
            written or recorded
        )  # a publication that has no text of its own publishes what was drafted and approved last
        if event.action == PUBLISH and STATEMENT in recorded:
            version += 1
            found = texts.read_texts(recorded.values())
            if recorded[STATEMENT] in found:
                corrects = found.get(recorded[CORRECTED], "") if CORRECTED in recorded else ""
                yield PublicStatement(version, item.at, found[recorded[STATEMENT]], corrects)
