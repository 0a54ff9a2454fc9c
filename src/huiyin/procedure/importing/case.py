"""Bringing a case in from an old register: where it stands by what that register says, who owes what from now on, or what is missing.

Nothing is recorded as done here. A case comes in only where the rulebook has a way to the point at which it stands, so that what was
proved of the rulebook holds of it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop
from huiyin.procedure.command import Command, PersonId, Seat, TextRef, Value
from huiyin.procedure.decision import Decision, DraftDecision
from huiyin.procedure.due import limit_due, local_date, start_of
from huiyin.procedure.event import (
    CaseEnded,
    CaseImported,
    CaseOpened,
    DutyRescheduled,
    LimitExtended,
    SubmissionAttached,
    UnitJoined,
)
from huiyin.procedure.evolve import evolve
from huiyin.procedure.guard import first_facts
from huiyin.procedure.importing.ends import why_not_ended
from huiyin.procedure.importing.shortfall import Shortfall
from huiyin.procedure.importing.way import ImportedWay, NoWay, find_way, places
from huiyin.procedure.seating import NoSeat
from huiyin.procedure.state import OpenDuty, State
from huiyin.rules import MATTER
from huiyin.rules.book.conditions import Opening
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ENDED, START, LimitRule, Procedure
from huiyin.rules.deadlines.calendar import Label
from huiyin.rules.deadlines.limits import Derivation, Limit
from huiyin.rules.prover.proved_points import is_walked

HANDLER: Final = "handler"
"""The entry that says who in the handling unit answers for the case."""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What an old register says of a case: ``days`` by moment, ``facts`` by name, ``unit`` that handles it and who in it.

    ``number`` is its number there, ``text`` the whole row as it stood, sealed; ``archived`` that it was filed.
    """

    number: str
    text: TextRef
    stage: str
    facts: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)
    unit: Seat | None = None
    handler: PersonId | None = None
    promised: date | None = None
    archived: bool = False


def import_case(rules: Rules, command: Command, entry: RegisterEntry) -> Decision | Shortfall:
    """What follows from bringing in the case that ``entry`` describes, under ``rules``, which were in force when it was received.

    ``command`` carries its submission and who holds which role now; nobody takes an action by it. Returns a Shortfall where the rulebook
    knows no case that stands so, or where a day is missing from which something runs.
    """
    assert command.submission is not None
    try:
        return _Importing(rules, command, entry).carry_out()
    except _Missing as missing:
        return missing.shortfall
    except NoSeat as missing:
        return Shortfall("role", missing.role)


class _Missing(HuiyinError):
    """Raised where a case cannot come in; never leaves this module."""

    to_do = gettext_noop("请改正台账中的这一行")

    def __init__(self, shortfall: Shortfall) -> None:
        super().__init__(f"the register lacks or contradicts: {shortfall.why}")
        self.shortfall = shortfall


class _Importing:
    """One case on its way in."""

    def __init__(self, rules: Rules, command: Command, entry: RegisterEntry) -> None:
        self.rules, self.command, self.entry = rules, command, entry
        self.procedure: Procedure = rules.book.procedures[MATTER]
        self.first = first_facts(rules.book, command)

    def carry_out(self) -> Decision | Shortfall:
        stage = self.procedure.stages.get(self.entry.stage)
        if stage is None:
            return Shortfall("stage", self.entry.stage)
        way = self._way(frozenset())
        moments = self._moments(way, ended=stage.end)
        if stage.end and (
            forbidden := why_not_ended(self.rules, self.procedure, way, self.entry.stage, self.entry.days)
        ):
            return forbidden
        draft = self._opened(way)
        extension = self._extension(way, draft.state, moments) if not stage.end else None
        if extension is not None:
            way = self._way(frozenset(self._granted(extension[0])))
        draft = self._opened(way)
        self._say(draft, way, moments)
        if extension is not None:
            for limit in extension[0]:
                draft.add(LimitExtended(limit, extension[1]))
        if stage.end:
            draft.add(CaseEnded(self.entry.stage))
        self._owe(draft, way)
        if self.command.accusations or self.command.followed:
            draft.accuse()
        state = draft.state
        if not is_walked(self.rules, MATTER, state.stage, state.facts, [duty.kind for duty in state.duties]):
            return Shortfall("situation", state.stage)
        return Decision(tuple(draft.events), state)

    def _way(self, needed: frozenset[tuple[str, str]]) -> ImportedWay:
        """How a case with these facts comes to that stage by the rulebook; of several ways a shortest one."""
        found = find_way(
            self.rules,
            MATTER,
            frozenset(self.first.items()),
            self.entry.stage,
            frozenset(self.entry.facts.items()),
            needed,
            places(self.rules, MATTER, self.command.seats),
        )
        if isinstance(found, NoWay):
            raise _Missing(Shortfall("no-way", self.entry.stage))
        if found.assumed:
            fact = found.assumed[0]
            raise _Missing(Shortfall("fact", fact, found.choices[fact]))
        if found.handled and self.entry.unit is None and not self.procedure.stages[self.entry.stage].end:
            raise _Missing(Shortfall("unit", self.entry.stage))
        return found

    def _moments(self, way: ImportedWay, ended: bool) -> dict[str, datetime]:
        """The days that the register names of those that such a case has, each at its beginning, in order."""
        today, received = local_date(self.rules, self.command.at), self._received
        if received > today:
            raise _Missing(Shortfall("future", "received"))
        names = (*way.marks, *([ENDED] if ended else []))
        if ended and self.entry.days.get(ENDED) is None:
            raise _Missing(Shortfall("day", ENDED))
        last, latest = "received", received
        found: dict[str, datetime] = {}
        for name in dict.fromkeys(names):
            day = self.entry.days.get(name)
            if day is None:
                continue
            if day > today:
                raise _Missing(Shortfall("future", name))
            if day < latest:
                raise _Missing(Shortfall("order", name, other=last))
            last, latest = name, day
            found[name] = start_of(self.rules, day)
        return found

    @property
    def _received(self) -> date:
        assert self.command.submission is not None
        return local_date(self.rules, self.command.submission.received_at)

    def _opened(self, way: ImportedWay) -> DraftDecision:
        command = self.command
        assert command.submission is not None
        new = command.submission
        units, people = command.shut_out
        opened = CaseOpened(
            case=command.case,
            organisation=command.actor.organisation,
            procedure=MATTER,
            rulebook=self.rules.book.key,
            stage=way.begins_in,
            facts=self.first,
            received_at=new.received_at,
            accused_units=tuple(sorted(units)),
            accused_people=tuple(sorted(people)),
        )
        draft = DraftDecision(self.rules, evolve(None, opened), command, START, [opened])
        draft.add(
            SubmissionAttached(
                new.id, new.channel, new.received_at, new.headcount, new.text, new.petitioner, new.title, new.files
            )
        )
        return draft

    def _say(self, draft: DraftDecision, way: ImportedWay, moments: Mapping[str, datetime]) -> None:
        entry = self.entry
        facts = {name: value for name, value in way.facts.items() if self.first.get(name) != value}
        promised = entry.promised if not self.procedure.stages[entry.stage].end else None
        values: dict[str, Value] = {HANDLER: entry.handler} if entry.handler and way.handled else {}
        if promised is not None:
            values |= {
                rule.by_field: promised
                for name in self._promised_limits()
                if (rule := self.procedure.limits[name]).by_field
            }
        draft.add(CaseImported(entry.number, entry.text, entry.stage, facts, moments, values, entry.promised))
        if way.handled and entry.unit is not None:
            draft.add(UnitJoined("handling", entry.unit))

    def _promised_limits(self) -> tuple[str, ...]:
        """The limits that a petitioner is told when the matter is accepted, and those that may not run beyond them."""
        limits = self.procedure.limits
        extendable = [name for name, rule in limits.items() if rule.extendable is not None and not rule.by_field]
        return (
            *extendable,
            *(name for name, rule in limits.items() if rule.no_later_than in extendable and rule.extendable),
        )

    def _extension(
        self, way: ImportedWay, state: State, moments: Mapping[str, datetime]
    ) -> tuple[tuple[str, ...], int] | None:
        """By how many days the promised limits were extended, where the petitioner was told a later day than they allow by themselves."""
        promised = self.entry.promised
        owed = {self.procedure.duties[opening.duty].limit for opening, _rule in way.owed}
        touched = [name for name in self._promised_limits() if name in owed]
        if promised is None or not touched:
            return None
        state = replace(state, moments={**state.moments, **moments})
        name = next((one for one in self._promised_limits() if not self.procedure.limits[one].by_field), touched[0])
        rule = self.procedure.limits[name]
        most = rule.extendable.amount if rule.extendable else 0
        latest: date | None = None
        for days in range(most + 1):
            extended = replace(state, extensions={name: days} if days else {})
            found = limit_due(self.rules, rule, name, extended, self.command.at)
            if found is None:
                raise _Missing(Shortfall("day", rule.start))
            latest = found.due_on
            if promised <= latest:
                return (self._promised_limits(), days) if days else None
        raise _Missing(Shortfall("promised", name, latest=latest))

    def _granted(self, limits: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        """What an extension that was granted says of the case."""
        for action in self.procedure.actions.values():
            if set(limits) & set(action.extends):
                yield from ((fact, value) for fact, value in action.sets.items() if not value.startswith("$"))

    def _owe(self, draft: DraftDecision, way: ImportedWay) -> None:
        promised = self._promised_limits()
        for opening, action in way.owed:
            if self.entry.archived and opening.duty in self.procedure.stages[self.entry.stage].owes:
                continue
            rule = self.procedure.actions[action].model_copy(update={"assignee": None, "units": {}})
            within = self.procedure.limits[self.procedure.duties[opening.duty].limit]
            if not self._runs(within, draft.state):
                raise _Missing(Shortfall("day", within.start))
            draft.owe(Opening(duty=opening.duty), rule)
            for duty in draft.state.open_duties(opening.duty):
                if duty.limit in promised and self.entry.promised is not None:
                    self._keep_promise(draft, duty, self.entry.promised)

    def _runs(self, within: LimitRule, state: State) -> bool:
        return within.start in state.moments or (bool(within.by_field) and within.by_field in state.values)

    def _keep_promise(self, draft: DraftDecision, duty: OpenDuty, promised: date) -> None:
        """The day that the petitioner was told stands, which by now is none that the law would not allow."""
        if duty.derivation.due_on == promised:
            return
        moment = Label("原登记簿记载已告知信访人的日期", "the day that the petitioner was told by the old register")
        derivation = Derivation(
            start=promised,
            limit=Limit(0),
            unrolled=promised,
            due_on=promised,
            moment=moment,
            clause=duty.derivation.clause,
        )
        due_at = self.rules.calendar.end_of(promised).astimezone(UTC)
        draft.add(DutyRescheduled(duty.id, due_at, derivation))
