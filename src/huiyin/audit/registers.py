"""Whether the registers are whole: every series counted and chained, every number somebody's, everybody's number their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import models
from django.utils import timezone

from huiyin.audit.finding import Discrepancy, one_moment, readable
from huiyin.casework.models import Case, CaseParty, DocumentRecord, Notice, Submission
from huiyin.door.numbers import CASES, OPEN, SEALED, case_commitment
from huiyin.language import gettext as _
from huiyin.ledger import series
from huiyin.ledger.models import CountedSeries, Row
from huiyin.people.models import Organisation
from huiyin.procedure.event import Numbered
from huiyin.rows import read_rows

ROWS_AT_ONCE = 500
PAPERS = (OPEN, SEALED)
RegisterPlace = tuple[UUID, int]
"""Where an entry stands: the id of its series, its number."""


def flaws() -> Iterator[Discrepancy]:
    """Everything that is wrong with the series, and with what the numbers of cases and documents say."""
    codes = dict(Organisation.objects.values_list("id", "code"))
    codes[series.INSTALLATION] = "installation"
    for register in CountedSeries.objects.order_by("organisation_id", "name", "period").iterator():
        where = f"{codes.get(register.organisation_id, register.organisation_id.hex)} {register.name} {register.period}".rstrip()
        with one_moment():
            rows = Row.objects.filter(case_id=register.id).order_by("seq").iterator(ROWS_AT_ONCE)
            register.refresh_from_db()
            yield from [Discrepancy(where, flaw) for flaw in series.flaws(register, rows)]
        if register.name in (CASES, *PAPERS):
            yield from _unclaimed(register, where)
    for number in Case.objects.filter(entry=None).order_by("id").values_list("number", flat=True).iterator():
        yield Discrepancy(number, _("它不在任何登记簿中"))


def _unclaimed(register: CountedSeries, where: str) -> Iterator[Discrepancy]:
    """Entries of a series whose case or document is not there, or has another number."""
    rows = Row.objects.filter(case_id=register.id).order_by("seq").iterator(ROWS_AT_ONCE)
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        events = list(readable(batch, Numbered))
        of_cases = register.name == CASES
        ids = [event.case if of_cases else event.paper for _, event in events]
        borne = _case_numbers(ids) if of_cases else _document_numbers(ids, register.name)
        for (row, event), claimed in zip(events, ids, strict=True):
            if event.number != row.seq or claimed not in borne:
                yield Discrepancy(where, _("编号 %(seq)s 已发出，用它的却不在") % {"seq": row.seq})
            elif borne[claimed] != row.seq:
                yield Discrepancy(where, _("编号 %(seq)s 发给了另一个") % {"seq": row.seq})


def _case_numbers(ids: Collection[UUID | None]) -> dict[UUID | None, int | None]:
    """The number that each of these cases bears in its register."""
    return dict(Case.objects.filter(id__in=filter(None, ids)).values_list("id", "entry"))


def _document_numbers(ids: Collection[UUID | None], name: str) -> dict[UUID | None, int | None]:
    """The number that each of these documents bears, where it is one of the series ``name``: issued or not, and void ones too."""
    named = list(filter(None, ids))
    drafted = DocumentRecord.objects.filter(id__in=named, series=name).values_list("id", "number")
    return {**dict(drafted), **dict(Notice.objects.filter(id__in=named, series=name).values_list("id", "number"))}


def place_of(organisation: UUID, name: str, at: datetime, number: int | None, period: str = "") -> RegisterPlace | None:
    """Where the entry of something that got its number at ``at``, or in ``period``, stands; None when it has none."""
    if number is None:
        return None
    return series.series_id(organisation, name, period or str(timezone.localdate(at).year)), number


def document_places(documents: Iterable[DocumentRecord]) -> dict[UUID, RegisterPlace]:
    """Where the entries of those documents stand that have a number."""
    places = {row.id: place_of(row.issuer_id, row.series, row.drafted_at, row.number, row.period) for row in documents}
    return {id: place for id, place in places.items() if place is not None}


def entries(places: Collection[RegisterPlace]) -> dict[RegisterPlace, Numbered]:
    """What these entries say; those that are not there are missing."""
    by_series: dict[UUID, list[int]] = {}
    for id, number in places:
        by_series.setdefault(id, []).append(number)
    named = models.Q(pk__in=[])
    for id, numbers in by_series.items():
        named |= models.Q(case_id=id, seq__in=numbers)
    return {(row.case_id, row.seq): event for row, event in readable(read_rows(Row.objects.filter(named)), Numbered)}


def case_flaws(
    case: Case, entry: Numbered | None, submissions: Sequence[Submission], parties: Sequence[CaseParty]
) -> Iterator[str]:
    """Whether a case is known by what its entry commits to: its number, its receipts, its petitioners."""
    if case.entry is None:
        return
    if entry is None or entry.case != case.id:
        yield _("它在登记簿中的条目不是它自己的")
        return
    if case_commitment(case, submissions, parties) != entry.commitment:
        yield _("它的编号、某个回执或某名信访人，与登记簿所记不同")


def document_flaws(notice: Notice, entry: Numbered | None) -> Iterator[str]:
    """Whether a document has its own number."""
    if notice.number is None:
        if notice.series:
            yield f"notice {notice.id.hex}: " + _("它没有编号")
    elif entry is None or entry.paper != notice.id or entry.case != notice.case_id:
        yield f"notice {notice.id.hex}: " + _("编号不是它自己的")
