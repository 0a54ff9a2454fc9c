"""What the pages about people may read: as many statements for two hundred as for twenty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiyin.people.absences import note_absence
from huiyin.people.appointments import appoint, day_of
from huiyin.people.models import Account, Proposal
from huiyin.people.staff.proposals import propose
from tests.cast import FIRST_DAY, Cast
from tests.desk.conftest import Desk
from tests.office.conftest import administrator, cast, desk

__all__ = ["administrator", "cast", "desk"]

STATEMENTS: Final[Mapping[str, int]] = {
    "/office/people/": 16,
    "/office/people/{person}/": 26,
    "/office/proposals/": 12,
    "/office/log/": 9,
    "/office/log/?person={person}": 10,
    "/office/vacancies/": 60,
    "/account/me/": 14,
}
"""Upper bounds, so that nobody makes a page dearer by accident."""


def add(cast: Cast, first: int, most: int) -> None:
    """More people with posts, absences and something that waits."""
    now = timezone.now()
    for number in range(first, most):
        account = Account.objects.create_user(f"p{number:03}", display_name=f"某 {number}")
        appoint(account, cast.posts["handler"], FIRST_DAY)
        note_absence(account, FIRST_DAY, day_of(now), now)
        propose(Proposal.Opens.LINK, cast.lj, account, cast.accounts["registrar"], now)


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in captured.captured_queries)


@pytest.mark.parametrize("address", STATEMENTS)
def test_a_page_about_people_asks_no_more_for_many_than_for_few(
    address: str, cast: Cast, administrator: Client, desk: Desk
) -> None:
    page = address.format(person=cast.accounts["handler"].id)
    add(cast, 0, 20)
    asked(administrator, page)
    few = asked(administrator, page)
    add(cast, 20, 120)
    assert asked(administrator, page) <= few <= STATEMENTS[address]
