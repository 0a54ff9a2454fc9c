"""The certificates with which organisations seal documents: brought in from PKCS#12 files, kept sealed, retired when another follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import filetype
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, pkcs12
from django.db import transaction

from huiyin.errors import HuiyinError, reading_what_came
from huiyin.language import gettext as _
from huiyin.people import administration
from huiyin.people.ids import new_id
from huiyin.people.models import Account, Organisation, OrganisationSeal
from huiyin.rows import Prepared
from huiyin.sealing.aead import open_sealed, seal
from huiyin.sealing.keyring import derive

MAX_BYTES: Final = 64 * 1024
MAX_PICTURE_BYTES: Final = 200 * 1024
MAX_PICTURE_SIDE: Final = 4000
"""Dots: ten centimetres at a thousand an inch. A small file can promise far more, which costs memory whenever a document is laid out."""
MIN_RSA_BITS: Final = 2048
PURPOSE: Final = "organisation-seal"
SIGNING_USES: Final = ("digital_signature", "content_commitment")


class NoSeal(HuiyinError):
    """Raised for a file or a picture with which nothing can be sealed, or where an organisation has no certificate in force."""


@dataclass(frozen=True, slots=True)
class OpenedSeal:
    """A certificate with its private key (PKCS#12 without a password), and the picture of the seal: PNG, empty where there is none."""

    id: UUID
    pkcs12: bytes = field(repr=False)
    picture: bytes = field(repr=False)


def add(
    organisation: Organisation,
    content: bytes,
    password: str,
    at: datetime,
    by: Account | None = None,
    picture: bytes = b"",
) -> OrganisationSeal:
    """Bring in the certificate with which an organisation seals from now on; the one before is retired.

    Args:
        organisation: in whose name it seals.
        content: a PKCS#12 file (RFC 7292) with one certificate, its private key, and those that issued it.
        password: of the file; it is not kept.
        at: now (aware).
        by: who decides; None for the command line.
        picture: of the seal, PNG, which stands over the name of the organ and the day (GB/T 9704-2012, 7.3.5.1).

    Raises:
        NoSeal: if the file cannot be opened, its key is unfit, it is not valid today, or the picture is none.
    """
    certificate, kept = _opened(content, password, at)
    if picture and _is_no_picture(picture):
        raise NoSeal(_("这不是印章的图片"), _("请给 PNG，最大 200 KB，透明底、红色"))
    id = new_id(at)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(id=organisation.id)
        _retire(organisation, at, by)
        row = OrganisationSeal.objects.create(
            id=id,
            organisation=organisation,
            key=seal(derive(PURPOSE), kept, b"key" + id.bytes),
            picture=seal(derive(PURPOSE), picture, b"picture" + id.bytes) if picture else None,
            subject=certificate.subject.rfc4514_string()[:300],
            serial=f"{certificate.serial_number:x}",
            valid_from=certificate.not_valid_before_utc,
            valid_until=certificate.not_valid_after_utc,
            added_at=at,
        )
        administration.record_act(
            "add_seal", [row], at, None, by=by, organisation=organisation.id, subject=row.subject, reason=""
        )
    return row


def _is_no_picture(content: bytes) -> bool:
    sides = (
        int.from_bytes(content[at : at + 4], "big") for at in (16, 20)
    )  # of the IHDR, which comes first (ISO/IEC 15948, 5.6)
    is_png = filetype.guess_extension(content) == "png"
    return not is_png or len(content) > MAX_PICTURE_BYTES or max(sides) > MAX_PICTURE_SIDE


def retire(organisation: Organisation, at: datetime, by: Account | None = None) -> bool:
    """Seal with the certificate in force no more. False if there is none."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(id=organisation.id)
        return _retire(organisation, at, by)


def in_force(organisation: Organisation) -> OrganisationSeal | None:
    """The certificate with which an organisation seals, expired or not."""
    return _in_force.first(organisation.id)


_in_force: Final = Prepared(
    lambda organisation: OrganisationSeal.objects.filter(organisation_id=organisation, retired_at=None).order_by("pk")
)


def certificates() -> list[bytes]:
    """The certificates of all seals, retired ones too, in DER: by which documents that bear them are known."""
    found = []
    for row in OrganisationSeal.objects.order_by("added_at"):
        _key, certificate, _others = pkcs12.load_key_and_certificates(_opened_seal(row).pkcs12, None)
        assert certificate is not None
        found.append(certificate.public_bytes(Encoding.DER))
    return found


def opened(organisation: Organisation, at: datetime) -> OpenedSeal:
    """The seal in force, to be used. Raises NoSeal where there is none, or it is not valid at ``at``; SealBroken where somebody altered it."""
    row = in_force(organisation)
    if row is None:
        raise NoSeal(
            _("机构 %(code)s 没有用来盖章的证书") % {"code": organisation.code}, _("请用 `huiyin seal add` 添加")
        )
    if not _is_valid(row, at):
        day = row.valid_until.date() if at >= row.valid_until else row.valid_from.date()
        wrong = (
            _("机构 %(code)s 的证书已于 %(day)s 到期")
            if at >= row.valid_until
            else _("机构 %(code)s 的证书到 %(day)s 才生效")
        )
        raise NoSeal(wrong % {"code": organisation.code, "day": day}, _("请用 `huiyin seal add` 添加有效的"))
    return _opened_seal(row)


def can_seal(organisation: Organisation, at: datetime) -> bool:
    """Whether an organisation has a certificate that is valid at ``at``; its key is not opened."""
    row = in_force(organisation)
    return row is not None and _is_valid(row, at)


def seal_of(organisation: Organisation, at: datetime) -> OpenedSeal | None:
    """The seal with which documents of an organisation go out at ``at``; None where it has none that is valid then."""
    row = in_force(organisation)
    return _opened_seal(row) if row is not None and _is_valid(row, at) else None


def _is_valid(row: OrganisationSeal, at: datetime) -> bool:
    return row.valid_from <= at < row.valid_until


def _opened_seal(row: OrganisationSeal) -> OpenedSeal:
    secret = derive(PURPOSE)
    picture = open_sealed(secret, bytes(row.picture), b"picture" + row.id.bytes) if row.picture else b""
    return OpenedSeal(row.id, open_sealed(secret, bytes(row.key), b"key" + row.id.bytes), picture)


def _retire(organisation: Organisation, at: datetime, by: Account | None) -> bool:
    row = in_force(organisation)
    if row is None:
        return False
    row.retired_at = at
    row.save(update_fields=["retired_at"])
    administration.record_act(
        "retire_seal", [row], at, None, by=by, organisation=organisation.id, subject=row.subject, reason=""
    )
    return True


def _opened(content: bytes, password: str, at: datetime) -> tuple[x509.Certificate, bytes]:
    """The certificate of a file, and the file again without its password."""
    if not 0 < len(content) <= MAX_BYTES:
        raise NoSeal(_("这不是 PKCS#12 文件"), _("请给证书签发者给的 .p12 或 .pfx 文件"))
    with reading_what_came(NoSeal(_("文件打不开；密码或格式不对"), _("请检查密码，并确认是 PKCS#12 文件"))):
        key, certificate, others = pkcs12.load_key_and_certificates(content, password.encode() or None)
    if key is None or certificate is None:
        raise NoSeal(_("文件缺证书或者私钥"), _("请把两者导出到一个文件"))
    _refuse_unfit(key, certificate, at)
    made = pkcs12.serialize_key_and_certificates(None, key, certificate, others, NoEncryption())  # type: ignore[arg-type]
    return certificate, made


def _refuse_unfit(key: object, certificate: x509.Certificate, at: datetime) -> None:
    if isinstance(key, rsa.RSAPrivateKey):
        if key.key_size < MIN_RSA_BITS:
            raise NoSeal(
                _("它的密钥有 %(key_size)s 位") % {"key_size": key.key_size},
                _("请申请至少 %(least)s 位的") % {"least": MIN_RSA_BITS},
            )
    elif not isinstance(key, ec.EllipticCurvePrivateKey):
        raise NoSeal(_("这种密钥不能在这里给 PDF 签章"), _("请申请 RSA 或椭圆曲线（P-256）密钥"))
    if not certificate.not_valid_before_utc <= at.astimezone(UTC) < certificate.not_valid_after_utc:
        until = certificate.not_valid_after_utc.date()
        raise NoSeal(
            _("它的有效期是 %(since)s 到 %(until)s")
            % {"since": certificate.not_valid_before_utc.date(), "until": until},
            _("请给一个有效的"),
        )
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError, InvalidSignature):
        return
    if not any(getattr(usage, name) for name in SIGNING_USES):
        raise NoSeal(_("它的证书不是用来签名的"), _("请申请用途为数字签名的"))
