"""Reading rulebooks: YAML in, a frozen Rulebook out, or every error of the file at once with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError

from huiyin.rules.book.calendars.calendar_file import NoCalendar, load_calendar
from huiyin.rules.book.files import BookText, read_book
from huiyin.rules.book.flaw_codes import FlawCode, PhraseCode
from huiyin.rules.book.names import nearest_name, with_nearest
from huiyin.rules.book.schema import Rulebook
from huiyin.rules.book.schema_errors import flaws
from huiyin.rules.book.texts import CodedText, series
from huiyin.rules.book.yaml_reader import NAME, Flaw, Path_, RulebookFlawed, Where, nearest
from huiyin.rules.deadlines.calendar import Calendar

__all__ = ["BOOKS", "Flaw", "RulebookFlawed", "Rules", "load", "load_file", "shipped"]

BOOKS: Final = Path(__file__).parents[1] / "books"
MAX_LAYERS: Final = 8
NO_BOOKS: Final = frozenset({"holidays-cn"})
OF_ONE_BOOK = frozenset({"rulebook", "version", "title", "extends", "includes", "effective", "basis", "calendar"})
"""What a book says of itself: it does not enter the books that include it."""


@dataclass(frozen=True, eq=False, repr=False)
class Rules:
    """A rulebook ready to run: the rules, the calendar in which its limits are counted, and where each element is written.

    ``parts`` are the names of the books and modules of which it is made, its own among them; ``files`` the files in which
    they are written, by what ``where`` calls them.
    """

    book: Rulebook
    calendar: Calendar
    places: Mapping[Path_, Where]
    parts: frozenset[str]
    files: Mapping[str, Path]

    def __repr__(self) -> str:
        return f"Rules({self.book.key})"

    def where(self, *path: str | int) -> Where:
        """File name and line of the element at ``path``, or of the nearest one around it."""
        return nearest(self.places, path)


def shipped() -> tuple[str, ...]:
    """The names of the rulebooks that come with the system."""
    return tuple(sorted(path.stem for path in BOOKS.glob("*.yaml") if path.stem not in NO_BOOKS))


_INCLUDES: Final = re.compile(r"^includes: \[(.*)\]$", re.MULTILINE)


@lru_cache(maxsize=1)
def shipped_modules() -> frozenset[str]:
    """Those of them that others include. Found without reading them: parsing all takes a fifth of the time in which one is proved."""
    lists = (_INCLUDES.search((BOOKS / f"{name}.yaml").read_text(encoding="utf-8")) for name in shipped())
    return frozenset(module.strip() for found in lists if found for module in found[1].split(","))


def for_institutions() -> tuple[str, ...]:
    """The names of the shipped rulebooks that an institution may begin to work under: no module, which other books include; none on a law
    that a later one replaced.
    """
    books = {name: _shipped(name) for name in shipped()}
    modules = shipped_modules()
    laws = {name: rules.book.effective for name, rules in books.items() if rules.book.extends is None}
    replaced = {name for name, since in laws.items() if since < max(laws.values())}
    return tuple(name for name, rules in books.items() if name not in modules and not rules.parts & replaced)


def load(name: str) -> Rules:
    """The shipped rulebook ``name``, or ``name@version`` as a case is pinned to it.

    Raises RulebookFlawed when there is no such book or version, or the book is flawed.
    """
    stem, _, version = name.partition("@")
    rules = _shipped(stem)
    if version and rules.book.version != version:
        why = FlawCode.OTHER_VERSION.about(version=version, found=rules.book.version)
        raise RulebookFlawed([Flaw(f"{stem}.yaml", 1, "version", why)])
    return rules


@lru_cache(maxsize=64)
def _shipped(stem: str) -> Rules:
    """Read once a process, under whichever name it is asked for."""
    if stem not in shipped():
        raise RulebookFlawed([Flaw(f"{stem}.yaml", 1, "", _unknown(stem))])
    return load_file(BOOKS / f"{stem}.yaml")


def load_file(path: Path) -> Rules:
    """The rulebook in the file ``path``; what it extends and includes is looked for beside it and among the
    shipped books.

    Raises RulebookFlawed with every flaw of the file.
    """
    layers = _inherit(path, ())
    try:
        book = Rulebook.model_validate(layers.tree)
    except ValidationError as error:
        raise RulebookFlawed(list(flaws(error, layers.places))) from None
    return Rules(book, _calendar(book, layers.places), layers.places, layers.names, layers.files)


def _calendar(book: Rulebook, places: Mapping[Path_, Where]) -> Calendar:
    rule = book.calendar
    try:
        zone = ZoneInfo(rule.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        why = FlawCode.NO_TIME_ZONE.about(found=rule.zone)
        raise RulebookFlawed([Flaw(*nearest(places, ("calendar", "zone")), "calendar.zone", why)]) from None
    try:
        return load_calendar(rule.holidays, zone)
    except NoCalendar as missing:
        found = PhraseCode.CALENDAR_NOT_THERE.about(code=missing.code, file=missing.file)
        why = FlawCode.NO_CALENDAR.about(found=found)
        raise RulebookFlawed([Flaw(*nearest(places, ("calendar", "holidays")), "calendar.holidays", why)]) from None


@dataclass(frozen=True, slots=True)
class _Layers:
    """A book with everything below it merged in; ``names`` are the books and modules that went into it."""

    tree: dict[str, Any]
    places: dict[Path_, Where]
    names: frozenset[str]
    files: dict[str, Path]


def _inherit(path: Path, ancestors: tuple[str, ...]) -> _Layers:
    """The book in ``path`` over its modules over its parent; ``ancestors`` are the books on the way to it."""
    own, name = _own(path), path.stem
    layers = _Layers({}, {}, frozenset(), {})
    parent = own.tree.get("extends")
    if isinstance(parent, str):
        _refuse_circle(path, own.places, "extends", parent, ancestors)
        layers = _inherit(_beside(path, parent, own.places, "extends"), (*ancestors, name))
    layers = _with_modules(layers, path, own, (*ancestors, name))
    below = {key: value for key, value in layers.tree.items() if key != "includes"}
    return _over(layers, name, own, below, own.tree, own.places)


def _with_modules(layers: _Layers, path: Path, own: BookText, ancestors: tuple[str, ...]) -> _Layers:
    """``layers`` with the modules that the book in ``path`` includes, in their order; each goes in once."""
    includes = own.tree.get("includes")
    for module in (includes,) if isinstance(includes, str) else includes if isinstance(includes, list) else ():
        if isinstance(module, str) and module not in layers.names:
            _refuse_circle(path, own.places, "includes", module, ancestors)
            below = _beside(path, module, own.places, "includes")
            layers = _include(layers, below, nearest(own.places, ("includes",)), ancestors)
    return layers


def _include(layers: _Layers, module: Path, line: Where, ancestors: tuple[str, ...]) -> _Layers:
    """``layers`` with what ``module`` says itself: its parent is not merged again, so that it cannot undo what was adapted."""
    own, name = _own(module), module.stem
    needs = own.tree.get("extends")
    if isinstance(needs, str) and needs not in layers.names:
        found = series(sorted(layers.names)) if layers.names else PhraseCode.NOTHING.about()
        why = FlawCode.MODULE_OF_ANOTHER.about(needed=needs, module=name, found=found)
        raise RulebookFlawed([Flaw(*line, "includes", why)])
    layers = _with_modules(layers, module, own, (*ancestors, name))
    adopted = {key: value for key, value in own.tree.items() if key not in OF_ONE_BOOK}
    below = {where: place for where, place in own.places.items() if where[0] not in OF_ONE_BOOK}
    return _over(layers, name, own, layers.tree, adopted, below)


def _over(
    layers: _Layers, name: str, own: BookText, base: dict[str, Any], tree: dict[str, Any], places: dict[Path_, Where]
) -> _Layers:
    """``layers`` with ``tree``, which the book or module ``name`` says at ``places``, over ``base``."""
    return _Layers(
        _merge(base, tree), {**layers.places, **places}, layers.names | {name}, {**layers.files, **own.files}
    )


def _own(path: Path) -> BookText:
    if not path.exists():
        raise RulebookFlawed([Flaw(path.name, 1, "", _unknown(path.stem))])
    return read_book(path)


def _unknown(name: str) -> CodedText:
    known = shipped()
    return FlawCode.UNKNOWN_BOOK.about(known=with_nearest(series(known), nearest_name(name, known)), found=name)


def _beside(path: Path, name: str, places: Mapping[Path_, Where], key: str) -> Path:
    """The file of the book ``name``, which the one in ``path`` extends or includes."""
    file, line = nearest(places, (key,))
    if NAME.fullmatch(name):
        for folder in (path.parent, BOOKS):
            if (folder / f"{name}.yaml").exists():
                return folder / f"{name}.yaml"
    raise RulebookFlawed([Flaw(file, line, key, _unknown(name[:60]))])


def _refuse_circle(path: Path, places: Mapping[Path_, Where], key: str, name: str, ancestors: tuple[str, ...]) -> None:
    file, line = nearest(places, (key,))
    own = path.stem
    if len(ancestors) >= MAX_LAYERS:
        deep = FlawCode.TOO_MANY_LAYERS.about(max=MAX_LAYERS, found=PhraseCode.MORE.about())
        raise RulebookFlawed([Flaw(file, line, key, deep)])
    if name in (*ancestors, own):
        chain = series([*ancestors, *([] if own in ancestors else [own]), name], "then")
        code = FlawCode.EXTENDS_ITSELF if key == "extends" else FlawCode.INCLUDES_ITSELF
        raise RulebookFlawed([Flaw(file, line, key, code.about(found=chain))])


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
