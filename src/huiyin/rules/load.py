"""Reading rulebooks: YAML in, a frozen Rulebook out, or every error of the file at once with its line."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.tokens import AliasToken

from huiyin.rules.calendar import Calendar, load_calendar
from huiyin.rules.schema import Rulebook

BOOKS = Path(__file__).parent / "books"
MOST_BYTES = 1_000_000
NO_BOOKS = frozenset({"holidays-cn"})
OF_ONE_BOOK = frozenset({"rulebook", "version", "title", "extends", "includes", "effective", "basis", "calendar"})
"""What a book says of itself: it does not enter the books that include it."""

Where = tuple[str, int]
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong with a rulebook: where, what is allowed there, and what stands there instead."""

    file: str
    line: int
    path: str
    expected: str
    got: str = ""

    def __str__(self) -> str:
        got = f"; found: {self.got}" if self.got else ""
        return f"{self.file}:{self.line}: {self.path or 'rulebook'}: {self.expected}{got}"


class RulebookError(Exception):
    """A rulebook cannot be used; ``flaws`` are all that was found, in the order of the file."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        self.flaws = tuple(sorted(flaws, key=lambda flaw: (flaw.file, flaw.line)))
        super().__init__("\n".join(map(str, self.flaws)))


@dataclass(frozen=True, eq=False, repr=False)
class Rules:
    """A rulebook ready to run: the rules, the calendar in which its limits are counted, and where each element is written."""

    book: Rulebook
    calendar: Calendar
    places: Mapping[Path_, Where]

    def __repr__(self) -> str:
        return f"Rules({self.book.key})"

    def where(self, *path: str | int) -> Where:
        """File name and line of the element at ``path``, or of the nearest one around it."""
        return _nearest(self.places, path)


def shipped() -> tuple[str, ...]:
    """The names of the rulebooks that come with the system."""
    return tuple(sorted(path.stem for path in BOOKS.glob("*.yaml") if path.stem not in NO_BOOKS))


def load(name: str) -> Rules:
    """The shipped rulebook ``name``, or ``name@version`` as a case is pinned to it.

    Raises RulebookError when there is no such book or version, or the book is flawed.
    """
    stem, _, version = name.partition("@")
    rules = _shipped(stem)
    if version and rules.book.version != version:
        raise RulebookError([Flaw(f"{stem}.yaml", 1, "version", f"version {version}", rules.book.version)])
    return rules


@lru_cache(maxsize=64)
def _shipped(stem: str) -> Rules:
    """Read once a process, under whichever name it is asked for."""
    return load_file(BOOKS / f"{stem}.yaml")


def load_file(path: Path) -> Rules:
    """The rulebook in the file ``path``; what it extends and includes is looked for beside it and among the
    shipped books.

    Raises RulebookError with every flaw of the file.
    """
    layers = _inherit(path, ())
    try:
        book = Rulebook.model_validate(layers.tree)
    except ValidationError as error:
        raise RulebookError(list(_flaws(error, layers.places))) from None
    zone = ZoneInfo(book.calendar.zone)
    return Rules(book, load_calendar(book.calendar.holidays, zone), layers.places)


@dataclass(frozen=True, slots=True)
class _Layers:
    """A book with everything below it merged in; ``names`` are the books and modules that went into it."""

    tree: dict[str, Any]
    places: dict[Path_, Where]
    names: frozenset[str]


def _inherit(path: Path, heirs: tuple[str, ...]) -> _Layers:
    """The book in ``path`` over its modules over its parent; ``heirs`` are the books on the way to it."""
    plain, places = _own(path)
    layers = _Layers({}, {}, frozenset())
    parent = plain.get("extends")
    if isinstance(parent, str):
        _refuse_circle(path, places, "extends", parent, heirs)
        layers = _inherit(_beside(path, parent), (*heirs, path.stem))
    layers = _with_modules(layers, path, plain, places, (*heirs, path.stem))
    below = {key: value for key, value in layers.tree.items() if key != "includes"}
    return _Layers(_merge(below, plain), {**layers.places, **places}, layers.names | {path.stem})


def _with_modules(
    layers: _Layers, path: Path, plain: dict[str, Any], places: dict[Path_, Where], heirs: tuple[str, ...]
) -> _Layers:
    """``layers`` with the modules that the book in ``path`` includes, in their order; each goes in once."""
    wanted = plain.get("includes")
    for module in (wanted,) if isinstance(wanted, str) else wanted if isinstance(wanted, list) else ():
        if isinstance(module, str) and module not in layers.names:
            _refuse_circle(path, places, "includes", module, heirs)
            layers = _include(layers, _beside(path, module), _nearest(places, ("includes",)), heirs)
    return layers


def _include(layers: _Layers, module: Path, line: Where, heirs: tuple[str, ...]) -> _Layers:
    """``layers`` with what ``module`` says itself: its parent is not merged again, so that it cannot undo what was adapted."""
    plain, places = _own(module)
    needs = plain.get("extends")
    if isinstance(needs, str) and needs not in layers.names:
        known = ", ".join(sorted(layers.names)) or "nothing"
        raise RulebookError([Flaw(*line, "includes", f"a book that extends {needs}, as {module.stem} needs", known)])
    layers = _with_modules(layers, module, plain, places, (*heirs, module.stem))
    said = {key: value for key, value in plain.items() if key not in OF_ONE_BOOK}
    below = {where: place for where, place in places.items() if where[0] not in OF_ONE_BOOK}
    return _Layers(_merge(layers.tree, said), {**layers.places, **below}, layers.names | {module.stem})


def _own(path: Path) -> tuple[dict[str, Any], dict[Path_, Where]]:
    places: dict[Path_, Where] = {}
    return _plain(_read(path), (), path.name, places), places


def _beside(path: Path, name: str) -> Path:
    beside = path.parent / f"{name}.yaml"
    return beside if beside.exists() else BOOKS / f"{name}.yaml"


def _refuse_circle(path: Path, places: Mapping[Path_, Where], key: str, name: str, heirs: tuple[str, ...]) -> None:
    if name in (*heirs, path.stem):
        chain = " → ".join([*heirs, *([] if path.stem in heirs else [path.stem]), name])
        verb = "extend" if key == "extends" else "include"
        raise RulebookError(
            [Flaw(path.name, _nearest(places, (key,))[1], key, f"a book that does not {verb} this one", chain)]
        )


def _merge(base: dict[str, Any], local: dict[str, Any]) -> dict[str, Any]:
    """``local`` over ``base``: mappings merge key by key, everything else is replaced, null takes an inherited element away."""
    merged = dict(base)
    for key, value in local.items():
        if value is None and key in base:
            del merged[key]
        elif isinstance(value, dict) and isinstance(base.get(key), dict):
            merged[key] = _merge(base[key], value)
        else:
            merged[key] = value
    return merged


def _read(path: Path) -> CommentedMap:
    if not path.exists():
        known = ", ".join(shipped())
        raise RulebookError([Flaw(path.name, 1, "", f"one of the known rulebooks ({known})", path.stem)])
    if path.stat().st_size > MOST_BYTES:
        raise RulebookError(
            [Flaw(path.name, 1, "", f"a file of at most {MOST_BYTES:,} bytes", f"{path.stat().st_size:,} bytes")]
        )
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RulebookError([Flaw(path.name, 1, "", "text in UTF-8", f"byte {error.start}")]) from None
    yaml = YAML()
    try:
        for token in yaml.scan(io.StringIO(text)):
            if isinstance(token, AliasToken):
                raise RulebookError(
                    [
                        Flaw(
                            path.name,
                            token.start_mark.line + 1,
                            "",
                            "a value written out (no aliases)",
                            f"*{token.value}",
                        )
                    ]
                )
        raw = yaml.load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RulebookError(
            [Flaw(path.name, line, "", "valid YAML, each key once", (error.problem or "").split("\n")[0])]
        ) from None
    except YAMLError as error:
        raise RulebookError([Flaw(path.name, 1, "", "valid YAML", str(error).split("\n")[0])]) from None
    if not isinstance(raw, CommentedMap):
        raise RulebookError([Flaw(path.name, 1, "", "a mapping that begins with `rulebook:`", type(raw).__name__)])
    return raw


def _plain(node: Any, path: Path_, file: str, places: dict[Path_, Where]) -> Any:
    """The tree without ruamel's types, noting the line of every key and entry in ``places``."""
    if isinstance(node, CommentedMap):
        for key in node:
            places[(*path, str(key))] = (file, node.lc.key(key)[0] + 1)
        return {str(key): _plain(value, (*path, str(key)), file, places) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            places[(*path, index)] = (file, node.lc.item(index)[0] + 1)
        return [_plain(value, (*path, index), file, places) for index, value in enumerate(node)]
    return node


def _nearest(places: Mapping[Path_, Where], path: Path_) -> Where:
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return places[path[:length]]
    return next(iter(places.values()), ("rulebook", 1))


def _flaws(error: ValidationError, places: Mapping[Path_, Where]) -> Iterator[Flaw]:
    for item in error.errors():
        path = tuple(part for part in item["loc"] if part != "[key]")
        file, line = _nearest(places, path)
        dotted = ".".join(map(str, path))
        if item["type"] == "extra_forbidden":
            known = ", ".join(_keys_at(path[:-1]))
            yield Flaw(file, line, dotted, f"one of the keys known here ({known})", str(path[-1]))
        elif item["type"] == "missing":
            yield Flaw(file, line, dotted, "this key must be given", "nothing")
        else:
            yield Flaw(file, line, dotted, item["msg"], _short(item["input"]))


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
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
