"""For staff: asking to know who brought a case confidentially, and what the custodian decided. As the page has it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from huiyin.api import problems
from huiyin.api.access import Caller, StaffAuth, caller_of, case_of
from huiyin.api.schemas_in import IdentityDecisionIn, IdentityRequestIn
from huiyin.api.schemas_out import IdentityRequestOut, IdentityRequestsOut
from huiyin.casework.models import Case, CaseParty
from huiyin.casework.received.entered import entered
from huiyin.casework.sealed import confidential
from huiyin.door.beside.identity import ask, decide
from huiyin.people.petitioners import PetitionerErased

router = Router(tags=["staff"], auth=StaffAuth())


@router.get("/cases/{no}/identity-requests", response=IdentityRequestsOut)
def list_identity_requests(request: HttpRequest, no: str) -> IdentityRequestsOut:
    """What was asked about who brought a case, newest first: everything for the custodian, one's own for everybody else."""
    caller = caller_of(request)
    return _requests(_confidential(caller, no), caller)


@router.post("/cases/{no}/identity-requests", response={201: IdentityRequestsOut})
def ask_for_identity(request: HttpRequest, no: str, body: IdentityRequestIn) -> Status[IdentityRequestsOut]:
    """Ask the custodian to know who brought a case, with a reason; 409 while one's last request waits, or when one knows anyway."""
    caller = caller_of(request)
    case = _confidential(caller, no)
    reason, wrong = entered("reason", body.reason, confidential.MAX_REASON_CHARS)
    if wrong:
        raise problems.invalid(wrong)
    if confidential.keeps_identity(case, caller.actor, caller.at):
        raise problems.already(_("您是身份保管人，无需申请"))
    try:
        asked = ask(case, caller.actor, reason, caller.at)
    except PetitionerErased:
        raise problems.not_found() from None
    if not asked:
        raise problems.already(_("您的上一次申请还没有答复，请等身份保管人决定"))
    return Status(201, _requests(case, caller))


@router.post("/cases/{no}/identity-requests/{uuid:id}", response=IdentityRequestsOut)
def decide_identity_request(request: HttpRequest, no: str, id: UUID, body: IdentityDecisionIn) -> IdentityRequestsOut:
    """For the custodian: let whoever asked know for a week, or not; 404 for everybody else, 409 when it is decided or one's own."""
    caller = caller_of(request)
    case = _confidential(caller, no)
    known = {asked.id for asked in confidential.requests(case, caller.actor, caller.at)}
    if id not in known or not confidential.keeps_identity(case, caller.actor, caller.at):
        raise problems.not_found()
    if not decide(case, id, caller.actor, caller.at, grant=body.grant):
        raise problems.already(_("这项申请已经决定，或者是您自己提出的，您不能决定"))
    return _requests(case, caller)


def _confidential(caller: Caller, no: str) -> Case:
    """The case, if the caller may see it and somebody brought it confidentially. Raises Problem 404."""
    case = case_of(caller, no)
    if not CaseParty.objects.filter(case=case, petitioner__confidential=True).exists():
        raise problems.not_found()
    return case


def _requests(case: Case, caller: Caller) -> IdentityRequestsOut:
    found = confidential.requests(case, caller.actor, caller.at)
    return IdentityRequestsOut(items=[*map(IdentityRequestOut.of, found)])
