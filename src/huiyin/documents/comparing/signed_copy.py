"""The scan of a document that was signed or sealed by hand: made one PDF, upright, and compared with the text that was approved."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import filetype
import msgspec
from django.utils.translation import gettext as _

from huiyin.casework.file_checks.turns import Limits, OthersFirst, TakesTooMuch, take_apart_in_turn
from huiyin.casework.labels import FormError
from huiyin.casework.sealed.attachments import MAX_FILE_BYTES, MEGABYTE
from huiyin.casework.vocabulary import File
from huiyin.documents.comparing import scan_reading
from huiyin.documents.comparing.decisive import AMOUNT, bare, decisive, decisive_sentences
from huiyin.documents.comparing.scan_reading import ReadScan
from huiyin.documents.content import NO_NUMBER, DocumentContent
from huiyin.documents.pdf import pdf

PICTURES: Final = ("jpg", "png")
LIMITS: Final = Limits(seconds=40, patience=60, memory=2 * 1024**3)
"""A document of fifty pages takes some ten seconds to be compared; one picture of the most pixels has 560 MB."""
FIELD: Final = "scan"
PIECE: Final = 6
"""Characters that are looked for together: fewer stand in every Chinese text, more are lost at one misread character."""
MIN_READABLE: Final = 60
"""Characters of text from which on a scan counts as one that can be read; a stamp of the scanner has fewer."""
MIN_SHARE: Final = 0.95
"""How much of the approved text must be found in one that can be read: a character is misread here and there. What decides must all stand."""
MAX_TIMES: Final = 3
"""What is so many times longer than the approved text is no copy; each of its pieces would be looked for."""
MAX_ADDED: Final = 100
"""Characters that a scan may have beside the approved text: what a stamp, a signature or the scanner puts there."""
_PAGE_NUMBER: Final = re.compile(r"[—–-]\d{1,3}[—–-]$")


@dataclass(frozen=True, slots=True)
class SignedCopy:
    """The scan as one PDF. ``is_compared``: it is drawn as we print the approved text; else somebody must compare the two, since what a
    picture, or a sign of a strange typeface, shows to the eye no program reads.
    """

    content: bytes
    is_compared: bool


def signed_copy(
    files: Sequence[File], document: DocumentContent, choices: Collection[str] = (), *, upside_down: bool = False
) -> SignedCopy | FormError:
    """The scan as one PDF, or why it is not the copy of this document. It is taken apart beside this process, so no case is held meanwhile.

    Args:
        files: one PDF, or pictures (JPEG, PNG), one a page in their order; the way up that a camera noted is kept.
        document: as it was approved, with its number.
        choices: what the forms may say that documents of its kind print; none of it may stand in the scan otherwise than in the document.
        upside_down: all pages are turned by half.
    """
    if not files or any(file.size == 0 for file in files):
        return _wrong("missing", _("请选择签章后的扫描件"))
    if sum(file.size for file in files) > MAX_FILE_BYTES:
        return _wrong("too-large", _("扫描件合计最多 %d MB，请降低分辨率后重新扫描") % (MAX_FILE_BYTES // MEGABYTE))
    kinds = [str(filetype.guess_extension(file.content)) for file in files]
    if kinds != [scan_reading.PDF] and not all(kind in PICTURES for kind in kinds):
        return _wrong("kind", _("请上传一个 PDF，或者按页码顺序上传图片（JPG、PNG）"))
    pages = [(kind, file.content) for kind, file in zip(kinds, files, strict=True)]
    given = scan_reading.Scan(pages, pdf(document), upside_down)
    try:
        read = take_apart_in_turn(scan_reading.read_scan, msgspec.msgpack.encode(given), LIMITS)
    except OthersFirst:
        return _wrong("busy", _("正在读取别人上传的文件，请过几秒再提交"))
    except TakesTooMuch:
        return _wrong("too-complex", _("扫描件过于复杂，没有读完，请降低分辨率后重新扫描"))
    if read is None:
        return _wrong("unreadable", _("扫描件打不开：文件损坏或者有密码，请重新扫描"))
    return _compared(msgspec.msgpack.decode(read, type=ReadScan), document, choices)


def _wrong(code: str, message: str) -> FormError:
    return FormError(FIELD, code, message)


def _compared(scan: ReadScan, document: DocumentContent, choices: Collection[str]) -> SignedCopy | FormError:
    """The copy, or in what it is not the document: another number of pages, or, as far as it can be read, another text."""
    if scan.has_huge_picture:
        return _wrong("too-complex", _("扫描件过于复杂，没有读完，请降低分辨率后重新扫描"))
    if scan.acts:
        return _wrong("active", _("扫描件里有程序、附带文件或者打开时自动执行的动作，不能作为文书发出；请重新扫描"))
    if scan.pages != scan.printed_pages:
        counts = {"found": scan.pages, "wanted": scan.printed_pages}
        return _wrong(
            "pages", _("扫描件有 %(found)d 页，审签的文书是 %(wanted)d 页，请核对是不是同一份、有没有缺页") % counts
        )
    text, printed = _text(scan.texts), _text(scan.printed_texts)
    if len(text) < MIN_READABLE:
        return SignedCopy(scan.content, is_compared=False)
    if len(text) > MAX_TIMES * len(printed) or not _says_the_same(text, printed, document, choices):
        return _wrong(
            "another-text",
            _("扫描件上的文字与审签的文书不一致，请核对是不是同一份；确是同一份、识别有误的，请不作文字识别重新扫描"),
        )
    return SignedCopy(scan.content, is_compared=scan.is_drawn_the_same)


def _says_the_same(text: str, printed: str, document: DocumentContent, choices: Collection[str]) -> bool:
    """Whether the text of a scan is that of the document: all that decides in its own sentence, nearly all else, and little beside it."""
    body = bare("".join(block.text for block in document.body))
    number = () if document.number in ("", NO_NUMBER) else (document.number,)
    whole = [bare(one) for one in (*number, document.organ, document.title, document.dated)]
    sentences = (one for block in document.body for one in decisive_sentences(bare(block.text), choices))
    if not all(one in text for one in (*whole, *sentences)):
        return False
    pieces, added = list(_pieces(body)), [one for one in _pieces(text) if one not in printed]
    if sum(one in text for one in pieces) < MIN_SHARE * len(pieces) or len(added) * PIECE > MAX_ADDED:
        return False
    return not _weighty(text, choices) - _weighty(printed, choices)


def _weighty(text: str, choices: Collection[str]) -> Counter[str]:
    return Counter([*decisive(text, choices), *AMOUNT.findall(text)])


def _text(pages: Sequence[str]) -> str:
    return "".join(_PAGE_NUMBER.sub("", bare(page)) for page in pages)


def _pieces(text: str) -> Iterator[str]:
    return (text[at : at + PIECE] for at in range(0, max(len(text) - PIECE + 1, 1), PIECE))
