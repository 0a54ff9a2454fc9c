"""What a company owes is marked before its limit expires, and how long each step took can be read."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests.cast import Cast, make_cast
from tests.desk.conftest import Desk, html
from tests.matters import begin


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast("company")


def tone_of(page: str, no: str) -> str:
    """How the duty on a matter is marked: late, soon or calm."""
    (row,) = (row for row in re.findall(r'<article class="duty.*?</article>', page, re.DOTALL) if no in row)
    found = re.match(r'<article class="duty duty-(\w+)"', row)
    assert found
    return found[1]


@pytest.mark.clause("s3-1.3.2")
def test_a_duty_is_marked_before_its_limit_expires(cast: Cast, desk: Desk) -> None:
    now = timezone.now()
    early, soon, late = (begin(cast, now - timedelta(days=days)).case for days in (1, 13, 40))
    page = html(desk("intake").get("/desk/"))
    assert [tone_of(page, case.number) for case in (late, soon, early)] == ["late", "soon", "calm"]
    assert late.due_at and soon.due_at and late.due_at < now < soon.due_at
    assert page.index(late.number) < page.index(soon.number) < page.index(early.number)


@pytest.mark.clause("s3-1.3.2")
def test_how_long_each_step_took_is_measured(cast: Cast, desk: Desk) -> None:
    received = timezone.now() - timedelta(days=3)
    matter = begin(cast, received)
    matter.at = received + timedelta(hours=30)
    matter.does("intake", "accept", petitioner_kind="customer", scope_reason="公司的路灯。")
    told = desk("intake").get(f"/api/v1/cases/{matter.case.number}/duties").json()["items"]
    (answered,) = (duty for duty in told if duty["kind"] == "decide_acceptance")
    taken = datetime.fromisoformat(answered["discharged_at"]) - datetime.fromisoformat(answered["opened_at"])
    assert taken == timedelta(hours=30)
