"""Pictures of thirty pages in each language, of the demonstration's made-up data, to be looked at.

    python -m tools.screenshots                     all of them, to build/screenshots
    python -m tools.screenshots --languages en      one language
    python -m tools.screenshots --keep              the ten of docs/screenshots as well, in simplified Chinese

Each is a WebP of the first screen: of a desk (1366 by 800) or of a phone (390 by 844).
"""

from __future__ import annotations

import argparse
import base64
import json
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

from tests.installation import Installation

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = ROOT / "build/screenshots"
KEPT: Final = ROOT / "docs/screenshots"
LANGUAGES: Final = ("zh-hans", "zh-hant", "en")
DESK: Final = {"width": 1366, "height": 800}
PHONE: Final = {"width": 390, "height": 844}
QUALITY: Final = 60


@dataclass(frozen=True)
class Shot:
    """A page: its name, its address, who opens it (nobody: a petitioner), on a phone or not. ``CASE`` and ``ACTION`` in the address stand
    for the first case, and the first step, that the worklist of whoever opens it offers.
    """

    name: str
    path: str
    who: str = ""
    phone: bool = False
    kept: bool = False
    dark: bool = False


SHOTS: Final = (
    Shot("front", "/", kept=True),
    Shot("front-phone", "/", phone=True),
    Shot("submit", "/submit/lj/"),
    Shot("submit-phone", "/submit/lj/", phone=True),
    Shot("track", "/track/"),
    Shot("rights", "/rights/"),
    Shot("sign-in", "/accounts/login/"),
    Shot("work", "/desk/", "lj-secretary", kept=True),
    Shot("work-phone", "/desk/", "lj-secretary", phone=True),
    Shot("work-dark", "/desk/", "lj-secretary", dark=True, kept=True),
    Shot("home-leader", "/desk/home/", "lj-secretary", kept=True),
    Shot("home-reception", "/desk/home/", "lj-registrar"),
    Shot("home-phone", "/desk/home/", "lj-secretary", phone=True),
    Shot("team", "/desk/team/", "lj-secretary"),
    Shot("news", "/desk/news/", "lj-registrar"),
    Shot("signing", "/desk/signing/", "lj-secretary", kept=True),
    Shot("approve", "ACTION", "lj-secretary", kept=True),
    Shot("approve-phone", "ACTION", "lj-secretary", phone=True),
    Shot("case", "CASE", "lj-secretary", kept=True),
    Shot("case-phone", "CASE", "lj-secretary", phone=True),
    Shot("investigate", "ACTION", "lj-fire"),
    Shot("register", "/desk/register/", "lj-registrar", kept=True),
    Shot("cases", "/desk/cases/", "lj-registrar", kept=True),
    Shot("unfinished", "/desk/unfinished/", "lj-secretary"),
    Shot("calendar", "/desk/calendar/?whose=all", "lj-secretary"),
    Shot("statistics", "/desk/statistics/", "lj-secretary", kept=True),
    Shot("rules", "/desk/rules/", "lj-secretary"),
    Shot("account", "/account/me/", "lj-secretary"),
    Shot("design", "/desk/design/", "lj-secretary"),
    Shot("design-dark", "/desk/design/", "lj-secretary", dark=True),
)


class Camera:
    """A browser before one installation; each reader has a profile of their own."""

    def __init__(self, browser: Any, installation: Installation, passwords: dict[str, str], language: str) -> None:
        self.browser, self.installation, self.passwords, self.language = browser, installation, passwords, language
        self.pages: dict[tuple[str, bool], Any] = {}

    def take(self, shot: Shot) -> bytes:
        """The picture of one page."""
        page = self._page(shot.who, shot.phone)
        if shot.dark:
            self._look(page, "dark")
        page.goto(self.installation.url + self._path(page, shot))
        page.wait_for_load_state("networkidle")
        session = page.context.new_cdp_session(page)
        taken = session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
        session.detach()
        if shot.dark:
            self._look(page, "light")
        return base64.b64decode(taken["data"])

    def _page(self, who: str, phone: bool) -> Any:
        if (who, phone) not in self.pages:
            context = self.browser.new_context(viewport=PHONE if phone else DESK, locale="zh-CN")
            cookie = {"name": "django_language", "value": self.language, "url": self.installation.url}
            context.add_cookies([cookie])
            context.set_default_timeout(60_000)
            page = self.pages[who, phone] = context.new_page()
            if who:
                page.goto(f"{self.installation.url}/accounts/login/")
                page.fill("input[name=login]", who)
                page.fill("input[name=password]", self.passwords[who])
                page.press("input[name=password]", "Enter")
                page.wait_for_url("**/desk/**")
        return self.pages[who, phone]

    def _path(self, page: Any, shot: Shot) -> str:
        if shot.path not in ("CASE", "ACTION"):
            return shot.path
        page.goto(f"{self.installation.url}/desk/")
        selector = ".duty a.btn-primary" if shot.path == "ACTION" else ".duty-case a"
        return str(page.locator(selector).first.get_attribute("href"))

    def _look(self, page: Any, theme: str) -> None:
        page.goto(f"{self.installation.url}/account/me/")
        page.select_option("#theme", theme)
        page.click("form[action$='/me/looks/'] button")
        page.wait_for_load_state()


def main(arguments: Sequence[str]) -> int:
    """Take the pictures; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__.partition("\n")[0])
    parser.add_argument("--languages", nargs="*", default=list(LANGUAGES), choices=LANGUAGES)
    parser.add_argument("--keep", action="store_true", help="write the ten of docs/screenshots as well")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        installation = Installation(Path(folder) / "home")
        try:
            passwords = _demonstration(installation)
            _take_all(installation, passwords, given.languages, given.keep)
        finally:
            installation.close()
    return 0


def _demonstration(installation: Installation) -> dict[str, str]:
    """Make it and serve it; the passwords of its accounts."""
    for command in (("prepare",), ("demo", "--json")):
        outcome = installation.run(*command)
        if outcome.returncode:
            raise SystemExit(outcome.stderr)
    installation.start()
    return {one["username"]: one["password"] for one in json.loads(outcome.stdout)["accounts"]}


def _take_all(installation: Installation, passwords: dict[str, str], languages: Sequence[str], keep: bool) -> None:
    program = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        for language in languages:
            camera = Camera(browser, installation, passwords, language)
            for shot in SHOTS:
                picture = camera.take(shot)
                _write(TARGET / language / f"{shot.name}.webp", picture)
                if keep and shot.kept and language == LANGUAGES[0]:
                    _write(KEPT / f"{shot.name}.webp", picture)
            print(f"{language}: {len(SHOTS)} pictures in {TARGET / language}", file=sys.stderr)
        browser.close()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
