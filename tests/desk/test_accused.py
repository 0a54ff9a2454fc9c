"""Whom a petition accuses, however they are written: closed to them, to everybody until it is known, and to them for good."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Case, CaseAccused, Duty
from huiyin.people.appointments import appoint
from huiyin.people.models import Account, Post, Unit
from tests.cast import FIRST_DAY, Cast
from tests.desk.conftest import Desk, form_of, hidden, html, page_of
from tests.matters import Matter, begin, walk
from tests.samples import one_of

SPELLINGS: Final = (
    "赵江",
    "赵　江",
    "赵·江",
    "趙江",
    "处长赵江",
    "赵处长",
    "赵江（处长）",
    "临江训练处赵江处长",
    "训练处处长",
    "赵江同志",
    "ZHAO-JIANG",
    "Zhao Jiang",
    "赵江、李某",
    "lj 机构临江训练处",
    "老赵",
    "照江",
)
OTHERS: Final = ("registrar", "intake", "discipline", "archivist", "head")


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With 赵江, head of the training department, who registers and examines as well; and with a custodian who does nothing else."""
    office = Unit.objects.create(organisation=cast.lj, code="lj-inspection", name="临江纪检组")
    post_of(cast, cast.units["lj-training"], "处长", ("registrar", "intake", "handler"), "zhao-jiang", "赵江")
    post_of(cast, office, "组长", ("custodian",), "custodian", "包青天")
    return cast


def post_of(cast: Cast, unit: Unit, title: str, roles: tuple[str, ...], username: str, name: str) -> None:
    post = Post.objects.create(organisation=unit.organisation, unit=unit, title=title, roles=list(roles))
    account = Account.objects.create_user(username, display_name=name)
    appoint(account, post, FIRST_DAY)
    cast.accounts[username] = account  # type: ignore[index]


def accusing(cast: Cast, *lines: str) -> Matter:
    return begin(cast, timezone.now() - timedelta(days=2), accused=lines)


def sees(client: Client, matter: Matter) -> bool:
    """Whether anything at the desk tells that there is such a case; all ways must agree."""
    no = matter.case.number
    ways = {
        "page": client.get(page_of(matter)).status_code == 200,
        "list": no in html(client.get("/desk/cases/")),
        "search": f"/desk/cases/{no}/" in html(client.post("/desk/cases/", {"q": "13800001111"}, follow=True)),
    }
    if matter.case.ended_at is None:
        ways |= {
            "duties": no in html(client.get("/desk/?whose=all")),
            "unfinished": no in html(client.get("/desk/unfinished/")),
        }
    assert len(set(ways.values())) == 1, ways
    return ways["page"]


def identify(client: Client, matter: Matter, units: list[str], people: list[str]) -> HttpResponse:
    form = client.get(form_of(matter, "identify_accused"))
    data = {
        "_key": hidden(form, "_key"),
        "_at_seq": hidden(form, "_at_seq"),
        "accused_units": units,
        "accused_people": people,
        "identified_why": "经核对来信和通讯录。",
    }
    return client.post(form_of(matter, "identify_accused"), data)


def ids(cast: Cast, *names: str) -> list[str]:
    return [str((cast.units.get(name) or cast.accounts[name]).id) for name in names]


@pytest.mark.clause("art-30.3")
@pytest.mark.parametrize("spelling", one_of(3, [(each,) for each in SPELLINGS], SPELLINGS))
def test_however_the_accused_are_written_they_find_nothing_and_the_custodian_does(
    spelling: str, cast: Cast, desk: Desk
) -> None:
    matter = accusing(cast, spelling)
    assert not sees(desk("zhao-jiang"), matter)
    assert sees(desk("custodian"), matter)


def test_while_it_is_not_certain_who_is_meant_the_custodian_alone_sees_it_and_owes_an_answer_in_three_working_days(
    cast: Cast, desk: Desk
) -> None:
    matter = accusing(cast, "赵处长")
    assert [name for name in (*OTHERS, "stranger", "superior_registrar") if sees(desk(name), matter)] == []
    (duty,) = Duty.objects.filter(case=matter.id, kind="identify_accused")
    assert duty.unit is not None and duty.unit.code == "lj-inspection"
    assert duty.derivation["limit"] == "3 working days"
    assert Duty.objects.filter(case=matter.id, kind="decide_acceptance", withdrawn_at=None).exists()
    page = html(desk("custodian").get(page_of(matter)))
    assert "赵处长" in page and "赵江" in page and "尚未确定反映的是谁" in page
    assert desk("custodian").get(form_of(matter, "accept")).status_code in (200, 404)
    assert "UNIDENTIFIED" in str(matter.tries("custodian", "accept"))


def test_whoever_was_found_to_be_meant_stays_out_and_everybody_else_goes_on(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长")
    answer = identify(desk("custodian"), matter, [], ids(cast, "zhao-jiang"))
    assert answer.status_code == 302, html(answer)
    assert not sees(desk("zhao-jiang"), matter)
    assert not sees(desk("stranger"), matter)  # of the same department
    assert sees(desk("intake"), matter)
    assert "赵处长" not in html(desk("intake").get(page_of(matter)))
    assert not Duty.objects.filter(case=matter.id, kind="identify_accused", discharged_at=None).exists()
    matter.at = timezone.now()
    matter.does("intake", "accept")


def test_whoever_was_taken_for_the_accused_and_is_not_gets_the_case_back(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长、某公司")
    matter.at = timezone.now()
    matter.does("custodian", "propose_clearing")
    identify(desk("discipline"), matter, [], [])
    assert sees(desk("zhao-jiang"), matter)
    assert not CaseAccused.objects.filter(case=matter.id).exists()


def test_the_form_begins_with_all_who_are_kept_out_so_that_nobody_is_cleared_by_being_forgotten(
    cast: Cast, desk: Desk
) -> None:
    matter = accusing(cast, "赵处长")
    page = html(desk("custodian").get(form_of(matter, "identify_accused")))
    for id in ids(cast, "zhao-jiang", "lj-training"):
        assert f'value="{id}" checked' in page
    assert f'value="{cast.units["hx-office"].id}"' in page  # those above can be named too


def test_a_handler_who_turns_out_to_be_accused_loses_the_case_at_once_and_others_owe_what_they_owed(
    cast: Cast, desk: Desk
) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), "assign")
    assert sees(desk("handler"), matter)
    answer = identify(desk("custodian"), matter, [], ids(cast, "handler"))
    assert answer.status_code == 302, html(answer)
    assert not sees(desk("handler"), matter)
    assert not sees(desk("colleague"), matter)
    assert matter.case.unit is None
    (named,) = Duty.objects.filter(case=matter.id, kind="name_substitute", discharged_at=None)
    assert named.unit == cast.units["lj-lead"]
    matter.at = timezone.now()
    matter.does("head", "hand_on", unit="lj-logistics", reason="依规定改由其他单位承办。")
    assert matter.case.unit == cast.units["lj-logistics"]
    (duty,) = Duty.objects.filter(case=matter.id, kind="handle", discharged_at=None, withdrawn_at=None)
    assert duty.unit_id == matter.case.unit_id
    matter.at = timezone.now()
    assert "ACCUSED" in str(matter.tries("handler", "investigate"))
    assert "NOT_IN_UNIT" in str(matter.tries("head", "name_handler", handler="handler"))


def test_an_ended_case_is_taken_from_the_accused_as_well(cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now() - timedelta(days=2))
    matter.does("intake", "decline")
    identify(desk("custodian"), matter, ids(cast, "lj-office"), [])
    assert not sees(desk("intake"), matter)
    assert sees(desk("custodian"), matter)
    assert matter.case.stage == "declined"


def test_nobody_but_the_custodian_says_who_is_accused(cast: Cast, desk: Desk) -> None:
    matter = begin(cast, timezone.now() - timedelta(days=2))
    for name in ("registrar", "intake", "head"):
        assert "WRONG_ROLE" in str(matter.tries(name, "identify_accused"))
    assert "原话" not in html(desk("intake").get(page_of(accusing(cast, "临江后勤处"))))


def test_a_custodian_who_might_be_meant_hands_it_to_the_next_higher_organisation(cast: Cast, desk: Desk) -> None:
    post_of(cast, cast.units["jn-office"], "组长", ("custodian",), "above", "上级组长")
    matter = accusing(cast, "老包")
    assert not sees(desk("custodian"), matter)
    assert sees(desk("above"), matter)
    assert not sees(desk("superior_registrar"), matter)
    assert identify(desk("above"), matter, [], ids(cast, "custodian")).status_code == 302
    assert not sees(desk("custodian"), matter)
    assert sees(desk("intake"), matter)


def test_when_everybody_who_could_find_out_might_be_meant_it_is_registered_all_the_same_and_seen_by_nobody_here(
    cast: Cast, desk: Desk
) -> None:
    matter = accusing(cast, "lj 机构的人", "jn 机构的人", "hx 机构的人")
    (duty,) = Duty.objects.filter(case=matter.id, kind="identify_accused")
    assert duty.unit_id is None
    assert [
        name for name in (*OTHERS, "custodian", "superior_registrar", "rereviewer") if sees(desk(name), matter)
    ] == []


def test_what_the_petitioner_adds_later_is_matched_the_same_way(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), "assign")
    matter.at = timezone.now()
    matter.does("petitioner", "supplement", also_accused="临江防火处的处长")
    assert not sees(desk("handler"), matter)
    assert not sees(desk("intake"), matter)
    assert sees(desk("custodian"), matter)
    assert identify(desk("custodian"), matter, ids(cast, "lj-fire"), []).status_code == 302
    page = html(desk("intake").get(page_of(matter)))
    assert "临江防火处的处长" not in page
    assert "（已密封，由保管人查阅）" in page


def test_a_supervision_order_is_kept_from_whom_its_matter_accuses(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵江")
    client = desk("archivist")
    address = "/desk/begin/supervision/order/"
    form = client.get(address)
    data = {
        "_key": hidden(form, "_key"),
        "matter_no": matter.case.number,
        "supervised_unit": str(cast.units["lj-fire"].id),
        "trigger": "evasion",
        "demand": "请在期限内答复。",
        "reply_by": (timezone.localdate() + timedelta(days=5)).isoformat(),
    }
    answer = client.post(address, data)
    assert answer.status_code == 302, html(answer)
    order = Case.objects.get(procedure="supervision")
    assert client.get(f"/desk/cases/{order.number}/").status_code == 200
    assert desk("zhao-jiang").get(f"/desk/cases/{order.number}/").status_code == 404


@pytest.mark.clause("art-18.4")
def test_a_report_of_retaliation_is_kept_from_whom_it_complains_of_and_from_their_unit(cast: Cast, desk: Desk) -> None:
    client = desk("registrar")
    address = "/desk/begin/retaliation-report/report_retaliation/"
    form = client.get(address)
    data = {
        "_key": hidden(form, "_key"),
        "retaliation": "因为信访被调岗。",
        "complained_of": str(cast.accounts["zhao-jiang"].id),
    }
    answer = client.post(address, data)
    assert answer.status_code == 302, html(answer)
    report = Case.objects.get(procedure="retaliation-report")
    assert report.sealed
    for name in ("zhao-jiang", "stranger"):
        hidden_from = desk(name)
        assert hidden_from.get(f"/desk/cases/{report.number}/").status_code == 404
        assert report.number not in html(hidden_from.get("/desk/cases/")) + html(hidden_from.get("/desk/?whose=all"))
    assert desk("discipline").get(f"/desk/cases/{report.number}/").status_code == 200


def test_whoever_registers_a_letter_hands_over_the_receipt_and_cannot_open_the_case(cast: Cast, desk: Desk) -> None:
    client = desk("registrar")
    form = client.get("/desk/register/")
    data = {
        "_key": hidden(form, "_key"),
        "channel": "letter",
        "received_at": "",
        "headcount": "1",
        "text": "有人收了好处，请查处。",
        "accused": "赵处长",
        "p0-kind": "person",
        "p0-name": "陈晓光",
        "p0-phone": "13800001111",
    }
    assert client.post("/desk/register/", data).status_code == 302
    page = html(client.get("/desk/register/receipt/"))
    case = Case.objects.get()
    assert case.submissions.get().receipt in page
    assert f"/desk/cases/{case.number}/" not in page
    assert client.get(f"/desk/cases/{case.number}/").status_code == 404
