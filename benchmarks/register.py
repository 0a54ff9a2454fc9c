"""A register of any size for measuring how reading grows: the matters of a demonstration, many times over.

Every copy has rows, numbers, petitioners and times of its own, made inside the database. Chains of events are copied as they are, and so is what is sealed:
whoever lists, counts, searches and looks up sees what they would see; a copy's own page, and the verification of the ledger, belong to
matters that went through the door.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, models, transaction

from huiyin.casework.models import (
    Case,
    CaseAccess,
    CaseAccused,
    CaseParty,
    CaseUnit,
    Duty,
    Notice,
    Submission,
    Text,
)
from huiyin.ledger.models import LogLeaf, Row
from huiyin.people.models import BlindIndex, DataKey, Petitioner

ENDED_DAYS: Final = 5 * 365
"""Over how many days before the present the matters that ended are spread, all of them archived; the others over OPEN_DAYS."""
OPEN_DAYS: Final = 45
SHARE_OPEN: Final = 0.04
"""Of an office with a year of work behind it; the rest has ended."""

COPIED: Final[tuple[type[models.Model], ...]] = (
    DataKey,
    Petitioner,
    BlindIndex,
    Case,
    CaseAccess,
    CaseUnit,
    CaseAccused,
    CaseParty,
    Submission,
    Text,
    Duty,
    Notice,
    Row,
    LogLeaf,
)
_OWN: Final = {
    DataKey: {"id": "key"},
    Petitioner: {"id": "petitioner", "key_id": "key"},
    BlindIndex: {"id": "index", "petitioner_id": "petitioner"},
    Case: {"id": "case"},
    CaseParty: {"id": "party", "case_id": "case", "petitioner_id": "petitioner"},
    Submission: {"id": "submission", "case_id": "case"},
    Text: {"id": "text", "case": "case"},
    Row: {"case_id": "case"},
    LogLeaf: {"case_id": "case"},
    CaseAccess: {"case_id": "case"},
}
"""Which columns of a copy are ids of its own; of what is not named here, the row's and the case's."""


def templates() -> models.QuerySet[Case]:
    """The matters that went through the door; the number of a copy has a part more."""
    return Case.objects.filter(number__regex=r"^[A-Z]+-\d{8}-\d+$")


_ARCHIVED: Final[Mapping[tuple[type[models.Model], str], str]] = {
    (Duty, "timer_at"): "NULL",
    (Duty, "waits_since"): "NULL",
    (Duty, "discharged_at"): "COALESCE(t.discharged_at, t.opened_at)",
    (CaseAccess, "owing"): "false",
}
"""What was left to do about a matter that has ended was done long ago."""


def multiply(cases: int, tables: Collection[type[models.Model]] = COPIED) -> int:
    """Copy the matters that went through the door until there are about ``cases``; how many there are then. Of ``tables`` alone."""
    ended, unfinished = (_copied(templates().filter(ended_at__isnull=still)) for still in (False, True))
    missing = cases - (first := Case.objects.count())
    still_open = max(1, round(missing * SHARE_OPEN / len(unfinished)))
    over = max(1, round((missing - len(unfinished) * still_open) / len(ended)))
    _teach_sqlite()
    for among, times, days in ((ended, over, ENDED_DAYS), (unfinished, still_open, OPEN_DAYS)):
        copies = range(first + 1, first + 1 + times)  # no copy before had such a number
        with transaction.atomic(), connection.cursor() as cursor:
            for model in (model for model in COPIED if model in tables):
                cursor.execute(*_copying(model, among, copies, days))
        first = copies.stop
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Case.objects.count()


def _copied(among: models.QuerySet[Case]) -> list[Any]:
    """Of these templates the ids of all that are sealed from nobody, and of one that is: a demonstration shows more of them than an office has."""
    return [
        *among.filter(sealed=False).values_list("id", flat=True),
        *among.filter(sealed=True).values_list("id", flat=True)[:1],
    ]


def _copying(model: type[models.Model], cases: list[Any], copies: range, days: int) -> tuple[str, list[Any]]:
    """The statement that copies what belongs to ``cases``, once for each number of ``copies``."""
    names = [field.attname for field in model._meta.concrete_fields]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(model._meta.get_field(name).column)) for name in names)
    values = ", ".join(_value(model, field, days) for field in model._meta.concrete_fields)
    source, parameters = _belonging(model, cases).query.sql_with_params()
    numbers = f"WITH RECURSIVE copy(n) AS (SELECT {copies.start} UNION ALL SELECT n + 1 FROM copy WHERE n < {copies.stop - 1})"
    table = quote(model._meta.db_table)
    select = f"SELECT {values} FROM ({source}) AS t CROSS JOIN copy"
    return f"INSERT INTO {table} ({columns}) {numbers} {select}", list(parameters)


def _belonging(model: type[models.Model], cases: list[Any]) -> models.QuerySet[Any]:
    rows = model._default_manager.order_by()
    if model is Case:
        return rows.filter(id__in=cases)
    if model is Text:
        return rows.filter(case__in=cases)
    people = CaseParty.objects.filter(case_id__in=cases).values("petitioner_id")
    if model is Petitioner:
        return rows.filter(id__in=people)
    if model is BlindIndex:
        return rows.filter(petitioner_id__in=people)
    if model is DataKey:
        return rows.filter(id__in=Petitioner.objects.filter(id__in=people).values("key_id"))
    return rows.filter(case_id__in=cases)


def _value(model: type[models.Model], field: models.Field[Any, Any], days: int) -> str:
    """What stands in a column of copy ``n``."""
    column = f"t.{connection.ops.quote_name(str(field.column))}"
    own = _OWN.get(model, {"id": "row", "case_id": "case"})
    if field.attname in own:
        return _mapped(column)
    if model is Case and field.attname == "number":
        return f"{column} || '-' || n"
    if model is Submission and field.attname == "receipt":
        return f"{column} || '-' || n"
    if field.attname == "ending":
        return _signs(f"t.{connection.ops.quote_name('id')}")
    if model is BlindIndex and field.attname == "digest":
        return _digest(column)
    if model is LogLeaf and field.attname == "index":
        return f"{column} + 1000000 * CAST(n AS bigint)"
    if (model, field.attname) == (Notice, "number"):
        return "NULL"
    if days == ENDED_DAYS and (model, field.attname) in _ARCHIVED:
        return _ARCHIVED[model, field.attname]
    if isinstance(field, models.DateTimeField) and not field.primary_key:
        return _earlier(column, days)
    return column


def _mapped(column: str) -> str:
    if connection.vendor == "sqlite":
        return f"mapped({column}, n)"
    return f"md5({column}::text || n)::uuid"


def _signs(id: str) -> str:
    if connection.vendor == "sqlite":
        return f"upper(substr(mapped({id}, n), 1, 6))"
    return f"upper(substr(md5({id}::text || n), 1, 6))"


def _digest(column: str) -> str:
    if connection.vendor == "sqlite":
        return f"digest({column}, n)"
    return f"sha256({column} || n::text::bytea)"


def _earlier(column: str, days: int) -> str:
    """A time, earlier by as many minutes as the copy's number scatters over ``days``; what is never stays never."""
    minutes = f"(CAST(n AS bigint) * 7919) %% {days * 24 * 60}"
    if connection.vendor == "sqlite":
        return f"earlier({column}, {minutes})"
    return f"CASE WHEN {column} > '9000-01-01' THEN {column} ELSE {column} - ({minutes}) * interval '1 minute' END"


def _teach_sqlite() -> None:
    if connection.vendor != "sqlite":
        return
    connection.ensure_connection()
    for name, function in _FUNCTIONS.items():
        connection.connection.create_function(name, 2, function, deterministic=True)


def _id_of(id: str | None, number: int) -> str | None:
    return None if id is None else hashlib.md5(f"{id}{number}".encode(), usedforsecurity=False).hexdigest()


def _digest_of(digest: bytes, number: int) -> bytes:
    return hashlib.sha256(digest + str(number).encode()).digest()


def _before(at: str | None, minutes: int) -> str | None:
    if at is None or at.startswith("9999"):
        return at
    return str(datetime.fromisoformat(at) - timedelta(minutes=minutes))


_FUNCTIONS: Final[Mapping[str, Any]] = {"mapped": _id_of, "digest": _digest_of, "earlier": _before}


def sizes() -> Iterator[tuple[str, int]]:
    """How many rows each table has that grows with the register."""
    for model in COPIED:
        yield model._meta.db_table, model._default_manager.count()
