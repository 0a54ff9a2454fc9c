"""People of the offices above and below the one that is written to, called by post or surname behind what their office is called: 省局复查员. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from uuid import UUID

from huiyin.people.names.directory import Index, normal_title
from huiyin.people.names.disguised import Disguised
from huiyin.people.names.neutral import CLAUSE_END
from huiyin.people.names.spelling import MIN_PART, surname_of

REACH: Final = 14
"""So many characters after the office somebody of it is called."""
_LEVELS: Final[Mapping[str, tuple[str, ...]]] = {
    "省": ("省局", "省总局", "省厅", "省里", "省消防"),
    "市": ("市局", "市里"),
    "署": ("总署", "署里", "部里"),
}
"""What an office is called by its level, where that stands in its name."""
_BEFORE: Final = re.compile(r"(?:^|[^\u4e00-\u9fff]|[你贵的向给去到找问被把让由是和与说在])$")


@dataclass(frozen=True, slots=True, eq=False)
class Higher:
    """One such office: what it is called, and who is called how in it."""

    office: re.Pattern[str]
    people: re.Pattern[str]
    posts: Mapping[str, frozenset[UUID]]
    families: Mapping[str, frozenset[UUID]]


@lru_cache(maxsize=4)
def higher_of(index: Index) -> tuple[Higher, ...]:
    """Those of a directory."""
    return tuple(_higher(index, ids, names) for ids, names in index.organisations if ids & index.elsewhere)


def _higher(index: Index, units: frozenset[UUID], names: tuple[str, ...]) -> Higher:
    posts: dict[str, set[UUID]] = {}
    families: dict[str, set[UUID]] = {}
    for person, name in index.people:
        for title in (normal_title(title) for title, unit in person.posts if unit in units):
            posts.setdefault(title, set()).add(person.id)
            families.setdefault(surname_of(name), set()).add(person.id)
    called = {form for name in names for form in (name, name[-MIN_PART:], name[-2 * MIN_PART :])}
    called |= {form for level, forms in _LEVELS.items() if any(level in name for name in names) for form in forms}
    surnames, titles = (_any_of(some) for some in (families, posts))
    return Higher(
        office=re.compile(_any_of(called)),
        people=re.compile(
            rf"(?P<title>{titles})|(?P<family>{surnames})(?:副?[局处科队署厅]长?|某|副?主任|副?书记|同志)|姓(?P<after>{surnames})"
        ),
        posts={title: frozenset(ids) for title, ids in posts.items()},
        families={family: frozenset(ids) for family, ids in families.items()},
    )


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(filter(None, words), key=len, reverse=True))) or "(?!)"


def of_higher(line: str, index: Index) -> Iterator[Disguised]:
    """Who is called so in a line."""
    for one in higher_of(index):
        for office in one.office.finditer(line):
            if _BEFORE.search(line[: office.start()]) is None:
                continue
            clause = CLAUSE_END.split(line[office.end() : office.end() + REACH])[0]
            found = one.people.search(clause)
            if found is not None:
                family = found["family"] or found["after"]
                people = one.families[family] if family else one.posts[found["title"]]
                yield Disguised(office.start(), office.end() + found.end(), people)
