"""Beside the form of registration: who may have come before, what is new, what the petitioner reads back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.casework.models import Case
from huiyin.door.beside.lookups import REPEATS, REPEATS_AN_HOUR
from huiyin.people import administration
from huiyin.people.ids import fresh_id
from huiyin.people.models import AccessRecord
from tests.cast import Cast
from tests.desk.conftest import Desk, html, page_of
from tests.desk.test_registration_page import TEXT, person, typed
from tests.matters import Matter, begin, walk


def test_an_earlier_matter_stands_beside_what_is_typed_and_what_is_new_is_marked(desk: Desk, matter: Matter) -> None:
    said = begin(matter.cast, timezone.now() - timedelta(days=1), text=TEXT)
    sent = typed(text=TEXT + "昨晚有人摔伤了。", _compare=said.case.number)
    client = desk("registrar")
    part = html(client.post("/desk/register/compare/", sent, headers={"HX-Request": "true"}))
    assert "<ins>昨晚有人摔伤了。</ins>" in part and f"<ins>{TEXT}" not in part
    assert page_of(said) in part and "<html" not in part
    assert "<html" in html(client.post("/desk/register/compare/", sent))


@pytest.mark.parametrize("number", ["", "没有", "LJ-2026-9999"])
def test_what_is_not_there_is_not_compared(number: str, desk: Desk) -> None:
    assert desk("registrar").post("/desk/register/compare/", typed(_compare=number)).status_code == 404


def test_a_matter_that_one_may_not_see_is_not_compared(cast: Cast, desk: Desk) -> None:
    sealed = begin(cast, timezone.now() - timedelta(days=1), accused=("临江信访办",))
    assert desk("registrar").post("/desk/register/compare/", typed(_compare=sealed.case.number)).status_code == 404


def test_the_same_name_leads_to_earlier_matters_only_where_no_number_does(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    named = html(client.post("/desk/register/repeats/", {"p0-kind": "person", "p0-name": "陈 晓光"}))
    assert page_of(matter) in named and "姓名相同" in named
    both = {"p0-kind": "person", "p0-name": "陈晓光", "p0-phone": "13800001111"}
    numbered = html(client.post("/desk/register/repeats/", both))
    assert "电话相同" in numbered and "姓名相同" not in numbered


@pytest.mark.parametrize("page", ["repeats", "compare"])
def test_whoever_may_not_register_looks_nobody_up_beside_the_form(page: str, desk: Desk, matter: Matter) -> None:
    walk(matter, until="investigate")
    sent = typed(_compare=matter.case.number)
    assert desk("registrar").post(f"/desk/register/{page}/", sent).status_code == 200
    handler = desk("handler")
    assert handler.get(page_of(matter)).status_code == 200
    assert handler.post(f"/desk/register/{page}/", sent).status_code == 404


def test_whom_a_name_led_to_is_on_record_once_a_day_and_shown_to_the_custodian(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    for _n in range(2):
        client.post("/desk/register/repeats/", {"p0-kind": "person", "p0-name": "陈晓光"})
    client.post("/desk/register/repeats/", {"p0-kind": "person", "p0-name": "无此人"})
    record = AccessRecord.objects.get(purpose=REPEATS)
    assert (record.case, record.account) == (matter.id, matter.cast.accounts["registrar"])
    assert "登记时比对重复来件" in html(client.get(f"{page_of(matter)}looks/"))


def test_one_person_is_shown_the_matters_of_so_many_people_an_hour_and_may_go_on_registering(
    desk: Desk, matter: Matter
) -> None:
    now, registrar = timezone.now(), matter.cast.accounts["registrar"]
    for n in range(REPEATS_AN_HOUR):
        administration.record_access(
            matter.cast.lj.id, registrar.id, REPEATS, now - timedelta(seconds=n + 1), fresh_id()
        )
    client = desk("registrar")
    part = html(client.post("/desk/register/repeats/", {"p0-kind": "person", "p0-name": "陈晓光"}))
    assert "一小时内比对过的信访人太多" in part and matter.case.number not in part
    assert client.post("/desk/register/", typed()).status_code == 302


def test_the_title_that_the_text_would_get_is_said_while_it_is_typed(desk: Desk) -> None:
    part = html(desk("registrar").post("/desk/register/repeats/", typed(title="")))
    assert "按内容定为“滨江路 8 号门前的路灯已经坏了两个星期,请派人修理”" in part


def test_a_form_that_comes_back_goes_on_saying_what_title_the_text_would_get(desk: Desk) -> None:
    page = html(desk("registrar").post("/desk/register/", typed(title="", **{"p0-phone": "12"})))
    assert "提交未成功：有的内容需要修改" in page
    assert "按内容定为“滨江路 8 号门前的路灯已经坏了两个星期,请派人修理”" in page
    assert "一句话说清是什么事，不写姓名" in page, "what is asked for stays there"


def test_the_petitioner_reads_back_everything_before_anything_is_registered(cast: Cast, desk: Desk) -> None:
    sent = {
        **typed(
            headcount="12", accused="某物业公司", accused_units=[str(cast.units["lj-logistics"].id)], _read_back="1"
        ),
        **person(1, "林一", id_number="110101199003071233", address="滨江路 3 号"),
    }
    page = html(desk("registrar").post("/desk/register/", sent))
    assert Case.objects.count() == 0
    for shown in ("陈晓光", "138 0000 1111", "林一", "滨江路 3 号", "滨江路路灯不亮", TEXT, "某物业公司", "12", "来访"):
        assert shown in page
    assert cast.units["lj-logistics"].name in page and "签名" in page
    assert "/desk/cases/" not in page and 'id="find"' not in page  # whoever looks on gets at nothing of other matters


def test_the_form_begins_with_a_visit_then_with_what_was_registered_last_or_with_what_the_address_says(
    desk: Desk,
) -> None:
    client = desk("registrar")
    assert 'value="visit" checked' in html(client.get("/desk/register/"))
    assert client.post("/desk/register/", typed(channel="call")).status_code == 302
    called = html(client.get("/desk/register/"))
    assert 'value="call" checked' in called
    assert called.index('id="f-text"') < called.index('id="p0-name"')
    written = html(client.get("/desk/register/?channel=letter"))
    assert 'value="letter" checked' in written
    assert written.index('id="p0-name"') < written.index('id="f-text"')
    assert 'value="call" checked' in html(client.get("/desk/register/?channel=none"))
