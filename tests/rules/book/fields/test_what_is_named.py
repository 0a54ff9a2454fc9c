"""Choices, units, people, cases: what is named from what is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from huiyin.procedure.refusal import ProblemCode
from huiyin.rules.book.fields import type_named, type_of
from huiyin.rules.book.fields.base import UNREADABLE, Around
from huiyin.rules.book.fields.rule import FieldTypeName
from tests.procedure.cast import FIRE, LOGISTICS, named
from tests.rules.book.fields.world import CASE, CLERK, TODAY, read, rule, wrong


def test_only_what_is_listed_may_be_chosen() -> None:
    assert wrong(rule("choice"), "sound") == []
    assert wrong(rule("choice"), "other") == [(ProblemCode.NOT_OFFERED, {})]
    assert wrong(rule("choices"), ("sound", "other")) == [(ProblemCode.NOT_OFFERED, {})]


def test_one_choice_alone_counts_as_several() -> None:
    assert read("choices", "sound") == ("sound",)


def test_units_people_and_cases_are_looked_up() -> None:
    assert read("unit", "fire") == FIRE.unit
    assert read("units", ["fire", "logistics"]) == (FIRE.unit, LOGISTICS.unit)
    assert read("person", "clerk") == CLERK
    assert read("case", "LJ-1") == CASE


@pytest.mark.parametrize(
    ("type", "given"), [("unit", "moon"), ("units", ["fire", "moon"]), ("person", "nobody"), ("case", "LJ-2")]
)
def test_what_nobody_knows_cannot_be_read(type: FieldTypeName, given: object) -> None:
    assert read(type, given) is UNREADABLE


def test_a_unit_or_person_that_the_directory_does_not_know_is_refused() -> None:
    for type in ("unit", "person"):
        assert wrong(rule(type), named("无此对象")) == [(ProblemCode.NOT_IN_DIRECTORY, {})]


def test_a_unit_in_which_nobody_holds_the_role_that_would_owe_the_work_is_refused() -> None:
    asked = rule("unit").model_copy(update={"holds": ("handler",)})
    around = Around(TODAY, {FIRE.unit}, {}, frozenset(), frozenset(), {FIRE.unit: frozenset({"head"})})
    there = replace(around, held={FIRE.unit: frozenset({"handler"})})
    assert list(type_of(asked).wrong(asked, FIRE.unit, around)) == [(ProblemCode.NOBODY_HOLDS, {"roles": "handler"})]
    assert list(type_of(asked).wrong(asked, FIRE.unit, there)) == []


def test_whom_the_case_accuses_is_refused_and_so_is_whoever_belongs_to_it() -> None:
    accused = [(ProblemCode.ACCUSED, {})]
    assert wrong(rule("unit"), FIRE.unit, FIRE.unit) == accused
    assert wrong(rule("units"), (FIRE.unit, LOGISTICS.unit), LOGISTICS.unit) == accused
    assert wrong(rule("person"), CLERK, CLERK) == accused
    assert wrong(rule("person"), CLERK, FIRE.unit) == accused


def test_one_of_many_is_chosen_from_a_list_that_opens() -> None:
    for type in ("choice", "unit", "person"):
        assert type_named(type).drawn_by(7) == "radios"
        assert type_named(type).drawn_by(8) == "select"
    assert type_named("units").drawn_by(8) == "checks"
