"""What is written beside a case about who may see it equals the definition, whatever happened to cases, posts and units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid5

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from huiyin.casework import access, visible
from huiyin.casework.lists.cases import CaseFilter, cases
from huiyin.casework.lists.duties import duties_owed, worklist
from huiyin.casework.lists.unfinished import counts_of_each
from huiyin.casework.models import Case, CaseAccess, CaseAccused, CaseUnit, Duty, Notice
from huiyin.people.models import LIAISON, Organisation, Petitioner
from huiyin.procedure.command import Actor, CaseId, OrganisationId, PersonId, PostId, Seat, UnitId
from huiyin.procedure.state import Confidentiality, State
from huiyin.procedure.storage import codec
from tests.cast import NOW, Cast, make_cast
from tests.matters import begin, walk
from tests.procedure.stored.values import HANDLE

PROCEDURES: Final = ("matter", "supervision", "incident")
RELATIONS: Final = ("handling", "co_handling", "superior", "custodian", "discipline/custodian", "supervising")
ROLES: Final = (
    "registrar",
    "head",
    "leader",
    "custodian",
    "discipline",
    "handler",
    "safety",
    "spokesman",
    "inspection",
)
MOST: Final = 5


def _id(kind: str, number: int) -> UUID:
    return uuid5(UUID(int=7), f"{kind} {number}")


@dataclass(frozen=True)
class Limited:
    """To whom a case is limited: a unit, a post, a person, and who owes a step of it, be it by name; all by number."""

    unit: int
    post: int
    person: int
    owing: tuple[int, str]
    assignee: int | None


@dataclass(frozen=True)
class Told:
    """A case as far as it decides who sees it; units, people and organisations by number."""

    organisation: int
    procedure: str
    unresolved: bool
    sealed: bool
    units: frozenset[tuple[str, int]]
    accused_units: frozenset[int]
    accused_people: frozenset[int]
    limited: Limited | None = None


numbers = st.integers(0, MOST - 1)
limits = st.builds(
    Limited,
    unit=numbers,
    post=numbers,
    person=numbers,
    owing=st.tuples(numbers, st.sampled_from(ROLES)),
    assignee=st.none() | numbers,
)
told = st.builds(
    Told,
    organisation=st.integers(0, 1),
    procedure=st.sampled_from(PROCEDURES),
    unresolved=st.booleans(),
    sealed=st.booleans(),
    units=st.frozensets(st.tuples(st.sampled_from(RELATIONS), numbers), max_size=4),
    accused_units=st.frozensets(numbers, max_size=2),
    accused_people=st.frozensets(numbers, max_size=2),
    limited=st.none() | limits,
)
readers = st.tuples(st.integers(0, 1), numbers, numbers, st.frozensets(st.sampled_from(ROLES), max_size=3))
trees = st.lists(st.none() | numbers, min_size=MOST, max_size=MOST)
"""Which unit each unit stands under, where that is one with a smaller number."""


def state_of(number: int, one: Told) -> State:
    """Where a case stands; units whose relation is that of a higher organ belong to the other organisation."""
    own, other = (OrganisationId(_id("organisation", which)) for which in (one.organisation, 1 - one.organisation))
    seats: dict[str, tuple[Seat, ...]] = {}
    for relation, unit in sorted(one.units):
        seat = Seat(UnitId(_id("unit", unit)), other if relation == "superior" else own)
        seats[relation] = (*seats.get(relation, ()), seat)
    state = State(
        CaseId(_id("case", number)),
        own,
        one.procedure,
        "xx-bureau@1",
        "registered",
        units=seats,
        unresolved=frozenset({_id("line", 0)} if one.unresolved else ()),
    )
    if one.limited is None:
        return state
    limited, (unit, role) = one.limited, one.limited.owing
    duty = replace(
        HANDLE,
        role=role,
        seat=Seat(UnitId(_id("unit", unit)), own),
        assignee=None if limited.assignee is None else PersonId(_id("person", limited.assignee)),
    )
    listed = Confidentiality(
        "internal",
        frozenset({UnitId(_id("unit", limited.unit))}),
        frozenset({PostId(_id("post", limited.post))}),
        frozenset({PersonId(_id("person", limited.person))}),
    )
    return replace(state, duties=(duty,), confidentiality=listed)


def write(number: int, one: Told) -> None:
    """The rows of a case, as the door leaves them."""
    state = state_of(number, one)
    organisation, accuses = _id("organisation", one.organisation), one.accused_units or one.accused_people
    case = Case.objects.create(
        id=_id("case", number),
        organisation_id=organisation,
        number=f"A-20260101-{number:06}",
        procedure=one.procedure,
        stage="registered",
        seq=1,
        state=codec.dumps(state),
        level=state.level,
        headcount=1,
        petitioner=Petitioner(id=_id("petitioner", 0)),
        received_at=NOW,
        registered_at=NOW + timedelta(minutes=number % 3),
        changed_at=NOW,
        unresolved=one.unresolved,
        sealed=bool(one.sealed or accuses or one.unresolved),
    )
    units = [(relation, _id("unit", unit)) for relation, unit in sorted(one.units)]
    CaseUnit.objects.bulk_create(CaseUnit(case=case, relation=relation, unit_id=unit) for relation, unit in units)
    CaseAccused.objects.bulk_create(
        [CaseAccused(case=case, unit_id=_id("unit", unit)) for unit in one.accused_units]
        + [CaseAccused(case=case, account_id=_id("person", person)) for person in one.accused_people]
    )
    CaseAccess.objects.bulk_create(access.rows(case, access.scopes_after(state), owing=True))
    Duty.objects.create(
        id=_id("duty", number),
        organisation_id=organisation,
        case=case,
        kind="accept",
        role="intake",
        limit="accept",
        opened_at=NOW,
        due_at=NOW,
        turn_at=NOW,
        derivation={},
        clause=[],
    )


def above(tree: list[int | None], unit: int) -> frozenset[UnitId]:
    """The units above one, where each stands under one with a smaller number."""
    found = set()
    while (parent := tree[unit]) is not None and parent < unit:
        found.add(UnitId(_id("unit", parent)))
        unit = parent
    return frozenset(found)


def defined(actor: Actor) -> set[UUID]:
    """What an actor sees by the definition, from the rows of the cases themselves."""
    assert actor.unit is not None
    if not actor.roles:
        return set()
    wide = None if visible.sees_organisation(actor) else visible._walks_in(actor)
    rows = visible._seen_by_staff(
        actor.unit, actor.person, actor.within, actor.organisation, wide, visible.custodies(actor)
    )
    return {id for id, level in rows.values_list("id", "level") if visible._may_know(actor, id, level)}


@pytest.mark.django_db
@given(st.lists(told, max_size=8), st.lists(readers, min_size=1, max_size=4), trees)
def test_whoever_holds_what_post_sees_what_the_definition_says(
    given_cases: list[Told], posts: list[tuple[int, int, int, frozenset[str]]], tree: list[int | None]
) -> None:
    with transaction.atomic():
        for number, book in enumerate(("xx-bureau", "national-2022")):
            id = _id("organisation", number)
            Organisation.objects.create(id=id, code=f"o{number}", name=f"机构{number}", rulebook=book, created_at=NOW)
        for number, one in enumerate(given_cases):
            write(number, one)
        for post in posts:
            sees_what_is_defined(holder(*post, tree))
        transaction.set_rollback(True)


def holder(organisation: int, unit: int, person: int, roles: frozenset[str], tree: list[int | None]) -> Actor:
    """Somebody at work in a unit of a tree."""
    return Actor(
        "staff",
        OrganisationId(_id("organisation", organisation)),
        roles,
        person=PersonId(_id("person", person)),
        post=PostId(_id("post", person)),
        unit=UnitId(_id("unit", unit)),
        related_units=above(tree, unit),
    )


def sees_what_is_defined(actor: Actor) -> None:
    """Through every way of reading."""
    expected = defined(actor)
    assert set(visible.visible_to(actor).values_list("id", flat=True)) == expected
    assert {row.case_id for rows in visible.accessible(actor) for row in rows} == expected
    owed = [duty.case_id for rows in duties_owed(actor, mine=False) for duty in rows]
    assert sorted(owed) == sorted(expected)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_a_row_that_is_not_there_hides_a_case_from_lists(cast: Cast) -> None:
    matter, intake = begin(cast), cast.actor("intake")
    assert [row.case.id for row in cases(intake, CaseFilter(), NOW).items] == [matter.id]
    CaseAccess.objects.filter(case=matter.case).delete()
    assert not cases(intake, CaseFilter(), NOW).items


def test_a_row_that_should_not_be_there_opens_no_case(cast: Cast) -> None:
    """Before a case is opened or acted on, its own rows are asked."""
    matter, stranger = begin(cast), cast.actor("stranger")
    assert stranger.unit is not None
    CaseAccess.objects.bulk_create(access.rows(matter.case, [stranger.unit], owing=True))
    assert [row.case.id for row in cases(stranger, CaseFilter(), NOW).items] == [matter.id]
    assert visible.visible_case(stranger, matter.case.number) is None
    assert visible.visible_id(stranger, matter.case.number) is None


def test_nor_a_paper_of_it(cast: Cast) -> None:
    matter, stranger = walk(begin(cast), until="accept"), cast.actor("stranger")
    document = Notice.objects.filter(case=matter.id).first()
    assert document is not None and stranger.unit is not None
    assert visible.visible_document(cast.actor("intake"), document.id) == document
    CaseAccess.objects.bulk_create(access.rows(matter.case, [stranger.unit], owing=True))
    assert visible.visible_document(stranger, document.id) is None


def test_what_is_called_so_nowhere_is_an_empty_list_for_whoever_has_several_scopes(cast: Cast) -> None:
    begin(cast)
    assert len(visible.scopes_of(cast.actor("discipline"))) > 1
    assert not cases(cast.actor("discipline"), CaseFilter(unit="nix"), NOW).items


def test_a_post_without_a_role_has_an_empty_worklist(cast: Cast) -> None:
    idle = replace(cast.actor("stranger"), roles=frozenset())
    begin(cast)
    assert not worklist(idle, NOW).items
    assert counts_of_each([duties_owed(idle, mine=True)], NOW)[0].open == 0


def test_who_neither_acts_nor_approves_nor_oversees_reads_nothing_of_their_units_matters(cast: Cast) -> None:
    """A post without any role, and that of a liaison to whom the rulebook gives nothing to do, for the unit that handles the matter."""
    matter = walk(begin(cast), until="assign")
    document = Notice.objects.filter(case=matter.id).first()
    handler = cast.actor("handler")
    assert document is not None and visible.visible_document(handler, document.id) == document
    for roles in (frozenset[str](), frozenset({LIAISON})):
        idle = replace(handler, roles=roles)
        assert not visible.visible_to(idle).exists()
        assert not cases(idle, CaseFilter(), NOW).items
        assert not visible.handed_over_by(idle).exists()
        assert visible.visible_id(idle, matter.case.number) is None
        assert visible.visible_case(idle, matter.case.number) is None
        assert visible.visible_document(idle, document.id) is None


def test_an_accused_is_kept_from_a_case_that_their_unit_may_see(cast: Cast) -> None:
    accused, other = cast.actor("registrar"), cast.actor("discipline")
    matter = begin(cast, accused=("registrar",))
    scopes = set(CaseAccess.objects.filter(case=matter.case).values_list("scope", flat=True))
    assert accused.organisation in scopes
    assert not cases(accused, CaseFilter(), NOW).items
    assert not cases(replace(accused, person=other.person), CaseFilter(q=matter.case.number), NOW).items


def test_a_unit_sees_what_it_has_to_do_with_as_soon_as_it_has(cast: Cast) -> None:
    matter, handler = begin(cast), cast.actor("handler")
    assert not cases(handler, CaseFilter(), NOW).items
    walk(matter, until="assign")
    assert [row.case.id for row in cases(handler, CaseFilter(), NOW).items] == [matter.id]
