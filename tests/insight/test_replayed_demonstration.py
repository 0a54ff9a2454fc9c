"""The demonstration under other rules: under its own nothing differs, and what differs under others is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin import demo, worker
from huiyin.casework.models import Case
from huiyin.insight import whatif
from huiyin.insight.tally import DifferenceTally
from huiyin.ledger.models import Row
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.deadlines.limits import Limit
from tests.standing import standing

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

MATTERS = 70
DEMO_NOW = datetime(2026, 6, 24, 7, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker: Any) -> Iterator[datetime]:
    """A demonstration whose timers have run, and a moment some weeks after it."""
    with standing(django_db_blocker):
        demo.make_cast(DEMO_NOW)
        demo.tell(MATTERS, 3, DEMO_NOW)
        later = DEMO_NOW + timedelta(days=20)
        worker.fire_timers(later)
        yield later


def with_limit(rules: Rules, name: str, days: int) -> Rules:
    """The rules with another length of a limit for matters."""
    whole = rules.book.procedures["matter"]
    limits = {**whole.limits, name: whole.limits[name].model_copy(update={"within": Limit(days)})}
    procedures = {**rules.book.procedures, "matter": whole.model_copy(update={"limits": limits})}
    return replace(rules, book=rules.book.model_copy(update={"procedures": procedures}))


@pytest.mark.slow
def test_every_case_of_the_demonstration_comes_out_under_its_own_rules_as_it_is_recorded(
    demonstration: datetime,
) -> None:
    taken = Row.objects.filter(type="ActionTaken").values_list("body", flat=True)
    assert any('"actor":"system"' in body for body in taken)
    found = [whatif.differences_of(case, load(case.rulebook), demonstration) for case in Case.objects.all()]
    assert len(found) == MATTERS
    assert {item.fate for item in found} == {"replayed"}
    assert [(item.number, item.differences) for item in found if item.differences] == []


@pytest.mark.parametrize("book", ["national-2022", "national-2005", "street-office", "science-bureau", "company"])
def test_every_case_of_the_demonstration_can_be_replayed_under_any_book(demonstration: datetime, book: str) -> None:
    found = list(whatif.replay(Case.objects.all(), load(book), demonstration))
    assert len({item.case for item in found}) == MATTERS
    assert all(item.fate == "replayed" for item in found)
    assert any(item.differences for item in found)


def test_a_longer_limit_moves_the_due_dates_of_the_demonstration_and_nothing_else(demonstration: datetime) -> None:
    bureau = load("xx-bureau")
    cases = Case.objects.filter(organisation__code="lj", stage="registered")
    tally = DifferenceTally()
    for item in whatif.replay(cases, with_limit(bureau, "notice", 20), demonstration):
        tally.add(item.tally_figures())
    assert set(tally.kinds) == {"due"}
    (shift,) = [found for found in tally.shifts() if found.later]
    assert shift.duty == "decide_acceptance"
    assert (shift.earlier, shift.later) == (0, tally.kinds["due"])
    assert 0 < shift.least <= shift.middle <= shift.most <= 12
    assert sum(shift.by_days.values()) == shift.later + shift.same


def test_more_cases_take_no_more_queries(demonstration: datetime) -> None:
    rules = load("national-2022")
    ids = list(Case.objects.order_by("id").values_list("id", flat=True))

    def queries(number: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            list(whatif.replay(Case.objects.filter(id__in=ids[:number], sealed=False), rules, demonstration))
        return len(caught)

    queries(90)  # from now on the rulebooks are known
    assert queries(90) <= queries(10) + 4
