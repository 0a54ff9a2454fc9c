"""What the OpenAPI document promises holds for requests that nobody thought of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case as Call
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.conftest import Cast, Handed
from tests.searching import examples

PROMISES = [not_a_server_error, content_type_conformance, response_schema_conformance, status_code_conformance]
EXAMPLES = 20


@pytest.fixture
def described(handed: Handed) -> Iterator[schemathesis.BaseSchema]:
    """The interface as it describes itself, in this process and on this test's connection, which requests must not close."""
    # After every fixture that used Django's test client: it puts the receiver back when it is done.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.hypothesis
def test_every_call_is_answered_as_described(described: schemathesis.BaseSchema, cast: Cast, handed: Handed) -> None:
    """Whatever is sent in the shapes of the schema or not, to things that exist and to others."""
    headers = {"Authorization": f"Bearer {cast.tokens['lin']}", "X-Query-Code": handed.code}

    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=examples(EXAMPLES),
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(call=st.one_of(*(operation.as_strategy(mode) for mode in GenerationMode)), exists=st.booleans())
        def send(call: Call, exists: bool) -> None:
            if exists:
                known = {"no": handed.no, "receipt": handed.receipt}
                call.path_parameters.update({name: known[name] for name in known if name in call.path_parameters})
            call.call_and_validate(headers=headers, checks=PROMISES)

        send()
