"""What goes round documents that are posted: labels for envelopes, and the cover of a bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from huiyin.documents.content import day_in_words
from huiyin.documents.facts import cleaned
from huiyin.documents.layout import laid_out, layout_faces

LABELS: Final = Path(__file__).with_name("labels.typ")
COVER: Final = Path(__file__).with_name("cover.typ")


@dataclass(frozen=True, slots=True)
class AddressLabel:
    """What stands on an envelope: to whom and where, and the number of the case, by which it is found again when it comes back."""

    name: str
    address: str
    reference: str


@dataclass(frozen=True, slots=True)
class CoverLine:
    """A line of a bundle's cover: of which case, which document, and on how many pages, or why it is not there."""

    number: str
    title: str
    pages: int
    left_out: str = ""


def labels_pdf(labels: Sequence[AddressLabel], organ: str, day: date) -> bytes:
    """``labels`` on A4 sheets of fourteen. Raises NoGlyph, NoLayout."""
    data = _head("邮寄标签", organ, day) | {
        "labels": [
            {"name": cleaned(one.name), "address": cleaned(one.address), "reference": one.reference} for one in labels
        ]
    }
    return laid_out(LABELS, data, day)


def cover_pdf(entries: Sequence[CoverLine], organ: str, day: date) -> bytes:
    """The cover of a bundle: its documents in order. Raises NoGlyph, NoLayout."""
    printed = sum(1 for entry in entries if entry.pages)
    rows = [
        [str(n), entry.number, cleaned(entry.title), str(entry.pages) if entry.pages else entry.left_out]
        for n, entry in enumerate(entries, 1)
    ]
    data = _head("发文清单", organ, day) | {
        "dated": day_in_words(day),
        "summary": f"共{printed}份",
        "heads": ["序号", "事项编号", "文书", "页数"],
        "rows": rows,
    }
    return laid_out(COVER, data, day)


def _head(title: str, organ: str, day: date) -> dict[str, object]:
    return {"title": title, "organ": cleaned(organ), "day": [day.year, day.month, day.day], "faces": layout_faces()}
