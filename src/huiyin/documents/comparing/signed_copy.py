"""The scan of a document that was signed or sealed by hand: made one PDF, upright, and compared with the text that was approved."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import filetype
import typst
from django.utils.translation import gettext as _
from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NullObject, PdfObject, StreamObject

from huiyin.casework.file_checks import active
from huiyin.casework.labels import FormError
from huiyin.casework.sealed.attachments import MAX_FILE_BYTES, MEGABYTE
from huiyin.casework.vocabulary import File
from huiyin.documents.comparing.decisive import AMOUNT, bare, decisive, decisive_sentences
from huiyin.documents.content import NO_NUMBER, DocumentContent
from huiyin.documents.pdf import pdf
from huiyin.errors import HuiyinError, reading_what_came

PICTURES: Final = ("jpg", "png")
FIELD: Final = "scan"
PIECE: Final = 6
"""Characters that are looked for together: fewer stand in every Chinese text, more are lost at one misread character."""
MIN_READABLE: Final = 60
"""Characters of text from which on a scan counts as one that can be read; a stamp of the scanner has fewer."""
MIN_SHARE: Final = 0.95
"""How much of the approved text must be found in one that can be read: a character is misread here and there. What decides must all stand."""
MAX_ADDED: Final = 100
"""Characters that a scan may have beside the approved text: what a stamp, a signature or the scanner puts there."""
HALF_TURN: Final = 180
_BOXES: Final = ("/MediaBox", "/CropBox", "/UserUnit")
_PACKED: Final = ("/Length", "/Filter", "/DecodeParms", "/Parent")
_PAGE_NUMBER: Final = re.compile(r"[—–-]\d{1,3}[—–-]$")


class ScanUnreadable(HuiyinError):
    """Raised inside this module for a scan that does not open; whoever uploaded it is told so in words."""

    to_do = "scan it again"


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
    """The scan as one PDF, or why it is not the copy of this document.

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
    kinds = [filetype.guess_extension(file.content) for file in files]
    try:
        with reading_what_came(ScanUnreadable("the scan cannot be read")):
            if kinds == ["pdf"]:
                content = files[0].content
            elif all(kind in PICTURES for kind in kinds):
                content = _pages([(file.content, str(kind)) for file, kind in zip(files, kinds, strict=True)])
            else:
                return _wrong("kind", _("请上传一个 PDF，或者按页码顺序上传图片（JPG、PNG）"))
            made = _turned(content) if upside_down else content
            return _compared(made, document, choices)
    except ScanUnreadable:
        return _wrong("unreadable", _("扫描件打不开：文件损坏或者有密码，请重新扫描"))


def _wrong(code: str, message: str) -> FormError:
    return FormError(FIELD, code, message)


def _pages(pictures: Iterable[tuple[bytes, str]]) -> bytes:
    """One page a picture, as large as the page allows."""
    with TemporaryDirectory() as folder:
        names = []
        for number, (content, kind) in enumerate(pictures):
            names.append(f"{number}.{kind}")
            (Path(folder) / names[-1]).write_bytes(content)
        pages = "#pagebreak()\n".join(
            f'#image("{name}", width: 100%, height: 100%, fit: "contain")\n' for name in names
        )
        source = Path(folder) / "scan.typ"
        source.write_text(f'#set page(paper: "a4", margin: 0mm)\n#set block(spacing: 0pt)\n{pages}')
        made = typst.compile(str(source), root=folder, format="pdf")
    assert isinstance(made, bytes)
    return made


def _turned(content: bytes) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(content))
    for page in writer.pages:
        page.rotate(HALF_TURN)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def _compared(content: bytes, document: DocumentContent, choices: Collection[str]) -> SignedCopy | FormError:
    """The copy, or in what it is not the document: another number of pages, or, as far as it can be read, another text."""
    scan, printed = PdfReader(io.BytesIO(content)), PdfReader(io.BytesIO(pdf(document)))
    if active.concerns("scan.pdf", content) or _acts(scan):
        return _wrong("active", _("扫描件里有程序、附带文件或者打开时自动执行的动作，不能作为文书发出；请重新扫描"))
    required, found = len(printed.pages), len(scan.pages)
    if required != found:
        counts = {"found": found, "wanted": required}
        return _wrong(
            "pages", _("扫描件有 %(found)d 页，审签的文书是 %(wanted)d 页，请核对是不是同一份、有没有缺页") % counts
        )
    text = _text(scan)
    if len(text) < MIN_READABLE:
        return SignedCopy(content, is_compared=False)
    if not _says_the_same(text, _text(printed), document, choices):
        return _wrong(
            "another-text",
            _("扫描件上的文字与审签的文书不一致，请核对是不是同一份；确是同一份、识别有误的，请不作文字识别重新扫描"),
        )
    return SignedCopy(content, is_compared=_draws_the_same(scan, printed))


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


def _acts(scan: PdfReader) -> bool:
    """Whether it does something by itself when it, or a page of it, is opened (ISO 32000-1, 12.6.3), beyond showing a page."""
    root = scan.root_object
    opening = root.get("/OpenAction", NullObject()).get_object()
    runs = isinstance(opening, DictionaryObject) and (opening.get("/S") != "/GoTo" or "/Next" in opening)
    return runs or "/AA" in root or any("/AA" in page for page in scan.pages)


def _draws_the_same(scan: PdfReader, printed: PdfReader) -> bool:
    """Whether every page is drawn as we print it. A text may be one thing to programs and another to the eye."""
    pages = zip(scan.pages, printed.pages, strict=True)
    return all(list(_drawn(one)) == list(_drawn(other)) for one, other in pages)


def _drawn(page: PageObject) -> Iterator[object]:
    """Everything by which a page is drawn, part by part: its signs, and the typefaces and pictures that they name."""
    yield from (page.get(name, NullObject()).get_object() for name in _BOXES)
    yield page.get_contents().get_data() if page.get_contents() is not None else b""  # type: ignore[union-attr]
    yield from _parts(page.get("/Resources", NullObject()), set())
    yield from _parts(page.get("/Annots", NullObject()), set())


def _parts(item: PdfObject, seen: set[int]) -> Iterator[object]:
    found = item.get_object()
    if found is None or id(found) in seen:
        return
    seen.add(id(found))
    if isinstance(found, StreamObject):
        yield found.get_data()
    if isinstance(found, DictionaryObject):
        for name in sorted(found):
            if name not in _PACKED:
                yield name
                yield from _parts(found.raw_get(name), seen)
    elif isinstance(found, ArrayObject):
        for one in found:
            yield from _parts(one, seen)
    else:
        yield found


def _text(scan: PdfReader) -> str:
    return "".join(_PAGE_NUMBER.sub("", bare(page.extract_text())) for page in scan.pages)


def _pieces(text: str) -> Iterator[str]:
    return (text[at : at + PIECE] for at in range(0, max(len(text) - PIECE + 1, 1), PIECE))
