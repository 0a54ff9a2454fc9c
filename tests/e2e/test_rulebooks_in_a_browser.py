"""Reading a rulebook, having it proved and trying out a file, in a real browser on the screen of a desk and of a phone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import pytest

from tests.books import BOOKS
from tests.e2e.test_desk_walk import fits, sign_in
from tests.installation import Installation
from tests.rule_store.own import BOOK
from tests.rules.book.test_load_errors import SOUND

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database]

PROOF_MS: Final = 60_000


def test_the_proof_appears_by_itself_while_one_reads(demonstration: Installation, screen: Any) -> None:
    sign_in(screen, demonstration, "lj-inspector")
    screen.goto(f"{demonstration.url}/desk/rules/national-2005/certificate/")
    screen.locator(".verdict-sound").wait_for(timeout=PROOF_MS)
    assert screen.locator(".proved-list .tag-stage").count() == 10  # all but (k), which is about books under a law
    assert fits(screen)


@pytest.mark.parametrize("book", BOOKS)
def test_every_page_of_a_book_fits_the_screen(demonstration: Installation, screen: Any, book: str) -> None:
    sign_in(screen, demonstration, "lj-inspector")
    screen.goto(f"{demonstration.url}/desk/rules/")
    assert fits(screen)
    screen.goto(f"{demonstration.url}/desk/rules/{book}/")
    tabs = screen.locator(".book-tabs a").evaluate_all("links => links.map(link => link.href)")
    for address in tabs:
        screen.goto(address)
        assert fits(screen), address


def test_a_stage_of_the_picture_leads_to_its_description_by_click_and_by_keyboard(
    demonstration: Installation, page: Any
) -> None:
    sign_in(page, demonstration, "lj-inspector")
    address = f"{demonstration.url}/desk/rules/xx-bureau/procedures/matter/"
    page.goto(address)
    page.locator(".diagram a[href='#matter-stage-assigned']").click()
    assert page.url.endswith("#matter-stage-assigned")
    assert page.locator("#matter-stage-assigned").is_visible()
    link = page.locator(".diagram a[href='#matter-action-accept']").first
    link.focus()
    page.keyboard.press("Enter")
    assert page.url.endswith("#matter-action-accept")


def test_on_a_phone_the_matrix_is_a_list_for_each_role(demonstration: Installation, phone: Any) -> None:
    sign_in(phone, demonstration, "lj-inspector")
    phone.goto(f"{demonstration.url}/desk/rules/national-2022/procedures/matter/")
    assert not phone.locator(".matrix").is_visible()
    phone.locator(".by-role summary", has_text=re.compile("^承办人$")).click()
    assert "提出处理意见" in phone.locator(".by-role details[open]").inner_text()


def test_a_wrong_file_is_shown_at_its_lines_and_the_corrected_one_is_proved(
    demonstration: Installation, screen: Any
) -> None:
    sign_in(screen, demonstration, "lj-inspector")
    screen.goto(f"{demonstration.url}/desk/rules/check/")
    screen.fill("#f-text", SOUND.replace("discharges: reply", "discharges: all"))
    screen.get_by_role("button", name="核对").click()
    assert screen.locator(".is-wrong .source-number").all_inner_texts() == ["36"]
    screen.locator(".error-summary a").click()
    assert re.search(r"#fault-1$", screen.url)
    assert fits(screen)
    screen.fill("#f-text", SOUND)
    screen.get_by_role("button", name="核对").click()
    screen.locator(".verdict-less").wait_for()  # it stands on no law, and is held to the one in force
    screen.fill("#f-text", BOOK.format(version="1", days=10, more=""))
    screen.get_by_role("button", name="核对").click()
    screen.locator(".verdict-sound").wait_for()


def test_the_booklet_prints_on_a4_without_the_frame_of_the_page(
    demonstration: Installation, page: Any, tmp_path: Path
) -> None:
    sign_in(page, demonstration, "lj-inspector")
    page.goto(f"{demonstration.url}/desk/rules/national-2022/print/")
    document = tmp_path / "booklet.pdf"
    page.pdf(path=document, prefer_css_page_size=True)
    content = document.read_bytes()
    boxes = {
        tuple(round(float(side)) for side in box.split()) for box in re.findall(rb"/MediaBox \[([^\]]+)\]", content)
    }
    assert boxes == {(0, 0, 595, 842), (0, 0, 842, 595)}  # A4 in points, upright and for the tables across
    assert content.count(b"/Type /Page\n") > 10
    page.emulate_media(media="print")
    assert not page.locator("header.masthead").is_visible()


def test_without_scripts_a_book_is_read_and_proved_too(demonstration: Installation, chromium: Any) -> None:
    context = chromium.new_context(locale="zh-CN", java_script_enabled=False)
    screen = context.new_page()
    try:
        sign_in(screen, demonstration, "lj-inspector")
        screen.goto(f"{demonstration.url}/desk/rules/squad-rules/certificate/")
        for _ in range(60):
            if screen.locator(".verdict-sound").count():
                break
            # A button asks for the proof; while it is made, a link leads to how far it is.
            screen.locator("#certificate .btn").click()
            screen.wait_for_timeout(1000)
        assert screen.locator(".verdict-sound").count() == 1
    finally:
        context.close()
