"""A document as PDF/A-2a and PDF/UA-1: tagged, with its fonts inside, laid out as GB/T 9704-2012 has it (``letter.typ``)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

import typst

from huiyin.documents.content import Block, DocumentContent
from huiyin.documents.fonts import installed, typefaces
from huiyin.documents.seals.verification import picture_of
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

LAYOUT: Final = Path(__file__).with_name("letter.typ")
STANDARDS: Final = ("a-2a", "ua-1")
"""PDF/A-2a (ISO 19005-2): for archives; PDF/UA-1 (ISO 14289-1): readable aloud. They also have the compiler refuse a sign that no face can show."""
CHART: Final = Path(__file__).with_name("chart.typ")
CHART_DOTS: Final = 200
"""Dots an inch of a chart in a DOCX, which takes no SVG."""
LONGEST_WORD: Final = 24
_RUN: Final = re.compile(rf"[!-~]{{{LONGEST_WORD},}}")
_one_at_a_time: Final = Lock()
_HYPHEN: Final = re.compile(r"(?<=\w)-(?=\d)")
_UNSHOWN: Final = re.compile(r"text `\"(.+?)\"` could not be displayed|codepoint `\"(.+?)\"`")


class NoGlyph(HuiyinError):
    """Raised when a document holds a sign that no installed typeface can show; it is told by its number alone, since it may be of a name."""

    to_do = gettext_noop("请安装有这个字的字体（Debian：fonts-noto-core、fonts-hanazono），再重新启动")


class NoLayout(HuiyinError):
    """Raised when a document could not be laid out."""


def pdf(document: DocumentContent, seal: bytes = b"") -> bytes:
    """The document as PDF, with the picture of a seal (PNG) over the day. The same document is the same file, byte for byte, on the same machine.

    Raises NoGlyph, NoTypeface.
    """
    return laid_out(LAYOUT, _layout_data(document) | {"seal": list(seal)}, document.day)


def laid_out(layout: Path, data: Mapping[str, object], day: date) -> bytes:
    """What ``data`` says in a ``layout`` that reads it as ``paper``, made on ``day``. Raises NoGlyph, NoLayout."""
    return _compiled(
        layout, data, format="pdf", pdf_standards=list(STANDARDS), timestamp=datetime.combine(day, time(0), UTC)
    )


def chart(bars: Sequence[tuple[str, int]], form: Literal["svg", "png"]) -> bytes:
    """A chart of bars as a picture. Raises NoGlyph, NoLayout."""
    return _compiled(CHART, {"bars": bars, "faces": layout_faces()}, format=form, ppi=CHART_DOTS)


def _compiled(layout: Path, data: Mapping[str, object], **how: Any) -> bytes:
    try:
        with _one_at_a_time:
            made = _compiler().compile(
                input=_read_layout(layout), sys_inputs={"paper": json.dumps(data, ensure_ascii=False)}, **how
            )
    except typst.TypstError as error:
        raise _layout_error(str(error)) from None
    assert isinstance(made, bytes)
    return made


@cache
def _compiler() -> typst.Compiler:
    """One a process: each new one would keep some memory for good."""
    return typst.Compiler(font_paths=installed(), ignore_system_fonts=True)


@cache
def _read_layout(layout: Path) -> bytes:
    return layout.read_bytes()


def _layout_data(document: DocumentContent) -> dict[str, object]:
    """What the layout reads."""
    return {
        "organ": document.organ,
        "title": document.title,
        "number": document.number,
        "mark": document.mark,
        "about": document.about,
        "upward": document.upward,
        "signer": document.signer,
        "addressee": _breakable(document.addressee),
        "body": [_block(block) for block in document.body],
        "rows": [[row.label, _breakable(row.value)] for row in document.rows],
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
    said: dict[str, object] = {"text": _breakable(block.text), "heading": block.heading, "chart": "", "bars": ""}
    if block.bars:
        bars = "，".join(f"{label}{found}" for label, found in block.bars)
        said |= {"chart": chart(block.bars, "svg").decode(), "bars": f"{block.text}：{bars}"}
    return said


def layout_faces() -> dict[str, object]:
    """The typefaces of this machine, as layouts read them."""
    faces = typefaces()
    return {"also": list(faces.also), **{str(role): family for role, family in faces.chosen.items()}}


def _breakable(text: str) -> str:
    """``text`` in which what would leave a line half empty may break: an address of a page, a row of digits, the number of a case."""
    return _HYPHEN.sub("-\u200b", _RUN.sub(lambda run: "\u200b".join(run[0]), text))


def _layout_error(error: str) -> HuiyinError:
    """The compiler's error without what the document says."""
    found = _UNSHOWN.search(error)
    if found is None:
        return NoLayout(_("文书排不成 PDF"))
    sign = found[1] or found[2]
    escaped = re.fullmatch(r"\\u\{([0-9a-f]+)\}", sign)
    numbers = [escaped[1].upper()] if escaped else [f"{ord(char):04X}" for char in sign]
    return NoGlyph(_("已安装的字体都没有字符 U+%(numbers)s") % {"numbers": " U+".join(numbers)})
