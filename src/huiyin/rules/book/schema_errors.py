"""What the schema finds wrong with a rulebook, as codes: what may stand there and what stands there instead, with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from huiyin.rules.book.elements import FIELD_USE, ID, VERSION
from huiyin.rules.book.flaw_codes import FlawCode, PhraseCode
from huiyin.rules.book.names import nearest_name, with_nearest
from huiyin.rules.book.schema import Rulebook
from huiyin.rules.book.texts import CodedText, series
from huiyin.rules.book.yaml_reader import Flaw, Path_, Where, nearest

PATTERNS: Final = {ID: FlawCode.NO_ID, FIELD_USE: FlawCode.NO_FIELD_USE, VERSION: FlawCode.NO_VERSION}
"""What the patterns of the schema ask for."""
PLAIN: Final = (
    ("missing", FlawCode.MISSING),
    ("string_too_short", FlawCode.EMPTY_TEXT),
    ("string", FlawCode.NO_TEXT),
    ("dict", FlawCode.NO_KEYS),
    ("model", FlawCode.NO_KEYS),
    ("tuple", FlawCode.NO_NAMES),
    ("int", FlawCode.NO_WHOLE_NUMBER),
    ("bool", FlawCode.NEITHER_TRUE_NOR_FALSE),
    ("date", FlawCode.NO_DATE),
)
"""What is expected, by how the kind of complaint begins."""


def flaws(
    error: ValidationError, places: Mapping[Path_, Where], model: type[BaseModel] = Rulebook, within: Path_ = ()
) -> Iterator[Flaw]:
    """Each complaint of ``model``, which what stands ``within`` a file was judged by, with the line that it is about."""
    found = error.errors(include_url=False)
    within_lists = {item["loc"][:length] for item in found for length in range(len(item["loc"]))}
    for item in found:
        if item["type"] == "too_short" and item["loc"] in within_lists:
            continue  # entries that are wrong are not counted, and told by themselves
        path = tuple(part for part in item["loc"] if part != "[key]")
        file, line = nearest(places, (*within, *path))
        yield Flaw(file, line, ".".join(map(str, (*within, *path))), _why(item, path, model))


def _why(item: ErrorDetails, path: Path_, model: type[BaseModel]) -> CodedText:
    """What may stand there, for somebody who knows the rules and no programming, and what does."""
    allowed, found = item.get("ctx", {}), _found(item, path)
    match item["type"]:
        case "extra_forbidden":
            keys = _keys_at(model, path[:-1])
            near = nearest_name(str(path[-1]), keys)
            return FlawCode.UNKNOWN_KEY.about(known=with_nearest(series(keys), near), found=found)
        case "string_pattern_mismatch" if allowed["pattern"] in PATTERNS:
            return PATTERNS[allowed["pattern"]].about(found=found)
        case "string_too_long":
            return FlawCode.TEXT_TOO_LONG.about(max=allowed["max_length"], found=found)
        case "literal_error":
            # pydantic lists the values as 'a', 'b' or 'c'.
            values = str(allowed["expected"]).replace(" or ", ", ").split(", ")
            return FlawCode.NOT_AMONG.about(known=series(values, "or"), found=found)
        case "too_short" if allowed["min_length"] == 1:
            return FlawCode.ONE_AT_LEAST.about(found=found)
        case "too_short":
            return FlawCode.TOO_FEW.about(min=allowed["min_length"], found=found)
        case "too_long":
            return FlawCode.TOO_MANY_ENTRIES.about(max=allowed["max_length"], found=found)
        case "greater_than_equal":
            return FlawCode.TOO_SMALL.about(min=allowed["ge"], found=found)
        case _ if "code" in allowed:  # refused by `elements.complaint`
            code: FlawCode = allowed["code"]
            return code.about(**{"found": found, **allowed["about"]})
        case kind:
            plain = next((code for begin, code in PLAIN if kind.startswith(begin)), None)
            outside = FlawCode.OUTSIDE_THE_VOCABULARY.about(complaint=item["msg"], found=found)
            return plain.about(found=found) if plain else outside


def _found(item: ErrorDetails, path: Path_) -> str | CodedText:
    match item["type"]:
        case "extra_forbidden":
            return _short(path[-1]) if not isinstance(path[-1], str) else path[-1][:80]
        case "missing":
            return PhraseCode.NOTHING.about()
        case "too_long" | "too_short":
            length = item["ctx"]["actual_length"]
            return str(length) if length else PhraseCode.MORE.about()
        case _:
            return _short(item["input"])


def _keys_at(model: type[BaseModel] | None, path: Path_) -> list[str]:
    """The keys that the element at ``path`` may have, found by walking the schema from ``model``."""
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


def _short(value: object) -> str | CodedText:
    """``value`` as the file has it, as far as that fits into a line."""
    if value is None:
        return PhraseCode.NOTHING.about()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        value = [item.isoformat() if isinstance(item, date) else item for item in value]
    text = value.isoformat() if isinstance(value, date) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
