"""The types of field, each in a file of its own; docs/adding.md."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from huiyin.procedure.field_types.base import KNOWN, FieldType
from huiyin.rules.book.schema import FieldRule

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def type_of(rule: FieldRule) -> FieldType[Any]:
    """The type of the field that ``rule`` describes."""
    return KNOWN[rule.type]


def type_named(name: str) -> FieldType[Any]:
    """The type that rulebooks know as ``name``. Raises KeyError."""
    return KNOWN[name]
