"""The page that shows the interface works in a browser under our content security policy."""

from __future__ import annotations

from typing import Any

import pytest

from tests.installation import Installation


@pytest.mark.any_database
@pytest.mark.e2e
def test_the_interface_can_be_browsed(served: Installation, page: Any) -> None:
    page.goto(served.url + "/api/v1/docs")
    page.wait_for_selector("#swagger-ui .opblock")
    assert page.locator(".opblock").count() >= 15
