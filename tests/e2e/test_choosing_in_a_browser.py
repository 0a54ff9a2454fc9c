"""Once a unit is chosen only its handlers can be."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.cast import DAY, make_cast
from tests.desk.conftest import form_of
from tests.matters import begin, walk

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.rarely_on_postgresql,
]


def test_the_handlers_of_other_units_cannot_be_chosen(live_server: Any, page: Any) -> None:
    cast = make_cast()
    matter = walk(begin(cast, timezone.now() - DAY), "accept")
    client = Client()
    client.force_login(cast.accounts["intake"], backend="django.contrib.auth.backends.ModelBackend")
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page.goto(live_server.url + form_of(matter, "assign"))

    def choosable() -> list[str]:
        return list(page.locator("#f-handler option:enabled").all_inner_texts()[1:])

    unit = page.locator("[name=unit]")
    assert len(choosable()) > 2
    if unit.first.evaluate("it => it.tagName") == "SELECT":
        unit.select_option(str(cast.units["lj-fire"].id))
    else:
        page.check(f"[name=unit][value='{cast.units['lj-fire'].id}']")
    assert {one.split("（")[1].strip() for one in choosable()} == {"临江防火处）"}
