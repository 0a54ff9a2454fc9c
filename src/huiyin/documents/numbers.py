"""The number of a document (发文字号): the organ's code, the year in brackets, which document of its year (GB/T 9704-2012, 7.2.5)."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from huiyin.casework.history import Document
from huiyin.casework.models import Case
from huiyin.documents.content import NO_NUMBER
from huiyin.people.models import Organisation

SERIES_WORDS: Final = {"papers": "", "sealed-papers": "专", "reports": "报"}
"""What tells the documents of sealed cases, and reports on the work, which are counted apart, from the others, and nobody what the matter is about."""


def document_number(document: Document, case: Case) -> str:
    """The number of a document, such as 临信访〔2026〕1号, as the register of the organ counts it whose document it is; the place for one where it
    has none: documents from before they were counted, and documents of a higher organ from before its own register counted them.
    """
    counted_by = document.counted_by or case.organisation_id
    if document.serial is None or document.series not in SERIES_WORDS or document.issuer.id != counted_by:
        return NO_NUMBER
    year = document.period or str(timezone.localtime(document.issued_at).year)
    return number_in_words(document.issuer, document.series, year, document.serial)


def number_in_words(issuer: Organisation, series: str, period: str, number: int) -> str:
    """A number of the register of ``issuer`` as documents write it."""
    return f"{issuer.paper_code}{SERIES_WORDS[series]}〔{period}〕{number}号"
