"""The index of words, compared with the texts from which it is made: nothing is missing in it, and nothing stands there that no text says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Exists, OuterRef

from huiyin.audit.finding import one_moment
from huiyin.casework.models import Text
from huiyin.language import gettext as _
from huiyin.sealing.aead import SealBroken
from huiyin.search.index import IndexEntry, entries_of
from huiyin.search.keys import SegmentKeys, keys_of
from huiyin.search.models import FindableText, IndexSegment, Posting


def flaws() -> Iterator[tuple[str, str]]:
    """What is wrong with the index, as where and what, without a word of any text. What waits for a worker is not looked at."""
    with one_moment():
        for model in (FindableText, Posting):
            lost = model._default_manager.exclude(Exists(IndexSegment.objects.filter(id=OuterRef("segment_id"))))
            yield from (
                (f"{model._meta.db_table} {pk}", _("它所在的一组不见了")) for pk in lost.values_list("pk", flat=True)
            )
        yield from _missing()
    for segment in IndexSegment.objects.order_by("id"):
        with one_moment():
            yield from ((f"{IndexSegment._meta.db_table} {segment.id}", flaw) for flaw in _flaws_of(segment))


def _missing() -> Iterator[tuple[str, str]]:
    kept = FindableText.objects.filter(id=OuterRef("id"))
    outside = Text.objects.filter(indexed=True).exclude(Exists(kept)).order_by("case", "id")
    for entry in entries_of(outside.values_list("id", "case")):
        yield f"text {entry.id.hex}", _("它应当能按字词找到，却不在索引中")


def _flaws_of(segment: IndexSegment) -> Iterator[str]:
    kept = {text.id: text for text in FindableText.objects.filter(segment=segment)}
    rows = list(Text.objects.filter(id__in=list(kept)).values_list("id", "case", "indexed"))
    waiting = {id for id, _case, indexed in rows if not indexed}
    entries = {entry.id: entry for entry in entries_of((id, case) for id, case, _indexed in rows)}
    for id, text in kept.items():
        if id not in entries:
            if id not in waiting:
                yield f"text {id.hex}: " + _("不应按字词找到，却在索引中")
        elif text.case_id != entries[id].case.id or text.kind != entries[id].kind:
            yield f"text {id.hex}: " + _("事项或者类别不是它自己的")
        elif id not in waiting and entries[id].shelf != (segment.organisation_id, segment.sealed):
            yield f"text {id.hex}: " + _("放在另一个机构的，或者密封状态不同的事项之中")
    keys = keys_of(segment)
    expected = _expected(keys, kept, entries)
    yield from _postings(segment, keys, expected)


def _expected(keys: SegmentKeys, kept: dict[UUID, FindableText], entries: dict[UUID, IndexEntry]) -> dict[int, int]:
    places: dict[str, int] = defaultdict(int)
    for id, entry in entries.items():
        for pair in entry.pairs:
            places[pair] |= 1 << kept[id].place
    return {keys.label(pair): bits for pair, bits in places.items()}


def _postings(segment: IndexSegment, keys: SegmentKeys, expected: dict[int, int]) -> Iterator[str]:
    found: dict[int, int] = {}
    for label, sealed in Posting.objects.filter(segment=segment).values_list("label", "places"):
        try:
            found[label] = keys.open(label, bytes(sealed))
        except SealBroken:
            yield _("一个字词的行打不开：它或者它所在的一组被改过")
    wrong = sum(found.get(label) != bits for label, bits in expected.items())
    wrong += len(found.keys() - expected.keys())
    if wrong:
        yield f"{wrong} of its words are not those of its texts"
