"""A part of many sets of parameters: the same each time, whatever is added beside it; `make test-all` takes all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

import pytest


def one_of(number: int, sets: Iterable[tuple[object, ...]], ids: Iterable[str]) -> list[Any]:
    """All ``sets`` of parameters with their ``ids``, of which every push tries about one of ``number``: which, their ids say."""
    return [
        pytest.param(*values, id=id, marks=() if crc32(id.encode()) % number == 0 else pytest.mark.exhaustive)
        for values, id in zip(sets, ids, strict=True)
    ]


def one_of_each(kinds: Sequence[str], sets: Iterable[tuple[object, ...]], ids: Sequence[str]) -> list[Any]:
    """The same, of which every push tries one of each kind: the sets, their kinds and their ids stand in one order."""
    chosen = {
        kind: min((crc32(id.encode()), id) for of, id in zip(kinds, ids, strict=True) if of == kind) for kind in kinds
    }
    tried = {id for _, id in chosen.values()}
    return [
        pytest.param(*values, id=id, marks=() if id in tried else pytest.mark.exhaustive)
        for values, id in zip(sets, ids, strict=True)
    ]
