"""What a register is asked for, as an address says it and as it is kept."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qs

import pytest

from huiyin.casework.lists.cases import CaseFilter
from huiyin.registers.columns import COLUMNS, OFFICIAL, STANDARD
from huiyin.registers.query import RegisterQuery


@pytest.mark.parametrize(
    "query",
    [
        RegisterQuery(),
        RegisterQuery(CaseFilter(stage="matter.registered", unit="lj-fire", severity="ordinary", organ="jn")),
        RegisterQuery(CaseFilter(overdue=True, open=True, from_day=date(2026, 1, 2), to_day=date(2026, 3, 4)), "due"),
        RegisterQuery(sort="oldest", columns=("number", "petitioners")),
        RegisterQuery(columns=OFFICIAL[:1]),
    ],
)
def test_an_address_says_all_of_it(query: RegisterQuery) -> None:
    assert RegisterQuery.parse(query.address()) == query


def test_what_is_looked_for_never_stands_in_an_address() -> None:
    assert RegisterQuery(CaseFilter(q="陈晓光")).address() == ""


@pytest.mark.parametrize(
    "address", ["sort=x", "column=x", "from=yesterday", "to=2026-13-40", "from=", "overdue=yes", "x=y"]
)
def test_what_nobody_understands_is_left_out(address: str) -> None:
    assert RegisterQuery.read_address(parse_qs(address, keep_blank_values=True)) == RegisterQuery()


def test_columns_stand_in_their_own_order_whatever_the_address_says() -> None:
    assert RegisterQuery.parse("column=due&column=number").columns == ("number", "due")


def test_every_column_that_is_named_exists() -> None:
    assert {*STANDARD, *OFFICIAL} <= COLUMNS.keys()
