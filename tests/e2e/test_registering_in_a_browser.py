"""A walk-in is registered by keys alone; what is copied goes where it belongs; the petitioner confirms on a second screen."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from huiyin.casework.models import Case
from tests.cast import DAY, make_cast
from tests.desk.conftest import page_of
from tests.e2e.test_papers_in_a_browser import as_somebody
from tests.matters import Matter, begin

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database, pytest.mark.django_db(transaction=True)]

MOST_KEYS = 25
"""Beside what is written."""
TEXT = "滨江路的路灯坏了两个星期。昨晚有人摔伤了。"


class Keys:
    """Presses keys and counts those that write nothing."""

    def __init__(self, page: Any) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.pressed += 1

    def write(self, field: str, text: str) -> None:
        """Tab on to a field and write into it."""
        while self.page.evaluate("document.activeElement.id") != field:
            assert self.pressed < MOST_KEYS, field
            self.press("Tab")
        self.page.keyboard.type(text)


@pytest.fixture
def matter() -> Matter:
    return begin(make_cast(), timezone.now() - DAY, text="滨江路的路灯坏了两个星期。")


def test_a_walk_in_is_registered_by_few_keys_beside_what_is_written(
    page: Any, live_server: Any, matter: Matter
) -> None:
    as_somebody(page, live_server, matter, "registrar")
    page.goto(f"{live_server.url}/desk/")
    keys = Keys(page)
    keys.press("r")
    page.wait_for_url("**/desk/register/")
    # How it came, and what was begun before, is in sight where one begins.
    page.wait_for_function("document.activeElement.id === 'p0-name'")
    assert page.evaluate("scrollY") == 0
    keys.write("p0-name", "林一")
    keys.write("p0-phone", "13900002222")
    keys.write("f-text", TEXT)
    keys.press("Control+Enter")
    page.wait_for_url("**/desk/register/receipt/")
    assert keys.pressed <= MOST_KEYS
    assert Case.objects.exclude(id=matter.case.id).get().channel == "visit"


def test_what_is_copied_splits_itself_and_the_earlier_matter_is_compared(
    page: Any, live_server: Any, matter: Matter
) -> None:
    as_somebody(page, live_server, matter, "registrar")
    page.goto(f"{live_server.url}/desk/register/")
    copied = "姓名：陈晓光 身份证号：11010119900307123x 电话：138-0000-1111 滨江路 3 号"
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        copied,
    )
    filled = {name: page.input_value(f"#p0-{name}") for name in ("name", "phone", "id_number", "address")}
    assert filled == {
        "name": "陈晓光",
        "phone": "13800001111",
        "id_number": "11010119900307123X",
        "address": "滨江路 3 号",
    }
    page.fill("#f-text", TEXT)
    page.get_by_role("button", name="对照看新在哪里").click()
    page.locator("#compared ins", has_text="昨晚有人摔伤了。").wait_for()
    assert "陈晓光" not in page.url and page.locator("#compared ins").count() == 1
    assert page.locator(f"#repeats a[href='{page_of(matter)}']").count() == 1

    page.get_by_label("地点或者事由").fill(matter.case.number)
    with page.expect_popup() as found:  # what is typed so far stays where it is
        page.get_by_label("地点或者事由").press("Enter")
    found.value.get_by_text(matter.case.number).first.wait_for()
    found.value.close()

    with page.expect_popup() as opened:
        page.get_by_role("button", name="给信访人核对").click()
    second = opened.value
    second.get_by_text(TEXT).wait_for()
    second.get_by_role("button", name="内容无误").click()
    said = page.get_by_text("信访人已核对，内容无误")
    said.wait_for()
    page.fill("#f-title", "路灯伤人")
    said.wait_for(state="hidden")

    page.get_by_label("来电", exact=True).check()
    ids = page.evaluate("[...document.querySelectorAll('#f-text, #p0-name')].map(one => one.id)")
    assert ids == ["f-text", "p0-name"] and page.get_by_text("接听来电时").is_visible()


def test_what_is_typed_while_an_answer_is_on_its_way_stays(page: Any, live_server: Any, matter: Matter) -> None:
    as_somebody(page, live_server, matter, "registrar")
    page.goto(f"{live_server.url}/desk/register/")
    held: list[Any] = []
    page.route("**/desk/register/", lambda route: held.append(route))
    assert not page.get_by_label("代表人数").is_visible()  # of one person alone it is not asked
    page.fill("#f-headcount", "3")
    with page.expect_request("**/desk/register/"):
        page.press("#f-headcount", "Tab")
    page.focus("#p0-name")
    page.keyboard.type("Zhang San")
    page.check("[name=confidential]")
    page.focus("#p0-name")
    page.keyboard.press("ArrowLeft")
    page.evaluate("document.querySelector('#petitioners').dataset.old = 'yes'")
    assert held, "the answer is still on its way"
    assert page.get_by_label("代表人数").is_visible()
    held[0].continue_()
    page.locator("#petitioners[data-old]").wait_for(state="detached")
    page.locator("#p0-name:focus").wait_for()
    page.keyboard.type("!")
    assert page.input_value("#p0-name") == "Zhang Sa!n" and page.is_checked("[name=confidential]")
    page.unroute("**/desk/register/")
    page.get_by_role("button", name="再加一名代表").press("Enter")
    page.locator("#p1-name:focus").wait_for()
    assert page.input_value("#f-headcount") == "3"
