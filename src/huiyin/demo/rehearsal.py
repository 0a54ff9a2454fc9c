"""A rehearsal: one made-up matter walked through a real organisation's rulebook in a throwaway copy, to show who would get what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from django.db.models import Min

from huiyin import worker
from huiyin.casework.labels import name_of
from huiyin.casework.models import Case, Duty
from huiyin.demo.stories import Story, Teller
from huiyin.language import gettext as _
from huiyin.ledger.chain import read_chain
from huiyin.people.acting import in_each_post
from huiyin.people.appointments import day_of
from huiyin.people.models import Account, Holding, Organisation, Unit
from huiyin.procedure.event import ActionTaken, DutyOpened, Event
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules

ROUTE: Final = "answered"
DAYS: Final = 100
"""So long ago the matter began that all of its steps lie behind it; within the 120 days that a story may last."""
MAX_STEPS: Final = 60
STEP: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class RehearsalStep:
    """Something that was done, by whom; and what somebody owed from then on, with the day."""

    day: str
    action: str
    by: str
    owed: tuple[str, ...]

    def __str__(self) -> str:
        owed = _("；接着应办：%(owed)s") % {"owed": ", ".join(self.owed)} if self.owed else ""
        return f"{self.day} {self.by}: {self.action}{owed}"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How far the matter came: ``stage`` in words, ``ended``; ``stuck`` why it could not go on."""

    organisation: str
    steps: tuple[RehearsalStep, ...]
    stage: str
    ended: bool
    stuck: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def rehearse(organisation: Organisation, now: datetime) -> Rehearsal:
    """Walk a petition of the web from its arrival to its end, as far as the people who are there can take it.

    Only in a throwaway installation: everybody who was invited counts as having accepted, and as having been there all the time.
    """
    Account.objects.update(is_active=True)
    Holding.objects.filter(since__lte=day_of(now)).update(since=day_of(now) - timedelta(days=2 * DAYS))
    staff = [actor for account in Account.objects.order_by("username") for actor in in_each_post(account, now)]
    rng = Random(1)  # noqa: S311 - for a made-up matter, nothing secret
    teller = Teller(rng, now, staff, thorough=True)
    story = teller.tell_one({"route": ROUTE, "age": DAYS, "organisation": organisation.code})
    if story.case is None:
        return Rehearsal(organisation.code, (), "", False, tuple(teller.stuck))
    if not teller.stuck:
        _to_the_end(teller, story, now)
    case, stuck = story.case, tuple(teller.stuck)
    case.refresh_from_db()
    rules = load(case.rulebook)
    stage = name_of(rules.book.procedures[case.procedure].stages.get(case.stage), case.stage)
    return Rehearsal(organisation.code, _steps(case, rules), stage, case.ended_at is not None, stuck)


def _to_the_end(teller: Teller, story: Story, now: datetime) -> None:
    """Do what is left, and let the time pass in which nothing is owed but waiting."""
    at, case = now, story.case
    assert case is not None
    for _step in range(MAX_STEPS):
        if teller.take_owed(story, at):
            at += STEP
            continue
        running = Duty.objects.filter(case=case, discharged_at=None, withdrawn_at=None, timer_at__gt=at)
        next_at = running.aggregate(at=Min("timer_at"))["at"]
        if next_at is None:
            return
        at = next_at + STEP
        worker.fire_timers(at)


def _steps(case: Case, rules: Rules) -> tuple[RehearsalStep, ...]:
    units = dict(Unit.objects.values_list("id", "name"))
    people = {account.id: str(account) for account in Account.objects.all()}
    steps: list[RehearsalStep] = []
    for item in read_chain(case.id, ActionTaken, DutyOpened):
        event: Event = item.event
        if isinstance(event, ActionTaken):
            action = name_of(rules.book.procedures[case.procedure].actions.get(event.action), event.action)
            by = people.get(event.person) if event.person and event.actor == "staff" else None
            role = name_of(rules.book.roles.get(event.role), event.role)
            steps.append(RehearsalStep(f"{item.at:%Y-%m-%d}", action, f"{by or ''} {role}".strip(), ()))
        elif isinstance(event, DutyOpened) and steps:
            duty = event.duty
            kind = name_of(rules.book.procedures[case.procedure].duties.get(duty.kind), duty.kind)
            where = units.get(duty.seat.unit, "") if duty.seat else ""
            role = name_of(rules.book.roles.get(duty.role), duty.role)
            owed = f"{kind} ({f'{where} ' if where else ''}{role}, {duty.due_at:%Y-%m-%d})"
            last = steps[-1]
            steps[-1] = RehearsalStep(last.day, last.action, last.by, (*last.owed, owed))
    return tuple(steps)
