"""An administrator sees which roles nobody holds, and what to appoint; nobody else does."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from huiyin.door.consequences.handing_over import keep_left_custody, let_stand_in
from huiyin.people import administrators, inviting
from huiyin.people.absences import note_absence
from huiyin.people.appointments import appoint, day_of, end_holding
from huiyin.people.models import Account, Holding, Organisation, Unit
from huiyin.people.signing_in.tokens import digest
from tests.cast import DAY, Cast, join
from tests.desk.conftest import Desk, form_of, html
from tests.desk.test_accused import post_of, sees
from tests.matters import begin
from tests.people.test_inviting import PASSWORD, key_of

PAGE = "/office/vacancies/"


def test_a_role_is_vacant_once_its_holder_leaves(cast: Cast, administrator: Client) -> None:
    Organisation.objects.exclude(id=cast.lj.id).update(rulebook="national-2005")  # theirs are their own affair
    lines = [line for line in administrator.get(PAGE).context["lines"] if line.organisation == cast.lj.name]
    assert lines == []
    end_holding(Holding.objects.get(account=cast.accounts["intake"]), timezone.localdate())
    response = administrator.get(PAGE)
    (line,) = (line for line in response.context["lines"] if line.organisation == cast.lj.name)
    assert (line.code, line.posts) == ("intake", ("临江信访办 intake",))
    assert "受理审查人" in html(response) and "任命人员担任" in html(response)


def test_whoever_is_away_leaves_a_role_vacant_and_duties_to_nobody(
    cast: Cast, administrator: Client, desk: Desk
) -> None:
    now = timezone.now()
    matter, sealed = begin(cast, now - DAY), begin(cast, now - DAY, accused=("临江训练处",))
    note_absence(cast.accounts["intake"], day_of(now), None, now)
    page = administrator.get(PAGE)
    (line,) = (line for line in page.context["lines"] if line.organisation == cast.lj.name and line.code == "intake")
    assert line.stand_in == "本机关负责人"
    waiting = [(line.role, line.label, line.count) for line in page.context["waiting"]]
    assert sorted(waiting) == [("", "", 1), ("受理审查人", "审查并书面告知", 1)]
    assert "密封事项的待办" in html(page)
    assert sealed.case.number not in html(page)
    assert "无人承办" in html(desk("head").get("/desk/unfinished/"))
    let_stand_in(now)
    assert administrator.get(PAGE).context["waiting"] == ()
    assert "无人承办" not in html(desk("head").get("/desk/unfinished/"))
    assert {duty.role for duty in matter.case.duties.all()} == {"unit_head"}


def test_nobody_but_an_administrator_sees_it(cast: Cast, desk: Desk) -> None:
    assert {desk(name).get(PAGE).status_code for name in ("head", "intake", "archivist")} == {403}


EVERYBODY = "lj 机构、jn 机构、hx 机构互相包庇"


def test_what_nobody_here_may_read_is_told_to_administrators_and_the_petitioner_and_to_nobody_what_it_says(
    cast: Cast, administrator: Client, desk: Desk
) -> None:
    matter = begin(cast, timezone.now() - DAY, accused=(EVERYBODY,))
    (duty,) = matter.case.duties.filter(kind="identify_accused")
    assert duty.unit is None
    work, page = html(administrator.get("/desk/")), html(administrator.get(PAGE))
    letter = html(administrator.get("/office/vacancies/lj/letter/"))
    for told in (work, page):
        assert "没有人可以查看的密封事项" in told and "lj 机构：1 件" in told
    assert "请派员确定被反映人的函" in letter and "第三十条第三款" in letter
    for told in (work, page, letter):
        assert matter.case.number not in told and "包庇" not in told and "路灯" not in told
    assert "没有人可以查看的密封事项" not in html(desk("head").get("/desk/"))
    pair = {"receipt": matter.registered.receipt, "code": matter.registered.code}  # type: ignore[union-attr]
    followed = html(Client().post("/track/", pair, follow=True))
    assert "现在谁也看不到内容" in followed and "正函请有权处理的机关派员" in followed


def test_an_administrator_whom_it_accuses_hears_of_it_only_where_no_other_is_there_to_send_for_help(
    cast: Cast, administrator: Client, desk: Desk
) -> None:
    begin(cast, timezone.now() - DAY, accused=(EVERYBODY,))
    note_absence(cast.accounts["intake"], day_of(timezone.now()), None, timezone.now())
    begin(cast, timezone.now() - DAY, accused=("同事 registrar",))
    addresses = ("/desk/", PAGE, "/office/health/")
    alone = [html(administrator.get(one)) for one in addresses]
    assert all("没有人可以查看的密封事项" in told for told in alone[:2]) and "无人可办" in alone[2]
    other = Account.objects.create(username="technician", password="!")
    administrators.add(other, None, timezone.now())
    told = [html(administrator.get(one)) for one in addresses]
    assert not any("密封事项" in one for one in told[:2]) and "每项职责都有人可办" in told[2]
    assert administrator.get("/office/vacancies/lj/letter/").status_code == 404
    client = Client()
    client.force_login(other)
    assert "没有人可以查看的密封事项" in html(client.get(PAGE))


def test_whoever_the_organ_outside_sends_gets_it_in_custody_and_nobody_else(
    cast: Cast, administrator: Client, desk: Desk
) -> None:
    matter = begin(cast, timezone.now() - DAY, accused=(EVERYBODY,))
    guest = Unit.objects.create(organisation=cast.lj, code="guest", name="市纪委监委派员")
    post_of(cast, guest, "派员", ("custodian",), "guest", "况钟")
    assert keep_left_custody(timezone.now()) == 1
    assert sees(desk("guest"), matter) and not sees(desk("registrar"), matter)
    assert administrator.get("/office/vacancies/lj/letter/").status_code == 404
    assert "没有人可以查看的密封事项" not in html(administrator.get(PAGE))


def test_whom_the_letter_went_to_is_on_record_and_told_to_the_next_administrator(
    cast: Cast, administrator: Client
) -> None:
    begin(cast, timezone.now() - DAY, accused=(EVERYBODY,))
    address = "/office/vacancies/lj/letter/"
    assert "还没有登记过发函" in html(administrator.get(address))
    for wrong in ("", "  ", "关" * 101):
        assert administrator.post(address, {"organ": wrong}).status_code == 422
    assert administrator.post(address, {"organ": " 示范市监察委员会 "}).status_code == 302
    page = html(administrator.get(address))
    assert "示范市监察委员会" in page and "还没有登记过发函" not in page
    assert "函请有关机关派员" in html(administrator.get("/office/log/"))


def test_nobody_but_an_administrator_prints_the_letter(cast: Cast, desk: Desk) -> None:
    begin(cast, timezone.now() - DAY, accused=(EVERYBODY,))
    assert {desk(name).get("/office/vacancies/lj/letter/").status_code for name in ("head", "intake")} == {403}


def test_whoever_has_not_accepted_their_invitation_leaves_the_role_vacant_and_is_named(
    cast: Cast, administrator: Client
) -> None:
    now = timezone.now()
    end_holding(Holding.objects.get(account=cast.accounts["intake"]), day_of(now))
    link = inviting.take_link(inviting.invite("sun", "孙某", now, organisation=cast.lj), now)
    appoint(Account.objects.get(username="sun"), cast.posts["intake"], day_of(now))
    (line,) = (one for one in administrator.get(PAGE).context["lines"] if one.organisation == cast.lj.name)
    assert (line.code, line.invited) == ("intake", ("孙某",))
    assert "已任命孙某，尚未接受邀请" in html(administrator.get(PAGE))
    inviting.accept(digest(key_of(link)), PASSWORD, now)
    assert not [one for one in administrator.get(PAGE).context["lines"] if one.organisation == cast.lj.name]


def test_whom_an_organ_outside_sends_does_what_everybody_here_withdrew_from(
    cast: Cast, administrator: Client, desk: Desk
) -> None:
    now = timezone.now()
    matter = begin(cast, now - DAY)
    for who in ("intake", "head", "archivist", "superior_registrar"):
        asked = html(desk(who).get(form_of(matter, "recuse")))
        assert str(cast.accounts[who].id) in asked, (
            "whoever has it may say that they withdraw, from an organ above as well"
        )
        matter.does(who, "recuse", person=cast.accounts[who].id)
        let_stand_in(now)
    address = "/office/vacancies/lj/letter/?about=duties"
    assert address in html(administrator.get(PAGE))
    assert "没有人可以办理" in html(administrator.get(address)) and "第二十八条" in html(administrator.get(address))
    assert administrator.post(address, {"organ": "示范市信访局"}).status_code == 302
    assert "示范市信访局" in html(administrator.get(address))
    assert "函请有权机关派人办理" in html(administrator.get("/office/log/"))
    join(cast, {"sent": ("lj-training", ("intake", "unit_head"))})
    let_stand_in(now)
    assert matter.case.number in html(desk("sent").get("/desk/"))
    matter.at = now
    matter.does("sent", "accept")
