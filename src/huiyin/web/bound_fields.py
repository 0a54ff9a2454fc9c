"""A form's fields together with what was typed into them and what is wrong with it: what templates draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from django.http import QueryDict

from huiyin.casework.forms import FieldView
from huiyin.casework.labels import FormError
from huiyin.door.entry import MAX_ITEMS, MAX_RAW_CHARS
from huiyin.people.accusable import MAX_OFFERED
from huiyin.people.ids import read_id
from huiyin.people.names.directory import normal
from huiyin.people.staff.own_phrases import Phrase, offered_to
from huiyin.people.written_names import as_written
from huiyin.rules.book.fields import type_named
from huiyin.rules.book.fields.base import Option
from huiyin.web.drafts.draft_files import KeptFile
from huiyin.web.drafts.draft_requests import FIND
from huiyin.web.drafts.form_drafts import FormDraft, LeftOut

MAX_LOOKED_FOR = 100


@dataclass(frozen=True, slots=True)
class Bound:
    """One field on a page. ``given`` is as typed; ``control`` is how it is drawn (a template in parts/fields); ``id`` names it within the page.

    ``kept`` are the files that it holds, ``left_out`` those that were not taken in; ``phrases`` are what the office offers to be put in.
    """

    view: FieldView
    id: str
    name: str
    given: tuple[str, ...]
    control: str
    errors: tuple[str, ...] = ()
    kept: tuple[KeptFile, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    prefix: str = ""
    find: str = ""
    phrases: tuple[Phrase, ...] = ()

    @property
    def find_name(self) -> str:
        """Under which the page sends what is looked for among the options."""
        return f"{FIND}-{self.name}"

    @property
    def shown_options(self) -> Sequence[Option]:
        """The options on the page: of those that are looked for the ticked and the likely ones, and in whose name ``find`` stands."""
        if not self.view.searched:
            return self.view.options
        more = {one.value for one in self._found[:MAX_OFFERED]}
        return [one for one in self.view.options if one.value in self._fixed | more]

    @property
    def is_cut(self) -> bool:
        """Whether more could be chosen than stand on the page: whoever is missing there is to be looked for."""
        return self.view.searched and len(self._found) > MAX_OFFERED

    @property
    def _fixed(self) -> frozenset[str]:
        """What stands there whatever is looked for."""
        return self.view.likely.union(self.given)

    @property
    def _found(self) -> list[Option]:
        sought = normal(self.find)
        return [one for one in self.view.options if one.value not in self._fixed and sought in normal(one.label)]

    @property
    def asked_with(self) -> dict[str, tuple[str, ...]]:
        """The values, by the names of controls on the page, with which the field is asked for."""
        named = {self.prefix + name: values for name, values in self.view.asked_if.items()}
        return {**named, "channel": self.view.asked_by} if self.view.asked_by else named

    @property
    def within(self) -> str:
        """The control on the page that names the unit of whoever is chosen here; empty where any may be."""
        return self.prefix + self.view.within if self.view.within else ""

    @property
    def value(self) -> str:
        """What was typed into a field that holds one value."""
        return self.given[0] if self.given else ""

    @property
    def names(self) -> str:
        """Of what kind is what it names: a unit, a person, a case; empty where it names nothing."""
        return type_named(self.view.type).names

    @property
    def template(self) -> str:
        """What draws its control."""
        return f"parts/fields/{self.control}.html"

    @property
    def asked_id(self) -> str:
        """Names the condition under which the field is asked for."""
        return f"{self.id}-asked"


@dataclass(frozen=True, slots=True)
class Filled:
    """A whole form: its fields, and the errors that belong to none of them."""

    fields: tuple[Bound, ...]
    others: tuple[FormError, ...] = field(default=())

    @property
    def wrong(self) -> tuple[Bound, ...]:
        """The fields that have errors, in the form's order."""
        return tuple(bound for bound in self.fields if bound.errors)


def fill(
    views: Sequence[FieldView],
    data: QueryDict | None,
    errors: Iterable[FormError] = (),
    prefix: str = "",
    draft: FormDraft | None = None,
) -> Filled:
    """Fields with what ``data`` holds for them (None: their presets) and the ``errors`` that name them.

    ``prefix`` sets the names of these fields apart from others on the same page; ``draft`` holds the files that were handed in.
    """
    problems = list(errors)
    names = {view.name for view in views}
    bound = tuple(
        _bind(view, data, [error.message for error in problems if error.field == view.name], prefix, draft)
        for view in views
    )
    return Filled(bound, tuple(error for error in problems if error.field not in names))


def with_phrases(filled: Filled, account: UUID, organisation: UUID, words: Mapping[str, str]) -> Filled:
    """The same form, with the phrases that its reader and the organisation keep for texts, filled in by ``words``."""
    texts = [bound.view.name for bound in filled.fields if bound.control == "text"]
    found = offered_to(account, organisation, texts, words)
    fields = tuple(replace(bound, phrases=found.get(bound.view.name, ())) for bound in filled.fields)
    return replace(filled, fields=fields)


def raw(
    views: Iterable[FieldView],
    data: QueryDict,
    draft: FormDraft | None = None,
    prefix: str = "",
) -> dict[str, object]:
    """What was sent for these fields, as ``door.entry`` reads it; what was left empty is left out. ``draft`` holds the files."""
    found: dict[str, object] = {}
    for view in views:
        name = prefix + view.name
        kind = type_named(view.type)
        if kind.uploads:
            # What was handed in before another choice was made stays with the draft; a script hides it, so that nobody can take it away.
            asked = all(set(data.getlist(prefix + other)) & {*values} for other, values in view.asked_if.items())
            if draft is not None and (handed_in := draft.files(name) if asked else draft.came(name)):
                found[view.name] = handed_in
            continue
        sent = data.getlist(name)
        lines = [line for item in sent for line in item[:MAX_RAW_CHARS].splitlines()] if view.written else sent
        given = [item for item in lines if item.strip()]
        if given:
            found[view.name] = given if kind.many else given[0]
    return found


def inputs_for_files(views: Iterable[FieldView], prefix: str = "") -> tuple[str, ...]:
    """The names of the form's inputs for files."""
    return tuple(prefix + view.name for view in views if type_named(view.type).uploads)


_CHOSEN: Final = frozenset({"radios", "checks", "select", "confirm"})
"""How those controls are drawn in which nothing is written."""


def unwritten(views: Iterable[FieldView], prefix: str = "") -> dict[str, str | None]:
    """What stands in these fields although nobody wrote it, as a draft asks for it: see ``FormDraft.unwritten``."""
    return {prefix + view.name: None if _control(view) in _CHOSEN else view.preset for view in views}


def _bind(view: FieldView, data: QueryDict | None, errors: list[str], prefix: str, draft: FormDraft | None) -> Bound:
    begun = view.chosen or tuple(filter(None, [view.preset]))
    sent = data.getlist(prefix + view.name)[:MAX_ITEMS] if data is not None else ()
    given = tuple(value[:MAX_RAW_CHARS] for value in sent) if data is not None else begun
    if view.written:
        given = ("\n".join(_in_names(given)),)
    control = _control(view)
    name = prefix + view.name
    kept, left_out = (draft.listed(name), draft.refused(name)) if draft is not None else ((), ())
    find = data.get(f"{FIND}-{name}", "")[:MAX_LOOKED_FOR] if data is not None and view.searched else ""
    return Bound(view, f"f-{name}", name, given, control, tuple(errors), kept, left_out, prefix, find)


def _in_names(given: Sequence[str]) -> list[str]:
    """What a field holds in which units or people are written down: those that a form or a draft knows by id are called by name."""
    ids = {one: id for one in given if (id := read_id(one)) is not None}
    names = as_written(ids.values())
    return [names.get(ids[one], one) if one in ids else one for one in given]


def _control(view: FieldView) -> str:
    if view.written:
        return "written_several" if type_named(view.type).many else "written"
    return "select" if view.within else type_named(view.type).drawn_by(len(view.options))
