"""Papers as files of a package: a sign that no typeface can show must not keep a case out of the archive."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Final

from huiyin.archive.package.pdf_pages import count_pages
from huiyin.casework.file_checks.turns import Limits, TakesTooMuch, take_apart
from huiyin.documents.content import Block, DocumentContent, FormRow
from huiyin.documents.layout import NoGlyph
from huiyin.documents.pdf import pdf

LIMITS: Final = Limits(seconds=10, patience=30)
SHOWN_INSTEAD: Final = "□"
MAX_SIGNS: Final = 200
"""Different signs of one document that are replaced before it is given up."""
_CODE: Final = re.compile(r"U\+([0-9A-F]{4,6})")


def archival_pdf(document: DocumentContent) -> bytes:
    """The document as PDF/A; a sign that no installed typeface can show stands as □. The DOCX and the texts hold what was written.

    Raises NoTypeface, NoLayout; NoGlyph for a document of hardly anything else.
    """
    for _attempt in range(MAX_SIGNS):
        try:
            return pdf(document)
        except NoGlyph as error:
            unshown = "".join(chr(int(code, 16)) for code in _CODE.findall(error.wrong))
            if not unshown:
                raise
            document = _without(document, unshown)
    return pdf(document)


def _without(document: DocumentContent, signs: str) -> DocumentContent:
    instead = str.maketrans(dict.fromkeys(signs, SHOWN_INSTEAD))

    def with_signs_replaced(text: str) -> str:
        return text.translate(instead)

    return replace(
        document,
        organ=with_signs_replaced(document.organ),
        title=with_signs_replaced(document.title),
        about=with_signs_replaced(document.about),
        addressee=with_signs_replaced(document.addressee),
        body=tuple(Block(with_signs_replaced(block.text), block.heading) for block in document.body),
        rows=tuple(FormRow(with_signs_replaced(row.label), with_signs_replaced(row.value)) for row in document.rows),
        attachments=tuple(map(with_signs_replaced, document.attachments)),
        contact=with_signs_replaced(document.contact),
        copies=tuple(map(with_signs_replaced, document.copies)),
        each_page=tuple(map(with_signs_replaced, document.each_page)),
    )


def pages_of(content: bytes) -> int | None:
    """The pages of a PDF; None where it cannot be read, since what came in may be damaged or locked, or made to take long."""
    try:
        counted = take_apart(count_pages, content, LIMITS)
    except TakesTooMuch:
        return None
    return int(counted) or None if counted else None


def as_json(data: object) -> bytes:
    """Data as a file of the package has it: the same data are the same bytes."""
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
