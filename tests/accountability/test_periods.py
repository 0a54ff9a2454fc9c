"""Before a holiday every unfinished matter is listed by delay and class, and gets a leader and two days."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.utils import timezone

from huiyin.accountability.models import PeriodDate
from huiyin.accountability.period_days import days_for
from huiyin.casework.lists.ranked import ranked, ranked_matters, set_periods
from huiyin.casework.models import Case, CaseAccused
from huiyin.cli import main
from huiyin.procedure.command import PersonId
from huiyin.procedure.storage import codec
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
    assert PeriodDate.objects.get().unit is None, "nobody deals with it yet"
    assert matter.case.number in html(supervisor.get(PAGE))
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


def settled_for(cast: Cast, matter: Matter, leader: str = "leader", day: date | None = None) -> dict[str, str]:
    """What the form sends for one matter, both days today."""
    today = (day or timezone.localdate()).isoformat()
    account = str(cast.accounts[leader].id) if leader else ""
    return {"case": str(matter.id), "leader": account, "unit_by": today, "leader_by": today}


@pytest.mark.clause("s0-3.4c")
def test_what_was_settled_stands_where_leader_and_unit_look_with_the_day_and_how_late(desk: Desk, cast: Cast) -> None:
    matter, leader, unit = came(cast, 4), desk("leader"), desk("intake")
    assert "包案" not in html(leader.get("/desk/")) + html(leader.get("/desk/news/"))
    assert desk("archivist").post(PAGE, settled_for(cast, matter)).status_code == 302
    past = timezone.localdate() - timedelta(days=2)
    PeriodDate.objects.update(unit=cast.actor("intake", timezone.now()).unit, unit_by=past, leader_by=past)
    for page in ("/desk/", "/desk/home/"):
        told = html(leader.get(page))
        assert "由您包案" in told and "逾期 2 天" in told and matter.case.number in told
        assert "由本单位办理，同事 leader 包案" in html(unit.get(page))
    assert "节前排查：由您包案" in html(leader.get("/desk/news/"))
    assert "节前排查：由本单位办理" in html(unit.get("/desk/news/"))
    page = html(leader.get(f"/desk/cases/{matter.case.number}/"))
    assert "同事 leader 包案" in page and "逾期 2 天" in page
    Case.objects.filter(id=matter.id).update(unit=cast.units["lj-training"])
    assert "由本单位办理" not in html(unit.get("/desk/")), "another unit deals with it by now"
    assert "包案" not in html(desk("head").get("/desk/")), "neither theirs nor their unit's"


@pytest.mark.clause("s0-3.4c")
def test_of_several_periods_the_next_counts_until_it_has_begun(desk: Desk, cast: Cast) -> None:
    matter, leader, today = came(cast, 4), desk("leader"), timezone.localdate()
    assert desk("archivist").post(PAGE, settled_for(cast, matter)).status_code == 302
    (near,) = PeriodDate.objects.all()
    far = PeriodDate(
        organisation_id=near.organisation_id, case=near.case, unit=near.unit, leader=near.leader, at=near.at
    )
    far.by, far.leader_by, far.unit_by, far.begins_on = near.by, *[today + timedelta(days=90)] * 3
    far.save()
    for begins, due in ((today, today), (today - timedelta(days=1), far.leader_by)):
        PeriodDate.objects.filter(id=near.id).update(begins_on=begins, leader_by=begins, unit_by=begins)
        at = timezone.now()
        (line,) = days_for(cast.actor("leader", at), cast.accounts["leader"].id, at)
        assert line.due_on == due
        assert f"同事 leader 包案，期限 {due}" in html(leader.get(f"/desk/cases/{matter.case.number}/"))
        assert html(leader.get("/desk/")).count("由您包案") == 1


@pytest.mark.clause("s0-3.4c")
def test_only_who_leads_and_may_see_the_matter_answers_for_it(desk: Desk, cast: Cast) -> None:
    matter, supervisor = came(cast, 4), desk("archivist")
    offered = html(supervisor.get(PAGE))
    assert "同事 leader ·" in offered and "同事 handler ·" not in offered
    refused = supervisor.post(PAGE, settled_for(cast, matter, "handler"))
    assert refused.status_code == 422
    assert html(refused).index("error-summary") < html(refused).index("未办结事项"), "what is wrong stands first"
    accused = cast.accounts["leader"]
    CaseAccused.objects.create(case=matter.case, account=accused)
    Case.objects.filter(id=matter.id).update(sealed=True)
    assert matter.case.number in html(supervisor.post(PAGE, settled_for(cast, matter))).split("panel-head")[0]
    assert not PeriodDate.objects.exists()


def test_beside_a_matter_that_accuses_somebody_no_leader_is_listed_and_one_is_written_down(
    desk: Desk, cast: Cast
) -> None:
    begin(cast, timezone.now() - timedelta(days=5), accused_units=frozenset({cast.units["lj-lead"].id}))
    other, supervisor = came(cast, 5), desk("archivist")
    page = html(supervisor.get(PAGE))
    assert "同事 leader" not in page and "同事 secretary" not in page and "限定知悉范围" in page
    days = settled_for(cast, other)
    assert supervisor.post(PAGE, {**days, "leader": "同事 nobody"}).status_code == 422
    assert supervisor.post(PAGE, {**days, "leader": "同事 leader"}).status_code == 302
    assert PeriodDate.objects.get().leader == cast.accounts["leader"]


def test_that_a_leader_is_accused_and_that_they_withdrew_is_answered_in_the_same_words(desk: Desk, cast: Cast) -> None:
    today, leader = timezone.localdate().isoformat(), cast.accounts["leader"]
    accusing = begin(cast, timezone.now() - timedelta(days=5), accused_units=frozenset({cast.units["lj-lead"].id}))
    withdrawn = came(cast, 5)
    state = codec.loads(withdrawn.case.state)
    told = replace(state, recused=state.recused | {PersonId(leader.id)})
    Case.objects.filter(id=withdrawn.id).update(recused=True, state=codec.dumps(told))
    said = []
    for made in (accusing, withdrawn):
        days = {"case": str(made.id), "leader": str(leader.id), "unit_by": today, "leader_by": today}
        answer = desk("archivist").post(PAGE, days)
        assert answer.status_code == 422 and not PeriodDate.objects.exists()
        page = html(answer)
        begins = page.index(f"{made.case.number} 不能由")
        said.append(page[begins : page.index("<", begins)].replace(made.case.number, ""))
    assert said[0] == said[1]


def test_whoever_answers_for_a_matter_already_is_proposed(desk: Desk, cast: Cast) -> None:
    named, other, supervisor = came(cast, 4), came(cast, 3), desk("archivist")
    named.goes_on("intake", "accept")
    by = (timezone.localdate() + timedelta(days=20)).isoformat()
    named.goes_on("head", "name_sponsor", leader=cast.accounts["leader"].id, resolve_by=by)
    refused = supervisor.post(PAGE, settled_for(cast, other, ""))
    assert refused.status_code == 422 and f"{other.case.number} 还没有确定包案领导" in html(refused)
    assert supervisor.post(PAGE, settled_for(cast, named, "")).status_code == 302
    assert PeriodDate.objects.get().leader == cast.accounts["leader"]
