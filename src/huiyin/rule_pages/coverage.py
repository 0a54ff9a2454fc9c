"""Where each clause of the institutions' rules is carried out, and the tests that show it: a page for everybody on the staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, get_args

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from huiyin.casework.labels import in_script, language, name_of
from huiyin.clauses.coverage import WRONG, Coverage, ElementPlace, recorded_tests
from huiyin.clauses.coverage import coverage as covered
from huiyin.clauses.removals.record import RemovalVerdict, recorded
from huiyin.clauses.removals.removals import removals_of
from huiyin.rules import MATTER
from huiyin.rules.book.load import load
from huiyin.web.page_access import Acting, staff_page

ClauseFate = Literal["book", "thin", "untried", "feature", "awaited", "wrong"]
"""Carried out by a rulebook and shown: each part that was taken away was noticed, or not each, or nothing was taken away yet; by
something else and shown; awaits a feature; not as the books say."""

KINDS: Final[Mapping[ClauseFate, str]] = {
    "book": gettext_noop("由规程落实，逐项去除均被测试发现"),
    "thin": gettext_noop("由规程落实，测试不够严"),
    "untried": gettext_noop("由规程落实，有测试，尚未逐项去除验证"),
    "feature": gettext_noop("由其他功能落实，有测试"),
    "awaited": gettext_noop("待建"),
    "wrong": gettext_noop("有缺口"),
}
PARTS: Final = {
    "roles": gettext_noop("岗位"),
    "facts": gettext_noop("事实"),
    "procedures": gettext_noop("程序"),
    "stages": gettext_noop("阶段"),
    "limits": gettext_noop("期限"),
    "duties": gettext_noop("职责"),
    "notices": gettext_noop("文书"),
    "actions": gettext_noop("办理动作"),
}
MAX_LETTERS: Final = 100


@dataclass(frozen=True, slots=True)
class CoverageFilter:
    """What the list is narrowed to: a book, a kind, words that occur anywhere in a line."""

    book: str = ""
    kind: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """An element of a book: what it is, its name, of which procedure unless that goes without saying, and where it is written."""

    part: str
    name: str
    procedure: str
    place: str
    url: str


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """A clause: its text in the register, how the book words it (empty when alike) and why, where it lives, what shows it."""

    id: str
    cite: str
    text: str
    worded: str
    note: str
    kind: ClauseFate
    label: str
    spots: tuple[Spot, ...]
    features: tuple[str, ...]
    tests: tuple[str, ...]
    verdict: RemovalVerdict | None

    def mentions(self, words: Iterable[str]) -> bool:
        """Whether each of the lower-case ``words`` occurs in it."""
        names = (f"{spot.part} {spot.name} {spot.place}" for spot in self.spots)
        parts = (self.id, self.cite, self.text, self.worded, self.note, *names, *self.features, *self.tests)
        text = "\n".join(parts).lower()
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar, ``start`` and ``width`` in hundredths of it as SVG has them."""

    kind: ClauseFate
    label: str
    count: int
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class BookGroup:
    """The clauses of one text: the book made after it, how many of which kind it has in all, and the lines wanted."""

    book: str
    title: str
    url: str
    count: int
    segments: tuple[Segment, ...]
    lines: tuple[ClauseLine, ...]


@require_safe
@staff_page
def coverage(request: HttpRequest, acting: Acting) -> HttpResponse:
    """All clauses by text, narrowed to what is wanted."""
    filters = _filters(request.GET)
    groups = _groups(filters)
    context = {
        "filters": filters,
        "groups": groups,
        "found": sum(len(group.lines) for group in groups),
        "total": sum(group.count for group in groups),
        "legend": _segments([row for _book, rows in _by_book() for row in rows]),
        "kinds": {kind: _(label) for kind, label in KINDS.items()},
    }
    return render(request, "rule_pages/coverage.html", context)


def _filters(query: QueryDict) -> CoverageFilter:
    book, kind = query.get("book", ""), query.get("kind", "")
    return CoverageFilter(
        book=book if book in {name for name, _rows in _by_book()} else "",
        kind=kind if kind in get_args(ClauseFate) else "",
        q=" ".join(query.get("q", "")[:MAX_LETTERS].replace("\x00", "").split()),
    )


@lru_cache(maxsize=1)
def _by_book() -> tuple[tuple[str, tuple[Coverage, ...]], ...]:
    """The clauses by the book that words them, in the order of the register; what ships does not change while a process runs."""
    groups: dict[str, list[Coverage]] = {}
    for row in covered(recorded_tests()):
        groups.setdefault(row.wording.book if row.wording else "", []).append(row)
    return tuple((book, tuple(rows)) for book, rows in groups.items())


@lru_cache(maxsize=1)
def _verdicts() -> dict[str, RemovalVerdict]:
    """What removals found of each clause, when this version was made."""
    return recorded(row for _book, rows in _by_book() for row in rows)


def _groups(filters: CoverageFilter) -> list[BookGroup]:
    return [_group(book, rows, filters) for book, rows in _by_book()]


def _group(book: str, rows: tuple[Coverage, ...], filters: CoverageFilter) -> BookGroup:
    title = name_of(load(book).book.title) if book else _("未归入规程")
    lines: tuple[ClauseLine, ...] = ()
    if filters.book in ("", book):
        words = filters.q.lower().split()
        lines = tuple(line for line in map(_line, rows) if filters.kind in ("", line.kind) and line.mentions(words))
    return BookGroup(book, title, _address("book", book) if book else "", len(rows), tuple(_segments(rows)), lines)


def _kind(row: Coverage) -> ClauseFate:
    if row.state in WRONG:
        return "wrong"
    if row.state == "awaited":
        return "awaited"
    if not row.elements:
        return "feature"
    verdict = _verdicts().get(row.clause)
    if verdict is None:
        return "untried" if removals_of(row) else "book"  # of a whole procedure nothing can be taken away
    return "thin" if verdict.unnoticed else "book"


def _segments(rows: Iterable[Coverage]) -> list[Segment]:
    kinds = [_kind(row) for row in rows]
    segments, start = [], 0.0
    for kind, label in KINDS.items():
        count = kinds.count(kind)
        if count:
            width = 100 * count / len(kinds)
            segments.append(Segment(kind, _(label), count, f"{start:.2f}", f"{width:.2f}"))
            start += width
    return segments


def _line(row: Coverage) -> ClauseLine:
    clause = row.wording.clause if row.wording else None
    worded = name_of(clause)
    text = row.requirement.en if language() == "en" and row.requirement.en else row.requirement.zh
    kind = _kind(row)
    return ClauseLine(
        id=row.clause,
        cite=name_of(clause.cite) if clause else "",
        text=in_script(text),
        worded="" if _letters(worded) == _letters(text) else worded,
        note=name_of(clause.note) if clause else "",
        kind=kind,
        label=_(KINDS[kind]),
        spots=tuple(map(_spot, row.elements)),
        features=tuple(name_of(feature.name) for feature in row.features),
        tests=row.tests,
        verdict=_verdicts().get(row.clause),
    )


def _letters(text: str) -> str:
    """The text without punctuation, which the register and the books set differently."""
    return "".join(letter for letter in text if letter.isalnum())


def _spot(place: ElementPlace) -> Spot:
    parts = place.path.split(".")
    part = parts[2] if len(parts) > 2 else parts[0]
    return Spot(
        part=_(PARTS[part]),
        name=name_of(place.name),
        procedure=name_of(place.within) if place.within and parts[1] != MATTER else "",
        place=f"{place.file}:{place.line}",
        url=_page(place),
    )


def _page(place: ElementPlace) -> str:
    """Where the pages of the rulebooks show an element: roles and facts with the book, the rest with its procedure."""
    match place.path.split("."):
        case ["procedures", procedure]:
            return _address("procedure", place.book, procedure)
        case ["procedures", procedure, part, name]:
            anchor = "duty" if part == "duties" else part.removesuffix("s")
            return f"{_address('procedure', place.book, procedure)}#{procedure}-{anchor}-{name}"
        case ["roles", name]:
            return f"{_address('book', place.book)}#role-{name}"
        case _:
            return _address("book", place.book)


def _address(page: str, *names: str) -> str:
    return reverse(f"rules:{page}", args=names)
