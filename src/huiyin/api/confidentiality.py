"""For staff: how confidential a case is, who may know of it, and setting both. As the page has it (clause s1-C3)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from huiyin.api import problems
from huiyin.api.access import Caller, StaffAuth, caller_of, case_of
from huiyin.api.schemas_in import Whole
from huiyin.api.schemas_out import Moment, SchemaOut
from huiyin.casework.models import Case
from huiyin.casework.sealed.level import level_view
from huiyin.door import NewLevel, Rejected, set_confidentiality
from huiyin.door.confidentiality.setting import MAX_LISTED, MAX_REASON_CHARS
from huiyin.door.documents.editing import STALE
from huiyin.procedure.state import Level

router = Router(tags=["staff"], auth=StaffAuth())


class LevelIn(BaseModel):
    """The level (``ordinary``, ``internal``, ``work_secret``), the ids of the units, posts and people who may know of the case, and why.

    ``at_seq`` is the last event that the caller has seen (``seq`` of the case); where more has happened since, the answer is 409.
    """

    model_config = ConfigDict(extra="forbid")

    level: Level
    listed: list[UUID] = Field(default=[], max_length=MAX_LISTED)
    reason: str = Field(min_length=1, max_length=10 * MAX_REASON_CHARS)
    at_seq: Annotated[Whole, Field(ge=0, le=2**31 - 1)] | None = None


class LevelChangeOut(SchemaOut):
    """A time at which it was set."""

    label: str
    listed: list[str]
    by: str
    at: Moment
    reason: str


class OpeningOut(SchemaOut):
    """That somebody opened the case, for the first time on a day."""

    by: str
    at: Moment


class LevelOut(SchemaOut):
    """How confidential a case is. ``must`` are those who know of it by their duties; ``openings`` are for whoever oversees. ``follows``: a
    case that it is about is limited, and it as well by that.
    """

    level: str
    label: str
    listed: list[str]
    must: list[str]
    changes: list[LevelChangeOut]
    openings: list[OpeningOut]
    may_set: bool
    follows: bool


@router.get("/cases/{no}/confidentiality", response=LevelOut)
def show_level(request: HttpRequest, no: str) -> LevelOut:
    """How confidential a case is, who may know of it, who set that and why."""
    caller = caller_of(request)
    return _level(case_of(caller, no), caller)


@router.post("/cases/{no}/confidentiality", response=LevelOut)
def set_level(request: HttpRequest, no: str, body: LevelIn) -> LevelOut:
    """Set it, instead of what was set before; ``ordinary`` lifts the limit. For whoever oversees the cases of the organisation."""
    caller = caller_of(request)
    case = case_of(caller, no)
    outcome = set_confidentiality(
        case.id, NewLevel(body.level, frozenset(body.listed), body.reason, body.at_seq), caller.actor, caller.at
    )
    if isinstance(outcome, Rejected):
        if any(error.code == STALE for error in outcome.errors):
            raise problems.ProblemDocument(409, "stale", _("事项已有新的进展"), outcome.errors[0].message)
        raise problems.refused(outcome)
    return _level(outcome.case, caller)


def _level(case: Case, caller: Caller) -> LevelOut:
    return LevelOut.model_validate(level_view(case, caller.actor))
