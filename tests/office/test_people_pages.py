"""The pages about people: who is seen by whom, invited, appointed, away, closed; what follows is told first."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.audit.verify import beside_cases
from huiyin.casework.models import Duty
from huiyin.people import administrators, inviting
from huiyin.people.absences import note_absence
from huiyin.people.administration import record
from huiyin.people.appointments import day_of
from huiyin.people.models import Absence, Account, AdministrativeAct, Holding, Invitation, Leader
from huiyin.people.signing_in.tokens import digest, issue_token, new_token
from tests.cast import DAY, Cast
from tests.desk.conftest import Desk, hidden, html
from tests.matters import Matter, begin
from tests.people.test_inviting import PASSWORD, key_of

PEOPLE = "/office/people/"


@pytest.fixture
def lj_administrator(cast: Cast) -> Client:
    """An administrator of 临江 alone, without a post."""
    account = Account.objects.create_user("clerk", display_name="管理员")
    record("make_account", [account], timezone.now())
    administrators.add(account, cast.lj, timezone.now())
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


def path(account: Account, step: str = "") -> str:
    return f"{PEOPLE}{account.id}/{step}"


def today(days: int = 0) -> str:
    return (day_of(timezone.now()) + timedelta(days=days)).isoformat()


def press(client: Client, address: str, **given: Any) -> HttpResponse:
    """Fill a form in and press once."""
    return client.post(address, {"seen": hidden(client.get(address), "seen"), **given})


def press_twice(client: Client, address: str, **given: Any) -> HttpResponse:
    """Fill a form in, look at what would follow, and confirm."""
    told = press(client, address, **given)
    assert told.status_code == 200 and "确认以前请看清后果" in html(told), html(told)
    return client.post(address, {"seen": hidden(told, "seen"), **given, "confirmed": "1"})


def assigned(cast: Cast) -> Matter:
    """A matter that is investigated by the handler in person."""
    matter = begin(cast, timezone.now() - DAY)
    matter.does("intake", "accept")
    matter.does("intake", "assign", handler="handler")
    return matter


def consequences(told: HttpResponse) -> list[str]:
    found = re.search(r'<ul id="consequences">(.*?)</ul>', html(told))
    assert found, html(told)
    return re.findall(r"<li>(.*?)</li>", found[1])


def test_only_administrators_come_in(cast: Cast, desk: Desk) -> None:
    for name in ("head", "registrar", "outsider"):
        assert desk(name).get(PEOPLE).status_code == 403
        assert desk(name).get(path(cast.accounts["intake"])).status_code == 403
    assert Client().get(PEOPLE).status_code == 302


def test_an_administrator_of_an_organisation_sees_its_people_and_no_others(
    cast: Cast, lj_administrator: Client
) -> None:
    page = html(lj_administrator.get(PEOPLE))
    assert "同事 intake" in page and "同事 outsider" not in page and "同事 reviewer" not in page
    for step in ("", "appoint/", "close/", "link/", "away/", "leader/", "name/", "sessions/"):
        assert lj_administrator.get(path(cast.accounts["outsider"], step)).status_code == 404, step


def test_an_administrator_without_a_post_finds_the_way_between_the_pages(lj_administrator: Client) -> None:
    page = html(lj_administrator.get(PEOPLE))
    assert (
        'href="/office/vacancies/"' in page and 'href="/office/jobs/"' not in page and 'href="/desk/cases/"' not in page
    )


def test_people_are_found_by_a_part_of_their_name_unit_or_state(cast: Cast, administrator: Client) -> None:
    assert [line.account.username for line in administrator.post(PEOPLE, {"q": "colleag"}).context["page"].lines] == [
        "colleague"
    ]
    unit = cast.units["lj-fire"].id
    lines = administrator.get(f"{PEOPLE}?unit={unit}").context["page"].lines
    assert {line.account.username for line in lines} == {"handler", "colleague"}
    inviting.invite("sun", "孙某", timezone.now())
    found = administrator.get(f"{PEOPLE}?status=invited").context["page"].lines
    assert [line.account.username for line in found] == ["sun"]
    Invitation.objects.update(expires_at=timezone.now())
    found = administrator.get(f"{PEOPLE}?status=lapsed").context["page"].lines
    assert [line.account.username for line in found] == ["sun"]


def test_many_people_come_page_by_page(cast: Cast, administrator: Client) -> None:
    Account.objects.bulk_create([Account(username=f"p{n:03}", display_name="某") for n in range(120)])
    seen: list[str] = []
    after = ""
    while True:
        page = administrator.get(f"{PEOPLE}?after={after}").context["page"]
        seen += [line.account.username for line in page.lines]
        after = page.next
        if not after:
            break
    assert len(seen) == len({*seen}) == Account.objects.count()


def test_somebody_is_invited_by_a_printed_link_appointed_and_works(cast: Cast, lj_administrator: Client) -> None:
    made = lj_administrator.post(
        f"{PEOPLE}new/", {"username": "sun", "display_name": "孙某", "organisation": str(cast.lj.id)}
    )
    account = Account.objects.get(username="sun")
    assert made["Location"] == path(account)
    assert "还没有接受" in html(lj_administrator.get(path(account)))
    post = cast.posts["registrar"]
    told = press(lj_administrator, path(account, "appoint/"), post=str(post.id), since=today())
    assert any("没有接受邀请" in line for line in consequences(told))
    press_twice(lj_administrator, path(account, "appoint/"), post=str(post.id), since=today())
    printed = html(lj_administrator.post(path(account, "link/printed/")))
    link = re.search(r'id="link">(http[^<]+)<', printed)
    assert link and "data:image/svg+xml" in printed
    inviting.accept(digest(key_of(link[1])), PASSWORD, timezone.now())
    assert Holding.objects.filter(account=account, post=post, until=None).exists()
    assert [*beside_cases()] == []
    told_acts = [act.change for act in AdministrativeAct.objects.filter(about=account).order_by("id")]
    assert told_acts == ["make_account", "invite", "appoint", "take_link", "accept_invitation"]
    assert {act.by.username for act in AdministrativeAct.objects.filter(about=account) if act.by} == {"clerk", "sun"}


def test_a_mail_that_is_refused_is_told_and_can_be_printed_instead(
    cast: Cast, lj_administrator: Client, settings: Any
) -> None:
    settings.HUIYIN_SENDS_MAIL = True
    settings.EMAIL_BACKEND = "tests.notify.test_invitations.Refusing"
    given = {"username": "sun", "display_name": "孙某", "organisation": str(cast.lj.id), "email": "sun@example.org"}
    lj_administrator.post(f"{PEOPLE}new/", given)
    account = Account.objects.get(username="sun")
    assert "正在等候发送" in html(lj_administrator.get(path(account)))
    worker.do_jobs(timezone.now())
    assert "没有送达" in html(lj_administrator.get(path(account)))
    press(lj_administrator, path(account, "link/"), reason="邮箱不通")
    assert "打印链接" in html(lj_administrator.get(path(account)))
    assert lj_administrator.post(path(account, "link/printed/")).status_code == 200


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"username": "intake"}, "已经有人使用"),
        ({"username": "outsider"}, "已经有人使用"),
        ({"username": "a b"}, "不能邀请"),
        ({"display_name": ""}, "请填写此项"),
        ({"organisation": "nowhere"}, "有效"),
    ],
)
def test_an_invitation_with_a_mistake_is_refused_and_makes_nobody(
    cast: Cast, lj_administrator: Client, changed: dict[str, str], told: str
) -> None:
    before = Account.objects.count()
    given = {"username": "sun", "display_name": "孙某", "organisation": str(cast.lj.id)} | changed
    answer = lj_administrator.post(f"{PEOPLE}new/", given)
    assert answer.status_code == 422 and told in html(answer)
    assert Account.objects.count() == before


def test_whoever_was_invited_by_another_organisation_cannot_be_taken_over_under_the_same_name(
    cast: Cast, lj_administrator: Client
) -> None:
    raw = key_of(
        inviting.take_link(
            inviting.invite("sun", "孙某", timezone.now(), organisation=cast.organisations["nh"]), timezone.now()
        )
    )
    given = {"username": "sun", "display_name": "孙某", "organisation": str(cast.lj.id)}
    assert lj_administrator.post(f"{PEOPLE}new/", given).status_code == 422
    assert inviting.find(digest(raw), timezone.now())


def test_an_administrator_appoints_to_posts_of_their_own_organisations_alone(
    cast: Cast, lj_administrator: Client
) -> None:
    account = cast.accounts["stranger"]
    refused = press(lj_administrator, path(account, "appoint/"), post=str(cast.posts["reviewer"].id), since=today())
    assert refused.status_code == 422
    assert not Holding.objects.filter(account=account, post=cast.posts["reviewer"]).exists()
    theirs = Holding.objects.get(account=cast.accounts["outsider"])
    assert lj_administrator.get(path(cast.accounts["outsider"], f"posts/{theirs.id}/end/")).status_code == 404


def test_what_follows_from_ending_an_appointment_is_told_and_nothing_is_done_before_it_is_confirmed(
    cast: Cast, administrator: Client
) -> None:
    matter = begin(cast, timezone.now() - DAY)
    held = Holding.objects.get(account=cast.accounts["intake"])
    address = path(cast.accounts["intake"], f"posts/{held.id}/end/")
    before = AdministrativeAct.objects.count()
    assert "下一步" in html(administrator.get(address))
    lines = consequences(press(administrator, address, until=today(), reason="调离"))
    assert any("受理审查人" in line and "没有人担任" in line for line in lines)
    assert any("“受理审查人”在本机构将无人担任，其间由“本机关负责人”代办" in line for line in lines)
    assert any("1 件待办将无人承办" in line for line in lines)
    held.refresh_from_db()
    assert held.until is None and AdministrativeAct.objects.count() == before
    press_twice(administrator, address, until=today(), reason="调离")
    held.refresh_from_db()
    assert held.until == day_of(timezone.now())
    act = AdministrativeAct.objects.order_by("id").last()
    assert act and (act.change, act.reason, str(act.by)) == ("end_holding", "调离", "同事 registrar")
    assert {duty.role for duty in matter.case.duties.all()} == {"unit_head"}  # who stands in has it at once


def test_what_follows_says_nothing_of_sealed_matters(cast: Cast, administrator: Client) -> None:
    """Whoever administers may be accused themselves: a figure that grows with a sealed matter would tell."""
    address = path(cast.accounts["intake"], f"posts/{Holding.objects.get(account=cast.accounts['intake']).id}/end/")
    before = consequences(press(administrator, address, until=today(), reason="调离"))
    begin(cast, timezone.now() - DAY, accused_units=(cast.units["lj-logistics"].id,))
    assert consequences(press(administrator, address, until=today(), reason="调离")) == before


def test_an_appointment_cannot_end_before_it_began_or_without_a_reason(cast: Cast, administrator: Client) -> None:
    held = Holding.objects.get(account=cast.accounts["intake"])
    address = path(cast.accounts["intake"], f"posts/{held.id}/end/")
    assert press(administrator, address, until="2019-01-01", reason="x").status_code == 422
    assert press(administrator, address, until=today()).status_code == 422
    assert press(administrator, address, until="tomorrow", reason="x").status_code == 422


def test_whoever_takes_over_is_named_and_gets_what_their_post_allows(cast: Cast, administrator: Client) -> None:
    matter = assigned(cast)
    held = Holding.objects.get(account=cast.accounts["handler"])
    heir = cast.accounts["colleague"]
    mine = Duty.objects.filter(case=matter.id, assignee=cast.accounts["handler"].id, discharged_at=None)
    assert mine.exists()
    address = path(cast.accounts["handler"], f"posts/{held.id}/end/")
    told = consequences(press(administrator, address, until=today(), reason="调离", heir=str(heir.id)))
    assert any("同事 colleague" in line for line in told)
    stranger = press(administrator, address, until=today(), reason="调离", heir=str(cast.accounts["head"].id))
    assert stranger.status_code == 422  # whoever does not hold the role is not on offer
    press_twice(administrator, address, until=today(), reason="调离", heir=str(heir.id))
    assert not mine.exists()
    assert Duty.objects.filter(case=matter.id, assignee=heir.id, discharged_at=None).exists()


def test_a_form_that_another_administrator_overtook_is_not_carried_out(cast: Cast, administrator: Client) -> None:
    account = cast.accounts["intake"]
    seen = hidden(administrator.get(path(account, "close/")), "seen")
    press(administrator, path(account, "name/"), display_name="甄审查", reason="更名")
    late = administrator.post(path(account, "close/"), {"seen": seen, "reason": "离职", "confirmed": "1"})
    assert late.status_code == 409 and "另有管理员修改" in html(late)
    account.refresh_from_db()
    assert account.is_active and account.display_name == "甄审查"


def test_a_closed_account_is_out_at_once_and_comes_back_when_it_is_reopened(
    cast: Cast, administrator: Client, desk: Desk
) -> None:
    account = cast.accounts["intake"]
    account.set_password(PASSWORD)
    account.save()
    there = desk("intake")
    token = issue_token(Holding.objects.get(account=account), new_token(), timezone.now())
    press_twice(administrator, path(account, "close/"), reason="离职")
    assert there.get("/desk/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "已停用" in html(administrator.get(path(account)))
    press(administrator, path(account, "reopen/"), reason="返聘")
    account.refresh_from_db()
    assert account.is_active and account.check_password(PASSWORD)
    assert [*beside_cases()] == []


def test_the_last_administrator_cannot_be_closed(cast: Cast, administrator: Client) -> None:
    account = cast.accounts["registrar"]
    answer = press(administrator, path(account, "close/"), reason="离职")
    assert answer.status_code == 422 and "最后一名" in html(answer)
    account.refresh_from_db()
    assert account.is_active


def test_an_administrator_of_an_organisation_does_not_touch_accounts_that_reach_further(
    cast: Cast, lj_administrator: Client
) -> None:
    account = cast.accounts["stranger"]
    Holding.objects.create(
        organisation=cast.organisations["nh"],
        account=account,
        post=cast.posts["outsider"],
        since=day_of(timezone.now()),
    )
    whole = cast.accounts["archivist"]
    administrators.add(whole, None, timezone.now())
    for one in (account, whole):
        for step in ("close/", "link/", "link/printed/", "sessions/", "tokens/", "name/", "reopen/"):
            ask = lj_administrator.post if step == "link/printed/" else lj_administrator.get
            assert ask(path(one, step)).status_code == 404, step
        assert lj_administrator.get(path(one)).status_code == 200


@pytest.mark.parametrize("name", ["", "甄\n审查", "甄" * 101])
def test_what_cannot_be_a_name_is_refused(cast: Cast, administrator: Client, name: str) -> None:
    account = cast.accounts["intake"]
    assert press(administrator, path(account, "name/"), display_name=name, reason="更名").status_code == 422
    account.refresh_from_db()
    assert account.display_name == "同事 intake"


def test_sessions_end_wherever_they_are_and_others_stay(cast: Cast, administrator: Client, desk: Desk) -> None:
    office, phone, other = desk("intake"), desk("intake"), desk("head")
    press(administrator, path(cast.accounts["intake"], "sessions/"), reason="手机遗失")
    assert [client.get("/desk/").status_code for client in (office, phone, other)] == [302, 302, 200]


def test_somebody_falls_ill_has_a_deputy_and_comes_back(cast: Cast, administrator: Client) -> None:
    matter = assigned(cast)
    account, deputy = cast.accounts["handler"], cast.accounts["colleague"]
    note_absence(deputy, date.fromisoformat(today()), None, timezone.now(), purpose="ill")
    assert "同事 colleague（不在岗，返岗日期未定）" in html(administrator.get(path(account, "away/")))
    told = html(press(administrator, path(account, "away/"), since=today(), deputy=str(deputy.id)))
    assert "同事 colleague也不在岗，返岗日期未定，其间不能代办" in told
    Absence.objects.all().delete()
    given = {"since": today(), "purpose": "ill", "deputy": str(deputy.id)}
    press_twice(administrator, path(account, "away/"), **given)
    (absence,) = Absence.objects.all()
    assert (absence.deputy, absence.purpose) == (deputy, "ill")
    assert Duty.objects.filter(case=matter.id, assignee=deputy.id, discharged_at=None).exists()
    page = html(administrator.get(path(account)))
    assert "病假" in page and "同事 colleague" in page and "离岗" in page
    again = press(administrator, path(account, "away/"), since=today())
    assert again.status_code == 422 and "重叠" in html(again)
    press(administrator, path(account, "back/"), until=today())
    absence.refresh_from_db()
    assert absence.until == day_of(timezone.now())
    assert administrator.get(path(account, "back/")).status_code == 404


def test_a_leading_group_has_one_head(cast: Cast, administrator: Client) -> None:
    for name, position, status in (("head", "head", 302), ("intake", "head", 422), ("intake", "deputy", 302)):
        answer = press(
            administrator,
            path(cast.accounts[name], "leader/"),
            organisation=str(cast.lj.id),
            position=position,
            reason="局发〔2026〕1号",
        )
        assert answer.status_code == status, (name, position)
    assert {(leader.account.username, leader.position) for leader in Leader.objects.all()} == {
        ("head", "head"),
        ("intake", "deputy"),
    }
    press(administrator, path(cast.accounts["intake"], "leader/"), organisation=str(cast.lj.id), reason="退出")
    assert Leader.objects.count() == 1
    assert [*beside_cases()] == []


def test_the_log_tells_who_what_and_why_and_where_it_is_taken_back(
    cast: Cast, administrator: Client, lj_administrator: Client
) -> None:
    account = cast.accounts["stranger"]
    post = cast.posts["registrar"]
    press_twice(administrator, path(account, "appoint/"), post=str(post.id), since=today(), reason="局发〔2026〕2号")
    page = html(administrator.get("/office/log/"))
    held = Holding.objects.get(account=account, post=post)
    assert "局发〔2026〕2号" in page and f"posts/{held.id}/end/" in page
    assert html(lj_administrator.get("/office/log/")).count("局发〔2026〕2号") == 1
    narrowed = administrator.get(f"/office/log/?person={account.id}&change=appoint").context["lines"]
    assert {line.act.about for line in narrowed} == {account}
    assert administrator.get("/office/log/?change=close_account").context["lines"] == []
    press_twice(administrator, path(account, f"posts/{held.id}/end/"), until=today(), reason="误任")
    assert f"posts/{held.id}/end/" not in html(administrator.get("/office/log/"))


def test_reading_changes_nothing(cast: Cast, administrator: Client) -> None:
    account = cast.accounts["intake"]
    held = Holding.objects.get(account=account)
    before = AdministrativeAct.objects.count()
    for step in ("", "appoint/", f"posts/{held.id}/end/", "close/", "link/", "away/", "leader/", "name/", "sessions/"):
        assert administrator.get(path(account, step)).status_code == 200, step
    assert administrator.get(path(account, "link/printed/")).status_code == 405
    assert AdministrativeAct.objects.count() == before
