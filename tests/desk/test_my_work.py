"""My work: in which order, what came back, what is new, put aside until a day, handed over, how a team stands."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiyin.casework.lists import work
from huiyin.casework.models import Duty, Snooze
from huiyin.people.absences import note_absence
from huiyin.people.appointments import day_of
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, html, page_of
from tests.desk.test_duties_page import rows
from tests.desk.test_papers_on_their_way import address, proposed, saved, takes
from tests.documents.drafting import state_of
from tests.matters import Matter, begin, walk


def the_duty(matter: Matter, kind: str) -> Duty:
    return Duty.objects.get(case=matter.id, kind=kind, discharged_at=None, withdrawn_at=None)


def numbers(page: str) -> list[str]:
    return re.findall(r"LJ-\d{8}-\d{6}(?=</span>)", page)


def test_the_order_follows_what_the_office_aims_at_and_not_the_last_day_alone(cast: Cast, desk: Desk) -> None:
    """Of two that are due within a day of each other the one that has lain longer comes first; what is overdue before both."""
    now = timezone.now()
    fresh, late = begin(cast, now), begin(cast, now - timedelta(days=20))
    lain = begin(cast, now - timedelta(days=1))
    Duty.objects.filter(case=lain.id).update(due_at=now + timedelta(days=16), turn_at=now + timedelta(days=16))
    page = html(desk("intake").get("/desk/"))
    assert numbers(page) == [late.case.number, lain.case.number, fresh.case.number]
    assert "目标" in page and "内部目标日" in page


def test_one_thing_to_do_stands_out_and_what_turns_the_petitioner_away_stands_apart(desk: Desk, matter: Matter) -> None:
    (row,) = rows(html(desk("intake").get("/desk/")))
    beside, _menu, hidden = row.partition('<details class="menu">')
    assert re.findall(r">([^<>]+)</a>", beside.partition('class="duty-do"')[2]) == ["受理"]
    apart = hidden.partition("不受理、转出")
    assert "简易受理" in apart[0] and "不再受理" in apart[2] and "不再受理" not in apart[0]


@pytest.mark.parametrize("cast", ["xx-bureau"], indirect=True)
def test_a_leader_who_answers_for_a_matter_is_offered_to_tell_how_it_goes(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    matter.does("intake", "accept")
    named = {"leader": str(cast.accounts["leader"].pk), "resolve_by": day_of(matter.at + timedelta(days=9)).isoformat()}
    matter.does("head", "name_sponsor", **named)
    (row,) = rows(html(desk("leader").get("/desk/")))
    assert re.findall(r">([^<>]+)</a>", row.partition('class="duty-do"')[2])[0] == "登记包案推进情况"


def test_what_came_back_is_marked_with_the_reason_and_found_by_itself(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="accept")
    matter.does("intake", "assign", handler="handler", due_date=day_of(matter.at + timedelta(days=20)).isoformat())
    matter.does("handler", "investigate")
    matter.does("handler", "propose_opinion")
    other = walk(begin(cast, timezone.now() - timedelta(days=2)), until="investigate")
    takes(desk("head"), matter, "return_opinion", reason="请写明日期。")
    page = html(desk("handler").get("/desk/?state=back"))
    assert numbers(page) == [matter.case.number]
    (row,) = rows(page)
    assert ">退回</span>" in row and "请写明日期。" in row and row.count("退回重办") == 1
    assert set(numbers(html(desk("handler").get("/desk/")))) == {matter.case.number, other.case.number}


def given_back_to(cast: Cast, *, away: str = "", withdrawn: str = "") -> tuple[str, ...]:
    """Who of the unit owes an opinion anew that the colleague of the assigned handler wrote, once the head has sent it back."""
    matter = begin(cast, timezone.now() - timedelta(days=2))
    matter.does("intake", "accept")
    matter.does("intake", "assign", handler="handler")
    matter.does("handler", "investigate")
    matter.does("colleague", "propose_opinion")
    if away:
        note_absence(cast.accounts[away], day_of(matter.at), None, matter.at)
    if withdrawn:
        matter.does(withdrawn, "recuse", person=withdrawn)
    matter.does("head", "return_opinion")
    owed = matter.case.duties.get(kind="handle", discharged_at=None)
    return tuple(name for name in ("handler", "colleague") if owed.assignee_id == cast.accounts[name].id)


def test_a_returned_opinion_is_owed_by_who_wrote_it(cast: Cast, desk: Desk) -> None:
    assert given_back_to(cast) == ("colleague",)
    page = html(desk("colleague").get("/desk/?state=back"))
    assert len(numbers(page)) == 1
    assert len(re.findall("退回", html(desk("colleague").get("/desk/news/")))) >= 1
    assert numbers(html(desk("handler").get("/desk/?state=back"))) == []


def test_a_returned_opinion_goes_to_the_assigned_handler_while_its_writer_cannot_do_it(cast: Cast) -> None:
    assert given_back_to(cast, withdrawn="colleague") == ("handler",)
    assert given_back_to(cast, away="colleague") == ("handler",)


def test_what_the_petitioner_adds_is_found_among_what_is_new(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="investigate")
    assert numbers(html(desk("handler").get("/desk/?state=new"))) == []
    matter.does("petitioner", "supplement")
    page = html(desk("handler").get("/desk/?state=new"))
    assert numbers(page) == [matter.case.number] and "补充材料" in page


def test_an_approval_that_lapsed_is_marked_as_new(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    takes(desk("head"), matter, "approve_opinion", approval="同意。")
    assert saved(desk("handler"), matter, "列入本月检修。", "六月底前修好。").status_code == HTTPStatus.FOUND
    (row,) = rows(html(desk("head").get("/desk/")))
    assert "有新情况" in row and "审签失效" in row


def test_a_correction_that_waits_for_its_approval_stands_above_the_list(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    takes(desk("head"), matter, "approve_opinion", approval="同意。")
    matter.at = timezone.now()
    matter.does("handler", "serve_reply")
    assert "更正文书还没有批准" not in html(desk("head").get("/desk/"))
    desk("handler").post(f"/desk/notices/{state_of(matter).id}/correct/", {"reason": "错写了日期。"})
    assert address(matter) in html(desk("head").get("/desk/")).partition("更正文书还没有批准")[2]


def test_what_came_back_is_found_however_much_stands_before_it(
    cast: Cast, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk(begin(cast, timezone.now() - timedelta(days=9)), until="investigate")
    matter = proposed(cast)
    takes(desk("head"), matter, "return_opinion", reason="请写明日期。")
    monkeypatch.setattr(work, "LOOKED_THROUGH", 1)
    client = desk("handler")
    assert len(numbers(html(client.get("/desk/")))) == 2
    for state in ("back", "new"):
        assert numbers(html(client.get(f"/desk/?state={state}"))) == [matter.case.number]


def test_what_only_a_period_that_runs_out_ends_is_not_among_what_can_be_done(desk: Desk, matter: Matter) -> None:
    walk(matter, until="serve_reply")
    client = desk("registrar")
    assert numbers(html(client.get("/desk/?state=now&kind=conclude"))) == []
    (row,) = rows(html(client.get("/desk/?state=waiting&kind=conclude")))
    assert "期满前无需办理" in row and "目标" not in row


def test_a_list_is_narrowed_to_a_kind_a_source_and_a_day(cast: Cast, desk: Desk) -> None:
    now = timezone.now() - timedelta(days=2)
    web, letter = begin(cast, now), begin(cast, now, channel="letter", who="registrar")
    client = desk("intake")
    assert numbers(html(client.get("/desk/?channel=letter"))) == [letter.case.number]
    assert len(numbers(html(client.get("/desk/?kind=decide_acceptance")))) == 2
    assert numbers(html(client.get("/desk/?kind=assign"))) == []
    assert web.case.number in html(client.get("/desk/?channel=web&before=2999-12-31"))


def test_the_title_says_how_much_there_is_and_the_page_asks_whether_it_is_still_so(desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    page = html(client.get("/desk/"))
    assert re.search(r"<title>\s*待办（1）", page)
    asked = re.search(r'hx-get="(/desk/pulse/[^"]+)"', page)
    assert asked
    with CaptureQueriesContext(connection) as captured:
        assert client.get(asked[1]).status_code == HTTPStatus.NO_CONTENT
    assert len([one for one in captured.captured_queries if "SAVEPOINT" not in one["sql"]]) <= 6
    begin(matter.cast, matter.at)
    changed = client.get(asked[1])
    assert changed.status_code == HTTPStatus.OK and "现在有 2 项" in html(changed) and "（2）" in html(changed)


def test_after_a_step_the_next_item_is_offered(cast: Cast, desk: Desk, matter: Matter) -> None:
    other = begin(cast, timezone.now() - timedelta(days=1))
    client = desk("intake")
    takes(client, matter, "decline", competent_organ="市城管局", reason="由城管部门管理。")
    page = html(client.get(page_of(matter)))
    assert f'<a href="{page_of(other)}">下一项：审查并书面告知' in page


def test_a_duty_is_put_aside_until_a_day_for_the_post_alone_and_comes_back_when_something_happens(
    cast: Cast, desk: Desk
) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="investigate")
    duty, client = the_duty(matter, "handle"), desk("handler")
    until = timezone.localdate() + timedelta(days=3)
    sent = client.post(f"/desk/duties/{duty.id}/aside/", {"until": until.isoformat(), "why": "material"})
    assert sent.status_code == HTTPStatus.FOUND
    assert numbers(html(client.get("/desk/"))) == []
    aside = html(client.get("/desk/?state=aside"))
    assert numbers(aside) == [matter.case.number] and f"搁置到 {until.isoformat()}：等材料" in aside
    assert numbers(html(desk("colleague").get("/desk/"))) == [matter.case.number]
    kept = Snooze.objects.get()
    assert (kept.until, kept.why, kept.by_id) == (until, "material", cast.accounts["handler"].id)
    assert the_duty(matter, "handle").due_at == duty.due_at
    matter.does("petitioner", "supplement")
    assert numbers(html(client.get("/desk/"))) == [matter.case.number]


def test_what_was_put_aside_is_taken_back(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="investigate")
    duty, client = the_duty(matter, "handle"), desk("handler")
    until = (timezone.localdate() + timedelta(days=3)).isoformat()
    client.post(f"/desk/duties/{duty.id}/aside/", {"until": until, "why": "planned"})
    assert client.post(f"/desk/duties/{duty.id}/back/").status_code == HTTPStatus.FOUND
    assert numbers(html(client.get("/desk/"))) == [matter.case.number]
    assert Snooze.objects.get().lifted_at is not None


@pytest.mark.parametrize(
    ("days", "why"), [(0, "material"), (400, "material"), (3, ""), (3, "no reason of ours"), (None, "planned")]
)
def test_nothing_is_put_aside_beyond_its_day_or_without_a_reason(
    days: int | None, why: str, cast: Cast, desk: Desk
) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="investigate")
    duty = the_duty(matter, "handle")
    until = "2026-02-31" if days is None else (timezone.localdate() + timedelta(days=days)).isoformat()
    answer = desk("handler").post(f"/desk/duties/{duty.id}/aside/", {"until": until, "why": why})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Snooze.objects.exists()


@pytest.mark.parametrize("name", ["registrar", "stranger", "outsider"])
def test_nobody_puts_aside_what_their_post_does_not_owe(name: str, cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="investigate")
    place = f"/desk/duties/{the_duty(matter, 'handle').id}/"
    for path in ("aside/", "back/"):
        assert desk(name).post(place + path, {"why": "planned"}).status_code == HTTPStatus.NOT_FOUND
    assert desk(name).get(f"{place}aside/").status_code == HTTPStatus.NOT_FOUND


def test_a_handler_hands_over_to_a_colleague_where_the_book_lets_them(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="investigate")
    (row,) = rows(html(desk("handler").get("/desk/")))
    assert form_of(matter, "name_handler") in row.partition("移交同事")[2]
    (other,) = rows(html(desk("registrar").get("/desk/?whose=all")))
    assert "移交同事" not in other


def test_a_team_shows_who_has_how_much_and_who_is_away(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="assign")
    matter.does("handler", "name_handler", handler=cast.accounts["handler"].username)
    today = timezone.localdate()
    note_absence(cast.accounts["colleague"], today, today + timedelta(days=5), timezone.now())
    page = html(desk("handler").get("/desk/team/"))
    lines = {
        name: line
        for name in ("同事 handler", "同事 colleague")
        for line in re.findall(r"<tr>.*?</tr>", page)
        if name in line
    }
    assert ">1</td>" in lines["同事 handler"] and "不在岗" not in lines["同事 handler"]
    assert "不在岗" in lines["同事 colleague"] and f"{today + timedelta(days=5)} 回来" in lines["同事 colleague"]
    assert ">1</td>" not in html(desk("stranger").get("/desk/team/"))


def test_what_has_to_come_first_is_offered_where_the_duty_cannot_be_done_yet(cast: Cast, desk: Desk) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="assign")
    (row,) = rows(html(desk("handler").get("/desk/")))
    assert f'btn-primary" href="{form_of(matter, "investigate")}"' in row


def figures(page: str) -> dict[str, tuple[str, str]]:
    """Addresses and counts of the figures of a page, by label; of equal labels the last."""
    found = re.findall(r'<a class="count[^"]*" href="([^"]+)"><span>([^<]+)</span><b>(\d+)</b>', page)
    return {label: (address.replace("&amp;", "&"), count) for address, label, count in found}


def test_the_overview_counts_for_the_post_and_each_figure_leads_to_what_it_counts(cast: Cast, desk: Desk) -> None:
    matter = proposed(cast)
    late = begin(cast, timezone.now() - timedelta(days=20))
    begin(cast, timezone.now())
    shown = figures(html(desk("head").get("/desk/home/")))
    assert shown["待我签批"] == ("/desk/signing/", "1")
    client = desk("intake")
    page = html(client.get("/desk/home/"))
    address, count = figures(page)["已逾期"]
    assert count == "1" and numbers(html(client.get(address))) == [late.case.number]
    assert late.case.number in page.partition("逾期最久的")[2]
    assert figures(html(desk("registrar").get("/desk/home/")))["今天登记的"][1] == "1"
    elsewhere = html(desk("outsider").get("/desk/home/"))
    assert {count for _address, count in figures(elsewhere).values()} == {"0"}
    assert matter.case.number not in elsewhere and late.case.number not in elsewhere
