"""Simulated matters run like real ones: through every check, to their ends, with nobody's duty forgotten."""

from __future__ import annotations

import pytest
from django.db.models import Exists, OuterRef

from huiyin.audit.verify import verify
from huiyin.casework.models import Case, Duty
from huiyin.people.models import Account
from huiyin.simulation.report import figures, lines
from huiyin.simulation.run import SimulationRun
from tests.books import BOOKS
from tests.simulation.conftest import Simulate

NOBODY = {"people": {"handler": 0}, "horizon_days": 40}


@pytest.mark.parametrize("book", BOOKS)
def test_under_every_shipped_book_twenty_matters_come_to_their_ends_and_the_database_holds_what_is_counted(
    book: str, simulate: Simulate
) -> None:
    done = simulate(book, 20)
    told = figures(done)
    assert told["matters"] == {
        "arrived": 20,
        "registered": 20,
        "answered": told["matters"]["answered"],
        "ended": 20,
        "unfinished": 0,
    }
    assert told["unstaffed"] == told["unfinished"] == []
    assert Case.objects.filter(ended_at=None).count() == 0
    assert list(verify()) == []
    for kind, count in done.world.tally.duties.items():
        rows = Duty.objects.filter(kind=kind)
        # What the same command opens and closes is nothing that anybody could wait for.
        assert rows.filter(discharged_at__isnull=False).count() == count.discharged, kind
        assert rows.count() >= count.opened == count.discharged + count.withdrawn, kind
    assert Case.objects.count() == len(done.world.matters)
    for post in done.world.posts:  # everybody does one thing at a time
        assert post.busy <= len(post.workers) * post.hours.passed(done.world.closes_at)


@pytest.mark.any_database
def test_every_matter_that_is_not_finished_is_owed_by_a_unit_by_a_day(simulate: Simulate) -> None:
    done = simulate("national-2022", 40, horizon_days=1)
    unfinished = [matter for matter in done.world.matters if matter.is_open]
    assert unfinished
    owed = Duty.objects.filter(case=OuterRef("id"), discharged_at=None, withdrawn_at=None, unit__isnull=False)
    still_open = Case.objects.filter(ended_at=None)
    assert still_open.count() == sum(matter.registered_at is not None for matter in unfinished)
    assert not still_open.exclude(Exists(owed)).exists()


@pytest.mark.any_database
def test_a_role_that_nobody_holds_is_reported_with_what_waits_for_it(simulate: Simulate) -> None:
    told = figures(simulate("national-2022", 30, **NOBODY))
    (unstaffed,) = told["unstaffed"]
    assert unstaffed["role"] == "handler"
    waiting = [owed for matter in told["unfinished"] for owed in matter["owed"] if owed["role"] == "handler"]
    assert unstaffed["waiting"] == len(waiting) > 0
    assert {owed["why"] for owed in waiting} == {"nobody works in the post"}
    row = next(row for row in told["posts"] if row["post"] == "handler")
    assert row["people_needed_per_unit"] is None
    assert any("handler" in line for line in lines(told))


SELDOM = [pytest.param(role, marks=pytest.mark.exhaustive) for role in ("intake", "unit_head", "reviewer")]


@pytest.mark.parametrize("role", ("handler", "archivist", *SELDOM))
@pytest.mark.any_database
def test_no_duty_waits_unreported_for_a_role_without_people(role: str, simulate: Simulate) -> None:
    told = figures(simulate("street-office", 25, people={role: 0}, petitioners={"apply_review": {"share": 1}}))
    open_duties = Duty.objects.filter(role=role, discharged_at=None, withdrawn_at=None).count()
    assert open_duties or role == "archivist"  # who files what has ended owes nothing on an open case
    assert told["unstaffed"] == ([{"role": role, "waiting": open_duties}] if open_duties else [])
    assert told["matters"]["unfinished"] <= open_duties


@pytest.mark.any_database
def test_with_an_empty_registry_nothing_is_registered_and_that_is_said(simulate: Simulate) -> None:
    told = figures(
        simulate("national-2022", 10, people={"registrar": 0}, arrivals={"channels": {"letter": 1}}, horizon_days=5)
    )
    assert told["matters"]["registered"] == 0
    assert told["why_unfinished"] == {"register: nobody works in the post": 10}
    assert told["unstaffed"] == [{"role": "registrar", "waiting": 10}]


BUSY = {"arrivals": {"per_working_day": 60}, "units": {"handling": 1}}


APART = {"roles": ["inspection", "secretary"], "people": 1}


@pytest.mark.any_database
def test_who_may_not_sign_what_they_proposed_does_not_and_that_is_said(simulate: Simulate) -> None:
    alone = APART | {"roles": [*APART["roles"], "unit_head"]}  # else the chief stands in
    told = figures(simulate("xx-bureau", 15, posts={"both": alone}, horizon_days=60))
    assert told["matters"]["unfinished"] > 0
    assert set(told["why_unfinished"]) == {
        f"{signs}: the rules do not allow it: same-person" for signs in ("sign_ordinary", "sign_complex")
    }


@pytest.mark.any_database
def test_two_people_sign_what_the_other_one_proposed(simulate: Simulate) -> None:
    told = figures(simulate("xx-bureau", 15, posts={"both": APART | {"people": 2}}))
    assert told["matters"]["ended"] == 15


def shares(done: SimulationRun) -> dict[str, float]:
    return {row["post"]: row["overdue_share"] for row in figures(done)["posts"]}


@pytest.mark.slow
@pytest.mark.parametrize("seed", (1, pytest.param(2, marks=pytest.mark.exhaustive)))
@pytest.mark.any_database
def test_more_handlers_leave_no_more_overdue_and_enough_of_them_nothing(
    seed: int, simulate: Simulate, reset: object
) -> None:
    found = []
    for handlers in (1, 8):
        done = simulate(
            "national-2022",
            40,
            seed,
            people={"handler": handlers},
            times={"propose_opinion": {"median": 900, "spread": 1.5}},
            **BUSY,
        )
        found.append(shares(done)["handler"])
        reset()  # type: ignore[operator]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]
    assert found[-1] <= 0.02


@pytest.mark.any_database
def test_the_same_seed_gives_the_same_figures_and_another_one_others(simulate: Simulate, reset: object) -> None:
    found = []
    for seed in (1, 1, 2):
        found.append(figures(simulate("national-2022", 8, seed)))
        reset()  # type: ignore[operator]
    assert found[0] == found[1]
    assert found[0] | {"seed": 0} != found[2] | {"seed": 0}


@pytest.mark.any_database
def test_nobody_of_the_simulation_can_sign_in(simulate: Simulate) -> None:
    simulate("national-2022", 1)
    assert not any(account.has_usable_password() for account in Account.objects.all())
