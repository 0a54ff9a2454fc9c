"""The scan of a paper that was signed or sealed by hand: made one PDF, upright, and compared with the text that was approved."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import filetype
import typst
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from huiyin.casework.labels import FormError
from huiyin.casework.sealed.attachments import MAX_FILE_BYTES, MEGABYTE
from huiyin.casework.vocabulary import File
from huiyin.documents.content import Paper
from huiyin.documents.pdf import pdf

PICTURES: Final = ("jpg", "png")
FIELD: Final = "scan"
PIECE: Final = 6
"""Characters that are looked for together: fewer stand in every Chinese text, more are lost at one misread character."""
MIN_READABLE: Final = 60
"""Characters of text from which on a scan counts as one that can be read; a stamp of the scanner has fewer."""
MIN_SHARE: Final = 0.6
"""How much of the approved text must be found in one that can be read: recognised characters are wrong here and there, another paper
shares a few set phrases."""
HALF_TURN: Final = 180


def signed_copy(files: Sequence[File], paper: Paper, *, upside_down: bool = False) -> bytes | FormError:
    """The scan as one PDF, or why it is not the copy of this paper.

    Args:
        files: one PDF, or pictures (JPEG, PNG), one a page in their order; the way up that a camera noted is kept.
        paper: as it was approved, with its number.
        upside_down: all pages are turned by half.
    """
    if not files or any(file.size == 0 for file in files):
        return _wrong("missing", _("请选择签章后的扫描件"))
    if sum(file.size for file in files) > MAX_FILE_BYTES:
        return _wrong("too-large", _("扫描件合计最多 %d MB，请降低分辨率后重新扫描") % (MAX_FILE_BYTES // MEGABYTE))
    kinds = [filetype.guess_extension(file.content) for file in files]
    try:
        if kinds == ["pdf"]:
            content = files[0].content
        elif all(kind in PICTURES for kind in kinds):
            content = _pages([(file.content, str(kind)) for file, kind in zip(files, kinds, strict=True)])
        else:
            return _wrong("kind", _("请上传一个 PDF，或者按页码顺序上传图片（JPG、PNG）"))
        made = _turned(content) if upside_down else content
        return _difference(made, paper) or made
    except (PyPdfError, typst.TypstError, ValueError, KeyError, TypeError, RecursionError, OSError):
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


def _difference(content: bytes, paper: Paper) -> FormError | None:
    """In what the scan is not the paper: another number of pages, or, as far as it can be read, another text."""
    scan = PdfReader(io.BytesIO(content))
    wanted, found = len(PdfReader(io.BytesIO(pdf(paper))).pages), len(scan.pages)
    if wanted != found:
        counts = {"found": found, "wanted": wanted}
        return _wrong(
            "pages", _("扫描件有 %(found)d 页，审签的文书是 %(wanted)d 页，请核对是不是同一份、有没有缺页") % counts
        )
    text = _bare("".join(page.extract_text() for page in scan.pages))
    if len(text) < MIN_READABLE:
        return None  # a picture: nothing to read
    body = _bare("".join(block.text for block in paper.body))
    pieces = list(_pieces(body))
    share = sum(piece in text for piece in pieces) / len(pieces) if pieces else 1.0
    if share < MIN_SHARE or (paper.number and _bare(paper.number) not in text and share < 1):
        return _wrong("another-text", _("扫描件上的文字与审签的文书不一致，请核对是不是同一份"))
    return None


def _bare(text: str) -> str:
    return "".join(text.replace("\u200b", "").split())


def _pieces(text: str) -> Iterator[str]:
    return (text[at : at + PIECE] for at in range(0, max(len(text) - PIECE + 1, 1), PIECE))
