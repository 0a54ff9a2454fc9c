"""The cast of the tests about the API: a bureau, the two organs above it, and who works there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from huiyin.people.appointments import appoint
from huiyin.people.models import Account, Organisation, Post, Unit
from huiyin.people.signing_in.tokens import issue_token
from tests.kept import done_once

BOOK = "national-2022"
MADE = datetime(2026, 1, 1, tzinfo=UTC)
FIRST_DAY = date(2026, 1, 1)
ROOT = "/api/v1"

TEXT = "东门巷消火栓漏水已有半月,夜里结冰,老人几次滑倒,请尽快修好。"


@dataclass
class Cast:
    """Lin registers and examines at the office, Zhou handles in the workshop, Sun heads the bureau.

    Qian handles in another unit; Qin reviews in the group above, Wu re-reviews above that; He works for strangers.
    """

    bureau: Organisation
    office: Unit
    workshop: Unit
    tokens: dict[str, str]
    accounts: dict[str, Account]


def _organisation(code: str, superior: Organisation | None = None) -> Organisation:
    return Organisation.objects.create(code=code, name=f"{code} 局", rulebook=BOOK, superior=superior, created_at=MADE)


def _unit(organisation: Organisation, code: str) -> Unit:
    return Unit.objects.create(organisation=organisation, code=code, name=f"{organisation.code} {code} 处")


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, in the transaction of the test."""
    return make_cast()


def make_cast() -> Cast:
    """Everybody, each with a token of their own."""
    return done_once("cast of the interface", _made_cast)


def _made_cast() -> Cast:
    top = _organisation("top")
    group = _organisation("group", top)
    bureau = _organisation("bureau", group)
    strangers = _organisation("strangers")
    office, workshop, garage = _unit(bureau, "office"), _unit(bureau, "workshop"), _unit(bureau, "garage")
    seats = {
        "lin": (office, "受理员", ["registrar", "intake", "discipline", "archivist", "supervisor"]),
        "sun": (office, "负责人", ["unit_head"]),
        "zhou": (workshop, "承办人", ["handler", "co_handler"]),
        "qian": (garage, "承办人", ["handler", "co_handler"]),
        "qin": (_unit(group, "office"), "复查员", ["reviewer", "registrar", "intake"]),
        "wu": (_unit(top, "office"), "复核员", ["rereviewer", "registrar", "intake"]),
        "he": (_unit(strangers, "office"), "受理员", ["registrar", "intake"]),
    }
    tokens, accounts = {}, {}
    for name, (unit, title, roles) in seats.items():
        post = Post.objects.create(organisation=unit.organisation, unit=unit, title=title, roles=roles)
        accounts[name] = Account.objects.create_user(name, display_name=name.title())
        tokens[name] = f"hy_{name}"
        issue_token(appoint(accounts[name], post, FIRST_DAY), tokens[name], MADE)
    return Cast(bureau, office, workshop, tokens, accounts)


class Caller:
    """Sends JSON to the API, as somebody or as nobody."""

    def __init__(self, token: str = "", client: Client | None = None) -> None:
        self.client = client or Client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
        return self.client.get(ROOT + path, headers={**self.headers, **(headers or {})})

    def post(self, path: str, body: Any, headers: Mapping[str, str] | None = None) -> HttpResponse:
        content = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(
            ROOT + path, content, content_type="application/json", headers={**self.headers, **(headers or {})}
        )


@pytest.fixture
def anyone(cast: Cast) -> Caller:
    """Somebody without an account."""
    return Caller()


@pytest.fixture
def lin(cast: Cast) -> Caller:
    return Caller(cast.tokens["lin"])


@pytest.fixture
def zhou(cast: Cast) -> Caller:
    return Caller(cast.tokens["zhou"])


@pytest.fixture
def sun(cast: Cast) -> Caller:
    return Caller(cast.tokens["sun"])


@pytest.fixture
def qin(cast: Cast) -> Caller:
    return Caller(cast.tokens["qin"])


def petition(**changes: Any) -> dict[str, Any]:
    """A petition that is accepted as it is."""
    return {
        "organisation": "bureau",
        "channel": "web",
        "title": "消火栓漏水",
        "text": TEXT,
        "petitioners": [{"name": "林一", "phone": "13800000001", "address": "东门巷 1 号"}],
        **changes,
    }


@dataclass
class Handed:
    """A petition that was handed in."""

    receipt: str
    code: str
    no: str

    @property
    def path(self) -> str:
        return f"/receipts/{self.receipt}"

    @property
    def case(self) -> str:
        return f"/cases/{self.no}"

    @property
    def key(self) -> dict[str, str]:
        return {"X-Query-Code": self.code}


def hand_in(caller: Caller, **changes: Any) -> Handed:
    """Hand in a petition and keep what one leaves with."""
    answer = caller.post("/submissions", petition(**changes))
    assert answer.status_code == 201, answer.content.decode()
    told = answer.json()
    return Handed(told["receipt"], told["code"], told["no"])


@pytest.fixture
def handed(anyone: Caller) -> Handed:
    return done_once("handed in", lambda: hand_in(anyone))


def take(caller: Caller, no: str, action: str, **fields: Any) -> dict[str, Any]:
    """Take an action that must succeed; the new state."""
    answer = caller.post(f"/cases/{no}/actions/{action}", {"fields": fields})
    assert answer.status_code == 200, answer.content.decode()
    told: dict[str, Any] = answer.json()
    return told


def problem(answer: HttpResponse, status: int) -> dict[str, Any]:
    """The problem document of an answer that must be one, with this status."""
    assert answer.status_code == status, (answer.status_code, answer.content.decode())
    assert answer.headers["Content-Type"] == "application/problem+json"
    told: dict[str, Any] = json.loads(answer.content)
    assert told["status"] == status
    assert told["type"].startswith("urn:problem-type:huiyin:")
    assert told["title"]
    return told


def fields_of(told: Mapping[str, Any]) -> set[str]:
    """The fields that a problem document names."""
    return {item["field"] for item in told.get("errors", ())}
