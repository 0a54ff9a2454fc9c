"""The cast of all tests about cases, each signed in at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.cast import Cast, make_cast
from tests.matters import Matter, begin

Desk = Callable[[str], Client]


@pytest.fixture
def cast(request: pytest.FixtureRequest, db: None) -> Cast:
    return make_cast(*([request.param] if hasattr(request, "param") else []))


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """Signs a member of the cast in."""

    def sign_in(name: str) -> Client:
        client = Client()
        client.force_login(cast.accounts[name], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """A matter that came in two days ago."""
    return begin(cast, timezone.now() - timedelta(days=2))


def shows_end_of_number(page: str, digits: str) -> bool:
    """Whether ``page`` shows the end of a covered number, 138****1111; the same digits may stand in a hash or a token."""
    return re.search(rf"(?<![0-9A-Za-z]){digits}(?![0-9A-Za-z])", page) is not None


def html(response: HttpResponse) -> str:
    """The page, however its template is laid out: one space between attributes, none between tags, none for a new line."""
    tight = re.sub(
        r"</?[a-z][^<>]*>", lambda tag: " ".join(tag[0].split()).replace(" >", ">"), response.content.decode()
    )
    return re.sub(r">\s+<", "><", re.sub(r"\n[ \t]+", " ", tight))


def hidden(response: HttpResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html(response))
    assert found, name
    return found[1]


def page_of(matter: Matter) -> str:
    return f"/desk/cases/{matter.case.number}/"


def form_of(matter: Matter, action: str) -> str:
    return f"{page_of(matter)}actions/{action}/"
