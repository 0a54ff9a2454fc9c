"""The form of an action, generated from the rulebook's fields: as a view for pages and as JSON Schema for programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.attachments import MOST_FILES
from huiyin.casework.wording import name_of
from huiyin.people.acting import holders_in, holders_of
from huiyin.people.models import Unit
from huiyin.procedure.fields import LINE_LIMIT, TEXT_LIMIT
from huiyin.procedure.state import State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, FieldRule

FILE_SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "content": {"type": "string", "contentEncoding": "base64"}},
    "required": ["name", "content"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: what the form sends, and what people read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of a form. ``least``/``most`` are numbers or ISO dates; ``most`` of a text is in characters.

    ``asked_if``: asked for only when each of these other fields of the form holds one of the values.
    """

    name: str
    label: str
    type: str
    required: bool
    options: tuple[Option, ...] = ()
    hint: str = ""
    least: int | str | None = None
    most: int | str | None = None
    preset: str = ""
    asked_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def form(rules: Rules, action: Action, state: State | None, organisation: UUID, at: datetime) -> tuple[FieldView, ...]:
    """The fields that ``action`` asks for, with what may be chosen in each.

    ``state`` is the case's, None for one that is only to begin; ``organisation`` is the id of whose units are offered.
    """
    return tuple(_field(rules, use.name, use.required, action, state, organisation, at) for use in action.fields)


def _field(
    rules: Rules, name: str, required: bool, action: Action, state: State | None, organisation: UUID, at: datetime
) -> FieldView:
    rule = rules.book.fields[name]
    least: int | str | None = rule.min
    most: int | str | None = rule.max
    if rule.type in ("text", "line"):
        least, most = None, rule.max or (TEXT_LIMIT if rule.type == "text" else LINE_LIMIT)
    elif rule.type == "files":
        least, most = None, rule.max or MOST_FILES
    elif rule.type == "date":
        today = timezone.localdate(at).isoformat()
        least, most = (None, today) if rule.past else (today, None)
    return FieldView(
        name=name,
        label=name_of(rule),
        type=rule.type,
        required=required,
        options=_people(rules, rule, action, state, organisation, at)
        if rule.type == "person"
        else _options(rule, state, organisation),
        hint=name_of(rule.hint),
        least=least,
        most=most,
        preset=_preset(name, action, state),
        asked_if=action.asked_if.get(name, {}),
    )


def _preset(name: str, action: Action, state: State | None) -> str:
    earlier = action.same_as.get(name)
    value = state.values.get(earlier) if state and earlier else None
    return str(value) if value is not None else ""


def _options(rule: FieldRule, state: State | None, organisation: UUID) -> tuple[Option, ...]:
    if rule.type in ("choice", "choices"):
        return tuple(Option(value, name_of(label)) for value, label in rule.of.items())
    if rule.type in ("unit", "units"):
        accused = state.accused_units if state else frozenset()
        units = Unit.objects.filter(organisation_id=organisation).exclude(id__in=accused).order_by("code")
        return tuple(Option(str(unit.id), unit.name) for unit in units)
    return ()


def _people(
    rules: Rules, rule: FieldRule, action: Action, state: State | None, organisation: UUID, at: datetime
) -> tuple[Option, ...]:
    """Who may be named: holders of the roles that the field asks for, and for roles of the handling unit only those in it."""
    of_unit = bool(rule.holds) and all(rules.book.roles[role].of == "handling" for role in rule.holds)
    unit = state.handling.unit if state and state.handling and of_unit and not action.units else None
    people = holders_of(unit, rule.holds[0], at) if unit else holders_in(organisation, rule.holds, at)
    barred = (state.recused | state.accused_people) if state else frozenset()
    return tuple(Option(str(person.id), str(person)) for person in people if person.id not in barred)


def json_schema(fields: tuple[FieldView, ...]) -> dict[str, Any]:
    """The form as JSON Schema (draft 2020-12), for clients that build their own."""
    return {
        "type": "object",
        "properties": {field.name: _property(field) for field in fields},
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
    }


def _property(field: FieldView) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": field.label}
    if field.hint:
        schema["description"] = field.hint
    if field.preset:
        schema["default"] = field.preset
    match field.type:
        case "text" | "line":
            schema |= {"type": "string", "maxLength": field.most}
        case "int":
            schema |= {"type": "integer"} | _bounds(field)
        case "confirm":
            schema |= {"type": "boolean"}
        case "date":
            schema |= {"type": "string", "format": "date"}
        case "choices" | "units":
            schema |= {"type": "array", "items": {"type": "string", **_choices(field)}, "uniqueItems": True}
        case "files":
            schema |= {"type": "array", "items": FILE_SCHEMA, "maxItems": field.most}
        case "choice" | "unit" | "person":
            schema |= {"type": "string", **_choices(field)}
        case _:
            schema |= {"type": "string"}
    return schema


def _choices(field: FieldView) -> dict[str, Any]:
    """What may be chosen: the values for programs, and each with its name for those that show a form."""
    if not field.options:
        return {}
    return {
        "enum": [option.value for option in field.options],
        "oneOf": [{"const": option.value, "title": option.label} for option in field.options],
    }


def _bounds(field: FieldView) -> dict[str, object]:
    bounds = {"minimum": field.least, "maximum": field.most}
    return {key: value for key, value in bounds.items() if value is not None}


def yes_no(value: bool) -> str:
    """是 or 否."""
    return _("是") if value else _("否")
