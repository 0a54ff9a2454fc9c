"""The text of a document by itself: what is written, changed, approved and kept, without addressee, number and day."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from huiyin.documents.content import Block, DocumentContent, ordinal

MAX_CHARS: Final = 60_000
MAX_BLOCKS: Final = 300
_ORDINAL: Final = re.compile(r"^[一二三四五六七八九十]{1,3}、")


@dataclass(frozen=True, slots=True)
class DocumentText:
    """Everything that stands on a document whoever it is to, whichever number it has: fields as in ``DocumentContent``."""

    organ: str
    title: str
    about: str
    upward: bool
    body: tuple[Block, ...]
    attachments: tuple[str, ...]
    contact: str
    copies: tuple[str, ...]
    wording: str

    def dumps(self) -> str:
        """As it is sealed; equal texts give equal strings."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def loads(cls, stored: str) -> DocumentText:
        """The text that ``dumps`` wrote."""
        plain: dict[str, Any] = json.loads(stored)
        # A letter has no charts, whose bars would be lists.
        plain["body"] = tuple(Block(block["text"], block["heading"]) for block in plain["body"])
        for name in ("attachments", "copies"):
            plain[name] = tuple(plain[name])
        return cls(**plain)

    @property
    def chars(self) -> int:
        """How long its body is."""
        return sum(len(block.text) for block in self.body)

    def with_body(self, blocks: Iterable[Block]) -> DocumentText:
        """The text with another body, its headings numbered anew and its paragraphs one a line."""
        return replace(self, body=tuple(_numbered(blocks)))

    def as_content(
        self, id: UUID, kind: str, addressee: str, number: str, day: date, mark: str, verify: str = ""
    ) -> DocumentContent:
        """The document that it is the text of."""
        return DocumentContent(
            id=id,
            kind=kind,
            organ=self.organ,
            title=self.title,
            number=number,
            about=self.about,
            upward=self.upward,
            signer="",
            addressee=addressee,
            body=self.body,
            rows=(),
            attachments=self.attachments,
            day=day,
            contact=self.contact,
            copies=self.copies,
            wording=self.wording,
            mark=mark,
            verify=verify,
        )


def bare_heading(text: str) -> str:
    """A heading without its number: 处理意见 for 三、处理意见."""
    return _ORDINAL.sub("", text.strip()).strip()


def below_heading(text: DocumentText, heading: str) -> list[str]:
    """The paragraphs that stand below a heading, which is given without its number; none where there is no such heading."""
    found, below = list[str](), False
    for block in text.body:
        if block.heading:
            below = bare_heading(block.text) == heading
        elif below and block.text.strip():
            found.append(block.text)
    return found


def hollow_headings(blocks: Sequence[Block]) -> tuple[int, ...]:
    """The places of the headings below which nothing stands: the next block is a heading too, or there is none."""
    following = [*blocks[1:], Block("", heading=True)]
    return tuple(
        at for at, (block, after) in enumerate(zip(blocks, following, strict=False)) if block.heading and after.heading
    )


def _numbered(blocks: Iterable[Block]) -> Iterable[Block]:
    number = 0
    for block in blocks:
        if block.heading and (bare := bare_heading(" ".join(block.text.split()))):
            number += 1
            yield Block(f"{ordinal(number)}、{bare}" if number < 100 else bare, heading=True)
        elif not block.heading:
            yield from (Block(line.strip()) for line in block.text.split("\n") if line.strip())
