"""What statements read, by the plans of PostgreSQL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection, transaction

from benchmarks.register import COPIED
from huiyin.search.models import FindableText, Posting

GROWING: Final = frozenset(model._meta.db_table for model in (*COPIED, FindableText, Posting))
FEW: Final = 2_500
"""Rows of a table that PostgreSQL reads from end to end with good reason, rather than asking an index."""


@dataclass
class Reading:
    """Rows of growing tables that were read and what was returned of them; blocks of 8 KiB that were looked at; growing tables read from end to end."""

    rows: int = 0
    returned: int = 0
    blocks: int = 0
    milliseconds: float = 0
    whole: list[str] = field(default_factory=list)
    most: tuple[int, str] = (0, "")


def read_by(statements: Iterable[str]) -> Reading:
    """What ``statements`` read, each asked once more and taken back."""
    found = Reading()
    for sql in statements:
        if not re.match(r"(SELECT|WITH|UPDATE|DELETE)\b", sql):
            continue
        plan = planned(sql)
        nodes = [*nodes_of(plan["Plan"])]
        rows = round(sum(map(rows_read, nodes)))
        found.rows += rows
        found.returned += plan["Plan"]["Actual Rows"] if rows else 0
        found.blocks += plan["Plan"].get("Shared Hit Blocks", 0) + plan["Plan"].get("Shared Read Blocks", 0)
        found.milliseconds += plan["Execution Time"]
        found.whole += read_whole(nodes)
        found.most = max(found.most, (rows, sql))
    return found


def planned(sql: str) -> dict[str, Any]:
    """The plan of a statement, with what it really read."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}".replace("%", "%%"), [])
        (plan,) = cursor.fetchone()
        transaction.set_rollback(True)
    (top,) = plan if isinstance(plan, list) else json.loads(plan)
    return dict(top)


def nodes_of(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A plan with all that it consists of."""
    yield plan
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


def rows_read(node: Mapping[str, Any]) -> float:
    """How many rows of a growing table a node has read."""
    if node.get("Relation Name") not in GROWING or node["Node Type"] == "Bitmap Index Scan":
        return 0
    each = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float(each * node["Actual Loops"])


def read_whole(nodes: Iterable[Mapping[str, Any]]) -> list[str]:
    """The growing tables that a plan reads from end to end, where they have more than a few rows."""
    return [node["Relation Name"] for node in nodes if node["Node Type"] == "Seq Scan" and rows_read(node) > FEW]
