"""Every book, every channel, every post: a matter is taken to the archive by what the pages offer, and by nothing else."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import pytest

from huiyin.casework.models import Case, Duty
from huiyin.casework.vocabulary import CHANNELS
from huiyin.rules.book.load import for_institutions, load, shipped
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.steps import next_stage, stages_from
from tests.cast import make_cast
from tests.e2e.walking.clerks import Clerks, Clock
from tests.e2e.walking.windows import Browser, Requests, Window
from tests.matters import begin
from tests.wandering import fill_posts

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database]
in_a_browser = pytest.mark.django_db(transaction=True)
Acted = dict[tuple[str, str], Clerks]

MODULES: Final = {"accountability", "inspections", "terminated-matters", "urging"}
"""Books that others include: alone each has the matters of the law, which are walked under the law's own name."""
BOOKS: Final = tuple(book for book in shipped() if book not in MODULES)
BY_TURN: Final = [(BOOKS[n % len(BOOKS)], channel) for n, channel in enumerate(CHANNELS)]
"""Each channel once, each with another book."""
OTHERS: Final = (
    ("company", "incident"),
    ("company", "supervision"),
    ("company", "inspection"),
    ("company", "study"),
    ("company", "retaliation-report"),
    ("company", "accountability"),
    ("company", "urging"),
    ("national-2022", "supervision"),
    ("squad-rules", "manner-complaint"),
    ("xx-bureau", "incident"),
    ("xx-bureau", "supervision"),
)
"""The procedures besides matters, each with the first book that has it as it is."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The story's clock, which the whole process goes by."""
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made.now)
    return made


@pytest.fixture(scope="module")
def acted() -> Acted:
    """The offices of the walks that were made, after them: by book, and channel or procedure."""
    return {}


def clerks(book: str, about: str, window: Window, clock: Clock, usually: float, procedure: str = "matter") -> Clerks:
    """An office in which each role of a book is held, and one matter that others may refer to; what it does by chance hangs on what the walk
    is ``about``.
    """
    cast = make_cast(book)
    fill_posts(cast, load(book))
    other = begin(cast, who="registrar", channel="letter").case.number
    ahead = roads_ahead(load(book).book.procedures[procedure])
    return Clerks(window, cast, clock, Random(f"{book} {about}"), ahead, other, usually)


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


def walked(office: Clerks, channel: str) -> None:
    """A matter that comes in by a channel is taken to the archive."""
    to_the_archive(office, office.hand_in("lj") if channel == "web" else office.register("registrar", channel))


def to_the_archive(office: Clerks, no: str) -> None:
    """A case is taken on until nobody owes anything: it has ended and is archived, and nothing that was offered was refused."""
    office.work_off(no)
    case = Case.objects.get(number=no)
    assert case.ended_at is not None, office.done
    assert not Duty.objects.filter(case=case, discharged_at=None, withdrawn_at=None)
    assert any(action == "archive" for _who, action in office.done), office.done
    assert office.refused == {}, office.done


@pytest.mark.django_db
@pytest.mark.parametrize(("book", "channel"), BY_TURN)
def test_what_came_by_each_channel_gets_to_the_archive_by_what_pages_offer(
    book: str, channel: str, clock: Clock
) -> None:
    walked(clerks(book, channel, Requests(), clock, usually=0), channel)


@in_a_browser
def test_a_matter_is_taken_to_the_archive_in_a_browser(live_server: Any, page: Any, clock: Clock) -> None:
    book, channel = BY_TURN[0]
    walked(clerks(book, channel, Browser(page, live_server.url), clock, usually=0), channel)


@pytest.mark.exhaustive
@in_a_browser
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("book", BOOKS)
def test_every_channel_of_every_book_leads_to_the_archive_in_a_browser(
    book: str, channel: str, live_server: Any, page: Any, clock: Clock, acted: Acted
) -> None:
    office = clerks(book, channel, Browser(page, live_server.url), clock, usually=0.9)
    walked(office, channel)
    acted[book, channel] = office


@pytest.mark.exhaustive
@in_a_browser
@pytest.mark.parametrize(("book", "procedure"), OTHERS)
def test_every_other_procedure_of_every_book_leads_to_the_archive_in_a_browser(
    book: str, procedure: str, live_server: Any, page: Any, clock: Clock, acted: Acted
) -> None:
    office = clerks(book, procedure, Browser(page, live_server.url), clock, usually=0.9, procedure=procedure)
    to_the_archive(office, office.begin(procedure))
    acted[book, procedure] = office


@pytest.mark.exhaustive
def test_no_book_and_no_procedure_is_left_out() -> None:
    assert not MODULES & set(for_institutions()) and set(shipped()) > MODULES
    known: list[Procedure] = []
    first: list[tuple[str, str]] = []
    for book in BOOKS:
        for name, procedure in load(book).book.procedures.items():
            if name != "matter" and procedure not in known:
                known.append(procedure)
                first.append((book, name))
    assert sorted(first) == sorted(OTHERS)
