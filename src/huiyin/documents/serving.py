"""The document that a duty to serve is about, as it would be issued now: to be printed, and to be handed over or posted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from huiyin.casework.history import Document, History, drafted
from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import DocumentRecord, Duty
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.steps import applies, meets


class NothingToServe(HuiyinError):
    """Raised when no step that could be taken now would serve a document by doing the duty."""

    to_do = gettext_noop("请看事项：文书其间已经送达，或者还没有批准")


def document_to_serve(duty: Duty, past: History, at: datetime) -> Document:
    """The document about which ``duty`` is, on the case of ``past``: the one that was approved, or, where none was drafted, as the organisation
    whose unit owes it would issue it now. Raises NothingToServe.
    """
    case = duty.case
    loaded = load_case(case)
    kind = _notice(loaded.procedure, duty.kind, loaded.state.stage, loaded.state.facts)
    issuer = duty.unit.organisation if duty.unit is not None else case.organisation
    document = drafted(past, kind, issuer, at)
    approved = DocumentRecord.objects.filter(case=case, kind=kind, status="approved").select_related("issuer").first()
    if approved is None:
        return document
    return replace(
        document,
        id=approved.id,
        issuer=approved.issuer,
        series=approved.series,
        serial=approved.number,
        period=approved.period,
        counted_by=approved.issuer_id,
    )


def one_each(duties: Sequence[Duty]) -> list[Duty]:
    """The duties without those about a document that another of them is about: one that is owed twice (delivered anew after it came back)."""
    of_case = Counter(duty.case_id for duty in duties)
    about, found = set[tuple[UUID, str]](), list[Duty]()
    for duty in duties:
        if of_case[duty.case_id] > 1:
            document = (duty.case_id, _served_by(duty))
            if document in about:
                continue
            about.add(document)
        found.append(duty)
    return found


def _served_by(duty: Duty) -> str:
    """The kind of the document that a duty is about; the duty's own kind where there is none now."""
    loaded = load_case(duty.case)
    try:
        return _notice(loaded.procedure, duty.kind, loaded.state.stage, loaded.state.facts)
    except NothingToServe:
        return duty.kind


def _notice(procedure: Procedure, duty: str, stage: str, facts: Mapping[str, str]) -> str:
    for action in procedure.actions.values():
        if duty in action.discharges and applies(procedure, action, stage) and meets(action.when, facts):
            for kind in action.notice:
                notice = procedure.notices[kind]
                if notice.served and meets(notice.when, facts):
                    return kind
    raise NothingToServe(_("这项职责没有要送达的文书"))
