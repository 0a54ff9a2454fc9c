"""What a statement may read, by the plan of the database."""

from __future__ import annotations

import re
from typing import Final

from django.db import connection

from benchmarks.reading import GROWING, nodes_of, planned, read_whole, rows_read
from benchmarks.register import COPIED
from huiyin.casework.models import Attachment, Text
from huiyin.jobs.models import Job
from huiyin.ledger.models import LogLeaf, LogNode, Row

LISTED: Final = frozenset(COPIED) - {Row, LogLeaf, LogNode, Text, Attachment, Job}
"""What lists read of; without the rest the register is made in a third of the time."""
IN_ORDER: Final = " USING INDEX job_due"
"""What waits, in the order in which it is due: read from the beginning up to a limit, which SQLite calls a scan nevertheless."""


def reads_little(sql: str, rows: int) -> None:
    """Neither a growing table from end to end nor more rows than it may."""
    if connection.vendor == "postgresql":
        nodes = [*nodes_of(planned(sql)["Plan"])]
        assert not read_whole(nodes), f"{read_whole(nodes)} from end to end: {sql}"
        assert sum(map(rows_read, nodes)) <= rows, sql
        return
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}", [])
        steps = [str(row[-1]) for row in cursor.fetchall()]
    ordered = "LIMIT" in sql and not any("FOR ORDER BY" in step for step in steps)
    for step in steps:
        if (
            step.startswith("SCAN ")
            and not (ordered and step.endswith(IN_ORDER))
            and _table_of(step.split()[1], sql) in GROWING
        ):
            raise AssertionError(f"{step}: {sql}")


def _table_of(alias: str, sql: str) -> str:
    found = re.search(rf'"(\w+)" (?:AS )?"?{re.escape(alias)}"?\b', sql)
    return found[1] if found else alias
