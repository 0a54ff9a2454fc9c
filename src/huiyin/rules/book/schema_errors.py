"""What the schema finds wrong with a rulebook, in words: what may stand there and what stands there instead, with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from huiyin.rules.book.schema import FIELD_USE, ID, VERSION, Rulebook
from huiyin.rules.book.yaml_reader import Flaw, Path_, Where, nearest

PATTERNS: Final = {
    ID: "small letters, figures, - and _, beginning with a letter",
    FIELD_USE: "the name of a field (small letters, figures and _), and ? when it may be left empty",
    VERSION: "letters, figures, dots and -, at most 20",
}
"""The patterns of the schema in words."""
PLAIN: Final = (
    ("missing", "this key must be given"),
    ("string_too_short", "a text that is not empty"),
    ("string", "a text (in quotes if it looks like a number, a date, true or false)"),
    ("dict", "keys with values (`key: value`)"),
    ("model", "keys with values (`key: value`)"),
    ("tuple", "a name, or a list of names"),
    ("int", "a whole number"),
    ("bool", "true or false"),
    ("date", "a date, written as 2026-01-31"),
)
"""What is expected, by how the kind of complaint begins."""


def flaws(error: ValidationError, places: Mapping[Path_, Where]) -> Iterator[Flaw]:
    """Each complaint of the schema with the line that it is about."""
    for item in error.errors(include_url=False):
        path = tuple(part for part in item["loc"] if part != "[key]")
        file, line = nearest(places, path)
        yield Flaw(file, line, ".".join(map(str, path)), _expected(item, path), _got(item, path))


def _expected(item: ErrorDetails, path: Path_) -> str:
    """What may stand there, in words for somebody who knows the rules and no programming."""
    allowed = item.get("ctx", {})
    match item["type"]:
        case "extra_forbidden":
            return f"one of the keys known here ({', '.join(_keys_at(path[:-1]))})"
        case "string_pattern_mismatch":
            return PATTERNS.get(allowed["pattern"], item["msg"])
        case "string_too_long":
            return f"at most {allowed['max_length']} characters"
        case "literal_error":
            return f"one of {allowed['expected']}"
        case "too_short":
            return f"at least {_entries(allowed['min_length'])}"
        case "too_long":
            return f"at most {_entries(allowed['max_length'])}"
        case "greater_than_equal":
            return f"{allowed['ge']} or more"
        case "value_error":
            return str(allowed["error"])
        case kind:
            return next((words for begin, words in PLAIN if kind.startswith(begin)), item["msg"])


def _entries(number: int) -> str:
    return "one entry" if number == 1 else f"{number} entries"


def _got(item: ErrorDetails, path: Path_) -> str:
    match item["type"]:
        case "extra_forbidden":
            return _short(path[-1]) if not isinstance(path[-1], str) else path[-1][:80]
        case "missing":
            return "nothing"
        case "too_long" | "too_short":
            return str(item["ctx"]["actual_length"] or "more")
        case _:
            return _short(item["input"])


def _keys_at(path: Path_) -> list[str]:
    """The keys that the element at ``path`` may have, found by walking the schema."""
    model: type[BaseModel] | None = Rulebook
    for part in path:
        if model is None:
            return []
        info = next((f for name, f in model.model_fields.items() if part in (name, f.alias)), None)
        if info is not None:
            model = _model_in(info.annotation)
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_in(part)
        if found is not None:
            return found
    return _model_in(annotation.__value__) if hasattr(annotation, "__value__") else None


def _short(value: object) -> str:
    """``value`` as the file has it, as far as that fits into a line."""
    words: dict[object, str] = {None: "nothing", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    text = value.isoformat() if isinstance(value, date) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
