"""For staff: documents before they are issued, their text and versions; changing, approving, sending back, issuing and voiding them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Router
from pydantic import BaseModel, ConfigDict, Field

from huiyin.api import problems
from huiyin.api.access import Caller, StaffAuth, caller_of, case_id_of, case_of, idempotency_key
from huiyin.api.schemas_in import Whole
from huiyin.api.schemas_out import Moment, SchemaOut
from huiyin.casework.history import read_history
from huiyin.casework.loaded_case import LoadedCase, load_case
from huiyin.documents.addressee import covered
from huiyin.documents.compose import draft_content
from huiyin.documents.content import Block
from huiyin.documents.drafting.drafts import DraftedDocument, document_called, drafted_documents
from huiyin.documents.drafting.text import MAX_BLOCKS, MAX_CHARS
from huiyin.documents.forms import Rendered, rendered
from huiyin.documents.layout import NoGlyph
from huiyin.documents.registration_form import covered_form, form_in_full
from huiyin.documents.steps.step_document import step_document
from huiyin.door import (
    Accepted,
    ActionRequest,
    DocumentCorrection,
    NewText,
    Refused,
    Rejected,
    Sealing,
    approve_correction,
    correct_document,
    edit_document,
    execute,
    seal_document,
    void_document,
)
from huiyin.door.documents.editing import STALE
from huiyin.people.signing_in.tokens import READ
from huiyin.procedure.guard import forbidden
from huiyin.rules.book.schema import Action
from huiyin.web.uploads import document_to_be_saved, unset_sign

SCOPE = "staff"
Step = Literal["approve", "return", "issue"]
PaperForm = Literal["html", "pdf", "docx"]
VersionNumber = Annotated[Whole, Field(ge=0, le=2**31 - 1)]

router = Router(tags=["staff"], auth=StaffAuth())


class BlockOut(SchemaOut):
    """A paragraph, or the heading of those that follow."""

    text: str
    heading: bool


class CommentOut(SchemaOut):
    """What was said at passage number ``passage`` (from 0) when the version was sent back."""

    passage: int
    quote: str
    text: str


class PaperVersionOut(SchemaOut):
    """One text of a document; ``digest`` is the commitment by which it is approved, ``author`` empty for the system."""

    number: int
    digest: str
    author: str
    at: Moment


class PaperOut(SchemaOut):
    """A document that was drafted; ``number`` is empty until it was approved, ``replaces`` the issued document that it replaces, ``sealed_at``
    when it was sealed.
    """

    id: UUID
    kind: str
    label: str
    addressee: str
    status: Literal["drafted", "returned", "approved", "issued", "voided"]
    version: int
    approved_version: int | None
    number: str
    replaces: UUID | None
    sealed_at: Moment | None
    versions: list[PaperVersionOut]


class PaperTextOut(PaperOut):
    """A document with its present text, and what was said when that was sent back."""

    body: list[BlockOut]
    comments: list[CommentOut]

    @classmethod
    def of(cls, shown: DraftedDocument) -> Self:
        """The document as the read side has it; without text where that was erased."""
        text = shown.newest.text
        known = PaperOut.model_validate(shown).model_dump()
        comments = [CommentOut.model_validate(comment) for comment in shown.newest.comments]
        body = [BlockOut.model_validate(block) for block in text.body] if text is not None else []
        return cls(**known, body=body, comments=comments)


class PapersOut(SchemaOut):
    """The documents that were drafted on a case, oldest first."""

    items: list[PaperOut]
    next: str = ""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class BlockIn(_Body):
    """A paragraph, or a heading, whose number is written by the system."""

    text: Annotated[str, Field(max_length=MAX_CHARS)]
    heading: bool = False


class PaperIn(_Body):
    """The whole body of a document, by whoever has read version ``base`` of it."""

    base: VersionNumber
    body: list[BlockIn]


class CommentIn(_Body):
    """What is said at passage number ``passage`` (from 0)."""

    passage: Annotated[Whole, Field(ge=0, le=MAX_BLOCKS)]
    text: Annotated[str, Field(max_length=MAX_CHARS)]


class StepIn(_Body):
    """What the action is filled in with that approves, sends back or issues the document; ``digest`` is the version that was read."""

    digest: Annotated[str, Field(max_length=64)] = ""
    fields: dict[str, Any] = {}
    comments: list[CommentIn] = []
    at_seq: VersionNumber | None = None


class DocumentCorrectionIn(_Body):
    """Why an issued document is corrected; ``decision``: what was decided reads otherwise afterwards."""

    reason: Annotated[str, Field(max_length=MAX_CHARS)]
    decision: bool = False


class SealIn(_Body):
    """Which version is sealed: the ``digest`` that was read."""

    digest: Annotated[str, Field(max_length=64)]


class VoidIn(_Body):
    """Why the document is void."""

    reason: Annotated[str, Field(max_length=MAX_CHARS)]


@router.get("/cases/{no}/documents/drafted", response=PapersOut)
def list_papers(request: HttpRequest, no: str) -> PapersOut:
    """The documents that were drafted on a case with their states and versions, oldest first; issued ones among them."""
    loaded = load_case(case_of(caller_of(request), no))
    return PapersOut(items=[PaperOut.model_validate(document) for document in drafted_documents(loaded)])


@router.get("/cases/{no}/documents/{uuid:id}", response=PaperTextOut)
def read_paper(request: HttpRequest, no: str, id: UUID) -> PaperTextOut:
    """A document with its present text and all of its versions."""
    return PaperTextOut.of(_found(load_case(case_of(caller_of(request), no)), id))


@router.get("/cases/{no}/documents/{uuid:id}/paper.html", response={200: None})
def paper_as_html(request: HttpRequest, no: str, id: UUID) -> HttpResponse:
    """A document as a page, its petitioners covered; until it is signed it says that it is a draft, and bears no number."""
    return _file(request, no, id, "html")


@router.get("/cases/{no}/documents/{uuid:id}/paper.pdf", response={200: None})
def paper_as_pdf(request: HttpRequest, no: str, id: UUID) -> HttpResponse:
    """The same as PDF/A."""
    return _file(request, no, id, "pdf")


@router.get("/cases/{no}/documents/{uuid:id}/paper.docx", response={200: None})
def paper_as_docx(request: HttpRequest, no: str, id: UUID) -> HttpResponse:
    """The same as DOCX."""
    return _file(request, no, id, "docx")


@router.get("/cases/{no}/registration.{form}", response={200: None})
def registration(request: HttpRequest, no: str, form: Path[PaperForm]) -> HttpResponse:
    """The registration form (登记表) of a case as far as it has come, its petitioners covered."""
    caller = caller_of(request)
    case = case_of(caller, no)
    return file_answer(lambda: rendered(covered_form(case, caller.actor, caller.at), form), form)


@router.post("/cases/{no}/registration.{form}", response={200: None}, auth=StaffAuth(READ))
def named_registration(request: HttpRequest, no: str, form: Path[PaperForm]) -> HttpResponse:
    """The same with the petitioners in full. A POST, because reading personal data is itself recorded."""
    caller = caller_of(request)
    case = case_of(caller, no)
    return file_answer(lambda: rendered(form_in_full(case, caller.actor, caller.at), form), form)


@router.get("/cases/{no}/steps/{int:seq}.{form}", response={200: None})
def paper_of_step(request: HttpRequest, no: str, seq: int, form: Path[PaperForm]) -> HttpResponse:
    """The step that is event ``seq`` as the document of the office's own that the rulebook makes of it: minutes, a report, a sheet to sign."""
    caller = caller_of(request)
    content = step_document(read_history(case_of(caller, no), caller.actor), seq)
    if content is None:
        raise problems.not_found()
    return file_answer(lambda: rendered(content, form), form)


def _file(request: HttpRequest, no: str, id: UUID, form: str) -> HttpResponse:
    caller = caller_of(request)
    case = case_of(caller, no)
    shown = _found(load_case(case), id)
    content = draft_content(shown, case, covered(shown, case, caller.actor, caller.at))
    if content is None:
        raise problems.not_found(_("保管期限已满，信访人资料已销毁"))
    return file_answer(lambda: rendered(content, form), form)


def file_answer(make: Callable[[], Rendered], form: str) -> HttpResponse:
    """The document that ``make`` gives in this ``form``. Raises Problem 422 where no typeface has one of its signs."""
    try:
        made = make()
    except NoGlyph:
        raise problems.ProblemDocument(422, "no-glyph", _("文书不能生成"), unset_sign()) from None
    return HttpResponse(made.content, content_type=made.type) if form == "html" else document_to_be_saved(made)


@router.put("/cases/{no}/documents/{uuid:id}", response=PaperTextOut)
def edit(request: HttpRequest, no: str, id: UUID, body: PaperIn) -> PaperTextOut:
    """Give a document another text; 409 when somebody else has changed it since ``base``. One that was approved must be approved again."""
    caller = caller_of(request)
    case = case_of(caller, no)
    blocks = [Block(block.text, block.heading) for block in body.body]
    outcome = edit_document(case.id, NewText(id, body.base, blocks), caller.actor, caller.at)
    if not isinstance(outcome, Accepted):
        raise _not_changed(outcome)
    return PaperTextOut.of(_found(load_case(case_of(caller, no)), id))


@router.post("/cases/{no}/documents/{uuid:id}/void", response=PaperTextOut)
def void(request: HttpRequest, no: str, id: UUID, body: VoidIn) -> PaperTextOut:
    """Void a document: it will not be issued, and keeps its number."""
    caller = caller_of(request)
    outcome = void_document(case_of(caller, no).id, id, body.reason, caller.actor, caller.at)
    if not isinstance(outcome, Accepted):
        raise _not_changed(outcome)
    return PaperTextOut.of(_found(load_case(case_of(caller, no)), id))


@router.post("/cases/{no}/documents/{uuid:id}/correct", response=PaperTextOut)
def correct(request: HttpRequest, no: str, id: UUID, body: DocumentCorrectionIn) -> PaperTextOut:
    """Draft the correction of an issued document, which it names: it is changed, approved and issued like any other."""
    caller = caller_of(request)
    correction = DocumentCorrection(id, body.reason, body.decision)
    outcome = correct_document(case_of(caller, no).id, correction, caller.actor, caller.at)
    if not isinstance(outcome, Accepted):
        raise _not_changed(outcome)
    loaded = load_case(case_of(caller, no))
    drafted = next(one for one in drafted_documents(loaded, with_versions=False) if one.replaces == id and one.is_open)
    return PaperTextOut.of(_found(loaded, drafted.id))


@router.post("/cases/{no}/documents/{uuid:id}/seal", response=PaperTextOut)
def seal(request: HttpRequest, no: str, id: UUID, body: SealIn) -> PaperTextOut:
    """Seal an approved document by the certificate of its organ, by whoever keeps that; 409 when ``digest`` is not what stands there now."""
    caller = caller_of(request)
    outcome = seal_document(case_of(caller, no).id, Sealing(id, body.digest), caller.actor, caller.at)
    if not isinstance(outcome, Accepted):
        raise _not_changed(outcome)
    return PaperTextOut.of(_found(load_case(case_of(caller, no)), id))


@router.post("/cases/{no}/documents/{uuid:id}/{step}", response=PaperTextOut)
def take_step(request: HttpRequest, no: str, id: UUID, step: Path[Step], body: StepIn) -> PaperTextOut:
    """Approve, send back or issue a document, by the action of the rulebook that does so and that the caller may take; 409 when ``digest`` is
    not the version that stands there now.
    """
    caller = caller_of(request)
    loaded = load_case(case_of(caller, no))
    document = _found(loaded, id)
    if body.digest and body.digest != document.newest.digest:
        raise problems.conflict()
    if step == "approve" and document.is_correction:
        return _approved(loaded, document, caller)
    able = [name for name, rule in loaded.procedure.actions.items() if document.kind in _named(rule, step)]
    now = [name for name in able if forbidden(loaded.rules, loaded.state, name, caller.actor, caller.at) is None]
    if not able:
        raise problems.no_such_action()
    # Where none can be taken now, why not is said of one that belongs to the caller.
    own = [name for name in able if caller.actor.roles & set(loaded.procedure.actions[name].takers)]
    comments = {(id, comment.passage): comment.text for comment in body.comments}
    key = idempotency_key(request, SCOPE)
    asked = ActionRequest(
        loaded.case.id,
        (now or own or able)[0],
        caller.actor,
        caller.at,
        body.fields,
        key,
        body.at_seq,
        comments=comments,
    )
    outcome = execute(asked)
    if not isinstance(outcome, Accepted):
        case_id_of(caller, no)  # whom it accuses by now is told nothing
        raise problems.refused(outcome)
    return PaperTextOut.of(_found(load_case(case_of(caller, no)), id))


def _approved(loaded: LoadedCase, document: DraftedDocument, caller: Caller) -> PaperTextOut:
    """A correction, which is approved beside the procedure, as it stood when the caller was shown it."""
    outcome = approve_correction(loaded.case.id, document.id, document.newest.digest, caller.actor, caller.at)
    if not isinstance(outcome, Accepted):
        raise _not_changed(outcome)
    return PaperTextOut.of(_found(load_case(outcome.case), document.id))


def _named(rule: Action, step: Step) -> tuple[str, ...]:
    return {"approve": rule.approves, "return": rule.returns, "issue": rule.notice}[step]


def _found(loaded: LoadedCase, id: UUID) -> DraftedDocument:
    document = document_called(loaded, id)
    if document is None:
        raise problems.not_found()
    return document


def _not_changed(outcome: Rejected | Refused) -> problems.ProblemDocument:
    if isinstance(outcome, Rejected) and any(error.code == STALE for error in outcome.errors):
        return problems.ProblemDocument(409, "stale", _("文书已有新的一稿"), outcome.errors[0].message)
    return problems.refused(outcome)
