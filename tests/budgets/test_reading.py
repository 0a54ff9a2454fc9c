"""What each everyday page and call may read, on a large register: statements, rows, and no table from end to end.

Whoever adds a page or a call that lists, counts or looks something up adds its line here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any, Final
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from benchmarks.register import multiply, templates
from benchmarks.scale import MATTERS, View, asking, everyday_views, make_demonstration
from huiyin.audit.verify import verify
from huiyin.casework.models import Case, CaseAccess
from huiyin.people.models import Account
from huiyin.search.find import ROUNDS
from huiyin.search.index import entries_of
from huiyin.search.keys import keys_of
from huiyin.search.models import TEXTS_A_SEGMENT, FindableText, IndexSegment, Posting
from tests.budgets.lines import CHIEF, COUNTED, LINES, ROWS, UNDER_WAY
from tests.budgets.plans import LISTED, reads_little
from tests.conftest import DATABASE
from tests.samples import one_of
from tests.standing import standing

SIZE: Final = 20_000 if DATABASE == "postgresql" else 5_000
"""What PostgreSQL plans depends on it; SQLite, of which the plan alone is looked at, plans the same for both."""
SEGMENTS: Final = 400
"""So many an office of that size has some years on: what is looked for is looked for in all of them."""
TEXTS: Final = 50
"""Of each of them, as many as this file makes; a full one has five times as many."""

STATEMENTS: Final[Mapping[str, int]] = {
    "duties, mine": 12,
    "duties, all": 12,
    "duties, pulse": 7,
    "duties, team": 10,
    "duties, overview": 20,
    "register": 10,
    "register, a stage": 10,
    "register, open": 10,
    "register, overdue": 10,
    "search, a number": 12,
    "search, six signs": 12,
    "search, a name": 13,
    "register, due first": 11,
    "register, more columns": 13,
    "find, nothing yet": 9,
    "find, words": 30,
    "find, words nowhere": 40,
    "calendar": 14,
    "unfinished": 15,
    "duties of service": 22,
    "documents of today": 22,
    "page of a case": 16,
    "GET /cases": 6,
    "GET /cases?q": 8,
    "GET /duties": 13,
    "GET /cases/{no}": 8,
    "GET /cases/{no}/actions": 7,
}
"""Upper bounds, so that nobody makes a page dearer by accident."""

DUTIES: Final = 13
"""What any post may send for the page of its own duties."""
LOOKED_THROUGH: Final = 3 * TEXTS * max(ROUNDS)
"""Texts of the segments of a round with the access of their cases: they are narrowed to what the reader may see before any word is asked for."""
MOST: Final = {
    "duties": UNDER_WAY,
    "duties of service": UNDER_WAY,
    "documents of today": UNDER_WAY,
    "GET /duties": UNDER_WAY,
    "find": LOOKED_THROUGH,
}


@pytest.fixture(scope="module")
def register(django_db_setup: None, django_db_blocker: Any) -> Iterator[Sequence[UUID]]:
    """A demonstration, many times over, for as long as this file is tried; the matters that were copied."""
    with standing(django_db_blocker):
        make_demonstration(MATTERS)
        among = templates()
        # What PostgreSQL puts off until the end of a transaction it would look at again at the end of each test.
        connection.check_constraints()
        with looked_at_by_no_trigger():
            multiply(SIZE, LISTED, among)
            add_segments()
        yield among


@contextmanager
def looked_at_by_no_trigger() -> Iterator[None]:
    """A million rows that are copies are not looked up one by one in the tables they name: on SQLite the end of each test looks at all."""
    if DATABASE != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def add_segments() -> None:
    """Segments of earlier years, of all organisations in turn, each with the words of the last one that was really made."""
    random = Random(1)
    made = IndexSegment.objects.filter(sealed=False).order_by("-id")[0]
    pairs = {pair for text in FindableText.objects.filter(segment=made)[:40] for pair in _pairs_of(text)}
    cases = list(CaseAccess.objects.values_list("case_id", flat=True).distinct()[: SEGMENTS * TEXTS])
    for number in range(SEGMENTS):
        segment = IndexSegment.objects.create(
            id=-1 - number, organisation_id=made.organisation_id, sealed=False, used=TEXTS_A_SEGMENT
        )
        keys = keys_of(segment)
        some = cases[number * TEXTS : number * TEXTS + TEXTS]
        FindableText.objects.bulk_create(
            FindableText(id=uuid4(), segment=segment, place=place, case_id=case, kind="step")
            for place, case in enumerate(some)
        )
        labels = [keys.label(pair) for pair in sorted(pairs)[:200]]
        Posting.objects.bulk_create(
            Posting(label=label, segment=segment, places=keys.close(label, random.getrandbits(TEXTS), TEXTS_A_SEGMENT))
            for label in labels
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what the database knew of these tables was of the few rows before


def _pairs_of(text: FindableText) -> Iterator[str]:
    for entry in entries_of([(text.id, text.case_id)]):
        yield from entry.pairs


NAMES = [f"{view.name} ({view.who})" for view in everyday_views()]
# Both databases are sent the same statements: PostgreSQL, which forgives less, is asked every page, SQLite some.
ONE_OF = 3 if DATABASE == "sqlite" else 1
ALL = one_of(ONE_OF, [(view,) for view in everyday_views()], NAMES)


@pytest.mark.parametrize("view", ALL)
def test_a_page_reads_no_more_than_it_may(view: View, register: Sequence[UUID], db: None) -> None:
    most = MOST.get(view.name.partition(",")[0], ROWS)
    asks_little(asking(view), STATEMENTS[view.name], most)


@pytest.mark.parametrize("name", one_of(ONE_OF, [(name,) for name in LINES], LINES))
def test_a_page_keeps_to_its_line(name: str, register: Sequence[UUID], db: None) -> None:
    line, client = LINES[name], Client(HTTP_HOST="127.0.0.1")
    account = Account.objects.get(username=line.who)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse(name, kwargs=line.of())
    asks_little(lambda: client.get(address), line.statements, line.rows)


def test_no_post_takes_more_for_its_duties(register: Sequence[UUID], db: None) -> None:
    sent = {account.username: _statements(account) for account in Account.objects.filter(username__startswith="lj-")}
    assert {who: number for who, number in sent.items() if number > DUTIES} == {}


def _statements(account: Account) -> int:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/desk/").status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get("/desk/")
    return len(captured)


def asks_little(ask: Callable[[], Any], statements: int, rows: int) -> None:
    """It answers with few statements, each of which reads few rows."""
    assert ask().status_code == 200
    with CaptureQueriesContext(connection) as captured:
        ask()
    sent = [query["sql"] for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(sent) <= statements, "\n".join(sent)
    for sql in sent:
        if re.match(r"(SELECT|WITH)\b", sql):
            reads_little(sql, COUNTED if "COUNT(" in sql else rows)


@pytest.mark.skipif(DATABASE != "sqlite", reason="PostgreSQL finds such an index by itself")
@pytest.mark.parametrize(
    ("address", "index"),
    [("/statements/lj/", "case_other"), ("/desk/accountability/urging/", "case_access_other")],
)
def test_what_is_no_petition_is_found_without_reading_petitions(
    address: str, index: str, register: Sequence[UUID], db: None
) -> None:
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Account.objects.get(username=CHIEF), backend="django.contrib.auth.backends.ModelBackend")
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    (sql,) = (query["sql"] for query in captured.captured_queries if '"procedure" = ' in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}", [])
        read = [step for *_, step in cursor.fetchall() if step.startswith("SEARCH casework_case")]
    assert [step for step in read if f"INDEX {index} " not in step and "casework_caseaccused" not in step] == []


@pytest.mark.any_database
def test_matters_that_were_copied_are_whole(register: Sequence[UUID], db: None) -> None:
    before = set(Case.objects.values_list("id", flat=True))
    ended = Case.objects.filter(id__in=register, access__owing=False, ended_at__isnull=False).distinct()
    under_way = Case.objects.filter(id__in=register, ended_at__isnull=True, papers__isnull=False).distinct()
    among = [*(case.id for case in (*ended.order_by("id")[:2], *under_way.order_by("-id")[:3]))]
    multiply(len(before) + len(among), among=among)
    copies = list(Case.objects.exclude(id__in=before).values_list("id", flat=True))
    assert len(copies) == len(among)
    assert [*verify(copies, timezone.now())] == []


def test_the_register_is_as_large_as_is_said(register: Sequence[UUID], db: None) -> None:
    assert CaseAccess.objects.values("case_id").distinct().count() > SIZE * 0.95
