"""Papers for tests: one made by hand, and those of matters that ran."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

import docx
from pypdf import PdfReader

from huiyin.casework.history import Document, documents, read_history
from huiyin.documents.compose import content_of
from huiyin.documents.content import Block, DocumentContent
from tests.matters import Matter

PAPER = DocumentContent(
    id=UUID(int=1),
    kind="reply",
    organ="临江市消防救援支队",
    title="信访处理意见书",
    number="临信访〔2026〕1号",
    about="信访事项 LJ-20260302-482193",
    upward=False,
    signer="",
    addressee="陈晓光",
    body=(Block("现提出处理意见如下："), Block("一、处理意见", heading=True), Block("列入本月检修。")),
    rows=(),
    attachments=(),
    day=date(2026, 11, 8),
    contact="临江市滨江路1号 000-1",
    copies=(),
    wording="reply@000000000000",
)


def paper(**changes: Any) -> DocumentContent:
    """A reply with something else in it."""
    return replace(PAPER, **changes)


def bare(text: str) -> str:
    """Text without anything that layout puts between its signs."""
    return re.sub(r"[\s\u200b]", "", text)


def text_of_pdf(content: bytes) -> str:
    """What a PDF says, without page numbers."""
    pages = (page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return re.sub(r"—\d+—", "", bare("".join(pages)))


def text_of_docx(content: bytes) -> str:
    """What a DOCX says."""
    word = docx.Document(BytesIO(content))
    cells = (cell.text for table in word.tables for row in table.rows for cell in row.cells)
    return bare("".join([*(paragraph.text for paragraph in word.paragraphs), *cells]))


def issued(matter: Matter, kind: str) -> Document:
    """The newest notice of a kind."""
    return [one for one in documents(read_history(matter.case, None)) if one.kind == kind][-1]


def content_in(matter: Matter, kind: str, addressee: str = "陈晓光") -> DocumentContent:
    """The newest document of a kind that was issued on a matter."""
    return content_of(issued(matter, kind), read_history(matter.case, None), addressee)


def body_text(made: DocumentContent) -> str:
    """The body of a document."""
    return "\n".join(block.text for block in made.body)
