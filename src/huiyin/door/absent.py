"""Nothing is laid on somebody who is away while somebody beside them is there to do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.door.entry import ParsedFields
from huiyin.people.absences import back_on, people_at_hand, told_away
from huiyin.people.appointments import day_of
from huiyin.people.models import Holding
from huiyin.procedure.command import PersonId, UnitId, ids_in
from huiyin.procedure.state import State
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, FieldRule


def named_absent(rules: Rules, action: Action, state: State, entry: ParsedFields, at: datetime) -> Iterator[FormError]:
    """Each field that names somebody who is away to do something, while somebody else is there who holds the role in the same unit and has
    not withdrawn; nothing of a matter that accuses somebody, since the answer would tell who else may act on it.
    """
    if state.accused_people or state.accused_units or state.unresolved:
        return
    for name, value in entry.values.items():
        rule = rules.book.fields[name]
        if (
            not rule.holds
            or rule.accuses
            or type_of(rule).names != "person"
            or name == action.recuses.removeprefix("$")
        ):
            continue
        away = back_on(list(ids_in(value)), day_of(at))
        for person, until in away.items():
            if _others(rule, entry.posts.get(PersonId(person), {}), action, entry, state, at):
                yield FormError(name, "absent", _("此人%(away)s，请另选在岗人员") % {"away": told_away(until)})


def _others(
    rule: FieldRule,
    held: Mapping[UnitId, frozenset[str]],
    action: Action,
    entry: ParsedFields,
    state: State,
    at: datetime,
) -> bool:
    """Whether somebody is there who holds the role where the person does: in the unit that the form names, or that handles the case."""
    units = {unit for unit, roles in held.items() if not roles.isdisjoint(rule.holds)}
    given = entry.values.get(action.units.get("handling", "").removeprefix("$"))
    asked = given or (state.handling.unit if state.handling else None)
    units &= {asked} if asked in units else units
    there = people_at_hand(Holding.objects.filter(post__unit__in=units), day_of(at))
    return any(people - state.recused for (_unit, role), people in there.items() if role in rule.holds)
