"""More petitions than anybody writes wait, whoever else writes gets in, and nothing typed is lost."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from huiyin import worker
from huiyin.casework.models import CountedArrival, Submission
from tests.cast import Cast
from tests.portal.conftest import FORM, PETITION, html

HERE, THERE = "203.0.113.9", "198.51.100.7"


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.HUIYIN_SUBMISSIONS_PER_ADDRESS, settings.HUIYIN_SUBMISSIONS_PER_ORGANISATION = 4, 6


def sent(address: str, organisation: str = "lj") -> HttpResponse:
    form = PETITION | {"_key": uuid4().hex}
    return Client(REMOTE_ADDR=address).post(FORM.replace("lj", organisation), form)


def by_program(address: str) -> HttpResponse:
    body = {"organisation": "lj", "text": "路灯不亮。", "petitioners": [{"name": "方小满"}]}
    return Client(REMOTE_ADDR=address).post("/api/v1/submissions", body, content_type="application/json")


def test_beyond_the_measure_of_a_sender_the_form_comes_back_and_says_when(cast: Cast) -> None:
    for _ in range(4):
        assert sent(HERE).status_code == HTTPStatus.FOUND
    late = sent(HERE)
    assert late.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert PETITION["text"] in html(late)
    assert PETITION["p0-name"] in html(late)
    assert "以后再点提交" in html(late)
    assert Submission.objects.count() == 4
    assert sent(THERE).status_code == HTTPStatus.FOUND


def test_programs_are_told_when_to_come_again(cast: Cast) -> None:
    for _ in range(4):
        assert by_program(HERE).status_code == 201
    late = by_program(HERE)
    assert late.status_code == 429
    assert late.json()["type"].endswith("too-many-petitions")
    assert 3500 < int(late.headers["Retry-After"]) <= 3600


def test_addresses_of_one_network_are_one_sender(cast: Cast) -> None:
    answers = [sent(f"2001:db8:0:7::{number}").status_code for number in range(1, 6)]
    assert answers == [HTTPStatus.FOUND] * 4 + [HTTPStatus.TOO_MANY_REQUESTS]


def test_a_flood_from_many_addresses_keeps_nobody_out_who_writes_once(cast: Cast) -> None:
    for number in range(6):
        assert sent(f"203.0.113.{number}").status_code == HTTPStatus.FOUND
    answers = [sent(THERE).status_code for _ in range(4)]
    assert answers == [HTTPStatus.FOUND] * 3 + [HTTPStatus.TOO_MANY_REQUESTS]
    assert sent("192.0.2.1").status_code == HTTPStatus.FOUND


def test_what_was_wrong_with_a_form_does_not_count(cast: Cast) -> None:
    for _ in range(6):
        assert Client(REMOTE_ADDR=HERE).post(FORM, PETITION | {"text": ""}).status_code == 422
    assert sent(HERE).status_code == HTTPStatus.FOUND


def test_after_an_hour_the_next_is_taken_and_a_worker_forgets_the_arrivals(cast: Cast) -> None:
    for _ in range(4):
        sent(HERE)
    CountedArrival.objects.update(at=timezone.now() - timedelta(hours=1))
    assert sent(HERE).status_code == HTTPStatus.FOUND
    for chore in worker.chores():
        if chore.name == "arrivals":
            assert chore.task(timezone.now()) == 8
    assert CountedArrival.objects.count() == 2


def test_no_address_is_kept(cast: Cast) -> None:
    sent(HERE)
    kept = b"".join(bytes(row.digest) for row in CountedArrival.objects.all())
    assert HERE.encode() not in kept
    assert len(kept) == 64


def test_without_limits_everything_is_taken(cast: Cast, settings: Any) -> None:
    settings.HUIYIN_SUBMISSIONS_PER_ADDRESS, settings.HUIYIN_SUBMISSIONS_PER_ORGANISATION = 0, 0
    assert {sent(HERE).status_code for _ in range(8)} == {HTTPStatus.FOUND}
