"""Lists a page at a time: every row once, in one order, whatever the size of a page."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from django.db.models import F, QuerySet
from hypothesis import given
from hypothesis import strategies as st

from huiyin.casework.access import NEVER
from huiyin.casework.lists.cases import BY_REGISTRATION
from huiyin.casework.lists.duties import BY_DUE
from huiyin.casework.lists.unfinished import BY_DELAY
from huiyin.casework.models import CaseAccess, Duty
from huiyin.casework.owed import LATER
from huiyin.ledger.models import Row
from huiyin.paging import Order, Page, page_of
from huiyin.people.models import Account
from tests.cast import DAY, NOW, Cast, make_cast
from tests.matters import begin, walk
from tests.standing import standing

BY_NAME = Order(Account, ("username",))
BY_SEQ = Order(Row, ("seq",))
ROWS = {
    BY_REGISTRATION: lambda cast: register(cast),
    BY_DELAY: lambda cast: register(cast),
    BY_DUE: lambda _: Duty.objects.all(),
}
"""What each order sorts: of cases, what the office of the organisation may see."""


def register(cast: Cast) -> QuerySet[CaseAccess]:
    return CaseAccess.objects.filter(scope=cast.lj.id)


@pytest.fixture(scope="module")
def six_matters(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """Three registered at one moment, one later, two that were archived, on which no office owes anything."""
    with standing(django_db_blocker):
        cast = make_cast()
        for at in (NOW, NOW, NOW, NOW + DAY):
            begin(cast, at)
        for _ in range(2):
            ended = begin(cast, NOW + timedelta(hours=1))
            ended.does("petitioner", "withdraw")
            ended.does("archivist", "archive")
        yield cast


@pytest.fixture
def cast(six_matters: Cast, db: None) -> Cast:
    """Who works where they were registered."""
    return deepcopy(six_matters)


def pages(order: Order, rows: object, size: int) -> list[list[object]]:
    """All pages of a list, one after the other."""
    found, after = [], ""
    while True:
        page = order.page(rows, after, size)
        found.append([row.pk for row in page.items])
        after = page.next
        if not after:
            return found


@pytest.mark.parametrize("size", [1, 2, 4, 6, 7])
@pytest.mark.parametrize("order", [BY_REGISTRATION, BY_DELAY, BY_DUE])
def test_every_row_stands_on_one_page_in_one_order(order: Order, size: int, cast: Cast) -> None:
    rows = ROWS[order](cast)
    found = pages(order, rows, size)
    (at_once,) = pages(order, rows, 100)
    assert [*chain(*found)] == at_once
    assert len(at_once) == rows.count()
    assert all(len(page) == size for page in found[:-1]) and len(found[-1]) <= size


def test_a_list_that_stands_in_order_already_goes_on_behind_the_last_row_of_the_page_before() -> None:
    first = page_of("abcde", str, "", 2)
    second = page_of("abcde", str, first.next, 2)
    last = page_of("abcde", str, second.next, 2)
    assert [page.items for page in (first, second, last)] == [("a", "b"), ("c", "d"), ("e",)]
    assert (first.next, second.next, last.next) == ("b", "d", "")
    assert page_of("abcde", str, "gone", 2).items == ("a", "b"), "what stands there no more begins anew"


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("order", [BY_REGISTRATION, BY_DELAY])
def test_what_stands_in_two_lists_stands_once_in_both_together(order: Order, size: int, cast: Cast) -> None:
    walk(begin(cast), "assign")
    both = [register(cast), CaseAccess.objects.filter(scope=cast.units["lj-fire"].id)]
    (one,), many = pages(order, register(cast), 100), pages(order, both, size)
    assert [case for case, _ in chain(*many)] == [case for case, _ in one]


def test_of_no_lists_there_is_nothing() -> None:
    assert BY_REGISTRATION.page([], "", 5) == Page((), "")


def test_what_was_registered_last_comes_first(cast: Cast) -> None:
    moments = [row.registered_at for row in BY_REGISTRATION.page(register(cast), "", 100).items]
    assert moments == sorted(moments, reverse=True)
    assert moments[0] == NOW + DAY


@pytest.mark.parametrize("size", [1, 2, 3])
def test_what_waits_comes_behind_what_can_be_done_however_early_it_is_due(cast: Cast, size: int) -> None:
    first, second = Duty.objects.order_by("due_at", "id")[:2]
    Duty.objects.filter(id__in=(first.id, second.id)).update(waits_since=NOW, turn_at=F("due_at") + LATER)
    listed = [*chain(*pages(BY_DUE, Duty.objects.all(), size))]
    assert listed[-2:] == [first.id, second.id]
    assert len(listed) == Duty.objects.count() > 2


def test_matters_on_which_no_office_owes_anything_come_last(cast: Cast) -> None:
    due = [row.case.due_at for row in BY_DELAY.page(register(cast), "", 100).items]
    assert due[-2:] == [None, None]
    assert None not in due[:-2]


def test_a_list_goes_on_behind_its_last_row_whatever_was_added_before_it(cast: Cast) -> None:
    first = BY_REGISTRATION.page(register(cast), "", 2)
    begin(cast, NOW + 2 * DAY)
    second = BY_REGISTRATION.page(register(cast), first.next, 2)
    assert not {row.pk for row in first.items} & {row.pk for row in second.items}


def test_a_list_may_be_sorted_by_one_column(cast: Cast) -> None:
    matter = walk(begin(cast), "assign")
    rows = Row.objects.filter(case_id=matter.id)
    assert [pk[1] for page in pages(BY_SEQ, rows, 3) for pk in page] == list(range(1, matter.case.seq + 1))


def test_a_key_gives_back_what_it_was_made_of(cast: Cast) -> None:
    row, duty = CaseAccess.objects.filter(due_at=NEVER)[0], Duty.objects.all()[0]
    assert BY_DELAY.read_key(BY_DELAY.key(row)) == (NEVER, row.case_id)
    assert BY_DUE.read_key(BY_DUE.key(duty)) == (duty.turn_at, duty.id)


@pytest.mark.parametrize("order", [BY_REGISTRATION, BY_DELAY, BY_DUE, BY_SEQ])
@given(text=st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_what_is_no_key_is_never_taken_for_one(order: Order, text: str) -> None:
    assert order.read_key(text) is None


@pytest.mark.parametrize("written", ["WzEsIDJd", "W251bGwsIG51bGxd", "Wy0xXQ==", "WzFlOTld", "W10=", "bnVsbA=="])
def test_neither_is_what_only_looks_like_one(written: str) -> None:
    assert all(order.read_key(written) is None for order in (BY_REGISTRATION, BY_DUE, BY_SEQ))


def test_a_key_may_be_a_name_and_nothing_else_than_a_name() -> None:
    assert BY_NAME.read_key(BY_NAME.key_of(("王某",))) == ("王某",)
    assert [BY_NAME.read_key(BY_NAME.key_of((value,))) for value in ("a\0b", 5, None, ["a"])] == [None] * 4
