"""An opinion on its way through a browser: sent back with a word at a passage, changed there, approved as it was read, and served."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from tests.cast import DAY, make_cast
from tests.desk.conftest import form_of, page_of
from tests.documents.drafting import drafted, state_of
from tests.e2e.conftest import sign_in
from tests.matters import Matter, begin, walk

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]


def as_somebody(screen: Any, live_server: Any, matter: Matter, name: str) -> None:
    sign_in(screen, live_server, matter.cast, name)


def test_what_is_sent_back_with_a_word_at_a_passage_is_changed_there_and_approved(
    live_server: Any, screen: Any
) -> None:
    matter = walk(begin(make_cast(), timezone.now() - DAY), "propose_opinion")
    document = f"{live_server.url}{page_of(matter)}papers/{state_of(matter).id}/"

    as_somebody(screen, live_server, matter, "head")
    screen.goto(live_server.url + form_of(matter, "approve_opinion"))
    passage = screen.locator(".paper-passage", has_text="列入本月检修。")
    passage.get_by_text("写意见").click()
    passage.locator("textarea:focus").fill("写明完成的日子。")
    bar = screen.locator(".decision-bar")
    place = bar.bounding_box()
    assert place["y"] + place["height"] <= screen.viewport_size["height"]  # in reach wherever one reads
    bar.get_by_role("button", name="退回重办").click()
    screen.locator("#filled-in:focus").wait_for()  # where the reason is written
    screen.get_by_label("理由").fill("请补充。")
    screen.get_by_role("button", name="退回重办").click()
    screen.get_by_text("“退回重办”已办理").wait_for()

    as_somebody(screen, live_server, matter, "handler")
    screen.goto(f"{document}edit/")
    commented = screen.locator(".paper-part.is-commented")
    assert "写明完成的日子。" in commented.inner_text()
    commented.get_by_role("textbox").fill("六月底前修好。")
    assert screen.evaluate("document.documentElement.scrollWidth") <= screen.viewport_size["width"]
    screen.get_by_role("button", name="保存").last.click()
    screen.get_by_text("已保存为新的一稿").wait_for()
    assert screen.locator(".paper-changes ins").first.inner_text() != ""
    matter.at = timezone.now()
    matter.does("handler", "propose_opinion")

    as_somebody(screen, live_server, matter, "head")
    screen.goto(live_server.url + form_of(matter, "approve_opinion"))
    assert "六月底前修好。" in screen.locator(".paper").inner_text()
    assert screen.evaluate("document.documentElement.scrollWidth") <= screen.viewport_size["width"]
    screen.get_by_role("button", name="批准处理意见").click()
    screen.get_by_text("“批准处理意见”已办理").wait_for()
    matter.at = timezone.now()
    matter.does("handler", "serve_reply")
    screen.goto(f"{live_server.url}/desk/notices/{state_of(matter).id}/")
    shown = screen.locator(".paper").inner_text()
    assert "六月底前修好。" in shown and drafted(matter).number in shown
