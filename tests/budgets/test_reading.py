"""What each everyday page and call may read, on a register of 20,000 matters: statements, rows, and no table from end to end.

Whoever adds a page or a call that lists, counts or looks something up adds its line here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks.register import COPIED, multiply
from benchmarks.scale import MATTERS, View, asking, make_demonstration, views
from huiyin.casework.models import CaseAccess, Text
from huiyin.ledger.models import LogLeaf, Row
from huiyin.search.find import ROUNDS
from huiyin.search.index import entries_of
from huiyin.search.keys import keys_of
from huiyin.search.models import TEXTS_A_SEGMENT, FindableText, IndexSegment, Posting
from tests.conftest import DATABASE
from tests.samples import one_of

SIZE: Final = 20_000
LISTED: Final = frozenset(COPIED) - {Row, LogLeaf, Text}
"""What lists read of; without the rest the register is made in a third of the time."""
GROWING: Final = frozenset(model._meta.db_table for model in LISTED | {FindableText, Posting})
SEGMENTS: Final = 400
"""So many an office of that size has some years on: what is looked for is looked for in all of them."""
TEXTS: Final = 50
"""Of each of them, as many as this file makes; a full one has five times as many."""

STATEMENTS: Final[Mapping[str, int]] = {
    "duties, mine": 20,
    "duties, all": 22,
    "duties, pulse": 7,
    "duties, team": 10,
    "duties, overview": 17,
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
    "page of a case": 17,
    "GET /cases": 6,
    "GET /cases?q": 8,
    "GET /duties": 13,
    "GET /cases/{no}": 8,
    "GET /cases/{no}/actions": 5,
}
"""Upper bounds, so that nobody makes a page dearer by accident."""

ROWS: Final = 1_500
"""What a statement may read of growing tables; nothing of it grows with the register."""
UNDER_WAY: Final = 4_000
"""What is owed on all that a unit has under way (``visible.duties_by_scope``), which grows with its open work alone."""
LOOKED_THROUGH: Final = 3 * TEXTS * max(ROUNDS)
"""Texts of the segments of a round with the access of their cases: they are narrowed to what the reader may see before any word is asked for."""
FEW: Final = 2_000
"""Rows of a table that PostgreSQL reads from end to end with good reason, rather than asking an index."""
MOST: Final = {"duties": UNDER_WAY, "duties of service": UNDER_WAY, "GET /duties": UNDER_WAY, "find": LOOKED_THROUGH}
COUNTED: Final = 12_000
"""Where four counts stop at a thousand each, with the access of each duty."""


@dataclass(frozen=True)
class Read:
    """A statement of a page; on PostgreSQL with the plan by which it ran."""

    sql: str
    plan: Mapping[str, Any] | None


@pytest.fixture(scope="module")
def register(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A demonstration, many times over, for as long as this file is tried."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_demonstration(MATTERS)
        multiply(SIZE, LISTED)
        add_segments()
        yield
        transaction.set_rollback(True)


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


NAMES = [f"{view.name} ({view.who})" for view in views()]
# Both databases are sent the same statements: PostgreSQL, which forgives less, is asked every page, SQLite some.
ALL = one_of(3 if DATABASE == "sqlite" else 1, [(view,) for view in views()], NAMES)


@pytest.mark.parametrize("view", ALL)
def test_a_page_reads_no_more_than_it_may(view: View, register: None, db: None) -> None:
    ask = asking(view)
    assert ask().status_code == 200
    with CaptureQueriesContext(connection) as captured:
        ask()
    sent = [query["sql"] for query in captured.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert len(sent) <= STATEMENTS[view.name], "\n".join(sent)
    for sql in sent:
        if re.match(r"(SELECT|WITH)\b", sql):
            reads_little(sql, COUNTED if "COUNT(" in sql else MOST.get(view.name.partition(",")[0], ROWS))


def test_the_register_is_as_large_as_is_said(register: None, db: None) -> None:
    assert CaseAccess.objects.values("case_id").distinct().count() > SIZE * 0.95


def reads_little(sql: str, rows: int) -> None:
    """Neither a growing table from end to end nor more rows than it may."""
    if connection.vendor == "postgresql":
        nodes = [*_nodes(_planned(sql))]
        whole = [node for node in nodes if node["Node Type"] == "Seq Scan" and _read(node) > FEW]
        assert not whole, f"{[node['Relation Name'] for node in whole]} from end to end: {sql}"
        assert sum(map(_read, nodes)) <= rows, sql
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}", [])
        steps = [str(row[-1]) for row in cursor.fetchall()]
    for step in steps:
        if step.startswith("SCAN ") and _table_of(step.split()[1], sql) in GROWING:
            raise AssertionError(f"{step}: {sql}")


def _table_of(alias: str, sql: str) -> str:
    found = re.search(rf'"(\w+)" (?:AS )?"?{re.escape(alias)}"?\b', sql)
    return found[1] if found else alias


def _planned(sql: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}".replace("%", "%%"), [])
        (plan,) = cursor.fetchone()
    (top,) = plan if isinstance(plan, list) else json.loads(plan)
    return dict(top["Plan"])


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)


def _read(node: Mapping[str, Any]) -> float:
    """How many rows of a growing table a node has read."""
    if node.get("Relation Name") not in GROWING or node["Node Type"] == "Bitmap Index Scan":
        return 0
    each = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float(each * node["Actual Loops"])
