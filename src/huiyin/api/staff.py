"""For staff: cases, what may be done to them, worklists, notices. Everything starts from what the caller may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, BeforeValidator

from huiyin.api import problems
from huiyin.api.access import Caller, StaffAuth, caller_of, case_id_of, case_of, idempotency_key
from huiyin.api.papers import file_answer
from huiyin.api.queries import Flag, SearchToken, ShortText, check_page, empty_is_none
from huiyin.api.schemas_in import ActionIn, BeginningIn, CorrectionIn, MomentIn, RegistrationIn
from huiyin.api.schemas_out import (
    AccusedOut,
    ActionsOut,
    CaseDetailOut,
    CaseOut,
    CasesOut,
    ContactOut,
    DocumentOut,
    DocumentsOut,
    DutiesOut,
    DutyOut,
    EventOut,
    EventsOut,
    FileOut,
    PeopleOut,
    PersonOut,
    WorklistOut,
)
from huiyin.api.schemas_public import KeptOut, RegisteredOut
from huiyin.api.search import listed, looked_for
from huiyin.casework import history
from huiyin.casework.actions.choices import action_choices, forms_of
from huiyin.casework.actions.starting import start_actions
from huiyin.casework.case_view import case_view
from huiyin.casework.labels import FormError
from huiyin.casework.lists.cases import CaseFilter
from huiyin.casework.lists.duties import BY_DUE, duties_of, worklist
from huiyin.casework.lists.service import About, service_kinds
from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import Case, CaseParty
from huiyin.casework.sealed import attachments
from huiyin.casework.sealed.accused import accused_of
from huiyin.casework.sealed.cleared import NAMING, untold
from huiyin.casework.sealed.confidential import is_hidden
from huiyin.casework.sealed.reasons import files_kept_back
from huiyin.casework.sealed.seen_codes import to_replace
from huiyin.casework.sealed.withheld import withheld
from huiyin.casework.visible import handed_over_by, visible_document, visible_to
from huiyin.documents.addressee import covered, in_full
from huiyin.documents.compose import content_of
from huiyin.documents.forms import handed_out, rendered
from huiyin.door import (
    Accepted,
    ActionRequest,
    Refused,
    Registered,
    Rejected,
    correct_registration,
    execute,
    open_case,
    register_petition,
)
from huiyin.door.beside.lookups import note_opening
from huiyin.door.beside.seen import note_seen
from huiyin.ledger.models import Row
from huiyin.paging import Order
from huiyin.people import petitioners
from huiyin.people.models import Organisation
from huiyin.people.petitioners import PetitionerErased
from huiyin.people.signing_in.tokens import READ
from huiyin.procedure.command import Actor
from huiyin.rules import REGISTER

SCOPE = "staff"
EVENTS_PAGE = 100
BY_SEQ = Order(Row, ("seq",))

KEY_PARAMETER: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 128, "pattern": "^[ -~]*$"},
    "description": "A retry by the same person with the same key and content gets the same answer within 24 hours.",
}

router = Router(tags=["staff"], auth=StaffAuth())


Until = Annotated[MomentIn | None, BeforeValidator(empty_is_none)]


class CaseQuery(BaseModel):
    """What a list of cases is narrowed to. ``unit`` takes a code or an id; ``page`` what ``next`` said; ``q`` numbers and receipts
    alone, ``search`` the token of a search."""

    stage: ShortText = ""
    unit: ShortText = ""
    klass: ShortText = ""
    overdue: Flag = None
    open: Flag = None
    q: ShortText = ""
    search: SearchToken = ""
    page: ShortText = ""


class DutyQuery(BaseModel):
    """``mine`` (the default) are those that the caller's post may discharge; ``mine=false`` all on cases they may see.

    ``service``: documents that are to be served (``due``), or were sent and are not proved to have arrived (``proof``).
    """

    mine: Flag = True
    service: About | None = None
    overdue: Flag = None
    due_before: Until = None
    page: ShortText = ""


@router.get("/cases", response=CasesOut)
def list_cases(request: HttpRequest, query: Query[CaseQuery]) -> CasesOut:
    """The cases that the caller may see, newest first."""
    caller = caller_of(request)
    filters = CaseFilter(
        stage=query.stage,
        unit=query.unit,
        severity=query.klass,
        overdue=query.overdue is True,
        open=query.open is True,
        q=looked_for(query.q, query.search, caller),
    )
    return listed(caller, filters, query.page)


@router.post("/cases", response={201: RegisteredOut, 202: KeptOut}, openapi_extra={"parameters": [KEY_PARAMETER]})
def register_at_the_desk(request: HttpRequest, body: RegistrationIn) -> Status[RegisteredOut] | Status[KeptOut]:
    """Register a petition that came by letter, in person or by another channel. The organisation is the caller's own."""
    caller = caller_of(request)
    organisation = Organisation.objects.get(id=caller.actor.organisation)
    if body.organisation and body.organisation != organisation.code:
        message = _("只能为本机构登记；请改填本机构代码或留空")
        raise problems.invalid([FormError("organisation", "not-own", message)])
    petition = body.intake(organisation, body.channel, body.received_at, body.fields)
    outcome = register_petition(petition, caller.actor, caller.at, REGISTER, idempotency_key(request, SCOPE))
    if not isinstance(outcome, Registered):
        raise problems.refused(outcome)
    if not handed_over_by(caller.actor).filter(id=outcome.case.id).exists():
        return _kept()
    return Status(201, RegisteredOut.of(outcome.case, outcome.submission, outcome.code))


def _kept() -> Status[KeptOut]:
    """The answer to whoever may not see what they brought, then and whenever they ask again."""
    return Status(202, KeptOut(detail=_("已登记。您无权查看该事项，由有权查看的人员办理并出具回执")))


@router.post(
    "/procedures/{procedure}/cases",
    response={201: CaseOut, 202: KeptOut},
    openapi_extra={"parameters": [KEY_PARAMETER]},
)
def begin(request: HttpRequest, procedure: str, body: BeginningIn) -> Status[CaseOut] | Status[KeptOut]:
    """Begin a case that no petition brought, such as an incident, by a starting action of its procedure."""
    caller = caller_of(request)
    organisation = Organisation.objects.get(id=caller.actor.organisation)
    if not any(
        (item.procedure, item.action) == (procedure, body.action)
        for item in start_actions(organisation, caller.actor, caller.at)
    ):
        raise problems.not_found(_("您的岗位不能这样开立案件；请核对规程和办理动作"))
    key = idempotency_key(request, SCOPE)
    outcome = open_case(organisation, procedure, body.action, caller.actor, caller.at, body.fields, key)
    if not isinstance(outcome, Accepted):
        raise problems.refused(outcome)
    if not visible_to(caller.actor).filter(id=outcome.case.id).exists():
        return _kept()
    return Status(201, CaseOut.of(case_view(outcome.case, caller.at, title="")))


@router.get("/cases/{no}", response=CaseDetailOut)
def show_case(request: HttpRequest, no: str) -> CaseDetailOut:
    """Where a case stands and what it is about."""
    caller = caller_of(request)
    case = case_of(caller, no)
    past = history.read_history(case, caller.actor, {*history.CONTACTS, *NAMING})
    files = [FileOut.model_validate(file) for file in attachments.listed(case, files_kept_back(case, caller.actor))]
    view = case_view(case, caller.at, past.title)
    submissions = [*map(ContactOut.of, history.contacts(past))]
    is_sealed = case.sealed and not past.was_meant
    return CaseDetailOut.of(view, is_sealed, title=view.title, submissions=submissions, attachments=files)


@router.post("/cases/{no}/seen", response={204: None}, auth=StaffAuth(READ))
def see(request: HttpRequest, no: str) -> Status[None]:
    """That the caller has read all that happened on a case so far: its news are none to them any more, as after looking at its page."""
    caller = caller_of(request)
    note_seen(case_of(caller, no), caller.actor)
    return Status(204, None)


@router.get("/cases/{no}/events", response=EventsOut)
def list_events(request: HttpRequest, no: str, page: ShortText = "") -> EventsOut:
    """The ledger of a case, oldest first: enough to recompute every hash. What names the accused is for its custodian alone."""
    caller = caller_of(request)
    case = case_of(caller, no)
    check_page(page, BY_SEQ)
    past = history.read_history(case, caller.actor)
    steps = {step.seq: step for step in history.steps(past)}
    shown = BY_SEQ.page(Row.objects.filter(case_id=case.id), page, EVENTS_PAGE)
    kept = withheld(case, past.events, shown.items, caller.actor)
    hidden = untold(case, caller.actor)
    items = [EventOut.of(row, steps.get(row.seq), row.seq in kept, row.seq in hidden) for row in shown.items]
    return EventsOut(items=items, next=shown.next)


@router.get("/cases/{no}/duties", response=DutiesOut)
def list_duties_of_case(request: HttpRequest, no: str) -> DutiesOut:
    """What is and was owed on a case: open duties first, by due time."""
    caller = caller_of(request)
    rows = duties_of(case_of(caller, no), caller.at, reader=caller.actor)
    return DutiesOut(items=[*map(DutyOut.of, rows)], next="")


@router.get("/cases/{no}/accused", response=AccusedOut)
def read_accused(request: HttpRequest, no: str) -> AccusedOut:
    """Whom a case accuses, as it was written and in the directory: for its custodian alone; for everybody else there is nothing here."""
    caller = caller_of(request)
    found = accused_of(case_of(caller, no), caller.actor)
    if found is None:
        raise problems.not_found()
    return AccusedOut.model_validate(found)


@router.get("/cases/{no}/documents", response=DocumentsOut)
def list_documents(request: HttpRequest, no: str) -> DocumentsOut:
    """The notices issued on a case, oldest first."""
    caller = caller_of(request)
    documents = history.documents(history.read_history(case_of(caller, no), caller.actor))
    return DocumentsOut(items=[DocumentOut.model_validate(document) for document in documents])


@router.post("/cases/{no}/petitioners", response=PeopleOut, auth=StaffAuth(READ))
def read_petitioners(request: HttpRequest, no: str) -> PeopleOut:
    """Who the petitioners of a case are. A POST, because reading personal data is itself recorded."""
    caller = caller_of(request)
    case = case_of(caller, no)
    parties = CaseParty.objects.filter(case=case).select_related("petitioner__key").order_by("position")
    people = [party.petitioner for party in parties]
    if is_hidden(case, people, caller.actor, caller.at):
        return PeopleOut(items=[PersonOut.hidden(person.kind) for person in people])
    try:
        found = petitioners.read_many(people, caller.actor, "api_case", caller.at, case.id)
    except PetitionerErased:
        raise problems.not_found(_("保管期限已满，信访人资料已销毁")) from None
    return PeopleOut(items=[PersonOut.of(found[person.id], person.confidential) for person in people])


@router.get("/cases/{no}/actions", response=ActionsOut, by_alias=True)
def list_actions(request: HttpRequest, no: str) -> ActionsOut:
    """What the caller may do on a case now, each with the JSON Schema of its fields, and why not the rest."""
    caller = caller_of(request)
    loaded = load_case(case_of(caller, no))
    found = action_choices(loaded, caller.actor, caller.at)
    return ActionsOut.of(found, forms_of(loaded, found, caller.actor, caller.at))


@router.post("/cases/{no}/actions/{action}", response=CaseOut, openapi_extra={"parameters": [KEY_PARAMETER]})
def act(request: HttpRequest, no: str, action: Path[str], body: ActionIn) -> CaseOut:
    """Take an action. The answer is the new state; 409 when the case has moved on since ``at_seq``; 422 when the rules refuse."""
    caller = caller_of(request)
    case = case_id_of(caller, no)
    key = idempotency_key(request, SCOPE)
    asked = ActionRequest(case, action, caller.actor, caller.at, body.fields, key, body.at_seq, body.duty)
    outcome = execute(replace(asked, kept_from_handlers=body.kept_from_handlers))
    if not isinstance(outcome, Accepted):
        raise _refused(outcome, caller, no)
    return CaseOut.of(case_view(outcome.case, caller.at, title=""))


@router.post("/cases/{no}/correction", response=CaseOut)
def correct(request: HttpRequest, no: str, body: CorrectionIn) -> CaseOut:
    """Put right what was entered wrongly when the petition was registered: for who registers, until the case is archived."""
    caller = caller_of(request)
    case = case_of(caller, no)
    parties = CaseParty.objects.filter(case=case).select_related("petitioner").order_by("position")
    people = [party.petitioner for party in parties]
    named = body.petitioners or []
    if named and is_hidden(case, people, caller.actor, caller.at):
        raise problems.invalid(
            [FormError("petitioners", "hidden", _("信访人要求保密，只由身份保管人更正其姓名和联系方式。"))]
        )
    if named and len(named) != len(people):
        raise problems.invalid([FormError("petitioners", "number", _("请按顺序写出本事项的全部信访人"))])
    entered = {person.id: given.fields() for person, given in zip(people, named, strict=False)}
    outcome = correct_registration(case.id, body.correction(entered), caller.actor, caller.at, body.at_seq)
    if not isinstance(outcome, Accepted):
        raise _refused(outcome, caller, no)
    return CaseOut.of(case_view(outcome.case, caller.at, title=""))


@router.get("/duties", response=WorklistOut)
def list_duties(request: HttpRequest, query: Query[DutyQuery]) -> WorklistOut:
    """The caller's worklist, the most overdue first, and whose query code they are to replace."""
    caller = caller_of(request)
    check_page(query.page, BY_DUE)
    found = worklist(
        caller.actor,
        caller.at,
        mine=query.mine is not False,
        overdue=query.overdue is True,
        due_before=query.due_before,
        kinds=service_kinds().of(query.service) if query.service else None,
        after=query.page,
    )
    codes = [] if query.page else to_replace(caller.actor, caller.at)
    return WorklistOut(items=[*map(DutyOut.of, found.items)], next=found.next, new_codes=[*codes])


@router.get("/documents/{uuid:id}.html", response={200: None})
def document_as_html(request: HttpRequest, id: UUID) -> HttpResponse:
    """A notice as a page to print, its petitioners covered."""
    return _document(request, id, "html", covered)


@router.post("/documents/{uuid:id}.html", response={200: None}, auth=StaffAuth(READ))
def named_document_as_html(request: HttpRequest, id: UUID) -> HttpResponse:
    """The same to the petitioners by name. A POST, because reading personal data is itself recorded."""
    return _document(request, id, "html", in_full)


@router.get("/documents/{uuid:id}.pdf", response={200: None})
def document_as_pdf(request: HttpRequest, id: UUID) -> HttpResponse:
    """A notice as PDF/A, its petitioners covered."""
    return _document(request, id, "pdf", covered)


@router.post("/documents/{uuid:id}.pdf", response={200: None}, auth=StaffAuth(READ))
def named_document_as_pdf(request: HttpRequest, id: UUID) -> HttpResponse:
    """The same to the petitioners by name. A POST, because reading personal data is itself recorded."""
    return _document(request, id, "pdf", in_full)


@router.get("/documents/{uuid:id}.docx", response={200: None})
def document_as_docx(request: HttpRequest, id: UUID) -> HttpResponse:
    """A notice as DOCX, its petitioners covered."""
    return _document(request, id, "docx", covered)


@router.post("/documents/{uuid:id}.docx", response={200: None}, auth=StaffAuth(READ))
def named_document_as_docx(request: HttpRequest, id: UUID) -> HttpResponse:
    """The same to the petitioners by name. A POST, because reading personal data is itself recorded."""
    return _document(request, id, "docx", in_full)


def _document(
    request: HttpRequest, id: UUID, form: str, named: Callable[[history.Document, Case, Actor, datetime], str]
) -> HttpResponse:
    caller = caller_of(request)
    seen = visible_document(caller.actor, id)
    if seen is None:
        raise problems.not_found()
    note_opening(seen.case, caller.actor, caller.at)
    past = history.read_history(seen.case, caller.actor)
    document = next(one for one in history.documents(past) if one.id == seen.id)
    content = content_of(document, past, named(document, seen.case, caller.actor, caller.at))
    leaves = named is in_full or document.addressee != "petitioner"
    return file_answer(
        lambda: handed_out(content, form, document.issuer, caller.at) if leaves else rendered(content, form), form
    )


def _refused(outcome: Rejected | Refused, caller: Caller, no: str) -> problems.ProblemDocument:
    """Why not; to whom the case accuses by now, as if there were none."""
    case_id_of(caller, no)
    return problems.refused(outcome)
