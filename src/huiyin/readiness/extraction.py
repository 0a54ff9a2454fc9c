"""The text of a policy that came as a file: DOCX, PDF or plain text."""

from __future__ import annotations

from io import BytesIO
from typing import Final
from zipfile import BadZipFile

import docx
from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from huiyin.readiness.refusals import NoTextFound

MAX_FILE_BYTES: Final = 10 * 1024 * 1024
MAX_PAGES: Final = 500


def text_of(content: bytes) -> str:
    """The text of a file, a line a paragraph; what it is follows from its first bytes. Raises NoTextFound."""
    if len(content) > MAX_FILE_BYTES:
        raise NoTextFound("the file is too large", _("文件超过 10 MB，请拆分，或者只粘贴正文"), "file")
    try:
        text = _read(content)
    except (PyPdfError, BadZipFile, PackageNotFoundError, KeyError, ValueError):
        raise _none() from None
    if not text.strip():
        raise _none()
    return text.strip()


def _read(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        pages = PdfReader(BytesIO(content)).pages
        return "\n".join(page.extract_text() for page in pages[:MAX_PAGES])
    if content.startswith(b"PK"):
        return "\n".join(paragraph.text for paragraph in docx.Document(BytesIO(content)).paragraphs)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _none() -> NoTextFound:
    words = _("文件中没有可以读出的文字：请用 DOCX、带文字的 PDF 或者 TXT；扫描件请先识别文字，或者把正文粘贴到下面")
    return NoTextFound("the file holds no readable text", words, "file")
