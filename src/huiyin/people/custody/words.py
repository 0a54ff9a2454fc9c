"""Whether words that are not clear may mean whoever has unclear accusations in custody. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from huiyin.people.names.directory import normal
from huiyin.people.names.spelling import MIN_PART, part_in_letters
from huiyin.people.names.titles import CUSTODIANS, INSPECTORS, TITLES, TRADES

TELLING: Final = 3
"""So many characters in a row of the name of a unit are enough to mean it, where whoever would find out works there."""
_KEEPS: Final = re.compile("(?:管|收|办|接)[^，。]{0,4}(?:举报|检举|控告)")
"""What whoever has accusations in custody does, where no word for it is known: 管举报的那个人."""
_INSPECTS: Final = re.compile(f"(?<!{'|'.join(TRADES)})(?:{'|'.join(INSPECTORS)})")


def means_custody(line: str, titles: Iterable[str] = (), units: Iterable[str] = ()) -> bool:
    """Whether words that are not clear may mean the office or the group that custodians come from, by what people call it, or one of
    these ``titles`` of theirs, with whatever stands beside it: 局书记, 书记的亲戚 for 纪委书记; or one of the ``units`` in which they have custody,
    whatever it is called, by a part of its name.
    """
    reading = normal(line)
    called = {
        word for title in map(normal, titles) for word in (title, *(end for end in TITLES if title.endswith(end)))
    }
    words = {*CUSTODIANS, *filter(None, called)}
    named = any(word in reading for word in (*words, *_parts(map(normal, units))))
    return named or any(found.search(reading) for found in (_INSPECTS, _KEEPS, *map(part_in_letters, words)))


def _parts(names: Iterable[str]) -> Iterator[str]:
    """Every run of as many characters as tell a unit from others, or a name that is no longer."""
    for name in names:
        yield from (name[at : at + TELLING] for at in range(max(1, len(name) - TELLING + 1)) if len(name) >= MIN_PART)
