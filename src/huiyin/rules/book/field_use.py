"""A field as a form of a rulebook asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from huiyin.rules.book.elements import FIELD_USE, as_tuple, complaint
from huiyin.rules.book.flaw_codes import FlawCode


def _one_of_each(value: tuple[FieldUse, ...]) -> tuple[FieldUse, ...]:
    if len(set(value)) != len(value):
        raise complaint(FlawCode.ENTRY_TWICE)
    return value


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field as a form asks for it: written ``name``, or ``name?`` when it may be left empty."""

    name: str
    required: bool = True

    def __str__(self) -> str:
        return self.name if self.required else f"{self.name}?"

    @classmethod
    def parse(cls, written: str) -> FieldUse:
        """The use that a rulebook writes as ``written``."""
        return cls(written.removesuffix("?"), not written.endswith("?"))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.str_schema(pattern=FIELD_USE, max_length=61)
        as_written = core_schema.plain_serializer_function_ser_schema(str)
        return core_schema.no_info_after_validator_function(cls.parse, written, serialization=as_written)


FieldUses = Annotated[tuple[FieldUse, ...], BeforeValidator(as_tuple), AfterValidator(_one_of_each)]
