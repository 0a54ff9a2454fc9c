"""Who asks for an empty answer (RFC 7240) gets one, and the action is taken all the same."""

from __future__ import annotations

import pytest

from huiyin.casework.models import Case
from tests.api.conftest import Caller, Handed

pytestmark = pytest.mark.django_db


def test_a_petitioner_who_prefers_a_minimal_answer_gets_none_and_the_action_is_taken(
    anyone: Caller, handed: Handed
) -> None:
    before = Case.objects.get(number=handed.no).seq
    answer = anyone.post(
        f"{handed.path}/actions/supplement",
        {"fields": {"more": "补充照片两张。"}},
        headers={**handed.key, "Prefer": "return=minimal"},
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert Case.objects.get(number=handed.no).seq > before


def test_a_refusal_is_told_in_full_whatever_is_preferred(anyone: Caller, handed: Handed) -> None:
    answer = anyone.post(
        f"{handed.path}/actions/rate", {"fields": {}}, headers={**handed.key, "Prefer": "return=minimal"}
    )
    assert answer.status_code == 422
    assert answer.json()["why"]
