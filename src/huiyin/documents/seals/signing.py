"""Sealing a PDF with an organisation's certificate (PAdES baseline B-B, ETSI EN 319 142-1), and looking at the seals of a PDF.

Sealing fixes the file: whoever changes anything afterwards breaks the seal (ISO 32000-1, 12.8.2.2, certification without changes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final, TypeVar

from asn1crypto import pem
from asn1crypto import x509 as asn1
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from huiyin.documents.seals.kept import NoSeal, OpenedSeal
from huiyin.errors import HuiyinError, reading_what_came
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

Done = TypeVar("Done")
FIELD: Final = "Seal"
MAX_PDF_BYTES: Final = 50 * 1024 * 1024
MAX_SIGNATURES: Final = 20
_USES: Final = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)


class NoPdf(HuiyinError):
    """Raised for a file that cannot be read as PDF."""

    to_do = gettext_noop("请给发出时的 PDF 文件")


@dataclass(frozen=True, slots=True)
class FoundSignature:
    """What one signature of a PDF says: of whom, whether the bytes that it covers are unchanged, whether it covers all of the file, and
    whether its certificate leads to one that is trusted. ``at`` is when the signer says that it was made.
    """

    signer: str
    serial: str
    at: datetime | None
    intact: bool
    whole: bool
    trusted: bool

    @property
    def good(self) -> bool:
        """Whether the file is what the signer sealed, and the signer known."""
        return self.intact and self.whole and self.trusted


def sealed_pdf(content: bytes, with_seal: OpenedSeal, organ: str, reason: str) -> bytes:
    """The PDF with the seal of ``organ`` on it; ``reason`` is what for (the kind and number of the document). Raises NoPdf, NoSeal."""
    signer = signers.SimpleSigner.load_pkcs12_data(with_seal.pkcs12, other_certs=[], passphrase=None)
    if signer is None:
        raise NoSeal(_("保存的证书不能用"), _("请用 `huiyin seal add` 重新添加"))
    about = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        name=organ,
        reason=reason,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    try:
        made = _apart(lambda: _signed(content, about, signer))
    except (PdfError, SigningError):
        raise NoPdf(_("文件不能盖章：不是 PDF，或者已经盖过")) from None
    sealed: bytes = made.getvalue()
    return sealed


def signatures_of(content: bytes, trusted: Iterable[bytes] = ()) -> tuple[FoundSignature, ...]:
    """The signatures of a PDF, oldest first; ``trusted`` are certificates in DER or PEM by which signers are known. Raises NoPdf."""
    if len(content) > MAX_PDF_BYTES:
        raise NoPdf(_("文件超过 50 MB"))
    roots = [_certificate(one) for one in trusted]
    with reading_what_came(NoPdf(_("文件不能当作 PDF 读"))):
        found = PdfFileReader(BytesIO(content)).embedded_signatures[:MAX_SIGNATURES]
        return _apart(lambda: tuple(_seen(one, roots) for one in found))


def _signed(content: bytes, about: signers.PdfSignatureMetadata, signer: signers.Signer) -> BytesIO:
    made: BytesIO = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(content)), about, signer, new_field_spec=SigFieldSpec(FIELD)
    )
    return made


def _apart(work: Callable[[], Done]) -> Done:
    """What ``work`` gives, in a thread without an event loop of its own: pyHanko starts one, which a thread that has one refuses."""
    with ThreadPoolExecutor(max_workers=1) as aside:
        return aside.submit(work).result()


def _seen(signature: object, roots: list[asn1.Certificate]) -> FoundSignature:
    known = ValidationContext(trust_roots=roots, allow_fetching=False, best_signature_time=None)
    status = validate_pdf_signature(signature, known, key_usage_settings=_USES)  # type: ignore[arg-type]
    certificate = status.signing_cert
    return FoundSignature(
        signer=certificate.subject.human_friendly,
        serial=f"{certificate.serial_number:x}",
        at=status.signer_reported_dt,
        intact=bool(status.intact and status.valid),
        whole=bool(status.docmdp_ok) and status.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        trusted=bool(status.trusted) or any(certificate.dump() == root.dump() for root in roots),
    )


def _certificate(content: bytes) -> asn1.Certificate:
    if pem.detect(content):
        _kind, _headers, content = pem.unarmor(content)
    return asn1.Certificate.load(content)
