"""However the accused are written, every address of desk and REST answers them, and whoever else has no right, as if there were no case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from typing import Any, Final
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huiyin.casework.models import Attachment, Duty, Notice, Submission
from huiyin.casework.vocabulary import File
from huiyin.people.checks import forbidden_characters
from huiyin.people.models import Holding
from huiyin.people.signing_in.tokens import ACT, READ, issue_token
from huiyin.rule_store.store import load
from tests.cast import Cast
from tests.desk.conftest import Desk
from tests.desk.test_accused import post_of
from tests.matters import Matter, begin
from tests.people.test_naming import AFTER, BEFORE, PAD
from tests.searching import examples

NOBODYS: Final = {"no": "LJ-20260302-000000", "id": str(UUID(int=0))}
"""A number and an id that nothing has."""
SPELT: Final = st.sampled_from(
    ["赵江", "趙江", "照江", "ZHAO-JIANG", "jiang zhao", "赵处长", "训练处处长", "老赵", "赵某江", "江处", "赵jiang"]
)
CHANGING: Final = re.compile(
    r"[0-9A-Za-z]{64}|[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?:-[0-9a-f]{16})?|nonce=\S+|\d\d:\d\d(?::\d\d)?"
)
"""Tokens against forgery, keys of forms, ids, the time of day: another one in each answer."""
LISTS: Final = ("/desk/?whose=all", "/api/v1/cases")
SEARCHED: Final = ("13800001111", "陈晓光")
PART: Final = re.compile(r"<(?:(\w+):)?(\w+)>")
NO_CASES: Final = ("accounts/", "account/", "desk/tokens/", "i18n/")
"""One's own account, which signs out whoever cannot show once more who they are, as nobody can here: nothing of a case is there."""
ABOUT: Final = ((), ("notices/", "/documents/"), ("attachments/", "/files/"), ("duties/", "service/"), ("receipts/",))
"""What of a case an address is about, in the order of ``ids_of``."""
OTHER_THINGS: Final = (
    "office/",
    "desk/policies/",
    "desk/ready/",
    "desk/rota/",
    "desk/rules/",
    "desk/old-register/",
)
"""Where ids are of people, texts, stores and shifts, never of something of a case: one is tried."""


@st.composite
def lines(draw: st.DrawFn) -> str:
    """赵江, written in some way that a form takes, with something before and after."""
    pads = draw(st.lists(PAD, min_size=4, max_size=4))
    spelt = "".join(sign + pads[n % 4] for n, sign in enumerate(draw(SPELT)))
    line = draw(BEFORE) + spelt + draw(AFTER)
    assume(not forbidden_characters("accused", line))
    return line


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


@dataclass(frozen=True)
class Route:
    """An address of the installation as its table says it: ``<no>`` a number of a case, ``<uuid:id>`` an id."""

    written: str

    @property
    def parts(self) -> list[tuple[str, str]]:
        """What stands in it for something, each with its kind."""
        return [(kind, name) for kind, name in PART.findall(self.written)]

    @property
    def names_a_case(self) -> bool:
        """Whether it has the number of a case, or an id that may be of something of one."""
        return any(name == "no" or kind == "uuid" for kind, name in self.parts)

    @property
    def takes_its_ids(self) -> bool:
        """Whether an id in it may be of something of a case: every such id is tried."""
        return self.names_a_case and not self.written.startswith(OTHER_THINGS)

    def filled(self, values: dict[str, str]) -> str:
        """The address: each part as named in ``values``, else the id for what is one, else a number."""
        return "/" + PART.sub(lambda found: values.get(found[2]) or self._usual(values, found[1]), self.written)

    def _usual(self, values: dict[str, str], kind: str) -> str:
        return values["id"] if kind == "uuid" else "1"


def routes(under: Any = None, before: str = "") -> Iterator[Route]:
    """Every address that there is, from the table that the server itself asks: a new one is among them by itself."""
    for item in (under or get_resolver()).url_patterns:
        written = before + str(item.pattern)
        if written.startswith(NO_CASES):
            continue
        if isinstance(item, URLResolver):
            yield from routes(item, written)
        else:
            yield Route(written)


def fitting(route: Route, ids: Sequence[str]) -> str:
    """The id of what the address is about; the case's own where it is about something else."""
    return next(
        (ids[n] for n, words in enumerate(ABOUT) if n < len(ids) and any(word in route.written for word in words)),
        ids[0],
    )


def answers_of(
    visitor: Visitor, values: dict[str, str], ids: Sequence[str], *, every: bool
) -> Iterator[tuple[str, int, str]]:
    """What each address with a case, or something of one, answers to what is fetched and to what is sent, without what it names: with the
    id that fits, or with ``every`` one.
    """
    for route in routes():
        if not route.names_a_case:
            continue
        for id in ids if route.takes_its_ids and every else [fitting(route, ids)]:
            address = route.filled({**values, "id": id})
            for method in ("get", "post"):
                status, text = visitor.answers(method, address, {})
                yield f"{method} {route.written}", status, text.replace(values["no"], "NO").replace(id, "ID")


def listed(visitor: Visitor) -> list[tuple[str, int, str]]:
    """What every address says that names nothing: lists, figures, calendars, files; and what searches do."""
    fetched = [route.filled({}) for route in routes() if not route.parts]
    fetched += [
        "/desk/?whose=all",
        "/desk/calendar/?whose=all",
        "/api/v1/duties?mine=false",
        "/desk/cases/?sort=oldest",
    ]
    fetched += [f"/desk/statistics/{name}/" for name in load("national-2022").book.procedures["matter"].indicators]
    sent = [(path, {"q": words}) for path in ("/desk/cases/", "/desk/find/") for words in SEARCHED]
    return [
        *((address, *visitor.answers("get", address, {})) for address in fetched),
        *((f"{path} {data}", *visitor.answers("post", path, data)) for path, data in sent),
    ]


def differing(found: tuple[str, int, str], expected: tuple[str, int, str]) -> str:
    """Which address answers otherwise, and the first lines that differ."""
    lines = unified_diff(expected[2].splitlines(), found[2].splitlines(), lineterm="", n=0)
    return "\n".join([f"{found[0]}: {found[1]}, not {expected[1]}", *islice(lines, 12)])


def ids_of(matter: Matter) -> list[str]:
    """Of everything of a case that an address may name; its own first."""
    found = [matter.id]
    for model in (Notice, Attachment, Duty, Submission):
        found += model._default_manager.filter(case=matter.id).values_list("id", flat=True)[:1] or [matter.id]
    return [*map(str, found)]


@pytest.fixture
def visitors(cast: Cast, desk: Desk) -> dict[str, Visitor]:
    """The cast, 赵江 who heads the training department, and who has custody."""
    office = cast.lj.units.create(code="lj-inspection", name="临江纪检组")
    post_of(cast, cast.units["lj-training"], "处长", ("registrar", "intake", "handler"), "zhao-jiang", "赵江")
    post_of(cast, office, "组长", ("custodian",), "custodian", "包青天")
    found = {}
    for name, account in cast.accounts.items():
        issue_token(Holding.objects.get(account=account), f"hy_{name}", timezone.now(), scopes=(READ, ACT))
        found[name] = Visitor(desk(name), Client(headers={"Authorization": f"Bearer hy_{name}"}))
    return found


def accusing(cast: Cast, line: str) -> Matter:
    return begin(cast, timezone.now(), accused=(line,), files=(File("说明.txt", "路灯编号 17".encode()),))


def test_the_table_of_addresses_has_those_that_are_asked_below() -> None:
    found = [route for route in routes() if route.names_a_case]
    for written in ("desk/cases/<slug:no>/", "desk/incidents/<slug:no>/", "desk/archive/files/<slug:no>/"):
        assert written in {route.written for route in found}
    assert any(route.written.startswith("api/v1/cases/") for route in found)
    assert len(found) > 120


@pytest.mark.slow
@pytest.mark.any_database
@pytest.mark.clause("art-30.3")
@pytest.mark.parametrize(
    ("line", "name", "every"),
    [
        ("临江训练处赵江", "zhao-jiang", False),
        pytest.param("临江训练处赵江", "zhao-jiang", True, marks=pytest.mark.exhaustive),
        pytest.param("赵处长", "handler", True, marks=pytest.mark.exhaustive),
    ],
)
def test_every_address_answers_whoever_has_no_right_as_if_there_were_no_case(
    line: str, name: str, every: bool, cast: Cast, visitors: dict[str, Visitor]
) -> None:
    visitor, usual = visitors[name], {"action": "accept", "form": "pdf"}
    unlisted = listed(visitor)
    matter = accusing(cast, line)
    ids = ids_of(matter)
    # One after the other: what a page has to say of a step is said on the next.
    nothing = [*answers_of(visitor, {"no": NOBODYS["no"], **usual}, [NOBODYS["id"]] * len(ids), every=every)]
    for found, expected in zip(
        answers_of(visitor, {"no": matter.case.number, **usual}, ids, every=every), nothing, strict=True
    ):
        assert found == expected, differing(found, expected)
    for found_list, expected_list in zip(listed(visitor), unlisted, strict=True):
        assert found_list == expected_list, differing(found_list, expected_list)
    assert visitor.answers("get", "/desk/", {})[0] == 200  # still signed in, so that something was asked


@pytest.mark.hypothesis
@pytest.mark.any_database
@pytest.mark.clause("art-30.3")
def test_however_somebody_is_written_they_are_told_nothing(cast: Cast, visitors: dict[str, Visitor]) -> None:
    empty = {name: [visitor.answers("get", address, {}) for address in LISTS] for name, visitor in visitors.items()}

    @settings(max_examples=examples(3))
    @given(lines())
    def finds_nothing(line: str) -> None:
        with transaction.atomic():
            matter = accusing(cast, line)
            without = set(visitors) - {"custodian"} if matter.case.unresolved else {"zhao-jiang", "stranger"}
            for name in sorted(without):
                assert [visitors[name].answers("get", address, {}) for address in LISTS] == empty[name], (name, line)
                for address in (f"/desk/cases/{matter.case.number}/", f"/api/v1/cases/{matter.case.number}"):
                    assert visitors[name].answers("get", address, {})[0] == 404, (name, line)
            transaction.set_rollback(True)

    finds_nothing()
