"""For staff: reports on the work, put up for review, signed or returned by somebody else, and handed out as they were signed. As the pages have it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from huiyin.api import problems
from huiyin.api.access import Caller, StaffAuth, caller_of, idempotency_key
from huiyin.api.papers import SCOPE, BlockOut, file_answer
from huiyin.api.queries import ShortText, check_page
from huiyin.api.schemas_in import only_text
from huiyin.api.schemas_out import Moment, SchemaOut
from huiyin.casework.labels import FormError
from huiyin.insight.models import WorkReport
from huiyin.insight.reports import steps
from huiyin.insight.reports.paper import file_of, paper_of
from huiyin.insight.reports.seen import LATEST_FIRST, may_note, may_put_up, may_seal, may_sign, reports_for
from huiyin.insight.reports.steps import Reporting
from huiyin.insight.statistics.shares import DaySpan
from huiyin.people.models import Account
from huiyin.procedure.command import Actor
from huiyin.rules.deadlines.day_given import EARLIEST, LATEST

PAGE_SIZE = 50
DONE_BEFORE = frozenset({"waiting", "revised", "decided", "sealed", "noted"})
"""The refusals of what was done already."""
Day = Annotated[date, BeforeValidator(only_text), Field(ge=EARLIEST, le=LATEST)]

router = Router(tags=["staff"], auth=StaffAuth())


class ReportOut(SchemaOut):
    """A report on the days from ``first`` to ``last``. ``number`` and ``signer`` are empty until it is signed, ``reason`` is why it came back;
    ``revises`` is the returned one in place of which it was put up. ``may_sign``: the caller signs or returns
    it; ``may_seal``: they seal it, where its organ has a certificate; ``may_note``: they take note of it for the organ above. ``note`` is what that said.
    """

    id: UUID
    organisation: str
    title: str
    first: date
    last: date
    status: Literal["waiting", "signed", "returned"]
    number: str
    signer: str
    put_up_by: str
    put_up_at: Moment
    decided_by: str
    decided_at: Moment | None
    reason: str
    revises: UUID | None
    sealed_by: str
    sealed_at: Moment | None
    noted_by: str
    noted_at: Moment | None
    note: str
    may_sign: bool
    may_seal: bool
    may_note: bool

    @classmethod
    def of(cls, row: WorkReport, actor: Actor) -> Self:
        """The report as ``actor`` reads it."""
        return cls.model_validate(_fields(row, actor))


class BarOut(SchemaOut):
    """A bar of a chart."""

    label: str
    count: int


class ReportBlockOut(BlockOut):
    """A paragraph, a heading, or a chart with ``bars``."""

    bars: list[BarOut]


class ReportTextOut(ReportOut):
    """A report with what stands in it, and the words of who put it up."""

    remarks: str
    body: list[ReportBlockOut]

    @classmethod
    def of(cls, row: WorkReport, actor: Actor) -> Self:
        """The report as ``actor`` reads it, with its text."""
        body = [
            ReportBlockOut(
                text=one.text, heading=one.heading, bars=[BarOut(label=label, count=count) for label, count in one.bars]
            )
            for one in paper_of(row).body
        ]
        return cls.model_validate(_fields(row, actor) | {"remarks": row.remarks, "body": body})


class ReportsOut(SchemaOut):
    """Reports, the latest first."""

    items: list[ReportOut]
    next: str = ""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReportIn(_Body):
    """The days, both included and over, with words of one's own; ``revises`` is the returned report in place of which this one is put up."""

    first: Annotated[Day, Field(alias="from")]
    last: Annotated[Day, Field(alias="to")]
    remarks: Annotated[str, Field(max_length=steps.MAX_REMARKS)] = ""
    revises: UUID | None = None


class ReportReturnIn(_Body):
    """Why the report is returned."""

    reason: Annotated[str, Field(min_length=1, max_length=steps.MAX_REASON)]


class ReportNoteIn(_Body):
    """What the organ above says to a report; it may say nothing."""

    note: Annotated[str, Field(max_length=steps.MAX_NOTE)] = ""


class NothingIn(_Body):
    """Nothing is asked for."""


@router.get("/reports", response=ReportsOut)
def list_reports(request: HttpRequest, page: ShortText = "") -> ReportsOut:
    """The reports that the caller may read, the latest first: all of their organisation, and what was signed directly below it."""
    check_page(page, LATEST_FIRST)
    caller = caller_of(request)
    found = LATEST_FIRST.page(reports_for(caller.actor), page, PAGE_SIZE)
    return ReportsOut(items=[ReportOut.of(row, caller.actor) for row in found.items], next=found.next)


@router.post("/reports", response={201: ReportTextOut})
def put_report_up(request: HttpRequest, body: ReportIn) -> Status[ReportTextOut]:
    """Count the days and lay the report before whoever signs; 404 for a post that puts none up, 409 while one on the same days waits."""
    caller = caller_of(request)
    if not may_put_up(caller.actor):
        raise problems.not_found()
    returned = _returned(caller, body.revises) if body.revises is not None else None
    key = idempotency_key(request, SCOPE)
    asked = Reporting(DaySpan(body.first, body.last), body.remarks, returned, key)
    outcome = steps.put_up(asked, caller.actor, _account(caller), caller.at)
    if not isinstance(outcome, WorkReport):
        raise _refused(outcome)
    return Status(201, ReportTextOut.of(_found(caller, outcome.id), caller.actor))


@router.get("/reports/{uuid:id}", response=ReportTextOut)
def read_report(request: HttpRequest, id: UUID) -> ReportTextOut:
    """A report with its text: as it was counted when it was put up, whatever became of its figures since."""
    caller = caller_of(request)
    return ReportTextOut.of(_found(caller, id), caller.actor)


@router.post("/reports/{uuid:id}/sign", response=ReportTextOut)
def sign_report(request: HttpRequest, id: UUID, body: NothingIn) -> ReportTextOut:
    """Sign a report that somebody else put up: it gets its number. Who signed it already gets the same answer; 409 when it was decided otherwise."""
    caller = caller_of(request)
    found = _found(caller, id)
    if not (found.signed and found.decided_by_id == caller.actor.person):
        _done(steps.sign(found, caller.actor, _account(caller), caller.at))
    return ReportTextOut.of(_found(caller, id), caller.actor)


@router.post("/reports/{uuid:id}/return", response=ReportTextOut)
def return_report(request: HttpRequest, id: UUID, body: ReportReturnIn) -> ReportTextOut:
    """Return a report with the reason. Who returned it already for the same reason gets the same answer; 409 when it was decided otherwise."""
    caller = caller_of(request)
    found = _found(caller, id)
    is_done = (found.signed, found.decided_by_id, found.reason) == (False, caller.actor.person, body.reason.strip())
    if not is_done:
        _done(steps.send_back(found, body.reason, caller.actor, _account(caller), caller.at))
    return ReportTextOut.of(_found(caller, id), caller.actor)


@router.post("/reports/{uuid:id}/seal", response=ReportTextOut)
def seal_report(request: HttpRequest, id: UUID, body: NothingIn) -> ReportTextOut:
    """Seal a signed report by the certificate of its organ, by whoever keeps that. Who sealed it already gets the same answer."""
    caller = caller_of(request)
    found = _found(caller, id)
    if found.sealed_at is None or found.sealed_by_id != caller.actor.person:
        _done(steps.seal(found, caller.actor, _account(caller), caller.at))
    return ReportTextOut.of(_found(caller, id), caller.actor)


@router.post("/reports/{uuid:id}/note", response=ReportTextOut)
def note_report(request: HttpRequest, id: UUID, body: ReportNoteIn) -> ReportTextOut:
    """Take note of a signed report of an organ below. Who noted it already in the same words gets the same answer; 409 when it was noted otherwise."""
    caller = caller_of(request)
    found = _found(caller, id)
    if (found.noted_by_id, found.note) != (caller.actor.person, body.note.strip()):
        _done(steps.note(found, body.note, caller.actor, _account(caller), caller.at))
    return ReportTextOut.of(_found(caller, id), caller.actor)


@router.get("/reports/{uuid:id}/paper.html", response={200: None})
def report_as_html(request: HttpRequest, id: UUID) -> HttpResponse:
    """A report as a page; until it is signed it says that it waits, and bears no number."""
    return _file(request, id, "html")


@router.get("/reports/{uuid:id}/paper.pdf", response={200: None})
def report_as_pdf(request: HttpRequest, id: UUID) -> HttpResponse:
    """The same as PDF/A."""
    return _file(request, id, "pdf")


@router.get("/reports/{uuid:id}/paper.docx", response={200: None})
def report_as_docx(request: HttpRequest, id: UUID) -> HttpResponse:
    """The same as DOCX."""
    return _file(request, id, "docx")


def _file(request: HttpRequest, id: UUID, form: str) -> HttpResponse:
    caller = caller_of(request)
    found = _found(caller, id)
    return file_answer(lambda: file_of(found, form, caller.at), form)


def _found(caller: Caller, id: UUID) -> WorkReport:
    found = reports_for(caller.actor).filter(id=id).first()
    if found is None:
        raise problems.not_found()
    return found


def _returned(caller: Caller, id: UUID) -> WorkReport:
    """The returned report of the caller's own organisation in place of which another is put up. Raises Problem 404."""
    found = _found(caller, id)
    if found.organisation_id != caller.actor.organisation or found.signed is not False:
        raise problems.not_found()
    return found


def _account(caller: Caller) -> Account:
    assert caller.actor.person is not None  # whoever was let in as staff is somebody
    return Account.objects.get(id=caller.actor.person)


def _done(errors: tuple[FormError, ...]) -> None:
    if errors:
        raise _refused(errors)


def _refused(errors: tuple[FormError, ...]) -> problems.ProblemDocument:
    before = next((one for one in errors if one.code in DONE_BEFORE), None)
    return problems.already(before.message) if before is not None else problems.invalid(errors)


def _fields(row: WorkReport, actor: Actor) -> dict[str, object]:
    status = {None: "waiting", True: "signed", False: "returned"}[row.signed]
    return {
        "id": row.id,
        "organisation": row.organisation.code,
        "title": str(row),
        "first": row.first,
        "last": row.last,
        "status": status,
        "number": row.number_in_words,
        "signer": row.signer,
        "put_up_by": str(row.put_up_by),
        "put_up_at": row.put_up_at,
        "decided_by": str(row.decided_by or ""),
        "decided_at": row.decided_at,
        "reason": row.reason,
        "revises": row.revises_id if row.organisation_id == actor.organisation else None,
        "sealed_by": str(row.sealed_by or ""),
        "sealed_at": row.sealed_at,
        "noted_by": str(row.noted_by or ""),
        "noted_at": row.noted_at,
        "note": row.note,
        "may_note": may_note(row, actor),
        "may_seal": may_seal(row, actor),
        "may_sign": may_sign(row, actor),
    }
