"""Every book, every channel, every post: a matter is taken to the archive by what the pages offer, and by nothing else."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from huiyin.casework.models import Case, Duty
from huiyin.casework.vocabulary import CHANNELS
from huiyin.rules.book.load import load, shipped
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.steps import next_stage, stages_from
from tests.cast import make_cast
from tests.e2e.clerks import Clerks, Clock
from tests.matters import begin
from tests.wandering import fill_posts

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.exhaustive,
    pytest.mark.any_database,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The story's clock, which the whole process goes by."""
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made.now)
    return made


def clerks(book: str, screen: Any, url: str, clock: Clock, seed: int) -> Clerks:
    """An office in which each role of a book is held, and one matter that others may refer to."""
    cast = make_cast(book)
    fill_posts(cast, load(book))
    other = begin(cast, who="registrar", channel="letter").case.number
    ahead = roads_ahead(load(book).book.procedures["matter"])
    return Clerks(screen, url, cast, clock, Random(seed), ahead, other)


def roads_ahead(procedure: Procedure) -> dict[str, int]:
    """How many stages can still be reached after each action that leaves its stage; 0 for the others."""
    next_ones: dict[str, set[str]] = {stage: set() for stage in procedure.stages}
    for action in procedure.actions.values():
        for stage in stages_from(procedure, action):
            next_ones.setdefault(stage, set()).add(next_stage(procedure, action, stage))

    def reached(stage: str) -> int:
        seen, waiting = {stage}, [stage]
        while waiting:
            fresh = next_ones.get(waiting.pop(), set()) - seen
            seen |= fresh
            waiting += fresh
        return len(seen)

    moves = {
        name: {next_stage(procedure, action, stage) for stage in stages_from(procedure, action)}
        - (set(stages_from(procedure, action)) if action.to is None else set())
        for name, action in procedure.actions.items()
    }
    return {name: max(map(reached, there), default=0) for name, there in moves.items()}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("book", shipped())
def test_a_matter_is_taken_to_the_archive(book: str, channel: str, live_server: Any, page: Any, clock: Clock) -> None:
    office = clerks(book, page, live_server.url, clock, seed=0)
    no = office.hand_in("lj") if channel == "web" else office.register("registrar", channel)
    office.work_off(no)
    case = Case.objects.get(number=no)
    assert case.ended_at is not None
    assert not Duty.objects.filter(case=case, discharged_at=None, withdrawn_at=None)
    assert office.refused == {}
