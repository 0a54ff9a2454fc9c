"""The JSON Schema of a rulebook file, by which editors offer keys and values and underline what does not fit (draft 2020-12).

It is pydantic's of the vocabulary (`rules.book.schema`), with what only the reader of files knows: short ways of writing, files of their
own for procedures, null for what is taken away, and that a book which extends another says only what differs. What it lets pass
`huiyin rules check` may still refuse.
"""

from __future__ import annotations

from typing import Any, Final

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from huiyin.rules.book import conditions, elements, schema
from huiyin.rules.book.schema import Rulebook

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
OF_EVERY_FILE: Final = ["rulebook", "version"]
"""What a book says itself even where it takes everything else from another."""
OF_MAPPINGS: Final = ("patternProperties", "additionalProperties")
"""Where a schema says what the values of a mapping are, with a pattern for its keys or without."""
TEXT: Final[JsonSchemaValue] = {"type": "string"}
NAMES: Final[JsonSchemaValue] = {"type": "array", "items": TEXT}


def json_schema() -> dict[str, Any]:
    """The schema of a file that holds a rulebook."""
    made = Rulebook.model_json_schema(by_alias=True, schema_generator=_OfFiles)
    for definition in (made, *made["$defs"].values()):
        _loosened(definition)
    within = made["properties"]["procedures"]["anyOf"]
    within[0] = _or(within[0], additional=TEXT)
    made["required"] = OF_EVERY_FILE
    return {"$schema": DIALECT, "title": "Huiyin rulebook", **made}


def _or(mapping: JsonSchemaValue, additional: JsonSchemaValue) -> JsonSchemaValue:
    """``mapping``, each value of which may be as ``additional`` says too: a procedure is written here, or in a file of its own."""
    (key,) = (key for key in OF_MAPPINGS if isinstance(mapping.get(key), dict))
    if key == "additionalProperties":
        return {**mapping, key: {"anyOf": [mapping[key], additional]}}
    return {**mapping, key: {name: {"anyOf": [value, additional]} for name, value in mapping[key].items()}}


def _loosened(definition: dict[str, Any]) -> None:
    """A local book says of an element what differs, and null takes one away: nothing is required, and each key may be null."""
    definition.pop("required", None)
    definition.pop("minProperties", None)
    if "description" in definition:
        definition["description"] = " ".join(definition["description"].split())
    for key, value in definition.get("properties", {}).items():
        value.pop("minProperties", None)
        if any(isinstance(value.get(name), dict) for name in OF_MAPPINGS):
            value = _or(value, additional={"type": "null"})
        definition["properties"][key] = value if _may_be_null(value) else _with_null(value)


def _may_be_null(value: JsonSchemaValue) -> bool:
    return any(one.get("type") == "null" for one in value.get("anyOf", ()))


def _with_null(value: JsonSchemaValue) -> JsonSchemaValue:
    outside: JsonSchemaValue = {key: value.pop(key) for key in ("title", "description", "default") if key in value}
    return {"anyOf": [value, {"type": "null"}], **outside}


class _OfFiles(GenerateJsonSchema):
    """Pydantic's, where a value may be written in a shorter way than it is kept."""

    def function_before_schema(self, schema_: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        """What the function before a validator turns into what the validator takes."""
        kept = self.generate_inner(schema_["schema"])
        function = schema_["function"]["function"]
        ways: dict[Any, list[JsonSchemaValue]] = {
            elements.as_tuple: [kept.get("items", TEXT)],
            conditions._opening: [TEXT],
            conditions._drafting: [TEXT],
            conditions._expected: [TEXT, NAMES, _not()],
            schema._moments: [TEXT, NAMES],
            schema._one_condition: [{"type": "object", "additionalProperties": {"anyOf": [TEXT, NAMES]}}],
        }
        if function is elements._limit:
            return {"type": "string", "pattern": r"^(at once|[0-9]{1,6} (working day|day|hour|minute)s?)$"}
        more = ways.get(function, [])
        return {"anyOf": [*more, kept]} if more else kept

    def is_instance_schema(self, schema_: core_schema.IsInstanceSchema) -> JsonSchemaValue:
        """A length of time is written in words, and the function before it says so."""
        return {}


def _not() -> JsonSchemaValue:
    """Everything but: `{not: x}`."""
    return {
        "type": "object",
        "properties": {"not": {"anyOf": [TEXT, NAMES]}},
        "required": ["not"],
        "additionalProperties": False,
    }
