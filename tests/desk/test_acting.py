"""Actions as forms: what is refused comes back with everything that was typed, what is accepted happens once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.casework.history import read_history, steps
from tests.cast import Cast
from tests.desk.conftest import Desk, form_of, hidden, html, page_of
from tests.matters import Matter, walk

TYPED = "经现场查看,灯杆线路老化,需要更换电缆。"


def fields(client: object, matter: Matter, action: str, **typed: object) -> dict[str, object]:
    """What a browser sends: the hidden fields of a fresh form and what is typed."""
    form = client.get(form_of(matter, action))  # type: ignore[attr-defined]
    return {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), **typed}


def test_a_form_asks_for_what_the_rulebook_names(desk: Desk, matter: Matter) -> None:
    page = html(desk("intake").get(form_of(matter, "accept")))
    assert "事项种类" in page and "处理途径和程序" in page
    assert "第二十三条第一款" in page
    assert "受理告知书" in page  # the document that it will send


def test_whoever_approves_reads_the_proposal_where_they_sign(desk: Desk, matter: Matter) -> None:
    walk(matter, until="propose_opinion")
    page = html(desk("head").get(form_of(matter, "approve_opinion")))
    assert "列入本月检修。" in page
    assert "线路老化。" in page


def test_an_accepted_action_happens_and_leads_back_to_the_case(desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    answer = client.post(form_of(matter, "accept"), fields(client, matter, "accept", kind="claim", route=TYPED))
    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(matter))
    assert matter.case.stage == "accepted"
    assert "“受理”已办理" in html(client.get(page_of(matter)))


def test_a_refused_action_keeps_what_was_typed_and_says_what_is_missing(desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    answer = client.post(form_of(matter, "accept"), fields(client, matter, "accept", route=TYPED))
    page = html(answer)
    assert answer.status_code == 422
    assert f">{TYPED}</textarea>" in page
    assert '<a href="#f-kind">事项种类</a>：请选择' in page
    assert 'id="f-kind-error"' in page
    assert matter.case.stage == "registered"


def test_a_field_that_another_answer_would_need_says_which_one(desk: Desk, matter: Matter) -> None:
    """Without scripts all fields are there, so that somebody fills in one which belongs to another answer."""
    walk(matter, until="apply_review")
    client, form = desk("reviewer"), form_of(matter, "decide_review")
    typed = {"review_result": "uphold", "new_result": "support", "facts_found": TYPED}
    page = html(client.post(form, fields(client, matter, "decide_review", **typed)))
    assert "只有“复查（复核）结论”为“变更”时才填" in page
    assert TYPED in page


def test_every_kind_of_field_keeps_what_was_typed(cast: Cast, desk: Desk, matter: Matter) -> None:
    matter.does("intake", "accept")
    client = desk("intake")
    unit = str(cast.units["lj-fire"].id)
    typed = {"unit": unit, "due_date": "1999-01-01", "requirements": TYPED}
    answer = client.post(form_of(matter, "assign"), fields(client, matter, "assign", **typed))
    page = html(answer)
    assert answer.status_code == 422
    assert f'value="{unit}" checked' in page or f'value="{unit}" selected' in page
    assert 'value="1999-01-01"' in page
    assert TYPED in page


@pytest.mark.parametrize("bad", ["看过\u202e了", "看过\u200b了"])
def test_characters_that_do_not_show_are_named(bad: str, desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    answer = client.post(form_of(matter, "accept"), fields(client, matter, "accept", kind="claim", route=bad))
    assert answer.status_code == 422
    assert "第 3 个字符" in html(answer)


def test_a_text_over_the_limit_is_refused_whole_and_kept(desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    long = "长" * 2001
    answer = client.post(form_of(matter, "accept"), fields(client, matter, "accept", kind="claim", route=long))
    assert answer.status_code == 422
    assert long in html(answer)
    assert "最多 2000 字" in html(answer)


def test_who_may_not_take_an_action_reads_who_may_and_gets_no_form(desk: Desk, matter: Matter) -> None:
    client = desk("head")
    page = html(client.get(form_of(matter, "accept")))
    assert "这一步现在不能办" in page and "受理审查人" in page
    assert 'name="route"' not in page
    answer = client.post(form_of(matter, "accept"), {"kind": "claim", "route": TYPED})
    assert answer.status_code == 422
    assert matter.case.stage == "registered"


def test_an_action_from_another_stage_says_which_stage_it_needs(desk: Desk, matter: Matter) -> None:
    answer = desk("intake").post(form_of(matter, "assign"), {"requirements": TYPED})
    assert answer.status_code == 422
    assert "“已登记”" in html(answer) and "“已受理”" in html(answer)
    assert TYPED in html(answer)


def test_a_stale_form_shows_what_happened_meanwhile_and_may_be_sent_again(desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    typed = fields(client, matter, "accept", kind="claim", route=TYPED)
    matter.does("petitioner", "supplement")
    stale = client.post(form_of(matter, "accept"), typed)
    page = html(stale)
    assert stale.status_code == 409
    assert "您打开本页之后，事项有了新的进展" in page and "在您打开之后" not in page  # said once
    assert "补充材料" in page and "昨晚又有人摔倒" in page
    assert TYPED in page and 'value="claim" checked' in page
    again = {**typed, "_key": hidden(stale, "_key"), "_at_seq": hidden(stale, "_at_seq")}
    assert client.post(form_of(matter, "accept"), again).status_code == 302
    assert matter.case.stage == "accepted"


def test_a_form_sent_twice_is_carried_out_once(desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    typed = fields(client, matter, "accept", kind="claim", route=TYPED)
    answers = [client.post(form_of(matter, "accept"), typed).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert [step.action for step in steps(read_history(matter.case, None))].count("accept") == 1


def test_a_form_changed_after_it_was_carried_out_is_not_carried_out_again(desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    typed = fields(client, matter, "accept", kind="claim", route=TYPED)
    client.post(form_of(matter, "accept"), typed)
    answer = client.post(form_of(matter, "accept"), {**typed, "route": "另一个说法"})
    assert answer.status_code == 409
    assert "已经提交并办理过一次" in html(answer)
    assert "另一个说法" in html(answer)


def test_the_draft_of_a_notice_follows_what_is_typed(desk: Desk, matter: Matter) -> None:
    typed = {"kind": "claim", "route": TYPED}
    part = html(desk("intake").post(f"{form_of(matter, 'accept')}preview/", typed))
    assert "受理告知书" in part and TYPED in part and "申诉求决" in part
    assert matter.case.stage == "registered"


def test_the_draft_of_a_reply_repeats_what_was_approved(desk: Desk, matter: Matter) -> None:
    walk(matter, "approve_opinion")
    page = html(desk("handler").get(form_of(matter, "serve_reply")))
    assert "信访处理意见书" in page
    assert "列入本月检修" in page
    assert "请求复查" in page


def test_a_date_in_the_future_is_refused_where_the_rulebook_wants_the_past(desk: Desk, matter: Matter) -> None:
    walk(matter, "assign")
    client = desk("handler")
    later = (timezone.localdate() + timedelta(days=3)).isoformat()
    typed = fields(client, matter, "investigate", means="site", investigated_on=later, finding=TYPED)
    answer = client.post(form_of(matter, "investigate"), typed)
    assert answer.status_code == 422
    assert "不能晚于今天" in html(answer)


def test_whoever_withdraws_is_offered_themselves_alone_unless_they_name_the_substitute(
    cast: Cast, desk: Desk, matter: Matter
) -> None:
    walk(matter, until="assign")

    def offered(who: str) -> list[str]:
        page = html(desk(who).get(form_of(matter, "recuse")))
        return [name for name, account in cast.accounts.items() if f'value="{account.id}"' in page]

    assert offered("handler") == ["handler"]
    assert {"handler", "intake"} <= set(offered("head"))
