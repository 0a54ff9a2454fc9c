"""An administrator words the documents of an organisation: checked against what they may use and what the law asks for, with a preview."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.history import documents, read_history
from huiyin.documents.compose import content_of
from huiyin.documents.content import day_in_words
from huiyin.documents.own.templates import MAX_CHARS, shipped_text
from huiyin.people.models import AdministrativeAct, OrganisationTemplate
from huiyin.rules.book.load import load
from tests.cast import Cast
from tests.desk.conftest import Desk, html
from tests.documents.drafting import codes, text_of
from tests.matters import begin, execute, walk

LIST = "/office/organisations/lj/papers/"
REPLY = f"{LIST}reply/"
NATIONAL = load("national-2022")
SHIPPED = shipped_text(NATIONAL, NATIONAL.book.procedures["matter"], "reply")
OWN = SHIPPED.replace("现提出处理意见如下：", "现答复如下：")


def test_a_template_is_looked_at_kept_and_words_what_is_drafted_from_then_on(cast: Cast, administrator: Client) -> None:
    assert "信访处理意见书" in html(administrator.get(LIST))
    page = html(administrator.get(REPLY))
    assert "现提出处理意见如下：" in page and "样张" in page
    looked = administrator.post(REPLY, {"text": OWN, "look": "1"})
    assert looked.status_code == HTTPStatus.OK and "现答复如下：" in html(looked)
    assert not OrganisationTemplate.objects.exists()
    assert administrator.post(REPLY, {"text": OWN, "keep": "1"}).status_code == HTTPStatus.FOUND
    assert "本机构的" in html(administrator.get(LIST))
    matter = walk(begin(cast, timezone.now()), "propose_opinion")
    assert any("现答复如下：" in block.text for block in text_of(matter).body)
    act = AdministrativeAct.objects.latest("id")
    assert (act.change, act.subject, act.by) == ("word_papers", "reply", cast.accounts["registrar"])


def test_a_sample_says_how_long_a_limit_is_and_its_last_day(administrator: Client) -> None:
    page = html(administrator.get(f"{LIST}acceptance/"))
    last = timezone.localdate() + timedelta(days=60)
    while not NATIONAL.calendar.is_working(last):
        last += timedelta(days=1)
    assert f"办理期限为60日，至{day_in_words(last)}。" in page.partition("样张")[2]
    letter = html(administrator.get(f"{LIST}referral/")).partition("样张")[2]
    assert "（有权处理的机关、单位）：" in letter and "有权处理的机关、单位：（" not in letter, (
        "it is to whom its form names"
    )


def test_what_was_issued_before_stays_worded_as_it_was(cast: Cast, administrator: Client) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=3)), "accept")
    path = f"{LIST}acceptance/"
    page = administrator.get(path).content.decode()
    text = page.partition('hx-include="closest form"')[2].partition(">")[2].partition("</textarea>")[0]
    text = text.replace("&quot;", '"').replace("&#x27;", "'")
    changed = text.replace("\n  - rest", "\n  - 另行告知。\n  - rest", 1)
    assert administrator.post(path, {"text": changed, "keep": "1"}).status_code == HTTPStatus.FOUND
    past = read_history(matter.case, None)
    old = content_of(documents(past)[-1], past, "")
    assert not any("另行告知。" in block.text for block in old.body)
    later = walk(begin(cast, timezone.now()), "accept")
    past = read_history(later.case, None)
    assert any("另行告知。" in block.text for block in content_of(documents(past)[-1], past, "").body)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SHIPPED.replace("{facts_found}", "{facts_fuond}"), "第 6 行：{facts_fuond}：这种文书没有这一项内容可填"),
        (SHIPPED.replace("{facts_found}", "{case.secret}"), "第 6 行：{case.secret}：没有这个占位符"),
        (SHIPPED.replace("{facts_found}", "{% for x in y %}"), "第 6 行："),
        (SHIPPED.replace("  - rest\n", ""), "须有且只有一行 rest"),
        (SHIPPED.replace("{facts_found}", "{facts_found"), "括号没有配对"),
        (
            SHIPPED.replace("{facts_found}", "没有什么要说的。"),
            "《信访工作条例》第三十二条第一款要求写明的内容没有写到，请写上{facts_found}",
        ),
        ("text: &a\n  - *a\n", "第 "),
        ("text: [", "写法不对"),
        ("text:\n  - " + "长" * MAX_CHARS, "模板最长"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_with_its_line_and_comes_back(
    administrator: Client, text: str, told: str
) -> None:
    answer = administrator.post(REPLY, {"text": text, "keep": "1"})
    page = html(answer).replace("&#x27;", "'")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and told in page
    assert not OrganisationTemplate.objects.exists()
    assert told in html(administrator.post(f"{REPLY}preview/", {"text": text}))


def test_the_shipped_template_comes_back(cast: Cast, administrator: Client) -> None:
    administrator.post(REPLY, {"text": OWN, "keep": "1"})
    administrator.post(REPLY, {"shipped": "1"})
    assert "本机构的" not in html(administrator.get(LIST))
    matter = walk(begin(cast, timezone.now()), "propose_opinion")
    assert any("现提出处理意见如下：" in block.text for block in text_of(matter).body)


@pytest.mark.parametrize(
    ("kind", "until", "who", "action", "gone"),
    [
        ("acceptance", "", "intake", "accept", "编号{case.number}"),
        ("declined", "", "intake", "decline", "根据{paper.law}的规定，"),
        ("review_opinion", "apply_review", "reviewer", "decide_review", "向{remedy.organ}"),
    ],
)
def test_a_paper_whose_template_keeps_back_what_the_law_asks_for_does_not_go_out(
    cast: Cast, kind: str, until: str, who: str, action: str, gone: str
) -> None:
    """However such a template came to be kept: what one step words and issues is looked at too."""
    text = shipped_text(NATIONAL, NATIONAL.book.procedures["matter"], kind)
    assert gone in text
    matter = walk(begin(cast), until) if until else begin(cast)
    row = OrganisationTemplate.objects.create(
        organisation_id=matter.actor(who).organisation,
        kind=kind,
        text=text.replace(gone, ""),
        added_by=cast.accounts["registrar"],
        added_at=matter.at - timedelta(days=1),
    )
    assert set(codes(execute(matter.wish(who, action)))) == {"lacking"}
    row.delete()
    matter.does(who, action)


def test_whoever_administers_nothing_here_changes_nothing(cast: Cast, desk: Desk, administrator: Client) -> None:
    for client in (desk("handler"), Client()):
        assert client.post(REPLY, {"text": OWN, "keep": "1"}).status_code in (HTTPStatus.FOUND, HTTPStatus.FORBIDDEN)
    assert administrator.get(f"{LIST}nonsense/").status_code == HTTPStatus.NOT_FOUND
    assert not OrganisationTemplate.objects.exists()
