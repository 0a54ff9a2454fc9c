"""Whoever a step belongs to can open the case on which it is taken: every shipped book, every procedure, every role."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from huiyin.casework import access
from huiyin.casework.models import Case, CaseAccess, CaseUnit
from huiyin.casework.visible import visible_case, visible_to
from huiyin.people.ids import new_id
from huiyin.people.models import Organisation, Unit
from huiyin.procedure.command import Actor, OrganisationId, PersonId, UnitId
from huiyin.rules.book.load import load, shipped
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.steps import begins_case, walks_in
from tests.cast import NOW

pytestmark = pytest.mark.django_db

FOLLOWS_FROM_A_UNIT: Final = ("handling", "co_handling", "superior", "superior_of_superior")
"""Where roles stand that are named by an assignment, or get a duty before anything else is theirs."""


def steps(procedure: Procedure) -> Iterator[tuple[str, str]]:
    """The actions on a case, each with a role that may take it."""
    for name, action in procedure.actions.items():
        if not begins_case(action):
            yield from ((name, role) for role in action.by)


def a_case(organisation: Organisation, procedure: str) -> Case:
    moments = dict.fromkeys(("received_at", "registered_at", "changed_at"), NOW)
    return Case.objects.create(
        id=(id := new_id(NOW)),
        organisation=organisation,
        number=str(id),
        procedure=procedure,
        rulebook=organisation.rulebook,
        stage="any",
        seq=1,
        state="{}",
        channel="inside",
        headcount=1,
        petitioner_id=new_id(NOW),
        **moments,
    )


def write_down(case: Case) -> None:
    """Who may see a case, from its rows, as the door does."""
    units = case.units.values_list("relation", "unit_id")
    scopes = access.scopes_of_case(case.organisation_id, case.procedure, units, unresolved=case.unresolved)
    CaseAccess.objects.bulk_create(access.rows(case, scopes, owing=True))


@pytest.mark.parametrize("name", shipped())
def test_a_role_that_has_a_step_can_open_the_case(name: str) -> None:
    book = load(name).book
    organisation = Organisation.objects.create(code="o", name="机构", rulebook=name, created_at=NOW)
    units = {role: Unit.objects.create(organisation=organisation, code=role, name=role) for role in book.roles}
    cases = {procedure: a_case(organisation, procedure) for procedure in book.procedures}
    for procedure, rule in book.procedures.items():
        for owed in {duty.of for duty in rule.duties.values()}:
            CaseUnit.objects.create(case=cases[procedure], unit=units[owed], relation=owed)
        write_down(cases[procedure])
        for action, role in steps(rule):
            if book.roles[role].of in FOLLOWS_FROM_A_UNIT or book.roles[role].of in ("petitioner", "system"):
                continue
            actor = Actor(
                "staff",
                OrganisationId(organisation.id),
                frozenset({role}),
                PersonId(new_id(NOW)),
                unit=UnitId(units[role].id),
            )
            number = cases[procedure].number
            assert visible_case(actor, number) == cases[procedure], (procedure, action, role)
            assert visible_to(actor).filter(number=number).exists()
            abroad = replace(actor, organisation=OrganisationId(new_id(NOW)), unit=UnitId(new_id(NOW)))
            assert visible_case(abroad, number) is None


def test_a_step_in_one_procedure_opens_no_other() -> None:
    """The spokesman reads what is owed there, and nothing else; the inspection has steps in two procedures, and in no third."""
    book = load("xx-bureau").book
    assert (walks_in(book, "inspection"), walks_in(book, "spokesman")) == (("matter", "incident"), ())
    organisation = Organisation.objects.create(code="o", name="机构", rulebook="xx-bureau", created_at=NOW)
    unit = Unit.objects.create(organisation=organisation, code="u", name="宣传处")
    case = a_case(organisation, "matter")
    actor = Actor(
        "staff", OrganisationId(organisation.id), frozenset({"spokesman"}), PersonId(new_id(NOW)), unit=UnitId(unit.id)
    )
    assert visible_case(actor, case.number) is None
    CaseUnit.objects.create(case=case, unit=unit, relation="spokesman")
    assert visible_case(actor, case.number) is not None
    Case.objects.filter(id=case.id).update(unresolved=True)
    assert visible_case(actor, case.number) is None  # until its custodian has said whom it accuses
