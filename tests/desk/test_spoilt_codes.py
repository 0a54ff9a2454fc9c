"""A query code that somebody saw whom the petition accuses opens nothing; the petitioner learns what to do and somebody owes them a new one."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework import receipts
from huiyin.casework.models import Submission
from huiyin.people.models import Post, Unit
from tests.cast import Cast
from tests.desk.conftest import Desk, html, page_of
from tests.desk.test_accused import identify, ids, post_of
from tests.matters import Matter, begin, replay_equals_projection

GIVEN = {"proof": "id-card", "void": "yes"}
TO_HAND_OUT = "等您核对证件后换发"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With 赵江 of the training department, who takes petitions in, and a custodian here."""
    office = Unit.objects.create(organisation=cast.lj, code="lj-inspection", name="临江纪检组")
    post_of(cast, cast.units["lj-training"], "处长", ("registrar", "handler"), "zhao-jiang", "赵江")
    post_of(cast, cast.units["lj-training"], "科员", ("registrar",), "clerk", "孙小燕")
    post_of(cast, office, "组长", ("custodian",), "custodian", "包青天")
    return cast


def taken_in(cast: Cast, who: str, **changes: object) -> Matter:
    return begin(cast, timezone.now() - timedelta(days=2), who, **changes)


def contact(matter: Matter) -> Submission:
    return Submission.objects.get(case_id=matter.id)


def pair(matter: Matter) -> dict[str, str]:
    receipt = contact(matter).receipt
    return {"receipt": receipt, "code": receipts.code_of(receipt)}


def opens(matter: Matter) -> bool:
    """Whether the first code opens anything, on pages or by REST; both must agree."""
    client, (receipt, code) = Client(), pair(matter).values()
    page = client.post("/track/", pair(matter)).status_code == 302
    rest = client.get(f"/api/v1/receipts/{receipt}", headers={"X-Query-Code": code}).status_code == 200
    assert page == rest
    return page


def accuses_zhao_jiang(matter: Matter, line: str = "赵江") -> None:
    matter.at = timezone.now()
    matter.does("petitioner", "supplement", also_accused=line)


@pytest.mark.clause("art-30.3")
@pytest.mark.parametrize("who", ["zhao-jiang", "clerk"])
def test_whoever_is_accused_later_opens_nothing_with_the_code_that_they_handed_out(cast: Cast, who: str) -> None:
    matter = taken_in(cast, who)
    browser = Client()
    browser.post("/track/", pair(matter))
    assert browser.get("/track/matter/").status_code == 200
    accuses_zhao_jiang(matter)
    assert not opens(matter)
    assert browser.get("/track/matter/").status_code == 302
    receipt, code = pair(matter).values()
    withdrawal = Client().post(
        f"/api/v1/receipts/{receipt}/actions/withdraw",
        {"fields": {}},
        content_type="application/json",
        headers={"X-Query-Code": code},
    )
    assert withdrawal.status_code == 404
    assert matter.case.ended_at is None


def test_a_code_seen_by_somebody_of_whom_it_is_not_known_whether_they_are_meant_is_closed_until_it_is(
    cast: Cast, desk: Desk
) -> None:
    matter = taken_in(cast, "zhao-jiang", accused=("赵处长",))
    assert not opens(matter)
    identify(desk("custodian"), matter, ids(cast, "lj-fire"), [])
    assert not opens(matter)  # one person alone clears nobody by naming somebody else
    matter.at = timezone.now()
    matter.does("custodian", "propose_clearing")
    matter.does("discipline", "identify_accused", accused_units=["lj-fire"])
    assert opens(matter)


def test_what_the_petitioner_typed_themselves_nobody_else_has_the_code_of(cast: Cast) -> None:
    matter = taken_in(cast, "petitioner")
    accuses_zhao_jiang(matter)
    assert opens(matter)


def test_a_code_that_the_accused_gave_out_anew_is_void_and_one_of_somebody_elses_opens(cast: Cast, desk: Desk) -> None:
    matter = taken_in(cast, "petitioner")
    again = f"{page_of(matter)}receipts/{contact(matter).id}/"
    assert desk("zhao-jiang").post(again, GIVEN).status_code == 302
    accuses_zhao_jiang(matter)
    receipt = contact(matter).receipt
    assert Client().post("/track/", {"receipt": receipt, "code": receipts.code_of(receipt, 1)}).status_code == 422
    assert desk("registrar").post(again, GIVEN).status_code == 302
    assert Client().post("/track/", {"receipt": receipt, "code": receipts.code_of(receipt, 2)}).status_code == 302
    replay_equals_projection(matter.id)


def test_the_petitioner_is_told_in_plain_words_what_to_do_and_not_why(cast: Cast) -> None:
    matter = taken_in(cast, "zhao-jiang")
    accuses_zhao_jiang(matter)
    page = html(Client().post("/track/", pair(matter)))
    assert "这个查询码已经停用" in page and "身份证件" in page and "jn 机构" in page
    assert not re.search("赵|训练处|反映", page.split("<main", 1)[1].split("</form>", 1)[0])
    receipt, code = pair(matter).values()
    answer = Client().get(f"/api/v1/receipts/{receipt}", headers={"X-Query-Code": code})
    assert "这个查询码已经停用" in answer.json()["detail"]
    assert "已经停用" not in html(Client().post("/track/", {"receipt": receipt, "code": "AAAA2222"}))


def test_who_is_not_accused_finds_on_the_worklist_that_a_new_code_is_to_be_handed_out(cast: Cast, desk: Desk) -> None:
    matter = taken_in(cast, "zhao-jiang")
    assert TO_HAND_OUT not in html(desk("registrar").get("/desk/"))
    accuses_zhao_jiang(matter)
    registrar = desk("registrar")
    page = html(registrar.get("/desk/"))
    assert TO_HAND_OUT in page and matter.case.number in page
    assert "请核对证件后换发" in html(registrar.get(page_of(matter)))
    assert registrar.get("/api/v1/duties").json()["new_codes"] == [matter.case.number]
    assert registrar.post(f"{page_of(matter)}receipts/{contact(matter).id}/", GIVEN).status_code == 302
    assert TO_HAND_OUT not in html(registrar.get("/desk/"))
    assert registrar.get("/api/v1/duties").json()["new_codes"] == []


def test_a_new_code_is_to_be_handed_out_however_deep_under_the_accused_unit_stands_who_saw_it(
    cast: Cast, desk: Desk
) -> None:
    matter = taken_in(cast, "clerk", accused=("赵处长",))
    identify(desk("custodian"), matter, ids(cast, "lj-training"), [])
    registrar, under = desk("registrar"), cast.units["lj-training"]
    for depth in range(6):
        assert TO_HAND_OUT in html(registrar.get("/desk/")), depth
        under = Unit.objects.create(organisation=cast.lj, code=f"deeper-{depth}", name=f"第 {depth} 层", parent=under)
        Post.objects.filter(holdings__account__username="clerk").update(unit=under)
    assert not opens(matter)


@pytest.mark.parametrize("who", ["zhao-jiang", "clerk", "handler", "head"])
def test_nobody_else_is_asked_to(cast: Cast, desk: Desk, who: str) -> None:
    accuses_zhao_jiang(taken_in(cast, "zhao-jiang"))
    assert TO_HAND_OUT not in html(desk(who).get("/desk/"))


def test_while_the_custodian_alone_sees_the_case_they_hand_the_code_out(cast: Cast, desk: Desk) -> None:
    matter = taken_in(cast, "zhao-jiang")
    accuses_zhao_jiang(matter, "赵处长")
    assert TO_HAND_OUT not in html(desk("registrar").get("/desk/"))
    custodian = desk("custodian")
    assert TO_HAND_OUT in html(custodian.get("/desk/"))
    given = custodian.post(f"{page_of(matter)}receipts/{contact(matter).id}/", GIVEN, follow=True)
    code = re.search(r"查询码</span><b>(\w{8})</b>", html(given))
    assert code is not None
    assert Client().post("/track/", {"receipt": contact(matter).receipt, "code": code[1]}).status_code == 302


def test_where_the_case_went_to_the_organisation_above_it_is_handed_out_there(cast: Cast, desk: Desk) -> None:
    matter = taken_in(cast, "registrar")
    matter.at = timezone.now()
    matter.does("petitioner", "supplement", also_accused="临江信访办")
    assert not opens(matter)
    assert TO_HAND_OUT in html(desk("superior_registrar").get("/desk/"))
    address = f"{page_of(matter)}receipts/{contact(matter).id}/"
    assert desk("superior_registrar").post(address, GIVEN).status_code == 302
    receipt = contact(matter).receipt
    assert Client().post("/track/", {"receipt": receipt, "code": receipts.code_of(receipt, 1)}).status_code == 302


@pytest.mark.parametrize("line", ["包青天", "包组长或者他的人"], ids=["for certain", "perhaps"])
def test_where_the_custodian_is_accused_whoever_follows_them_knows_a_confidential_petitioner(
    cast: Cast, desk: Desk, line: str
) -> None:
    matter = taken_in(cast, "zhao-jiang", confidential=True)
    accuses_zhao_jiang(matter)
    accuses_zhao_jiang(matter, line)
    again = f"{page_of(matter)}receipts/{contact(matter).id}/"
    for other in ("registrar", "head", "intake", "custodian"):
        assert desk(other).get(again).status_code == 404, other
    assert TO_HAND_OUT in html(desk("discipline").get("/desk/"))
    assert desk("discipline").post(again, GIVEN).status_code == 302
