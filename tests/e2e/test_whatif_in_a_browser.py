"""Asking what would have been under another rulebook, in a real browser on the screen of a desk and of a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.conftest import served_after
from tests.e2e.test_desk_walk import fits, sign_in
from tests.installation import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database]

STRICTER: Final = """
rulebook: stricter
version: "1"
title: {zh: 更严的办理方案, en: a stricter plan}
extends: xx-bureau
effective: 2026-01-01
clauses:
  "t1": {zh: 收到之日起十日内审查并书面告知, en: examine and tell in writing within ten days of receipt, cite: {zh: 试拟第一条, en: Trial 1}}
procedures:
  matter:
    limits:
      notice: {within: 10 days, clause: ["t1", art-22.1, art-23.2, art-23.3]}
"""
WORKED_OUT_MS: Final = 60_000
DRAWN: Final = """charts => charts.map(chart => {
    const canvas = chart.querySelector("canvas");
    const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    return pixels.some(value => value !== 0);
})"""


@pytest.fixture(scope="module")
def kept(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A demonstration with some matters and a rulebook that comes into force in a hundred years, served."""
    folder: Path = tmp_path_factory.mktemp("whatif")
    book = folder / "stricter.yaml"
    book.write_text(STRICTER)
    decide = f"rules activate {book} --organisation lj --from 2126-01-01 --by lj-chief"
    with served_after(prepared.copy(folder / "home"), "demo --matters 20", decide) as made:
        yield made


def test_from_the_question_to_one_case(kept: Installation, screen: Any) -> None:
    sign_in(screen, kept, "lj-inspector")
    screen.goto(f"{kept.url}/desk/whatif/")
    assert fits(screen)
    screen.select_option("#book", "stricter@1")
    screen.fill("#since", "2026-01-01")
    screen.get_by_role("button", name="开始推演").click()
    screen.locator(".whatif-counts").wait_for(timeout=WORKED_OUT_MS)
    assert fits(screen)
    charts = screen.locator("[data-chart]")
    assert charts.count() >= 2
    assert all(charts.evaluate_all(DRAWN))
    screen.get_by_role("link", name="期限不同").click()
    screen.locator(".ledger .mono").first.click()
    assert "期限不同" in screen.locator("main").inner_text()
    assert "试拟第一条" in screen.locator("main").inner_text()
    assert fits(screen)


def test_the_page_prints_on_a4_with_its_charts(kept: Installation, page: Any) -> None:
    sign_in(page, kept, "lj-inspector")
    page.goto(f"{kept.url}/desk/whatif/")
    page.select_option("#book", "national-2022@2")
    page.fill("#since", "2026-01-01")
    page.get_by_role("button", name="开始推演").click()
    page.locator(".whatif-counts").wait_for(timeout=WORKED_OUT_MS)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 less its margins, at 96 pixels an inch
    assert fits(page)
    assert not page.locator("nav.tabs").is_visible()
    assert page.locator("[data-chart]").first.is_visible()
