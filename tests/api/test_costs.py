"""What the busy paths cost in SQL statements: an upper bound, so that nobody makes them dearer by accident."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Caller, Handed, hand_in, take


def statements(captured: CaptureQueriesContext) -> int:
    """How many were sent, leaving out what stands for BEGIN and COMMIT inside a test."""
    return sum(1 for query in captured.captured_queries if "SAVEPOINT" not in query["sql"])


def test_a_petition_costs_no_more_statements_than_it_did(anyone: Caller, handed: Handed) -> None:
    with CaptureQueriesContext(connection) as captured:
        hand_in(anyone)
    # Three of them read whom the text may name, whatever it says.
    assert statements(captured) <= (22 if connection.vendor == "sqlite" else 9)


def test_a_step_costs_no_more_statements_than_it_did(lin: Caller, handed: Handed) -> None:
    lin.get("/duties")  # that a token was used is noted once a minute
    with CaptureQueriesContext(connection) as captured:
        take(lin, handed.no, "accept", kind="claim", route="书面答复")
    assert statements(captured) <= (17 if connection.vendor == "sqlite" else 9)
    with CaptureQueriesContext(connection) as captured:
        take(lin, handed.no, "assign", unit="workshop")
    assert statements(captured) <= (20 if connection.vendor == "sqlite" else 11)
