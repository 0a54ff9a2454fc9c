"""Events and states as plain JSON and back, exactly: what is written today must replay the same in ten years."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from huiyin.procedure import event as events
from huiyin.procedure.command import Seat, TextRef
from huiyin.procedure.state import Duty, State
from huiyin.rules.deadlines.calendar import Label
from huiyin.rules.deadlines.derivation import Derivation, Span
from huiyin.rules.deadlines.duration import Limit
from huiyin.rules.deadlines.limits import Pause

KIND = "$"
CLASSES: dict[str, type[Any]] = {
    cls.__name__: cls
    for cls in (
        *events.Event.__args__,
        events.RulebookActivated,
        Seat,
        TextRef,
        Duty,
        State,
        Limit,
        Label,
        Derivation,
        Span,
        Pause,
    )
}
NAMES: dict[type[Any], tuple[str, ...]] = {cls: tuple(item.name for item in fields(cls)) for cls in CLASSES.values()}


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def dumps(value: object) -> str:
    """Canonical JSON: keys sorted, no spaces, characters as they are. Equal values give equal text."""
    return _ENCODER.encode(_plain(value))


def loads(text: str) -> Any:
    """The value that ``dumps`` wrote. Raises KeyError or ValueError when ``text`` is something else."""
    return _rich(json.loads(text))


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind is str or kind is int or kind is bool or value is None:
        return value
    maker = _MAKERS.get(kind)
    if maker is None:
        maker = _MAKERS[kind] = _maker(value)
    return maker(value)


def _maker(value: Any) -> Callable[[Any], Any]:
    """How values of this kind are made plain; looked up by type, since a ledger is mostly small values of few types."""
    if isinstance(value, str | int):
        return lambda word: word
    if isinstance(value, datetime):
        return lambda moment: {KIND: "t", "v": moment.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return lambda day: {KIND: "d", "v": day.isoformat()}
    if isinstance(value, UUID):
        return lambda id: {KIND: "u", "v": id.hex}
    if isinstance(value, Derivation):
        return lambda derivation: {KIND: "Derivation", "v": derivation.to_dict()}
    if type(value) in NAMES:
        return partial(_plain_record, type(value).__name__, NAMES[type(value)])
    if isinstance(value, Mapping):
        return lambda items: {key: _plain(item) for key, item in items.items()}
    if isinstance(value, tuple | list):
        return lambda items: [_plain(item) for item in items]
    if isinstance(value, frozenset):
        return lambda items: {KIND: "set", "v": [_plain(item) for item in sorted(items)]}
    raise TypeError(f"{type(value).__name__} has no place in the ledger")


def _plain_record(kind: str, names: tuple[str, ...], record: object) -> dict[str, Any]:
    plain: dict[str, Any] = {KIND: kind}
    for name in names:
        plain[name] = _plain(getattr(record, name))
    return plain


_MAKERS: dict[type[Any], Callable[[Any], Any]] = {}


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
