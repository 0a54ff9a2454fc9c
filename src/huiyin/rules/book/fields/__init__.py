"""Fields of forms: how a rulebook describes one, and what each type of field knows of itself."""

from __future__ import annotations

from typing import Any, cast

from huiyin.rules.book.fields import types as types  # every type registers itself
from huiyin.rules.book.fields.base import FieldType
from huiyin.rules.book.fields.rule import KNOWN, FieldRule


def type_of(rule: FieldRule) -> FieldType[Any]:
    """The type of the field that ``rule`` describes."""
    return type_named(rule.type)


def type_named(name: str) -> FieldType[Any]:
    """The type that rulebooks know as ``name``. Raises KeyError."""
    return cast("FieldType[Any]", KNOWN[name])
