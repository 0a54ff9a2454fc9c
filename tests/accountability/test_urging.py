"""What calls for supervision is listed, ordered by a person, and goes through its levels at the desk."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from huiyin import door
from huiyin.accountability.urging import leads, lot_of_week
from huiyin.casework.models import Case, Duty
from huiyin.people.models import Post
from tests.cast import NOW, Cast, make_cast
from tests.desk.conftest import Desk, desk, html
from tests.matters import Matter, begin, walk

__all__ = ["desk"]
pytestmark = pytest.mark.any_database
PAGE, REMIND = "/desk/accountability/urging/", "/desk/begin/urging/remind/"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast("urging")


def on(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def reminded(supervisor: Client, cast: Cast, matter: Matter, unit: str = "lj-fire") -> int:
    """The status of the answer: 302 when the reminder went out."""
    given = {
        "urged_why": "overdue",
        "matter_no": matter.case.number,
        "urged_unit": str(cast.units[unit].id),
        "urged_duty": "尽快办结并答复。",
        "result_by": on(0),
    }
    return supervisor.post(REMIND, given).status_code


def test_overdue_duties_poor_ratings_and_the_lot_of_the_week_call_for_supervision(cast: Cast) -> None:
    late = begin(cast, timezone.now() - timedelta(days=60))
    rated = walk(begin(cast, timezone.now() - timedelta(days=9)), "serve_reply")
    rated.goes_on("petitioner", "rate", unit_score="dissatisfied")
    declined = begin(cast, timezone.now() - timedelta(days=8))
    declined.goes_on("intake", "decline")
    found = {(lead.kind, lead.view.case.id) for lead in leads(cast.actor("archivist", timezone.now()), timezone.now())}
    assert {("overdue", late.id), ("rated", rated.id)} <= found
    assert ("drawn", declined.id) in found or declined.case.ended_at is None
    assert ("overdue", rated.id) not in found


def test_the_lot_of_a_week_is_the_same_however_often_it_is_drawn() -> None:
    ids = [UUID(int=number) for number in range(40)]
    organisation = UUID(int=7)
    first = lot_of_week(organisation, NOW, ids)
    assert first == lot_of_week(organisation, NOW + timedelta(days=1), reversed(ids)) and len(first) == 5
    assert first != lot_of_week(organisation, NOW + timedelta(days=7), ids)


def test_several_orders_run_on_one_matter_at_once_and_each_ends_by_its_own_result(desk: Desk, cast: Cast) -> None:
    matter, supervisor = walk(begin(cast, timezone.now() - timedelta(days=90)), "assign"), desk("archivist")
    assert f"{REMIND}?urged_why=overdue" in html(supervisor.get(PAGE))
    assert reminded(supervisor, cast, matter) == 302
    assert reminded(supervisor, cast, matter, "lj-logistics") == 302
    assert reminded(supervisor, cast, matter, "lj-office") == 422, "nobody supervises their own unit"
    fire, logistics = (
        Case.objects.get(procedure="urging", unit=cast.units[name]) for name in ("lj-fire", "lj-logistics")
    )
    page = html(supervisor.get(PAGE))
    assert fire.number in page and logistics.number in page and "再督办" in page
    unit = desk("handler")
    assert unit.get(f"/desk/cases/{logistics.number}/").status_code == 404
    steps = (
        (unit, "report_result", {"urged_result": "已经办结并答复。"}),
        (supervisor, "publish_urged", {"urged_checked": "属实。", "urged_bulletin": "防火处已办结。"}),
    )
    for who, action, fields in steps:
        assert who.post(f"/desk/cases/{fire.number}/actions/{action}/", fields).status_code == 302, action
    assert Case.objects.get(id=logistics.id).stage == "urged"
    assert "防火处已办结" in html(desk("stranger").get("/desk/accountability/"))


def test_what_rises_to_the_organ_above_is_a_duty_in_its_list_and_what_it_demands_in_the_units(
    desk: Desk, cast: Cast
) -> None:
    Post.objects.filter(id=cast.posts["superior_stranger"].id).update(roles=["urging_above"])
    matter, at = walk(begin(cast, timezone.now() - timedelta(days=90)), "assign"), timezone.now()
    assert reminded(desk("archivist"), cast, matter) == 302
    case = Case.objects.get(procedure="urging")
    rising = (
        ("send_letter", {"letter_words": "请办结。"}),
        ("bring_before_head", {"head_words": "限期办结。"}),
        ("report_above", {"organ_above": "江南总局", "report_words": "逾期未办结。"}),
    )
    for action, fields in rising:
        at += timedelta(days=3)
        outcome = door.execute(door.ActionRequest(case.id, action, cast.actor("archivist", at), at, fields))
        assert isinstance(outcome, door.Accepted), outcome
    above = desk("superior_stranger")
    page = html(above.get("/desk/"))
    assert case.number in page and "上一级机关督办" in page
    ordered = above.post(f"/desk/cases/{case.number}/actions/order_above/", {"above_words": "五日内办结并反馈。"})
    assert ordered.status_code == 302
    assert case.number not in html(above.get("/desk/"))
    assert "对上一级督办书面反馈" in html(desk("handler").get("/desk/"))


def test_a_unit_that_cannot_be_reminded_is_listed_with_why_and_where_to_turn(desk: Desk, cast: Cast) -> None:
    own = begin(cast, timezone.now() - timedelta(days=60))
    unmanned = walk(begin(cast, timezone.now() - timedelta(days=90)), "assign")
    Duty.objects.filter(case=unmanned.id, unit=cast.units["lj-fire"]).update(unit=cast.units["lj-training"])
    Post.objects.filter(unit=cast.units["lj-training"]).update(roles=[])
    page = html(desk("archivist").get(PAGE))
    assert own.case.number in page and "本部门的职责不能自己催办" in page
    assert unmanned.case.number in page and "该部门没有承办岗位" in page
    assert f"urged_unit={cast.units['lj-training'].id}" not in page


def test_who_orders_nothing_reads_no_leads(desk: Desk, cast: Cast) -> None:
    matter = begin(cast, timezone.now() - timedelta(days=60))
    for name in ("handler", "stranger"):
        assert matter.case.number not in html(desk(name).get(PAGE))
        assert desk(name).get(REMIND).status_code == 404
