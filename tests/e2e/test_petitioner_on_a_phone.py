"""A petitioner on a phone, from handing in to asking for review, while the offices do their part through the API."""

from __future__ import annotations

import json
import re
import urllib.request
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.installation import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
# What the bureau's plan asks for between acceptance and reply: who, what, with which fields.
OFFICES: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("lj-intake", "accept", {"kind": "claim", "route": "由业务部门核实后书面答复。"}),
    ("lj-intake", "classify", {"klass": "ordinary", "reason": "事实清楚，影响范围小。"}),
    (
        "lj-inspector",
        "fill_form",
        {"proposal": "交防火监督处办理。", "proposed_unit": "30", "competence": "department"},
    ),
    ("lj-secretary", "sign_ordinary", {"signed_unit": "30"}),
    ("lj-inspector", "assign", {"unit": "30"}),
    ("lj-fire", "investigate", {"means": "site", "investigated_on": TODAY, "finding": "楼道有杂物。"}),
    (
        "lj-fire",
        "propose_opinion",
        {
            "request": "清走杂物。",
            "review_organ": "上一级机关",
            "result": "explain",
            "facts_found": "已到现场。",
            "basis": "有关规定。",
            "opinion": "本周内清理。",
        },
    ),
    ("lj-secretary", "approve_opinion", {}),
    ("lj-fire", "send_reply", {}),
)


@pytest.fixture(scope="module")
def bureau(demonstration: Installation) -> Installation:
    """A bureau of the demonstration, at which nothing was handed in yet."""
    return demonstration


def office(bureau: Installation, who: str, no: str, action: str, fields: dict[str, object]) -> None:
    """One step of an office."""
    request = urllib.request.Request(
        f"{bureau.url}/api/v1/cases/{no}/actions/{action}",
        json.dumps({"fields": fields}).encode(),
        {"Authorization": f"Bearer demo-{who}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        assert answer.status == 200


def hand_in(phone: Any, bureau: Installation) -> tuple[str, str]:
    """Hand in a petition; receipt and code as the page shows them."""
    phone.goto(bureau.url)
    phone.get_by_role("link", name="我要反映").click()
    phone.get_by_role("link", name="临江市消防局（示范）").click()
    phone.get_by_label("请写清是什么事，希望怎么解决").fill("楼下的消防通道堆满了杂物，请来清理。")
    phone.get_by_label("给这件事起个题目").fill("消防通道堵塞")
    phone.get_by_role("button", name="提交，领取回执").last.click()
    assert "还没有提交" in phone.get_by_role("alert").inner_text()
    assert phone.get_by_label("请写清是什么事，希望怎么解决").input_value().startswith("楼下")
    phone.get_by_label("姓名或名称").fill("方小满")
    phone.get_by_label("电话").fill("13800001234")
    phone.get_by_label("住址").fill("临江市示范区柳荫巷6号")
    phone.get_by_role("button", name="提交，领取回执").last.click()
    phone.get_by_role("heading", name="已收到").wait_for()
    return phone.locator("#receipt").inner_text(), phone.locator("#code").inner_text()


def open_receipt(phone: Any, bureau: Installation, receipt: str, code: str) -> None:
    phone.goto(f"{bureau.url}/track/")
    phone.get_by_label("回执").fill(receipt.lower())
    phone.get_by_label("查询码").fill(code.lower())
    phone.get_by_label("查询码").press("Enter")  # sends the form, and changes no language
    phone.locator(".matter-head").wait_for()


def fits(phone: Any) -> bool:
    """Whether nothing sticks out to the side."""
    fitting: bool = phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return fitting


def small_targets(phone: Any) -> list[str]:
    """Buttons, links of their own and fields that a thumb would miss (below 44 px)."""
    found: list[str] = phone.evaluate(
        """[...document.querySelectorAll("main a, main button, main summary, main input:not([type=hidden]), main select")]
        .filter(e => !e.closest("label") && !e.classList.contains("visually-hidden"))
        .filter(e => getComputedStyle(e).display !== "inline")
        .filter(e => { const box = e.getBoundingClientRect(); return box.height && box.height < 44 })
        .map(e => e.outerHTML.slice(0, 90))"""
    )
    return found


def test_a_petitioner_walks_from_the_form_to_the_review(phone: Any, bureau: Installation) -> None:
    receipt, code = hand_in(phone, bureau)
    assert re.fullmatch(r"HY(-[2-9A-Z]{4}){3}", receipt)
    open_receipt(phone, bureau, receipt, code)
    assert receipt not in phone.url
    assert code not in phone.url
    no = phone.locator(".matter-head .no").inner_text()
    phone.get_by_role("link", name="补充材料").click()
    phone.get_by_label("补充的事实").fill("照片是周三拍的。")
    phone.get_by_role("button", name="确认").click()
    phone.get_by_text("照片是周三拍的。").filter(visible=True).wait_for()
    phone.get_by_role("link", name="同意或者不再同意电子送达").click()
    phone.get_by_label("同意，在查询页签收文书").check()
    phone.get_by_role("button", name="确认").click()
    phone.get_by_role("heading", name="您现在可以").wait_for()
    for who, action, fields in OFFICES:
        office(bureau, who, no, action, fields)
    phone.reload()
    assert "本周内清理" not in phone.content()
    assert not phone.get_by_role("link", name="申请复查").count()
    phone.get_by_role("link", name="打开并签收处理意见书").click()
    assert fits(phone) and not small_targets(phone)
    phone.get_by_role("button", name="确认").click()
    phone.get_by_text("本周内清理。").wait_for()
    phone.get_by_role("link", name=no).click()
    assert "已答复" in phone.locator(".stage-now").inner_text()
    phone.get_by_role("link", name="信访处理意见书", exact=False).last.click()
    phone.get_by_text("本周内清理。").wait_for()
    phone.get_by_role("link", name=no).click()
    phone.get_by_role("link", name="评价").click()
    phone.get_by_role("group", name="对信访部门的评价").get_by_label("满意", exact=True).check()
    phone.get_by_role("group", name="对承办单位的评价").get_by_label("基本满意").check()
    phone.get_by_role("button", name="确认").click()
    phone.get_by_role("link", name="申请复查").click()
    phone.get_by_label("请求、事实和理由").fill("至今没有清理。")
    phone.get_by_role("button", name="确认").click()
    owed = phone.locator(".owed").filter(has_text="复查办公室")
    assert "江南省消防总局" in owed.first.inner_text()
    phone.get_by_role("button", name="退出查询").click()
    phone.goto(f"{bureau.url}/track/matter/")
    assert phone.url.endswith("/track/")


@pytest.mark.rarely_on_postgresql
@pytest.mark.parametrize("path", ["/", "/rights/", "/submit/", "/submit/lj/", "/track/", "/receptions/lj/"])
def test_public_pages_fit_a_phone_and_a_thumb(phone: Any, bureau: Installation, path: str) -> None:
    phone.goto(bureau.url + path)
    assert fits(phone)
    assert small_targets(phone) == []


@pytest.mark.rarely_on_postgresql
def test_the_matter_page_fits_a_phone_and_a_thumb(phone: Any, bureau: Installation) -> None:
    open_receipt(phone, bureau, *hand_in(phone, bureau))
    assert fits(phone)
    assert small_targets(phone) == []


@pytest.mark.rarely_on_postgresql
@pytest.mark.parametrize("locale", ["en-GB", "zh-TW"])
def test_the_form_fits_a_phone_in_every_language(chromium: Any, bureau: Installation, locale: str) -> None:
    context = chromium.new_context(locale=locale, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{bureau.url}/submit/lj/")
    assert fits(page)
    context.close()


@pytest.mark.rarely_on_postgresql
def test_the_form_works_without_scripts(chromium: Any, bureau: Installation) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="zh-CN", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{bureau.url}/submit/lj/")
    assert page.get_by_text("最多 20000 字").is_visible()
    assert not page.get_by_text("已写").is_visible()  # nothing counts
    receipt, code = hand_in(page, bureau)
    open_receipt(page, bureau, receipt, code)
    context.close()
