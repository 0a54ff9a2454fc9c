"""Group chats are added by administrators, to allowed hosts alone; the address is a key, and no page shows it again."""

from __future__ import annotations

import pytest
from django.test import Client

from huiyin.people.models import AdministrativeAct, Webhook
from huiyin.people.staff.webhooks import target_of
from tests.cast import Cast
from tests.desk.conftest import Desk
from tests.office.test_structure_pages import press

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PATH = "/office/organisations/lj/groups/"
URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=geheim"
GIVEN = {"name": "办公群", "service": "wecom", "reasons": ["new", "overdue"], "quiet_from": "20", "quiet_until": "7"}


def test_a_group_is_added_on_record_and_its_address_is_shown_no_more(administrator: Client, cast: Cast) -> None:
    assert press(administrator, f"{PATH}new/", url=URL, **GIVEN).status_code == 302
    row = Webhook.objects.get()
    assert (target_of(row).url, row.reasons, row.unit) == (URL, ["new", "overdue"], None)
    page = administrator.get(PATH).content.decode()
    assert "办公群" in page and "geheim" not in page
    assert b"geheim" not in bytes(row.sealed)
    assert "geheim" not in str(list(AdministrativeAct.objects.values()))
    assert press(administrator, f"{PATH}{row.id}/retire/", reason="换群").status_code == 302
    assert not Webhook.objects.filter(retired_at=None).exists()


@pytest.mark.parametrize("url", ["http://qyapi.weixin.qq.com/", "https://10.0.0.1/", "https://evil.example/", "x"])
def test_an_address_that_is_not_allowed_is_refused(administrator: Client, cast: Cast, url: str) -> None:
    assert administrator.post(f"{PATH}new/", {**GIVEN, "url": url, "seen": "-"}).status_code == 422
    assert not Webhook.objects.exists()


def test_nobody_else_reads_or_changes_them(cast: Cast, desk: Desk) -> None:
    for client in (desk("head"), Client()):
        assert client.get(PATH).status_code in (302, 403)
        assert client.post(f"{PATH}new/", {**GIVEN, "url": URL}).status_code in (302, 403)
    assert not Webhook.objects.exists()
