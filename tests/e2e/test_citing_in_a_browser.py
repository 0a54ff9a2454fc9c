"""An officer on a phone looks an article up with the Enter key and cites it, and puts a phrase in by keys: what was typed stays, and
nothing is sent.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from huiyin.people.staff.own_phrases import keep
from tests.cast import make_cast
from tests.desk.conftest import form_of
from tests.matters import begin, walk
from tests.readiness_pages.library import take_in

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database]


@pytest.mark.django_db(transaction=True)
def test_an_article_is_cited_without_sending_the_form(phone: Page, live_server: Any) -> None:
    cast = make_cast()
    cast.accounts["handler"].set_password("a long enough passphrase")
    cast.accounts["handler"].save()
    matter = walk(begin(cast, timezone.now() - timedelta(days=2)), "investigate")
    take_in(cast)
    for text in ("已核实。", "请{我的姓名}跟进。"):
        keep(cast.accounts["handler"], text, timezone.now())
    phone.goto(f"{live_server.url}/accounts/login/?next={form_of(matter, 'propose_opinion')}")
    phone.fill("input[name=login]", "handler")
    phone.fill("input[name=password]", "a long enough passphrase")
    phone.locator("main button[type=submit]").first.click()
    phone.focus("[name=facts_found]")
    phone.get_by_role(
        "button", name="把“反映的内容”填入正在写的一栏"
    ).click()  # what was said before need not be typed again
    assert phone.input_value("[name=facts_found]") == phone.locator(".petition-side").inner_text()
    phone.fill("[name=opinion]", "列入本月检修。")
    phone.click("summary:has-text('引用政策法规')")
    phone.fill("#find-policy", "版本")
    phone.press("#find-policy", "Enter")
    phone.get_by_role("button", name="引用", exact=True).click()
    phone.wait_for_function("document.querySelector('[name=basis]').value.includes('第三条')")
    assert phone.input_value("[name=basis]") == "《信访接待办法》（临信〔2024〕3号，2024年3月1日起施行）第三条"
    assert phone.input_value("[name=opinion]") == "列入本月检修。"
    phone.press("[name=opinion]", "Control+End")
    phone.press("[name=opinion]", "Control+/")
    phone.keyboard.press("1")
    assert phone.input_value("[name=opinion]") == "列入本月检修。请同事 handler跟进。"
    phone.press("[name=opinion]", "Control+/")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Enter")
    assert phone.input_value("[name=opinion]").endswith("跟进。已核实。")
    phone.press("[name=opinion]", "Control+/")
    phone.keyboard.press("Escape")
    assert phone.evaluate("document.activeElement.name") == "opinion"
    assert phone.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert matter.case.stage == "assigned"
