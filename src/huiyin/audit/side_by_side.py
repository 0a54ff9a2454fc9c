"""Checking many things in several processes, as many as there are cores."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Final, TypeVar
from uuid import UUID

import django

Found = TypeVar("Found")

WORTH_IT: Final = 2_000
"""Cases from which on starting processes takes less time than it saves."""
AT_ONCE: Final = 500


def processes_for(cases: int) -> int:
    """In how many processes so many cases are best checked."""
    return (os.cpu_count() or 1) if cases >= WORTH_IT else 1


def pieces(ids: Iterable[UUID], size: int) -> Iterator[list[UUID]]:
    """All of them in order, so many at once."""
    remaining = iter(ids)
    return iter(lambda: list(islice(remaining, size)), [])


def side_by_side(
    check: Callable[[Sequence[UUID]], list[Found]], ids: Sequence[UUID], processes: int
) -> Iterator[tuple[list[UUID], list[Found]]]:
    """Each piece with what ``check`` finds in it, in order. It is a function of a module, since processes are told its name.

    Raises BrokenProcessPool when a process dies, and whatever ``check`` raises.
    """
    # Spawned and not forked: no connection, lock or thread of this process is shared with them.
    with ProcessPoolExecutor(processes, get_context("spawn"), django.setup) as pool:
        yield from zip(pieces(ids, AT_ONCE), pool.map(check, pieces(ids, AT_ONCE)), strict=True)
