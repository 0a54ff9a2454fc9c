"""A field of a form as a rulebook describes it. Which types there are, the types themselves say (``fields.types``)."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from huiyin.rules.book.conditions import Condition
from huiyin.rules.book.elements import Element, Id, Ids, Named, complaint
from huiyin.rules.book.flaw_codes import FlawCode

KNOWN: Final[dict[str, Any]] = {}
"""Every type of field by the name that rulebooks know it by; each puts itself here (``fields.base.FieldType``)."""


class _Registered:
    """The name of a type that registered itself. Looked up when a book is read, since a type knows the rule that it is for."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.registered)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"enum": sorted(KNOWN), "type": "string"}

    @staticmethod
    def registered(name: object) -> str:
        """``name``, unless there is no such type: then what pydantic says of a value outside a closed set."""
        if isinstance(name, str) and name in KNOWN:
            return name
        *others, last = (repr(known) for known in sorted(KNOWN))
        raise PydanticKnownError("literal_error", {"expected": f"{', '.join(others)} or {last}"})


FieldTypeName = Annotated[str, _Registered()]


class Choice(Named):
    """One of the choices of a field. Where it says ``offered_if``, it may be chosen only on a case whose facts pass that, or for which one of
    the moments ``or_marked`` was recorded.
    """

    offered_if: Condition = Field(default_factory=dict)
    or_marked: Ids = ()


def _one_for_all(value: dict[str, Choice]) -> dict[str, Choice]:
    """What is proved of forms rests on a choice that is open on every case."""
    if value and all(choice.offered_if for choice in value.values()):
        raise complaint(FlawCode.NO_CHOICE_FOR_ALL)
    return value


class Drawing(Element):
    """How a lot is drawn: so many (``size``) of the matters that a ``unit`` deals with, registered from one day (``since``) to another (``until``),
    each a field that was filled in before. Whoever draws chooses nothing, and draws the same however often.
    """

    unit: Id
    since: Id
    until: Id
    size: Id


class FieldRule(Named):
    """One thing that a form asks for. ``text``, ``line``, ``tracking_number``, ``time`` and ``files`` are sealed and never enter the ledger.

    ``accuses``: whoever is named here, or might be meant by these words, is complained of: the case is sealed from them.
    ``quotes``: what others say is written down here by staff: who is named is shut out where the words accuse them.
    ``holds`` are the roles whose holders are offered for a ``person``; in the handling unit alone when all are roles of it. A ``unit``
    must have somebody who holds one of them: what it would owe else, nobody would see. ``other_than`` is a field that must name another;
    ``later_than``, of a ``time``, one that must hold an earlier hour; of the evening before, where it ends in the night.
    ``not_own``: the unit may not be that of whoever fills it in, nor one above it: nobody supervises what they answer for.
    ``goes_with``: a form shows it only where it asks for this other field, and it may stay empty even then.
    ``drawn``: of ``cases``, they are drawn by lot; ``out_of``: of a ``case``, one of those that this other field names, each once.
    """

    type: FieldTypeName
    accuses: bool = False
    quotes: bool = False
    holds: Ids = ()
    procedure: Id | None = None
    other_than: Id | None = None
    later_than: Id | None = None
    goes_with: Id | None = None
    drawn: Drawing | None = None
    out_of: Id | None = None
    not_own: bool = False
    of: Annotated[dict[str, Choice], AfterValidator(_one_for_all)] = Field(default_factory=dict)
    min: int | None = None
    max: int | None = None
    past: bool = False
    hint: Named | None = None
