"""What browsers run: files of this installation only, and nothing that the policy refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.installation import Installation

pytestmark = [pytest.mark.e2e, pytest.mark.any_database]


def test_the_sign_in_page_works_under_the_policy(served: Installation, page: Any) -> None:
    page.goto(f"{served.url}/accounts/login/")
    page.get_by_role("textbox").first.wait_for()


def test_the_description_of_the_api_is_browsable_without_other_hosts(served: Installation, page: Any) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served.url}/api/v1/docs")
    page.get_by_text("/submissions").first.wait_for()
    assert [url for url in asked if not url.startswith((served.url, "data:"))] == []
