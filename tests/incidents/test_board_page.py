"""The board of incidents, and what the office says about them in public."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.casework.models import Case
from huiyin.casework.visible import sees_organisation
from huiyin.casework.vocabulary import File
from huiyin.door import Accepted, ActionRequest, NewLevel, execute, set_confidentiality
from huiyin.incidents.reporting import Reported, report, report_action
from huiyin.people.appointments import appoint
from huiyin.people.models import Account
from huiyin.rota.models import Shift
from huiyin.rule_store import store
from huiyin.rule_store.models import Edition
from huiyin.rules.book.sources import gather_shipped, restore
from tests.api.test_bad_input import PNG
from tests.cast import BUREAU, DAY, FIRST_DAY, NOW, Cast, join, make_cast
from tests.incidents.reports import Report
from tests.incidents.test_report_page import signed_in
from tests.incidents.test_reporting import sent
from tests.rota.turns import published

pytestmark = pytest.mark.django_db


def do(cast: Cast, case: Case, who: str, action: str, **fields: object) -> None:
    at = timezone.now() + timedelta(minutes=1)
    outcome = execute(ActionRequest(case.id, action, cast.actor(who, at), at, fields))
    assert isinstance(outcome, Accepted), outcome


@pytest.mark.clause("s3-4.2.1a")
def test_the_board_names_who_has_not_acknowledged_and_who_did(cast: Cast, filled: Report) -> None:
    case = sent(cast, "registrar", filled, "phone-1").case
    leader = signed_in(cast, "leading_group")
    assert "签收并报领导小组" in leader.get("/desk/incidents/").content.decode()
    do(cast, case, "department_head", "pass_on")
    page = leader.get(f"/desk/incidents/{case.number}/").content.decode()
    assert str(cast.accounts["department_head"]) in page
    assert f"/desk/cases/{case.number}/actions/activate/" in page
    part = leader.get("/desk/incidents/", headers={"HX-Request": "true"}).content.decode()
    assert "签收突发事件报告" in part
    assert "<html" not in part


@pytest.mark.clause("s3-4.2.1a")
def test_the_board_says_whom_to_call_by_the_rota_and_who_is_next_when_nobody_acknowledges(
    cast: Cast, filled: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = Account.objects.create_user("second_head", display_name="后备负责人")
    appoint(second, cast.posts["department_head"], FIRST_DAY)
    monday = NOW.date()
    rota = published(cast, monday, ("department_head",), last=monday)
    Shift.objects.create(
        organisation=cast.lj,
        rota=rota,
        day=monday + DAY,
        begins=time(9),
        ends=time(17),
        account=second,
        post=cast.posts["department_head"],
    )
    started = report_action(cast.lj, cast.actor("registrar"), NOW)
    assert started is not None
    reported = report(
        cast.lj,
        started,
        cast.actor("registrar"),
        NOW,
        filled | {"happened_on": "2026-03-02", "happened_at": "08:55"},
        "phone-1",
    )
    assert isinstance(reported, Reported)
    first, then = str(cast.accounts["department_head"]), str(second)
    for minutes, said in ((1, f"请联系 {first}"), (9, f"请联系 {then}（{first}没有回应）")):
        at = NOW + timedelta(minutes=minutes)
        monkeypatch.setattr("django.utils.timezone.now", lambda at=at: at)
        page = signed_in(cast, "leading_group").get(f"/desk/incidents/{reported.case.number}/").content.decode()
        assert said in page, minutes


@pytest.mark.clause("s3-4.2.1b")
@pytest.mark.clause("s3-4.2.1a")
def test_who_may_join_compares_what_may_be_one_event_however_its_place_is_worded(cast: Cast, filled: Report) -> None:
    first = sent(cast, "registrar", filled, "phone-1").case
    other = sent(
        cast, "administration", {**filled, "incident_kind": "interruption", "place": "3号车间大门"}, "phone-2"
    ).case
    assert first.id != other.id, "nothing is joined by itself where it is not sure"
    do(cast, other, "department_head", "pass_on")
    address = f"/desk/incidents/{other.number}/"
    page = signed_in(cast, "leading_group").get(address).content.decode()
    compared = page.partition("可能是同一事件")[2].partition("</section>")[0]
    assert "三号车间门口" in compared and "3号车间大门" in compared
    (join,) = re.findall(r'href="([^"]+same_incident=[^"]+)"', compared)
    form = signed_in(cast, "leading_group").get(join).content.decode()
    assert re.search(
        rf'name="same_incident"[^>]*value="{first.number}"|value="{first.number}"[^>]*name="same_incident"', form
    )
    assert "可能是同一事件" not in signed_in(cast, "administration").get(address).content.decode()


def test_photographs_from_the_scene_are_seen_on_the_board_with_the_report_they_came_with(
    cast: Cast, filled: Report
) -> None:
    photos = [File("大门.png", PNG), File("清单.txt", "一、加班费".encode())]
    case = sent(cast, "registrar", {**filled, "photos": photos}, "phone-1").case
    worker.do_jobs(timezone.now())
    page = signed_in(cast, "leading_group").get(f"/desk/incidents/{case.number}/").content.decode()
    (photo,) = re.findall(r'<img\s+src="([^"]+)"\s+alt="大门.png"', page)
    assert signed_in(cast, "leading_group").get(photo)["Content-Type"] == "image/png"
    assert signed_in(cast, "spokesman").get(photo).status_code == 404
    assert "清单.txt" in page


@pytest.mark.clause("s3-4.2.1a", "s3-4.2.5a")
def test_who_has_nothing_to_do_with_an_incident_reads_nothing_of_it(cast: Cast, filled: Report) -> None:
    case = sent(cast, "registrar", filled, "phone-1").case
    assert not sees_organisation(cast.actor("department_head", NOW))
    stranger = signed_in(cast, "spokesman")
    board = stranger.get("/desk/incidents/").content.decode()
    assert case.number not in board and "没有未结束的突发事件" not in board and "您的岗位没有要处理的突发事件" in board
    assert stranger.get(f"/desk/incidents/{case.number}/").status_code == 404


@pytest.mark.clause("s3-4.2.5a", "s3-4.2.5b", "s3-4.2.5c")
def test_a_statement_is_public_once_another_approved_it_and_a_correction_says_what_was_wrong(
    cast: Cast, filled: Report
) -> None:
    case = sent(cast, "registrar", filled, "phone-1").case
    do(cast, case, "leading_group", "name_spokesperson", spokesperson=str(cast.accounts["spokesman"].id))
    do(cast, case, "spokesman", "draft_statement", statement="今天上午三号车间停产半小时，无人受伤。")
    assert "三号车间" not in public()
    do(cast, case, "leading_group", "approve_statement", checked="yes")
    assert "三号车间" not in public()
    do(cast, case, "spokesman", "publish_statement")
    assert "第 1 版" in public() and "发布前经他人核对批准" in public()
    day = timezone.localdate().isoformat()
    out = {"published_through": "account", "published_where": "公司公众号", "out_on": day, "out_at": "00:01"}
    do(cast, case, "spokesman", "record_channel", **out)
    do(cast, case, "leading_group", "order_correction", reason="停产时间不准")
    corrected = {"statement": "今天上午三号车间停产一小时，无人受伤。", "corrected": "停产时间应为一小时"}
    do(cast, case, "spokesman", "draft_statement", **corrected)
    do(cast, case, "leading_group", "approve_statement", checked="yes")
    do(cast, case, "spokesman", "publish_statement")
    page = public()
    assert page.index("第 2 版") < page.index(f"公司公众号，{day} 00:01"), "the first went out there"
    assert "停产时间应为一小时" in page
    assert case.number not in page
    Case.objects.filter(id=case.id).update(sealed=True)
    assert "三号车间" not in public()


def test_a_statement_about_a_work_secret_is_not_public_and_the_form_says_so_before(cast: Cast, filled: Report) -> None:
    case = sent(cast, "registrar", filled, "phone-1").case
    do(cast, case, "leading_group", "name_spokesperson", spokesperson=str(cast.accounts["spokesman"].id))
    draft = f"/desk/cases/{case.number}/actions/draft_statement/"
    assert "说明不在对外说明页上显示" not in signed_in(cast, "spokesman").get(draft).content.decode()
    do(cast, case, "spokesman", "draft_statement", statement="今天上午三号车间停产半小时，无人受伤。")
    do(cast, case, "leading_group", "approve_statement", checked="yes")
    do(cast, case, "spokesman", "publish_statement")
    assert "三号车间" in public()
    do(cast, case, "leading_group", "order_correction", reason="停产时间不准")
    set_level(cast, case, "internal")
    assert "三号车间" in public()
    assert "说明发布后任何人都能看到" in signed_in(cast, "spokesman").get(draft).content.decode()
    set_level(cast, case, "work_secret")
    assert "三号车间" not in public()
    assert "说明不在对外说明页上显示" in signed_in(cast, "spokesman").get(draft).content.decode()


def set_level(cast: Cast, case: Case, level: str) -> None:
    at = timezone.now() + timedelta(minutes=2)
    wanted = NewLevel(level, frozenset(), "内容涉及尚未公布的安排。")
    outcome = set_confidentiality(case.id, wanted, cast.actor("head", at), at)
    assert isinstance(outcome, Accepted), outcome


def test_the_front_page_leads_to_the_statements_of_whoever_makes_any(cast: Cast) -> None:
    page = Client().get("/").content.decode()
    assert 'href="/statements/lj/"' in page
    assert "/statements/nh/" not in page


@pytest.mark.clause("s0-3.3.2d")
def test_what_the_bureau_says_in_public_is_what_another_approved_whatever_else_is_drafted(db: None) -> None:
    cast = make_cast("xx-bureau")
    case = reported_to_the_bureau(cast)
    do(cast, case, "spokesman", "draft_statement", statement="大厅关闭半小时。", checked="yes")
    do(cast, case, "secretary", "order_correction", reason="时间不准")
    again = {"statement": "大厅关闭一小时。", "corrected": "关闭时间应为一小时", "checked": "yes"}
    do(cast, case, "spokesman", "draft_statement", **again)
    assert "大厅" not in public()
    do(cast, case, "secretary", "approve_statement", checked="yes")  # the first of the two that wait
    do(cast, case, "spokesman", "publish_statement")
    assert "大厅关闭半小时。" in public() and "一小时" not in public()
    do(cast, case, "secretary", "approve_statement", checked="yes")
    do(cast, case, "spokesman", "publish_statement")
    page = public()
    assert "第 2 版" in page and "关闭时间应为一小时" in page and "发布前经他人核对批准" in page


def test_the_public_page_claims_no_approval_of_what_nobody_approved(db: None) -> None:
    cast = make_cast(str(without_approval()))
    join(cast, BUREAU)
    case = reported_to_the_bureau(cast)
    do(cast, case, "spokesman", "publish_statement", statement="大厅关闭半小时。", checked="yes")
    assert "由指定的发言人核对事实后发布" in public() and "批准" not in public()


def without_approval() -> Edition:
    """The bureau's rules as they were: the spokesperson publishes what nobody else has seen."""
    _rules, shipped = gather_shipped("xx-bureau")
    texts = {name: text.replace('version: "2"', 'version: "1"') for name, text in shipped.texts.items()}
    before, name, after = texts["xx-bureau/incident"].partition("\n  publish_statement:")
    freely = after.replace("while_open: publish\n    discharges: publish", "fields: [statement, checked]", 1)
    sources = replace(shipped, texts={**texts, "xx-bureau/incident": before + name + freely})
    return store.keep(restore(sources), sources, NOW)


def reported_to_the_bureau(cast: Cast) -> Case:
    """An incident under the bureau's plan whose spokesperson is named."""
    said = dict.fromkeys(("place", "conduct", "danger", "persuasion", "staff_present"), "略")
    now = timezone.localtime()
    when = {"happened_on": now.date().isoformat(), "happened_at": f"{now:%H:%M}", "recording": "none"}
    case = sent(cast, "registrar", {**said, **when, "coordinator": str(cast.accounts["inspection"].id)}, "phone-1").case
    do(cast, case, "inspection", "name_spokesperson", spokesperson=str(cast.accounts["spokesman"].id))
    return case


def public() -> str:
    answer = Client().get("/statements/lj/")
    assert answer.status_code == 200
    return str(answer.content.decode())
