"""What the OpenAPI document promises holds for requests that nobody thought of, by every check that schemathesis has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from pytest_django.live_server_helper import LiveServer
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import from_schema
from schemathesis.engine.events import NonFatalError, ScenarioFinished

from huiyin.api.api import api
from tests.api.conftest import Caller, Cast, Handed, hand_in, make_cast

SEED = 20260302
BODIES = [
    "GET /api/v1/duties",
    "GET /api/v1/statistics/{report}",
    "POST /api/v1/submissions",
    "POST /api/v1/cases",
    "POST /api/v1/procedures/{procedure}/cases",
    "POST /api/v1/cases/{no}/actions/{action}",
    "POST /api/v1/cases/{no}/correction",
    "PUT /api/v1/cases/{no}/documents/{id}",
    "POST /api/v1/cases/{no}/documents/{id}/void",
    "POST /api/v1/cases/{no}/documents/{id}/correct",
    "POST /api/v1/cases/{no}/documents/{id}/seal",
    "POST /api/v1/cases/{no}/documents/{id}/{step}",
    "POST /api/v1/reports",
    "POST /api/v1/reports/{id}/sign",
    "POST /api/v1/reports/{id}/return",
    "POST /api/v1/reports/{id}/seal",
    "POST /api/v1/reports/{id}/note",
    "POST /api/v1/cases/{no}/identity-requests",
    "POST /api/v1/cases/{no}/confidentiality",
    "POST /api/v1/receipts/{receipt}/actions/{action}",
]
# What a schema cannot say, so that a request in its shape may still be wrong (422): what the rulebook of the organisation asks for in
# this stage, which organisations there are and who works there, the check digit of an identity number, the characters that nobody can read,
# the years that are calculated with.
WHAT_NO_SCHEMA_SAYS = ["2xx", "401", "403", "404", "409", "422", "429"]

REFUSED = ["400", "401", "403", "404", "405", "409", "413", "415", "422", "429"]
"""How what is no such request may be answered; a body of more than a megabyte is not even read."""


def settings(cast: Cast, handed: Handed, who: str, most: int) -> SchemathesisConfig:
    """A run as one member of the cast, on a case, receipt and code that exist. ``page`` and ``search``
    are left empty: only answers say good ones; ``q`` takes numbers alone."""
    accepted = {"positive_data_acceptance": {"expected-statuses": WHAT_NO_SCHEMA_SAYS}}
    described: dict[str, Any] = {
        "seed": SEED,
        "workers": 1,
        "continue-on-failure": True,
        "headers": {"Authorization": f"Bearer {cast.tokens[who]}"},
        "parameters": {
            "path.no": handed.no,
            "path.receipt": handed.receipt,
            "header.X-Query-Code": handed.code,
            "query.page": "",
            "query.q": handed.no,
            "query.search": "",
        },
        "checks": {check.__name__: {"enabled": True} for check in CHECKS.get_all()}
        | {"negative_data_rejection": {"enabled": True, "expected-statuses": REFUSED}},
        "generation": {"max-examples": most, "deterministic": True, "database": "none", "no-shrink": True},
        "operations": [{"include-name": BODIES, "checks": accepted}],
    }
    return SchemathesisConfig.from_dict(described)


def disagreements(config: SchemathesisConfig, address: str) -> list[str]:
    """What document and answers do not agree about, in all phases from examples to sequences of calls; an operation not tried is one."""
    schema = schemathesis.openapi.from_url(f"{address}/api/v1/openapi.json", config=config)
    found: list[str] = []
    untried = {item.ok().label for item in schema.get_all_operations()}
    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError):
            found.append(f"not tried: {event.label}: {event.value}")
        if isinstance(event, ScenarioFinished):
            for id, checks in event.recorder.checks.items():
                case = event.recorder.cases[id].value
                untried.discard(case.operation.label)
                found += [
                    f"{case.operation.label}: {item.name}: {item.failure_info.failure}"
                    for item in checks
                    if item.failure_info is not None
                ]
    return sorted({*found, *(f"{label}: not tried" for label in untried)})


def texts(schema: dict[str, Any], place: str, known: dict[str, Any]) -> Iterator[str]:
    """The places in ``schema`` of texts that may hold anything."""
    if name := schema.get("$ref"):
        yield from texts(known[name.rpartition("/")[2]], place, known)
    if schema.get("type") == "string" and schema.keys().isdisjoint({"enum", "const", "format", "pattern"}):
        yield place
    for one in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from texts(one, place, known)
    for name, one in schema.get("properties", {}).items():
        yield from texts(one, f"{place}.{name}", known)


def test_what_takes_any_text_is_among_the_calls_that_may_refuse_one() -> None:
    described = api.get_openapi_schema()
    free = [
        f"{label}: {place}"
        for path, calls in described["paths"].items()
        for verb, call in calls.items()
        if (label := f"{verb.upper()} {path}") not in BODIES
        for schema, name in [
            *((one["schema"], one["name"]) for one in call.get("parameters", ()) if one["in"] == "query"),
            *((one["schema"], "") for one in call.get("requestBody", {}).get("content", {}).values()),
        ]
        for place in texts(schema, name, described["components"]["schemas"])
    ]
    assert free == []


@pytest.mark.slow
@pytest.mark.any_database
@pytest.mark.django_db(transaction=True)
def test_every_call_is_answered_as_described(live_server: LiveServer) -> None:
    cast = make_cast()
    found = disagreements(settings(cast, hand_in(Caller()), "lin", most=2), live_server.url)
    assert not found, "\n".join(found)


@pytest.mark.exhaustive
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["lin", "sun", "zhou", "qin", "he"])
def test_every_call_is_answered_as_described_whoever_asks(live_server: LiveServer, who: str) -> None:
    cast = make_cast()
    found = disagreements(settings(cast, hand_in(Caller()), who, most=60), live_server.url)
    assert not found, "\n".join(found)
