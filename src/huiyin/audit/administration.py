"""Whether the rows that administrative events commit to are as the last event left them, and none is there without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, models
from django.db.models import Exists, OuterRef

from huiyin.audit.finding import Discrepancy, one_moment, readable
from huiyin.casework.models import Case, CaseParty
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.ledger import guard, series
from huiyin.ledger.commitment import commit_row
from huiyin.ledger.models import Row
from huiyin.people import administration
from huiyin.people.models import AccessRecord, BlindIndex, DataKey, Erasure, Petitioner
from huiyin.procedure.event import RowsRecorded

ROWS_AT_ONCE = 500
NOT_BEGUN = gettext_noop("管理员做的还没有记录：请运行 huiyin prepare")


@dataclass(frozen=True, slots=True)
class LastRecorded:
    """How the last event about a row left it."""

    columns: tuple[str, ...]
    commitment: str


def flaws() -> Iterator[Discrepancy]:
    """Everything that is wrong, one line each, with the table and the id of the row."""
    with one_moment():
        if not administration.is_begun():
            # Nothing at all is there on the first day; then there is nothing to rely on either.
            if any(administration.recorded_rows(model).exists() for model in administration.recorded_models()):
                yield Discrepancy("installation", NOT_BEGUN)
            return
        last = _last()
        for model in administration.recorded_models():
            yield from _table(model, last.pop(model._meta.db_table, {}))
        yield from (Discrepancy(table, _("有记录写到它，而本版本没有这个表")) for table in last)
    yield from _access()


def _events(name: series.SeriesName) -> Iterator[RowsRecorded]:
    id = series.series_id(series.INSTALLATION, name, "")
    rows = Row.objects.filter(case_id=id).order_by("seq").iterator(ROWS_AT_ONCE)
    return (event for _row, event in readable(rows, RowsRecorded))


def _last() -> dict[str, dict[str, LastRecorded]]:
    """What binds each row today, by table and key: as much as there are people, posts and days."""
    last: dict[str, dict[str, LastRecorded]] = {}
    for event in _events(administration.ADMINISTRATION):
        table = last.setdefault(event.table, {})
        for key, commitment in event.rows.items():
            table[key] = LastRecorded(event.columns, commitment)
    return last


def _table(model: type[models.Model], last: dict[str, LastRecorded]) -> Iterator[Discrepancy]:
    table = model._meta.db_table
    for row in administration.recorded_rows(model).iterator(ROWS_AT_ONCE):
        key = administration.row_key(row)
        bound = last.pop(key, None)
        if bound is None or not bound.commitment:
            yield Discrepancy(f"{table} {key}", _("它在那里，却没有记录说是谁做的"))
        elif not _is_bound(row, bound):
            yield Discrepancy(f"{table} {key}", _("它与最后一条记录不同"))
    for key, bound in last.items():
        if bound.commitment:
            yield Discrepancy(f"{table} {key}", _("它不见了，或者被改得没有记录与它有关"))


def _is_bound(row: models.Model, bound: LastRecorded) -> bool:
    try:
        return commit_row(row, bound.columns) == bound.commitment
    except (AttributeError, TypeError, ValueError):
        # A column that is no more (the release that takes it away records the rows anew), or a value that nothing of ours ever was.
        return False


def _access() -> Iterator[Discrepancy]:
    """Every record of access is there as it was written: chained ones by their event, the others by their seal."""
    table = AccessRecord._meta.db_table
    chained = 0
    with one_moment():
        for event in _events(administration.ACCESS):
            rows = {administration.row_key(row): row for row in AccessRecord.objects.filter(id__in=list(event.rows))}
            chained += len(event.rows)
            for key, commitment in event.rows.items():
                if key not in rows:
                    yield Discrepancy(f"{table} {key}", _("它不见了"))
                elif not rows[key].chained or commit_row(rows[key], event.columns) != commitment:
                    yield Discrepancy(f"{table} {key}", _("写成以后被改过"))
        if AccessRecord.objects.filter(chained=True).count() > chained:
            yield Discrepancy(table, _("有的内容没有记录写到"))
        for row in AccessRecord.objects.order_by("id").iterator(ROWS_AT_ONCE):
            if row.seal != administration.access_seal(row):
                yield Discrepancy(f"{table} {administration.row_key(row)}", _("它的印记不是我们的"))


def guard_flaws() -> Iterator[Discrepancy]:
    """Triggers that no longer keep the ledger."""
    yield from (Discrepancy(where, what) for where, what in guard.flaws(connection))


def strays() -> Iterator[Discrepancy]:
    """Petitioners, keys and look-up entries that belong to nobody, and erasures of which one half is missing."""
    with one_moment():
        petitioners = Petitioner.objects.exclude(Exists(CaseParty.objects.filter(petitioner=OuterRef("pk"))))
        petitioners = petitioners.exclude(Exists(Case.objects.filter(petitioner=OuterRef("pk"))))
        found: list[tuple[type[models.Model], models.QuerySet[models.Model], str]] = [
            (Petitioner, petitioners, _("没有事项写到它")),
            (
                DataKey,
                DataKey.objects.exclude(Exists(Petitioner.objects.filter(key=OuterRef("pk")))),
                _("它不属于任何人"),
            ),
            (
                BlindIndex,
                BlindIndex.objects.exclude(Exists(Petitioner.objects.filter(id=OuterRef("petitioner")))),
                _("它不属于任何人"),
            ),
            (Erasure, Erasure.objects.filter(petitioner__key__destroyed_at=None), _("密钥还在")),
        ]
        for model, rows, what in found:
            for id in rows.order_by("pk").values_list("pk", flat=True).iterator():
                yield Discrepancy(f"{model._meta.db_table} {id.hex}", what)
