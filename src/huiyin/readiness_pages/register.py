"""What a register (台账) of things kept ready is: its columns, its form, who sees which rows, what may be noted about one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from huiyin.readiness.recording import By
from huiyin.readiness_pages.forms import EntryForm, RowForm
from huiyin.readiness_pages.reader import PageReader
from huiyin.rules.book.schema import KeptRegister
from huiyin.web.spreadsheets import CellValue

Translatable = str | Promise


@dataclass(frozen=True, slots=True)
class ReadinessColumn:
    """A column of a list and of its export; the first one of a register leads to the row."""

    label: Translatable
    value: Callable[[Any], CellValue | Promise]
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class RowState:
    """How a row stands, in a word and a tone."""

    words: Translatable
    tone: Literal["late", "soon", "end", "stage"]


@dataclass(frozen=True, slots=True)
class UsedShare:
    """How much of something is used up: ``percent`` 0 to 100, drawn; ``words`` say the same."""

    percent: int
    words: str


@dataclass(frozen=True, slots=True)
class Entries:
    """What is noted about a row: listed below it, with the form for one more."""

    title: Translatable
    button: Translatable
    columns: tuple[ReadinessColumn, ...]
    rows: Callable[[Any], QuerySet[Any]]
    form: type[EntryForm] | type[RowForm]
    carry_out: Callable[[Any, Mapping[str, Any], By], object]
    may: Callable[[Any, PageReader], bool]
    begins_with: Callable[[Any, date], Mapping[str, Any]] | None = None  # what a blank form holds already
    file: str = ""  # the column after the last one leads to a file of the entry, by this attribute
    reverses: bool = False  # the last column leads whoever keeps the register to reversing an entry


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One way to narrow a list."""

    value: str
    label: Translatable
    narrow: Callable[[QuerySet[Any], date], QuerySet[Any]]


@dataclass(frozen=True, slots=True)
class Register:
    """One register. ``keep`` writes a row that was filled in; ``remove``, where there is one, takes a row out."""

    slug: str
    kept_as: KeptRegister
    title: Translatable
    about: Translatable
    add: Translatable
    columns: tuple[ReadinessColumn, ...]
    rows: Callable[[PageReader], QuerySet[Any]]
    form: type[RowForm]
    keep: Callable[[Any, By], object]
    state: Callable[[Any, date], RowState | None]
    bar: Callable[[Any], UsedShare] | None = None
    choices: Sequence[Narrowing] = ()
    entries: Entries | None = None
    text: Callable[[Any], str] | None = None  # what a page of a row shows at length
    remove: Callable[[Any, By], object] | None = None
    can_add: bool = True

    # Templates would call the functions themselves.

    @property
    def has_bar(self) -> bool:
        """Whether rows show how much of them is used up."""
        return self.bar is not None

    @property
    def can_remove(self) -> bool:
        """Whether rows may be taken out."""
        return self.remove is not None

    @property
    def model(self) -> type[Model]:
        """The table that it lists."""
        model: type[Model] = self.form._meta.model
        return model
