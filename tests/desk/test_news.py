"""The page of news: what is new about one's own duties, by reason and number, until one has read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.people.models import MailPreference
from huiyin.people.staff.mail_preferences import default_preference
from tests.cast import Cast
from tests.desk.conftest import Desk, html
from tests.matters import Matter, begin

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

PAGE, COUNT = "/desk/news/", "/desk/news/count/"


def test_news_is_told_by_reason_and_number_until_it_was_read(desk: Desk, matter: Matter) -> None:
    client = desk("intake")
    page = html(client.get(PAGE))
    assert "新的待办" in page and matter.case.number in page and "未读" in page
    assert "路灯" not in page
    assert 'class="bell-count">1<' in html(client.get(COUNT))
    assert client.post(PAGE).status_code == 302
    assert "未读" not in html(client.get(PAGE))
    assert client.get(COUNT).content.strip() == b""
    assert matter.case.number not in html(desk("outsider").get(PAGE))


def test_what_is_overdue_is_told_and_what_was_not_chosen_is_not(desk: Desk, cast: Cast) -> None:
    late = begin(cast, timezone.now() - timedelta(days=20))
    client = desk("intake")
    page = html(client.get(PAGE))
    assert "已逾期" in page and late.case.number in page
    chosen = default_preference(cast.accounts["intake"], timezone.now())
    chosen.reasons = ["returned"]
    MailPreference.objects.bulk_create([chosen])
    assert late.case.number not in html(client.get(PAGE))


def test_the_bell_stands_on_every_page_and_reads_nothing_by_itself(desk: Desk) -> None:
    page = html(desk("intake").get("/desk/units/"))
    assert f'hx-get="{COUNT}"' in page and "bell-count" not in page
