"""Before a holiday every unfinished matter is listed by delay and class, and gets a leader and two days."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from huiyin.accountability.models import PeriodDate
from huiyin.casework.lists.ranked import ranked, ranked_matters, set_periods
from huiyin.cli import main
from huiyin.rules.book.load import load
from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, desk, html
from tests.matters import Matter, begin

__all__ = ["desk"]
pytestmark = pytest.mark.any_database
PAGE = "/desk/accountability/periods/"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast("xx-bureau")


def came(cast: Cast, days: int, severity: str = "") -> Matter:
    """A matter that came so many days ago; classified at once where ``severity`` is given."""
    matter = begin(cast, timezone.now() - timedelta(days=days))
    if severity:
        matter.goes_on("intake", "accept")
        more = {"criteria": ["serious"]} if severity == "complex" else {}
        matter.goes_on("intake", "classify", klass=severity, **more)
    return matter


def test_the_next_holidays_and_the_end_of_the_year_are_known_from_the_calendar() -> None:
    found = set_periods(load("xx-bureau").calendar, date(2026, 9, 1), 3)
    assert [one.name for one in found][-1] == "年末" or "国庆节" in [one.name for one in found]
    assert all(one.begins_on > date(2026, 9, 1) for one in found)
    assert [one.begins_on for one in found] == sorted(one.begins_on for one in found)


@pytest.mark.clause("s0-3.4a", "s0-3.4b")
def test_matters_stand_by_delay_and_class_together(cast: Cast) -> None:
    fresh, late, grave = came(cast, 1), came(cast, 40), came(cast, 2, "complex")
    later = came(cast, 150)
    actor, now = cast.actor("archivist", timezone.now()), timezone.now()
    order = ranked(actor, now)
    assert order == (later.id, grave.id, late.id, fresh.id)
    rows = ranked_matters(order, cast.lj.id, now)
    assert rows[0].urgency.delay == 10 and rows[0].urgency.late_days > 100
    assert rows[1].urgency.severity == 5 and rows[1].severity_label == "复杂疑难事项"
    assert all(row.steps for row in rows), "each has a next step that somebody owes"


@pytest.mark.clause("s0-3.4a", "s0-3.4c")
def test_leader_and_unit_get_a_day_each_and_the_table_names_nobody_who_petitions(desk: Desk, cast: Cast) -> None:
    matter, supervisor = came(cast, 40), desk("archivist")
    page = html(supervisor.get(PAGE))
    assert matter.case.number in page and "确定领导和期限" in page
    today = timezone.localdate()
    days = {"case": str(matter.id), "leader": str(cast.accounts["leader"].id)}
    wrong = days | {"unit_by": (today + timedelta(days=2)).isoformat(), "leader_by": today.isoformat()}
    assert supervisor.post(PAGE, wrong).status_code == 422, "the unit does not end after the leader"
    assert supervisor.post(PAGE, wrong | {"unit_by": today.isoformat()} | {"case": []}).status_code == 422
    assert (
        supervisor.post(PAGE, days | {"unit_by": today.isoformat(), "leader_by": today.isoformat()}).status_code == 302
    )
    assert PeriodDate.objects.get().leader == cast.accounts["leader"]
    table = supervisor.get(f"{PAGE}export.csv").content.decode()
    assert str(cast.accounts["leader"]) in table and matter.case.number in table
    assert "陈晓光" not in table and "路灯" not in table
    assert desk("handler").post(PAGE, days).status_code == 403


def test_the_command_prints_matters_and_duties_only(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    matter = came(cast, 40)
    assert main(["unfinished", "--organisation", cast.lj.code, "--json"]) == 0
    told = capsys.readouterr().out
    (row,) = json.loads(told)["matters"]
    assert (row["no"], row["owner"]) == (matter.case.number, "临江信访办") and row["late_days"] > 10
    assert "路灯" not in told and "陈晓光" not in told
    assert main(["unfinished", "--organisation", "no-such"]) == 2
