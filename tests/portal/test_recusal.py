"""Asking that somebody withdraws, and where to report retaliation: from the page of the matter, without scripts."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.lists.duties import worklist
from huiyin.procedure.storage import codec
from tests.cast import DAY, Cast, make_cast
from tests.matters import Matter, begin, walk
from tests.portal.conftest import hidden, html, open_matter

pytestmark = [pytest.mark.django_db, pytest.mark.clause("art-28.3")]


def ask(client: Client, **fields: str) -> int:
    """The status of the form, sent as a browser would."""
    path = "/track/matter/request_recusal/"
    form = client.get(path)
    return client.post(path, {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), **fields}).status_code


@pytest.mark.parametrize("rulebook", ["national-2022", "national-2005", "xx-bureau", "science-bureau"])
def test_what_a_petitioner_asks_is_owed_by_the_head_and_answered_in_writing(rulebook: str, anyone: Client) -> None:
    cast = make_cast(rulebook)
    made = begin(cast, timezone.now() - DAY)
    assert "要求工作人员回避" in html(open_matter(anyone, made))
    assert ask(anyone, recusal_asked="受理人与被反映的单位负责人是亲属。") == 302
    made.at = timezone.now()
    assert [row.kind for row in worklist(cast.actor("head", made.at), made.at).items] == ["decide_recusal"]
    made.does("head", "decide_recusal", recusal_decision="withdraws", person="intake", recusal_answer="由他人受理。")
    assert cast.accounts["intake"].id in codec.loads(made.case.state).recused
    page = html(anyone.get("/track/matter/"))
    assert "回避决定告知书" in page
    assert "decide_recusal" not in [duty.kind for duty in codec.loads(made.case.state).duties]


def test_the_head_may_decide_that_nobody_withdraws_and_names_nobody_then(cast: Cast) -> None:
    made = begin(cast)
    made.does("petitioner", "request_recusal", recusal_asked="承办人态度不好。")
    refused = made.tries(
        "head", "decide_recusal", recusal_decision="stays", person="intake", recusal_answer="无利害关系。"
    )
    assert "person" in str(refused)
    made.does("head", "decide_recusal", recusal_decision="stays", recusal_answer="无利害关系。")
    assert not codec.loads(made.case.state).recused


def test_whoever_withdraws_does_not_follow_upon_themselves_and_the_letter_says_who(anyone: Client, cast: Cast) -> None:
    made = walk(begin(cast, timezone.now() - DAY), "assign")
    made.does("petitioner", "request_recusal", recusal_asked="承办人是对方的亲戚。")
    said = {"recusal_decision": "withdraws", "person": "handler", "recusal_answer": "另派他人。"}
    made.does("head", "decide_recusal", **said)
    assert "RECUSED" in str(made.tries("head", "name_handler", handler="handler"))
    made.does("head", "name_handler", handler="colleague")
    open_matter(anyone, made)
    notice = re.search(r'/track/matter/notices/[^"]+', html(anyone.get("/track/matter/")))
    assert notice
    assert "同事 handler" in html(anyone.get(notice[0]))


@pytest.mark.parametrize("who", ["intake", "registrar", "handler"])
def test_nobody_else_decides_on_it(cast: Cast, who: str) -> None:
    made = begin(cast)
    made.does("petitioner", "request_recusal", recusal_asked="承办人态度不好。")
    tried = made.tries(who, "decide_recusal", recusal_decision="withdraws", person="intake", recusal_answer="理由。")
    assert "WRONG_ROLE" in str(tried)


def test_where_to_report_retaliation_is_one_press_away(anyone: Client, matter: Matter) -> None:
    page = html(open_matter(anyone, matter))
    assert "报告打击报复" in page and f'href="{REPORT}"' in page
    assert f'href="{REPORT}"' in html(anyone.get("/rights/"))


REPORT = "/submit/jn/?about=retaliation"


@pytest.mark.clause("art-18.4")
def test_the_report_begins_with_the_matter_that_it_follows_and_says_what_protects(
    anyone: Client, matter: Matter
) -> None:
    open_matter(anyone, matter)
    page = html(anyone.get(REPORT))
    assert f"因 {matter.case.number} 受到打击报复" in page
    assert f"我反映的事项 {matter.case.number}（" in page and "lj 机构" in page
    assert "任何组织和个人不得打击报复信访人" in page and "第十八条第四款" in page
    assert "由没有被反映的人员核查" in page
    assert matter.registered.receipt not in page.replace("href", "")


def test_whoever_has_no_matter_open_begins_with_an_empty_report_and_an_ordinary_petition_is_as_before(
    anyone: Client, matter: Matter
) -> None:
    page = html(anyone.get(REPORT))
    assert "规定怎样保护您" in page and matter.case.number not in page
    open_matter(anyone, matter)
    plain = html(anyone.get("/submit/jn/"))
    assert "规定怎样保护您" not in plain and "打击报复" not in plain.split("<form id", 1)[1].split("</form>", 1)[0]


def test_who_follows_is_owed_where_the_head_decides_that_somebody_withdraws_and_only_then(cast: Cast) -> None:
    made = walk(begin(cast, timezone.now() - DAY), "assign")
    made.does("petitioner", "request_recusal", recusal_asked="承办人态度不好。")
    made.does("head", "decide_recusal", recusal_decision="stays", recusal_answer="无利害关系。")
    assert owed_by_head(cast, made) == []
    made.does("petitioner", "request_recusal", recusal_asked="承办人是对方的亲戚。")
    made.does("head", "decide_recusal", recusal_decision="withdraws", person="handler", recusal_answer="另派他人。")
    made.does("colleague", "recuse", person="colleague", reason="与信访人是亲属。")
    rows = worklist(cast.actor("head", made.at), made.at).items
    assert [row.kind for row in rows] == ["name_substitute", "name_substitute"]
    assert sorted("同事 handler" in row.occasion for row in rows) == [False, True]
    assert sorted("同事 colleague" in row.occasion for row in rows) == [False, True]
    assert not any("亲" in row.occasion for row in rows)  # why stays with who decides on it


def owed_by_head(cast: Cast, made: Matter) -> list[str]:
    return [row.kind for row in worklist(cast.actor("head", made.at), made.at).items]


def test_the_page_says_that_the_request_is_being_decided_and_by_whom(anyone: Client, cast: Cast) -> None:
    made = begin(cast, timezone.now() - DAY)
    made.does("petitioner", "request_recusal", recusal_asked="受理人是对方的亲戚。")
    page = html(open_matter(anyone, made))
    owed = page[page.index('id="owed-title"') : page.index('id="may-title"')]
    assert "决定您提出的回避要求" in owed and "临江局领导" in owed
