"""Finding, opening and coming back by keys alone, on both screens."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from huiyin.search import index
from tests.cast import DAY, make_cast
from tests.desk.conftest import page_of
from tests.e2e.test_papers_in_a_browser import as_somebody
from tests.matters import begin

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]


def test_a_matter_is_found_opened_and_left_by_keys_alone(live_server: Any, screen: Any) -> None:
    matter = begin(make_cast(), timezone.now() - DAY)
    while index.take_in(timezone.now()):
        pass
    as_somebody(screen, live_server, matter, "registrar")
    screen.goto(f"{live_server.url}/desk/")
    screen.keyboard.press("/")
    screen.keyboard.type("兩個星期")
    screen.keyboard.press("Enter")
    screen.locator("mark", has_text="两个星期").wait_for()
    assert screen.evaluate("document.documentElement.scrollWidth") <= screen.viewport_size["width"]
    found = screen.url
    assert "%" not in found.partition("?")[2]

    screen.keyboard.press("j")
    screen.keyboard.press("o")
    screen.wait_for_url(f"**{page_of(matter)}")
    screen.keyboard.press("u")
    screen.wait_for_url(found)
    screen.locator("mark", has_text="两个星期").wait_for()

    screen.keyboard.press("?")
    assert screen.get_by_role("dialog", name="快捷键").is_visible()
    screen.keyboard.press("Escape")
    screen.keyboard.press("l")
    screen.wait_for_url("**/desk/cases/")
    assert screen.evaluate("document.documentElement.scrollWidth") <= screen.viewport_size["width"]
