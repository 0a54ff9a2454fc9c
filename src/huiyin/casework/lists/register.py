"""The register of an organisation: every case and every document of a year by its entry, for whoever may know of all of them.

No page shows it: to somebody whom a sealed case accuses its gaps would tell (decision 20). The command line does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from huiyin.casework.models import Case, Notice
from huiyin.people.models import Organisation


@dataclass(frozen=True, slots=True)
class CountedEntry:
    """A line of a register. ``at`` is the local time of entry, ISO 8601."""

    series: str
    entry: int
    number: str
    at: str
    what: str


def entries(organisation: Organisation, year: int) -> Iterator[CountedEntry]:
    """The cases that were registered in a year, by entry; ``what`` is the stage at which each stands."""
    rows: QuerySet[Case] = Case.objects.filter(organisation=organisation, entry__isnull=False)
    for case in rows.filter(registered_at__year=year).order_by("entry").iterator():
        yield CountedEntry("cases", case.entry or 0, case.number, _local(case.registered_at), case.stage)


def document_entries(organisation: Organisation, year: int) -> Iterator[CountedEntry]:
    """The documents that were issued in a year, by series and number; ``what`` is the kind of document."""
    rows = Notice.objects.filter(organisation=organisation, number__isnull=False, issued_at__year=year)
    for notice in rows.select_related("case").order_by("series", "number").iterator():
        yield CountedEntry(notice.series, notice.number or 0, notice.case.number, _local(notice.issued_at), notice.kind)


def _local(at: datetime) -> str:
    return timezone.localtime(at).isoformat()
