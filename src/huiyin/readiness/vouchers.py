"""Vouchers of what was spent: what may be one, what it is called, and keeping it sealed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.file_checks import kinds, packages
from huiyin.casework.sealed.attachments import NOT_IN_NAMES, OpenedFile
from huiyin.readiness.models import Spending
from huiyin.readiness.refusals import DoesNotFit
from huiyin.sealing.aead import open_sealed, seal
from huiyin.sealing.keyring import derive

MAX_VOUCHER_BYTES: Final = 5 * 1024 * 1024
MAX_NAME_CHARS: Final = 100
VOUCHERS: Final = (
    "pdf",
    *("jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif"),
    *("docx", "xlsx", "ofd", "doc", "xls", "wps"),
)
"""Of what may be attached to a petition: documents and pictures. Electronic invoices come as OFD."""
_KEY: Final = "readiness-vouchers"


def checked(name: str, content: bytes) -> OpenedFile:
    """A voucher under the name that it keeps. Raises DoesNotFit for what is none, too large, or unpacks to too much."""
    extension = _extension(name, content)
    if not extension or len(content) > MAX_VOUCHER_BYTES:
        raise DoesNotFit("no voucher", _("凭证须是 PDF、OFD、照片或者 Word、Excel 文件，不超过 5 MB"), "voucher")
    if packages.unpacks_to_too_much(content):
        words = _("文件解开后异常庞大，可能打不开，不能收下。请用办公软件打开后另存，或者存为 PDF 再选")
        raise DoesNotFit("the voucher unpacks to too much", words, "voucher")
    return OpenedFile(_called(name, extension), kinds.KINDS[extension].media_type, content)


def sealed(id: UUID, content: bytes) -> bytes:
    """A voucher as it is stored, bound to the row with this id."""
    return seal(derive(_KEY), content, id.bytes)


def voucher_of(spending: Spending) -> OpenedFile | None:
    """A voucher in the clear, called after what it is and not after what somebody says it is; None where there is none.

    Raises SealBroken where somebody altered it.
    """
    if spending.attachment is None:
        return None
    return opened(spending.id, bytes(spending.attachment), spending.attachment_name)


def opened(id: UUID, attachment: bytes, name: str) -> OpenedFile:
    """What was ``sealed`` for the row with this id, under the name that it was given. Raises SealBroken."""
    content = open_sealed(derive(_KEY), attachment, id.bytes)
    extension = _extension(name, content)
    if not extension:
        return OpenedFile(_("凭证"), "application/octet-stream", content)
    return OpenedFile(_called(name, extension), kinds.KINDS[extension].media_type, content)


def _extension(name: str, content: bytes) -> str:
    """The extension of a voucher by its bytes: the one that its name has, where several are of one kind; empty where it is no voucher."""
    fitting = [extension for extension in VOUCHERS if kinds.KINDS[extension].fits(content)]
    given = kinds.extension_of(name)
    return given if given in fitting else next(iter(fitting), "")


def _called(name: str, extension: str) -> str:
    """The name without what some system takes for something else, and with the extension of what it is."""
    stem = name.rpartition(".")[0] if "." in name else name
    plain = "".join(char for char in stem if char.isprintable() and char not in NOT_IN_NAMES).strip(" .")
    return f"{plain[: MAX_NAME_CHARS - len(extension) - 1].strip(' .') or _('凭证')}.{extension}"
