"""Every book, every channel, every post: a matter is taken to the archive by what the pages offer, and by nothing else."""

from __future__ import annotations

from collections import defaultdict
from random import Random
from typing import Any, Final

import pytest

from huiyin.casework.models import Case, Duty
from huiyin.casework.vocabulary import CHANNELS
from huiyin.rules import REGISTER
from huiyin.rules.book.load import for_institutions, load, shipped
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.steps import as_taken, next_stage, stages_from
from tests.cast import make_cast
from tests.e2e.walking.clerks import PETITIONER, Clerks, Clock
from tests.e2e.walking.windows import Browser, Requests, Window
from tests.matters import begin
from tests.wandering import fill_posts

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.any_database]
in_a_browser = pytest.mark.django_db(transaction=True)
Acted = dict[tuple[str, str], set[str]]
Seen = set[tuple[str, str]]

MODULES: Final = {"accountability", "inspections", "terminated-matters", "urging"}
"""Books that others include: alone each has the matters of the law, which are walked under the law's own name."""
BOOKS: Final = tuple(book for book in shipped() if book not in MODULES)
BY_TURN: Final = [(BOOKS[n % len(BOOKS)], channel) for n, channel in enumerate(CHANNELS)]
"""Each channel once, each with another book."""
OTHERS: Final = (
    ("company", "supervision"),
    ("company", "retaliation-report"),
    ("company", "inspection"),
    ("company", "study"),
    ("company", "accountability"),
    ("company", "urging"),
    ("company", "incident"),
    ("national-2022", "supervision"),
    ("science-bureau", "inspection"),
    ("science-bureau", "study"),
    ("squad-rules", "accountability"),
    ("squad-rules", "manner-complaint"),
    ("street-office", "retaliation-report"),
    ("street-office", "accountability"),
    ("xx-bureau", "supervision"),
    ("xx-bureau", "accountability"),
    ("xx-bureau", "incident"),
)
"""The procedures besides matters, each with the first book that has it as it is."""

IDLE: Final = {
    "discipline": "deals with accusations alone, and not every book's walks come to one (tests/desk/test_accused.py)",
    "urging_above": "supervises once a reminder rose to the organ above, in a procedure that is walked under one book",
    "termination_checker": "checks a termination alone, which is applied for after review and re-review",
}
"""Posts that may do nothing in these walks, and why: whoever acts of their own accord finds the matter in the list of cases."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The story's clock, which the whole process goes by."""
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made.now)
    return made


@pytest.fixture(scope="module")
def acted() -> Acted:
    """In which roles somebody did something: by book, and channel or procedure that was walked."""
    return {}


@pytest.fixture(scope="module")
def seen() -> dict[tuple[str, str], Seen]:
    """Who did what: by book and procedure. Each walk goes where something was not seen yet."""
    return defaultdict(set)


def clerks(
    book: str,
    about: str,
    window: Window,
    clock: Clock,
    usually: float,
    procedure: str = "matter",
    seen: Seen | None = None,
) -> Clerks:
    """An office in which each role of a book is held, and one matter that others may refer to; what it does by chance hangs on what the walk
    is ``about``. ``seen`` is who did what in walks of the procedure before it.
    """
    cast = make_cast(book)
    fill_posts(cast, load(book))
    other = begin(cast, who="registrar", channel="letter").case.number
    rules = load(book).book.procedures[procedure]
    leaving = frozenset(name for name, action in rules.actions.items() if action.recuses)
    chance = Random(f"{book} {about}")
    return Clerks(window, cast, clock, chance, roads_ahead(rules), leaving, seen, other, usually)


def roads_ahead(procedure: Procedure) -> dict[str, frozenset[str]]:
    """The actions that can still be taken after each action that leaves its stage, until the case ends; nothing for the others."""
    next_ones: dict[str, set[str]] = {stage: set() for stage in procedure.stages}
    taken: dict[str, set[str]] = {stage: set() for stage in procedure.stages}
    for name, action in procedure.actions.items():
        for stage in stages_from(procedure, action):
            next_ones.setdefault(stage, set()).add(next_stage(procedure, action, stage))
            taken.setdefault(stage, set()).add(name)

    def reached(stage: str) -> set[str]:
        seen, waiting = {stage}, [stage]
        while waiting:
            here = waiting.pop()
            fresh = set() if procedure.stages[here].end else next_ones.get(here, set()) - seen
            seen |= fresh
            waiting += fresh
        return set().union(*(taken.get(one, set()) for one in seen))

    moves = {
        name: {next_stage(procedure, action, stage) for stage in stages_from(procedure, action)}
        - (set(stages_from(procedure, action)) if action.to is None else set())
        for name, action in procedure.actions.items()
    }
    return {name: frozenset().union(*map(reached, there)) for name, there in moves.items()}


def walked(office: Clerks, channel: str) -> None:
    """A matter that comes in by a channel is taken to the archive."""
    to_the_archive(office, office.hand_in("lj") if channel == "web" else office.register("registrar", channel))


def to_the_archive(office: Clerks, no: str) -> None:
    """A case is taken on until nobody owes anything: it has ended and is archived, and nothing that was offered was refused."""
    office.work_off(no)
    case = Case.objects.get(number=no)
    assert case.ended_at is not None, office.done
    assert not Duty.objects.filter(case=case, discharged_at=None, withdrawn_at=None)
    ended = load(case.rulebook).book.procedures[case.procedure].stages[case.stage]
    settled = Duty.objects.filter(case=case, kind__in=ended.owes, discharged_at__isnull=False)
    assert ended.owes and settled.count() == len(ended.owes), office.done
    assert office.refused == {}, office.done


@pytest.mark.django_db
@pytest.mark.parametrize(("book", "channel"), BY_TURN)
def test_what_came_by_each_channel_gets_to_the_archive_by_what_pages_offer(
    book: str, channel: str, clock: Clock
) -> None:
    walked(clerks(book, channel, Requests(), clock, usually=0), channel)


@in_a_browser
def test_a_matter_is_taken_to_the_archive_in_a_browser(live_server: Any, page: Any, clock: Clock) -> None:
    book, channel = "xx-bureau", "letter"
    walked(clerks(book, channel, Browser(page, live_server.url), clock, usually=0), channel)


@pytest.mark.exhaustive
@pytest.mark.django_db
@pytest.mark.parametrize("book", ["national-2022", "company"])
def test_a_matter_that_accuses_somebody_gets_there_by_names_that_are_written_down(book: str, clock: Clock) -> None:
    office = clerks(book, "sealed", Requests(), clock, usually=1)
    accused = frozenset({office.cast.units["lj-training"].id})
    to_the_archive(office, begin(office.cast, accused_units=accused).case.number)
    assert {action for _who, action in office.done} & {"assign", "name_handler", "hand_on", "join_unit"}, office.done


@pytest.mark.exhaustive
@in_a_browser
@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("book", BOOKS)
def test_every_channel_of_every_book_leads_to_the_archive_in_a_browser(
    book: str, channel: str, live_server: Any, page: Any, clock: Clock, acted: Acted, seen: dict[tuple[str, str], Seen]
) -> None:
    window = Browser(page, live_server.url)
    office = clerks(book, channel, window, clock, usually=0.9, seen=seen[book, "matter"])
    walked(office, channel)
    acted[book, channel] = roles_of(office, load(book).book.procedures["matter"])


@pytest.mark.exhaustive
@in_a_browser
@pytest.mark.parametrize(("book", "procedure"), OTHERS)
def test_every_other_procedure_of_every_book_leads_to_the_archive_in_a_browser(
    book: str,
    procedure: str,
    live_server: Any,
    page: Any,
    clock: Clock,
    acted: Acted,
    seen: dict[tuple[str, str], Seen],
) -> None:
    window = Browser(page, live_server.url)
    office = clerks(book, procedure, window, clock, usually=0.9, procedure=procedure, seen=seen[book, procedure])
    to_the_archive(office, office.begin(procedure))
    acted[book, procedure] = roles_of(office, load(book).book.procedures[procedure])


def roles_of(office: Clerks, procedure: Procedure) -> set[str]:
    """The roles in which somebody did something: of those that one holds the ones whose step it was."""
    found = set[str]()
    for who, action in office.done:
        if who != PETITIONER:
            rule = procedure.actions[action if action in procedure.actions else REGISTER]  # by a channel
            found |= set(as_taken(rule, "staff").by) & {*office.cast.posts[who].roles}
    return found


@pytest.mark.exhaustive
@pytest.mark.parametrize("book", BOOKS)
def test_every_post_of_a_book_has_done_something_or_says_why_not(book: str, acted: Acted) -> None:
    if not {(book, channel) for channel in CHANNELS} | {one for one in OTHERS if one[0] == book} <= acted.keys():
        pytest.skip("not every walk under this book was made")
    staff = {name for name, role in load(book).book.roles.items() if role.is_staff}
    did = set[str]().union(*(roles for (of, _about), roles in acted.items() if of == book))
    assert staff - did - IDLE.keys() == set()


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
