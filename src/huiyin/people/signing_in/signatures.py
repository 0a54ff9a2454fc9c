"""The picture of somebody's signature: sealed, and shown to its owner alone."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import filetype
from django.db import transaction

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people import administration
from huiyin.people.models import Account, Signature
from huiyin.sealing.aead import open_sealed, seal
from huiyin.sealing.keyring import derive

MAX_BYTES: Final = 200 * 1024
TYPES: Final = {"png": "image/png", "jpg": "image/jpeg"}


class NoPicture(HuiyinError):
    """Raised for a file that cannot be a signature: neither PNG nor JPEG by its content, empty, or larger than ``MAX_BYTES``."""

    to_do = gettext_noop("请给 PNG 或 JPEG 图片，最大 200 KB")


def keep(account: Account, content: bytes, at: datetime) -> None:
    """Keep a picture in place of the former one. Raises NoPicture."""
    kind = filetype.guess_extension(content) if 0 < len(content) <= MAX_BYTES else None
    if kind not in TYPES:
        raise NoPicture(_("这不是签名的图片"))
    sealed = seal(derive("signature"), content, _place(account))
    with transaction.atomic():
        kept, _is_new = Signature.objects.update_or_create(
            account=account, defaults={"sealed": sealed, "type": TYPES[kind], "changed_at": at}
        )
        administration.record("keep_signature", [kept], at, administration.acting(account))


def remove(account: Account, at: datetime) -> bool:
    """Throw the picture away. False if there was none."""
    with transaction.atomic():
        gone = list(Signature.objects.select_for_update().filter(account=account))
        Signature.objects.filter(id__in=[each.id for each in gone]).delete()
        administration.record("remove_signature", [], at, administration.acting(account), gone=gone)
    return bool(gone)


def has_one(account: Account) -> bool:
    """Whether there is a picture."""
    return Signature.objects.filter(account=account).exists()


def picture(account: Account) -> tuple[bytes, str] | None:
    """The picture and its media type; None where there is none. Raises SealBroken where somebody altered it."""
    kept = Signature.objects.filter(account=account).first()
    if kept is None:
        return None
    return open_sealed(derive("signature"), bytes(kept.sealed), _place(account)), kept.type


def _place(account: Account) -> bytes:
    return b"signature/" + account.id.bytes
