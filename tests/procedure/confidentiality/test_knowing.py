"""Who may know of a limited case, by its state alone."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid5

import pytest

from huiyin.procedure.command import Actor, OrganisationId, PersonId, PostId, Seat, TextRef, UnitId
from huiyin.procedure.confidentiality.knowing import knowing
from huiyin.procedure.event import ActionTaken, ConfidentialitySet
from huiyin.procedure.evolve import evolve
from huiyin.procedure.state import State
from tests.procedure.stored.values import HANDLE, STATES


def id_of(name: str) -> UUID:
    return uuid5(UUID(int=9), name)


HERE, ABOVE = OrganisationId(id_of("here")), OrganisationId(id_of("above"))
FIRE, OFFICE, HIGHER = UnitId(id_of("fire")), UnitId(id_of("office")), UnitId(id_of("higher"))
DESK, ZHANG, LI = PostId(id_of("desk")), PersonId(id_of("zhang")), PersonId(id_of("li"))
WHY = TextRef(id_of("why"), "aa" * 32, 3)


def clerk(
    unit: UnitId, role: str = "", person: PersonId = LI, post: str = "other", organisation: OrganisationId = HERE
) -> Actor:
    return Actor("staff", organisation, frozenset({role}), person, PostId(id_of(post)), unit)


def limited(**changes: object) -> State:
    """A case of nobody's list; ``changes`` are of its state."""
    begun = STATES["state, as it begins"]
    assert isinstance(begun, State)
    state = replace(begun, organisation=HERE, **changes)  # type: ignore[arg-type]
    return evolve(state, ConfidentialitySet("internal", (), (), (), WHY))


def admits(state: State, actor: Actor, oversees: bool = False) -> bool:
    known = knowing(state)
    assert known is not None
    return known.admits(actor, oversees=oversees)


def test_an_ordinary_case_asks_nobody_and_lifting_the_limit_makes_it_one() -> None:
    assert knowing(STATES["state, as it begins"]) is None  # type: ignore[arg-type]
    assert knowing(evolve(limited(), ConfidentialitySet("ordinary", (), (), (), WHY))) is None


@pytest.mark.parametrize(
    ("assignee", "who", "knows"),
    [
        (None, clerk(FIRE, "handler"), True),
        (None, clerk(FIRE, "co_handler"), False),
        (None, clerk(OFFICE, "handler"), False),
        (ZHANG, clerk(FIRE, "handler", ZHANG), True),
        (ZHANG, clerk(FIRE, "handler", LI), False),
        (ZHANG, clerk(FIRE, "handler", ZHANG, organisation=ABOVE), False),
    ],
)
def test_whoever_owes_a_step_knows_by_name_or_by_role(assignee: PersonId | None, who: Actor, knows: bool) -> None:
    duty = replace(HANDLE, role="handler", seat=Seat(FIRE, HERE), assignee=assignee)
    assert admits(limited(duties=(duty,)), who) is knows


def test_the_list_names_units_posts_and_people_of_the_organisation() -> None:
    state = evolve(limited(), ConfidentialitySet("work_secret", (FIRE,), (DESK,), (ZHANG,), WHY))
    assert admits(state, clerk(FIRE))
    assert admits(state, clerk(OFFICE, post="desk"))
    assert admits(state, clerk(OFFICE, person=ZHANG))
    assert not admits(state, clerk(OFFICE))
    assert not admits(state, clerk(HIGHER, person=ZHANG, organisation=ABOVE))
    assert not admits(state, replace(clerk(FIRE), kind="petitioner"))


def test_whoever_took_a_step_goes_on_knowing_in_that_post_until_the_list_is_set_anew() -> None:
    taken = ActionTaken("accept", "a", "b", "staff", "intake", ZHANG, DESK, OFFICE, {}, {}, {}, ())
    state = evolve(limited(), taken)
    assert admits(state, clerk(OFFICE, post="desk"))
    assert not admits(state, clerk(OFFICE, person=ZHANG))
    anew = evolve(state, ConfidentialitySet("internal", (), (), (), WHY))
    assert not admits(anew, clerk(OFFICE, post="desk"))


def test_no_list_shuts_out_supervision_or_a_higher_organ_that_deals_with_it() -> None:
    state = limited(units={"handling": (Seat(FIRE, HERE),), "reviewer": (Seat(HIGHER, ABOVE),)})
    assert admits(state, clerk(OFFICE, "supervisor"), oversees=True)
    assert not admits(state, clerk(HIGHER, "supervisor", organisation=ABOVE), oversees=True)
    assert admits(state, clerk(HIGHER, "reviewer", organisation=ABOVE))
    assert not admits(state, clerk(HIGHER, "handler", organisation=ABOVE))
    assert not admits(state, clerk(FIRE, "handler"))  # who handled it and owes nothing now is for the list to name
