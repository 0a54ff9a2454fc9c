"""The text of a document by itself: what is written, changed, approved and kept, without addressee, number and day."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Final, Literal
from uuid import UUID

from huiyin.documents.content import Block, DocumentContent, ordinal

MAX_CHARS: Final = 60_000
MAX_BLOCKS: Final = 300
_ORDINAL: Final = re.compile(r"^[一二三四五六七八九十]{1,3}、")
_PIECES: Final = re.compile(r"[0-9A-Za-z]+|\s+|.", re.DOTALL)
Change = Literal["same", "added", "removed"]


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
        plain["body"] = tuple(Block(**block) for block in plain["body"])
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


@dataclass(frozen=True, slots=True)
class ChangedPiece:
    """A stretch of text that two versions share, or that one of them alone has."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class ChangedBlock:
    """A paragraph of the newer version, or one that it no longer has, piece by piece."""

    heading: bool
    pieces: tuple[ChangedPiece, ...]

    @property
    def changed(self) -> bool:
        """Whether the versions differ in it."""
        return any(piece.change != "same" for piece in self.pieces)


def differences(before: DocumentText, after: DocumentText) -> tuple[ChangedBlock, ...]:
    """The paragraphs of both versions in order, with what was taken away and what was added, sign by sign."""
    found: list[ChangedBlock] = []
    matcher = SequenceMatcher(None, before.body, after.body, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        old, new = before.body[old_from:old_to], after.body[new_from:new_to]
        if tag == "equal":
            found += [ChangedBlock(block.heading, (ChangedPiece("same", block.text),)) for block in new]
            continue
        paired = min(len(old), len(new)) if tag == "replace" else 0
        found += [_changed(one, other) for one, other in zip(old[:paired], new[:paired], strict=True)]
        found += [ChangedBlock(block.heading, (ChangedPiece("removed", block.text),)) for block in old[paired:]]
        found += [ChangedBlock(block.heading, (ChangedPiece("added", block.text),)) for block in new[paired:]]
    return tuple(found)


def _changed(before: Block, after: Block) -> ChangedBlock:
    old, new = _PIECES.findall(before.text), _PIECES.findall(after.text)
    pieces: list[ChangedPiece] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(ChangedPiece("same", "".join(new[new_from:new_to])))
            continue
        pieces += _one("removed", old[old_from:old_to]) + _one("added", new[new_from:new_to])
    return ChangedBlock(after.heading, tuple(pieces))


def _one(change: Change, signs: Sequence[str]) -> list[ChangedPiece]:
    return [ChangedPiece(change, "".join(signs))] if signs else []
