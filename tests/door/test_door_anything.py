"""Whatever a client sends is answered: accepted, rejected or refused, never an exception, and nothing is half-written."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiyin import door
from huiyin.casework.vocabulary import File
from huiyin.people.checks import PetitionerFields
from huiyin.rules.book.load import load
from tests.cast import NOW, PEOPLE, Cast, make_cast
from tests.matters import ROAD, Matter, begin, petition, register, replay_equals_projection
from tests.searching import examples

BOOK: Final = load("national-2022").book
ACTIONS: Final = sorted(BOOK.procedures["matter"].actions)
STRINGS: Final = (
    "",
    " ",
    "\x00",
    "\ud800",
    "\u202e",
    "a\r\nb",
    "长" * 20_001,
    "true",
    "是",
    "null",
    "[]",
    "{}",
    "$unit",
)
DIGITS: Final = ("0", "-1", "٣", "9" * 5000, "1e9", "nan")
DATES: Final = ("0001-01-01", "9999-12-31", "2026-02-30", "2026-W10-1", "20260302", "2026-03-02T00:00", "1582-10-10")
NAMES: Final = ("lj-fire", "jn-office", "handler", "LJ-20260302-0001", "lj-fire\x00", "%", "' OR 1=1")
MEAN: Final = st.sampled_from((*STRINGS, *DIGITS, *DATES, *NAMES))
NUMBERS: Final = st.sampled_from([0, 1, -1, 30, 31, 2**31, 2**63, 2**64, 10**400]) | st.floats() | st.booleans()
SCALARS: Final = MEAN | NUMBERS | st.none() | st.text(max_size=5)
ANYTHING: Final = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
SETTINGS: Final = settings(
    max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


class _Enough(Exception):
    """Ends an example without keeping what it wrote."""


def entries(action: str, draw: Any, usual: dict[str, object]) -> dict[str, object]:
    """The usual entries of an action with some replaced by anything, and sometimes a field that nobody asks for."""
    names = list(BOOK.procedures["matter"].actions[action].required)
    changed = {name: draw(ANYTHING) for name in names if draw(st.booleans())}
    strange = draw(st.dictionaries(st.text(max_size=4), ANYTHING, max_size=1))
    return {**usual, **changed, **strange}


@pytest.mark.slow
@pytest.mark.hypothesis
@pytest.mark.parametrize("steps", [0, 2, 3, 5, 6, 8, 11], ids=lambda steps: f"after {steps} steps")
def test_any_entry_in_any_action_by_anyone_is_answered_and_leaves_the_case_whole(cast: Cast, steps: int) -> None:
    matter = begin(cast)
    for who, action in ROAD[:steps]:
        matter.does(who, action)
    likely = ROAD[steps]

    @SETTINGS
    @given(data=st.data())
    def try_it(data: st.DataObject) -> None:
        draw = data.draw
        who, action = draw(
            st.just(likely) | st.tuples(st.sampled_from(["petitioner", *PEOPLE]), st.sampled_from(ACTIONS))
        )
        wish = matter.wish(who, action)
        fields = entries(action, draw, dict(wish.fields))
        answered(matter, door.ActionRequest(wish.case, action, wish.actor, wish.at, fields))

    try_it()


def answered(matter: Matter, wish: door.ActionRequest) -> None:
    try:
        with transaction.atomic():
            outcome = door.execute(wish)
            assert isinstance(outcome, door.Accepted | door.Rejected | door.Refused)
            assert not isinstance(outcome, door.Rejected) or outcome.errors
            replay_equals_projection(matter.id)
            raise _Enough
    except _Enough:
        connection.ensure_connection()


PEOPLE_FIELDS: Final = st.builds(PetitionerFields, *[MEAN | st.text(max_size=4)] * 5)


@SETTINGS
@given(data=st.data())
def test_any_petition_is_answered(cast: Cast, data: st.DataObject) -> None:
    draw = data.draw
    changes: dict[str, object] = {}
    for name, strategy in {
        "text": MEAN,
        "title": MEAN,
        "channel": MEAN,
        "headcount": st.integers(-1, 7) | st.sampled_from([2**31, 2**63, 10**30]),
        "petitioners": st.lists(PEOPLE_FIELDS, max_size=7).map(tuple),
        "accused": st.lists(MEAN, max_size=3).map(tuple),
        "files": st.lists(st.builds(File, MEAN, st.binary(max_size=20)), max_size=2).map(tuple),
        "fields": st.dictionaries(st.text(max_size=3), ANYTHING, max_size=2),
        "received_at": st.none() | st.datetimes(timezones=st.just(NOW.tzinfo)),
    }.items():
        if draw(st.booleans()):
            changes[name] = draw(strategy)
    who = draw(st.sampled_from(["petitioner", "registrar", "stranger", "outsider"]))
    action = draw(st.sampled_from(["submit", "register", "accept", "nothing", "\x00"]))
    actor = cast.newcomer() if who == "petitioner" else cast.actor(who)
    try:
        with transaction.atomic():
            outcome = door.register_petition(
                petition(cast, **changes), actor, NOW, action, draw(st.sampled_from(["", "k-1"]))
            )
            assert isinstance(outcome, door.Registered | door.Rejected | door.Refused)
            if isinstance(outcome, door.Registered):
                replay_equals_projection(outcome.case.id)
            raise _Enough
    except _Enough:
        connection.ensure_connection()


DAYS: Final = (
    "0001-01-01",
    "0001-01-02",
    "1899-12-31",
    "2003-12-31",
    "2027-01-01",
    "2099-12-31",
    "9999-12-30",
    "9999-12-31",
)


def test_the_first_and_the_last_days_of_the_calendar_are_answered_in_every_date_of_every_form(cast: Cast) -> None:
    matter = begin(cast)
    for who, action in ROAD:
        dates = list(BOOK.procedures["matter"].actions[action].required)
        dates = [name for name in dates if BOOK.fields[name].type == "date"]
        for name in dates:
            for day in DAYS:
                answered(matter, matter.wish(who, action, **{name: day}))
        matter.does(who, action)


@pytest.mark.parametrize("day", DAYS)
def test_a_duty_that_is_due_on_such_a_day_is_owed_or_refused(cast: Cast, day: str) -> None:
    from_above = petition(cast, channel="referral", fields={"source_organ": "市信访局", "source_due": day})
    register(from_above, cast.actor("registrar"), NOW, "register")
    matter = begin(cast)
    for who, action in ROAD[:3]:
        matter.does(who, action)
    matter.tries("intake", "join_unit", co_due=day)
    matter.tries("archivist", "supervise", reply_by=day, trigger="evasion", demand="请说明进展。")
    matter.tries("handler", "investigate")
    matter.tries("co_handler", "report_to_lead")
    if isinstance(matter.tries("handler", "propose_opinion", result="support", carry_out_by=day), door.Accepted):
        matter.does("head", "approve_opinion")
        matter.does("handler", "serve_reply")
