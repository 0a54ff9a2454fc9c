"""The documents of a file: what was issued, the record of each service, and what a step is printed as. The one place that says which documents a package holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from huiyin.archive.package.items import ItemKind
from huiyin.casework.history import Document, History
from huiyin.documents.addressee import addressee_of
from huiyin.documents.compose import contents_of
from huiyin.documents.content import DocumentContent
from huiyin.documents.service import is_served, service_record
from huiyin.documents.steps.step_document import step_documents


class FiledDocument(NamedTuple):
    """A document as it goes into the package; ``seq`` is the event of the action that brought it, ``note`` what the catalogue adds to its title."""

    seq: int
    kind: ItemKind
    content: DocumentContent
    note: str = ""


def filed_documents(past: History, names: Sequence[str], through: int) -> Iterator[FiledDocument]:
    """Every document of a case up to event ``through``, oldest first, each followed by the record of its service where a step served it; then
    those of the office's own: reports, sheets of approval, minutes.

    Args:
        past: the history of the case.
        names: the petitioners to whom documents are, read already.
        through: the number of the last event of the package.
    """

    def addressee(document: Document) -> str:
        return addressee_of(document, past.case, list(names))

    documents = list(contents_of(past, addressee))
    issued = {document.id: content.number for document, content in documents}
    for document, content in documents:
        if document.seq > through:
            continue
        new = issued.get(document.replaced_by) if document.replaced_by else None
        yield FiledDocument(document.seq, "paper", content, f"（已由{new}更正）" if new else "")
        if is_served(document, past):
            yield FiledDocument(document.seq, "service", service_record(document, past, addressee(document)))
    for seq, sheet in step_documents(past):
        if seq <= through:
            yield FiledDocument(seq, "paper", sheet)
