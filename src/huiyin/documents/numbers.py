"""The number of a paper (发文字号): the organ's code, the year in brackets, which paper of its year (GB/T 9704-2012, 7.2.5)."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from huiyin.casework.history import Document
from huiyin.casework.models import Case
from huiyin.documents.content import NO_NUMBER

SERIES_WORDS: Final = {"papers": "", "sealed-papers": "专"}
"""What tells the papers of sealed cases, which are counted apart, from the others, and nobody what the matter is about."""


def paper_number(document: Document, case: Case) -> str:
    """The number of a paper, such as 临信访〔2026〕1号, as the register of its organisation counts it; the place for one where it has none:
    papers of another organ, whose own register counts them, and those from before papers were counted.
    """
    if document.serial is None or document.series not in SERIES_WORDS or document.issuer.id != case.organisation_id:
        return NO_NUMBER
    year = timezone.localtime(document.issued_at).year
    return f"{document.issuer.paper_code}{SERIES_WORDS[document.series]}〔{year}〕{document.serial}号"
