"""Mail and proxies are tried out while one watches: what the server said is shown, and how the request came."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.organisations.setup_link import make_link
from huiyin.people import administrators
from tests.cast import NOW, Cast
from tests.desk.conftest import Desk
from tests.doctor.test_mail import mail_server

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


def test_what_the_mail_server_says_to_a_test_mail_is_shown(administrator: Client, settings: Any) -> None:
    with mail_server(settings) as lines:
        page = administrator.post("/office/trial/", {"email": "operator@example.cn"}).content.decode()
    assert "发信服务器已收下" in page and "235 welcome" in page and "250 taken" in page
    assert any("operator@example.cn" in line for line in lines if line.upper().startswith("RCPT"))


def test_a_refusal_is_shown_in_the_servers_own_words(administrator: Client, settings: Any) -> None:
    with mail_server(settings, password="wrong-secret"):
        page = administrator.post("/office/trial/", {"email": "operator@example.cn"}).content.decode()
    assert "没有发出（SMTPAuthenticationError）" in page and "535 who are you" in page
    assert "wrong-secret" not in page


def test_no_server_and_no_address_are_told(administrator: Client, settings: Any) -> None:
    settings.HUIYIN_SENDS_MAIL = False
    assert "没有设置发信服务器" in administrator.post("/office/trial/", {"email": "a@example.cn"}).content.decode()
    assert administrator.post("/office/trial/", {"email": "nobody"}).status_code == 422


def test_proxies_that_are_not_those_of_the_settings_are_told(administrator: Client, settings: Any) -> None:
    settings.HUIYIN_PUBLIC_URL = "http://testserver"
    well = administrator.get("/office/trial/").content.decode()
    assert "代理层数与设定相符" in well and "网址与设定的对外网址相符" in well
    passed = administrator.get("/office/trial/", headers={"x-forwarded-for": "203.0.113.9"}).content.decode()
    assert "203.0.113.9" in passed and "代理层数与设定不符" in passed


def test_whoever_sets_up_tries_it_too_and_nobody_else_does(cast: Cast, desk: Desk, settings: Any) -> None:
    administrators.add(cast.accounts["handler"], cast.lj, NOW)
    assert desk("handler").get("/office/trial/").status_code == 403
    assert Client().get("/office/setup/trial/").status_code == 410
    client = Client()
    client.get(f"/office/setup/link/{make_link(settings.HUIYIN_HOME, timezone.now())}/")
    assert client.get("/office/setup/trial/").status_code == 200
