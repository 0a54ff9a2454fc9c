"""However the accused are written, every address of desk and REST answers them, and whoever else has no right, as if there were no case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.api.api import api
from huiyin.casework.models import Attachment, Notice
from huiyin.casework.vocabulary import File
from huiyin.desk.urls import urlpatterns as desk_addresses
from huiyin.people.models import Holding
from huiyin.people.signing_in.tokens import ACT, READ, issue_token
from tests.cast import Cast
from tests.desk.conftest import Desk
from tests.desk.test_accused import post_of
from tests.matters import Matter, begin
from tests.people.test_naming import AFTER, BEFORE, PAD
from tests.searching import examples

NOBODYS: Final = {"no": "LJ-20260302-000000", "id": str(UUID(int=0))}
"""A number and an id that nothing has."""
SPELT: Final = st.sampled_from(
    ["赵江", "趙江", "照江", "ZHAO-JIANG", "ｚｈａｏ－ｊｉａｎｇ", "zhao jiang", "赵处长", "训练处处长"]
)
CHANGING: Final = re.compile(r"[0-9A-Za-z]{64}|[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}|nonce=\S+|\d\d:\d\d")
"""Tokens against forgery, keys of forms, ids, the time of day: another one in each answer."""
LISTS: Final = ("/desk/?whose=all", "/api/v1/cases")
SEARCHED: Final = ("13800001111", "陈晓光")


@st.composite
def lines(draw: st.DrawFn) -> str:
    """赵江, written in some way, with something before and after."""
    pads = draw(st.lists(PAD, min_size=4, max_size=4))
    spelt = "".join(sign + pads[n % 4] for n, sign in enumerate(draw(SPELT)))
    return draw(BEFORE) + spelt + draw(AFTER)


@dataclass(frozen=True)
class Visitor:
    """Somebody at the desk, and a program of theirs."""

    page: Client
    program: Client

    def answers(self, method: str, address: str, sent: dict[str, Any]) -> tuple[int, str]:
        """Status and content, without what differs each time."""
        if address.startswith("/api/"):
            client, kind = self.program, {"content_type": "application/json"} if method == "post" else {}
        else:
            client, kind = self.page, {}
        answer = getattr(client, method)(address, sent, **kind)
        return answer.status_code, CHANGING.sub("*", b"".join(answer).decode(errors="replace"))


def filled(values: dict[str, str]) -> Iterator[str]:
    """Every address with a case, a document or a file in it, with these ``values``."""
    api_addresses = [item for item in api._get_urls() if isinstance(item, URLPattern)]
    for root, patterns in (("/desk/", desk_addresses), ("/api/v1/", api_addresses)):
        for pattern in patterns:
            route = str(pattern.pattern)
            if "<slug:no>" in route or "<no>" in route or route.startswith(("notices/", "documents/")):
                yield root + re.sub(r"<(?:(\w+):)?(\w+)>", lambda found: _value(values, *found.groups()), route)


def _value(values: dict[str, str], kind: str | None, name: str) -> str:
    """What stands for a part of an address: as named, else the id for what is one, else a number."""
    return values.get(name) or (values["id"] if kind == "uuid" else "1")


def told(visitor: Visitor, values: dict[str, str]) -> list[tuple[str, int, str]]:
    """What each of these addresses answers to what is fetched and to what is sent, without the number that it names."""
    return [
        (
            f"{method} {address}".replace(values["no"], "NO").replace(values["id"], "ID"),
            status,
            text.replace(values["no"], "NO"),
        )
        for address in filled(values)
        for method in ("get", "post")
        for status, text in [visitor.answers(method, address, {})]
    ]


def listed(visitor: Visitor) -> list[tuple[int, str]]:
    """What lists and searches say."""
    fetched = ("/desk/", "/desk/?whose=all", "/desk/cases/", "/desk/unfinished/", "/desk/units/")
    fetched += ("/api/v1/cases", "/api/v1/duties?mine=false", *(f"/api/v1/search?q={words}" for words in SEARCHED))
    sent = [visitor.answers("post", "/desk/cases/", {"q": words}) for words in SEARCHED]
    return [*(visitor.answers("get", address, {}) for address in fetched), *sent]


def ids_of(matter: Matter) -> list[str]:
    found = [*Notice.objects.filter(case=matter.id), *Attachment.objects.filter(case=matter.id)]
    return [str(row.id) for row in found]


@pytest.mark.hypothesis
@pytest.mark.rarely_on_postgresql
@pytest.mark.clause("art-30.3")
def test_every_address_answers_whoever_has_no_right_as_if_there_were_no_case(cast: Cast, desk: Desk) -> None:
    office = cast.lj.units.create(code="lj-inspection", name="临江纪检组")
    post_of(cast, cast.units["lj-training"], "处长", ("registrar", "intake", "handler"), "zhao-jiang", "赵江")
    post_of(cast, office, "组长", ("custodian",), "custodian", "包青天")
    visitors = {}
    for name, account in cast.accounts.items():
        issue_token(Holding.objects.get(account=account), f"hy_{name}", timezone.now(), scopes=(READ, ACT))
        visitors[name] = Visitor(desk(name), Client(headers={"Authorization": f"Bearer hy_{name}"}))
    empty = {name: [visitor.answers("get", address, {}) for address in LISTS] for name, visitor in visitors.items()}
    unlisted = listed(visitors["zhao-jiang"])
    nothing = told(visitors["zhao-jiang"], {**NOBODYS, "action": "accept", "form": "pdf"})

    @settings(max_examples=examples(2))
    @given(lines())
    def finds_nothing(line: str) -> None:
        with transaction.atomic():
            file = File("说明.txt", "路灯编号 17".encode())
            matter = begin(cast, timezone.now(), accused=(line,), files=(file,))
            for id in ids_of(matter):
                values = {"no": matter.case.number, "id": id, "action": "accept", "form": "pdf"}
                assert told(visitors["zhao-jiang"], values) == nothing, line
            without = set(visitors) - {"custodian"} if matter.case.unresolved else {"zhao-jiang", "stranger"}
            for name in sorted(without):
                assert [visitors[name].answers("get", address, {}) for address in LISTS] == empty[name], (name, line)
                for address in (f"/desk/cases/{matter.case.number}/", f"/api/v1/cases/{matter.case.number}"):
                    assert visitors[name].answers("get", address, {})[0] == 404, (name, line)
            assert listed(visitors["zhao-jiang"]) == unlisted, line
            transaction.set_rollback(True)

    finds_nothing()
