"""A document as PDF/A-2a and PDF/UA-1: tagged, with its fonts inside, laid out as GB/T 9704-2012 has it (``letter.typ``)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from huiyin.documents.content import Block, DocumentContent
from huiyin.documents.fonts import typefaces
from huiyin.documents.layout import laid_out, layout_faces
from huiyin.documents.seals.verification import picture_of

LAYOUT: Final = Path(__file__).with_name("letter.typ")
LINES: Final = 22
"""Lines of a page (GB/T 9704-2012, 5.2.3)."""
CLOSER: Final = (23, 24)
"""How many there may be where that saves a page; with 24, two thirds of a character are left between two."""
MAX_CLOSED_UP_PAGES: Final = 3
LONGEST_WORD: Final = 24
_COUNT: Final = re.compile(rb"/Type/Pages/Count (\d+)")
_RUN: Final = re.compile(rf"[!-~]{{{LONGEST_WORD},}}")
_PHRASES: Final = re.compile(r"(?=（)|(?<=[^（]至)(?=\d)|(?<=[日月年度])(?=[^\d日月年度至（）])")
"""Where a line of a long title may end: before what stands in brackets, within a span of days, after a day or a year."""
_HYPHEN: Final = re.compile(r"(?<=\w)-(?=\d)")


def pdf(document: DocumentContent, seal: bytes = b"") -> bytes:
    """The document as PDF, with the picture of a seal (PNG) over the day. The same document is the same file, byte for byte, on the same machine.

    Raises NoGlyph, NoTypeface.
    """
    if document.is_form:
        return _with_row_headers(laid_out(LAYOUT, _layout_data(document) | {"seal": list(seal)}, document.day))
    return _closed_up(document, seal)[0]


def lines_of(letter: DocumentContent) -> int:
    """How many lines a page of a letter has. Raises NoGlyph, NoTypeface."""
    return _closed_up(letter, b"")[1]


@lru_cache(maxsize=1)
def _closed_up(letter: DocumentContent, seal: bytes) -> tuple[bytes, int]:
    """A letter and the lines of its pages: more of them, set closer, where that saves a page of a short one, since what is left of a page may not
    hold the signature (GB/T 9704-2012, 7.3.5.4). The last one is kept, for whoever asks for it in another form next.
    """
    data = _layout_data(letter) | {"seal": list(seal)}
    made = laid_out(LAYOUT, data, letter.day)
    pages = _pages(made)
    for lines in CLOSER if 1 < pages <= MAX_CLOSED_UP_PAGES else ():
        closer = laid_out(LAYOUT, data | {"lines": lines}, letter.day)
        if _pages(closer) < pages:
            return closer, lines
    return made, LINES


def _pages(made: bytes) -> int:
    found = _COUNT.search(made)
    assert found is not None
    return int(found[1])


_FIRST_OF_ROW: Final = re.compile(rb"<</Type/StructElem/S/TR/P \d+ 0 R/K\[(\d+) 0 R")
_CELL: Final = re.compile(rb"(\n(?P<id>\d+) 0 obj\n<</Type/StructElem/S/T)D(/P \d+ 0 R/A\[<</O/Table)/Headers\[\](>>)")


def _with_row_headers(made: bytes) -> bytes:
    """A form with its labels tagged as what they are, headers of their rows (ISO 14289-1, 7.5): the compiler has no word for that outside an
    experiment which its Python package cannot switch on. What is written is as long as what it replaces, so that every offset stays true.
    """
    firsts = {match[1] for match in _FIRST_OF_ROW.finditer(made)}
    return _CELL.sub(
        lambda cell: cell[1] + b"H" + cell[3] + b"/Scope/Row" + cell[4] if cell["id"] in firsts else cell[0], made
    )


def _layout_data(document: DocumentContent) -> dict[str, object]:
    """What the layout reads."""
    return {
        "lines": LINES,
        "organ": document.organ,
        "title": document.title,
        "title_parts": _PHRASES.split(document.title),
        "number": document.number,
        "mark": document.mark,
        "about": document.about,
        "upward": document.upward,
        "signer": document.signer,
        "addressee": _breakable(document.addressee),
        "body": [_block(block) for block in document.body],
        "rows": [[row.label, _breakable(row.value)] for row in document.rows],
        "kept_rows": document.kept_rows,
        "each_page": [_breakable(who) for who in document.each_page],
        "confirmed": document.confirmed,
        "attachments": [_breakable(line) for line in document.attachment_lines],
        "dated": document.dated,
        "day": [document.day.year, document.day.month, document.day.day],
        "contact": _breakable(document.contact),
        "copies": document.copy_line,
        "verify": _breakable(document.verify_line),
        "code": picture_of(document.verify) if document.verify else "",
        "description": f"{document.wording}; {typefaces().in_words}",
        "faces": layout_faces(),
    }


def _block(block: Block) -> dict[str, object]:
    return {"text": _breakable(block.text), "heading": block.heading, "bars": block.bars}


def _breakable(text: str) -> str:
    """``text`` in which what would leave a line half empty may break: an address of a page, a row of digits, the number of a case."""
    return _HYPHEN.sub("-\u200b", _RUN.sub(lambda run: "\u200b".join(run[0]), text))
