"""What holds of every type of field, also of one that is added tomorrow."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import jsonschema_rs
import pytest

from huiyin.procedure.field_types import base, type_named
from huiyin.procedure.field_types.base import KNOWN, UNREADABLE, UnreadableEntry
from huiyin.procedure.field_types.confirm import ConfirmType
from huiyin.rules.book.schema import FieldType
from tests.procedure.field_types.world import Program, Reader, rule, shown, wrong

TYPES: tuple[FieldType, ...] = get_args(FieldType)


def test_the_types_that_a_rulebook_may_name_are_those_that_there_are() -> None:
    assert set(TYPES) == set(KNOWN)


def test_each_type_has_a_file_of_its_own() -> None:
    files = [type(kind).__module__ for kind in KNOWN.values()]
    here = Path(base.__file__).parent
    assert len(set(files)) == len(files)
    assert {f"huiyin.procedure.field_types.{path.stem}" for path in here.glob("*.py")} - {
        "huiyin.procedure.field_types.base",
        "huiyin.procedure.field_types.__init__",
    } == set(files)


def test_a_second_type_of_the_same_name_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="two types of field are called confirm"):
        type("Again", (ConfirmType,), {}, name="confirm")


@pytest.mark.parametrize("name", TYPES)
def test_what_somebody_writes_into_it_is_read_and_found_to_be_right(name: FieldType) -> None:
    kind, asked = type_named(name), rule(name)
    value = kind.read(kind.example(Program()), Reader())
    assert value is not None
    assert not isinstance(value, UnreadableEntry)
    assert kind.accepts(value)
    assert not kind.is_empty(value)
    assert wrong(asked, value) == []


@pytest.mark.parametrize("name", TYPES)
def test_what_programs_are_told_to_send_is_what_is_read(name: FieldType) -> None:
    kind = type_named(name)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **kind.json_schema(shown(rule(name)))}
    validator = jsonschema_rs.validator_for(schema)
    assert validator.is_valid(kind.example(Program()))
    assert not validator.is_valid({"no": "value"})


@pytest.mark.parametrize("name", TYPES)
def test_what_cannot_be_read_is_answered_with_what_to_write(name: FieldType) -> None:
    kind = type_named(name)
    if kind.read({"no": "value"}, Reader()) is UNREADABLE:
        assert kind.unreadable


@pytest.mark.parametrize("name", TYPES)
def test_nothing_is_empty(name: FieldType) -> None:
    assert all(type_named(name).is_empty(nothing) for nothing in (None, "", ()))
