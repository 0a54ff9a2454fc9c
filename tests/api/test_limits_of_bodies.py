"""What is too long, too many or too deep is refused before anything else is done with it; large files come beside the JSON."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from huiyin.casework.models import Attachment, Submission
from huiyin.casework.sealed.attachments import read_file
from tests.api.conftest import ROOT, Caller, fields_of, petition, problem

LIGATURE = "\ufdfa"
"""One character that becomes eighteen in its normal form."""
MEGABYTE = 1024 * 1024


def seconds(began: float) -> float:
    return time.process_time() - began


def form(caller: Caller, path: str, body: Any, **parts: Any) -> HttpResponse:
    """Sends a form whose part ``json`` is ``body``."""
    return caller.client.post(ROOT + path, {"json": json.dumps(body), **parts}, headers=caller.headers)


def test_a_body_of_nothing_but_unknown_keys_is_refused_at_once_and_with_few_words(anyone: Caller) -> None:
    problem(anyone.post("/submissions", {}), 422)  # what is read once at first is not what is measured
    body = petition() | {f"k{number}": number for number in range(40_000)}
    began = time.process_time()
    answer = anyone.post("/submissions", json.dumps(body).encode())
    assert problem(answer, 422)["errors"][0]["code"] == "too-many-items"
    assert len(answer.content) < 2000
    assert seconds(began) < 1


def test_no_answer_lists_more_than_twenty_errors_or_repeats_a_long_name(anyone: Caller) -> None:
    answer = anyone.post("/submissions", petition() | {f"k{number}" * 50: number for number in range(500)})
    assert len(problem(answer, 422)["errors"]) == 20
    assert len(answer.content) < 20_000


@pytest.mark.parametrize("within", ["[", '{"a":'])
def test_a_body_too_deep_is_not_read(anyone: Caller, within: str) -> None:
    problem(anyone.post("/submissions", (within * 100_000).encode()), 400)


def test_signs_within_texts_are_not_counted(anyone: Caller) -> None:
    answer = anyone.post("/submissions", petition(text='他说："[{,:' * 2000))
    assert answer.status_code == 201


def test_a_text_that_nobody_closes_is_refused_at_once(anyone: Caller) -> None:
    began = time.process_time()
    problem(anyone.post("/submissions", b'{"text": "' + rb"\"" * 300_000), 400)
    assert seconds(began) < 1


@pytest.mark.parametrize("field", ["phone", "id_number", "email", "name"])
def test_the_length_of_a_number_is_checked_before_it_is_brought_into_its_normal_form(
    anyone: Caller, field: str
) -> None:
    person = {"name": "林一"} | {field: LIGATURE * (300 * 1024)}
    body = json.dumps(petition(petitioners=[person]), ensure_ascii=False).encode()
    began = time.process_time()
    told = problem(anyone.post("/submissions", body), 422)
    assert fields_of(told) == {f"petitioners.0.{field}"}
    assert seconds(began) < 1


def test_a_body_of_more_than_a_megabyte_is_refused(anyone: Caller) -> None:
    problem(anyone.post("/submissions", petition(text="x" * MEGABYTE)), 413)


def test_files_may_come_beside_the_json(anyone: Caller) -> None:
    content = b"\xef\xbb\xbf" + b"x" * (3 * MEGABYTE)
    answer = form(anyone, "/submissions", petition(), attachments=SimpleUploadedFile("note.txt", content))
    assert answer.status_code == 201, answer.content
    assert read_file(Attachment.objects.get()).content == content


def test_a_form_sent_twice_with_one_key_is_one_petition(anyone: Caller) -> None:
    anyone.headers = {"Idempotency-Key": "1fdcb6f5-8ef8-4ed8-a3a9-64db8bb1ef1c"}
    answers = [
        form(anyone, "/submissions", petition(), attachments=SimpleUploadedFile("note.txt", b"x" * 300_000))
        for _ in range(2)
    ]
    assert len({answer.json()["receipt"] for answer in answers}) == 1
    assert Submission.objects.count() == 1


def test_a_file_over_the_limit_is_refused_by_its_place(anyone: Caller) -> None:
    large = SimpleUploadedFile("a.txt", b"x" * (20 * MEGABYTE + 1))
    told = problem(form(anyone, "/submissions", petition(), attachments=large), 422)
    assert fields_of(told) == {"attachments.0"}
    assert not Submission.objects.exists()


def test_a_form_is_no_way_in_where_no_files_are_taken(lin: Caller) -> None:
    problem(form(lin, "/cases/2026-1/petitioners", {}), 415)


def test_the_json_of_a_form_is_held_to_the_same_limits(anyone: Caller) -> None:
    problem(form(anyone, "/submissions", petition(text="x" * MEGABYTE)), 413)
    problem(form(anyone, "/submissions", petition() | {f"k{number}": 1 for number in range(10_000)}), 422)
