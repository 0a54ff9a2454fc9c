"""A document (文书) as data: what every form of it, page, PDF and DOCX, is drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

FILES: Final[Mapping[str, str]] = {"pdf": "PDF", "docx": "Word"}
"""The forms in which pages offer a document as a file, and what they call them."""

NO_NUMBER: Final = "〔　　〕　号"
"""The place of the number of a document (发文字号) that has none, to be filled in by hand."""

NO_DAY: Final = "　　　　年　　月　　日"
"""The place of the day of a document that nobody has signed yet."""

SIGN_HERE: Final = "　\n（签名）　　　　　　　　　　年　　月　　日"
"""The place in a form at which somebody signs by hand and writes the day."""

READ_AND_RIGHT: Final = "以上笔录已阅（已向本人宣读），记录无误。"
"""What whoever signs a page of minutes confirms."""

NUMERALS: Final = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a document, or the heading of those that follow; a heading comes with its number (一、).

    One with ``bars`` is a chart, each bar with its label and how many it shows; ``text`` says of what.
    """

    text: str
    heading: bool = False
    bars: tuple[tuple[str, int], ...] = ()

    @property
    def most(self) -> int:
        """The longest of its bars."""
        return max((found for _label, found in self.bars), default=0)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A line of a form that is filled in by hand or was filled in here: the record of a service (送达回证)."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """A document with everything that stands on it, in the order of GB/T 9704-2012: head, main part, foot.

    ``organ`` is the organ whose document it is; ``about`` says whose matter and which, where it is another organ's. ``upward``: it goes
    to a higher organ, so that the head has a place for who signed it (``signer``, empty: by hand). ``body`` holds facts, reasons,
    decision, remedy and the laws by full name; ``rows`` the lines of a form. ``day`` is the day on which it was issued. ``copies`` are
    the organs to which a copy goes (抄送). ``wording`` names the template by which it is worded, with its digest. ``mark`` stands on a
    document that is still a draft (拟稿), which has neither number nor day. ``verify`` is the address at which an approved one is verified.
    ``each_page`` are those who sign each page of a form, as minutes are signed (笔录逐页签名).
    """

    id: UUID
    kind: str
    organ: str
    title: str
    number: str
    about: str
    upward: bool
    signer: str
    addressee: str
    body: tuple[Block, ...]
    rows: tuple[FormRow, ...]
    attachments: tuple[str, ...]
    day: date
    contact: str
    copies: tuple[str, ...]
    wording: str
    mark: str = ""
    verify: str = ""
    each_page: tuple[str, ...] = ()

    @property
    def is_form(self) -> bool:
        """Whether it is a form that is kept with the file, with neither the red head of a letter nor a place for the seal."""
        return bool(self.rows)

    @property
    def kept_rows(self) -> int:
        """How many rows at the end of a form stay on one page: the places to sign, and what is signed for; none where nobody signs."""
        signed = sum(row.value == SIGN_HERE for row in self.rows)
        return min(signed + 1, len(self.rows)) if signed else 0

    @property
    def confirmed(self) -> str:
        """What they confirm who sign each page; empty where nobody does."""
        return READ_AND_RIGHT if self.each_page else ""

    @property
    def verify_line(self) -> str:
        """Where anybody can check that the document is genuine; empty where nobody can."""
        return f"核验本文书：{self.verify}" if self.verify else ""

    @property
    def dated(self) -> str:
        """The day on which it was issued, as documents write days: 2026年11月28日 (GB/T 9704-2012, 7.3.5.4); its place on a draft."""
        return NO_DAY if self.mark else day_in_words(self.day)

    @property
    def attachment_lines(self) -> tuple[str, ...]:
        """The attachments as documents list them: numbered where there are several, without a full stop (7.3.4)."""
        if len(self.attachments) == 1:
            return (f"附件：{self.attachments[0]}",)
        first = (f"附件：1. {name}" if number == 1 else f"{number}. {name}" for number, name in self._numbered())
        return tuple(first)

    def _numbered(self) -> enumerate[str]:
        return enumerate(self.attachments, 1)

    @property
    def copy_line(self) -> str:
        """To whom copies go, in a line; empty where none do (7.4.2)."""
        return f"抄送：{'，'.join(self.copies)}。" if self.copies else ""

    @property
    def file_stem(self) -> str:
        """The name of its file without an ending: what it is and which one, and nothing of what it says or to whom."""
        return f"{self.title}-{self.id.hex[-8:]}"


def day_in_words(day: date) -> str:
    """A day as documents write it, without leading zeros: 2026年11月8日."""
    return f"{day.year}年{day.month}月{day.day}日"


def ordinal(number: int) -> str:
    """A number from 1 to 99 as headings have it: 一, 十, 十二, 二十."""
    tens, ones = divmod(number, 10)
    return f"{NUMERALS[tens] if tens > 1 else ''}{'十' if tens else ''}{NUMERALS[ones] if ones else ''}"
