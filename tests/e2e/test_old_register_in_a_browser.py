"""An old register brought in on pages, in a real browser on the screen of a desk and of a phone, from the file to the case."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.conftest import served_after
from tests.e2e.test_desk_walk import fits, sign_in
from tests.installation import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database]

HEAD: Final = (
    "信访编号",
    "收件日",
    "进度",
    "信访形式",
    "信访人",
    "主要内容",
    "信访目的",
    "类别",
    "责任单位",
    "受理日期",
)
LOOKED_AT_MS: Final = 90_000


@pytest.fixture(scope="module")
def kept(prepared: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The people of a demonstration, without matters, served."""
    folder: Path = tmp_path_factory.mktemp("old-register")
    with served_after(prepared.copy(folder / "home"), "demo --matters 0") as made:
        yield made


def register(folder: Path, number: str) -> Path:
    """A register with one matter that can be brought in, and one that cannot."""
    path = folder / "register.csv"
    said = ("在办", "来信", "王小宁", "楼道堆物。", "申诉求决", "一般事项")
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = (
            HEAD,
            (number, "2026-01-05", *said, "防火监督处", "2026-01-08"),
            (f"{number}-2", "2026-01-05", *said, "", ""),
        )
        csv.writer(file).writerows(rows)
    return path


def test_from_the_file_to_the_case(kept: Installation, screen: Any, tmp_path: Path) -> None:
    sign_in(screen, kept, "lj-registrar")
    number = f"旧{screen.viewport_size['width']}"
    screen.goto(f"{kept.url}/desk/register/")
    screen.get_by_role("link", name="导入原登记簿").click()
    assert fits(screen)
    screen.set_input_files("#table", str(register(tmp_path, number)))
    screen.get_by_role("button", name="上传").click()
    assert fits(screen)
    screen.select_option("#column-received", "收件日")
    screen.select_option("#column-stage", "进度")
    screen.get_by_role("button", name="下一步").click()
    assert fits(screen)
    words = screen.get_by_label("在办", exact=True)
    if words.count():  # the second register finds what was told of the first
        words.select_option(label="办理中")
    screen.get_by_role("button", name="核对每一行").click()
    screen.get_by_role("button", name="导入这 1 件").click(timeout=LOOKED_AT_MS)
    screen.locator("td a .mono").wait_for(timeout=LOOKED_AT_MS)
    assert fits(screen)
    assert "不能导入" in screen.locator("main").inner_text()
    screen.locator("td a:has(.mono)").click()
    told = screen.locator("main").inner_text()
    assert number in told and "由原登记簿导入" in told
    assert fits(screen)
