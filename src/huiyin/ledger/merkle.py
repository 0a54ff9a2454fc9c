"""The Merkle tree of RFC 6962 (Certificate Transparency), over any store of its complete subtrees.

A node (level, index) stands for the leaves index * 2**level up to (index + 1) * 2**level; only complete ones are stored. Hashes
are raw SHA-256 (32 bytes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

TreeNode = tuple[int, int]
ReadNodes = Callable[[Sequence[TreeNode]], Sequence[bytes]]
"""Looks up stored nodes, in the order asked for."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node (RFC 6962 section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


def completed(index: int, leaf: bytes, stored: ReadNodes) -> Iterator[tuple[TreeNode, bytes]]:
    """The nodes that become complete when ``leaf`` (a leaf hash) is entered as number ``index`` (from 0)."""
    level, here = 0, leaf
    yield (0, index), here
    while index % 2:
        (left,) = stored([(level, index - 1)])
        here = node_hash(left, here)
        level, index = level + 1, index // 2
        yield (level, index), here


def root(size: int, stored: ReadNodes) -> bytes:
    """The head of the tree of the first ``size`` leaves; of none, the hash of nothing."""
    if size == 0:
        return sha256(b"").digest()
    return _join(stored(_peaks(0, size)))


def inclusion(index: int, size: int, stored: ReadNodes) -> list[bytes]:
    """The audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 6962 section 2.1.1). ValueError if there is no such leaf."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    path: list[tuple[int, int]] = []
    first, last = 0, size
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append((middle, last))
            last = middle
        else:
            path.append((first, middle))
            first = middle
    return [_join(stored(_peaks(start, end))) for start, end in reversed(path)]


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Whether ``path`` proves that ``leaf`` (a leaf hash) is number ``index`` of the tree of ``size`` leaves with root ``head``."""
    if not 0 <= index < size:
        return False
    here, number, last = leaf, index, size - 1
    for other in path:
        if last == 0:
            return False
        if number % 2 or number == last:
            here = node_hash(other, here)
            while number % 2 == 0 and number:
                number, last = number // 2, last // 2
        else:
            here = node_hash(here, other)
        number, last = number // 2, last // 2
    return last == 0 and here == head


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def _peaks(start: int, end: int) -> list[TreeNode]:
    """The complete nodes that cover the leaves from ``start`` to ``end``, left to right. ``start`` is where a subtree begins."""
    nodes = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def _join(peaks: Sequence[bytes]) -> bytes:
    here = peaks[-1]
    for left in reversed(peaks[:-1]):
        here = node_hash(left, here)
    return here
