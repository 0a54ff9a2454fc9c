"""For staff who take petitions in: the status of terminated matters across organisations, as the page has it (clause s2-3.4.1)."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, ConfigDict, Field

from huiyin.api import problems
from huiyin.api.access import StaffAuth, caller_of
from huiyin.api.queries import NO_NUL
from huiyin.api.schemas_out import SchemaOut
from huiyin.casework.lists.terminated import may_look_up
from huiyin.door.beside.lookups import TooManyLookups, look_up
from huiyin.people.signing_in.tokens import READ

router = Router(tags=["staff"], auth=StaffAuth())

HOUR_SECONDS = 3600


class LookupIn(BaseModel):
    """The number of a matter, whole, or a kind of subject; and what it is looked up for, which is put on record."""

    model_config = ConfigDict(extra="forbid", strict=True)

    q: str = Field(min_length=1, max_length=100, pattern=NO_NUL)
    purpose: Literal["intake", "remedy", "supervision"]


class TerminatedOut(SchemaOut):
    """All that is told of a terminated matter."""

    number: str
    subject: str
    status: str
    since: date | None


class TerminatedListOut(SchemaOut):
    """Those that were found, the newest first; ``more``: there are others."""

    items: list[TerminatedOut]
    more: bool


@router.post("/terminated-matters/search", response=TerminatedListOut, auth=StaffAuth(READ))
def search_terminated(request: HttpRequest, body: LookupIn) -> TerminatedListOut:
    """Terminated matters of any organisation by number or kind of subject, never by person. 404 for a post that takes no petitions in, 429
    after thirty lookups within an hour."""
    caller = caller_of(request)
    if not may_look_up(caller.actor):
        raise problems.not_found()
    try:
        found = look_up(caller.actor, body.q, body.purpose, caller.at)
    except TooManyLookups:
        raise problems.too_many_lookups(HOUR_SECONDS) from None
    return TerminatedListOut.model_validate(found)
