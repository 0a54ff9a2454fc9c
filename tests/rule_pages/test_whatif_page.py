"""The pages on which staff ask what would have been under another rulebook."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.casework.models import CaseAccess, CaseUnit
from huiyin.insight.models import Replayed, WhatIfRun
from huiyin.jobs import queue
from huiyin.jobs.models import Job
from huiyin.procedure import Code
from huiyin.procedure.replaying.course import DifferenceKind
from huiyin.rule_pages import whatif as page
from huiyin.rule_pages.whatif_figures import MAX_BARS, bars, shift_bars
from huiyin.rule_store.models import Edition
from huiyin.rule_store.store import keep
from huiyin.rules.book.sources import gather
from tests.cast import Cast
from tests.desk.conftest import Desk, html
from tests.matters import Matter, begin, walk
from tests.rule_store.slower import write

ASK = "/desk/whatif/"


@pytest.fixture
def slower(db: None, tmp_path: Any) -> Edition:
    """A kept rulebook that gives more time to examine."""
    return keep(*gather(write(tmp_path, 30)), timezone.now())


def day(days_ago: int = 30) -> str:
    return (timezone.localdate() - timedelta(days=days_ago)).isoformat()


def asked(client: Client, book: object, since: str = "") -> WhatIfRun:
    response = client.post(ASK, {"book": str(book), "since": since or day()})
    assert response.status_code == 302, html(response)
    run = WhatIfRun.objects.latest("asked_at")
    assert response["Location"] == address(run)
    return run


def address(run: WhatIfRun, rest: str = "") -> str:
    return f"{ASK}{run.id}/{rest}"


def worked_out(run: WhatIfRun) -> WhatIfRun:
    while worker.do_jobs(timezone.now()):
        pass
    return WhatIfRun.objects.get(id=run.id)


def drawn(response: HttpResponse, id: str) -> dict[str, Any]:
    """The figures of a chart."""
    found = re.search(rf'<script id="{id}" type="application/json">(.*?)</script>', html(response))
    assert found, id
    figures: dict[str, Any] = json.loads(found[1])
    return figures


def test_the_form_offers_kept_and_shipped_rulebooks_and_chooses_the_one_in_force(desk: Desk, slower: Edition) -> None:
    said = html(desk("registrar").get(ASK))
    assert "更慢的规程（slower@1）" in said
    assert '<option value="national-2022@2" selected>' in said
    assert 'value="xx-bureau@2"' in said


def test_it_is_worked_out_in_the_background_and_then_shown(desk: Desk, slower: Edition, matter: Matter) -> None:
    client = desk("registrar")
    run = asked(client, slower)
    waiting = client.get(address(run))
    assert "已推演 0 件，共 1 件" in html(waiting)
    part = client.get(address(run, "progress/"))
    assert 'hx-trigger="every 1s"' in html(part)
    assert "HX-Refresh" not in part.headers
    worked_out(run)
    part = client.get(address(run, "progress/"))
    assert part.headers["HX-Refresh"] == "true"
    assert "hx-get" not in html(part)
    shown = html(client.get(address(run)))
    assert "假如适用更慢的规程" in shown
    assert matter.case.number in shown


def test_a_run_that_no_worker_takes_says_so(desk: Desk, slower: Edition, matter: Matter) -> None:
    client = desk("registrar")
    run = asked(client, slower)
    assert "没有后台进程" not in html(client.get(address(run)))
    Job.objects.update(due_at=timezone.now() - queue.STALLED_AFTER)
    for rest in ("", "progress/"):
        assert "没有后台进程" in html(client.get(address(run, rest)))


def test_the_charts_say_what_the_tables_say(desk: Desk, slower: Edition, matter: Matter) -> None:
    client = desk("registrar")
    response = client.get(address(worked_out(asked(client, slower))))
    kinds = drawn(response, "kinds-figures")
    assert (kinds["labels"], kinds["series"][0]["values"]) == (["期限不同"], [1])
    shift = drawn(response, "shift-0")
    assert shift["labels"][0] == "0"
    assert shift["series"][0]["values"][-1] == 1
    assert shift["tones"][-1] == "later"
    assert "审查并书面告知" in html(response)


def test_a_case_is_told_in_words_with_clauses_and_days(desk: Desk, slower: Edition, matter: Matter) -> None:
    client = desk("registrar")
    run = worked_out(asked(client, slower))
    said = html(client.get(address(run, f"cases/{matter.case.number}/")))
    assert "期限不同" in said
    assert "审查并书面告知" in said
    assert re.search(r"晚 1\d 天", said)
    assert "第一条" in said
    assert f"/desk/cases/{matter.case.number}/" in said


def test_every_kind_of_difference_has_words(desk: Desk, cast: Cast) -> None:
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), until="approve_opinion")
    client = desk("registrar")
    run = worked_out(asked(client, "science-bureau@2"))
    said = html(client.get(address(run, f"cases/{matter.case.number}/")))
    kinds = Replayed.objects.get(run=run).counted["kinds"]
    assert len(kinds) >= 3
    for kind in kinds:
        assert str(page.whatif_messages.KINDS[kind]) in said


def test_every_reason_for_a_refusal_has_words() -> None:
    assert {str(code) for code in Code} - {"stale"} <= page.whatif_messages.REFUSALS.keys()  # a replay is never stale


def test_every_kind_in_which_courses_differ_is_shown() -> None:
    assert set(get_args(DifferenceKind)) == set(page.whatif_messages.KINDS)


def test_a_kind_narrows_the_list_of_cases(desk: Desk, slower: Edition, matter: Matter) -> None:
    client = desk("registrar")
    run = worked_out(asked(client, slower))
    link = f"cases/{matter.case.number}/"
    assert link in html(client.get(address(run), {"kind": "due"}))
    assert link not in html(client.get(address(run), {"kind": "refused"}))
    assert link in html(client.get(address(run), {"kind": "nonsense' OR 1=1"}))


def test_where_nothing_differs_the_page_says_so(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    run = worked_out(asked(client, "national-2022@2"))
    assert "没有任何不同" in html(client.get(address(run)))
    assert "没有任何不同" in html(client.get(address(run, f"cases/{matter.case.number}/")))


def test_the_list_goes_on_page_by_page(
    desk: Desk, slower: Edition, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "CASES_A_PAGE", 2)
    numbers = {begin(cast, timezone.now() - timedelta(days=1)).case.number for _ in range(3)}
    client = desk("registrar")
    run = worked_out(asked(client, slower))
    first = html(client.get(address(run)))
    after = re.search(r"after=([\w=-]+)", first)
    assert after
    second = html(client.get(address(run), {"after": after[1]}))
    listed = re.compile(r"/cases/(LJ-[0-9-]+)/\"><span")
    assert len(listed.findall(first)) == 2
    assert {*listed.findall(first), *listed.findall(second)} == numbers
    assert client.get(address(run), {"after": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("book", "since", "said"),
    [
        ("no-such-book@1", "", "请从所列规程中选择"),
        ("", "", "请从所列规程中选择"),
        ("national-2022@2", "yesterday", "请填写日期"),
        ("national-2022@2", "2026-02-31", "请填写日期"),
        ("national-2022@2", "2999-01-01", "不能晚于今天"),
    ],
)
def test_what_is_wrong_with_the_question_is_said_beside_what_was_typed(
    desk: Desk, book: str, since: str, said: str
) -> None:
    response = desk("registrar").post(ASK, {"book": book, "since": since or day()})
    assert response.status_code == 422
    assert said in html(response)
    assert not WhatIfRun.objects.exists()


def test_a_second_question_of_the_organisation_must_wait(desk: Desk, matter: Matter) -> None:
    asked(desk("registrar"), "national-2005@2")
    response = desk("intake").post(ASK, {"book": "national-2005@2", "since": day()})
    assert response.status_code == 422
    assert "已有一次推演正在进行" in html(response)


def test_it_can_be_stopped(desk: Desk, matter: Matter) -> None:
    client = desk("registrar")
    run = asked(client, "national-2005@2")
    assert client.post(address(run, "stop/")).status_code == 302
    assert worked_out(run).done == 0
    assert "推演已中止" in html(client.get(address(run)))
    assert client.get(address(run, "stop/")).status_code == 405


def test_nobody_but_who_asked_sees_it(desk: Desk, slower: Edition, matter: Matter) -> None:
    run = worked_out(asked(desk("registrar"), slower))
    for name in ("intake", "handler", "head", "stranger", "reviewer"):
        client = desk(name)
        for rest in ("", "progress/", f"cases/{matter.case.number}/"):
            assert client.get(address(run, rest)).status_code == 404
        assert client.post(address(run, "stop/")).status_code == 404
        assert str(run.id) not in html(client.get(ASK))


def test_who_is_not_signed_in_is_sent_to_sign_in(db: None) -> None:
    response = Client().get(ASK)
    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_a_case_that_can_no_longer_be_seen_is_gone_from_the_page(
    desk: Desk, slower: Edition, cast: Cast, matter: Matter
) -> None:
    walk(matter, until="assign")
    client = desk("handler")
    run = worked_out(asked(client, slower))
    assert matter.case.number in html(client.get(address(run)))
    CaseUnit.objects.filter(case=matter.id, unit=cast.units["lj-fire"]).delete()
    CaseAccess.objects.filter(case=matter.id, scope=cast.units["lj-fire"].id).delete()
    shown = html(client.get(address(run)))
    assert matter.case.number not in shown
    assert "没有任何不同" in shown
    assert client.get(address(run, f"cases/{matter.case.number}/")).status_code == 404


def test_a_rulebook_that_is_gone_leaves_a_page_that_says_so(desk: Desk, slower: Edition, matter: Matter) -> None:
    client = desk("registrar")
    run = worked_out(asked(client, slower))
    WhatIfRun.objects.filter(id=run.id).update(rulebook="gone@1", reason="no_rulebook")
    assert "所选规程已不在本系统" in html(client.get(address(run)))
    assert client.get(address(run, f"cases/{matter.case.number}/")).status_code == 404


def test_the_pages_hold_nothing_personal_and_no_inline_code(desk: Desk, slower: Edition, matter: Matter) -> None:
    client = desk("registrar")
    run = worked_out(asked(client, slower))
    for rest in ("", f"cases/{matter.case.number}/"):
        said = html(client.get(address(run, rest)))
        for secret in ("陈晓光", "13800001111", "路灯"):
            assert secret not in said
        assert " style=" not in said
        assert not re.search(r"<script(?![^>]*(src=|application/json))", said)


def test_a_histogram_covers_every_day_and_is_never_too_wide() -> None:
    for spread in (0, 5, 23, 24, 100, 4_000):
        found = bars([{-spread: 2, spread: 1}, {0: 4}])
        assert len(found) <= MAX_BARS + 1
        assert [sum(bar.numbers[side] for bar in found) for side in (0, 1)] == ([3, 4] if spread else [1, 4])
        assert all(before.high + 1 == after.low for before, after in pairwise(found))
    assert bars([{}, {}]) == ()


def test_due_dates_that_do_not_move_have_a_bar_of_their_own() -> None:
    found = shift_bars({-40: 1, 0: 7, 3: 2})
    (still,) = [bar for bar in found if bar.low <= 0 <= bar.high]
    assert (still.low, still.high, still.numbers, still.signed) == (0, 0, (7,), "0")
    assert sum(bar.numbers[0] for bar in found) == 10
    assert found[0].signed.startswith("−")
    assert found[-1].signed.startswith("+")
