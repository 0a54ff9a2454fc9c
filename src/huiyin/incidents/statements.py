"""What an organisation has said in public about incidents: each statement as it was approved, numbered, with what it corrects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.labels import name_of
from huiyin.casework.models import NO_PETITION, Case
from huiyin.casework.sealed import texts
from huiyin.incidents import INCIDENT
from huiyin.ledger.chain import read_chain
from huiyin.people.models import Organisation
from huiyin.procedure.command import TextRef
from huiyin.procedure.confidentiality.levels import HANDLING, NOT_ANNOUNCED
from huiyin.procedure.event import ActionTaken, DutyDischarged, DutyOpened
from huiyin.rule_store.store import load

DRAFT: Final = "draft_statement"
PUBLISH: Final = "publish_statement"
APPROVE: Final = "approve_statement"
CHANNEL: Final = "record_channel"
"""The step that says where else a statement went out, and when; the fields of its form, of which the texts are sealed."""
THROUGH, WHERE, OUT_ON, OUT_AT = "published_through", "published_where", "out_on", "out_at"
TOWARDS_STATEMENT: Final = (DRAFT, APPROVE, PUBLISH)
STATEMENT: Final = "statement"
CORRECTED: Final = "corrected"
MAX_INCIDENTS: Final = 50


@dataclass(frozen=True, slots=True)
class PublicChannel:
    """Where else a statement went out: the kind of channel, its name or address, the day, and the time of day."""

    through: str
    where: str
    on: date
    at: str

    @property
    def words(self) -> str:
        """All of it in one line."""
        return _("，").join(filter(None, (self.through, self.where, f"{self.on:%Y-%m-%d} {self.at}")))


@dataclass(frozen=True, slots=True)
class PublicStatement:
    """A published statement: which one it is about its incident, counted from 1. ``corrects`` says what an earlier one had wrong.

    ``approved``: somebody else approved this text before. ``channels``: by which others it went out, as they were entered.
    """

    version: int
    published_at: datetime
    text: str
    corrects: str
    approved: bool
    channels: tuple[PublicChannel, ...] = ()


def published(organisation: Organisation) -> tuple[tuple[PublicStatement, ...], ...]:
    """The statements about each of the latest incidents on which anything was published; in both, the newest first.

    Anybody may read them. Nothing is told of an incident that accuses some of the staff, nor of a work secret, whenever it became one.
    """
    incidents = Case.objects.filter(NO_PETITION, organisation=organisation, procedure=INCIDENT)
    cases = incidents.filter(sealed=False, unresolved=False)
    latest = cases.exclude(level__in=NOT_ANNOUNCED).order_by("-registered_at", "-id")[:MAX_INCIDENTS]
    found = (tuple(_statements(case)) for case in latest)
    return tuple(tuple(reversed(statements)) for statements in found if statements)


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


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of an incident, with the texts that it writes, approves or publishes. ``through`` and ``on`` are those of another channel."""

    action: str
    at: datetime
    text: Mapping[str, UUID]
    approved: bool = False
    through: str = ""
    on: date | None = None


def _statements(case: Case) -> Iterator[PublicStatement]:
    taken = _steps(case)
    issued = [step for step in taken if step.action == PUBLISH and STATEMENT in step.text]
    for version, step in enumerate(issued, 1):
        until = issued[version].at if version < len(issued) else None
        besides = [one for one in taken if one.on and one.at >= step.at and (until is None or one.at < until)]
        found = texts.read_texts([id for one in (step, *besides) for id in one.text.values()])
        if step.text[STATEMENT] in found:
            corrects = found.get(step.text[CORRECTED], "") if CORRECTED in step.text else ""
            channels = tuple(_channel(case, one, found) for one in besides)
            yield PublicStatement(version, step.at, found[step.text[STATEMENT]], corrects, step.approved, channels)


def _channel(case: Case, step: _Step, found: Mapping[UUID, str]) -> PublicChannel:
    assert step.on is not None
    where, at = (found.get(step.text[name], "") if name in step.text else "" for name in (WHERE, OUT_AT))
    return PublicChannel(name_of(load(case.rulebook).book.fields[THROUGH].of[step.through]), where, step.on, at)


def _steps(case: Case) -> Sequence[_Step]:
    """Those of an incident, oldest first. Of several drafts one step may settle any: which, its duty says."""
    steps: list[_Step] = []
    laid: dict[UUID, _Step] = {}
    for item in read_chain(case.id, ActionTaken, DutyOpened, DutyDischarged):
        match item.event:
            case ActionTaken() as taken:
                steps.append(_step(taken, item.at))
            case DutyDischarged(duty=id, action=action) if id in laid and not steps[-1].text:
                approved = laid[id].approved or action == APPROVE
                steps[-1] = replace(steps[-1], text=laid[id].text, approved=approved)
            case DutyOpened(duty=duty) if steps:
                laid[duty.id] = steps[-1]
    return steps


def _step(taken: ActionTaken, at: datetime) -> _Step:
    is_channel = taken.action == CHANNEL
    named = (WHERE, OUT_AT) if is_channel else (STATEMENT, CORRECTED)
    written = {key: ref.id for key in named if isinstance(ref := taken.fields.get(key), TextRef)}
    through, on = taken.fields.get(THROUGH), taken.fields.get(OUT_ON)
    if is_channel and isinstance(through, str) and isinstance(on, date):
        return _Step(taken.action, at, written, through=through, on=on)
    return _Step(taken.action, at, written)
