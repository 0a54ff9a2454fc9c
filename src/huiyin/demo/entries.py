"""What the demonstration's people write into the form of an action."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from django.utils import timezone

from huiyin.casework.filing.missing import lines_for, missing_items
from huiyin.demo.material import material
from huiyin.demo.petitions import DemoPetition
from huiyin.people.acting import holders_in, holders_of, units_where_held
from huiyin.people.models import Account, Organisation, Unit
from huiyin.procedure.command import Actor
from huiyin.procedure.state import State
from huiyin.rule_store.store import load
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.fields.base import several
from huiyin.rules.book.schema import MISSING_ITEMS, Action, FieldRule, Rulebook
from huiyin.rules.book.steps import ABOVE, is_asked

PROOF: Final = {"name": "示范凭证.txt", "content": b64encode("示范安装的凭证，无实际内容。".encode()).decode()}
"""What people of the demonstration attach where a form asks for a scan."""


@dataclass(frozen=True, slots=True)
class DemoForm:
    """A form to fill in: of which action, by whom, when, about what; ``facts`` are those of a case that is only being registered."""

    book: Rulebook
    name: str
    action: Action
    actor: Actor
    at: datetime
    petition: DemoPetition
    state: State | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


def filled(form: DemoForm, given: Mapping[str, object], rng: Random) -> dict[str, object]:
    """The fields of ``form``: as ``told`` where that says something, else from the material; optional ones only where usual."""
    entries: dict[str, object] = {}
    facts = form.state.facts if form.state else form.facts
    for use in form.action.fields:
        name = use.name
        usual = use.required or name in material("entries")["offered"]
        asked = is_asked(form.action, name, entries, facts)
        if name in given and name not in form.action.same_as:
            entries[name] = given[name]
        elif usual if asked is None else asked:
            entries[name] = _entry(form, name, entries, given, rng)
    lacking = missing_items(load(form.state.rulebook), form.action, form.state) if form.state else ()
    entries[MISSING_ITEMS] = lines_for(lacking, material("entries")["default"]["missing"])
    return {name: value for name, value in entries.items() if value not in (None, "")}


def _entry(
    form: DemoForm, name: str, entries: Mapping[str, object], given: Mapping[str, object], rng: Random
) -> object:
    rule = form.book.fields[name]
    earlier = form.action.same_as.get(name)
    if earlier and form.state is not None:
        return type_of(rule).in_words(form.state.values[earlier])
    return type_of(rule).example(_Writer(form, name, rule, entries, given, rng))


@dataclass(frozen=True, slots=True)
class _Writer:
    """Somebody filling in the field ``name`` of ``form``: see ``fields.base.Filler``."""

    form: DemoForm
    name: str
    rule: FieldRule
    entries: Mapping[str, object]
    given: Mapping[str, object]
    rng: Random

    def text(self) -> object:
        return _text(self.form, self.name, self.rule, self.entries, self.rng)

    def choice(self) -> object:
        return _choice(self.form, self.name, self.rule, self.rng)

    def choices(self) -> object:
        return several(self.choice())

    def number(self) -> object:
        return material("entries")["int"].get(self.name, self.rule.min or 1)

    def day(self) -> object:
        days = 0 if self.rule.past else material("entries")["days"].get(self.name, 10)
        return (timezone.localdate(self.form.at) + timedelta(days=days)).isoformat()

    def time(self) -> object:
        return material("entries")["times"].get(self.name, "09:30")

    def tracking_number(self) -> object:
        return "1234567890123"

    def confirmation(self) -> object:
        return "yes"

    def unit(self) -> object:
        return self.given.get("unit") or _unit(self.form)

    def units(self) -> object:
        return [_unit(self.form)]

    def people(self) -> object:
        return [person] if (person := _person(self.form, self.name, self.rule, self.entries)) else []

    def person(self) -> object:
        return _person(self.form, self.name, self.rule, self.entries)

    def cases(self) -> object:
        return []

    def case(self) -> object:
        return None

    def files(self) -> object:
        return [dict(PROOF)]


def _text(form: DemoForm, name: str, rule: FieldRule, entries: Mapping[str, object], rng: Random) -> str:
    known = material("entries")[rule.type]
    severity = entries.get("klass", "")
    ways = (f"{form.name}.{name}.{severity}", f"{form.name}.{name}", name)
    offered = next((known[way] for way in ways if way in known), ["按规定办理。"])
    text: str = rng.choice(offered)
    if text.startswith("$"):
        writings = text.removeprefix("$")
        text = form.petition.writings.get(writings) or material("entries")["default"][writings]
    text = _organ_above(form, name) or text
    return text[: rule.max] if rule.max else text


def _organ_above(form: DemoForm, name: str) -> str:
    """The organ above that of the case which the page enters in ``name`` by itself; empty where it enters none."""
    entered = form.action.begins_with.get(name)
    if form.state is None or entered not in ABOVE:
        return ""
    above = Organisation.objects.select_related("superior__superior").get(id=form.state.organisation).organs_above
    level = ABOVE.index(entered)
    return above[level] if level < len(above) else ""


def _choice(form: DemoForm, name: str, rule: FieldRule, rng: Random) -> object:
    if name == "result":
        return form.petition.writings.get("result", "explain")
    if name == "kind" and form.petition.kind in rule.of:
        return form.petition.kind
    usual = material("entries")["choice"].get(name)
    if usual:
        return rng.choice(usual)
    return next(iter(rule.of))


def _unit(form: DemoForm) -> str:
    """The unit that the petition belongs to, or in a smaller organisation the one that deals with most; elsewhere any with a handler."""
    usual = (form.petition.unit, {"33": "31"}.get(form.petition.unit, "30"), "30")
    dealing = units_where_held(form.actor.organisation, ["handler"], form.at)
    codes = list(Unit.objects.filter(id__in=dealing).order_by("code").values_list("code", flat=True))
    return next((code for code in usual if code in codes), "") or codes[0]


def _person(form: DemoForm, name: str, rule: FieldRule, entries: Mapping[str, object]) -> str | None:
    """Who handles it, or whoever holds what is asked for where handlers are not: the first who has not withdrawn."""
    state = form.state
    if state is None:
        return None
    if name == "person":
        handler = state.values.get("handler")
        known = handler if isinstance(handler, UUID) else form.actor.person
        found = Account.objects.filter(id=known).first() if known else None
        return found.username if found else None
    unit: UUID | None = state.handling.unit if state.handling else None
    if "unit" in entries:
        unit = _unit_id(form, str(entries["unit"]))
    if rule.holds and "handler" not in rule.holds:
        people = holders_in(form.actor.organisation, rule.holds, form.at)
    else:
        people = holders_of(unit, "handler", form.at) if unit else ()
    return next((person.username for person in people if person.id not in state.recused), None)


def _unit_id(form: DemoForm, written: str) -> UUID | None:
    by_code = Unit.objects.filter(organisation=form.actor.organisation, code=written).first()
    return by_code.id if by_code else UUID(written)
