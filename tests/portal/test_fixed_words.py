"""Notices say something of their own, whether or not anybody filled in anything."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import DAY, make_cast
from tests.matters import Matter, begin
from tests.portal.conftest import html, open_matter

pytestmark = pytest.mark.django_db


def paper(client: Client, matter: Matter) -> str:
    """The newest notice, as the petitioner opens it."""
    links = re.findall(r'href="(/track/matter/notices/[^"]*)"', html(open_matter(client, matter)))
    return html(client.get(links[0]))


@pytest.mark.parametrize("rulebook", ["national-2022", "national-2005", "xx-bureau"])
def test_a_withdrawal_is_confirmed_in_words(rulebook: str, anyone: Client) -> None:
    made = begin(make_cast(rulebook), timezone.now() - DAY)
    made.does("petitioner", "withdraw")
    assert "已按您的意愿撤回，不再办理" in paper(anyone, made)


def test_an_accusation_that_is_taken_up_says_who_hears_of_it_and_by_when_one_is_answered(anyone: Client) -> None:
    made = begin(make_cast(), timezone.now() - DAY)
    made.does("discipline", "accept_accusation")
    page = paper(anyone, made)
    assert "不会转给被检举控告的人员和单位" in page
    assert re.search(r"60日，至\d{4}年\d+月\d+日", page)


def test_a_repeat_says_who_answers_it(anyone: Client) -> None:
    cast = make_cast("xx-bureau")
    first = begin(cast, timezone.now() - DAY)
    made = begin(cast, timezone.now() - DAY)
    made.does("intake", "link_repeat", first_case=str(first.id))
    assert "由原承办单位书面答复您" in paper(anyone, made)
