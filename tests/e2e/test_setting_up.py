"""An office of one's own, made in a browser: from an empty data folder to the first petition that is received."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.installation import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.rarely_on_postgresql]

PASSWORD = "滨江路八号的灯又亮了"


def setup_link(installation: Installation) -> str:
    shown = installation.run("setup", "--page").stdout
    path = re.search(r"/office/setup/link/\S+", shown)
    assert path is not None, shown
    return f"{installation.url}{path[0]}"


def fill_organisation(page: Any) -> None:
    for name, text in (
        ("name", "临江街道办事处"),
        ("code", "linjiang"),
        ("superior_name", "临江市信访局"),
        ("address", "滨江路 1 号"),
        ("phone", "000-0000-0001"),
        ("hours", "工作日 9:00—17:00"),
        ("place", "一楼信访接待室"),
    ):
        page.fill(f"[name={name}]", text)
    page.select_option("[name=rulebook]", "street-office")
    page.click("text=下一步")


def fill_staff(page: Any) -> list[str]:
    """A name for each post that the rulebook needs, one person for all in a unit."""
    names = {"10": "周正", "20": "郑好", "30": "冯严", "40": "褚亮"}
    for row in range(page.locator("tbody tr").count()):
        unit = page.input_value(f"[name=staff-{row}-unit]")
        if unit:
            page.fill(f"[name=staff-{row}-name]", names[unit])
    page.click("button:has-text('下一步')")
    return list(names.values())


def accept(page: Any, link: str) -> None:
    page.context.clear_cookies()
    page.goto(link)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=again]", PASSWORD)
    page.click("button[type=submit]:has-text('开通')")
    page.wait_for_url(re.compile("/desk/"))


def test_an_office_is_set_up_on_pages_and_receives_a_petition(bare_installation: Installation, page: Any) -> None:
    link = setup_link(bare_installation)
    bare_installation.start()
    page.goto(link)
    fill_organisation(page)
    people = fill_staff(page)
    page.fill("[name=reception-1-ends]", "13:00")
    page.click("text=下一步")
    assert "结束要晚于开始" in page.inner_text("main")
    page.fill("[name=reception-1-ends]", "16:45")
    page.check("#id_reception-0-DELETE")
    page.click("text=下一步")
    for person in ("郑好", "周正"):
        page.check(f"text={person}")
    page.click("text=下一步")
    shown = page.inner_text("main")
    assert "还缺什么" in shown
    assert "受理审查" in shown and "intake" not in shown  # roles by their names
    page.click("button:has-text('先试走一件')")
    assert "正在试走" in page.inner_text("#rehearsal")
    page.wait_for_selector("#rehearsal-title", timeout=120_000)  # by itself
    rehearsed = page.inner_text("#rehearsal")
    assert "走到了办结" in rehearsed
    assert all(part in rehearsed for part in ("郑好", "归档"))
    page.click("button:has-text('设立机构并邀请人员')")
    links = [one.strip() for one in page.locator("td .mono.text-break").all_inner_texts()]
    assert len(links) == len(people)
    by_name = dict(zip(page.locator("td.lead-cell").all_inner_texts(), links, strict=False))
    for person in people:
        accept(page, re.sub(r"http://[^/]+", bare_installation.url, by_name[person]))
    page.context.clear_cookies()
    page.goto(f"{bare_installation.url}/rights/")
    assert "14:00—16:45" in page.inner_text("main")
    page.goto(f"{bare_installation.url}/submit/linjiang/")
    page.fill("#p0-name", "陈晓光")
    page.fill("#p0-phone", "13800001111")
    page.fill("#f-text", "滨江路 8 号门前的路灯已经坏了两个星期，请派人修理。")
    page.get_by_role("button", name="提交").last.click()
    page.wait_for_url("**/submitted/")
    assert bare_installation.run("ledger", "verify").stdout.startswith("1 cases")
