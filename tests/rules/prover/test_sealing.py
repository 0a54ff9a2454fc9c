"""A field that names somebody complained of seals, and a book in which somebody may be accused has a custodian who finds out who."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from huiyin.rules.book.load import Rules, load, shipped
from huiyin.rules.book.schema import Procedure
from huiyin.rules.prover.proofs.sealing import sealed
from huiyin.rules.prover.prove import prove_rules


def codes(rules: Rules) -> set[str]:
    return {str(finding.flaw.why.code) for finding in sealed(rules)}


def with_book(rules: Rules, **changes: Any) -> Rules:
    return replace(rules, book=rules.book.model_copy(update=changes))


def with_field(rules: Rules, name: str, **changes: Any) -> Rules:
    fields = rules.book.fields
    return with_book(rules, fields={**fields, name: fields[name].model_copy(update=changes)})


def with_procedures(rules: Rules, change: Callable[[Procedure], Procedure]) -> Rules:
    return with_book(rules, procedures={name: change(one) for name, one in rules.book.procedures.items()})


def with_identifying(rules: Rules, **changes: Any) -> Rules:
    def change(procedure: Procedure) -> Procedure:
        actions = {
            name: action.model_copy(update=changes) if action.identifies else action
            for name, action in procedure.actions.items()
        }
        return procedure.model_copy(update={"actions": actions})

    return with_procedures(rules, change)


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_book_names_a_custodian_and_seals_from_whomever_a_form_complains_of(name: str) -> None:
    rules = load(name)
    assert "custodian" in rules.book.roles
    assert codes(rules) == set()
    assert rules.book.procedures["matter"].identifying is not None


@pytest.mark.parametrize("name", ["national-2022", "squad-rules"])
def test_a_field_that_names_whom_a_petitioner_complains_of_and_does_not_seal_is_found(name: str) -> None:
    damaged = with_field(load(name), "complained_of", accuses=False)
    assert codes(damaged) == {"not-sealed"}
    assert not prove_rules(damaged).sound


def test_it_is_found_as_well_where_staff_name_somebody_whom_the_case_bars_from_its_beginning() -> None:
    rules = with_field(load("national-2022"), "complained_of", accuses=False)

    def by_staff(procedure: Procedure) -> Procedure:
        actions = {
            name: action.model_copy(update={"by": tuple(role for role in action.by if role != "petitioner")})
            for name, action in procedure.actions.items()
        }
        return procedure.model_copy(update={"actions": actions})

    assert "not-sealed" in codes(with_procedures(rules, by_staff))


def test_a_book_that_takes_petitions_in_and_has_no_custodian_is_rejected() -> None:
    rules = load("national-2022")
    roles = {name: role for name, role in rules.book.roles.items() if name != "custodian"}
    damaged = with_book(with_procedures(rules, lambda procedure: procedure.without_identifying), roles=roles)
    assert "no-custodian" in codes(damaged)
    assert not prove_rules(damaged).sound


def test_a_custodian_who_has_no_action_to_say_who_is_accused_is_found() -> None:
    damaged = with_procedures(load("national-2022"), lambda procedure: procedure.without_identifying)
    assert codes(damaged) == {"nobody-identifies"}


@pytest.mark.parametrize(
    "damage",
    [{"by": ("custodian", "intake")}, {"by": ("registrar",)}, {"discharges": ()}, {"fields": ()}],
    ids=["others too", "others", "no duty", "names nobody"],
)
def test_saying_who_is_accused_is_the_duty_of_the_custodian_alone(damage: dict[str, Any]) -> None:
    assert "identifies-wrongly" in codes(with_identifying(load("national-2022"), **damage))


def test_a_duty_that_does_not_run_from_when_somebody_was_accused_is_found() -> None:
    def late(procedure: Procedure) -> Procedure:
        limits = {
            name: limit.model_copy(update={"start": "received"}) if limit.start == "accused_written" else limit
            for name, limit in procedure.limits.items()
        }
        return procedure.model_copy(update={"limits": limits})

    assert "identifies-wrongly" in codes(with_procedures(load("national-2022"), late))


@pytest.mark.parametrize(
    "damage",
    [{"by": ("custodian", "unit_head")}, {"marks": {}}, {"opens": ()}, {"withdraws": ()}],
    ids=["others too", "unmarked", "asks nobody", "stays open"],
)
def test_that_nobody_is_accused_one_proposes_and_another_confirms(damage: dict[str, Any]) -> None:
    def change(procedure: Procedure) -> Procedure:
        asked = procedure.actions["propose_clearing"].model_copy(update=damage)
        return procedure.model_copy(update={"actions": {**procedure.actions, "propose_clearing": asked}})

    assert "cleared-alone" in codes(with_procedures(load("national-2005"), change))


@pytest.mark.parametrize("other", [None, "custodian", "unit_head", "handler"])
def test_who_confirms_is_another_than_who_proposes(other: str | None) -> None:
    rules = load("national-2005")  # in which unit_head stands in for the custodian
    custodian = rules.book.roles["custodian"].model_copy(update={"confirmed_by": other})
    assert codes(with_book(rules, roles={**rules.book.roles, "custodian": custodian})) == {"cleared-alone"}
