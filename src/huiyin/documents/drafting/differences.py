"""What two versions of a document differ in: paragraph by paragraph, and sign by sign in those that changed. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal, TypeVar

from huiyin.documents.content import Block
from huiyin.documents.drafting.text import DocumentText

MAX_STEPS: Final = 30_000_000
"""Of the comparing of all paragraphs of a document, as ``_steps`` counts it: some hundred paragraphs written anew; a second at the very worst."""
_PIECES: Final = re.compile(r"[0-9A-Za-z]+|\s+|.", re.DOTALL)
_CLAUSES: Final = re.compile(r"[^，。；：！？、,;:!?]*[，。；：！？、,;:!?]+|[^，。；：！？、,;:!?]+")
_T = TypeVar("_T", bound=Hashable)
PassageChange = Literal["same", "added", "removed"]
Stretch = tuple[int, int, int, int]
"""What stands in the old list from the first to before the second, in place of which stands in the new one from the third to before the fourth."""


@dataclass(frozen=True, slots=True)
class ChangedPiece:
    """A stretch of text that two versions share, or that one of them alone has."""

    change: PassageChange
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
    """The paragraphs of both versions in order, with what was taken away and what was added, sign by sign.

    Where that would take more than ``MAX_STEPS``, clause by clause, and at last the whole stretch: however long and alike what was written
    is, the page that shows it opens.
    """
    compared, found, at = _Comparing(MAX_STEPS), list[ChangedBlock](), 0
    for old_from, old_to, new_from, new_to in _stretches(before.body, after.body):
        found += [_whole(block, "same") for block in after.body[at:new_from]]
        old, new, at = before.body[old_from:old_to], after.body[new_from:new_to], new_to
        paired = min(len(old), len(new))
        found += [
            ChangedBlock(other.heading, tuple(compared.pieces(one.text, other.text)))
            for one, other in zip(old[:paired], new[:paired], strict=True)
        ]
        found += [_whole(block, "removed") for block in old[paired:]]
        found += [_whole(block, "added") for block in new[paired:]]
    found += [_whole(block, "same") for block in after.body[at:]]
    return tuple(found)


def text_differences(before: str, after: str) -> tuple[ChangedPiece, ...]:
    """As ``differences``, of two texts."""
    return tuple(_Comparing(MAX_STEPS).pieces(before, after))


def _whole(block: Block, change: PassageChange) -> ChangedBlock:
    return ChangedBlock(block.heading, (ChangedPiece(change, block.text),))


@dataclass(slots=True)
class _Comparing:
    """Compares texts as finely as the steps that are left allow."""

    left: int

    def pieces(self, before: str, after: str) -> Iterator[ChangedPiece]:
        """Both texts, with what one of them alone has."""
        yield from self._by(before, after, (_PIECES, _CLAUSES))

    def _by(self, before: str, after: str, ways: Sequence[re.Pattern[str]]) -> Iterator[ChangedPiece]:
        """By the first of ``ways`` to take texts apart for which there is enough left; by none, what both begin and end with."""
        for number, way in enumerate(ways):
            old, new = way.findall(before), way.findall(after)
            if (steps := _steps(*_middles(old, new))) <= self.left:
                self.left -= steps
                yield from self._apart(old, new, ways[:number])
                return
        begun, ended = _shared_ends(before, after)
        yield from _one("same", after[:begun])
        yield from _one("removed", before[begun : len(before) - ended])
        yield from _one("added", after[begun : len(after) - ended])
        yield from _one("same", after[len(after) - ended :])

    def _apart(
        self, old: Sequence[str], new: Sequence[str], finer: Sequence[re.Pattern[str]]
    ) -> Iterator[ChangedPiece]:
        at = 0
        for old_from, old_to, new_from, new_to in _stretches(old, new):
            yield from _one("same", "".join(new[at:new_from]))
            removed, added, at = "".join(old[old_from:old_to]), "".join(new[new_from:new_to]), new_to
            if finer and removed and added:
                yield from self._by(removed, added, finer)
            else:
                yield from (*_one("removed", removed), *_one("added", added))
        yield from _one("same", "".join(new[at:]))


def _one(change: PassageChange, text: str) -> list[ChangedPiece]:
    return [ChangedPiece(change, text)] if text else []


def _stretches(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Stretch]:
    """The stretches that differ, in order; at most ``_steps`` of what stands between what both begin and end with."""
    begun, _ended = _shared_ends(old, new)
    for tag, *stretch in SequenceMatcher(None, *_middles(old, new), autojunk=False).get_opcodes():
        if tag != "equal":
            old_from, old_to, new_from, new_to = (place + begun for place in stretch)
            yield old_from, old_to, new_from, new_to


def _steps(old: Sequence[str], new: Sequence[str]) -> int:
    """About as many as SequenceMatcher takes at the worst: for each match it looks at all of the old list, and at every pair of equal ones."""
    counted = Counter(new)
    pairs = sum(count * counted[one] for one, count in Counter(old).items())
    return (len(old) + pairs) * min(pairs, len(old), len(new))


def _middles(old: Sequence[_T], new: Sequence[_T]) -> tuple[Sequence[_T], Sequence[_T]]:
    """What stands between what both begin with and what both end with."""
    begun, ended = _shared_ends(old, new)
    return old[begun : len(old) - ended], new[begun : len(new) - ended]


def _shared_ends(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[int, int]:
    """How many both begin with, and how many of the rest they end with."""
    most = min(len(old), len(new))
    begun = next((at for at in range(most) if old[at] != new[at]), most)
    ended = next((at for at in range(most - begun) if old[-1 - at] != new[-1 - at]), most - begun)
    return begun, ended
