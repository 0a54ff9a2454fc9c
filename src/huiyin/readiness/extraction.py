"""The text of a policy that came as a file: DOCX, PDF or plain text."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from huiyin.casework.file_checks import packages
from huiyin.casework.file_checks.turns import Limits, OthersFirst, TakesTooMuch, take_apart_in_turn
from huiyin.errors import reading_what_came
from huiyin.readiness.docx_text import DocxUnreadable, docx_text
from huiyin.readiness.pdf_text import MAX_CHARS, pdf_text
from huiyin.readiness.refusals import NoTextFound, TextTooLong

MAX_FILE_BYTES: Final = 10 * 1024 * 1024
LIMITS: Final = Limits(seconds=20, patience=40)
"""Of a PDF: one of five hundred pages takes some ten seconds."""
MAX_PARAGRAPHS: Final = 20_000
"""The longest law in force, the Civil Code, has some 1,500."""


def text_of(content: bytes) -> str:
    """The text of a file, a line a paragraph; what it is follows from its first bytes. Raises NoTextFound, TextTooLong."""
    if len(content) > MAX_FILE_BYTES:
        raise NoTextFound("the file is too large", _("文件超过 10 MB，请拆分，或者只粘贴正文"), "file")
    if packages.unpacks_to_too_much(content):
        words = _("文件解开后异常庞大，可能打不开，不能收下。请用办公软件打开后另存，或者把正文粘贴到下面")
        raise NoTextFound("the file unpacks to too much", words, "file")
    try:
        with reading_what_came(_none()):
            text = _words_in(content)
    except DocxUnreadable:
        raise _none() from None
    if not text.strip():
        raise _none()
    refuse_too_long(text, "file")
    return text.strip()


def refuse_too_long(text: str, field: str) -> None:
    """Raise TextTooLong for a text that no page could show; ``field`` is where it was given."""
    _refuse(text.count("\n"), len(text), field)


def _refuse(paragraphs: int, length: int, field: str = "file") -> None:
    if length > MAX_CHARS:
        raise TextTooLong("the text is too long", _("正文超过 50 万字，请分成几份"), field)
    if paragraphs > MAX_PARAGRAPHS:
        raise TextTooLong("too many paragraphs", _("正文超过 2 万段，请分成几份，或者去掉空行"), field)


def _words_in(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return _pdf_text(content)
    if content.startswith(b"PK"):
        return docx_text(content, _refuse)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _pdf_text(content: bytes) -> str:
    try:
        read = take_apart_in_turn(pdf_text, content, LIMITS)
    except OthersFirst:
        raise NoTextFound("others first", _("正在读取别人上传的文件，请过几秒再提交"), "file") from None
    except TakesTooMuch:
        words = _("文件过于复杂，没有读完。请拆分，或者把正文粘贴到下面")
        raise NoTextFound("the file takes too much", words, "file") from None
    if read is None:
        raise _none()
    return read.decode()


def _none() -> NoTextFound:
    words = _("文件中没有可以读出的文字：请用 DOCX、带文字的 PDF 或者 TXT；扫描件请先识别文字，或者把正文粘贴到下面")
    return NoTextFound("the file holds no readable text", words, "file")
