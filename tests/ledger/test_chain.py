"""The chain of a case, and the database's refusal to let anyone change it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from huiyin.ledger import chain, guard
from huiyin.ledger.models import Row
from huiyin.ledger.packed import pack
from huiyin.procedure.command import Actor, OrganisationId
from huiyin.procedure.event import CaseEnded, CaseReopened, Event

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
ORGANISATION = OrganisationId(UUID(int=1))
OFFICE = Actor(kind="system", organisation=ORGANISATION, roles=frozenset())
EVENTS: tuple[Event, ...] = (CaseEnded("closed"), CaseReopened("closed"), CaseEnded("closed"))

pytestmark = pytest.mark.django_db


def append(case: UUID, after: int = 0, head: str = chain.GENESIS, events: tuple[Event, ...] = EVENTS) -> list[Row]:
    return chain.append(OFFICE, case, ORGANISATION, after, head, events, NOON)


def test_each_event_is_bound_to_the_one_before_it_by_a_hash_that_anyone_can_recompute() -> None:
    case = uuid4()
    append(case)
    head = "0" * 64
    for number, row in enumerate(Row.objects.filter(case_id=case).order_by("seq"), 1):
        text = row.body.encode()
        head = sha256(bytes.fromhex(head) + case.bytes + number.to_bytes(8, "big") + text).hexdigest()
        assert (row.seq, row.hash) == (number, head)
        assert json.loads(row.body)["event"]["$"].partition("/")[0] == row.type
    assert list(chain.flaws(case)) == []


def test_a_chain_goes_on_where_it_stopped() -> None:
    case = uuid4()
    last = append(case)[-1]
    append(case, last.seq, last.hash)
    assert [item.seq for item in chain.read_chain(case)] == [1, 2, 3, 4, 5, 6]
    assert list(chain.flaws(case)) == []


def test_of_two_who_write_the_same_event_number_the_second_fails() -> None:
    case = uuid4()
    append(case)
    with pytest.raises(chain.Conflict), transaction.atomic():
        append(case)
    with pytest.raises(chain.Conflict), transaction.atomic():
        append(case, 2, "11" * 32)
    assert Row.objects.filter(case_id=case).count() == 3


def test_equal_events_of_two_cases_have_different_hashes() -> None:
    assert append(uuid4())[0].hash != append(uuid4())[0].hash


# --- the database's refusal -----------------------------------------------------------------------------------------

CHANGES = {
    "update of a row": "UPDATE ledger_event SET body = '{}' WHERE seq = 2",
    "update that changes nothing": "UPDATE ledger_event SET seq = seq",
    "delete of a row": "DELETE FROM ledger_event WHERE seq = 3",
    "delete of everything": "DELETE FROM ledger_event",
}
COPY = "SELECT organisation_id, case_id, seq, type, at, '{}', previous, hash FROM ledger_event WHERE seq = 2"
COLUMNS = "organisation_id, case_id, seq, type, at, body, previous, hash"
CHANGES_ON_SQLITE = {
    "replace by key": f"INSERT OR REPLACE INTO ledger_event ({COLUMNS}) {COPY}",
    "replace": f"REPLACE INTO ledger_event ({COLUMNS}) {COPY}",
    "replace by rowid": f"INSERT OR REPLACE INTO ledger_event (rowid, {COLUMNS}) "
    "SELECT rowid, organisation_id, case_id, 77, type, at, '{}', previous, hash FROM ledger_event WHERE seq = 2",
    "update or replace": "UPDATE OR REPLACE ledger_event SET seq = 1 WHERE seq = 2",
    "upsert": f"INSERT INTO ledger_event ({COLUMNS}) {COPY} ON CONFLICT DO UPDATE SET body = excluded.body",
}
CHANGES_ON_POSTGRESQL = {
    "truncate": "TRUNCATE ledger_event",
    "truncate with what refers to it": "TRUNCATE ledger_event CASCADE",
    "upsert": f"INSERT INTO ledger_event ({COLUMNS}) {COPY} ON CONFLICT (case_id, seq) DO UPDATE SET body = excluded.body",
    "merge": "MERGE INTO ledger_event e USING (SELECT 2 AS n) s ON e.seq = s.n WHEN MATCHED THEN UPDATE SET body = '{}'",
}
CHANGES |= CHANGES_ON_POSTGRESQL if connection.vendor == "postgresql" else CHANGES_ON_SQLITE


def everything() -> list[tuple[object, ...]]:
    return list(
        Row.objects.order_by("case_id", "seq").values_list(*[field.attname for field in Row._meta.concrete_fields])
    )


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES.keys())
def test_the_database_refuses_to_change_the_ledger_by(statement: str) -> None:
    case = uuid4()
    append(case)
    before = everything()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert everything() == before


def test_rows_cannot_be_changed_through_the_models_either() -> None:
    rows = append(uuid4())
    rows[0].body = "{}"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows[0].save(force_update=True)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows[0].delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Row.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Row.objects.bulk_create(rows, update_conflicts=True, update_fields=["body"], unique_fields=["case_id", "seq"])
    assert list(chain.flaws(rows[0].case_id)) == []


def test_a_second_row_with_the_same_number_is_an_ordinary_violation_of_integrity() -> None:
    rows = append(uuid4())
    with pytest.raises(IntegrityError), transaction.atomic():
        rows[0].save(force_insert=True)


# --- what shows when the refusal was lifted -------------------------------------------------------------------------


def tampered(statement: str) -> list[str]:
    """The flaws of a chain of three after ``statement`` was run behind the ledger's back."""
    case = uuid4()
    append(case)
    guard.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    guard.install(connection)
    return list(chain.flaws(case))


def test_a_changed_body_shows() -> None:
    other = pack(append(uuid4())[2].body)
    assert tampered(f"UPDATE ledger_event SET body = '{other}' WHERE seq = 2") == [
        "event 2 was changed after it was written"
    ]


def test_a_changed_hash_shows_twice_since_the_next_event_names_the_old_one() -> None:
    assert tampered(f"UPDATE ledger_event SET hash = '{'ab' * 32}' WHERE seq = 2") == [
        "event 2 was changed after it was written",
        "event 3 does not follow the event before it",
    ]


def test_a_hash_that_is_none_shows() -> None:
    assert "event 2 was changed after it was written" in tampered(
        "UPDATE ledger_event SET previous = 'x' WHERE seq = 2"
    )


def test_a_missing_event_shows() -> None:
    assert tampered("DELETE FROM ledger_event WHERE seq = 2") == ["event 2 is missing"]


def test_a_missing_first_event_shows() -> None:
    assert tampered("DELETE FROM ledger_event WHERE seq = 1") == ["event 1 is missing"]


def test_an_event_moved_to_another_number_shows() -> None:
    assert tampered("UPDATE ledger_event SET seq = 9 WHERE seq = 3") == ["event 3 is missing"]


def test_two_swapped_events_show() -> None:
    case = uuid4()
    _, second, third = append(case)
    guard.remove(connection)
    for row, other in ((second, third.body), (third, second.body)):
        Row.objects.filter(case_id=case, seq=row.seq).update(body=other)
    guard.install(connection)
    assert list(chain.flaws(case)) == [f"event {n} was changed after it was written" for n in (2, 3)]


def test_a_chain_that_was_forged_whole_and_consistently_differs_from_the_hash_on_any_receipt() -> None:
    case = uuid4()
    receipt = append(case)[1].hash
    guard.remove(connection)
    Row.objects.filter(case_id=case).delete()
    guard.install(connection)
    append(case, events=(CaseEnded("answered"), CaseReopened("closed"), CaseEnded("closed")))
    assert list(chain.flaws(case)) == []
    assert not Row.objects.filter(case_id=case, hash=receipt).exists()
