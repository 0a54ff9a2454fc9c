"""Whether a document is genuine, for whoever holds it: its number of the year and the beginning of its digest lead to what the register says.

Nothing is said of what a document is about, to whom it is, or what kind it is, and the number stands without the signs that tell the documents of
sealed cases from others: those who hold the document read them there.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

import qrcode
from django.conf import settings
from django.utils import timezone
from qrcode.constants import ERROR_CORRECT_M

from huiyin.casework.models import DocumentRecord, DocumentVersion

SHOWN: Final = 16
"""Hex digits of the digest that stand on a document: 64 bits of a salted commitment, which nobody guesses."""
_CODE: Final = re.compile(r"[0-9a-f]{16,64}")
_DASHES_AND_UNSEEN: Final = re.compile(r"[\W_]")
_MIXED_UP: Final = str.maketrans("oil", "011")
"""Letters that are no hex digits, and what people take them for on paper."""
_ADDRESS: Final = re.compile(r"/verify/([\w-]+)/(\d{4}-\d+)/([0-9a-f]+)")
MAX_TYPED_CHARS: Final = 400
"""Of an address with the name of any host."""
VerifiedStatus = Literal["approved", "issued", "replaced", "voided"]


@dataclass(frozen=True, slots=True)
class VerifiedDocument:
    """A document as anybody who holds it is told of it: whose, which of its year, the day that stands on it, how it stands.

    ``replaced_by`` is the address of the one by which it was corrected.
    """

    organ: str
    number: str
    day: date
    digest: str
    status: VerifiedStatus
    replaced_by: str = ""


def place_of(row: DocumentRecord, digest: str) -> str:
    """The part of the address that is a paper's own; empty where it has no number."""
    return _place(row.issuer.code, f"{row.period}-{row.number}", digest) if row.number else ""


def address_of(row: DocumentRecord, digest: str) -> str:
    """The whole address, as it stands on a document."""
    return address(row.issuer.code, f"{row.period}-{row.number}", digest) if row.number else ""


def address(issuer: str, number: str, digest: str) -> str:
    """The same of any paper: by the code of its organ, its number (2026-1) and the digest of what stands on it."""
    return f"{settings.HUIYIN_PUBLIC_URL}{_place(issuer, number, digest)}"


def _place(issuer: str, number: str, digest: str) -> str:
    return f"/verify/{issuer}/{number}/{digest[:SHOWN]}/"


class AskedPaper(NamedTuple):
    """Which paper somebody asks about: the ``code`` is the beginning of its digest, empty where none was meant; ``issuer`` and ``number`` (2026-1) are what
    stands in an address beside it, and must fit where they are given.
    """

    code: str
    issuer: str = ""
    number: str = ""

    def is_of(self, issuer: str, number: str) -> bool:
        """Whether a paper of this organ and number is meant."""
        return self.issuer in ("", issuer) and self.number in ("", number)


def asked_paper(code: str, issuer: str = "", number: str = "") -> AskedPaper:
    """What is asked by a code of 16 hex digits or more, however they are grouped."""
    bare = _DASHES_AND_UNSEEN.sub("", unicodedata.normalize("NFKC", code)).lower().translate(_MIXED_UP)
    return AskedPaper(bare if _CODE.fullmatch(bare) else "", issuer, number)


def asked_as_typed(typed: str) -> AskedPaper:
    """What is asked by what somebody typed or pasted: the digits, in any width, with any dashes, or the whole address."""
    plain = unicodedata.normalize("NFKC", typed[:MAX_TYPED_CHARS])
    found = _ADDRESS.search("".join(char for char in plain if unicodedata.category(char) not in ("Cf", "Zs")))
    return asked_paper(found[3], found[1], found[2]) if found else asked_paper(plain)


def verified(asked: AskedPaper) -> VerifiedDocument | None:
    """The document of a case that is asked about; None where no register has it."""
    if not asked.code:
        return None
    bare = asked.code
    versions = DocumentVersion.objects.filter(digest__gte=bare, digest__lt=f"{bare}g").select_related("paper__issuer")
    for version in versions:
        row = version.paper
        if row.number is None or row.approved_at is None or version.version != row.approved_version:
            continue
        if not asked.is_of(row.issuer.code, f"{row.period}-{row.number}"):
            continue
        return _verified(row, version.digest)
    return None


def _verified(row: DocumentRecord, digest: str) -> VerifiedDocument | None:
    if row.status not in ("approved", "issued", "voided") or row.approved_at is None:
        return None  # its approval lapsed: no such text was, or will be, issued
    new = (
        DocumentRecord.objects.select_related("issuer")
        .filter(replaces=row.id, case=row.case_id, status="issued")
        .first()
    )
    status: VerifiedStatus = "replaced" if new is not None else row.status  # type: ignore[assignment]
    return VerifiedDocument(
        organ=row.issuer.name,
        number=f"〔{row.period}〕{row.number}号",
        day=timezone.localtime(row.approved_at).date(),
        digest=digest,
        status=status,
        replaced_by=_place_of_issued(new) if new is not None else "",
    )


def _place_of_issued(row: DocumentRecord) -> str:
    version = DocumentVersion.objects.filter(paper=row.id, version=row.approved_version or 0).first()
    return place_of(row, version.digest) if version is not None else ""


def grouped(digest: str) -> str:
    """The digits that stand on a document, in fours, to be read out and typed."""
    return "-".join(digest[at : at + 4].upper() for at in range(0, SHOWN, 4))


def picture_of(address: str) -> str:
    """The address as a QR code (ISO/IEC 18004), an SVG of black squares."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=2)
    code.add_data(address)
    rows = code.get_matrix()
    squares = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark)
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path d="{squares}"/></svg>'
    )
