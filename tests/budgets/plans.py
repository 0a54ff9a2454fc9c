"""What a statement reads, by the plan of the database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django.db import connection

from benchmarks.register import COPIED
from huiyin.casework.models import Text
from huiyin.ledger.models import LogLeaf, Row
from huiyin.search.models import FindableText, Posting

LISTED: Final = frozenset(COPIED) - {Row, LogLeaf, Text}
"""What lists read of; without the rest the register is made in a third of the time."""
GROWING: Final = frozenset(model._meta.db_table for model in LISTED | {FindableText, Posting})
FEW: Final = 2_000
"""Rows of a table that PostgreSQL reads from end to end with good reason, rather than asking an index."""


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
