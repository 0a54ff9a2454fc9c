"""Putting an issued document right by a new one that names it (更正): drafted with the reason, approved, and issued where nothing serves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.file_checks.state_secrets import refused_texts
from huiyin.casework.history import Document, History, documents, read_history
from huiyin.casework.labels import FormError
from huiyin.casework.models import Case, DocumentRecord
from huiyin.documents.compose import composed
from huiyin.documents.content import NO_NUMBER, Block
from huiyin.documents.drafting.drafts import signed_text
from huiyin.documents.drafting.held import missing_in_correction
from huiyin.documents.drafting.text import DocumentText
from huiyin.documents.numbers import document_number
from huiyin.documents.seals.kept import in_force
from huiyin.door.documents.editing import (
    MAX_REASON_CHARS,
    STALE,
    kind_of,
    on_held_case,
    on_held_cases,
    refused,
    written_with_reason,
)
from huiyin.door.documents.writing import DocumentWriting
from huiyin.door.held import Held
from huiyin.door.outcome import Accepted, Rejected
from huiyin.people.checks import clean_text
from huiyin.people.ids import new_id
from huiyin.procedure.amending.documents import (
    DocumentObstacle,
    may_approve_correction,
    may_correct,
    owed_for_correction,
)
from huiyin.procedure.command import Actor, CaseId, Command, OrganisationId
from huiyin.procedure.documents.correction import APPROVE, DECISION, SLIP, has_open_window, is_correction
from huiyin.procedure.documents.document_event import DocumentApproved, DocumentCorrected, DocumentIssued
from huiyin.procedure.event import Event, NoticeIssued
from huiyin.procedure.settling import seen_through
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules


@dataclass(frozen=True, slots=True)
class DocumentCorrection:
    """Which issued document is to be corrected, and why; ``decision``: what was decided reads otherwise afterwards."""

    notice: UUID
    reason: str = field(repr=False)
    decision: bool = False


def correct_document(case: UUID, asked_for: DocumentCorrection, actor: Actor, at: datetime) -> Accepted | Rejected:
    """Draft the correction of an issued document: its text, with a first sentence that names it, to be changed and approved.

    The caller has made sure that ``actor`` may see the case. Raises NoSuchCase, Conflict.
    """
    return on_held_cases(case, lambda held: _correct(asked_for, actor, at, held[case], held))


def approve_correction(case: UUID, document: UUID, digest: str, actor: Actor, at: datetime) -> Accepted | Rejected:
    """Approve the correction ``document`` in the version whose commitment is ``digest``, and issue it where no action serves documents of its
    kind; otherwise as ``correct_document``. It gets a number of its own.
    """
    return on_held_case(case, partial(_approve, document, digest, actor, at))


def is_replaced(notice: UUID) -> bool:
    """Whether an issued document was replaced by another, or is about to be."""
    return DocumentRecord.objects.filter(replaces=notice).exclude(status="voided").exists()


def _rejected(why: str, message: str, name: str = "") -> Rejected:
    return Rejected((FormError(name, why, message),))


def _correct(asked_for: DocumentCorrection, actor: Actor, at: datetime, case: Case, held: Held) -> Accepted | Rejected:
    rules, state = load(case.rulebook), codec.loads(case.state)
    past = read_history(case, None)
    issued = next((one for one in documents(past) if one.id == asked_for.notice), None)
    if issued is None or is_replaced(asked_for.notice):
        return _rejected("not-open", _("这份文书已经更正过，或者正在更正；请更正最新的一份"))
    obstacle = may_correct(rules, state, issued.kind, actor, decision=asked_for.decision)
    if obstacle is None and issued.issuer.id != actor.organisation:
        obstacle = "not-yours"
    if obstacle is not None:
        return refused(obstacle)
    why, problems = clean_text("reason", asked_for.reason, MAX_REASON_CHARS)
    if problems or not why:
        return _rejected("missing", _("请写明更正的理由，最多 %d 字") % MAX_REASON_CHARS, "reason")
    if marked := tuple(refused_texts([("reason", why)])):
        return Rejected(marked)
    procedure = rules.book.procedures[case.procedure]
    text = _first_text(issued, past, stands_open=has_open_window(procedure, state, issued.kind))
    writing = DocumentWriting(case, rules, state, actor, at)
    assert actor.person is not None
    event = DocumentCorrected(
        paper=new_id(at),
        kind=issued.kind,
        text=writing.sealed(text.dumps()),
        action=DECISION if asked_for.decision else SLIP,
        organisation=OrganisationId(issued.issuer.id),
        replaces=issued.id,
        reason=writing.sealed(why),
        author=actor.person,
    )
    command = Command(id=new_id(at), case=CaseId(case.id), action=event.action, actor=actor, at=at)
    owed = tuple(owed_for_correction(rules, state, issued.kind, command, event.paper))
    for one in (event, *owed):
        writing.add(one)
    return written_with_reason(writing, why, held)


def _first_text(issued: Document, past: History, *, stands_open: bool) -> DocumentText:
    """What was issued, after a sentence that names it; where the time for a remedy has run out, that the correction gives none."""
    kept = signed_text(issued.id)
    text = kept.text if kept is not None else composed(issued, past)
    number = document_number(issued, past.case)
    named = f"{number if number != NO_NUMBER else ''}{text.title}"
    says = f"本{text.title}更正并替代{named}，自送达之日起以本件为准。"
    if not stands_open:
        says = f"本{text.title}更正{named}中的文字差错，所作决定不变；原件所载期限仍自原件送达之日起计算。"
    body = [block for block in text.body if not is_opening(block.text)]
    return text.with_body([Block(says), *body])


def is_opening(text: str) -> bool:
    """Whether a paragraph is the one by which a correction names what it replaces."""
    return text.startswith("本") and ("更正并替代" in text or "所作决定不变；原件所载期限" in text)


def _approve(id: UUID, digest: str, actor: Actor, at: datetime, case: Case) -> Accepted | Rejected:
    rules, state = load(case.rulebook), codec.loads(case.state)
    kind = kind_of(state, id)
    obstacle = may_approve_correction(rules, state, kind, actor) if kind is not None else "not-open"
    if kind is None or obstacle is not None:
        return _not_approved(obstacle or "not-open")
    document = state.papers[kind]
    if digest != document.text.commitment:
        return _rejected(STALE, _("您打开之后别人改过这份文书，请重新阅读后再批准"))
    if lacking := missing_in_correction(rules, state, kind):
        return Rejected(tuple(FormError("", "lacking", line) for line in lacking))
    writing = DocumentWriting(case, rules, state, actor, at)
    writing.add(DocumentApproved(id, document.version, document.text.commitment, APPROVE, state.stage))
    issuer = DocumentRecord.objects.select_related("issuer").get(id=id).issuer
    if in_force(issuer) is None:  # else it goes out once it bears the seal
        for event in issued_at_once(rules, writing.state, kind):
            writing.add(event)
    return Accepted(case, writing.write())


def _not_approved(why: DocumentObstacle) -> Rejected:
    """Why not, to whoever would approve a correction and change nothing."""
    words = {
        "not-open": _("这份文书没有待批准的更正稿"),
        "not-yours": _("更正须由审签这份文书的岗位批准"),
        "recused": _("您已回避本事项，不能批准更正"),
        "same-person": _("更正须由拟稿人和经办人以外的人批准"),
    }
    return _rejected(why, words[why]) if why in words else refused(why)


def issued_at_once(rules: Rules, state: State, kind: str) -> Iterator[Event]:
    """The issue of an approved correction that no action of the rulebook serves."""
    notice, document = rules.book.procedures[state.procedure].notices[kind], state.papers[kind]
    if is_correction(document) and not notice.served:
        yield NoticeIssued(document.id, kind, notice.to, notice.clause)
        issued = DocumentIssued(document.id, document.version, document.text.commitment)
        yield issued
        yield from seen_through(state, issued, APPROVE)
