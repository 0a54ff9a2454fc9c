"""What a type of field knows of itself, and whom it may ask about the world: a directory, a form's choices, whoever fills it in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Final, Generic, Literal, Protocol, TypeAlias, TypeGuard, TypeVar, runtime_checkable
from uuid import UUID

from huiyin.language import gettext_noop as gettext_noop
from huiyin.rules.book.elements import Named
from huiyin.rules.book.fields.rule import KNOWN, FieldRule
from huiyin.rules.book.fields.values import CaseId, PersonId, ProblemCode, TextRef, UnitId, Value

Wrong: TypeAlias = tuple[ProblemCode, Mapping[str, str | int]]
"""What is wrong with a value, with the figures or dates that the wording needs."""
Bounds: TypeAlias = tuple[int | str | None, int | str | None]
"""The least and the most that may be entered: numbers, characters, files, or dates as 2026-03-02; None: no bound."""
MAX_BUTTONS: Final = 7
"""More choices than these are easier to find in a list that opens."""


class UnreadableEntry:
    """What was given is no value of the type."""


UNREADABLE: Final = UnreadableEntry()


@runtime_checkable
class Upload(Protocol):
    """A file as it arrived."""

    @property
    def name(self) -> str:
        """What the sender called it."""

    @property
    def content(self) -> bytes:
        """All of it."""


class Reader(Protocol):
    """Who reads a form for a case: looks up what is named in it, and keeps apart what must not enter the ledger."""

    def text(self, text: str) -> TextRef | None:
        """``text`` set apart; None when it is empty or cannot be kept, which the reader tells by itself."""

    def files(self, files: Sequence[Upload]) -> tuple[TextRef, ...] | None:
        """``files`` set apart; None when they cannot be kept, which the reader tells by itself."""

    def unit(self, given: object) -> UnitId | None:
        """The unit with this id, code or name; None when there is none, or several."""

    def person(self, given: object) -> PersonId | None:
        """The person with this id, user name or name; None when there is none, or several."""

    def case(self, given: object) -> CaseId | None:
        """The case with this id or number that whoever acts may see; None when there is none."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: what the form sends, and what people read; of a person, ``units`` are the ids of where they work."""

    value: str
    label: str
    units: tuple[str, ...] = ()


class Offers(Protocol):
    """What may be chosen in a form for a case, now."""

    def options_of(self, choices: Mapping[str, Named]) -> tuple[Option, ...]:
        """The choices that a rulebook lists, in the reader's language."""

    def units(self, rule: FieldRule) -> tuple[Option, ...]:
        """The units that the field may name."""

    def people(self, rule: FieldRule) -> tuple[Option, ...]:
        """The people whom the field may name."""

    def cases(self, rule: FieldRule) -> tuple[Option, ...]:
        """The cases that the field may name, where it is not any."""


class AskedOf(Protocol):
    """A field as a form shows it."""

    @property
    def options(self) -> tuple[Option, ...]:
        """What may be chosen."""

    @property
    def least(self) -> int | str | None:
        """See Bounds."""

    @property
    def most(self) -> int | str | None:
        """See Bounds."""


E = TypeVar("E", covariant=True)


class Filler(Protocol[E]):
    """Somebody who fills in a form: a simulated person, the demonstration's, a test's. Entries are as sent, or as read."""

    def text(self) -> E:
        """Some words."""

    def choice(self) -> E:
        """One of the choices."""

    def choices(self) -> E:
        """One of the choices or several."""

    def number(self) -> E:
        """A whole number."""

    def day(self) -> E:
        """A date."""

    def time(self) -> E:
        """A time of day."""

    def tracking_number(self) -> E:
        """The number of something posted."""

    def confirmation(self) -> E:
        """Yes."""

    def unit(self) -> E:
        """A unit."""

    def units(self) -> E:
        """One unit or several."""

    def person(self) -> E:
        """A person."""

    def people(self) -> E:
        """One person or several."""

    def case(self) -> E:
        """Another case."""

    def cases(self) -> E:
        """Other cases, those that a lot drew."""

    def files(self) -> E:
        """Files."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a value is checked against: the day in the rulebook's zone, what the directory knows of those named, who is accused.

    ``held`` are the roles that somebody holds now in each unit; None where that is not known. ``former`` are the units to which a person
    belongs or lately belonged, with those above, as far as whoever asks knows. ``own`` are those of whoever fills the form in.
    """

    today: date
    units: Container[UnitId]
    people: Mapping[PersonId, frozenset[UnitId]]
    accused_units: frozenset[UnitId]
    accused_people: frozenset[PersonId]
    held: Mapping[UnitId, frozenset[str]] | None = None
    former: Mapping[PersonId, frozenset[UnitId]] = field(default_factory=dict)
    own: Container[UnitId] = frozenset()


T = TypeVar("T", bound=Value)
Entry = TypeVar("Entry")


class FieldType(ABC, Generic[T]):
    """One type of field: ``class Date(FieldType[date], name="date")`` in a file of its own is all that there is to adding one.

    ``unreadable`` is what is said of something that cannot be read as a value, ``control`` the template that draws it
    (``parts/fields/CONTROL.html``), ``many`` whether a form sends several values, ``uploads`` whether it sends files, ``names`` whom
    or what a value names. ``sealed`` values lie outside the ledger; one that ``carries_over`` says the same at whatever step of a
    case it is asked for.
    """

    unreadable: ClassVar[str] = ""
    control: ClassVar[str]
    many: ClassVar[bool] = False
    uploads: ClassVar[bool] = False
    names: ClassVar[Literal["", "unit", "person", "case"]] = ""
    sealed: ClassVar[bool] = False
    carries_over: ClassVar[bool] = False
    name: ClassVar[str]

    def __init_subclass__(cls, *, name: str = "") -> None:
        if not name:
            return  # what several types have in common
        if name in KNOWN:
            raise TypeError(f"two types of field are called {name}")
        cls.name = name
        KNOWN[name] = cls()

    @abstractmethod
    def read_value(self, given: object, reader: Reader) -> T | UnreadableEntry | None:
        """``given`` (a string of a form, a list of them, or a JSON value; never empty) as a value; None: nothing to look at."""

    @abstractmethod
    def accepts(self, value: Value) -> TypeGuard[T]:
        """Whether ``value`` is of this type at all."""

    def is_empty(self, value: Value | None) -> bool:
        """Whether ``value`` is as good as nothing."""
        return value is None or value == "" or value == ()

    def check(self, rule: FieldRule, value: T, around: Around) -> Iterator[Wrong]:
        """What is wrong with ``value``, under the field's rule."""
        return iter(())

    def wrong(self, rule: FieldRule, value: Value, around: Around) -> Iterator[Wrong]:
        """Everything that is wrong with ``value``, of whatever type it is."""
        if self.accepts(value):
            yield from self.check(rule, value, around)
        else:
            yield ProblemCode.WRONG_TYPE, {"type": self.name}

    def in_words(self, value: T) -> str:
        """``value`` as a form has it, and as people read what needs no name from elsewhere."""
        return str(value)

    def bounds(self, rule: FieldRule, today: date) -> Bounds:
        """What a form says of the least and the most, ``today`` being the day on which it is shown."""
        return rule.min, rule.max

    def options(self, rule: FieldRule, offers: Offers) -> tuple[Option, ...]:
        """What may be chosen."""
        return ()

    def drawn_by(self, options: int) -> str:
        """The control that draws it when there are so many ``options``."""
        return self.control

    @abstractmethod
    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        """The value in JSON Schema (draft 2020-12), as programs send it."""

    @abstractmethod
    def example(self, filler: Filler[Entry]) -> Entry:
        """What ``filler`` writes into such a field."""


class NamesOne(FieldType[UUID]):
    """What types have in common that name one unit or person."""

    control = "radios"
    carries_over = True

    @abstractmethod
    def find(self, given: object, reader: Reader) -> UUID | None:
        """Whom ``given`` names; None when there is nobody."""

    def read_value(self, given: object, reader: Reader) -> UUID | UnreadableEntry:
        return self.find(given, reader) or UNREADABLE

    def accepts(self, value: Value) -> TypeGuard[UUID]:
        return isinstance(value, UUID)

    def drawn_by(self, options: int) -> str:
        return one_or_list(options)

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return {"type": "string", **enumerated(asked.options)}


class NamesSeveral(FieldType[tuple[UUID, ...]]):
    """What types have in common that name several units or people."""

    control = "checks"
    many = True
    carries_over = True

    @abstractmethod
    def find(self, given: object, reader: Reader) -> UUID | None:
        """Whom one entry of those ``given`` names; None when there is nobody."""

    def read_value(self, given: object, reader: Reader) -> tuple[UUID, ...] | UnreadableEntry:
        items = several(given)
        found = tuple(named for item in items if (named := self.find(item, reader)))
        return found if len(found) == len(items) else UNREADABLE

    def accepts(self, value: Value) -> TypeGuard[tuple[UUID, ...]]:
        return isinstance(value, tuple) and all(isinstance(item, UUID) for item in value)

    def json_schema(self, asked: AskedOf) -> dict[str, Any]:
        return several_of(asked.options)


def several(given: object) -> Sequence[object]:
    """``given`` as a sequence: a form or a program may send one value by itself."""
    return given if isinstance(given, list | tuple) else (given,)


def several_of(options: Sequence[Option]) -> dict[str, Any]:
    """How programs send several of what may be chosen."""
    return {"type": "array", "items": {"type": "string", **enumerated(options)}, "uniqueItems": True}


def enumerated(options: Sequence[Option]) -> dict[str, Any]:
    """What may be chosen: the values for programs, and each with its name for those that show a form."""
    if not options:
        return {}
    return {
        "enum": [option.value for option in options],
        "oneOf": [{"const": option.value, "title": option.label} for option in options],
    }


def one_or_list(options: int) -> str:
    """The control for one of so many: buttons, or a list that opens."""
    return "select" if options > MAX_BUTTONS else "radios"
