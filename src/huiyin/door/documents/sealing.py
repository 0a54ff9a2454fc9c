"""Sealing approved documents (用印): by the certificate of the organ, or by hand, of which the scan is kept and goes out as the document."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.loaded_case import load_case
from huiyin.casework.models import Case, DocumentRecord
from huiyin.casework.sealed import attachments
from huiyin.casework.vocabulary import File
from huiyin.documents.addressee import covered
from huiyin.documents.comparing.decisive import choices_of
from huiyin.documents.comparing.signed_copy import SignedCopy, signed_copy
from huiyin.documents.compose import draft_content
from huiyin.documents.content import DocumentContent
from huiyin.documents.drafting.drafts import document_called
from huiyin.documents.seals import kept
from huiyin.door.beside.attachments import store_files
from huiyin.door.documents.correcting import issued_at_once
from huiyin.door.documents.editing import STALE, kind_of, on_held_case, refused
from huiyin.door.documents.writing import DocumentWriting
from huiyin.door.outcome import Accepted, NoSuchCase, Rejected
from huiyin.ledger.chain import read_chain
from huiyin.procedure.amending.documents import DocumentObstacle, may_compare, may_seal
from huiyin.procedure.command import Actor, TextRef
from huiyin.procedure.decision import Decision
from huiyin.procedure.documents.document_event import DocumentApproved, DocumentIssued, DocumentSealed
from huiyin.procedure.event import ActionTaken, DutyOpened
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Prepared
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules


@dataclass(frozen=True, slots=True)
class Sealing:
    """Which text of which document is sealed, by its commitment; ``files`` are the scan of what was signed or sealed by hand."""

    document: UUID
    digest: str
    files: Sequence[File] = field(default=(), repr=False)
    upside_down: bool = False


def seal_document(case: UUID, request: Sealing, actor: Actor, at: datetime) -> Accepted | Rejected:
    """Seal an approved document, or say why not; the caller has made sure that ``actor`` may see the case.

    Without files by the certificate of the organ whose document it is, which every PDF of it then bears; with files, these are the document
    from then on. Raises NoSuchCase, Conflict.
    """
    scan: _ReadScan | Rejected | None = None
    if request.files:
        try:
            scan = _read_scan(request, Case.objects.get(id=case), actor, at)
        except Case.DoesNotExist:
            raise NoSuchCase("there is no case with this id") from None
    if isinstance(scan, Rejected):
        return scan
    return on_held_case(case, partial(_seal, request, actor, at, scan))


@dataclass(frozen=True, slots=True)
class ScanComparison:
    """Which picture of a signed document somebody has compared with its text, both by what they read: the id and the commitment."""

    document: UUID
    digest: str
    scan: UUID


def compare_scan(case: UUID, request: ScanComparison, actor: Actor, at: datetime) -> Accepted | Rejected:
    """Confirm that the picture handed in by somebody else is the approved document, which it is from then on, or say why not; otherwise as
    ``seal_document``.
    """
    return on_held_case(case, partial(_compare, request, actor, at))


def unsealed(rules: Rules, decision: Decision) -> FormError | None:
    """Why what ``decision`` issues, or sends to be opened, must not go out: its organ has a seal, and it does not bear it yet."""
    issued = {event.paper for event in decision.events if isinstance(event, DocumentIssued)}
    duties = rules.book.procedures[decision.state.procedure].duties
    opened = {event.duty.kind for event in decision.events if isinstance(event, DutyOpened)}
    if any(duties[kind].service == "proof" for kind in opened):
        issued |= {document.id for document in decision.state.papers.values() if document.status == "approved"}
    by_people = any(isinstance(event, ActionTaken) and event.actor == "staff" for event in decision.events)
    if not issued or not by_people:
        return None
    waiting = _waiting.all(tuple(issued))
    if any(kept.in_force(document.issuer) is not None for document in waiting):
        return FormError("", "not-sealed", _("文书还没有盖章；请先在“待盖章”里盖章，或者上传签章后的扫描件"))
    return None


_waiting: Final = Prepared(
    lambda ids: DocumentRecord.objects.filter(id__in=ids, sealed_at=None).select_related("issuer")
)


def _rejected(why: str, message: str) -> Rejected:
    return Rejected((FormError("", why, message),))


def _asked_for(
    id: UUID, case: Case, actor: Actor, obstacle_for: Callable[[Rules, State, str, Actor], DocumentObstacle | None]
) -> tuple[Rules, State, str, DocumentRecord] | Rejected:
    """The approved document ``id`` of the case with its kind, or why ``actor`` may not seal it by what ``obstacle_for``."""
    rules, state = load(case.rulebook), codec.loads(case.state)
    kind = kind_of(state, id)
    row = DocumentRecord.objects.select_related("issuer").filter(id=id, case=case).first()
    if kind is None or row is None:
        return refused("not-open")
    obstacle = obstacle_for(rules, state, kind, actor)
    if obstacle is None and row.issuer_id != actor.organisation:
        obstacle = "not-yours"
    return refused(obstacle) if obstacle is not None else (rules, state, kind, row)


def _to_seal(request: Sealing, case: Case, actor: Actor) -> tuple[Rules, State, str, DocumentRecord] | Rejected:
    """As ``_asked_for``, of the text that was read and does not bear a seal yet."""
    found = _asked_for(request.document, case, actor, may_seal)
    if isinstance(found, Rejected):
        return found
    _rules, state, kind, row = found
    if request.digest != state.papers[kind].text.commitment:
        return _rejected(STALE, _("您打开之后文书又改过，请重新阅读后再盖章"))
    return _rejected("sealed", _("这份文书已经盖章")) if row.sealed_at is not None else found


@dataclass(frozen=True, slots=True)
class _ReadScan:
    """A scan that was compared with a document, as that was while the case was not locked."""

    content: DocumentContent
    made: SignedCopy


def _read_scan(request: Sealing, case: Case, actor: Actor, at: datetime) -> _ReadScan | Rejected:
    """What the scan is, or why it seals nothing; the case is not locked meanwhile, for taking the scan apart may take a while."""
    found = _to_seal(request, case, actor)
    if isinstance(found, Rejected):
        return found
    rules, _state, _kind, row = found
    content = _as_approved(case, row, actor, at)
    if content is None:
        return _rejected("erased", _("保管期限已满，信访人资料已销毁"))
    choices = choices_of(rules, rules.book.procedures[case.procedure], row.kind)
    made = signed_copy(request.files, content, choices, upside_down=request.upside_down)
    return Rejected((made,)) if isinstance(made, FormError) else _ReadScan(content, made)


def _seal(request: Sealing, actor: Actor, at: datetime, scan: _ReadScan | None, case: Case) -> Accepted | Rejected:
    found = _to_seal(request, case, actor)
    if isinstance(found, Rejected):
        return found
    rules, state, kind, row = found
    document = state.papers[kind]
    writing = DocumentWriting(case, rules, state, actor, at)
    done = _by_certificate(row, at) if scan is None else _scanned(scan, case, row, actor, at)
    if isinstance(done, FormError):
        return Rejected((done,))
    assert actor.person is not None
    way, kept_scan = done
    writing.add(DocumentSealed(document.id, document.version, document.text.commitment, way, actor.person, kept_scan))
    for event in issued_at_once(rules, writing.state, kind) if way != "picture" else ():
        writing.add(event)
    return Accepted(case, writing.write())


def _compare(request: ScanComparison, actor: Actor, at: datetime, case: Case) -> Accepted | Rejected:
    found = _asked_for(request.document, case, actor, may_compare)
    if isinstance(found, Rejected):
        return found
    rules, state, kind, row = found
    document = state.papers[kind]
    if row.sealed_at is not None or row.scan != request.scan or request.digest != document.text.commitment:
        return _rejected(STALE, _("您打开之后文书或者签章件又换过，请重新核对"))
    if row.sealed_by_id == actor.person:
        return _rejected("same-person", _("签章件由您上传，须由另一人核对"))
    assert actor.person is not None
    writing = DocumentWriting(case, rules, state, actor, at)
    writing.add(DocumentSealed(document.id, document.version, document.text.commitment, "compared", actor.person))
    for event in issued_at_once(rules, writing.state, kind):
        writing.add(event)
    return Accepted(case, writing.write())


def _by_certificate(row: DocumentRecord, at: datetime) -> tuple[Literal["seal"], None] | FormError:
    """That the certificate of the organ seals, or why it cannot now."""
    try:
        kept.opened(row.issuer, at)
    except kept.NoSeal:
        if kept.in_force(row.issuer) is None:
            return FormError("", "no-seal", _("本机构没有电子印章；请打印盖章后上传扫描件"))
        return FormError(
            "", "seal-expired", _("电子印章的证书不在有效期内，请管理员更换证书，或者打印盖章后上传扫描件")
        )
    return "seal", None


def _scanned(
    scan: _ReadScan, case: Case, row: DocumentRecord, actor: Actor, at: datetime
) -> tuple[Literal["hand", "picture"], TextRef] | FormError:
    """How the scan seals the document, and the scan as it is kept with the case."""
    made, content = scan.made, scan.content
    if _as_approved(case, row, actor, at) != content:
        return FormError("", STALE, _("您打开之后文书又改过，请重新阅读后再盖章"))
    if not made.is_compared and _approved(case, row.id) == actor.person:
        return FormError("", "same-person", _("文书由您签发，签章件须由另一人上传"))
    file = attachments.unsealed(File(f"{content.file_stem}-签章件.pdf", made.content), at)
    store_files([file], case, None, case.petitioner, at)
    return "hand" if made.is_compared else "picture", file.ref


def _as_approved(case: Case, row: DocumentRecord, actor: Actor, at: datetime) -> DocumentContent | None:
    """The document as it is printed; None where what it says was erased."""
    shown = document_called(load_case(case), row.id)
    return draft_content(shown, case, covered(shown, case, actor, at)) if shown is not None else None


def _approved(case: Case, document: UUID) -> object:
    """Who approved a document last."""
    chain = read_chain(case.id, DocumentApproved)
    taken = [
        one.actor.get("person")
        for one in chain
        if isinstance(one.event, DocumentApproved) and one.event.paper == document
    ]
    return taken[-1] if taken else None
