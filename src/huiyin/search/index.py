"""Writing the index of words: texts that are new come in, texts that are erased or change their case's sealing go out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from huiyin.casework.models import Case, Text
from huiyin.casework.sealed.texts import read_texts
from huiyin.ledger.chain import ROW_ERRORS
from huiyin.people.models import Petitioner
from huiyin.rules.book.load import RulebookFlawed
from huiyin.sealing.aead import SealBroken
from huiyin.sealing.keyring import UnknownKey
from huiyin.search.contents import findable, words_of
from huiyin.search.keys import SegmentKeys, keys_of
from huiyin.search.models import TEXTS_A_SEGMENT, FindableText, IndexSegment, Posting
from huiyin.search.words import fold, pairs

TEXTS_AT_ONCE: Final = 50
LABELS_AT_ONCE: Final = 2_000
"""As many values as a statement takes on either database without trouble."""

journal = structlog.get_logger("huiyin.search")


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A text on its way into the index; ``pairs`` are those of its signs."""

    id: UUID
    case: Case
    kind: FindableText.TextKind
    pairs: frozenset[str] = field(repr=False)

    @property
    def shelf(self) -> tuple[UUID, bool]:
        """Which segments it goes into: those of an organisation, of sealed cases or of others."""
        return self.case.organisation_id, self.case.sealed


def take_in(at: datetime) -> int:
    """Let the next texts be found that nobody has looked at yet; how many were looked at. Several workers share them."""
    with transaction.atomic():
        waiting = Text.objects.select_for_update(skip_locked=True).filter(indexed=False)
        rows = list(waiting.order_by("id").values_list("id", "case")[:TEXTS_AT_ONCE])
        if not rows:
            return 0
        ids = [id for id, _case in rows]
        take_out(ids)
        for (organisation, sealed), entries in _by_shelf(entries_of(rows)):
            _file(organisation, sealed, entries)
        Text.objects.filter(id__in=ids).update(indexed=True)
    return len(rows)


def entries_of(rows: Iterable[tuple[UUID, UUID]]) -> Iterator[IndexEntry]:
    """What is to stand in the index of these texts (each with its case's id); nothing of those that were erased or are not to be found."""
    by_case: dict[UUID, list[UUID]] = defaultdict(list)
    for id, of in rows:
        by_case[of].append(id)
    plain = _readable([id for ids in by_case.values() for id in ids])
    for case in Case.objects.filter(id__in=list(by_case)).order_by("id"):
        kinds = _kinds(case)
        for id in by_case[case.id]:
            if id in plain and id in kinds:
                words = fold(words_of(kinds[id], plain[id]))
                yield IndexEntry(id, case, kinds[id], frozenset(pairs(words.signs)))


def _readable(ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """The texts that open: one that was altered keeps no other from being found, and `huiyin ledger verify` tells it."""
    try:
        return read_texts(ids)
    except (SealBroken, UnknownKey):
        if len(ids) > 1:
            return {**_readable(ids[: len(ids) // 2]), **_readable(ids[len(ids) // 2 :])}
        journal.warning("text left out of the index", text=str(ids[0]))
        return {}


def _kinds(case: Case) -> Mapping[UUID, FindableText.TextKind]:
    try:
        return findable(case.id, case.procedure)
    except (RulebookFlawed, *ROW_ERRORS):
        journal.warning("case left out of the index", case=str(case.id))
        return {}


def take_out(ids: Collection[UUID]) -> int:
    """Take texts out of the index, so that nothing of their words stays behind; how many stood there."""
    kept = list(FindableText.objects.filter(id__in=ids).order_by("segment_id"))
    by_segment: dict[int, list[FindableText]] = defaultdict(list)
    for text in kept:
        by_segment[text.segment_id].append(text)
    for texts in by_segment.values():
        segment = IndexSegment.objects.select_for_update().get(id=texts[0].segment_id)
        _clear(segment, [text.place for text in texts])
    FindableText.objects.filter(id__in=[text.id for text in kept]).delete()
    return len(kept)


def forget_words_of(petitioner: Petitioner) -> int:
    """Take everything out that is sealed under a petitioner's key, before that is destroyed; call it in that transaction. How many texts.

    Their rows are locked, so that no worker who has read one already writes its words down afterwards.
    """
    rows = Text.objects.select_for_update().filter(petitioner=petitioner)
    return take_out(list(rows.values_list("id", flat=True)))


def forget_all() -> int:
    """Empty the index, so that workers make it anew from every text; how many texts will be looked at."""
    with transaction.atomic():
        Posting.objects.all().delete()
        FindableText.objects.all().delete()
        IndexSegment.objects.all().delete()
        return Text.objects.filter(indexed=True).update(indexed=False)


def _by_shelf(entries: Iterable[IndexEntry]) -> Iterator[tuple[tuple[UUID, bool], list[IndexEntry]]]:
    ordered = sorted(entries, key=lambda entry: (*entry.shelf, entry.id))
    return ((shelf, list(group)) for shelf, group in groupby(ordered, key=lambda entry: entry.shelf))


def _file(organisation: UUID, sealed: bool, entries: Sequence[IndexEntry]) -> None:
    """Put entries at the next places of the open segment, and of new ones where that is full."""
    waiting = list(entries)
    while waiting:
        segment = _open_segment(organisation, sealed)
        room = TEXTS_A_SEGMENT - segment.used
        _write(segment, waiting[:room])
        del waiting[:room]


def _open_segment(organisation: UUID, sealed: bool) -> IndexSegment:
    newest = (
        IndexSegment.objects.select_for_update().filter(organisation_id=organisation, sealed=sealed).order_by("-id")
    )
    found = newest.first()
    if found is not None and found.used < TEXTS_A_SEGMENT:
        return found
    return IndexSegment.objects.create(organisation_id=organisation, sealed=sealed)


def _write(segment: IndexSegment, entries: Sequence[IndexEntry]) -> None:
    keys = keys_of(segment)
    places: dict[str, int] = defaultdict(int)
    texts = []
    for place, entry in enumerate(entries, segment.used):
        texts.append(FindableText(id=entry.id, segment=segment, place=place, case=entry.case, kind=entry.kind))
        for pair in entry.pairs:
            places[pair] |= 1 << place
    FindableText.objects.bulk_create(texts)
    by_label = {keys.label(pair): bits for pair, bits in places.items()}
    for label, bits in _stored(keys, segment, list(by_label)):
        by_label[label] |= bits
    _keep(keys, segment, by_label)
    segment.used += len(entries)
    segment.save(update_fields=["used"])


def _stored(keys: SegmentKeys, segment: IndexSegment, labels: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The rows of bits that stand under these labels already."""
    for begin in range(0, len(labels), LABELS_AT_ONCE):
        rows = Posting.objects.filter(label__in=labels[begin : begin + LABELS_AT_ONCE], segment=segment)
        for label, sealed in rows.values_list("label", "places"):
            yield label, keys.opened(label, bytes(sealed))


def _keep(keys: SegmentKeys, segment: IndexSegment, places: Mapping[int, int]) -> None:
    Posting.objects.bulk_create(
        (
            Posting(label=label, segment=segment, places=keys.close(label, bits, TEXTS_A_SEGMENT))
            for label, bits in places.items()
        ),
        update_conflicts=True,
        unique_fields=["label"],
        update_fields=["places"],
        batch_size=LABELS_AT_ONCE,
    )


def _clear(segment: IndexSegment, places: Iterable[int]) -> None:
    """Take these places out of every row of a segment: what words a text had is not known any more once its key is destroyed."""
    keys, mask = keys_of(segment), sum(1 << place for place in places)
    changed, empty = {}, []
    for label, sealed in Posting.objects.filter(segment=segment).values_list("label", "places"):
        bits = keys.opened(label, bytes(sealed))
        if bits & mask == bits:
            empty.append(label)
        elif bits & mask:
            changed[label] = bits & ~mask
    for begin in range(0, len(empty), LABELS_AT_ONCE):
        Posting.objects.filter(label__in=empty[begin : begin + LABELS_AT_ONCE]).delete()
    _keep(keys, segment, changed)
