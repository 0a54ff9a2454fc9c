"""Looking through the texts of matters for words: only those that the reader may see, and no further than a page needs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import reduce
from operator import and_, or_
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.casework.models import Case, DocumentVersion
from huiyin.casework.sealed.texts import read_texts
from huiyin.casework.visible import access_of, on_visible
from huiyin.paging import Order
from huiyin.people.acting import overseen
from huiyin.procedure.command import Actor
from huiyin.search.contents import words_of
from huiyin.search.keys import keys_of
from huiyin.search.models import FindableText, IndexSegment
from huiyin.search.words import PassagePiece, fold, pairs, passage, phrases, stands_in

PAGE: Final = 15
ROUNDS: Final = (16, *[48] * 8)
"""How many segments are looked through at once: few at first, since what is looked for often stands in the latest. All of them: some
100,000 texts."""
CANDIDATES_A_ROUND: Final = 200
MAX_PAIRS: Final = 8
"""By so many pairs a segment is asked; the phrase itself is looked for in the few texts that have all of them."""
_SEARCHED: Final = "WITH searched (label) AS (VALUES "
_ROWS_OF_BITS: Final = ") SELECT searched.label, (SELECT row.places FROM search_posting row WHERE row.label = searched.label) FROM searched"
_BY_PLACE: Final = Order(FindableText, ("segment", "place"), descending=True)


@dataclass(frozen=True, slots=True)
class FoundText:
    """A text in which all stands that was looked for. ``paper`` is the document whose newest text it is."""

    case: Case
    kind: str
    passage: tuple[PassagePiece, ...]
    document: UUID | None = None


@dataclass(frozen=True, slots=True)
class FoundTexts:
    """Some texts, the latest first; with ``next`` the ones before them are asked for (empty: there are none). ``searched`` is what was understood."""

    searched: tuple[str, ...]
    items: tuple[FoundText, ...] = ()
    next: str = ""


@dataclass(frozen=True, slots=True, order=True)
class _SegmentPlace:
    """A place of the index. What is newer is greater."""

    segment: int
    place: int


def find_texts(actor: Actor, typed: str, after: str = "", size: int = PAGE) -> FoundTexts:
    """The texts of cases that ``actor`` may see in which all that was ``typed`` stands, the latest first.

    What is done for it depends on what they may see alone: texts that are hidden from them have the same statements asked, rows read and
    rows of bits opened, whatever words stand there. Otherwise the time of an answer would tell those words.

    One request looks through so many segments (``ROUNDS``); then ``next`` says where to go on, be it that nothing was found so far.
    """
    searched = phrases(typed)
    if not searched or actor.kind != "staff":
        return FoundTexts(searched)
    items: list[FoundText] = []
    before, segments = _read_key(after), _segments(actor)
    for size_of_round in ROUNDS:
        candidates, before = _candidates(actor, segments, size_of_round, searched, before)
        for place, found in _checked(actor, searched, candidates):
            items.append(found)
            if len(items) == size:
                return FoundTexts(searched, tuple(items), _key(place))
        if before is None:
            return FoundTexts(searched, tuple(items))
    return FoundTexts(searched, tuple(items), _key(before) if before else "")


def _candidates(
    actor: Actor, rows: QuerySet[IndexSegment], number: int, searched: Sequence[str], before: _SegmentPlace | None
) -> tuple[list[_SegmentPlace], _SegmentPlace | None]:
    """The places before ``before`` of texts that the reader may see and that have all pairs of what is searched, the newest first; and how far
    was looked (None: to the end).
    """
    if before is not None:
        rows = rows.filter(id__lte=before.segment) if before.place else rows.filter(id__lt=before.segment)
    segments = list(rows[: number + 1])
    more, segments = len(segments) > number, segments[:number]
    seen = _seen_places(actor, segments, before)
    shared = [segment for segment in segments if segment.id in seen]
    places: list[_SegmentPlace] = []
    for segment, bits in _with_all_pairs(shared, searched):
        found = bits & seen[segment.id]
        places += (
            _SegmentPlace(segment.id, place) for place in range(found.bit_length() - 1, -1, -1) if found >> place & 1
        )
    if len(places) > CANDIDATES_A_ROUND:
        return places[:CANDIDATES_A_ROUND], places[CANDIDATES_A_ROUND - 1]
    return places, _SegmentPlace(segments[-1].id, 0) if more else None


def _seen_places(actor: Actor, segments: Sequence[IndexSegment], before: _SegmentPlace | None) -> Mapping[int, int]:
    """The places of each segment with a text that the reader may see, as bits, whatever words it has; segments of which they see none are
    left out.
    """
    if not segments:
        return {}
    seen: dict[int, int] = {}
    allowed = Exists(access_of(actor).filter(case=OuterRef("case_id")))
    rows = FindableText.objects.filter(allowed, segment__in=segments)
    for segment, place in rows.values_list("segment", "place"):
        if before is None or _SegmentPlace(segment, place) < before:
            seen[segment] = seen.get(segment, 0) | 1 << place
    return seen


def _segments(actor: Actor) -> QuerySet[IndexSegment]:
    """The segments in which something may stand for the reader, the newest first. Those of sealed cases are not touched for who sees none."""
    organisations = overseen(actor.organisation)
    rows = IndexSegment.objects.filter(organisation__in=organisations).order_by("-id")
    return rows if access_of(actor).filter(sealed=True).exists() else rows.filter(sealed=False)


def _with_all_pairs(segments: Sequence[IndexSegment], searched: Sequence[str]) -> Iterator[tuple[IndexSegment, int]]:
    """Which places of each segment have all pairs, as bits."""
    asked = _telling(searched)
    keys = {segment.id: keys_of(segment) for segment in segments}
    labels = {segment.id: [keys[segment.id].label(pair) for pair in asked] for segment in segments}
    sealed = _sealed_rows([label for each in labels.values() for label in each])
    for segment in segments:
        opened = [keys[segment.id].opened(label, sealed[label]) for label in labels[segment.id]]
        yield segment, reduce(and_, opened)


def _sealed_rows(labels: Sequence[int]) -> Mapping[int, bytes | None]:
    """What stands under each label; None: nothing does. As many rows come from the database as were asked for, so that their number says
    nothing of the words of hidden texts: hence a statement that the query builder does not know.
    """
    if not labels:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"{_SEARCHED}{', '.join(['(%s)'] * len(labels))}{_ROWS_OF_BITS}", labels)
        return {label: None if places is None else bytes(places) for label, places in cursor.fetchall()}


def _telling(searched: Sequence[str]) -> list[str]:
    """Some pairs of all phrases, spread over them."""
    every = list(dict.fromkeys(pair for phrase in searched for pair in pairs(phrase)))
    step = max(1, -(-len(every) // MAX_PAIRS))
    return every[::step]


def _checked(
    actor: Actor, searched: Sequence[str], places: Sequence[_SegmentPlace]
) -> Iterator[tuple[_SegmentPlace, FoundText]]:
    """Of these places the texts that the reader may see, that are the newest of their document, and in which the phrases do stand."""
    if not places:
        return
    by_segment: dict[int, list[int]] = {}
    for place in places:
        by_segment.setdefault(place.segment, []).append(place.place)
    at = reduce(or_, (Q(segment=segment, place__in=each) for segment, each in by_segment.items()))
    rows = list(FindableText.objects.filter(at).filter(on_visible(actor)).select_related("case__unit"))
    rows.sort(key=lambda row: _SegmentPlace(row.segment_id, row.place), reverse=True)
    documents = _newest_of_documents(row.id for row in rows if row.kind == FindableText.TextKind.PAPER)
    plain = read_texts(row.id for row in rows)
    for row in rows:
        if row.id not in plain or (row.kind == FindableText.TextKind.PAPER and row.id not in documents):
            continue
        words = words_of(row.kind, plain[row.id])
        if stands_in(searched, fold(words)):
            found = FoundText(row.case, row.kind, passage(searched, words), documents.get(row.id))
            yield _SegmentPlace(row.segment_id, row.place), found


def cases_with(words: str, organisations: Collection[UUID]) -> frozenset[UUID]:
    """The cases of ``organisations`` with a text that may hold ``words``, whoever sees them: for the system, which reads them and tells nobody."""
    searched = phrases(f'"{words}"')
    segments = list(IndexSegment.objects.filter(organisation__in=organisations)) if searched else []
    found = set[UUID]()
    for begin in range(0, len(segments), ROUNDS[-1]):
        for segment, bits in _with_all_pairs(segments[begin : begin + ROUNDS[-1]], searched):
            places = [place for place in range(bits.bit_length()) if bits >> place & 1]
            rows = FindableText.objects.filter(segment=segment, place__in=places) if places else None
            found |= set(rows.values_list("case", flat=True)) if rows is not None else set()
    return frozenset(found)


def _newest_of_documents(ids: Iterator[UUID]) -> Mapping[UUID, UUID]:
    """The documents whose newest text these are, by text. What was written over is not shown as if it still stood."""
    texts = list(ids)
    rows = DocumentVersion.objects.filter(id__in=texts).select_related("paper") if texts else ()
    return {row.id: row.paper_id for row in rows if row.version == row.paper.version}


def _key(place: _SegmentPlace) -> str:
    return _BY_PLACE.key_of(astuple(place))


def _read_key(text: str) -> _SegmentPlace | None:
    """What ``_key`` wrote; None for anything else."""
    key = _BY_PLACE.read_key(text)
    return None if key is None else _SegmentPlace(*key)
