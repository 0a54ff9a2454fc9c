"""The archivist archives a matter with a missing item explained, finds its file, downloads the package, and it passes every check."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from huiyin import worker
from huiyin.archive import verify
from huiyin.archive.checking import check
from tests.cast import make_cast
from tests.matters import begin

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database]
ORIGINAL = "来文原件（扫描件）"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1366, 390])
def test_a_file_is_archived_found_downloaded_and_checked(
    page: Page, live_server: Any, settings: Any, tmp_path: Path, width: int
) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    cast = make_cast()
    cast.accounts["archivist"].set_password("a long enough passphrase")
    cast.accounts["archivist"].save()
    lately = timezone.now() - timedelta(days=2)
    matter = begin(cast, lately, who="registrar", channel="referral", fields={"source_organ": "市信访局"})
    matter.does("intake", "decline")
    number = matter.case.number
    page.set_viewport_size({"width": width, "height": 800})

    page.goto(f"{live_server.url}/accounts/login/?next=/desk/cases/{number}/actions/archive/")
    page.fill("input[name=login]", "archivist")
    page.fill("input[name=password]", "a long enough passphrase")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_selector("[name=missing_items]")
    assert page.input_value("[name=missing_items]") == f"{ORIGINAL}："
    page.check("[name=term][value=y30]")
    page.get_by_role("button", name="归档").last.click()
    page.wait_for_selector(".error-summary")
    assert ORIGINAL in page.inner_text(".error-summary")
    page.fill("[name=missing_items]", f"{ORIGINAL}：纸质原件存于收发室")
    page.get_by_role("button", name="归档").last.click()
    page.wait_for_url(f"**/desk/cases/{number}/")

    while worker.do_jobs(timezone.now()):
        pass
    page.goto(f"{live_server.url}/desk/archive/")
    page.select_option("#term", "y30")
    page.fill("#words", "路灯")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name=number).click()
    assert "不属本机关职权告知书" in page.inner_text("main")
    page.get_by_role("button", name="核对归档包").click()
    page.wait_for_selector(".alert-success")
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载归档包").click()
    target = tmp_path / "package.zip"
    saved.value.save_as(target)
    checked = check(target)
    assert (checked.number, checked.problems) == (number, ())
    alone = subprocess.run([sys.executable, "-I", verify.__file__, target], capture_output=True, check=False)
    assert alone.returncode == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
