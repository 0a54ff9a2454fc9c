"""The assumptions of a simulation: what the TOML file may say, and one clear complaint about a file that cannot be used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.rules import MATTER
from huiyin.rules.book.load import Rules

DEFAULT: Final = Path(__file__).with_name("default.toml")
MAX_BYTES: Final = 256 * 1024
REPLACED: Final = frozenset({("arrivals", "channels"), ("kinds",)})
"""Tables that a file replaces whole: parts of parts would be hard to foresee."""
FRIDAY: Final = 5
PLAIN: Final = frozenset({"true", "false"})

Path_ = tuple[str | int, ...]
Amount = Annotated[float, Field(strict=True, ge=0, le=1_000_000, allow_inf_nan=False)]
Fraction = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0, le=10_000)]
Factor = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]


def _span(value: object) -> object:
    """``"09:00-12:00"`` → seconds of the day (32400, 43200)."""
    found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", value) if isinstance(value, str) else None
    if found is None:
        raise ValueError('write hours as "09:00-12:00"')
    h1, m1, h2, m2 = map(int, found.groups())
    first, last = h1 * 3600 + m1 * 60, h2 * 3600 + m2 * 60
    if m1 > 59 or m2 > 59 or not first < last <= 86_400:
        raise ValueError("the hours must end after they begin, on the same day")
    return first, last


FromTo = Annotated[tuple[int, int], BeforeValidator(_span)]
Spans = Annotated[tuple[FromTo, ...], Field(min_length=1, max_length=12)]
Weekdays = Annotated[tuple[Annotated[int, Field(strict=True, ge=1, le=7)], ...], Field(min_length=1, max_length=7)]


class StaffingTable(BaseModel):
    """A table of the file: a key that it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Hours(StaffingTable):
    """When work is done, on the working days of the calendar that are among ``weekdays`` (1: Monday)."""

    spans: Spans
    weekdays: Weekdays


class Arrivals(StaffingTable):
    """How much comes in: matters per working day (a mean), factors from Monday to Sunday, channels in parts."""

    per_working_day: float = Field(strict=True, gt=0, le=10_000, allow_inf_nan=False)
    weekdays: Annotated[tuple[Factor, ...], Field(min_length=7, max_length=7)]
    channels: dict[str, Amount]


class MatterKind(StaffingTable):
    """One kind of matter. ``group``, ``anonymous`` and ``accused`` are shares of its matters; ``group_size`` in people."""

    share: Amount
    group: Fraction = 0
    group_size: tuple[
        Annotated[int, Field(strict=True, ge=1, le=10_000)], Annotated[int, Field(strict=True, ge=1, le=10_000)]
    ] = (5, 5)
    anonymous: Fraction = 0
    accused: Fraction = 0
    choices: dict[str, Amount] = Field(default_factory=dict)
    fields: dict[str, dict[str, Amount]] = Field(default_factory=dict)


class Units(StaffingTable):
    """How many units deal with matters."""

    handling: int = Field(strict=True, ge=1, le=500)


class PostOf(StaffingTable):
    """One group of people who hold several roles together."""

    roles: Annotated[tuple[str, ...], Field(min_length=1)]
    people: Count
    hours: Spans | None = None
    weekdays: Weekdays | None = None


class Time(StaffingTable):
    """How long something takes: the median in working minutes; ``spread`` is the 84th percentile over the median."""

    median: float = Field(strict=True, gt=0, le=100_000, allow_inf_nan=False)
    spread: float = Field(default=1.5, ge=1, le=20, allow_inf_nan=False)


class Wont(StaffingTable):
    """What a share of petitioners do, after a median of ``days``."""

    share: Fraction
    days: float = Field(default=5, ge=0, le=3650, allow_inf_nan=False)


class Staffing(StaffingTable):
    """Everything that a simulation assumes beside the rulebook; the comments of default.toml explain each table."""

    start: date
    horizon_days: int = Field(strict=True, ge=1, le=36_500)
    hours: Hours
    arrivals: Arrivals
    kinds: Annotated[dict[str, MatterKind], Field(min_length=1)]
    units: Units
    people: dict[str, Count]
    posts: dict[str, PostOf] = Field(default_factory=dict)
    times: dict[str, Time]
    choices: dict[str, Amount]
    fields: dict[str, dict[str, Amount]]
    days: dict[str, Annotated[int, Field(strict=True, ge=0, le=3650)]]
    numbers: dict[str, Annotated[int, Field(strict=True)]]
    petitioners: dict[str, Wont]
    extras: dict[str, Fraction]


class StaffingUnusable(HuiyinError):
    """Raised when a file of who works cannot be used; the message names the place and the reason."""

    to_do = gettext_noop("请与自带的 default.toml 对照")


@dataclass(frozen=True, slots=True)
class _Flaw:
    path: Path_
    what: str


def default_staffing() -> Staffing:
    """The assumptions that ship with the system."""
    return Staffing.model_validate(_default_tree())


def load_staffing(path: Path, rules: Rules, channels: Mapping[str, str]) -> Staffing:
    """The assumptions of the file ``path`` over the default ones, checked against the rulebook and the known channels.

    Raises StaffingUnusable with the first thing that is wrong.
    """
    text = _text(path)
    try:
        own = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise StaffingUnusable(
            _("%(name)s：不能当作 TOML 读：%(error)s") % {"name": path.name, "error": error}
        ) from None
    except RecursionError:
        raise StaffingUnusable(_("%(name)s：层次太深") % {"name": path.name}) from None
    try:
        staffing = Staffing.model_validate(merged(_default_tree(), own))
    except ValidationError as error:
        first = error.errors()[0]
        flaw = _Flaw(tuple(first["loc"]), _in_words(first["type"], first["msg"], tuple(first["loc"])))
        raise StaffingUnusable(_line(path, text, flaw)) from None
    for flaw in _misfits(own, staffing, rules, channels):
        raise StaffingUnusable(_line(path, text, flaw))
    return staffing


def merged(below: Mapping[str, Any], own: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[str, Any]:
    """``own`` over ``below``, table by table."""
    result = dict(below)
    for key, value in own.items():
        known = result.get(key)
        whole = (*path, key) in REPLACED
        both = isinstance(value, dict) and isinstance(known, dict)
        result[key] = merged(known, value, (*path, key)) if both and known is not None and not whole else value
    return result


def _default_tree() -> dict[str, Any]:
    return tomllib.loads(DEFAULT.read_text(encoding="utf-8"))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise StaffingUnusable(f"{path}: {error.strerror}", _("请写 TOML 文件的路径")) from None
    if len(raw) > MAX_BYTES:
        raise StaffingUnusable(
            _("%(name)s：超过 %(most)s KiB") % {"name": path.name, "most": MAX_BYTES // 1024}, _("请只写与默认不同的")
        )
    try:
        return raw.decode("utf-8-sig")  # some editors put a mark before UTF-8
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise StaffingUnusable(
            _("%(name)s：第 %(line)s 行：不是 UTF-8") % {"name": path.name, "line": line}, _("请把文件存为 UTF-8")
        ) from None


def _in_words(kind: str, message: str, path: Path_) -> str:
    if kind == "extra_forbidden":
        return f"no such key; known here: {', '.join(_known(path[:-1]))}"
    text = message.removeprefix("Value error, ")
    return text.replace("Input should be", "should be").replace("Field required", "is missing: add it")


def _known(path: Path_) -> list[str]:
    """The keys of the table at ``path``."""
    model: type[BaseModel] = Staffing
    for part in path:
        info = model.model_fields.get(str(part))
        found = next(_models_in(info.annotation), None) if info else None
        model = found or model
    return sorted(model.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)


def _misfits(own: Mapping[str, Any], staffing: Staffing, rules: Rules, channels: Mapping[str, str]) -> Iterator[_Flaw]:
    """Names in the file that the rulebook does not know, and figures that cannot be."""
    book, procedure = rules.book, rules.book.procedures[MATTER]
    actions, fields = set(procedure.actions), set(book.fields)
    roles = {name for name, role in book.roles.items() if role.is_staff}
    tables: tuple[tuple[Path_, set[str], str], ...] = (
        (("people",), roles | {"default"}, "role"),
        (("times",), actions | {"default"}, "action"),
        (("choices",), actions, "action"),
        (("petitioners",), actions, "action"),
        (("extras",), actions, "action"),
        (("fields",), fields, "field"),
        (("days",), fields | {"default"}, "field"),
        (("numbers",), fields, "field"),
        (("arrivals", "channels"), set(channels), "channel"),
        *((("kinds", kind, "choices"), actions, "action") for kind in own.get("kinds", {})),
        *((("kinds", kind, "fields"), fields, "field") for kind in own.get("kinds", {})),
    )
    for path, known, what in tables:
        for name in _at(own, path):
            if name not in known:
                yield _Flaw((*path, name), f"{book.rulebook} has no such {what}; known: {', '.join(sorted(known))}")
    for kind in (None, *own.get("kinds", {})):
        yield from _options(own, ("kinds", kind, "fields") if kind else ("fields",), rules)
    yield from _posts(staffing, roles)
    yield from _amounts(staffing)


def _at(tree: Any, path: Path_) -> Mapping[str, Any]:
    for part in path:
        tree = tree.get(part, {}) if isinstance(tree, dict) else {}
    return tree if isinstance(tree, dict) else {}


def _options(own: Mapping[str, Any], path: Path_, rules: Rules) -> Iterator[_Flaw]:
    for name, parts in _at(own, path).items():
        rule = rules.book.fields[name]
        known = set(PLAIN) if rule.type == "confirm" else set(rule.of)
        for option in parts:
            if option not in known:
                yield _Flaw((*path, name, option), f"no such option; known: {', '.join(sorted(known)) or 'none'}")


def _posts(staffing: Staffing, roles: set[str]) -> Iterator[_Flaw]:
    seen: dict[str, str] = {}
    for name, post in staffing.posts.items():
        for role in post.roles:
            if role not in roles:
                yield _Flaw(("posts", name, "roles"), f"no role {role}; known: {', '.join(sorted(roles))}")
            if role in seen:
                yield _Flaw(
                    ("posts", name, "roles"), f"{role} is in [posts.{seen[role]}] already; leave it in one of them"
                )
            seen[role] = name


def _amounts(staffing: Staffing) -> Iterator[_Flaw]:
    if not sum(staffing.arrivals.channels.values()):
        yield _Flaw(("arrivals", "channels"), "all parts are 0; give at least one channel a part")
    if not sum(kind.share for kind in staffing.kinds.values()):
        yield _Flaw(("kinds",), "all shares are 0; give at least one kind a share")
    if not any(staffing.arrivals.weekdays[day - 1] for day in staffing.hours.weekdays if day <= FRIDAY):
        what = "nothing comes in on the working days from Monday to Friday; give one of them a factor"
        yield _Flaw(("arrivals", "weekdays"), what)
    for name, kind in staffing.kinds.items():
        if kind.group_size[0] > kind.group_size[1]:
            yield _Flaw(("kinds", name, "group_size"), "the smallest group is larger than the largest; swap the two")
    if not 2000 <= staffing.start.year <= 2100:
        yield _Flaw(("start",), "should be a day between 2000 and 2100")
    hours: list[tuple[Path_, Spans]] = [(("hours", "spans"), staffing.hours.spans)]
    hours += [(("posts", name, "hours"), post.hours) for name, post in staffing.posts.items() if post.hours]
    for path, spans in hours:
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            yield _Flaw(path, "the hours overlap or are out of order; list them from morning to evening")


def _line(path: Path, text: str, flaw: _Flaw) -> str:
    return f"{path.name}:{line_of(text, flaw.path)}: {'.'.join(map(str, flaw.path))}: {flaw.what}"


def line_of(text: str, path: Path_) -> int:
    """The line on which the key at ``path`` stands, or the table around it; 1 when the file has neither."""
    table: tuple[str, ...] = ()
    best, depth = 1, 0
    target = tuple(map(str, path))
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+([^\[\]]+)\]+", line)
        entry = re.match(r"\s*([A-Za-z0-9_.\"'-]+)\s*=", line)
        if header:
            table = _keys(header[1])
        here = table if header else (*table, *_keys(entry[1])) if entry else ()
        if here and here == target[: len(here)] and len(here) > depth:
            best, depth = number, len(here)
    return best


def _keys(written: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in written.split("."))
