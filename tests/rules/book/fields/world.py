"""The world around one field in the tests of field types: a directory, a form's choices, somebody who fills it in as JSON sends it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from huiyin.procedure.command import CaseId, PersonId, TextRef, UnitId, Value
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.fields.base import Around, Option, UnreadableEntry, Upload, Wrong
from huiyin.rules.book.fields.rule import Choice, FieldRule, FieldTypeName
from tests.procedure.cast import FIRE, LOGISTICS, named

TODAY: Final = date(2026, 3, 2)
CLERK: Final = PersonId(named("承办人"))
CASE: Final = CaseId(named("另一事项"))
CHOICES: Final = {"sound": Choice(zh="属实"), "unsound": Choice(zh="不属实")}


def rule(type: FieldTypeName, **said: object) -> FieldRule:
    """A field of ``type``; fields that offer choices offer two."""
    return FieldRule.model_validate({"type": type, "zh": "某项", "of": CHOICES, **said})


@dataclass
class Reader:
    """Knows two units, one person and one case; keeps what is set apart in ``kept``."""

    kept: list[object] = field(default_factory=list)

    def text(self, text: str) -> TextRef | None:
        self.kept.append(text)
        return TextRef(named(text), "0" * 64, len(text)) if text else None

    def files(self, files: Sequence[Upload]) -> tuple[TextRef, ...] | None:
        self.kept += [(file.name, file.content) for file in files]
        return tuple(TextRef(named(file.name), "0" * 64, len(file.content)) for file in files)

    def unit(self, given: object) -> UnitId | None:
        return {"fire": FIRE.unit, "logistics": LOGISTICS.unit}.get(str(given))

    def person(self, given: object) -> PersonId | None:
        return CLERK if given == "clerk" else None

    def case(self, given: object) -> CaseId | None:
        return CASE if given == "LJ-1" else None


class Offers:
    """What the reader knows may be chosen."""

    def options_of(self, choices: Mapping[str, Choice]) -> tuple[Option, ...]:
        return tuple(Option(value, label.zh) for value, label in choices.items())

    def units(self, rule: FieldRule) -> tuple[Option, ...]:
        return (Option("fire", "消防大队"), Option("logistics", "后勤科"))

    def people(self, rule: FieldRule) -> tuple[Option, ...]:
        return (Option("clerk", "承办人"),)

    def cases(self, rule: FieldRule) -> tuple[Option, ...]:
        return ()


@dataclass(frozen=True)
class Asked:
    """A field as its form shows it."""

    options: tuple[Option, ...]
    least: int | str | None
    most: int | str | None


def shown(asked: FieldRule) -> Asked:
    """The field as its type shows it today."""
    kind = type_of(asked)
    return Asked(kind.options(asked, Offers()), *kind.bounds(asked, TODAY))


class Program:
    """Fills in a field as a program sends it."""

    def text(self) -> object:
        return "路灯不亮。"

    def time(self) -> object:
        return "09:30"

    def tracking_number(self) -> object:
        return "1234567890123"

    def choice(self) -> object:
        return "sound"

    def choices(self) -> object:
        return ["sound", "unsound"]

    def number(self) -> object:
        return 3

    def day(self) -> object:
        return TODAY.isoformat()

    def confirmation(self) -> object:
        return True

    def unit(self) -> object:
        return "fire"

    def units(self) -> object:
        return ["fire", "logistics"]

    def people(self) -> object:
        return ["clerk"]

    def person(self) -> object:
        return "clerk"

    def cases(self) -> object:
        return ["LJ-1"]

    def case(self) -> object:
        return "LJ-1"

    def files(self) -> object:
        return [{"name": "a.txt", "content": b64encode("照片".encode()).decode()}]


def read(type: FieldTypeName, given: object, reader: Reader | None = None) -> Value | UnreadableEntry | None:
    """``given`` as a value of ``type``."""
    value: Value | UnreadableEntry | None = type_of(rule(type)).read_value(given, reader or Reader())
    return value


def wrong(asked: FieldRule, value: Value, accused: UnitId | PersonId | None = None) -> list[Wrong]:
    """What is wrong with ``value``, in a case that accuses ``accused``."""
    known = {FIRE.unit, LOGISTICS.unit}
    people = {CLERK: frozenset({FIRE.unit})}
    units = frozenset({UnitId(accused)}) if accused in known else frozenset()
    persons = frozenset({PersonId(accused)}) if accused in people else frozenset()
    return list(type_of(asked).wrong(asked, value, Around(TODAY, known, people, units, persons)))
