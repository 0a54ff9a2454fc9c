"""The journal of the server holds nothing that a person said."""

from __future__ import annotations

import io
import json
import logging
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from huiyin.site.journal import RequestJournal


@pytest.fixture
def lines() -> Any:
    """A function that returns what was written so far, parsed."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    configured = logging.getLogger().handlers
    formatter = next(
        h.formatter for h in configured if h.formatter and "ProcessorFormatter" in type(h.formatter).__name__
    )
    handler.setFormatter(formatter)
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_a_request_is_one_line_without_its_query_string(lines: Any) -> None:
    journal = RequestJournal(lambda request: HttpResponse(status=204))
    journal(RequestFactory().get("/search", {"q": "13800000000"}))
    entry = lines()[-1]
    assert (entry["event"], entry["verb"], entry["status"]) == ("request", "GET", 204)
    assert "13800000000" not in json.dumps(entry)


def test_a_failure_is_written_by_class_and_place_but_not_by_its_text(lines: Any) -> None:
    def refuse(request: HttpRequest) -> HttpResponse:
        raise ValueError("张三 is not a number")

    try:
        refuse(RequestFactory().post("/", {"name": "张三"}))
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error", extra={"request": "张三"})
    entry = lines()[-1]
    assert entry["failure"] == "builtins.ValueError"
    assert "refuse" in entry["places"][-1]
    assert "张三" not in json.dumps(entry, ensure_ascii=False)


@pytest.mark.django_db
def test_a_missing_page_is_written_down_without_its_query(client: Client, lines: Any) -> None:
    client.get("/no-such-page?phone=13800000000")
    assert "13800000000" not in json.dumps(lines())
    assert settings.LOGGING["root"]["level"] == "INFO"


@pytest.mark.django_db
def test_an_address_that_names_a_receipt_is_not_written_down(client: Client, lines: Any) -> None:
    client.get("/api/v1/receipts/HY-7K3M-9QRT-2WXY", headers={"X-Query-Code": "ABCDEFGH"})
    client.get("/receipts/HY-7K3M-9QRT-2WXY/nothing")
    written = json.dumps(lines())
    assert "Not Found" in written
    assert "HY-7K3M-9QRT-2WXY" not in written
