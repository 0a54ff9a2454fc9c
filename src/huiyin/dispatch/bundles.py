"""All documents that wait to be served as one file to print: asked for by a page, made by workers piece by piece, gone after a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Final
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from pypdf import PdfReader, PdfWriter

from huiyin.casework.history import read_history
from huiyin.casework.lists.duties import owed_by
from huiyin.casework.lists.service import chosen
from huiyin.casework.models import Duty
from huiyin.casework.visible import duties_visible_to
from huiyin.dispatch.models import Bundle, Piece
from huiyin.documents import addressee
from huiyin.documents.compose import content_of
from huiyin.documents.layout import NoGlyph
from huiyin.documents.pdf import pdf
from huiyin.documents.service import blank_record
from huiyin.documents.serving import NothingToServe, document_to_serve, one_each
from huiyin.documents.sheets import CoverLine, cover_pdf
from huiyin.jobs import kinds, piecewise
from huiyin.jobs.models import Job
from huiyin.jobs.queue import Progress
from huiyin.people.ids import new_id
from huiyin.people.models import Account
from huiyin.procedure.command import Actor
from huiyin.procedure.confidentiality.levels import NOT_BUNDLED
from huiyin.sealing.aead import open_sealed, seal
from huiyin.sealing.keyring import derive

DOCUMENTS_A_PIECE: Final = 10
MAX_DOCUMENTS: Final = 1_000
"""More documents than an office sends on a day; more are asked for in two bundles."""
KEPT: Final = timedelta(days=1)
"""It is printed on the day on which it is asked for, and holds names and texts."""
SEAL: Final = "bundle"

journal = structlog.get_logger("huiyin.dispatch")


def begin(actor: Actor, account: Account, duties: Collection[UUID], at: datetime) -> Bundle | None:
    """Have the documents about which ``duties`` are printed, as far as ``actor`` owes them and their level lets them lie among others; None when
    there is none of these.
    """
    assert actor.post is not None  # whoever has a page open acts in a post
    owed = [duty.id.hex for duty in chosen(actor, duties) if duty.case.level not in NOT_BUNDLED][:MAX_DOCUMENTS]
    if not owed:
        return None
    bundle = Bundle(
        id=new_id(at),
        organisation_id=actor.organisation,
        account=account,
        post_id=actor.post,
        duties=owed,
        asked_at=at,
    )
    piecewise.begin(bundle, kinds.bundle(actor.organisation, bundle.id, bundle.total, at))
    return bundle


def once(actor: Actor, duties: Collection[UUID]) -> list[UUID]:
    """``duties`` as they are printed: each document once, whatever ``actor`` owes about it."""
    owed = chosen(actor, duties)
    twice = {duty.id for duty in owed} - {duty.id for duty in one_each(owed)}
    return [id for id in duties if id not in twice]


def asked_by(actor: Actor, id: UUID) -> Bundle | None:
    """The bundle if ``actor`` asked for it in the post in which they act now and every document in it still may lie among others in their hands.

    There is none for everybody else, nor once a case accuses them, is raised to a level that forbids it, or its document is for somebody else
    to serve. A document that was served since remains: it may have to be printed again.
    """
    if actor.person is None or actor.post is None:
        return None
    found = Bundle.objects.filter(id=id, account_id=actor.person, post_id=actor.post).first()
    if found is None:
        return None
    theirs = duties_visible_to(actor).filter(owed_by(actor), id__in=found.duties)
    if theirs.exclude(case__level__in=NOT_BUNDLED).count() < found.total:
        return None
    return found


def carry_on(job: Job, at: datetime) -> Progress | None:
    """Print the next documents of the bundle that ``job`` is about; None when it is done."""
    found = piecewise.go_on(Bundle.objects.all(), job.payload["bundle"], at)
    if found is None:
        return None
    bundle, actor = found
    duties = [UUID(hex=duty) for duty in bundle.duties[bundle.done : bundle.done + DOCUMENTS_A_PIECE]]
    made, entries = _printed(actor, duties, at)
    _keep(bundle, made, entries, at)
    done = bundle.done + len(duties)
    return Progress(done, bundle.total) if done < bundle.total else None


def give_up(job: Job, at: datetime) -> None:
    """The bundle that ``job`` is about failed too often; whoever puts the job back lets it go on where it stood."""
    piecewise.give_up(Bundle.objects.all(), job.payload["bundle"], at)


def forget(at: datetime) -> int:
    """Delete bundles that are older than a day; how many."""
    return piecewise.forget(Bundle.objects.filter(asked_at__lt=at - KEPT))


def printed_file(bundle: Bundle, organ: str) -> bytes:
    """The whole bundle as PDF, its cover first. Raises SealBroken, NoGlyph."""
    key, writer = derive(SEAL), PdfWriter()
    pieces = list(Piece.objects.filter(bundle=bundle).order_by("position"))
    entries = [CoverLine(*entry) for piece in pieces for entry in piece.entries]
    files = [cover_pdf(entries, organ, timezone.localdate(bundle.asked_at))]
    files += [open_sealed(key, bytes(piece.content), piece.id.bytes) for piece in pieces if piece.content]
    for file in files:
        writer.append(BytesIO(file), import_outline=False)
    return _written(writer)


def _printed(actor: Actor, asked: Sequence[UUID], at: datetime) -> tuple[bytes, list[CoverLine]]:
    """The documents of ``asked`` one after the other, each with its record of service; of what is no longer owed only that it is not."""
    owed = {duty.id: duty for duty in chosen(actor, asked) if duty.case.level not in NOT_BUNDLED}
    writer, entries = PdfWriter(), []
    for id in asked:
        duty = owed.get(id)
        files, entry = _document(duty, actor, at) if duty is not None else ((), CoverLine("", "", 0, "已不待送达"))
        for file in files:
            writer.append(BytesIO(file), import_outline=False)
        entries.append(entry)
    return _written(writer) if len(writer.pages) else b"", entries


def _document(duty: Duty, actor: Actor, at: datetime) -> tuple[tuple[bytes, ...], CoverLine]:
    past = read_history(duty.case, actor)
    try:
        document = document_to_serve(duty, past, at)
        named = addressee.in_full(document, duty.case, actor, at)
        files = pdf(content_of(document, past, named)), pdf(blank_record(document, past, named))
    except NothingToServe:
        return (), CoverLine(duty.case.number, "", 0, "没有待送达的文书")
    except NoGlyph:
        return (), CoverLine(duty.case.number, document.label, 0, "有字体缺字，请下载 Word")
    return files, CoverLine(
        duty.case.number, document.label, sum(len(PdfReader(BytesIO(file)).pages) for file in files)
    )


def _written(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _keep(bundle: Bundle, made: bytes, entries: list[CoverLine], at: datetime) -> None:
    """The piece, and how far the bundle is, at once; a piece that another worker was faster with is left out."""
    id, done = new_id(at), bundle.done + len(entries)
    piece = Piece(
        id=id,
        bundle=bundle,
        position=bundle.done,
        content=seal(derive(SEAL), made, id.bytes) if made else b"",
        entries=[[entry.number, entry.title, entry.pages, entry.left_out] for entry in entries],
    )
    try:
        with transaction.atomic():
            piece.save(force_insert=True)
            ended = at if done >= bundle.total else None
            Bundle.objects.filter(id=bundle.id).update(done=F("done") + len(entries), ended_at=ended, reason="")
    except IntegrityError:
        return
    if ended:
        journal.info("bundle printed", bundle=str(bundle.id), papers=done)
