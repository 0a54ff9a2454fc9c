"""The cast of all tests about cases, seen from the public pages."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.cast import DAY, Cast, make_cast
from tests.matters import Matter, begin

FORM = "/submit/lj/"
PETITION = {
    "text": "江边里三号楼的消火栓没有水，请来看看。",
    "title": "消火栓没有水",
    "headcount": "1",
    "p0-kind": "person",
    "p0-name": "方小满",
    "p0-phone": "13800001234",
    "p0-address": "临江市示范区柳荫巷6号",
    "_key": "a-key-of-this-form",
}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """A matter that came in ten days ago."""
    return begin(cast, timezone.now() - 10 * DAY)


@pytest.fixture
def anyone() -> Client:
    """Somebody without an account."""
    return Client()


def html(response: HttpResponse) -> str:
    return response.content.decode()


def hidden(response: HttpResponse, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html(response))
    assert found, name
    return found[1]


def open_matter(client: Client, matter: Matter) -> HttpResponse:
    """The page of the matter, as its receipt and code open it."""
    pair = {"receipt": matter.registered.receipt, "code": matter.registered.code}
    response = client.post("/track/", pair, follow=True)
    assert response.redirect_chain == [("/track/matter/", 302)]
    return response
