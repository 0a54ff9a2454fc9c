"""What the busy pages cost in SQL statements: upper bounds, so that nobody makes them dearer by accident."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiyin.casework.models import Submission
from huiyin.procedure import way
from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, form_of, page_of
from tests.matters import Matter, begin, walk


@pytest.fixture
def late_matter(matter: Matter) -> Matter:
    """A matter with more than thirty events, a reply served and a review under way."""
    walk(matter, until="apply_review")
    assert matter.case.seq > 30
    return matter


def statements(look: Callable[[], HttpResponse]) -> list[str]:
    """What a page sends to the database."""
    with CaptureQueriesContext(connection) as captured:
        assert look().status_code == 200
    return [query["sql"] for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]


def ledger_reads(sent: list[str]) -> int:
    """How often the ledger was read."""
    return sum("ledger_event" in sql for sql in sent)


def test_the_page_of_a_case_reads_the_ledger_once(desk: Desk, late_matter: Matter) -> None:
    client = desk("handler")
    way._search.cache_clear()
    sent = statements(lambda: client.get(page_of(late_matter)))
    assert ledger_reads(sent) == 1
    assert len(sent) <= 23
    assert way._search.cache_info().misses == 1  # however many steps are refused


def test_the_form_of_an_action_reads_the_ledger_once(desk: Desk, matter: Matter) -> None:
    walk(matter, until="approve_opinion")
    client = desk("handler")
    sent = statements(lambda: client.get(form_of(matter, "serve_reply")))
    assert ledger_reads(sent) == 1
    assert len(sent) <= 21  # four of them for the document above the form: its row, versions, text, to whom it is


def test_the_petitioners_page_reads_the_ledger_once(late_matter: Matter) -> None:
    client = Client()
    registered = Submission.objects.get(case=late_matter.id)
    code = {"receipt": registered.receipt, "code": late_matter.registered.code}  # type: ignore[union-attr]
    assert client.post("/track/", code).status_code == 302
    sent = statements(lambda: client.get("/track/matter/"))
    assert ledger_reads(sent) == 1
    assert len(sent) <= 14


@pytest.mark.parametrize("path", ["/desk/", "/desk/cases/", "/desk/unfinished/"])
def test_lists_cost_the_same_whatever_their_length(path: str, cast: Cast, desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    client.get(path)  # what a process knows after the first page is asked by it alone
    few = len(statements(lambda: client.get(path)))
    for _ in range(3):
        begin(cast, matter.at)
    assert len(statements(lambda: client.get(path))) == few


def test_a_repeat_more_that_waits_for_a_unit_costs_no_more(db: None) -> None:
    cast = make_cast("xx-bureau")
    first, client = begin(cast, timezone.now() - timedelta(days=2)), Client()
    client.force_login(cast.accounts["intake"], backend="django.contrib.auth.backends.ModelBackend")
    costs = []
    for _ in range(3):
        repeat = begin(cast, first.at)
        repeat.does("registrar", "link_repeat", first_case=first.case.number, reason="同一事由和诉求")
        client.get("/desk/")  # what a process knows after the first page is asked by it alone
        costs.append(len(statements(lambda: client.get("/desk/"))))
    assert costs[1] == costs[2]
