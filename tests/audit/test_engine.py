"""An index that leaves a row out hides it from whatever is looked up by it: verify tells, although every row says what it should."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from huiyin.audit import engine
from huiyin.audit.verify import shape_flaws
from huiyin.casework.models import Duty
from tests.cast import make_cast
from tests.matters import begin

POSTGRESQL = connection.vendor == "postgresql"
FAR = datetime(9990, 1, 1, tzinfo=UTC)
SPOILT = """
    CREATE FUNCTION bt_index_check(index regclass, heapallindexed boolean) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
        IF index = 'duty_timer'::regclass THEN RAISE EXCEPTION 'a row is left out' USING ERRCODE = 'index_corrupted'; END IF;
    END $$
"""
"""Stands for amcheck: what it tells of an index that leaves a row out, which no statement can bring about."""


class Asked:
    """Counts the indexes that are asked about."""

    indexes = 0

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        self.indexes += "bt_index_check(%s" in sql
        return execute(sql, *rest)


def run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@pytest.mark.skipif(POSTGRESQL, reason="the list of tables is SQLite's")
def test_a_timer_that_an_index_was_made_to_leave_out_is_told(db: None) -> None:
    begin(make_cast(), timezone.now() - timedelta(days=2))
    duty = Duty.objects.order_by("id")[0]
    runs_out = duty.due_at
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE name = 'duty_timer'")
        index = cursor.fetchone()
        Duty.objects.filter(id=duty.id).update(timer_at=FAR)
        try:
            run(
                "PRAGMA writable_schema = ON",
                "DELETE FROM sqlite_master WHERE name = 'duty_timer'",
                "PRAGMA writable_schema = RESET",
            )
            Duty.objects.filter(id=duty.id).update(timer_at=runs_out)
            run("PRAGMA writable_schema = ON")
            cursor.execute("INSERT INTO sqlite_master VALUES (%s, %s, %s, %s, %s)", index)
        finally:
            run("PRAGMA writable_schema = RESET")
        cursor.execute(f"SELECT id FROM casework_duty INDEXED BY duty_timer WHERE timer_at < '{FAR:%Y-%m-%d}'")
        assert duty.id.hex not in {id for (id,) in cursor.fetchall()}
    assert any("duty_timer" in flaw.found for flaw in shape_flaws())
    run("REINDEX duty_timer")
    assert [str(flaw) for flaw in shape_flaws()] == []


@pytest.mark.skipif(not POSTGRESQL, reason="amcheck is PostgreSQL's")
def test_postgresql_is_asked_where_it_can_tell(db: None) -> None:
    assert [str(flaw) for flaw in engine.flaws()] == []
    run("CREATE EXTENSION amcheck")
    with connection.execute_wrapper(counted := Asked()):
        assert [str(flaw) for flaw in engine.flaws()] == []
    assert counted.indexes > 100
    run("DROP EXTENSION amcheck", SPOILT)
    assert "index duty_timer" in {flaw.case for flaw in engine.flaws()}
