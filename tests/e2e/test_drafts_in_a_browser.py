"""A form that is begun in a browser: files go at once, broken connections or not, and what is typed is there again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.installation import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database]

FORM = "/submit/lj/"
SCAN = b"%PDF-1.4\n" + bytes(3 * 1024 * 1024)
TEXT = "请写清是什么事，希望怎么解决"


def test_a_file_goes_on_after_a_broken_connection_and_what_was_typed_comes_back_in_the_same_tab(
    phone: Any, demonstration: Installation
) -> None:
    broken: list[str] = []

    def once(route: Any) -> None:
        if b'name="_piece"' in (route.request.post_data_buffer or b"") and not broken:
            broken.append("one piece")
            route.abort()
        else:
            route.continue_()

    phone.route(f"**{FORM}", once)
    phone.goto(f"{demonstration.url}{FORM}")
    with phone.expect_response(lambda answer: answer.status == 204):
        phone.get_by_label(TEXT).fill("楼下的消防通道堆满了杂物。")
    phone.locator("#f-files").set_input_files(
        [{"name": "来信.pdf", "mimeType": "application/pdf", "buffer": SCAN}],
    )
    phone.get_by_role("button", name="去掉 来信.pdf").wait_for()
    assert broken == ["one piece"]

    phone.goto(f"{demonstration.url}{FORM}")
    phone.get_by_role("button", name="接着填").click()
    assert phone.get_by_label(TEXT).input_value() == "楼下的消防通道堆满了杂物。"
    phone.get_by_label("姓名或名称").fill("方小满")
    phone.get_by_label("电话").fill("13800001234")
    phone.get_by_label("住址").fill("临江市示范区柳荫巷6号")
    phone.get_by_role("button", name="提交，领取回执").last.click()
    phone.get_by_role("heading", name="已收到").wait_for()
    phone.wait_for_load_state()  # with the script that forgets the draft
    phone.goto(f"{demonstration.url}{FORM}")
    assert not phone.get_by_role("button", name="接着填").is_visible()


def test_leaving_a_form_that_was_filled_in_is_asked_about(phone: Any, demonstration: Installation) -> None:
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    phone.on("dialog", stay)
    phone.goto(f"{demonstration.url}{FORM}")
    phone.get_by_label(TEXT).press_sequentially("堵")
    with phone.expect_event("dialog"):
        phone.get_by_role("link", name="办事指南").click(no_wait_after=True)
    assert asked == ["beforeunload"] and phone.url.endswith(FORM)
