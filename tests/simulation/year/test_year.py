"""A year of each of the four institutions, on a simulated clock: nothing that is owed is ever without somebody, and every page opens."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from random import Random

import pytest

from huiyin.audit.verify import verify
from huiyin.casework.models import Case, DocumentRecord, Notice
from tests.simulation.year import plan
from tests.simulation.year.pages import PagesWalk
from tests.simulation.year.year import Year, account_of

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]
Clock = Callable[[datetime], None]
BROKEN = ("chore failed", "job failed", "job given up", "timer failed")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets what everybody takes for now."""
    at = [datetime(2013, 1, 1, tzinfo=UTC)]
    monkeypatch.setattr("django.utils.timezone.now", lambda: at[0])
    return lambda moment: at.__setitem__(0, moment)


@pytest.fixture
def broken(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """What the worker could not do, as its log has it."""
    caplog.set_level(logging.ERROR)
    return lambda: [one.getMessage() for one in caplog.records if any(word in one.getMessage() for word in BROKEN)]


def pages_do_not_open(year: Year, of_one_kind: int) -> list[str]:
    walk = PagesWalk(Random(1), of_one_kind)
    for seated in year.cast.seated:
        walk.walk(account_of(seated.people[0]), seated.plan.name)
    assert len(walk.opened) > 30
    return walk.faults


def gaps_in_numbers() -> list[tuple[object, ...]]:
    """The registers of documents whose numbers of a year are not one after the other from 1 on."""
    taken: dict[tuple[object, ...], set[int | None]] = defaultdict(set)
    for model in (Notice, DocumentRecord):
        rows = model._default_manager.filter(number__isnull=False)
        for issuer, series, period, number in rows.values_list("issuer", "series", "period", "number"):
            taken[issuer, series, period].add(number)  # a document that was drafted and its notice have the same
    return [key for key, numbers in taken.items() if numbers != {*range(1, len(numbers) + 1)}]


@pytest.mark.slow
def test_in_a_month_of_a_company_with_an_incident_and_an_inspection_nothing_is_left_to_nobody(
    clock: Clock, broken: Callable[[], list[str]]
) -> None:
    year = Year("company", clock, began=plan.FIRST_DAY)
    year.play(plan.FIRST_DAY, date(2025, 2, 28))
    assert {"rota staff", "rota leaders", "swap", "incident", "inspection", "record_finding"} <= {*year.did}
    assert year.watch.faults == broken() == gaps_in_numbers() == []
    assert pages_do_not_open(year, of_one_kind=1) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("book", plan.INSTITUTIONS)
def test_in_a_year_nothing_is_left_to_nobody_and_every_post_opens_its_pages(
    book: str, clock: Clock, broken: Callable[[], list[str]]
) -> None:
    year = Year(book, clock)
    year.long_ago()
    year.play(plan.FIRST_DAY, plan.LAST_DAY)
    assert {*plan.EVERYWHERE, *plan.BESIDES[book]} <= {*year.did}
    assert {*plan.TAKEN[book]} <= {*year.hands.done}
    assert Case.objects.filter(procedure="incident").count() == (3 if "incident" in plan.BESIDES[book] else 0)
    assert year.watch.faults == broken() == []
    assert gaps_in_numbers() == []
    assert [str(finding) for finding in verify() if finding.kind == "wrong"] == []
    assert pages_do_not_open(year, of_one_kind=3) == []
