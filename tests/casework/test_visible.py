"""Who sees which case: every post of the cast × every relation to a case × every way of looking, above all who does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

import pytest
from django.db.models import Q

from huiyin.casework.case_view import CaseView
from huiyin.casework.lists import repeats, unfinished
from huiyin.casework.lists.cases import CaseFilter, cases
from huiyin.casework.lists.duties import duties_owed, worklist
from huiyin.casework.models import Case, Duty
from huiyin.casework.visible import duties_visible_to, visible_case, visible_id, visible_to
from huiyin.door.entry import FieldReader, ParsedFields
from huiyin.people.appointments import appoint
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Post
from huiyin.procedure.command import Actor
from tests.cast import DAY, FIRST_DAY, NOW, PEOPLE, Cast, make_cast
from tests.matters import DAWN, Matter, begin, walk

OFFICE: Final = frozenset({"registrar", "intake", "discipline", "archivist", "head"})
"""Whose roles see every case of 临江."""
FIRE: Final = frozenset({"handler", "colleague"})
SUPERIOR: Final = frozenset({"reviewer", "superior_registrar"})

NAMED: Final = PetitionerFields(
    name="陈晓光", phone="13800001111", id_number="110101199003070732", address="临江市滨江路 8 号"
)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


# --- the relations --------------------------------------------------------------------------------------------------


def registered(cast: Cast) -> Matter:
    return begin(cast, petitioners=(NAMED,))


def handled(cast: Cast) -> Matter:
    return walk(registered(cast), until="assign")


def co_handled(cast: Cast) -> Matter:
    matter = handled(cast)
    matter.does("intake", "join_unit")
    return matter


def passed_on(cast: Cast) -> Matter:
    """The first handling unit objected with success; another one handles it."""
    matter = handled(cast)
    matter.does("handler", "object")
    matter.does("intake", "uphold_objection", reason="同意。")
    matter.does("intake", "assign", unit="lj-logistics")
    return matter


def reviewed(cast: Cast) -> Matter:
    return walk(registered(cast), until="serve_review")


def re_reviewed(cast: Cast) -> Matter:
    return walk(registered(cast), until="serve_rereview")


def ended(cast: Cast) -> Matter:
    return walk(registered(cast))


def accusing(*names: str) -> Callable[[Cast], Matter]:
    def make(cast: Cast) -> Matter:
        return begin(cast, petitioners=(NAMED,), accused=names)

    return make


def found_to_be_outside(cast: Cast) -> Matter:
    matter = accusing("某公司")(cast)
    matter.does("discipline", "propose_clearing")
    matter.does("superior_registrar", "identify_accused")
    return matter


def accused_unit_and_handled_by_another(cast: Cast) -> Matter:
    matter = accusing("临江防火处")(cast)
    matter.does("intake", "accept")
    matter.does("intake", "assign", unit="lj-logistics")
    return matter


def accusing_the_only_office_of_an_organisation_under_none(cast: Cast) -> Matter:
    return begin(cast, petitioners=(NAMED,), organisation=cast.organisations["nh"], accused=("南河信访办",))


def of_the_superior(cast: Cast) -> Matter:
    return begin(cast, petitioners=(NAMED,), organisation=cast.organisations["jn"])


def of_another(cast: Cast) -> Matter:
    return begin(cast, petitioners=(NAMED,), organisation=cast.organisations["nh"])


RELATIONS: Final[dict[str, tuple[Callable[[Cast], Matter], frozenset[str]]]] = {
    "registered": (registered, OFFICE),
    "handled": (handled, OFFICE | FIRE),
    "co-handled": (co_handled, OFFICE | FIRE | {"co_handler"}),
    "handled by another unit than at first": (passed_on, OFFICE | {"co_handler"}),
    "reviewed": (reviewed, OFFICE | FIRE | SUPERIOR),
    "re-reviewed": (re_reviewed, OFFICE | FIRE | SUPERIOR | {"rereviewer"}),
    "ended": (ended, OFFICE | FIRE | SUPERIOR | {"rereviewer"}),
    "accuses nobody who is certain": (accusing("某公司"), frozenset({"discipline"})),
    "accuses somebody who was found to be outside": (found_to_be_outside, OFFICE | {"superior_registrar"}),
    "accuses a unit": (accusing("临江防火处"), OFFICE),
    "accuses the unit that would have handled it": (accused_unit_and_handled_by_another, OFFICE | {"co_handler"}),
    "accuses the office that receives petitions": (accusing("临江信访办"), SUPERIOR | {"head"}),
    "accuses one of that office": (accusing("registrar"), SUPERIOR | {"head"}),
    "accuses one of that office by name": (accusing("同事 intake"), SUPERIOR | {"head"}),
    "accuses the head": (accusing("同事 head"), OFFICE - {"head"}),
    "accuses a unit of the superior": (accusing("jn 机构江南信访办"), OFFICE),
    "of the superior": (of_the_superior, frozenset({"superior_registrar"}) | {"reviewer"}),
    "of another organisation": (of_another, frozenset({"outsider", "outside_head"})),
    "accuses the only office of another": (
        accusing_the_only_office_of_an_organisation_under_none,
        frozenset({"outside_head"}),
    ),
}

TRIED_EACH_TIME: Final = {
    "co-handled",
    "re-reviewed",
    "ended",
    "accuses nobody who is certain",
    "accuses one of that office",
    "of another organisation",
}
EVERY_RELATION: Final = [
    pytest.param(*how, id=name, marks=() if name in TRIED_EACH_TIME else (pytest.mark.exhaustive,))
    for name, how in RELATIONS.items()
]


# --- the ways of looking --------------------------------------------------------------------------------------------


def numbers(rows: Iterable[CaseView]) -> set[str]:
    return {row.case.number for row in rows}


def searching(query: Callable[[Case], str]) -> Callable[[Actor, Case, datetime], bool]:
    def look(actor: Actor, case: Case, at: datetime) -> bool:
        return case.number in numbers(cases(actor, CaseFilter(q=query(case)), at).items)

    return look


def narrowed(filter_: Callable[[Case], CaseFilter]) -> Callable[[Actor, Case, datetime], bool]:
    def look(actor: Actor, case: Case, at: datetime) -> bool:
        return case.number in numbers(cases(actor, filter_(case), at, size=1).items)

    return look


def by_duties(actor: Actor, case: Case, at: datetime) -> bool:
    return case.number in {row.case.number for row in worklist(actor, at, mine=False).items}


def by_unfinished(actor: Actor, case: Case, at: datetime) -> bool:
    return case.number in {row.view.case.number for row in unfinished.unfinished(actor, at).items}


WAYS: Final[dict[str, Callable[[Actor, Case, datetime], bool]]] = {
    "one": lambda actor, case, at: visible_to(actor).filter(id=case.id).exists(),
    "one by number": lambda actor, case, at: visible_to(actor).filter(number=case.number).first() is not None,
    "the one that an action would be taken on": lambda actor, case, at: visible_id(actor, case.number) == case.id,
    "the one that a page shows": lambda actor, case, at: visible_case(actor, case.number) == case,
    "list": narrowed(lambda case: CaseFilter()),
    "list of a stage": narrowed(lambda case: CaseFilter(stage=case.stage)),
    "list of late ones": lambda actor, case, at: (
        case.due_at is None or case.number in numbers(cases(actor, CaseFilter(overdue=True), case.due_at + DAY).items)
        if case.ended_at is None and case.due_at is not None
        else visible_to(actor).filter(id=case.id).exists()
    ),
    "search by number": searching(lambda case: case.number),
    "search by number in small letters": searching(lambda case: case.number.lower()),
    "search by the beginning of the number": searching(lambda case: case.number[:11]),
    "search by receipt": searching(lambda case: case.submissions.get().receipt),
    "search by name": searching(lambda case: NAMED.name),
    "search by phone": searching(lambda case: "138 0000 1111"),
    "search by identity number": searching(lambda case: NAMED.id_number),
    "count": lambda actor, case, at: visible_to(actor).count() == 1,
}
WAYS_WHILE_OPEN: Final[dict[str, Callable[[Actor, Case, datetime], bool]]] = {
    "duties": by_duties,
    "count of duties": lambda actor, case, at: (
        unfinished.counts_of_each([duties_owed(actor, mine=False)], at)[0].open > 0
    ),
    "all duties": lambda actor, case, at: duties_visible_to(actor).exists(),
    "unfinished matters": by_unfinished,
    "list of open ones": narrowed(lambda case: CaseFilter(open=True)),
}


@pytest.mark.parametrize(("make", "allowed"), EVERY_RELATION)
def test_a_case_is_seen_by_whom_it_concerns_and_by_nobody_else_however_they_look(
    cast: Cast, make: Callable[[Cast], Matter], allowed: frozenset[str]
) -> None:
    matter = make(cast)
    case = matter.case
    ways = WAYS | (WAYS_WHILE_OPEN if case.ended_at is None else {})
    seen = {(name, way): look(matter.actor(name), case, matter.at) for name in PEOPLE for way, look in ways.items()}
    expected = {(name, way): name in allowed for name in PEOPLE for way in ways}
    assert {key: sees for key, sees in seen.items() if sees != expected[key]} == {}


@pytest.mark.parametrize(("make", "allowed"), EVERY_RELATION)
def test_nobody_owes_a_duty_on_a_case_that_they_cannot_see_and_somebody_can_do_each(
    cast: Cast, make: Callable[[Cast], Matter], allowed: frozenset[str]
) -> None:
    matter = make(cast)
    owing: dict[str, set[str]] = {}
    for name in PEOPLE:
        for row in worklist(matter.actor(name), matter.at, mine=True).items:
            owing.setdefault(row.kind, set()).add(name)
    assert set().union(*owing.values()) <= allowed
    open_now = Duty.objects.filter(discharged_at=None, withdrawn_at=None)
    if matter.case.unresolved:  # until it is known whom it accuses, everything else waits
        open_now = open_now.filter(kind="identify_accused")
    open_kinds = set(open_now.values_list("kind", flat=True))
    assert owing.keys() == open_kinds


# --- whom a sealed case hides from ----------------------------------------------------------------------------------


def test_a_unit_below_the_accused_one_does_not_see_it_even_when_it_was_made_to_handle_it(cast: Cast) -> None:
    matter = accused_unit_and_handled_by_another(cast)
    matter.case.units.create(relation="handling", unit=cast.units["lj-fire-east"])
    assert not visible_to(matter.actor("below")).exists()


def test_a_unit_below_the_accused_one_cannot_be_given_it(cast: Cast) -> None:
    matter = accusing("临江防火处")(cast)
    matter.does("intake", "accept")
    for unit in ("lj-fire", "lj-fire-east"):
        assert "UNAVAILABLE" in str(matter.tries("intake", "assign", unit=unit)), unit
    matter.does("intake", "assign", unit="lj-logistics")
    assert "UNAVAILABLE" in str(matter.tries("intake", "join_unit", units=["lj-training", "lj-fire-east"]))
    for person in ("handler", "below"):
        assert "NOT_IN_UNIT" in str(matter.tries("head", "name_handler", handler=person)), person


def test_the_unit_of_an_accused_person_cannot_be_given_it(cast: Cast) -> None:
    matter = accusing("同事 colleague")(cast)
    matter.does("intake", "accept")
    assert "UNAVAILABLE" in str(matter.tries("intake", "assign", unit="lj-fire"))


def test_an_accused_person_does_not_see_it_from_another_post_either(cast: Cast) -> None:
    matter = accused_unit_and_handled_by_another(cast)
    second = Post.objects.create(
        organisation=cast.lj, unit=cast.units["lj-logistics"], title="兼职", roles=["handler", "registrar"]
    )
    appoint(cast.accounts["handler"], second, FIRST_DAY)
    from huiyin.people.acting import actor_for

    moonlighter = actor_for(cast.accounts["handler"], at=matter.at, post_id=second.id)
    assert moonlighter is not None
    assert not visible_to(moonlighter).exists()
    assert visible_to(matter.actor("co_handler")).exists()


def test_whom_it_accuses_is_refused_every_action(cast: Cast) -> None:
    matter = accusing("临江信访办")(cast)
    for name in ("registrar", "intake", "discipline", "archivist"):
        for action in ("accept", "decline", "refer", "accept_accusation", "transfer_accusation"):
            assert "ACCUSED" in str(matter.tries(name, action)), (name, action)
    matter.does("superior_registrar", "accept_accusation")
    matter.does("superior_registrar", "answer_accusation")
    assert matter.case.stage == "answered"


def test_the_petitioner_alone_sees_it_from_outside(cast: Cast) -> None:
    mine = registered(cast)
    other = begin(cast, petitioners=(PetitionerFields(name="李四", phone="13900002222", address="别处"),))
    assert list(visible_to(mine.petitioner)) == [mine.case]
    assert list(visible_to(other.petitioner)) == [other.case]


def test_all_petitioners_of_one_matter_see_it(cast: Cast) -> None:
    second = PetitionerFields(name="李四", phone="13900002222", address="别处")
    matter = begin(cast, petitioners=(DAWN, second), headcount=2)
    for party in matter.case.parties.all():
        assert list(visible_to(cast.petitioner(party.petitioner_id))) == [matter.case]


def test_neither_the_system_nor_a_newcomer_nor_a_post_without_a_unit_sees_anything(cast: Cast) -> None:
    matter = registered(cast)
    lost = Actor("staff", matter.actor("registrar").organisation, frozenset({"registrar"}), None, None, None)
    for actor in (cast.system(), cast.newcomer(), lost):
        assert not visible_to(actor).exists()
        assert not duties_visible_to(actor).exists()


def test_a_post_whose_roles_the_rulebook_does_not_know_sees_nothing_of_the_organisation(cast: Cast) -> None:
    registered(cast)
    cast.posts["stranger"].roles = ["emperor", "petitioner", "system"]
    cast.posts["stranger"].save()
    assert not visible_to(cast.actor("stranger")).exists()


def test_a_search_with_wildcards_finds_what_bears_them_and_that_is_nothing(cast: Cast) -> None:
    matter = registered(cast)
    for query in ("%", "_", "LJ%", "*", "' OR 1=1 --", "\x00", "\ud800", "LJ-\x00", "x" * 10_000):
        assert cases(matter.actor("registrar"), CaseFilter(q=query), matter.at).items == (), repr(query)


def test_possible_repeats_show_only_what_the_asker_may_see(cast: Cast) -> None:
    accusing("临江信访办")(cast)
    seen = registered(cast)
    found = repeats.possible_repeats(seen.actor("registrar"), [NAMED], NOW)
    assert [repeat.view.case.number for repeat in found] == [seen.case.number]
    assert repeats.possible_repeats(seen.actor("stranger"), [NAMED], NOW) == ()


def test_a_case_cannot_be_named_in_a_form_by_whom_it_is_hidden_from(cast: Cast) -> None:
    matter = accusing("临江信访办")(cast)
    for name in PEOPLE:
        actor = matter.actor(name)
        allowed = name in SUPERIOR | {"head"}
        reader = FieldReader(ParsedFields(), "first_case", actor, NOW, cast.lj.id)
        for given in (matter.case.number, matter.id.hex, str(matter.id)):
            assert (reader.case(given) is not None) == allowed, (name, given)


def test_pages_of_a_list_never_show_what_is_hidden_between_them(cast: Cast) -> None:
    shown, hidden = [], []
    for position in range(12):
        matter = begin(cast, at=NOW + position * DAY / 24, accused=("临江信访办",) if position % 3 == 0 else ())
        (hidden if position % 3 == 0 else shown).append(matter.case.number)
    actor, found, after = cast.actor("registrar"), [], ""
    while True:
        page = cases(actor, CaseFilter(), NOW + DAY, after, size=3)
        found += [row.case.number for row in page.items]
        after = page.next
        if not after:
            break
    assert found == list(reversed(shown))
    assert set(found).isdisjoint(hidden)
    assert Case.objects.filter(Q(number__in=shown) | Q(number__in=hidden)).count() == 12
