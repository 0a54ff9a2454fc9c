"""People come and go: an administrator of a fresh installation invites two by printed link, they set themselves up without scripts, work, are
away and leave; each in a browser of their own, on the screen of a desk and of a phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from tests.e2e.test_desk_walk import fits
from tests.installation import Installation
from tests.people.test_signing_in import totp

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.rarely_on_postgresql]

PASSWORD: Final = "cha-shui-zai-zhuo-shang"
BUREAU: Final = "临江市消防局（示范）"
MILLISECONDS: Final = 15_000
SCREENS: Final = {"desk": (1366, 768), "phone": (390, 844)}


class Person:
    """Somebody at a browser of their own in which no script runs."""

    def __init__(self, chromium: Any, at: Installation, screen: str) -> None:
        width, height = SCREENS[screen]
        self.at = at
        self.context = chromium.new_context(
            locale="zh-CN", java_script_enabled=False, viewport={"width": width, "height": height}
        )
        self.context.set_default_timeout(MILLISECONDS)
        self.page = self.context.new_page()

    def goes(self, path: str) -> None:
        """To a page, by its address."""
        self.page.goto(path if path.startswith("http") else self.at.url + path)
        assert fits(self.page), path

    def presses(self, name: str) -> None:
        """A button or a link."""
        words = re.compile(rf"^\s*{name}\s*$")
        button = self.page.get_by_role("button", name=words)
        self.follows((button if button.count() else self.page.get_by_role("link", name=words)).last)

    def follows(self, control: Any) -> None:
        """Whatever leads to another page, which fits the screen."""
        with self.page.expect_navigation():
            control.click()
        assert fits(self.page), self.page.url

    @property
    def reads(self) -> str:
        """What stands on the page."""
        return str(self.page.locator("main").inner_text())

    def accepts(self, link: str) -> None:
        """An invitation, by setting a password."""
        self.goes(link)
        assert link.rsplit("/", 2)[1] not in self.page.url
        self.page.fill("#password", PASSWORD)
        self.page.fill("#again", PASSWORD)
        self.presses("开通并登录")

    def sets_an_authenticator_up(self) -> None:
        """As the page asks, once the password was given again."""
        assert "须使用两步验证" in self.reads
        self.follows(self.page.locator("a[href$='/totp/activate/']"))
        self.page.fill("input[type=password]", PASSWORD)  # an open session alone changes nothing
        self.follows(self.page.locator("main button[type=submit]").first)
        secret = self.page.input_value("#authenticator_secret")
        self.page.fill("input[name=code]", totp(secret))
        self.follows(self.page.locator("main button[type=submit]").first)


@pytest.fixture
def town(staffed: Installation) -> Installation:
    """The demonstration's organisations, where registrars show a second factor; served."""
    assert staffed.run("second-factor", "require", "--organisation", "lj", "--role", "registrar").returncode == 0
    staffed.start()
    return staffed


@pytest.fixture
def meets(chromium: Any, town: Installation) -> Iterator[Any]:
    """Makes somebody with a browser; all are closed afterwards."""
    people: list[Person] = []

    def make(screen: str = "desk") -> Person:
        people.append(Person(chromium, town, screen))
        return people[-1]

    yield make
    for person in people:
        person.context.close()


def invited(administrator: Person, username: str, name: str, post: str) -> str:
    """Invite somebody and appoint them; the link as it is printed."""
    administrator.goes("/office/people/new/")
    administrator.page.fill("#id_username", username)
    administrator.page.fill("#id_display_name", name)
    administrator.page.select_option("#id_organisation", label=BUREAU)
    administrator.presses("邀请")
    administrator.presses("任命")
    administrator.page.select_option("#id_post", label=f"{BUREAU} · {post}")
    administrator.presses("下一步")
    assert "没有接受邀请" in administrator.reads
    administrator.presses("确认任命")
    administrator.presses("打印链接")
    return str(administrator.page.inner_text("#link"))


def registers(registrar: Person) -> None:
    """A letter."""
    registrar.goes("/desk/register/")
    page = registrar.page
    page.check("input[name=channel][value=letter]")
    page.fill("#p0-name", "陈晓光")
    page.fill("#p0-phone", "13800001111")
    page.fill("#p0-address", "临江市滨江路 8 号")
    page.fill("#f-title", "楼道堆放杂物堵住消防通道")
    page.fill("#f-text", "滨江路 8 号二单元楼道长期堆放杂物，消防通道走不通，请查处。")
    registrar.follows(page.get_by_role("button", name="登记并出具回执").last)
    assert "查询码" in registrar.reads


def test_people_are_invited_work_are_away_and_leave(town: Installation, meets: Any) -> None:
    told = town.run("administrators", "add", "guanli", "--invite", "--name", "管理员")
    link = re.search(r"http\S+", told.stdout)
    assert link, told.stderr
    administrator, registrar, handler = meets(), meets("phone"), meets()
    administrator.accepts(town.url + "/account/" + link[0].partition("/account/")[2])
    assert "没有岗位" in administrator.reads  # administering opens no matter
    links = {
        name: invited(administrator, name, shown, post)
        for name, shown, post in (
            ("dengji", "邓记", "纪保督察处 · 登记员"),
            ("chengban", "程办", "防火监督处 · 承办人"),
        )
    }
    registrar.accepts(links["dengji"])
    registrar.sets_an_authenticator_up()
    registers(registrar)
    handler.accepts(links["chengban"])
    assert "程办" in handler.page.content() and handler.page.url.endswith("/desk/")

    administrator.goes("/office/log/")
    administrator.follows(administrator.page.get_by_role("link", name="程办").first)
    administrator.presses("登记离岗")
    administrator.page.select_option("#id_purpose", value="ill")
    administrator.page.select_option("#id_deputy", index=1)
    administrator.presses("下一步")
    administrator.presses("确认登记离岗")
    assert "病假" in administrator.reads and "离岗" in administrator.reads
    administrator.presses("登记返岗")
    administrator.presses("登记返岗")
    assert "已登记返岗" in administrator.reads
    administrator.presses("结束")
    administrator.page.fill("#id_reason", "调离")
    administrator.presses("下一步")
    administrator.presses("确认结束任职")
    handler.goes("/desk/")
    assert "没有岗位" in handler.reads
    administrator.presses("停用账户")
    administrator.page.fill("#id_reason", "调离")
    administrator.presses("下一步")
    administrator.presses("确认停用账户")
    handler.goes("/desk/")
    assert handler.page.url.partition("?")[0].endswith("/accounts/login/")
    assert town.run("ledger", "verify").returncode == 0
