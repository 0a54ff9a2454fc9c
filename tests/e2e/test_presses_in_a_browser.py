"""Whatever arrives while something is pressed, the press counts where it began: under a slow finger nothing moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import DAY, make_cast
from tests.e2e.test_papers_in_a_browser import as_somebody
from tests.matters import Matter, begin

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TEXT = "滨江路的路灯坏了两个星期。"
ANEW = TEXT + "昨晚有人摔伤了。"


@contextmanager
def pressed(page: Any, button: Any) -> Iterator[None]:
    """Down on the button, and up again at the same place after what happens within."""
    button.hover()
    page.mouse.down()
    yield
    page.mouse.up()


@pytest.fixture
def form(page: Any, live_server: Any) -> Any:
    """The form of the desk about somebody of whom there is a matter, filled in, with the cursor still in a field."""
    matter: Matter = begin(make_cast(), timezone.now() - DAY, text=TEXT)
    as_somebody(page, live_server, matter, "registrar")
    page.goto(f"{live_server.url}/desk/register/")
    page.fill("#p0-name", "陈晓光")
    page.fill("#f-text", TEXT + "请来修。")
    page.fill("#p0-phone", "13800001111")
    page.get_by_role("button", name="对照看新在哪里").wait_for()
    return page


def held_back(page: Any, words: str) -> list[Any]:
    """The requests that send ``words`` from now on: they arrive when they are let go."""
    held: list[Any] = []

    def take(route: Any) -> None:
        if words in (route.request.post_data_buffer or b"").decode(errors="replace"):
            held.append(route)
        else:
            route.continue_()

    page.route("**/desk/register/**", take)
    return held


def let_go(page: Any, held: list[Any]) -> None:
    """Let the first of them arrive, once there is one, and its answer."""
    while not held:
        page.wait_for_timeout(20)
    with page.expect_response(lambda answer: answer.request == held[0].request):
        held[0].continue_()
    page.wait_for_timeout(100)


def test_a_list_that_comes_anew_leaves_the_button_that_is_pressed(form: Any) -> None:
    held = held_back(form, ANEW)
    form.focus("#p0-name")
    form.fill("#f-text", ANEW)
    with pressed(form, form.get_by_role("button", name="对照看新在哪里")):
        let_go(form, held)
    form.locator("#compared ins", has_text="昨晚有人摔伤了。").wait_for()


def test_a_draft_that_is_kept_moves_nothing(form: Any) -> None:
    held = held_back(form, "_keep")
    form.check("input[name=channel][value=letter]")
    with pressed(form, form.get_by_role("button", name="登记并出具回执").last):
        let_go(form, held)
        assert form.get_by_text("填写的内容会自动保存").is_visible()
    form.wait_for_url("**/desk/register/receipt/")
    form.unroute_all()
    form.goto(form.url.replace("receipt/", ""))
    form.fill("#f-title", "路灯伤人")
    height = form.evaluate("document.documentElement.scrollHeight")
    form.get_by_text("填写的内容已自动保存").wait_for()
    assert form.evaluate("document.documentElement.scrollHeight") == height
