"""Bad input: each gets a problem document that names the field and the remedy, and nothing is half-written."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from huiyin.casework.models import Attachment, Case, Submission, Text
from huiyin.ledger.models import Row
from huiyin.people.models import Petitioner
from tests.api.conftest import ROOT, Caller, Cast, Handed, fields_of, petition, problem

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def nothing_written() -> bool:
    """Whether the database knows nothing of any petition."""
    return not any(model.objects.exists() for model in (Case, Submission, Text, Row, Petitioner, Attachment))


def file(name: str, content: bytes) -> dict[str, str]:
    return {"name": name, "content": base64.b64encode(content).decode()}


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("no text", {"text": ""}, "text"),
    ("blank text", {"text": " \n\t "}, "text"),
    ("text over the limit", {"text": "水" * 20_001}, "text"),
    ("zero-width character", {"text": "漏\u200b水"}, "text"),
    ("bidirectional control", {"text": "漏\u202e水"}, "text"),
    ("control character", {"text": "漏\x07水"}, "text"),
    ("NUL", {"text": "漏\x00水"}, "text"),
    ("NUL elsewhere", {"channel": "we\x00b"}, "channel"),
    ("half a surrogate pair", {"organisation": "\ud800"}, "organisation"),
    ("text that is a number", {"text": 7}, "text"),
    ("title over the limit", {"title": "水" * 101}, "title"),
    ("headcount 0", {"headcount": 0}, "headcount"),
    ("negative headcount", {"headcount": -3}, "headcount"),
    ("absurd headcount", {"headcount": 10**30}, "headcount"),
    ("headcount in words", {"headcount": "三"}, "headcount"),
    ("headcount with a fraction", {"headcount": 1.5}, "headcount"),
    ("fewer heads than petitioners", {"headcount": 1, "petitioners": [{"name": "林一"}, {"name": "林二"}]}, "headcount"),
    ("unknown organisation", {"organisation": "nowhere"}, "organisation"),
    ("unknown channel", {"channel": "pigeon"}, "channel"),
    ("nobody", {"petitioners": []}, "petitioners"),
    ("too many representatives", {"petitioners": [{"name": f"林{n}"} for n in range(6)]}, "petitioners"),
    ("no name", {"petitioners": [{"phone": "13800000001"}]}, "petitioners.0.name"),
    ("identity number with a wrong check digit", {"petitioners": [{"name": "林一", "id_number": "11010519491231002Y"}]}, "petitioners.0.id_number"),
    ("identity number with a wrong sum", {"petitioners": [{"name": "林一", "id_number": "110105194912310021"}]}, "petitioners.0.id_number"),
    ("identity number of no day", {"petitioners": [{"name": "林一", "id_number": "110105194902300021"}]}, "petitioners.0.id_number"),
    ("phone of letters", {"petitioners": [{"name": "林一", "phone": "abc"}]}, "petitioners.0.phone"),
    ("kind that does not exist", {"petitioners": [{"name": "林一", "kind": "ghost"}]}, "petitioners.0.kind"),
    ("unknown key", {"priority": "high"}, "priority"),
    ("unknown key of a petitioner", {"petitioners": [{"name": "林一", "score": 3}]}, "petitioners.0.score"),
    ("attachment of a forbidden type", {"attachments": [file("tool.exe", b"MZ\x90\x00")]}, "attachments.0"),
    ("attachment with a lying extension", {"attachments": [file("letter.pdf", PNG)]}, "attachments.0"),
    ("empty attachment", {"attachments": [file("letter.txt", b"")]}, "attachments.0"),
    ("attachment with a path", {"attachments": [file("../../etc/passwd.txt", b"x")]}, "attachments.0.name"),
    ("attachment without base64", {"attachments": [{"name": "a.txt", "content": "%%%"}]}, "attachments.0.content"),
    ("too many attachments", {"attachments": [file(f"{n}.txt", b"x") for n in range(11)]}, "attachments"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_bad_petition_is_refused_by_field_and_leaves_no_trace(
    anyone: Caller, changes: dict[str, Any], field: str
) -> None:
    told = problem(anyone.post("/submissions", petition(**changes)), 422)
    assert field in fields_of(told)
    assert all(item["message"] for item in told["errors"])
    assert nothing_written()


def test_all_errors_are_told_at_once(anyone: Caller) -> None:
    told = problem(anyone.post("/submissions", petition(text="", headcount=0, channel="pigeon")), 422)
    assert fields_of(told) >= {"text", "headcount", "channel"}


def test_no_problem_repeats_what_was_written(anyone: Caller) -> None:
    secret = {"name": "林一", "phone": "13800000001999", "id_number": "110105194912310021"}
    answer = anyone.post("/submissions", petition(petitioners=[secret]))
    problem(answer, 422)
    assert not any(value in answer.content.decode() for value in secret.values())


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[1,", b"\xff\xfe", b"NaN", b'{"text": NaN}', b"[" * 100_000, b'{"headcount": ' + b"9" * 5000 + b"}"],
    ids=["empty", "open", "list", "no UTF-8", "constant", "constant inside", "deep", "digits without end"],
)
def test_malformed_json_is_a_bad_request(anyone: Caller, body: bytes) -> None:
    problem(anyone.post("/submissions", body), 400)


@pytest.mark.parametrize("body", [b"null", b"7", b'"text"', b"[]", b"{}"])
def test_json_of_another_shape_cannot_be_processed(anyone: Caller, body: bytes) -> None:
    problem(anyone.post("/submissions", body), 422)


def test_another_media_type_is_refused(anyone: Caller) -> None:
    answer = anyone.client.post(ROOT + "/submissions", "text=1", content_type="application/x-www-form-urlencoded")
    problem(answer, 415)


def test_a_body_too_large_is_refused(anyone: Caller) -> None:
    problem(anyone.post("/submissions", b" " * (1024 * 1024 + 1)), 413)


def test_an_unknown_address_and_an_unknown_method_are_problems(anyone: Caller) -> None:
    problem(anyone.get("/nothing"), 404)
    problem(anyone.get("/cases/BUREAU-20260302-000001/documents/a%0Ab"), 404)
    problem(anyone.get("/receipts/HY-2222-2222-2222/"), 404)
    answer = anyone.client.delete(ROOT + "/submissions")
    assert problem(answer, 405)["detail"]
    assert answer.headers["Allow"] == "POST"


def test_a_letter_of_tomorrow_cannot_be_registered(lin: Caller) -> None:
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    body = petition(channel="letter", received_at=tomorrow)
    assert fields_of(problem(lin.post("/cases", body), 422)) == {"received_at"}
    assert nothing_written()


@pytest.mark.parametrize("moment", ["2026-03-02", "2026-03-02T09:30:00", "yesterday", 1772415000, "1772415000"])
def test_a_moment_without_offset_is_refused(lin: Caller, moment: object) -> None:
    answer = lin.post("/cases", petition(channel="letter", received_at=moment))
    assert fields_of(problem(answer, 422)) == {"received_at"}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, {"kind", "route"}),
        ({"kind": "ghost", "route": "书面答复"}, {"kind"}),
        ({"kind": "claim", "route": "水" * 2001}, {"route"}),
        ({"kind": "claim", "route": "书面答\u200b复"}, {"route"}),
        ({"kind": "claim", "route": 7}, {"route"}),
        ({"kind": "claim", "route": "书面答复", "priority": 1}, {"priority"}),
        ({"kind": ["claim"], "route": "书面答复"}, {"kind"}),
    ],
)
def test_a_step_filled_in_wrongly_is_refused_by_field(
    handed: Handed, lin: Caller, fields: dict[str, Any], named: set[str]
) -> None:
    before = Row.objects.count()
    told = problem(lin.post(handed.case + "/actions/accept", {"fields": fields}), 422)
    assert fields_of(told) == named
    assert Row.objects.count() == before


def test_a_date_of_the_wrong_side_is_refused(handed: Handed, lin: Caller) -> None:
    lin.post(handed.case + "/actions/accept", {"fields": {"kind": "claim", "route": "书面答复"}})
    for wrong in ("2020-01-01", "2999-01-01", "2026-02-30", "soon"):
        answer = lin.post(handed.case + "/actions/assign", {"fields": {"unit": "workshop", "due_date": wrong}})
        assert fields_of(problem(answer, 422)) == {"due_date"}


def test_a_unit_or_person_that_does_not_exist_is_refused(handed: Handed, lin: Caller) -> None:
    lin.post(handed.case + "/actions/accept", {"fields": {"kind": "claim", "route": "书面答复"}})
    answer = lin.post(handed.case + "/actions/assign", {"fields": {"unit": "moon", "handler": "nobody"}})
    assert fields_of(problem(answer, 422)) == {"unit", "handler"}


def test_an_action_that_does_not_exist_is_not_found(handed: Handed, lin: Caller) -> None:
    problem(lin.post(handed.case + "/actions/fly", {"fields": {}}), 404)


@pytest.mark.parametrize("query", ["overdue=perhaps", "page=7", "page=%00", "q=%00", "stage=%00", "unit=" + "x" * 300])
def test_a_bad_query_is_refused(lin: Caller, query: str) -> None:
    problem(lin.get(f"/cases?{query}"), 422)


def test_staff_addresses_are_closed_to_strangers(anyone: Caller) -> None:
    for path in (
        "/cases",
        "/duties",
        "/search?q=x",
        "/cases/X-1",
        "/documents/00000000-0000-0000-0000-000000000000.html",
    ):
        answer = anyone.get(path)
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    problem(Caller("hy_nobody").get("/cases"), 401)
    problem(anyone.get("/cases", {"Authorization": "Basic bGluOng="}), 401)


def test_a_session_cannot_be_used_from_another_site(handed: Handed, cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.accounts["lin"], "django.contrib.auth.backends.ModelBackend")
    by_session = Caller(client=client)
    assert by_session.get(handed.case).status_code == 200
    body = {"fields": {"kind": "claim", "route": "书面答复"}}
    problem(by_session.post(handed.case + "/actions/accept", body), 403)
    client.cookies["csrftoken"] = "a" * 32
    assert by_session.post(handed.case + "/actions/accept", body, {"X-CSRFToken": "a" * 32}).status_code == 200


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_at_the_end_of_time_is_refused_or_answered(lin: Caller, moment: str) -> None:
    assert lin.get(f"/duties?due_before={moment}").status_code in (200, 422)
    plain = moment.replace("%2B", "+")
    problem(lin.post("/cases", petition(channel="letter", received_at=plain)), 422)
    page = base64.urlsafe_b64encode(json.dumps([plain, "00" * 16]).encode()).decode()
    assert lin.get(f"/cases?page={page}").status_code in (200, 422)
