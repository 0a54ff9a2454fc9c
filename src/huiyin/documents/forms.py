"""A document in the form in which somebody asked for it, with what a browser must know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from huiyin.casework.models import Attachment, DocumentRecord
from huiyin.casework.sealed.attachments import read_file
from huiyin.documents.content import DocumentContent
from huiyin.documents.page import page
from huiyin.documents.pdf import pdf
from huiyin.documents.seals.kept import seal_of
from huiyin.documents.seals.signing import sealed_pdf
from huiyin.documents.word import docx_of
from huiyin.people.models import Organisation


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document as a file: its ``name`` says what it is and nothing of what it holds; ``type`` is its media type."""

    name: str
    type: str
    content: bytes


RENDERERS: Final[Mapping[str, tuple[str, Callable[[DocumentContent], bytes]]]] = {
    "html": ("text/html; charset=utf-8", page),
    "pdf": ("application/pdf", pdf),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", docx_of),
}


def rendered(document: DocumentContent, form: str) -> Rendered:
    """The document as a file of that ``form``, one of ``RENDERERS``. Raises NoGlyph, NoTypeface for a PDF that cannot be set."""
    type_, render = RENDERERS[form]
    return _file(document, form, type_, render(document))


def handed_out(document: DocumentContent, form: str, issuer: Organisation, at: datetime) -> Rendered:
    """As ``rendered``, of a document that is complete and leaves the office: a PDF bears the seal of ``issuer``, where it has one at ``at``.

    Of a document that was approved, only where somebody sealed it; one that was signed by hand is its scan.
    """
    if form != "pdf":
        return rendered(document, form)
    drafted = DocumentRecord.objects.filter(id=document.id).first()
    signed = drafted.scan if drafted is not None and drafted.sealed_at is not None else None
    scan = Attachment.objects.filter(id=signed).first() if signed is not None else None
    if scan is not None:
        return _file(document, form, scan.type, read_file(scan).content)
    return (
        with_seal(document, issuer, at)
        if drafted is None or drafted.sealed_at is not None
        else rendered(document, form)
    )


def with_seal(document: DocumentContent, issuer: Organisation, at: datetime) -> Rendered:
    """The document as a PDF with the seal of ``issuer``; without, where none of its certificates is valid at ``at``."""
    seal = seal_of(issuer, at)
    if seal is None:
        return rendered(document, "pdf")
    sealed = sealed_pdf(pdf(document, seal.picture), seal, document.organ, f"{document.title} {document.number}")
    return _file(document, "pdf", RENDERERS["pdf"][0], sealed)


def _file(document: DocumentContent, form: str, type_: str, content: bytes) -> Rendered:
    return Rendered(f"{document.file_stem}.{form}", type_, content)
