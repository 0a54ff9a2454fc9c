"""Figures by REST: as JSON and as a table."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.utils import timezone

from tests.api.conftest import ROOT, Caller, Handed, problem, take

SPAN = f"from={timezone.localdate():%Y-%m-01}&to={timezone.localdate():%Y-%m-%d}"


@pytest.mark.parametrize("report", ["indicators", "volumes", "subjects"])
def test_each_report_has_lines_and_is_the_same_as_a_table(lin: Caller, handed: Handed, report: str) -> None:
    take(lin, handed.no, "accept", kind="claim", route="书面答复")
    answer = lin.get(f"/statistics/{report}?{SPAN}").json()
    assert answer["items"] and answer["report"] == report
    table = lin.client.get(f"{ROOT}/statistics/{report}?{SPAN}", headers={**lin.headers, "Accept": "text/csv"})
    assert table["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(table.content.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == [item["name"] for item in answer["items"]]


def test_the_volumes_count_what_came_in(lin: Caller, handed: Handed) -> None:
    items = {item["name"]: item["total"] for item in lin.get(f"/statistics/volumes?{SPAN}").json()["items"]}
    assert (items["registered"], items["contacts"], items["unfinished"]) == (1, 1, 1)


def test_days_that_cannot_be_counted_and_units_that_are_not_there_are_told(lin: Caller) -> None:
    wrong = lin.get("/statistics/volumes?from=2026-03-02&to=2026-03-01")
    assert problem(wrong, 422)["errors"][0]["code"] == "order"
    for far in ("from=0001-01-01&to=0001-01-31", "from=0002-01-01&to=0002-01-31", "from=9999-12-01&to=9999-12-31"):
        assert lin.get(f"/statistics/volumes?{far}").status_code == 422
    assert lin.get(f"/statistics/volumes?{SPAN}&unit=nowhere").status_code == 404
    assert lin.get(f"/statistics/people?{SPAN}").status_code in (404, 422)
