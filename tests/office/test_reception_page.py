"""Reception days are published by administrators, stand on the front page, and go into the organisation's file and back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from huiyin.organisations.apply import apply
from huiyin.organisations.description import OrganisationFlawed, judged
from huiyin.organisations.export import described
from huiyin.people import administrators
from huiyin.people.appointments import day_of
from huiyin.people.models import AdministrativeAct, Organisation, ReceptionTime
from tests.cast import NOW, Cast
from tests.desk.conftest import Desk
from tests.office.test_structure_pages import press

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PATH = "/office/organisations/lj/reception/new/"
TUESDAYS: dict[str, Any] = {
    "weekdays": ["2"],
    "begins": "09:00",
    "ends": "11:30",
    "place": "滨江路 1 号一楼",
    "receiver": "局长",
}


def test_a_published_time_stands_on_the_front_page_until_it_is_taken_back(administrator: Client) -> None:
    assert press(administrator, PATH, **TUESDAYS).status_code == 302
    row = ReceptionTime.objects.get()
    assert (row.weekdays, row.weeks) == ([2], [])
    front = Client().get("/").content.decode()
    assert "每周二 9:00—11:30" in front and "滨江路 1 号一楼" in front and "局长" in front
    assert "每周二 9:00—11:30" in administrator.get("/office/organisations/lj/reception/").content.decode()
    press(administrator, f"/office/organisations/lj/reception/{row.id}/remove/", reason="调整")
    assert "每周二" not in Client().get("/").content.decode()
    acts = AdministrativeAct.objects.filter(about=None).order_by("id").values_list("change", flat=True)
    assert list(acts) == ["add_reception_time", "remove_reception_time"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"ends": "08:00"}, "结束要晚于开始"),
        ({"weekdays": []}, "请填其中一项"),
        ({"day": "2026-12-01"}, "请填其中一项"),
        ({"begins": "25:00"}, "有效的时间"),
    ],
)
def test_what_is_no_time_is_told_beside_the_field(administrator: Client, given: dict[str, Any], told: str) -> None:
    answer = administrator.post(PATH, {**TUESDAYS, **given, "seen": "-"})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not ReceptionTime.objects.exists()


def test_the_file_of_an_organisation_carries_them_and_is_applied_twice_without_a_change(cast: Cast) -> None:
    file = described([cast.lj], day_of(NOW))
    leaders = [{"weekdays": [3], "weeks": [1], "begins": "14:30", "ends": "17:00", "receiver": "局长"}]
    file["organisations"][0]["reception"] = leaders
    apply(judged(file, {}), NOW)
    assert described(Organisation.objects.filter(code="lj"), day_of(NOW))["organisations"][0]["reception"] == leaders
    assert not apply(judged(file, {}), NOW).changes
    del file["organisations"][0]["reception"]
    assert not apply(judged(file, {}), NOW).changes
    file["organisations"][0]["reception"] = []
    apply(judged(file, {}), NOW)
    assert not ReceptionTime.objects.exists()


@pytest.mark.parametrize("wrong", [{"ends": "9:00"}, {"begins": "早上"}, {"day": "2026-12-01"}, {"weekdays": [8]}])
def test_a_file_with_a_wrong_time_is_refused_with_its_place(cast: Cast, wrong: dict[str, Any]) -> None:
    file = described([cast.lj], day_of(NOW))
    file["organisations"][0]["reception"] = [{"weekdays": [3], "begins": "9:30", "ends": "17:00", **wrong}]
    with pytest.raises(OrganisationFlawed, match=r"organisations\.0\.reception\.0"):
        judged(file, {})


def test_another_organisations_times_are_not_found(cast: Cast, desk: Desk) -> None:
    administrators.add(cast.accounts["handler"], cast.lj, NOW)
    assert desk("handler").get("/office/organisations/nh/reception/").status_code == 404
    assert desk("handler").get("/office/organisations/nh/reception/new/").status_code == 404
