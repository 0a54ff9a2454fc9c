"""Every page has a line that says what it may cost, or a reason why it has none: pages are found by the addresses of the installation."""

from __future__ import annotations

import re
from typing import Final

import pytest
from django.test import Client

from tests.budgets.lines import LINES, WITHOUT, addresses

STAND_INS: Final = {"uuid": "00000000-0000-0000-0000-000000000000", "slug": "x", "str": "x", "int": "1"}


def is_a_page(address: str) -> bool:
    """Whether it can be opened at all: what only takes what is sent to it says so before it asks who is there."""
    path = re.sub(r"<(\w+):\w+>", lambda found: STAND_INS[found[1]], address)
    return Client().get(f"/{path}").status_code != 405


@pytest.mark.any_database
def test_every_page_has_a_line_or_a_reason_why_it_has_none(db: None) -> None:
    named = LINES.keys() | WITHOUT
    unnamed = {name for address, name in addresses() if name not in named and is_a_page(address)}
    assert not unnamed, "add them to tests/budgets/lines.py"
    assert not LINES.keys() & WITHOUT


def test_no_line_is_left_of_a_page_that_is_gone() -> None:
    assert not (LINES.keys() | WITHOUT) - {name for _address, name in addresses()}
