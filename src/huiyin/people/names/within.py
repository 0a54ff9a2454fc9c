"""Who is called by name in a text of any length: it is gone through once, however many people work here. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from huiyin.people.names.directory import Index, normal_lines
from huiyin.people.names.spelling import MIN_PART


def names_within(reading: str, index: Index) -> Iterator[str]:
    """Which of ``index.bearers`` stand in a normal text, as often as they do."""
    for at in range(len(reading)):
        for name in index.by_beginning.get(reading[at : at + MIN_PART], ()):
            if reading.startswith(name, at):
                yield name


def names_in_each(lines: Sequence[str], index: Index) -> list[set[str]]:
    """Likewise in each of ``lines``, none of which holds the end of one."""
    return [set(names_within(reading, index)) for reading in normal_lines(lines)]
