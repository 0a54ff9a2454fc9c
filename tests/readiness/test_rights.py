"""Which roles keep which register, as their rulebook says."""

from __future__ import annotations

import pytest

from huiyin.readiness.rights import KEPT, keepers_of
from huiyin.rules.book.load import load
from tests.cast import make_cast
from tests.desk.conftest import Desk, desk

__all__ = ["desk"]


def test_a_role_keeps_what_its_book_says_and_nobody_else_does() -> None:
    company = load("company").book
    assert keepers_of(company, "supplies") == {"administration"}
    assert keepers_of(company, "staff") == {"registrar", "intake"}


def test_what_no_role_keeps_is_kept_by_all_that_see_the_organisation() -> None:
    national = load("national-2022").book
    seeing = {name for name, role in national.roles.items() if role.sees == "organisation"}
    assert {keepers_of(national, register) for register in KEPT} == {frozenset(seeing)}
    assert "handler" not in seeing


@pytest.fixture
def cast(db: None) -> object:
    return make_cast("company")


def test_human_resources_plan_training_and_leave_stores_to_administration(desk: Desk) -> None:
    client = desk("intake")
    assert client.get("/desk/ready/training/new/").status_code == 200
    assert client.get("/desk/ready/supplies/new/").status_code == 403
    assert client.get("/desk/policies/new/").status_code == 403
