"""The report from the scene, on a phone: filled in with one hand, kept while there is no network, sent once."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Case
from huiyin.door import Accepted, ActionRequest, execute
from tests.cast import Cast, make_cast
from tests.incidents.reports import Report

pytestmark = pytest.mark.django_db
PAGE = "/desk/incidents/report/"


def signed_in(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.accounts[who], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.clause("s3-4.2.1a", "s3-4.2.1b")
def test_whoever_is_there_reports_and_reads_who_must_acknowledge_by_when(cast: Cast, filled: Report) -> None:
    answer = signed_in(cast, "registrar").post(PAGE, {**filled, "_key": "a1"}, follow=True)
    case = Case.objects.get(procedure="incident")
    assert answer.redirect_chain[-1][0] == f"/desk/incidents/received/{case.number}/"
    page = answer.content.decode()
    assert "签收并报领导小组" in page
    assert "补充情况" in page


@pytest.mark.parametrize(
    "who", ["handler", "spokesman", "legal", "administration", "department_head", "working_group", "archivist"]
)
def test_every_post_of_the_company_can_report(cast: Cast, filled: Report, who: str) -> None:
    client = signed_in(cast, who)
    assert client.get(PAGE).status_code == 200
    answer = client.post(PAGE, {**filled, "_key": "a1"}, follow=True)
    assert (answer.status_code, Case.objects.count()) == (200, 1)
    assert "报告已收到" in answer.content.decode()


def test_what_is_missing_is_told_and_what_was_typed_comes_back(cast: Cast, filled: Report) -> None:
    answer = signed_in(cast, "registrar").post(PAGE, {**filled, "place": "", "_key": "a1"})
    assert answer.status_code == 422
    assert "有人站上设备" in answer.content.decode()
    assert not Case.objects.exists()


def test_who_says_that_it_is_another_event_opens_another(cast: Cast, filled: Report) -> None:
    signed_in(cast, "registrar").post(PAGE, {**filled, "_key": "a1"})
    joined = signed_in(cast, "administration").post(PAGE, {**filled, "_key": "b1"}, follow=True)
    assert "并入同一事件" in joined.content.decode()
    assert Case.objects.count() == 1
    signed_in(cast, "administration").post(PAGE + "?apart=1", {**filled, "_key": "b2"})
    assert Case.objects.count() == 2


@pytest.mark.clause("s0-3.3.2a")
def test_the_bureau_reports_on_the_same_page(db: None) -> None:
    bureau = make_cast("xx-bureau")
    receptionist = signed_in(bureau, "receptionist")
    words = dict.fromkeys(("place", "conduct", "danger", "persuasion", "staff_present"), "大厅通道受阻")
    begun = receptionist.get(PAGE).content.decode()
    day, time = (re.search(rf'value="([^"]+)"[^>]*name="{name}"', begun) for name in ("happened_on", "happened_at"))
    assert day
    assert time
    assert "<h1>报告突发事件</h1>" in begun
    coordinator = str(bureau.accounts["inspection"].id)
    assert re.search(rf'value="{coordinator}"\s+checked', begun)  # nobody else can be named
    assert "标“选填”的可以不填" in begun
    assert "知道多少写多少" not in begun
    form = {**words, "happened_on": day[1], "happened_at": time[1]}
    page = receptionist.post(PAGE, {**form, "coordinator": coordinator, "_key": "a1"}, follow=True).content.decode()
    assert "派勤务分队到场" in page
    assert "补充情况" in page
    second = receptionist.post(PAGE, {**form, "coordinator": coordinator, "_key": "a2"}, follow=True).content.decode()
    assert "并入同一事件" in second
    assert Case.objects.filter(procedure="incident").count() == 1
    assert signed_in(bureau, "handler").get(PAGE).status_code == 404
    elsewhere = {**form, "place": "一楼大厅东门"}
    receptionist.post(PAGE, {**elsewhere, "coordinator": coordinator, "_key": "a3"})
    first, third = Case.objects.filter(procedure="incident").order_by("id")
    at = timezone.now()
    inspection = signed_in(bureau, "inspection")
    assert (
        first.number
        in inspection.get(f"/desk/incidents/{third.number}/").content.decode().partition("可能是同一事件")[2]
    )
    said = {"same_incident": first.number, "reason": "同一时间，同在大厅"}
    joined = execute(ActionRequest(third.id, "join_incident", bureau.actor("inspection", at), at, said))
    assert isinstance(joined, Accepted)
    third.refresh_from_db()
    assert third.stage == "joined"
    owed = third.duties.filter(discharged_at=None, withdrawn_at=None).values_list("kind", flat=True)
    assert set(owed) == {"register_requests", "archive"}, "what was asked for on the spot is still registered"


def test_whose_rules_know_no_incident_finds_no_page(cast: Cast) -> None:
    assert signed_in(cast, "outsider").get(PAGE).status_code == 404
