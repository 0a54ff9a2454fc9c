"""For petitioners, without an account: hand in a petition, follow it, act on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Path, Router, Status

from huiyin.api import problems
from huiyin.api.access import unguessable_key
from huiyin.api.papers import PaperForm, file_answer
from huiyin.api.schemas_in import ActionIn, SubmissionIn
from huiyin.api.schemas_public import LogProofOut, ProofOut, RegisteredOut, TrackingOut
from huiyin.casework import code_guesses, tracking
from huiyin.casework.history import documents, read_history
from huiyin.casework.labels import FormError
from huiyin.casework.loaded_case import load_case
from huiyin.casework.receipts import MAX_RECEIPT_CHARS
from huiyin.casework.received import arrivals
from huiyin.casework.received.handed_in import handed_in, read_own_file
from huiyin.casework.tracking import OpenedReceipt
from huiyin.documents.addressee import in_full
from huiyin.documents.compose import content_of
from huiyin.documents.forms import handed_out
from huiyin.door import Accepted, ActionRequest, Registered, execute, register_petition
from huiyin.door.beside.code_guesses import failed
from huiyin.ledger import chain, log
from huiyin.ledger.models import Row
from huiyin.people.models import Organisation
from huiyin.procedure.command import Actor, OrganisationId
from huiyin.rows import Prepared
from huiyin.rules import SUBMIT
from huiyin.web.uploads import to_be_saved

CODE_HEADER = "X-Query-Code"
SCOPE = "public"
MINIMAL = "return=minimal"

router = Router(tags=["petitioners"])

KEY_PARAMETER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {
        "type": "string",
        "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
    },
    "description": "A retry with the same key and content gets the same answer within 24 hours. A fresh random UUID (version 4) for each "
    "new request, or 22 random characters and more.",
}
PREFER_PARAMETER: dict[str, Any] = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": f"With `{MINIMAL}` (RFC 7240 section 4.2) the answer is empty, for programs that do not show the matter.",
}
CODE_PARAMETER: dict[str, Any] = {
    "name": CODE_HEADER,
    "in": "header",
    "required": True,
    "schema": {"type": "string"},
    "description": "The query code that was given with the receipt.",
}


@router.post("/submissions", response={201: RegisteredOut}, openapi_extra={"parameters": [KEY_PARAMETER]})
def submit(request: HttpRequest, body: SubmissionIn) -> Status[RegisteredOut]:
    """Hand in a petition; nobody needs an account. Keep receipt and code: together they open the matter."""
    at = timezone.now()
    organisation = _organisation(body.organisation)
    stranger = Actor(kind="petitioner", organisation=OrganisationId(organisation.id), roles=frozenset())
    key, address = unguessable_key(request, SCOPE), str(request.META.get("REMOTE_ADDR", ""))
    later = arrivals.free_at(organisation.id, address, at)
    if later is not None:
        raise problems.too_many_petitions(later, at)
    outcome = register_petition(body.intake(organisation, body.channel), stranger, at, SUBMIT, key, address)
    if not isinstance(outcome, Registered):
        raise problems.refused(outcome)
    return Status(201, RegisteredOut.of(outcome.case, outcome.submission, outcome.code))


@router.get("/receipts/{receipt}", response=TrackingOut, by_alias=True, openapi_extra={"parameters": [CODE_PARAMETER]})
def follow(request: HttpRequest, receipt: str) -> TrackingOut:
    """What the petitioner may see: stage, history, duties owed to them, notices, what they handed in, remedies open now and until when."""
    return _tracked(_opened(request, receipt), timezone.now())


@router.get("/receipts/{receipt}/files/{uuid:id}", response={200: None}, openapi_extra={"parameters": [CODE_PARAMETER]})
def read_own(request: HttpRequest, receipt: str, id: UUID) -> HttpResponse:
    """A file that the petitioner handed in by this receipt, or added to it since."""
    opened = _opened(request, receipt)
    found = read_own_file(opened, read_history(opened.case, None), id)
    if found is None:
        raise problems.not_found()
    return to_be_saved(found)


@router.get(
    "/receipts/{receipt}/documents/{uuid:id}.{form}",
    response={200: None},
    openapi_extra={"parameters": [CODE_PARAMETER]},
)
def read_own_document(request: HttpRequest, receipt: str, id: UUID, form: Path[PaperForm]) -> HttpResponse:
    """A document that was issued to the petitioner, as it bears their name and the seal of its organ."""
    at = timezone.now()
    opened = _opened(request, receipt)
    past = read_history(opened.case, None)
    document = next((one for one in documents(past, ("petitioner",)) if one.id == id), None)
    if document is None:
        raise problems.not_found()
    content = content_of(document, past, in_full(document, opened.case, opened.actor, at))
    return file_answer(lambda: handed_out(content, form, document.issuer, at), form)


@router.post(
    "/receipts/{receipt}/actions/{action}",
    response={200: TrackingOut, 204: None},
    by_alias=True,
    openapi_extra={"parameters": [CODE_PARAMETER, KEY_PARAMETER, PREFER_PARAMETER]},
)
def act_as_petitioner(
    request: HttpRequest, receipt: str, action: Path[str], body: ActionIn
) -> TrackingOut | Status[None]:
    """Supplement, withdraw, rate, apply for review or re-review: what the rulebook gives to the petitioner. Answers as the receipt does."""
    at = timezone.now()
    opened = _opened(request, receipt)
    if not tracking.is_theirs(load_case(opened.case), action):
        raise problems.no_such_action()
    key = unguessable_key(request, SCOPE)
    asked = ActionRequest(opened.case.id, action, opened.actor, at, body.fields, key, body.at_seq)
    outcome = execute(replace(asked, kept_from_handlers=body.kept_from_handlers))
    if not isinstance(outcome, Accepted):
        raise problems.refused(outcome, publicly=True)
    if MINIMAL in request.headers.get("Prefer", ""):
        return Status(204, None)
    opened.submission.refresh_from_db()
    return _tracked(tracking.opened(opened.submission), at)


def _tracked(opened: OpenedReceipt, at: datetime) -> TrackingOut:
    past = read_history(opened.case, None)
    return TrackingOut.of(tracking.view(opened, at, past), handed_in(opened, past))


@router.get("/receipts/{receipt}/proof", response=ProofOut, openapi_extra={"parameters": [CODE_PARAMETER]})
def receipt_proof(request: HttpRequest, receipt: str) -> ProofOut:
    """That the submission is in the ledger, unaltered: its place in the chain of its case and under the signed head of the log."""
    known = _opened(request, receipt).submission
    row = Row.objects.filter(case_id=known.case_id, seq=known.seq).first()
    if row is None:
        raise problems.not_found(_("没有这个回执；请核对后再试"))
    proof = log.prove_inclusion(row)
    return ProofOut(
        leaf_hash=chain.leaf(row.hash),
        seq=row.seq,
        previous=row.previous,
        hash=row.hash,
        head=known.case.head,
        log=LogProofOut.of(proof) if proof else None,
    )


_BY_CODE = Prepared(lambda code: Organisation.objects.filter(code=code))


def _organisation(code: str) -> Organisation:
    found = _BY_CODE.first(code)
    if found is None:
        message = _("没有这个机构，请核对机构代码")
        raise problems.invalid([FormError("organisation", "unknown", message)])
    return found


def _opened(request: HttpRequest, receipt: str) -> OpenedReceipt:
    """The matter behind receipt and code. Raises Problem 404 for every wrong pair alike, 429 after too many;
    the right code opens it all the same."""
    at = timezone.now()
    address = str(request.META.get("REMOTE_ADDR", ""))
    code = request.headers.get(CODE_HEADER)
    if code is None:
        raise problems.invalid([FormError(CODE_HEADER, "missing", _("请在 X-Query-Code 头中给出查询码"))])
    if not _is_writable(receipt):
        raise _no_such_pair()
    opened = tracking.open_receipt(receipt, code)
    void = tracking.what_instead(receipt, code) if opened is None else ""
    if void:
        raise problems.not_found(void)
    if opened is None:
        if code_guesses.too_many(receipt, address, at):
            raise problems.too_many_attempts(code_guesses.HELD_BACK_SECONDS)
        failed(receipt, address, at)
        raise _no_such_pair()
    return opened


def _no_such_pair() -> problems.ProblemDocument:
    return problems.not_found(_("回执与查询码不符；请核对回执和 X-Query-Code 头中的查询码"))


def _is_writable(receipt: str) -> bool:
    """Whether anybody could have written this down from a receipt, so that the database need not be asked."""
    return "\0" not in receipt and len(receipt) <= MAX_RECEIPT_CHARS
