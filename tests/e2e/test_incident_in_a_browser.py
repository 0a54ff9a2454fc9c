"""An incident reported from a phone whose connection goes away: it arrives once, when the connection is back."""

from __future__ import annotations

from typing import Any

import pytest

from huiyin.casework.models import Case
from tests.cast import make_cast
from tests.e2e.conftest import sign_in

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]


def fill_in(phone: Any) -> None:
    for name in ("现实危及人身安全", "出口或者通道被堵", "员工", "还在继续"):
        phone.get_by_label(name, exact=True).check()
    phone.locator("[name=hurt][value=unknown]").check()
    phone.get_by_label("地点").fill("三号车间门口")
    phone.get_by_label("涉及人数").fill("12")
    phone.locator("[name=course]").fill("有人站上设备，出口被堵")


@pytest.mark.clause("s3-4.2.1a")
def test_a_report_without_a_network_is_kept_and_arrives_once_when_it_is_back(live_server: Any, phone: Any) -> None:
    cast = make_cast("company")
    sign_in(phone, live_server, cast, "registrar")
    phone.goto(f"{live_server.url}/desk/incidents/report/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    here = phone.locator('nav.tabs > [aria-current="page"]').bounding_box()
    assert here["x"] > 0 and here["x"] + here["width"] <= 390  # the row of places shows where one is
    fill_in(phone)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="立即报告").click()
    phone.get_by_text("报告已经存在这部手机里").wait_for()
    assert not Case.objects.exists()
    phone.context.set_offline(False)
    phone.wait_for_url("**/desk/incidents/received/**")
    phone.get_by_text("签收并报领导小组").first.wait_for()
    phone.goto(f"{live_server.url}/desk/incidents/report/")  # nothing is left in the browser that would be sent again
    phone.wait_for_load_state("networkidle")
    assert Case.objects.count() == 1
