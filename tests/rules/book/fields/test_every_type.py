"""What holds of every type of field, also of one that is added tomorrow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import jsonschema_rs
import pytest
from pydantic import ValidationError

from huiyin.rules.book.fields import type_named, type_of, types
from huiyin.rules.book.fields.base import UNREADABLE, UnreadableEntry
from huiyin.rules.book.fields.rule import KNOWN, FieldRule, FieldTypeName
from huiyin.rules.book.fields.types.confirm import ConfirmType
from huiyin.rules.export.json_schema import json_schema
from tests.rules.book.fields.world import Program, Reader, rule, shown, wrong

TYPES: Final = sorted(KNOWN)


@pytest.fixture
def _one_more() -> Iterator[None]:
    """A type that nobody has heard of, in a class of its own and nowhere else."""
    type("Signature", (ConfirmType,), {}, name="signature")
    yield
    del KNOWN["signature"]


def _schema_of_types() -> list[str]:
    names: list[str] = json_schema()["$defs"]["FieldRule"]["properties"]["type"]["anyOf"][0]["enum"]
    return names


@pytest.mark.usefixtures("_one_more")
def test_a_class_is_all_that_a_new_type_takes() -> None:
    asked = FieldRule(type="signature", zh="签字", en="Signature")
    assert type_of(asked).name == "signature"
    assert _schema_of_types() == sorted([*TYPES, "signature"])


def test_a_type_that_no_class_is_of_is_refused_with_those_that_there_are() -> None:
    for name in ("signature", 5, ["line"]):
        with pytest.raises(ValidationError, match=r"Input should be 'case', 'cases', 'choice', .* or 'units'"):
            FieldRule.model_validate({"type": name, "zh": "签字", "en": "Signature"})
    assert _schema_of_types() == TYPES


def test_each_type_has_a_file_of_its_own() -> None:
    files = [type(kind).__module__ for kind in KNOWN.values()]
    assert len(set(files)) == len(files)
    modules = {path.stem for path in Path(types.__path__[0]).glob("*.py")} - {"__init__"}
    assert {f"{types.__name__}.{module}" for module in modules} == set(files)


def test_a_second_type_of_the_same_name_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="two types of field are called confirm"):
        type("Again", (ConfirmType,), {}, name="confirm")


@pytest.mark.parametrize("name", TYPES)
def test_what_somebody_writes_into_it_is_read_and_found_to_be_right(name: FieldTypeName) -> None:
    kind, asked = type_named(name), rule(name)
    value = kind.read_value(kind.example(Program()), Reader())
    assert value is not None
    assert not isinstance(value, UnreadableEntry)
    assert kind.accepts(value)
    assert not kind.is_empty(value)
    assert wrong(asked, value) == []


@pytest.mark.parametrize("name", TYPES)
def test_what_programs_are_told_to_send_is_what_is_read(name: FieldTypeName) -> None:
    kind = type_named(name)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **kind.json_schema(shown(rule(name)))}
    validator = jsonschema_rs.validator_for(schema)
    assert validator.is_valid(kind.example(Program()))
    assert not validator.is_valid({"no": "value"})


@pytest.mark.parametrize("name", TYPES)
def test_what_cannot_be_read_is_answered_with_what_to_write(name: FieldTypeName) -> None:
    kind = type_named(name)
    if kind.read_value({"no": "value"}, Reader()) is UNREADABLE:
        assert kind.unreadable


@pytest.mark.parametrize("name", TYPES)
def test_nothing_is_empty(name: FieldTypeName) -> None:
    assert all(type_named(name).is_empty(nothing) for nothing in (None, "", ()))
