"""A value that we never write, in whatever column of whatever row, is told, and hides nothing else that was changed (SQLite)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from zlib import crc32

import pytest
from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

from huiyin.audit.readable import hidden_tables, only_readable, unreadable
from huiyin.audit.verify import row_flaws
from huiyin.casework.models import Case, Duty
from huiyin.commands import FAILED
from huiyin.people.models import Unit
from tests.audit import installation
from tests.audit.installation import unguarded
from tests.matters import Matter

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has types")

TABLES = installation.tables()
SAID = installation.page()
WRITTEN = RawSQL("rowid", ())
"""The order in which rows were written: ids of one moment stand in any."""
WRONG = ("x'ff00'", "'morgen'", "CAST(x'ff' AS TEXT)", "1.5", "'2026-02-31 24:00:00'")


class Undo(Exception):
    pass


make_world = installation.seed


def read_columns() -> Iterator[tuple[str, models.Field[Any, Any]]]:
    """Every column of every table of which verify reads anything; SQLite keeps nothing but numbers where it counts rows itself."""
    for table, model in TABLES.items():
        if SAID[table].verify:
            fields = [field for field in model._meta.local_concrete_fields if field.column]
            yield from ((table, field) for field in fields if not isinstance(field, models.AutoField))


def put(table: str, column: str, value: str) -> None:
    """Give the last row something that Django would never write."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        last = f'SELECT max(rowid) FROM "{table}"'
        cursor.execute(f'UPDATE "{table}" SET "{column}" = {value} WHERE rowid = ({last})')
        cursor.execute("PRAGMA ignore_check_constraints = OFF")


def after(table: str, column: str, value: str, look: Callable[[], list[str]]) -> list[str]:
    told: list[str] = []
    try:
        with transaction.atomic():
            with unguarded(table):
                put(table, column, value)
            told = look()
            raise Undo
    except Undo:
        return told


def wrong_rows() -> list[str]:
    return [str(finding) for finding in row_flaws(installation.LATER) if finding.kind == "wrong"]


def test_everything_of_an_untouched_installation_can_be_read(matter: Matter) -> None:
    with only_readable() as found:
        assert found == []


@pytest.mark.parametrize("one_of", [12, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_a_value_of_another_kind_is_found_in_every_column(matter: Matter, one_of: int) -> None:
    """Every push tries a part of the columns, the same each time: which, their names say."""
    missed = []
    for table, field in read_columns():
        if crc32(f"{table}.{field.column}".encode()) % one_of:
            continue
        look = partial(columns_told, TABLES[table])
        for value in WRONG:
            wanted = [] if value in fitting(field) else [field.attname]
            if after(table, field.column, value, look) != wanted:
                missed.append(f"{table}.{field.column}: {value}")
    assert missed == []


def columns_told(model: type[models.Model]) -> list[str]:
    return [finding.what.partition(" ")[0] for finding in unreadable(model)]


def fitting(field: models.Field[Any, Any]) -> tuple[str, ...]:
    """Which of the wrong values are none in this column."""
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(target, models.JSONField):
        return ("1.5",)
    if isinstance(target, models.CharField | models.TextField):
        return tuple(value for value in WRONG if "x'ff" not in value)  # SQLite makes text of a number here
    return ("x'ff00'",) if isinstance(target, models.BinaryField) else ()


@pytest.mark.slow
@pytest.mark.parametrize("one_of", [8, pytest.param(1, marks=pytest.mark.exhaustive)])
def test_whatever_cannot_be_read_hides_nothing_else(matter: Matter, one_of: int) -> None:
    """One column a table: a row is left out whichever of its columns cannot be read."""
    case = Case.objects.order_by(WRITTEN).first()  # not the last row, which is the one that cannot be read
    unit = Unit.objects.order_by(WRITTEN).first()
    assert case is not None and unit is not None
    Case.objects.filter(id=case.id).update(headcount=77)
    Unit.objects.filter(id=unit.id).update(name="东门队")
    missed = []
    for table, field in dict(reversed([*read_columns()])).items():
        if crc32(table.encode()) % one_of:
            continue
        lines = after(table, field.column, "CAST(x'ff' AS TEXT)", wrong_rows)
        wanted = (f"{field.attname} cannot be read", "case: headcount", f"people_unit {unit.id.hex}: it is not as")
        if not all(any(part in line for line in lines) for part in wanted):
            missed.append(f"{table}.{field.column}: {lines}")
    assert missed == []


def test_what_one_process_found_the_others_hide_without_looking_again(matter: Matter) -> None:
    put("casework_duty", "due_at", "'morgen'")
    with only_readable() as found:
        assert len(found) == 1
        told = hidden_tables()
        left = Duty.objects.count()
    assert told == {"casework_duty"}
    assert hidden_tables() == set()
    with only_readable(told) as nothing_more:
        assert nothing_more == []
        assert Duty.objects.count() == len(Duty.objects.all()) == left


def test_the_command_ends_with_status_1_and_tells_all_of_it(matter: Matter, capsys: pytest.CaptureFixture[str]) -> None:
    from huiyin import cli

    put("casework_case", "seal", "x'00'")
    Unit.objects.update(name="东门队")
    assert cli.main(["ledger", "verify"]) == FAILED
    lines = capsys.readouterr().out
    assert "seal cannot be read: expected a text, found blob" in lines and "people_unit" in lines
    assert "unexpected" not in lines
