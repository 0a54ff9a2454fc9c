"""Events and states as plain JSON and back, exactly: what is written today must replay the same in ten years."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from huiyin.procedure import event as events
from huiyin.procedure.command import Seat, TextRef
from huiyin.procedure.state import Duty, State
from huiyin.rules.amounts import Limit
from huiyin.rules.calendar import Label
from huiyin.rules.derivation import Derivation, Span
from huiyin.rules.limits import Pause

KIND = "$"
CLASSES: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (*events.Event.__args__, Seat, TextRef, Duty, State, Limit, Label, Derivation, Span, Pause)
}
NAMES: dict[type[Any], tuple[str, ...]] = {cls: tuple(item.name for item in fields(cls)) for cls in CLASSES.values()}


def dumps(value: object) -> str:
    """Canonical JSON: keys sorted, no spaces, characters as they are. Equal values give equal text."""
    return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def loads(text: str) -> Any:
    """The value that ``dumps`` wrote. Raises KeyError or ValueError when ``text`` is something else."""
    return _rich(json.loads(text))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, datetime):
        return {KIND: "t", "v": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {KIND: "d", "v": value.isoformat()}
    if isinstance(value, UUID):
        return {KIND: "u", "v": value.hex}
    if isinstance(value, Derivation):
        return {KIND: "Derivation", "v": value.to_dict()}
    if is_dataclass(value) and type(value) in NAMES:
        return {KIND: type(value).__name__, **{name: _plain(getattr(value, name)) for name in NAMES[type(value)]}}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset):
        return {KIND: "set", "v": [_plain(item) for item in sorted(value)]}
    raise TypeError(f"{type(value).__name__} has no place in the ledger")


def _rich(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_rich(item) for item in value)
    if not isinstance(value, dict):
        return value
    kind = value.get(KIND)
    match kind:
        case None:
            return {key: _rich(item) for key, item in value.items()}
        case "t":
            return datetime.fromisoformat(value["v"])
        case "d":
            return date.fromisoformat(value["v"])
        case "u":
            return UUID(hex=value["v"])
        case "set":
            return frozenset(_rich(item) for item in value["v"])
        case "Derivation":
            return Derivation.from_dict(value["v"])
        case _:
            return CLASSES[kind](**{key: _rich(item) for key, item in value.items() if key != KIND})
