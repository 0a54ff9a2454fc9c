"""Who finds out whom a petition accuses: never nobody. Whoever cannot, or does not in time, is followed by the next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from huiyin.casework.lists.duties import open_duties_of
from huiyin.casework.models import CaseAccused, Duty, Notice
from huiyin.door.consequences.handing_over import keep_left_custody
from huiyin.people.absences import note_absence
from huiyin.people.models import Account, Holding, Unit
from huiyin.worker import fire_timers
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, hidden, html, page_of
from tests.desk.test_accused import accusing, identify, post_of, sees
from tests.matters import Matter, begin, replay_equals_projection

Leaving = Callable[[Desk, Cast, Matter, str], object]


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With a custodian here and one in the next higher organisation, and 赵江 who may be meant."""
    office = Unit.objects.create(organisation=cast.lj, code="lj-inspection", name="临江纪检组")
    post_of(cast, cast.units["lj-training"], "处长", ("handler",), "zhao-jiang", "赵江")
    post_of(cast, office, "组长", ("custodian",), "custodian", "包青天")
    above = Unit.objects.create(organisation=cast.organisations["jn"], code="jn-inspection", name="江南纪检组")
    post_of(cast, above, "组长", ("custodian",), "above", "狄仁杰")
    return cast


def withdraw(desk: Desk, cast: Cast, matter: Matter, who: str) -> None:
    client, address = desk(who), form_of(matter, "withdraw_as_custodian")
    form = client.get(address)
    data = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), "reason": "与被反映人是亲属。"}
    answer = client.post(address, data)
    assert answer.status_code == 302, html(answer)


def go_on_leave(desk: Desk, cast: Cast, matter: Matter, who: str) -> None:
    now = timezone.now()
    note_absence(cast.accounts[who], timezone.localdate(), None, now)
    keep_left_custody(now)


def close_account(desk: Desk, cast: Cast, matter: Matter, who: str) -> None:
    Account.objects.filter(id=cast.accounts[who].id).update(is_active=False)
    keep_left_custody(timezone.now())


def owing(matter: Matter) -> list[str]:
    open_now = Duty.objects.filter(case=matter.id, kind="identify_accused", discharged_at=None, withdrawn_at=None)
    return [duty.unit.code if duty.unit else "" for duty in open_now]


@pytest.mark.clause("art-28.3")
@pytest.mark.parametrize("leaves", [withdraw, go_on_leave, close_account])
def test_whoever_had_it_in_custody_and_cannot_is_followed_at_once_by_the_next(
    leaves: Leaving, cast: Cast, desk: Desk
) -> None:
    matter = accusing(cast, "赵处长")
    due = Duty.objects.get(case=matter.id, kind="identify_accused").due_at
    assert owing(matter) == ["lj-inspection"]
    leaves(desk, cast, matter, "custodian")
    assert owing(matter) == ["jn-inspection"]
    assert matter.case.number in html(desk("above").get("/desk/"))
    leaves(desk, cast, matter, "above")
    assert owing(matter) == ["lj-office"]  # the discipline office stands in
    assert not sees(desk("registrar"), matter)
    assert sees(desk("discipline"), matter)
    assert {duty.due_at for duty in Duty.objects.filter(case=matter.id, kind="identify_accused")} == {due}
    assert keep_left_custody(timezone.now()) == 0
    replay_equals_projection(matter.id)


def test_whoever_withdrew_sees_it_no_more_and_another_in_their_post_goes_on(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长")
    withdraw(desk, cast, matter, "custodian")
    assert not sees(desk("custodian"), matter)
    assert "RECUSED" in str(matter.tries("custodian", "identify_accused"))


def test_a_custodian_on_leave_when_it_comes_in_does_not_get_it(cast: Cast, desk: Desk) -> None:
    note_absence(cast.accounts["custodian"], timezone.localdate() - timedelta(days=5), None, timezone.now())
    assert owing(accusing(cast, "赵处长")) == ["jn-inspection"]


def test_a_custodian_whom_a_supplement_may_mean_is_followed_by_the_next(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长")
    matter.at = timezone.now()
    matter.does("petitioner", "supplement", also_accused="老包")
    assert owing(matter) == ["jn-inspection"]
    assert not sees(desk("custodian"), matter)


def late(matter: Matter, at: datetime) -> None:
    assert fire_timers(at) >= 1
    replay_equals_projection(matter.id)


def test_what_is_late_passes_to_the_next_and_last_to_an_organ_outside_by_paper(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长")
    at = timezone.now()
    seen = [owing(matter)]
    for _turn in range(5):
        at += timedelta(days=15)
        late(matter, at)
        seen.append(owing(matter))
    assert seen[:3] == [["lj-inspection"], ["jn-inspection"], ["lj-office"]]
    assert all(len(units) == 1 and units[0] for units in seen)
    history = html(desk("above").get(page_of(matter)))
    assert "逾期未确定，转由下一顺位保管人办理" in history


def test_where_nobody_is_left_to_pass_it_to_the_timer_rests_for_a_day_and_administrators_are_told(
    cast: Cast, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "huiyin.worker")
    matter = accusing(cast, "赵处长")
    others = Holding.objects.exclude(account=cast.accounts["custodian"])
    others.update(until=timezone.localdate() - timedelta(days=365))
    at = timezone.now() + timedelta(days=20)
    late(matter, at)
    assert [one.msg["code"] for one in caplog.records if "timer refused" in str(one.msg)] == ["no-seat"]
    assert fire_timers(at + timedelta(hours=23)) == 0
    assert fire_timers(at + timedelta(hours=25)) == 1
    assert str(caplog.text).count("timer refused") == 1
    assert owing(matter) == ["lj-inspection"]
    Account.objects.filter(id=cast.accounts["custodian"].id).update(is_superuser=True)
    told = "已经没有下一顺位的人可以接办"
    assert told in html(desk("custodian").get("/desk/")) and told in html(desk("custodian").get("/office/vacancies/"))


def test_the_organ_outside_is_asked_by_paper_and_its_answer_taken_down_from_its_paper(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长")
    for who in ("custodian", "above", "discipline", "superior_registrar"):
        close_account(desk, cast, matter, who)
    assert owing(matter) == ["lj-office"]
    registrar = desk("registrar")
    assert sees(registrar, matter)
    assert "WRONG" in str(matter.tries("registrar", "identify_accused"))
    assert "WRONG" in str(matter.tries("registrar", "accept")) or "UNIDENTIFIED" in str(
        matter.tries("registrar", "accept")
    )
    send(
        registrar, matter, "ask_who_is_accused", asked_organ="市纪委监委", handed_on=today(), handing_proof=scan("回执")
    )
    assert Notice.objects.get(case=matter.id, kind="accused_inquiry").addressee == "organ"
    document = {"asked_organ": "市纪委监委", "paper_no": "江纪函〔2026〕3号", "paper_date": today()}
    found = {"accused_people": [str(cast.accounts["zhao-jiang"].id)], "identified_why": "见来函。"}
    send(registrar, matter, "record_identified", **document, **found, paper_copy=scan("来函"))
    assert owing(matter) == []
    assert not sees(desk("zhao-jiang"), matter)
    assert sees(desk("intake"), matter)
    replay_equals_projection(matter.id)


def test_a_custodian_does_not_take_down_what_no_organ_found(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长")
    assert "WRONG" in str(matter.tries("custodian", "record_identified"))


def today() -> str:
    return timezone.localdate().isoformat()


def scan(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.pdf", b"%PDF-1.4\n%%EOF\n", content_type="application/pdf")


def send(client: object, matter: Matter, action: str, **fields: object) -> None:
    form = client.get(form_of(matter, action))  # type: ignore[attr-defined]
    assert form.status_code == 200
    data = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), **fields}
    answer = client.post(form_of(matter, action), data)  # type: ignore[attr-defined]
    assert answer.status_code == 302, html(answer)


def against(cast: Cast, *left: str) -> Matter:
    """A petition against every unit here and above but those ``left``."""
    units = Unit.objects.filter(organisation__code__in=("lj", "jn", "hx")).exclude(code__in=left)
    return begin(cast, timezone.now() - timedelta(days=2), accused_units=frozenset(unit.id for unit in units))


def only_duty(matter: Matter) -> tuple[str, str]:
    (duty,) = Duty.objects.filter(case=matter.id, withdrawn_at=None, discharged_at=None)
    return duty.kind, duty.unit.code if duty.unit else ""


@pytest.mark.clause("art-30.3")
def test_a_petition_against_all_who_should_deal_with_it_is_taken_in_sealed_and_handed_to_another_organ(
    cast: Cast, desk: Desk
) -> None:
    matter = against(cast, "lj-training", "lj-inspection")
    assert not matter.case.unresolved and matter.case.sealed
    assert only_duty(matter) == ("decide_acceptance", "lj-inspection")
    custodian = desk("custodian")
    assert matter.case.number in html(custodian.get("/desk/"))
    assert "WRONG_ROLE" in str(matter.tries("custodian", "accept"))
    send(custodian, matter, "refer", competent_organ="省纪委监委", reason="被反映的单位应当回避。")
    assert matter.case.stage == "referred"
    assert Notice.objects.filter(case=matter.id, kind="referral", addressee="organ").exists()
    for name in ("registrar", "intake", "head", "superior_registrar"):
        assert not sees(desk(name), matter)
    replay_equals_projection(matter.id)


def test_where_no_such_post_is_left_whoever_handles_matters_hands_it_out(cast: Cast, desk: Desk) -> None:
    matter = against(cast, "lj-training")
    assert only_duty(matter) == ("decide_acceptance", "lj-training")
    send(desk("stranger"), matter, "refer", competent_organ="省纪委监委", reason="被反映的单位应当回避。")
    assert matter.case.stage == "referred"


def test_all_of_whom_the_custodian_says_that_they_are_accused_leave_it_to_be_handed_out(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵处长")
    codes = ("lj", "jn", "hx")
    units = Unit.objects.filter(organisation__code__in=codes).exclude(code="lj-inspection")
    answer = identify(desk("custodian"), matter, [str(unit.id) for unit in units], [])
    assert answer.status_code == 302, html(answer)
    assert only_duty(matter) == ("decide_acceptance", "lj-inspection")
    send(desk("custodian"), matter, "refer", competent_organ="省纪委监委", reason="被反映的单位应当回避。")


def open_to(desk: Desk, matter: Matter) -> bool:
    return sees(desk("registrar"), matter)


@pytest.mark.parametrize("line", ["某公司", "赵处长"])
def test_that_nobody_is_accused_one_says_and_another_confirms(line: str, cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, line)
    answer = identify(desk("custodian"), matter, [], [])
    assert answer.status_code == 422 and "由另一人确认" in html(answer)
    send(desk("custodian"), matter, "propose_clearing", identified_why="查无此人。")
    assert owing(matter) == ["jn-inspection"]
    form = html(desk("above").get(form_of(matter, "identify_accused")))
    assert "不要勾选任何人" in form and " checked" not in form  # whoever agrees has nobody to take away
    assert "确认不认定" in form and "确认不认定" not in html(desk("custodian").get(form_of(matter, "identify_accused")))
    assert "DUTY_FIRST" in str(
        matter.tries("above", "propose_clearing")
    )  # who confirms is not asked to propose it anew
    assert identify(desk("custodian"), matter, [], []).status_code == 422
    assert not open_to(desk, matter)
    assert identify(desk("above"), matter, [], []).status_code == 302
    assert open_to(desk, matter)
    replay_equals_projection(matter.id)


def test_a_line_in_which_nobody_was_found_is_not_cleared_alone_beside_one_that_is_certain(
    cast: Cast, desk: Desk
) -> None:
    matter = accusing(cast, "赵江", "某公司")
    zhao, unit = [str(cast.accounts["zhao-jiang"].id)], [str(cast.units["lj-training"].id)]
    assert identify(desk("custodian"), matter, unit, zhao).status_code == 422
    send(desk("custodian"), matter, "propose_clearing", identified_why="某公司查无。")
    form = html(desk("above").get(form_of(matter, "identify_accused")))
    assert form.count(" checked") >= 1  # who is accused for certain stays so
    assert identify(desk("above"), matter, unit, zhao).status_code == 302
    assert open_to(desk, matter) and not sees(desk("zhao-jiang"), matter)


def test_what_was_confirmed_once_is_not_for_a_later_accusation(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "某公司")
    send(desk("custodian"), matter, "propose_clearing", identified_why="查无此人。")
    assert identify(desk("above"), matter, [], []).status_code == 302
    assert identify(desk("above"), matter, [], [str(cast.accounts["zhao-jiang"].id)]).status_code == 302
    assert identify(desk("above"), matter, [], []).status_code == 422
    assert not sees(desk("zhao-jiang"), matter)


def test_where_no_other_custodian_is_left_the_head_confirms(cast: Cast, desk: Desk) -> None:
    for who in ("above", "discipline", "superior_registrar"):
        Account.objects.filter(id=cast.accounts[who].id).update(is_active=False)
    matter = accusing(cast, "某公司")
    assert not sees(desk("head"), matter)
    send(desk("custodian"), matter, "propose_clearing", identified_why="查无此人。")
    assert owing(matter) == ["lj-lead"]
    assert identify(desk("head"), matter, [], []).status_code == 302
    assert open_to(desk, matter)


def test_who_confirmed_once_does_not_later_confirm_what_they_propose_themselves(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "某公司")
    send(desk("custodian"), matter, "propose_clearing", identified_why="查无此人。")
    assert identify(desk("above"), matter, [], []).status_code == 302
    matter.does("petitioner", "supplement", also_accused="某商行")
    send(desk("above"), matter, "propose_clearing", identified_why="也查无此人。")
    assert owing(matter) == ["lj-inspection"]
    assert identify(desk("above"), matter, [], []).status_code == 422
    assert "SAME_PERSON" in str(matter.tries("above", "propose_clearing"))
    assert identify(desk("custodian"), matter, [], []).status_code == 302
    assert open_to(desk, matter)


def test_what_nobody_confirms_in_time_passes_on_and_is_still_to_be_confirmed(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "某公司")
    send(desk("custodian"), matter, "propose_clearing", identified_why="查无此人。")
    late(matter, timezone.now() + timedelta(days=15))
    assert owing(matter) == ["lj-office"]
    assert identify(desk("discipline"), matter, [], []).status_code == 302
    assert open_to(desk, matter)


def test_a_colleague_in_the_same_unit_confirms(cast: Cast, desk: Desk) -> None:
    post_of(cast, Unit.objects.get(code="lj-inspection"), "副组长", ("custodian",), "deputy", "展昭")
    matter = accusing(cast, "某公司")
    send(desk("custodian"), matter, "propose_clearing", identified_why="查无此人。")
    assert owing(matter) == ["lj-inspection"]
    assert identify(desk("custodian"), matter, [], []).status_code == 422
    assert identify(desk("deputy"), matter, [], []).status_code == 302


def test_a_unit_that_supervises_fire_safety_bars_no_custodian_and_one_in_which_a_custodian_sits_does(
    cast: Cast, desk: Desk
) -> None:
    fire = Unit.objects.create(organisation=cast.lj, code="lj-fire-safety", name="临江防火监督处")
    matter = accusing(cast, "防火监督处的人")
    assert owing(matter) == ["lj-inspection"]
    post_of(cast, fire, "内勤", ("custodian",), "fire-custodian", "展昭")
    Account.objects.filter(id=cast.accounts["custodian"].id).update(is_active=False)
    assert owing(accusing(cast, "防火监督处的人")) == ["jn-inspection"]
    assert owing(accusing(cast, "某公司")) == ["lj-fire-safety"]


def test_whoever_let_the_time_to_confirm_pass_does_not_confirm_any_more(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "某公司")
    send(desk("custodian"), matter, "propose_clearing", identified_why="查无此人。")
    late(matter, timezone.now() + timedelta(days=15))
    assert owing(matter) == ["lj-office"]
    assert identify(desk("above"), matter, [], []).status_code == 422
    assert identify(desk("discipline"), matter, [], []).status_code == 302


def test_where_nobody_else_is_there_to_confirm_the_custodian_asks_an_organ_outside(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "某公司")
    Account.objects.exclude(id=cast.accounts["custodian"].id).update(is_active=False)
    custodian = desk("custodian")
    assert "WRONG" in str(matter.tries("custodian", "record_identified"))
    send(custodian, matter, "propose_clearing", identified_why="查无此人。")
    assert owing(matter) == ["lj-inspection"]
    assert keep_left_custody(timezone.now()) == 0
    assert identify(custodian, matter, [], []).status_code == 422
    assert matter.case.unresolved
    send(
        custodian, matter, "ask_who_is_accused", asked_organ="市纪委监委", handed_on=today(), handing_proof=scan("回执")
    )
    document = {"asked_organ": "市纪委监委", "paper_no": "江纪函〔2026〕3号", "paper_date": today()}
    send(custodian, matter, "record_identified", **document, identified_why="见来函。", paper_copy=scan("来函"))
    assert not matter.case.unresolved and owing(matter) == []
    replay_equals_projection(matter.id)


def test_somebody_who_comes_while_the_custodian_is_alone_confirms(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "某公司")
    others = Account.objects.exclude(id=cast.accounts["custodian"].id)
    others.update(is_active=False)
    send(desk("custodian"), matter, "propose_clearing", identified_why="查无此人。")
    others.update(is_active=True)
    assert keep_left_custody(timezone.now()) == 1
    assert owing(matter) == ["jn-inspection"]
    assert "WRONG" in str(matter.tries("custodian", "record_identified"))
    assert identify(desk("above"), matter, [], []).status_code == 302


def test_clearing_is_proposed_only_where_somebody_is_accused(cast: Cast) -> None:
    matter = begin(cast, timezone.now() - timedelta(days=1))
    assert "DUTY_NOT_OPEN" in str(matter.tries("custodian", "propose_clearing"))


def test_whom_a_case_accuses_that_has_ended_is_cleared_by_two_as_well(cast: Cast, desk: Desk) -> None:
    matter = accusing(cast, "赵江")
    matter.does("intake", "decline")
    assert matter.case.ended_at
    assert identify(desk("custodian"), matter, [], []).status_code == 422
    send(desk("custodian"), matter, "propose_clearing", identified_why="不是他。")
    assert CaseAccused.objects.filter(case=matter.id).exists()
    late(matter, timezone.now() + timedelta(days=15))
    assert owing(matter) == ["lj-office"]
    assert identify(desk("discipline"), matter, [], []).status_code == 302
    assert not CaseAccused.objects.filter(case=matter.id).exists()
    replay_equals_projection(matter.id)


def test_a_petition_that_is_withdrawn_before_anybody_knows_whom_it_accuses_is_still_looked_into_and_then_filed(
    cast: Cast, desk: Desk
) -> None:
    matter = accusing(cast, "赵处长", "某人")
    matter.does("petitioner", "withdraw")
    assert matter.case.ended_at is not None
    assert "identify_accused" in {duty.kind for duty in open_duties_of(matter.case)}
    assert not sees(desk("archivist"), matter)
    assert sees(desk("custodian"), matter)
