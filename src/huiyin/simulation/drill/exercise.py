"""Playing a scenario: people do what they owe after so many minutes, through the door, and timers fire when their time is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from django.db.models import F, Min, QuerySet

from huiyin import door, worker
from huiyin.casework.models import OPEN, Case, Duty
from huiyin.door.intake import Intake, first_facts
from huiyin.errors import HuiyinError
from huiyin.incidents import INCIDENT
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.ledger.chain import read_chain
from huiyin.procedure.command import Actor
from huiyin.procedure.event import ActionTaken
from huiyin.procedure.guard import forbidden
from huiyin.procedure.state import OpenDuty, State
from huiyin.procedure.storage import codec
from huiyin.rules import MATTER
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import begins_case
from huiyin.simulation.acting import NAMED, TEXT, TITLE
from huiyin.simulation.cast import Cast
from huiyin.simulation.drill.scenarios import Scenario
from huiyin.simulation.entries import NothingToChoose, SimulatedForm, filled, needed
from huiyin.simulation.staffing import MatterKind, Staffing

MINUTE: Final = timedelta(minutes=1)
DAY: Final = timedelta(days=1)
HORIZON: Final = timedelta(days=150)
"""After this long nothing is played any more: the longest that an incident and its archiving take."""
MAX_STEPS: Final = 400


class NoIncidents(HuiyinError):
    """Raised when a rulebook has no procedure under which incidents run."""

    to_do = gettext_noop("请选有这个程序的规程，例如 company 或 xx-bureau")


class NobodyReports(HuiyinError):
    """Raised when everybody is absent who could report the incident."""

    to_do = gettext_noop("请让一个按规程报告突发事件的人在场")


@dataclass(frozen=True, slots=True)
class Played:
    """One step that was taken: in which minute, on which of the two cases, by whom (roles of the book, or the system)."""

    minute: int
    procedure: str
    action: str
    role: str


@dataclass
class Exercise:
    """A scenario as it is played. ``absent`` are roles that nobody answers in; ``played`` is what happened."""

    rules: Rules
    cast: Cast
    staffing: Staffing
    scenario: Scenario
    began: datetime
    absent: frozenset[str] = frozenset()
    rng: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - for made-up forms, nothing secret
    cases: dict[str, Case] = field(default_factory=dict)
    played: list[Played] = field(default_factory=list)
    not_before: dict[UUID, datetime] = field(default_factory=dict)
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.began

    def play(self) -> None:
        """Play it from the first minute to the last thing that somebody owes. Raises NoIncidents, NobodyReports."""
        if INCIDENT not in self.rules.book.procedures:
            raise NoIncidents(
                _("%(rulebook)s 没有程序 %(procedure)s") % {"rulebook": self.rules.book.rulebook, "procedure": INCIDENT}
            )
        planned = sorted(self._planned(), key=lambda one: one[0])
        for _step in range(MAX_STEPS):
            owed, timer = self._next_owed(), self._next_timer()
            moments = (planned[0][0] if planned else None, owed[0] if owed else None, timer, self._next_limit())
            due = [moment for moment in moments if moment is not None]
            if not due or min(due) > self.began + HORIZON:
                return
            self.now = max(self.now, min(due))
            if timer is not None and timer <= self.now:
                self._fire()
            elif planned and planned[0][0] <= self.now:
                self._beside(planned.pop(0)[1])
            elif owed is not None and owed[0] <= self.now:
                self._take(*owed[1:])

    def counted(self, procedure: str) -> QuerySet[Duty]:
        """What is owed on one of the cases and belongs to the drill: of the matter, which goes its own way, what is to be done that day."""
        of_the_case = Duty.objects.filter(case=self.cases[procedure])
        return of_the_case.filter(due_at__lte=F("opened_at") + DAY) if procedure == MATTER else of_the_case

    def _next_limit(self) -> datetime | None:
        """When the next limit is over of what is still owed: where nobody comes, it is played as far as that."""
        over = (
            self.counted(one).filter(OPEN, due_at__gt=self.now - MINUTE).aggregate(due=Min("due_at"))["due"]
            for one in self.cases
        )
        return min((due + MINUTE for due in over if due is not None), default=None)

    def _next_timer(self) -> datetime | None:
        """When the system next does something about the incident, since nobody has; the matter goes its own way."""
        case = self.cases.get(INCIDENT)
        waiting = Duty.objects.filter(case=case, timer_at__isnull=False) if case is not None else Duty.objects.none()
        first = waiting.aggregate(first=Min("timer_at"))["first"]
        return first + timedelta(seconds=1) if first is not None else None

    def _planned(self) -> Iterator[tuple[datetime, str]]:
        yield self.began + self.scenario.matter.at * MINUTE, "register"
        yield self.began + self.scenario.reported_at * MINUTE, "report"
        for one in self.scenario.beside:
            yield self.began + one.at * MINUTE, one.action

    def _beside(self, action: str) -> None:
        if action == "register":
            self._register_visit()
        elif action == "report":
            self._report()
        elif INCIDENT in self.cases and action in self.rules.book.procedures[INCIDENT].actions:
            actor = self._who(INCIDENT, action)
            if actor is not None:
                self._take(INCIDENT, action, actor)

    # --- how the two cases begin --------------------------------------------------------------------------------------

    def _starting(self, procedure: str, *, attaches: bool) -> tuple[str, Action, Actor] | None:
        """The step by which somebody of the staff begins a case, and who; None where nobody is there who could."""
        for name, action in self.rules.book.procedures[procedure].actions.items():
            if begins_case(action) and action.attaches == attaches:
                for actor in self._present():
                    if actor.roles & set(action.by):
                        return name, action, actor
        return None

    def _register_visit(self) -> None:
        """The visit is registered as what it is: a matter of so many people. Where nobody is there to do so, it is not."""
        starting = self._starting(MATTER, attaches=True)
        if starting is None:
            return
        name, action, actor = starting
        bare = Intake(
            organisation=self.cast.organisation,
            channel="visit",
            text=TEXT,
            title=TITLE,
            petitioners=(NAMED,),
            headcount=self.scenario.matter.headcount,
            received_at=self.now,
        )
        facts = first_facts(self.rules.book, bare)
        fields = self._filled(MATTER, action, None, facts)
        outcome = door.register_petition(replace(bare, fields=fields), actor, self.now, name)
        if isinstance(outcome, door.Registered):
            self.cases[MATTER] = outcome.case
            self._note(MATTER, name, actor, action)

    def _report(self) -> None:
        """Whoever is there reports the incident. Raises NobodyReports where nobody is."""
        starting = self._starting(INCIDENT, attaches=False)
        if starting is None:
            raise NobodyReports(_("没有人可以报告这起突发事件"))
        name, action, actor = starting
        fields = self._filled(INCIDENT, action, None, {})
        outcome = door.open_case(self.cast.organisation, INCIDENT, name, actor, self.now, fields)
        if isinstance(outcome, door.Accepted):
            self.cases[INCIDENT] = outcome.case
            self._note(INCIDENT, name, actor, action)

    # --- what is owed -------------------------------------------------------------------------------------------------

    def _next_owed(self) -> tuple[datetime, str, str, Actor, OpenDuty] | None:
        """What is done next of all that is owed: when, on which case, by which step, by whom, and what it was."""
        found = []
        for procedure in self.cases:
            state = self._state(procedure)
            for duty in state.duties:
                if procedure == MATTER and duty.due_at - duty.opened_at > DAY:
                    continue  # a drill is about the first hours; the matter itself goes its own way
                way = self._way(procedure, duty)
                if way is not None:
                    found.append((max(self.now, self._ready_at(duty)), procedure, *way, duty))
        return min(found, key=lambda one: one[0], default=None)

    def _ready_at(self, duty: OpenDuty) -> datetime:
        """When somebody does it, or tries again: after so many minutes what is owed that day, on the next day what has more time."""
        usual = duty.opened_at + (self.scenario.minutes * MINUTE if duty.due_at - duty.opened_at <= DAY else DAY)
        return max(usual, self.not_before.get(duty.id, usual))

    def _way(self, procedure: str, duty: OpenDuty) -> tuple[str, Actor] | None:
        actions = self.rules.book.procedures[procedure].actions
        doing = [name for name, action in actions.items() if duty.kind in action.discharges]
        preferred = self.scenario.ways.get(duty.kind, duty.kind)
        doing.sort(key=lambda name: name != preferred)
        for name in doing:
            actor = self._who(procedure, name, duty)
            if actor is not None:
                return name, actor
        return None

    def _who(self, procedure: str, action: str, duty: OpenDuty | None = None) -> Actor | None:
        state = self._state(procedure)
        able = [one for one in self._present() if forbidden(self.rules, state, action, one, self.now) is None]
        if duty is not None:
            owing = set(Duty.objects.filter(case=self.cases[procedure]).values_list("role", flat=True))
            able = [one for one in able if one.roles & owing]  # others who may as well do not know of it yet
            able.sort(key=lambda one: (duty.role not in one.roles, one.unit != duty.seat.unit if duty.seat else False))
        if duty is not None and duty.assignee is not None:
            able = [one for one in able if one.person == duty.assignee]
        return able[0] if able else None

    def _present(self) -> list[Actor]:
        return [actor for seated in self.cast.seated for actor in seated.people if not actor.roles & self.absent]

    # --- taking a step ------------------------------------------------------------------------------------------------

    def _take(self, procedure: str, action: str, actor: Actor, duty: OpenDuty | None = None) -> None:
        """Take a step through the door; what cannot be done yet, since something must be there first, is tried again a minute later."""
        rule, case = self.rules.book.procedures[procedure].actions[action], self.cases[procedure]
        try:
            fields = self._filled(procedure, rule, self._state(procedure), {})
        except NothingToChoose:
            outcome = None
        else:
            outcome = door.execute(door.ActionRequest(case.id, action, actor, self.now, fields))
        if isinstance(outcome, door.Accepted):
            self.cases[procedure] = outcome.case
            self._note(procedure, action, actor, rule)
        elif duty is not None:
            self.not_before[duty.id] = self.now + MINUTE

    def _fire(self) -> None:
        worker.fire_timers(self.now)
        case = self.cases[INCIDENT]
        since = case.seq
        case.refresh_from_db()
        for item in read_chain(case.id, ActionTaken):
            if item.seq > since and isinstance(item.event, ActionTaken):
                self.played.append(Played(self._minute(), INCIDENT, item.event.action, item.event.role))

    def _filled(
        self, procedure: str, action: Action, state: State | None, facts: Mapping[str, str]
    ) -> dict[str, object]:
        form_entries, book = self.scenario.form_entries, self.rules.book
        chosen = {
            name: {value: 1.0}
            for name, value in form_entries.items()
            if isinstance(value, str) and name in book.fields and value in book.fields[name].of
        }
        asked = SimulatedForm(
            rules=self.rules,
            action=action,
            needed=needed(action),
            state=state,
            facts=facts,
            organisation=self.cast.organisation.id,
            at=self.now,
            kind=MatterKind(share=1, fields=chosen),
            staffing=self.staffing,
            handling=self.cast.handling,
            cases=lambda: self.cases[MATTER].number if procedure == INCIDENT and MATTER in self.cases else None,
        )
        entries = filled(asked, self.rng)
        return entries | {name: form_entries[name] for name in entries if name in form_entries and name not in chosen}

    def _state(self, procedure: str) -> State:
        state: State = codec.loads(self.cases[procedure].state)
        return state

    def _minute(self) -> int:
        return (self.now - self.began) // MINUTE

    def _note(self, procedure: str, action: str, actor: Actor, rule: Action) -> None:
        role = next((role for role in rule.takers if role in actor.roles), "")
        self.played.append(Played(self._minute(), procedure, action, role))
