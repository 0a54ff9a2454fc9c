"""Filling in forms of any rulebook: whatever an action asks for, within what may be chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from huiyin.casework.forms import FieldView, form
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people.acting import holders_of
from huiyin.procedure.due import local_date
from huiyin.procedure.state import State
from huiyin.rules.book.fields import type_named
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import MISSING_ITEMS, Action
from huiyin.rules.book.steps import is_asked
from huiyin.simulation.arrivals import drawn
from huiyin.simulation.staffing import MatterKind, Staffing

TIME = "09:30"
TRACKING_NUMBER = "1234567890123"
WORDS = "模拟填写"
PAPER = ({"name": "模拟材料.txt", "content": "5qih5ouf"},)
FIRST_OTHER_DAYS, FIRST_NUMBER = 15, 1


class NothingToChoose(HuiyinError):
    """Raised when a field must be filled in and nothing can be chosen for it."""

    to_do = gettext_noop("请给人员安排一个合适的部门或人")


@dataclass(frozen=True, slots=True)
class SimulatedForm:
    """A form to fill in: ``needed`` is ``action`` with those fields alone that may have to be filled in; ``cases`` draws the number of another case, or None when there is none.

    ``prudent``: dates and numbers as small as may be, after what was likely has been refused.
    """

    rules: Rules
    action: Action
    needed: Action
    state: State | None
    facts: Mapping[str, str]
    organisation: UUID
    at: datetime
    kind: MatterKind
    staffing: Staffing
    handling: Mapping[UUID, str]
    cases: Callable[[], str | None]
    prudent: bool = False


def needed(action: Action) -> Action:
    """``action`` without the fields that anybody may leave empty."""
    depends = {*action.asked_if, *action.same_as}
    depends.add(MISSING_ITEMS)
    uses = tuple(use for use in action.fields if use.required or use.name in depends)
    return action.model_copy(update={"fields": uses})


def filled(asked: SimulatedForm, by: Random) -> dict[str, object]:
    """What somebody writes into ``asked``: all that is required, and nothing else. Raises NothingToChoose."""
    entries: dict[str, object] = {}
    waiting = list(form(asked.rules, asked.needed, asked.state, asked.organisation, asked.at))
    # What depends on another field comes after it, in whatever order the form has them.
    waiting.sort(key=lambda view: view.depends)
    facts = asked.state.facts if asked.state else asked.facts
    for view in waiting:
        if is_asked(asked.action, view.name, entries, facts) is not False:
            clerk = _Clerk(asked, view, entries, by)
            entries[view.name] = _preset(view) or type_named(view.type).example(clerk)
    return entries


def _preset(view: FieldView) -> str:
    """With what the form begins; behind each item that a file lacks why it does."""
    lines = view.preset.splitlines()
    return "\n".join(f"{line}{WORDS}" for line in lines) if view.name == MISSING_ITEMS else view.preset


def _parts(asked: SimulatedForm, name: str, values: list[str]) -> Mapping[str, float]:
    """How likely each option is: as the kind of matter says, else as the field does, else all alike."""
    known = asked.kind.fields.get(name) or asked.staffing.fields.get(name) or {}
    parts = {value: known.get(value, 0.0) for value in values}
    return parts if any(parts.values()) else dict.fromkeys(values, 1.0)


@dataclass(frozen=True, slots=True)
class _Clerk:
    """Somebody filling in one field of ``asked``: see ``fields.base.Filler``. Raises NothingToChoose."""

    asked: SimulatedForm
    view: FieldView
    entries: Mapping[str, object]
    by: Random

    def text(self) -> object:
        return WORDS[: int(self.view.most)] if self.view.most else WORDS

    def choice(self) -> object:
        return self._drawn([option.value for option in self.view.options])

    def choices(self) -> object:
        return [self.choice()]

    def confirmation(self) -> object:
        return self._drawn(["yes"])

    def _drawn(self, values: list[str]) -> str:
        return drawn(_parts(self.asked, self.view.name, values), self.by)

    def number(self) -> object:
        asked, view = self.asked, self.view
        least = view.least if isinstance(view.least, int) else FIRST_NUMBER
        number = least if asked.prudent else asked.staffing.numbers.get(view.name, least)
        return min(number, view.most) if isinstance(view.most, int) else number

    def day(self) -> object:
        today = local_date(self.asked.rules, self.asked.at)
        # A date in the past is today's: things are written down as they happen.
        if self.view.most is not None or self.asked.prudent:
            return today.isoformat()
        days = self.asked.staffing.days
        return (today + timedelta(days=days.get(self.view.name, days.get("default", FIRST_OTHER_DAYS)))).isoformat()

    def time(self) -> object:
        return TIME

    def tracking_number(self) -> object:
        return TRACKING_NUMBER

    def unit(self) -> object:
        """A unit that deals with matters; for joint handling another one than the first."""
        asked = self.asked
        busy = {seat.unit for seats in asked.state.units.values() for seat in seats} if asked.state else set()
        joint = "co_handling" in asked.action.units
        values = (option.value for option in self.view.options)
        able = [value for value in values if UUID(value) in asked.handling and not (joint and UUID(value) in busy)]
        return self._one_of(able)

    def units(self) -> object:
        return [self.unit()]

    def people(self) -> object:
        return [self.person()]

    def person(self) -> object:
        asked, view, values = self.asked, self.view, [option.value for option in self.view.options]
        source = asked.action.units.get("handling", "").removeprefix("$")
        if asked.action.assignee == f"${view.name}" and source in self.entries:
            holds, unit = asked.rules.book.fields[view.name].holds, UUID(str(self.entries[source]))
            inside = {str(person.id) for role in holds for person in holders_of(unit, role, asked.at)}
            values = [value for value in values if value in inside]
        return self._one_of(values)

    def _one_of(self, values: list[str]) -> str:
        if not values:
            raise NothingToChoose(_("%(name)s 没有可以选的") % {"name": self.view.name})
        return self.by.choice(values)

    def cases(self) -> object:
        return list(self.view.chosen)

    def case(self) -> object:
        number = self.asked.cases()
        if number is None:
            raise NothingToChoose(_("%(name)s 没有可以选的") % {"name": self.view.name})
        return number

    def files(self) -> object:
        return list(PAPER)
