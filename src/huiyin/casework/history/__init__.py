"""What happened to a case, told from the ledger: the timeline, and the documents that were issued."""

from huiyin.casework.history.entries import Shown
from huiyin.casework.history.issued import ADDRESSEES, Document, document_of_draft, documents, drafted
from huiyin.casework.history.reading import (
    CONTACTS,
    NOTES,
    READ_BY_PEOPLE,
    Contact,
    History,
    contacts,
    read_history,
    said_so_far,
)
from huiyin.casework.history.story import HistoryStep, steps, with_seen_codes

__all__ = [
    "ADDRESSEES",
    "CONTACTS",
    "NOTES",
    "READ_BY_PEOPLE",
    "Contact",
    "Document",
    "History",
    "HistoryStep",
    "Shown",
    "contacts",
    "document_of_draft",
    "documents",
    "drafted",
    "read_history",
    "said_so_far",
    "steps",
    "with_seen_codes",
]
