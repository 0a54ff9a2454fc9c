"""Events are stored in a third of the space, and say the same: what was stored before them is read as it was."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from huiyin.ledger import chain, guard
from huiyin.ledger.models import Row
from huiyin.ledger.packed import DICTIONARY, MARK, pack, unpack
from tests.ledger.test_chain import append


@given(st.text())
def test_a_body_comes_back_as_it_was_packed(body: str) -> None:
    assert unpack(pack(f"{{{body}")) == f"{{{body}"


@pytest.mark.parametrize("damage", ["", "!", "QQ==", "é"])
def test_what_is_not_a_whole_packed_body_is_read_as_it_stands(damage: str) -> None:
    body = pack('{"$":"Entry/2","actor":{"$":"Actor/2","kind":"system","organisation":""}}')
    damaged = f"{body}{damage}" if damage else body[:-4]
    assert body.startswith(MARK)
    assert unpack(damaged) == damaged


def test_the_dictionary_stays_as_it_is_for_good() -> None:
    assert sha256(DICTIONARY).hexdigest() == "463073cbdc22731dc99baccbe33f11f737ae80b46815c5282f4ea3cc1cbbbae5"


def stored(case: UUID) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT body FROM ledger_event WHERE case_id = %s ORDER BY seq",
            [case.hex if connection.vendor == "sqlite" else case],
        )
        return [body for (body,) in cursor.fetchall()]


@pytest.mark.django_db
def test_events_are_stored_packed_and_read_as_they_were_written() -> None:
    case = uuid4()
    bodies = [row.body for row in append(case)]
    assert all(body.startswith(MARK) for body in stored(case))
    assert list(map(unpack, stored(case))) == bodies
    assert [row.body for row in Row.objects.filter(case_id=case).order_by("seq")] == bodies
    assert sum(map(len, stored(case))) < sum(map(len, bodies)) * 0.6
    assert not list(chain.flaws(case))


@pytest.mark.django_db
def test_events_that_were_stored_before_are_verified_as_they_stand() -> None:
    case = uuid4()
    bodies = [row.body for row in append(case)]
    guard.remove(connection)
    with connection.cursor() as cursor:
        for packed, body in zip(stored(case), bodies, strict=True):
            cursor.execute("UPDATE ledger_event SET body = %s WHERE body = %s", [body, packed])
    guard.install(connection)
    assert stored(case) == bodies
    assert not list(chain.flaws(case))
    append(case, len(bodies), list(Row.objects.filter(case_id=case).order_by("seq"))[-1].hash)
    assert not list(chain.flaws(case))
