"""One matter in a real browser, from the letter to the served reply and through a review, each step by who owes it.

On the demonstration installation, under the bureau's own rulebook, on the screen of a desk and of a phone.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from tests.installation import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PASSWORD: Final = "huiyin-demo"
ASKED: Final = ", ".join(
    f"{kind}[required]:enabled, [data-asked-if] {kind}:enabled" for kind in ("input", "textarea", "select")
)
"""What has to be filled in: always, or because of what was chosen."""
SESSIONS: Final[dict[tuple[str, str], Any]] = {}

# who, action, what is chosen by its name on the page; every other field is filled in with something that fits
ROAD: Final = (
    ("lj-intake", "accept", {"kind": "申诉求决"}),
    ("lj-intake", "classify", {"klass": "一般事项"}),
    ("lj-inspector", "fill_form", {"proposed_unit": "防火监督处"}),
    ("lj-secretary", "sign_ordinary", {"signed_unit": "防火监督处"}),
    ("lj-intake", "assign", {"unit": "防火监督处"}),
    ("lj-fire", "investigate", {}),
    ("lj-fire", "propose_opinion", {"result": "解释说明"}),
    ("lj-secretary", "approve_opinion", {}),
    ("lj-fire", "serve_reply", {"mode": "直接送达"}),
)
REVIEW: Final = (
    ("jn-reviewer", "decide_review", {"review_result": "维持"}),
    ("jn-reviewer", "serve_review", {"mode": "直接送达"}),
)


def sign_in(screen: Any, at: Installation, username: str) -> None:
    """By the page the first time; afterwards with the session that this made, since hashing a password takes its time."""
    screen.context.clear_cookies()
    known = SESSIONS.get((at.url, username))
    if known:
        screen.context.add_cookies(known)
        screen.goto(f"{at.url}/desk/")
        return
    screen.goto(f"{at.url}/accounts/login/")
    screen.fill("#id_login", username)
    screen.fill("#id_password", PASSWORD)
    screen.click("#sign-in")
    screen.wait_for_url("**/desk/")
    SESSIONS[at.url, username] = screen.context.cookies()


def fill_in(screen: Any, choices: dict[str, str]) -> None:
    """Chooses what is asked for; puts words into texts, the latest possible day into dates, the first choice elsewhere."""
    form = screen.locator("form.panel")
    for name, label in choices.items():
        if form.locator(f"select[name='{name}']").count():
            form.locator(f"select[name='{name}']").select_option(label=label)
        else:
            form.locator("label.choice", has_text=label).locator(f"input[name='{name}']").check()
    for control in form.locator(ASKED).all():
        if not control.is_visible():
            continue
        kind, name = control.get_attribute("type"), control.get_attribute("name")
        if name in choices:
            continue
        if kind == "radio":
            if not form.locator(f"input[name='{name}']:checked").count():
                control.check()
        elif kind == "date":
            control.fill(control.get_attribute("max") or control.get_attribute("min") or "")
        elif kind == "number":
            control.fill("1")
        elif kind == "file":
            control.set_input_files({"name": "送达回证.txt", "mimeType": "text/plain", "buffer": "已签收".encode()})
        elif control.evaluate("element => element.tagName") == "SELECT":
            control.select_option(index=1)
        else:
            control.fill("已经现场查看,情况属实,按有关规定办理。")


def fits(screen: Any) -> bool:
    """Whether nothing hangs over the edge of the screen."""
    return bool(screen.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


SEND = ".form-foot button[type=submit], .decision-bar button.btn-primary"
"""What sends the form of an action: at its foot, or in the bar of a decision."""


def take(screen: Any, at: Installation, no: str, who: str, action: str, choices: dict[str, str]) -> None:
    """Sign in, find the matter from one's duties or the case page, fill the form in, send it."""
    sign_in(screen, at, who)
    assert fits(screen), f"duties of {who}"
    screen.goto(f"{at.url}/desk/cases/{no}/")
    assert fits(screen), f"case page of {who}"
    screen.locator(f"a.offer[href$='/actions/{action}/']").click()
    screen.locator("form.panel").wait_for()
    assert fits(screen), action
    fill_in(screen, choices)
    screen.locator(SEND).click()
    answer = screen.locator(".flash, .error-summary").first
    answer.wait_for()
    assert screen.url.endswith(f"/desk/cases/{no}/"), (action, answer.inner_text())


def register(screen: Any, at: Installation) -> tuple[str, str, str]:
    """Number, receipt and query code of a letter taken in at the desk."""
    sign_in(screen, at, "lj-registrar")
    screen.goto(f"{at.url}/desk/register/")
    assert fits(screen)
    screen.check("input[name=channel][value=letter]")
    screen.fill("#p0-name", "陈晓光")
    screen.fill("#p0-phone", "13800001111")
    screen.fill("#p0-address", "临江市滨江路 8 号")
    screen.fill("#f-title", "楼道堆放杂物堵住消防通道")
    screen.fill("#f-text", "滨江路 8 号二单元楼道长期堆放杂物,消防通道走不通,请查处。")
    screen.get_by_role("button", name="登记并出具回执").last.click()
    screen.wait_for_url("**/desk/register/receipt/")
    assert fits(screen)
    assert f"{at.url}/track/" in screen.locator("main").inner_text()  # the port that is served, told by nobody
    receipt, code = screen.locator(".code-box b").all_inner_texts()
    return screen.locator(".paper-no").inner_text(), receipt, code


def print_for_the_post(screen: Any, at: Installation, no: str) -> None:
    """What waits to be served stands on the list of who owes that, who prints the label of its envelope."""
    sign_in(screen, at, "lj-fire")
    screen.get_by_role("link", name="送达", exact=True).click()
    assert fits(screen), "papers to be served"
    for box in screen.locator("input[name=duty]").all():
        box.set_checked(box.get_attribute("aria-label") == no)
    with screen.expect_download() as label:
        screen.get_by_role("button", name="打印地址标签").click()
    assert label.value.suggested_filename.endswith(".pdf")


MAX_TABS: Final = 6


@pytest.mark.clause("s0-3.1.3")
def test_what_came_from_above_is_registered_with_its_source(demonstration: Installation, page: Any) -> None:
    sign_in(page, demonstration, "lj-registrar")
    page.goto(f"{demonstration.url}/desk/register/")
    source = page.locator("#f-more-source_organ")
    others = [
        page.locator("#f-more-reference_no"),
        page.locator("#f-more-source_due"),
        page.get_by_text("上级转来”的填写"),
    ]
    assert not source.is_visible() and not any(other.is_visible() for other in others)
    page.check("input[name=channel][value=referral]")
    assert all(other.is_visible() for other in others)
    source.fill("市信访局")
    page.fill("#p0-name", "陈晓光")
    page.fill("#p0-phone", "13800001111")
    page.fill("#f-text", "滨江路 8 号二单元楼道长期堆放杂物,请查处。")
    page.get_by_role("button", name="登记并出具回执").last.click()
    page.wait_for_url("**/desk/register/receipt/")


@pytest.mark.exhaustive  # each time tests/e2e/test_every_book_to_the_archive.py walks in a browser by what pages offer
def test_a_matter_goes_from_the_letter_to_the_reply_and_through_a_review(
    demonstration: Installation, screen: Any
) -> None:
    no, receipt, code = register(screen, demonstration)
    for who, action, choices in ROAD[:-1]:
        take(screen, demonstration, no, who, action, choices)
    print_for_the_post(screen, demonstration, no)
    take(screen, demonstration, no, *ROAD[-1])
    assert "已答复" in screen.locator(".case-tags").inner_text()
    screen.locator("#papers-title").wait_for()
    screen.get_by_role("link", name="信访处理意见书").click()
    assert "请求复查" in screen.locator(".paper").inner_text()
    answer = screen.request.post(
        f"{demonstration.url}/api/v1/receipts/{receipt}/actions/apply_review",
        data={"fields": {"challenge": "杂物至今没有清走。"}},
        headers={"X-Query-Code": code},
    )
    assert answer.ok, answer.text()
    for who, action, choices in REVIEW:
        take(screen, demonstration, no, who, action, choices)
    assert "已复查" in screen.locator(".case-tags").inner_text()
    assert "复查意见书" in screen.locator("aside").inner_text()


@pytest.mark.rarely_on_postgresql
def test_a_refused_form_keeps_what_was_typed_and_leads_to_the_field(demonstration: Installation, screen: Any) -> None:
    no, *_ = register(screen, demonstration)
    sign_in(screen, demonstration, "lj-intake")
    screen.goto(f"{demonstration.url}/desk/cases/{no}/actions/accept/")
    screen.fill("#f-route", "由承办单位核实后书面答复。")
    screen.locator("#drafts", has_text="由承办单位核实后书面答复。").wait_for()  # the document follows what is typed
    screen.locator(SEND).click()
    summary = screen.locator(".error-summary")
    summary.wait_for()
    assert screen.evaluate("document.activeElement.className") == "error-summary"
    assert screen.input_value("#f-route") == "由承办单位核实后书面答复。"
    assert fits(screen)
    summary.get_by_role("link", name="事项种类").click()
    assert screen.url.endswith("#f-kind")


@pytest.mark.rarely_on_postgresql
def test_everything_works_by_keyboard_alone(demonstration: Installation, page: Any) -> None:
    no, *_ = register(page, demonstration)
    sign_in(page, demonstration, "lj-intake")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.goto(f"{demonstration.url}/desk/cases/{no}/actions/decline/")
    page.keyboard.press("a")
    page.keyboard.type("市城市管理局")
    page.keyboard.press("Tab")
    page.keyboard.type("楼道杂物由城管部门处理。")
    for _offer in range(MAX_TABS):  # citing an article and standard phrases stand between the text and the button
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('button[type=submit].btn-primary')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{no}/")
    assert "不属本机关职权" in page.locator(".case-tags").inner_text()


@pytest.mark.exhaustive  # each time the same file does so by requests, as a browser without scripts would
def test_without_scripts_a_letter_is_registered_and_accepted_too(demonstration: Installation, chromium: Any) -> None:
    context = chromium.new_context(locale="zh-CN", java_script_enabled=False, viewport={"width": 390, "height": 844})
    screen = context.new_page()
    try:
        sign_in(screen, demonstration, "lj-registrar")
        screen.goto(f"{demonstration.url}/desk/register/")
        screen.fill("#p0-name", "陈晓光")
        screen.get_by_role("button", name="再加一名代表").click()
        assert screen.input_value("#p0-name") == "陈晓光"
        screen.fill("#p1-name", "林一")
        screen.fill("#f-headcount", "6")
        screen.fill("#f-text", "消防通道被堵。")
        screen.get_by_role("button", name="登记并出具回执").last.click()
        no = screen.locator(".paper-no").inner_text()
        screen.goto(f"{demonstration.url}/desk/cases/{no}/")
        screen.get_by_role("button", name="显示").click()
        assert "陈晓光" in screen.locator("#people").inner_text()
        sign_in(screen, demonstration, "lj-intake")
        screen.goto(f"{demonstration.url}/desk/cases/{no}/actions/accept/")
        screen.locator("label.choice", has_text="申诉求决").locator("input").check()
        screen.fill("#f-route", "由承办单位核实后书面答复。")
        screen.locator(SEND).click()
        screen.wait_for_url(f"**/desk/cases/{no}/")
        assert "已受理" in screen.locator(".case-tags").inner_text()
    finally:
        context.close()
