"""The page of a case: what it is about, what comes next, what is new, why others are related, who looked at whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.audit.verify import verify
from huiyin.casework.case_view import case_view
from huiyin.casework.vocabulary import File
from huiyin.ledger.models import Row
from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, form_of, html, page_of
from tests.matters import Matter, begin, walk


def test_what_it_is_about_comes_before_what_is_to_be_done_and_how_it_goes_on(desk: Desk, matter: Matter) -> None:
    page = html(desk("intake").get(page_of(matter)))
    order = [page.index(id) for id in ('id="contact-1"', 'id="owed-title"', 'id="do-title"', 'id="ahead-title"')]
    assert order == sorted(order)
    ahead = page[order[-1] :].partition("</ol>")[0]
    assert ahead.count("<li") >= 4 and "受理" in ahead


def test_a_case_that_has_ended_has_no_way_ahead(cast: Cast, desk: Desk) -> None:
    ended = walk(begin(cast, timezone.now() - timedelta(days=90)))
    assert "ahead-title" not in html(desk("registrar").get(page_of(ended)))


def test_what_happened_since_the_reader_opened_it_last_is_named_once(desk: Desk, matter: Matter) -> None:
    client, doer = desk("registrar"), desk("intake")
    for each in (client, doer):
        assert "您上次打开之后" not in html(each.get(page_of(matter)))
    walk(matter, "accept")
    assert "您上次打开之后" in html(client.get(page_of(matter)))
    assert "您上次打开之后" not in html(client.get(page_of(matter)))
    assert "您上次打开之后" not in html(doer.get(page_of(matter))), "what they did themselves is no news to them"


def test_how_a_matter_came_is_said_of_letters_as_of_all_others(db: None) -> None:
    cast = make_cast("science-bureau")
    for channel, label in (("letter", "来信"), ("call", "来电")):
        case = begin(cast, timezone.now(), "registrar", channel=channel).case
        assert case_view(case, timezone.now()).plain_facts["渠道"] == label


def test_a_long_petition_is_folded_and_whole(cast: Cast, desk: Desk) -> None:
    long = begin(cast, timezone.now() - timedelta(days=1), text="路灯坏了。" * 100 + "到此为止。")
    page = html(desk("intake").get(page_of(long)))
    assert "展开全文" in page and "到此为止。" in page


def test_each_file_says_where_it_comes_from(cast: Cast, desk: Desk) -> None:
    with_file = begin(cast, timezone.now() - timedelta(days=1), files=(File("说明.txt", b"17"),))
    listed = html(desk("intake").get(page_of(with_file))).partition("证据和附件")[2].partition("</section>")[0]
    assert "说明.txt" in listed and "随来件" in listed


def test_what_only_the_engine_compares_stands_among_the_details(desk: Desk, matter: Matter) -> None:
    tags, _end, rest = (
        html(desk("intake").get(page_of(matter))).partition('class="case-tags"')[2].partition("</header>")
    )
    assert "：是" not in tags and "：否" not in tags
    assert matter.case.rulebook in rest.partition("规程版本")[2] and matter.case.rulebook not in tags


@pytest.mark.parametrize(("name", "others"), [("discipline", True), ("intake", False)])
def test_who_looked_at_a_petitioner_is_told_to_the_custodian_and_to_everybody_of_themselves(
    name: str, others: bool, desk: Desk, matter: Matter
) -> None:
    for reader in ("registrar", name):
        assert desk(reader).post(f"{page_of(matter)}petitioners/").status_code == 200
    page = html(desk(name).get(f"{page_of(matter)}looks/"))
    assert f"同事 {name}" in page and "在事项页显示" in page
    assert ("同事 registrar" in page) is others
    assert "陈晓光" not in page


def test_who_may_not_see_a_case_learns_nothing_of_who_looked(desk: Desk, matter: Matter) -> None:
    assert desk("stranger").get(f"{page_of(matter)}looks/").status_code == 404


def test_a_note_is_read_by_colleagues_kept_in_the_ledger_and_never_by_the_petitioner(
    desk: Desk, matter: Matter
) -> None:
    answer = desk("registrar").post(f"{page_of(matter)}notes/", {"note": "来电人耳背，请大声说话。"})
    assert answer.status_code == 302 and "#step-" in answer.headers["Location"]
    page = html(desk("intake").get(page_of(matter)))
    assert "来电人耳背，请大声说话。" in page and "信访人看不到" in page and "同事 registrar" in page
    event = Row.objects.filter(case_id=matter.id).order_by("seq").last()
    assert event is not None and event.type == "NoteWritten" and "耳背" not in str(event.body)
    assert 'class="cite"></' not in page  # a note has no clause to name
    receipt = {"receipt": matter.registered.receipt, "code": matter.registered.code}
    theirs = Client().post("/track/", receipt, follow=True)
    assert theirs.redirect_chain == [("/track/matter/", 302)] and "已收到" in html(theirs)
    assert "耳背" not in html(theirs)
    walk(matter, "accept")  # nothing follows from a note, and nothing is held up by it
    assert list(verify([matter.id])) == []


@pytest.mark.parametrize("text", ["", "   ", "长" * 2001, "看不见的\u202e字"])
def test_a_note_that_cannot_be_kept_comes_back_with_what_is_wrong(text: str, desk: Desk, matter: Matter) -> None:
    answer = desk("registrar").post(f"{page_of(matter)}notes/", {"note": text})
    assert answer.status_code == 422 and "field-error" in html(answer)


def test_who_may_not_see_a_case_writes_no_note_on_it(desk: Desk, matter: Matter) -> None:
    assert desk("stranger").post(f"{page_of(matter)}notes/", {"note": "看过了"}).status_code == 404
    assert not Row.objects.filter(case_id=matter.id, type="NoteWritten").exists()


def test_why_a_step_may_not_be_taken_is_said_to_each_reader_in_their_language_and_by_their_post(
    desk: Desk, matter: Matter
) -> None:
    """What is drawn once is kept by what it says, so that nobody is shown another's."""
    lists = {
        (who, spoken): html(desk(who).get(page_of(matter), headers={"accept-language": spoken})).partition(
            'class="refusals"'
        )[2]
        for who in ("intake", "head")
        for spoken in ("zh-hans", "en")
    }
    assert len(set(lists.values())) == 4
    assert "事项现在处于" in lists["intake", "zh-hans"] and "事项现在处于" not in lists["intake", "en"]


def test_what_ends_a_matter_undecided_is_offered_apart_from_what_takes_it_on(desk: Desk, matter: Matter) -> None:
    page = html(desk("intake").get(page_of(matter)))
    onward, _heading, away = page[page.index('id="do"') : page.index('id="story-title"')].partition("不受理、转出")
    assert onward.count("offer-first") == 1 and f'offer-first" href="{form_of(matter, "accept")}"' in " ".join(
        onward.split()
    )
    assert form_of(matter, "decline") in away and "offer-first" not in away
    assert "offer-first" not in html(desk("registrar").get(page_of(matter)))  # who owes nothing is urged to nothing
