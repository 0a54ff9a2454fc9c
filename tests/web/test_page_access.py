"""Who acts at the other end of a page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.http import HttpRequest
from django.test import Client

from huiyin.people.appointments import appoint, end_holding
from huiyin.people.models import Account
from huiyin.web.page_access import POST_KEY, acting_of
from tests.people.conftest import FIRST_DAY, NOW, Cast
from tests.people.conftest import cast as cast


def request_of(account: Account | AnonymousUser, **session: object) -> HttpRequest:
    request = HttpRequest()
    request.user = account
    request.session = SessionStore()
    request.session.update(session)
    return request


def test_the_chosen_post_is_acted_in(cast: Cast) -> None:
    appoint(cast.lin, cast.workshop_liaison, FIRST_DAY)
    chosen = str(cast.workshop_liaison.id)
    acting = acting_of(request_of(cast.lin, **{POST_KEY: chosen}), NOW)
    actor = acting.actor if acting else None
    assert actor is not None
    assert (actor.post, actor.unit) == (cast.workshop_liaison.id, cast.workshop.id)


@pytest.mark.parametrize("chosen", ["", "no-uuid", "00000000-0000-0000-0000-000000000000"])
def test_a_choice_that_is_none_falls_back_to_the_post_held_longest(chosen: str, cast: Cast) -> None:
    acting = acting_of(request_of(cast.lin, **{POST_KEY: chosen}), NOW)
    actor = acting.actor if acting else None
    assert actor is not None
    assert actor.post == cast.registrar.id


def test_a_post_given_to_somebody_else_is_no_longer_acted_in(cast: Cast) -> None:
    second = appoint(cast.lin, cast.workshop_liaison, FIRST_DAY)
    end_holding(second, FIRST_DAY + timedelta(days=1))
    acting = acting_of(request_of(cast.lin, **{POST_KEY: str(cast.workshop_liaison.id)}), NOW)
    assert acting is not None
    assert acting.post.post == cast.registrar.id
    assert [held.post for held in acting.posts] == [cast.registrar.id]


def test_who_is_not_signed_in_or_holds_no_post_acts_as_nobody(cast: Cast) -> None:
    assert acting_of(request_of(AnonymousUser()), NOW) is None
    end_holding(cast.lin_holds, FIRST_DAY)
    assert acting_of(request_of(cast.lin), NOW) is None


def test_a_part_of_a_page_asked_for_after_signing_out_sends_the_whole_page_to_sign_in(db: None) -> None:
    answer = Client().get("/desk/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/accounts/login/")
