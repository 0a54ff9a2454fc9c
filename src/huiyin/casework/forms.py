"""The form of an action, generated from the rulebook's fields: as a view for pages and as JSON Schema for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.filing.missing import lines_for, missing_items
from huiyin.casework.labels import name_of
from huiyin.casework.models import Case
from huiyin.casework.samples import may_name
from huiyin.casework.sealed.accused import suggested
from huiyin.casework.vocabulary import CHANNELS, told_by_channel
from huiyin.people.absences import all_away, told_away
from huiyin.people.accusable import people_in_scope, units_in_scope
from huiyin.people.acting import former_units, holders_of, offered_in, posts_of_people, units_where_held
from huiyin.people.appointments import day_of
from huiyin.people.models import Account, Organisation, Unit
from huiyin.people.once_a_request import read_once
from huiyin.procedure.command import Actor, PersonId, UnitId
from huiyin.procedure.fields import may_recuse_others
from huiyin.procedure.guard import hides_accused
from huiyin.procedure.settling import releasable
from huiyin.procedure.state import State
from huiyin.rows import Prepared
from huiyin.rules.book.elements import Named
from huiyin.rules.book.field_use import FieldUse
from huiyin.rules.book.fields import type_named, type_of
from huiyin.rules.book.fields.base import Option
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import MISSING_ITEMS, Action, FieldRule, Rulebook
from huiyin.rules.book.steps import ABOVE, is_offered

MAX_AT_ONCE = 12
"""Of more units or people to accuse than these, those are looked for that do not stand first."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of a form. ``least``/``most`` are numbers or ISO dates; ``most`` of a text is in characters.

    ``chosen`` are the options with which a choice of several begins, ``likely`` those that stand first, ``searched``: too many to read
    through, they are looked for by name. ``asked_if``: asked for only when each of these other fields of the form holds one of the values;
    ``asked_by``: only when the petition came by one of these channels, which a registration says beside the rulebook's fields.
    ``may_be_empty``: even then it may be left empty.
    ``within``: whoever is named works in the unit that this other field names. ``written``: nobody is listed, units or people are written down
    by name, code or user name, one a line where they may be several.
    """

    name: str
    label: str
    type: str
    required: bool
    options: tuple[Option, ...] = ()
    hint: str = ""
    least: int | str | None = None
    most: int | str | None = None
    preset: str = ""
    chosen: tuple[str, ...] = ()
    likely: frozenset[str] = frozenset()
    searched: bool = False
    asked_if: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    asked_by: tuple[str, ...] = ()
    may_be_empty: bool = False
    within: str = ""
    written: bool = False

    @property
    def depends(self) -> bool:
        """Whether it is asked for in some cases only, which the rest of the form decides."""
        return bool(self.asked_if or self.asked_by)


def form(
    rules: Rules,
    action: Action,
    state: State | None,
    organisation: UUID,
    at: datetime,
    channel: str = "",
    actor: Actor | None = None,
    *,
    openly: bool = False,
) -> tuple[FieldView, ...]:
    """The fields that ``action`` asks for, with what may be chosen in each.

    ``state`` is the case's, None for one that is only to begin; ``organisation`` is the id of whose units are offered;
    ``channel`` the only one by which this form takes a petition in, where there is but one; ``actor`` whoever is to fill it in: only what
    the door takes from them is offered, and of units and people nothing where they may not know whom the case accuses: these are written down, since
    a list would tell it. ``openly``: the form is not shown, and lists what the door takes. A field that what is known of the case
    rules out is left out, one that it demands must be filled in: no page hides what it asks for.
    """
    hides = not openly and actor is not None and hides_accused(state, actor)
    offers = _Offers(rules, action, state, organisation, at, actor, hides)
    known = known_facts(rules.book, action, state, channel)
    lacking = lines_for(missing_items(rules, action, state))
    asked = (
        (use, _asking_why(lacking) if use.name == MISSING_ITEMS else _asking(rules.book, action, use, known))
        for use in action.fields
    )
    views = (_field(use, offers, asking) for use, asking in asked if asking is not None)
    return tuple(replace(view, preset=lacking) if view.name == MISSING_ITEMS else view for view in views)


def known_facts(book: Rulebook, action: Action, state: State | None, channel: str = "") -> Mapping[str, str]:
    """The facts that hold before the form of ``action`` is filled in: the case's, or those with which one begins that the form leaves open."""
    if state is not None:
        return state.facts
    known = told_by_channel(channel) if channel else {}
    return {
        name: known[name] if known.get(name) in fact.values else fact.initial
        for name, fact in book.facts.items()
        if not (action.attaches and fact.from_registration) or name in known
    }


@dataclass(frozen=True, slots=True)
class _Asking:
    """When a field is asked for: the conditions that are still open."""

    required: bool
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    may_be_empty: bool = False


def _asking_why(lacking: str) -> _Asking | None:
    """Why items of the file are missing is asked where some are."""
    return _Asking(required=True) if lacking else None


def _asking(book: Rulebook, action: Action, use: FieldUse, known: Mapping[str, str]) -> _Asking | None:
    """When the form asks for a field; None: never, as far as is known."""
    conditions = action.asked_if.get(use.name)
    beside = book.fields[use.name].goes_with
    if conditions is None and beside in action.asked_if and not use.required:
        asking = _asking(book, action, FieldUse(beside, required=False), known)
        return replace(asking, required=False, may_be_empty=True) if asking else None
    if conditions is None:
        return _Asking(use.required)
    others = {name: values for name, values in conditions.items() if name in action.required}
    facts = {name: values for name, values in conditions.items() if name not in others}
    if any(known[name] not in values for name, values in facts.items() if name in known):
        return None
    # What is neither known nor told by the channel (a headcount, say) only the answer can tell: the field stands there for all.
    undecided = {name: values for name, values in facts.items() if name not in known}
    by_channel = {name: values for name, values in undecided.items() if name in told_by_channel("")}
    channels = tuple(
        c for c in CHANNELS if all(_fact_by_channel(book, c, name) in values for name, values in by_channel.items())
    )
    if by_channel and not channels:
        return None
    return _Asking(not others and not undecided, others, channels if by_channel else ())


def _fact_by_channel(book: Rulebook, channel: str, name: str) -> str:
    value = told_by_channel(channel)[name]
    return value if value in book.facts[name].values else book.facts[name].initial


def _field(use: FieldUse, offers: _Offers, asking: _Asking) -> FieldView:
    rule = offers.rules.book.fields[use.name]
    kind = type_of(rule)
    least, most = kind.bounds(rule, timezone.localdate(offers.at))
    options = tuple(option for option in kind.options(rule, offers) if _is_open(rule, option, offers.state))
    preset = _preset(use.name, offers) or _the_only_one(rule, options, asking)
    if preset and use.name in offers.action.same_as:  # what was decided before is carried out: nothing else is taken
        options = tuple(option for option in options if option.value == preset)
    written = offers.is_written(rule)
    chosen, likely = _suggested(rule, offers.action, offers.state) if not written else ((), frozenset[str]())
    chosen = tuple(option.value for option in options) if rule.drawn is not None else chosen
    hint = _hint(rule, preset if offers.action.begins_with.get(use.name) == use.name else "")
    return FieldView(
        name=use.name,
        label=name_of(rule),
        type=rule.type,
        required=asking.required,
        options=tuple(sorted(options, key=lambda option: option.value not in likely)),
        hint=_("；").join(filter(None, (hint, _why_written(rule)))) if written else hint,
        least=least,
        most=most,
        preset=preset,
        chosen=chosen,
        likely=likely,
        searched=bool(rule.accuses and kind.many) and len(options) > MAX_AT_ONCE,
        asked_if=asking.fields,
        asked_by=asking.channels,
        may_be_empty=asking.may_be_empty,
        within=offers.within(rule),
        written=written,
    )


def _why_written(rule: FieldRule) -> str:
    """Why nobody is listed, and what to write."""
    kind = type_of(rule)
    if kind.names == "unit":
        words = _("本事项限定知悉范围，不列出单位：请写明单位的全称或者代码")
    else:
        words = _("本事项限定知悉范围，不列出人员：请写明姓名，有同名的写明所在单位，如“张三（办公室）”")
    return words + _("；一行写一个") if kind.many else words


def _is_open(rule: FieldRule, option: Option, state: State | None) -> bool:
    """Whether a choice that depends on the case is open on this one; on one that is only to begin the door says."""
    choice = rule.of.get(option.value)
    return choice is None or state is None or is_offered(choice, state.facts, state.moments)


def _the_only_one(rule: FieldRule, options: Sequence[Option], asking: _Asking) -> str:
    """Who or what unit must be named, where there is but one: nothing is decided by choosing it. Whoever is accused is never proposed."""
    named = type_of(rule).names in {"person", "unit"} and not rule.accuses
    return options[0].value if named and asking.required and len(options) == 1 else ""


def _preset(name: str, offers: _Offers) -> str:
    state, action = offers.state, offers.action
    earlier = action.same_as.get(name) or action.begins_with.get(name)
    if earlier in ABOVE:
        return _organ_above(offers.organisation, ABOVE.index(earlier))
    value = state.values.get(earlier) if state and earlier else None
    return type_of(offers.rules.book.fields[name]).in_words(value) if value is not None else ""


def _hint(rule: FieldRule, entered: str) -> str:
    """What helps to fill a field in; of one that was asked before, what was ``entered``: whoever changes it sees that they do."""
    before = _("此前填写的是 %(value)s，与此不同的请先核实") % {"value": entered} if entered else ""
    return _("；").join(filter(None, (name_of(rule.hint), before)))


def _organ_above(organisation: UUID, level: int) -> str:
    """The name of the organ next above (0), or of the one above that (1); empty where nobody has said which it is."""
    above = Organisation.objects.select_related("superior__superior").get(id=organisation).organs_above
    return above[level] if level < len(above) else ""


def _suggested(rule: FieldRule, action: Action, state: State | None) -> tuple[tuple[str, ...], frozenset[str]]:
    """Whom the case accuses so far, ticked, and all whom it may: the form says it anew, so that nobody is cleared by being forgotten."""
    if not (action.identifies and rule.accuses and state):
        return (), frozenset()
    found = suggested(state)
    is_unit = type_of(rule).names == "unit"
    ticked, possible = (found.units, found.all_units) if is_unit else (found.people, found.all_people)
    return tuple(sorted(map(str, ticked))), frozenset(map(str, possible))


_units: Final = Prepared(
    lambda organisation: (
        Unit.objects.filter(organisation_id=organisation, abolished_on=None).order_by("code").values_list("id", "name")
    )
)


@dataclass(frozen=True, slots=True)
class _Offers:
    """What may be chosen in the form of ``action``: see ``fields.base.Offers``."""

    rules: Rules
    action: Action
    state: State | None
    organisation: UUID
    at: datetime
    actor: Actor | None = None
    hides: bool = False

    @property
    def accused_units(self) -> frozenset[UnitId]:
        """The units that are left out of what is offered."""
        return self.state.accused_units if self.state else frozenset()

    @property
    def barred_people(self) -> frozenset[PersonId]:
        """The people who are."""
        return self.state.recused | self.state.accused_people if self.state else frozenset()

    def is_written(self, rule: FieldRule) -> bool:
        """Whether units or people are written down, since whoever fills the form in may not know whom the case accuses."""
        return self.hides and type_of(rule).names in {"unit", "person"} and not self._themselves(rule)

    def options_of(self, choices: Mapping[str, Named]) -> tuple[Option, ...]:
        return tuple(Option(value, name_of(label)) for value, label in choices.items())

    def units(self, rule: FieldRule) -> tuple[Option, ...]:
        if self.is_written(rule):
            return ()
        if rule.accuses:
            return tuple(Option(str(id), label) for id, label in units_in_scope(self.organisation))
        there: Iterable[tuple[UUID, str]]
        if rule.holds:  # what a unit would owe in which nobody holds the role, or may act, nobody would see
            there = units_where_held(self.organisation, rule.holds, self.at, without=self.barred_people).items()
        else:
            there = read_once((_units, self.organisation), lambda: _units.all(self.organisation))
        own = self.actor.within if rule.not_own and self.actor else frozenset[UnitId]()
        units = [(id, name) for id, name in there if id not in self.accused_units | own]
        if self.state and rule is self.rules.book.fields.get(self.action.releases.removeprefix("$")):
            released = releasable(self.action, self.state)
            units = [(id, name) for id, name in units if id in released]
        if self._hands_on(rule) and self.state and self.state.handling:
            units = [(id, name) for id, name in units if id != self.state.handling.unit]
        return tuple(Option(str(id), name) for id, name in units)

    def cases(self, rule: FieldRule) -> tuple[Option, ...]:
        ids = may_name(self.rules, rule, self.state) or ()
        numbers = dict(Case.objects.filter(id__in=ids).values_list("id", "number")) if ids else {}
        return tuple(Option(numbers[id], numbers[id]) for id in ids if id in numbers)

    def _hands_on(self, rule: FieldRule) -> bool:
        """Whether the field names the unit to which the case goes, where it stands, from the one that has it, and leaves open which.

        Who takes it a stage on says who does what comes then, and that may well be the same.
        """
        given = self.action.units.get("handling", "").removeprefix("$")
        goes = self.action.to is None and given not in self.action.same_as
        return goes and rule is self.rules.book.fields.get(given)

    def people(self, rule: FieldRule) -> tuple[Option, ...]:
        """Holders of the roles that the field asks for, and for roles of the handling unit only those in it."""
        state = self.state
        if self.is_written(rule):
            return ()
        if rule.accuses and not rule.holds:
            return tuple(Option(str(id), label) for id, label in people_in_scope(self.organisation, self.at))
        of_unit = bool(rule.holds) and all(self.rules.book.roles[role].of == "handling" for role in rule.holds)
        unit = state.handling.unit if state and state.handling and of_unit and not self.action.units else None
        if unit:
            people = holders_of(unit, rule.holds[0], self.at)
        else:
            people = offered_in(self.organisation, rule.holds, self.at)
        if self._themselves(rule) and self.actor and self.actor.person:
            own = [person for person in people if person.id == self.actor.person]
            # Who stands in from an organ above works in no unit here.
            people = own or list(Account.objects.filter(id=self.actor.person))
        barred = frozenset() if rule.accuses else self.barred_people
        if self.accused_units and not rule.accuses:
            within = former_units([person.id for person in people], self.at)
            barred |= {person for person, units in within.items() if units & self.accused_units}
        people = [person for person in people if person.id not in barred]
        found = self._by_unit(people, rule) if self.within(rule) else [Option(str(one.id), str(one)) for one in people]
        return tuple(found) if rule.accuses else self._away_last(found)

    def _away_last(self, options: Sequence[Option]) -> tuple[Option, ...]:
        """Who is away stands behind those who are there, with the day of their return."""
        away = {str(id): until for id, until in all_away(day_of(self.at)).items()} if options else {}
        there = [one for one in options if one.value not in away]
        return (*there, *(_said_away(one, away[one.value]) for one in options if one.value in away))

    def within(self, rule: FieldRule) -> str:
        """The field of the form that names the unit in which whoever ``rule`` names is to handle the case; empty where it is known."""
        given, asked = self.action.assignee.removeprefix("$"), self.action.units.get("handling", "").removeprefix("$")
        own = rule is self.rules.book.fields.get(given)
        return asked if own and asked in self.action.required else ""

    def _by_unit(self, people: Sequence[Account], rule: FieldRule) -> tuple[Option, ...]:
        held = posts_of_people([person.id for person in people], self.at)
        offered = {option.value: option.label for option in self.units(self.rules.book.fields[self.within(rule)])}
        found = []
        for person in people:
            units = (str(unit) for unit, roles in held[PersonId(person.id)].items() if not roles.isdisjoint(rule.holds))
            named = tuple(unit for unit in units if unit in offered)
            if named:
                label = _("%(who)s（%(where)s）") % {
                    "who": person,
                    "where": _("、").join(offered[one] for one in named),
                }
                found.append(Option(str(person.id), label, named))
        return tuple(found)

    def _themselves(self, rule: FieldRule) -> bool:
        """Whether nobody but the actor may be named: who withdraws from a case, unless they decide on it for others."""
        name = self.action.recuses.removeprefix("$")
        if not (name and self.actor and self.state and rule is self.rules.book.fields.get(name)):
            return False
        return not may_recuse_others(self.rules.book, self.action, self.state, self.actor)


def _said_away(option: Option, until: date | None) -> Option:
    label = _("%(who)s（%(where)s）") % {"who": option.label, "where": told_away(until)}
    return replace(option, label=label)


def json_schema(fields: tuple[FieldView, ...]) -> dict[str, Any]:
    """The form as JSON Schema (draft 2020-12), for clients that build their own."""
    return {
        "type": "object",
        "properties": {field.name: _property(field) for field in fields},
        "required": [field.name for field in fields if field.required],
        "additionalProperties": False,
    }


def _property(field: FieldView) -> dict[str, Any]:
    schema: dict[str, Any] = {"title": field.label}
    if field.hint:
        schema["description"] = field.hint
    if field.preset:
        schema["default"] = field.preset
    if field.chosen:
        schema["default"] = list(field.chosen)
    kind = type_named(field.type)
    if kind.names:  # where nobody is listed, a client knows by this alone what is to be written
        schema["x-names"] = kind.names
    return schema | kind.json_schema(field)


def yes_no(value: bool) -> str:
    """是 or 否."""
    return _("是") if value else _("否")
