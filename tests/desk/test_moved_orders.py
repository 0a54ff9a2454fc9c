"""A unit that turns out to be accused loses what it handles; whoever the rulebook says names another, and nobody gets it by the alphabet."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.casework.models import Case, Duty
from huiyin.people.models import Unit
from tests.cast import Cast
from tests.desk.conftest import Desk, hidden, html, page_of
from tests.desk.test_accused import sees
from tests.matters import Matter, begin, replay_equals_projection, walk

CODES = ("lj-fire", "lj-fire-east", "lj-logistics", "lj-training")


def ordered(cast: Cast, desk: Desk, matter: Matter) -> Case:
    """A supervision order to the fire department about ``matter``."""
    client, address = desk("archivist"), "/desk/begin/supervision/order/"
    data = {
        "_key": hidden(client.get(address), "_key"),
        "matter_no": matter.case.number,
        "supervised_unit": str(cast.units["lj-fire"].id),
        "trigger": "evasion",
        "demand": "请在期限内答复。",
        "reply_by": (timezone.localdate() + timedelta(days=5)).isoformat(),
    }
    assert client.post(address, data).status_code == 302
    return Case.objects.get(procedure="supervision")


def owed(case: Case) -> dict[str, str]:
    """Which unit owes what is open."""
    rows = Duty.objects.filter(case=case.id, discharged_at=None, withdrawn_at=None).select_related("unit")
    return {duty.kind: duty.unit.code if duty.unit else "" for duty in rows}


def accuses_the_fire_department(matter: Matter) -> None:
    matter.at = timezone.now()
    matter.does("petitioner", "supplement", also_accused="临江防火处")


def send(desk: Desk, who: str, case: Case, action: str, **fields: object) -> None:
    client, address = desk(who), f"/desk/cases/{case.number}/actions/{action}/"
    form = client.get(address)
    data = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), **fields}
    answer = client.post(address, data)
    assert answer.status_code == 302, html(answer)


@pytest.mark.clause("art-30.3")
def test_whoever_ordered_names_another_unit_in_place_of_one_that_is_accused_later(cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now() - timedelta(days=2))
    order = ordered(cast, desk, matter)
    assert owed(order) == {"answer": "lj-fire"}
    assert "请在期限内答复。" in html(desk("handler").get("/desk/"))  # the work tells what is ordered
    accuses_the_fire_department(matter)
    assert owed(order) == {"answer": "", "name_substitute": "lj-office"}
    assert "另定由谁办理" in html(desk("archivist").get("/desk/"))
    for name in ("handler", "colleague", "below", "co_handler", "stranger"):
        assert desk(name).get(f"/desk/cases/{order.number}/").status_code == 404
    send(
        desk,
        "archivist",
        order,
        "hand_on",
        supervised_unit=str(cast.units["lj-logistics"].id),
        reason="原单位依规定不再办理。",
    )
    assert owed(order) == {"answer": "lj-logistics"}
    assert desk("co_handler").get(f"/desk/cases/{order.number}/").status_code == 200
    replay_equals_projection(order.id)


def test_why_it_was_moved_is_not_said_to_who_may_not_know(cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now() - timedelta(days=2))
    order = ordered(cast, desk, matter)
    before = order.seq
    accuses_the_fire_department(matter)
    events = desk("archivist").get(f"/api/v1/cases/{order.number}/events").json()["items"]
    later = [event for event in events if event["seq"] > before]
    assert later and not any(cast.units["lj-fire"].id.hex in str(event.get("body")) for event in later)


def test_a_matter_whose_handling_unit_is_accused_later_waits_for_another_to_be_named(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), "assign")
    accuses_the_fire_department(matter)
    case = matter.case
    assert (owed(case)["handle"], owed(case)["name_substitute"]) == ("", "lj-lead")
    assert not sees(desk("co_handler"), matter) and not sees(desk("handler"), matter)
    matter.does("head", "hand_on", unit="lj-logistics", reason="原单位依规定不再办理。")
    assert owed(matter.case) == {"handle": "lj-logistics"}
    assert "临江后勤处" in html(desk("head").get(page_of(matter)))


def test_where_whoever_names_the_unit_is_accused_as_well_it_is_named_above(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), "assign")
    post = Unit.objects.get(code="jn-office").posts.create(
        organisation=cast.organisations["jn"], title="负责人", roles=["unit_head"]
    )
    assert post.unit.code == "jn-office"
    matter.at = timezone.now()
    matter.does("petitioner", "supplement", also_accused="临江防火处、临江局领导")
    assert owed(matter.case)["name_substitute"] == "jn-office"
