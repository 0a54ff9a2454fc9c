"""Telling the demonstration's matters: each along its route, all together in the order of time, through the one door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random
from typing import Any
from uuid import UUID

from django.utils import timezone

from huiyin import door
from huiyin.casework.labels import explain
from huiyin.casework.models import Case
from huiyin.casework.visible import visible_to
from huiyin.casework.vocabulary import BY_THEMSELVES
from huiyin.demo.cast import accounts
from huiyin.demo.entries import DemoForm, filled
from huiyin.demo.material import material
from huiyin.demo.paths import next_on_the_way, next_owed
from huiyin.demo.petitions import DemoPetition, Petitions
from huiyin.door.intake import Intake
from huiyin.people.acting import actor_for, petitioner_actor, petitioner_to_be
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Account, Organisation
from huiyin.procedure.command import Actor
from huiyin.procedure.guard import forbidden
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load
from huiyin.rules import MATTER
from huiyin.rules.book.load import Rules

MORNING_HOUR, WORKING_MINUTES = 9, 450
SOON = timedelta(minutes=25)
ON_THE_WAY = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class StoryReport:
    """What was made: matters by stage, and the stories that could not go on, each with the reason (no personal data)."""

    stages: Mapping[str, int]
    stuck: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One planned action."""

    action: str
    at: datetime
    fields: Mapping[str, object]
    optional: bool


@dataclass
class Story:
    """One matter on its way. ``at`` is when its next thing happens; None when nothing does before now."""

    name: str
    organisation: Organisation
    plan: Mapping[str, Any]
    petition: DemoPetition
    people: tuple[PetitionerFields, ...]
    steps: list[StoryStep]
    at: datetime | None
    case: Case | None = None
    seen: set[str] = field(default_factory=set)


def tell(matters: int, seed: int, now: datetime) -> StoryReport:
    """Make ``matters`` petition matters that began within the 120 days before ``now``; the same ``seed`` makes the same ones."""
    people = Account.objects.in_bulk([account.username for account in accounts()], field_name="username")
    found = (actor_for(people[account.username], at=now) for account in accounts())
    staff = [actor for actor in found if actor is not None]
    teller = Teller(Random(seed), now, staff)  # noqa: S311 - chance for a demonstration, nothing secret
    return teller.tell(matters)


class Teller:
    """Holds the cast (``staff``, each in one post) and the stories while they are being told.

    ``thorough``: what is owed on the way is done, and not only what leads on.
    """

    def __init__(self, rng: Random, now: datetime, staff: Sequence[Actor], *, thorough: bool = False) -> None:
        self.rng, self.now, self.staff, self.thorough = rng, now, staff, thorough
        self.organisations = {item.code: item for item in Organisation.objects.all()}
        self.petitions = Petitions(rng)
        self.by_key: dict[str, Story] = {}
        self.stuck: list[str] = []
        self.states: dict[UUID, tuple[int, State]] = {}

    def tell(self, matters: int) -> StoryReport:
        plans = material("routes")["matters"]
        return self.tell_all([self._plan(n, plans[n % len(plans)], n // len(plans)) for n in range(matters)])

    def tell_one(self, plan: Mapping[str, Any]) -> Story:
        """The story of one plan; ``stuck`` says why it could not go on, where it could not."""
        story = self._plan(0, plan, 0)
        self.tell_all([story])
        return story

    def tell_all(self, stories: Sequence[Story]) -> StoryReport:
        """Let all stories happen in the order of time."""
        waiting: list[tuple[datetime, int]] = []
        for n, story in enumerate(stories):
            self._push(waiting, n, story)
        while waiting:
            _at, n = heappop(waiting)
            self._go_on(stories[n])
            self._push(waiting, n, stories[n])
        made = [story.case.id for story in stories if story.case]
        stages = Counter(Case.objects.filter(id__in=made).values_list("stage", flat=True))
        return StoryReport(stages, tuple(self.stuck))

    def _push(self, waiting: list[tuple[datetime, int]], n: int, story: Story) -> None:
        if story.at is not None and story.at <= self.now:
            heappush(waiting, (story.at, n))

    def _plan(self, n: int, plan: Mapping[str, Any], lap: int) -> Story:
        """The ``n``-th story; on later laps through the list it begins on another day."""
        age = plan["age"] if not lap else self.rng.randint(plan["age"] // 2, min(118, plan["age"] + 10))
        start = self._moment(self.now - timedelta(days=age), rest=False)
        start = min(start, self.now - SOON * self.rng.randint(2, 6))
        steps = [self._step(start, *entry) for entry in material("routes")["routes"][plan["route"]]]
        story = Story(
            name=f"{plan['route']} {n}",
            organisation=self.organisations[plan.get("organisation", "lj")],
            plan=plan,
            petition=self.petitions.next(plan.get("of", "claim")),
            people=self.petitions.people(plan.get("people", 1), anonymous=plan.get("anonymous", False)),
            steps=steps,
            at=start,
        )
        if not lap and "key" in plan:
            self.by_key[plan["key"]] = story
        return story

    def _step(self, start: datetime, action: str, day: int, fields: Mapping[str, object] | None = None) -> StoryStep:
        at = max(self._moment(start + timedelta(days=day), rest=True), start + SOON)
        return StoryStep(action.rstrip("?"), at, fields or {}, action.endswith("?"))

    def _moment(self, day: datetime, *, rest: bool) -> datetime:
        """Some minute of the working hours of ``day``; with ``rest``, of the Monday when it is a weekend."""
        local = timezone.localtime(day).replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)
        local += timedelta(minutes=self.rng.randrange(WORKING_MINUTES), seconds=self.rng.randrange(60))
        return local + timedelta(days=max(0, 7 - local.weekday()) if rest and local.weekday() >= 5 else 0)

    def _go_on(self, story: Story) -> None:
        """Let the next thing happen in ``story``, and find out what comes after it."""
        at = story.at
        assert at is not None
        if story.case is None:
            self._register_story(story, at)
        else:
            story.case.refresh_from_db()
            self._act(story, at)
        story.at = self._next(story, at)

    def _register_story(self, story: Story, at: datetime) -> None:
        plan, petition = story.plan, story.petition
        channel = plan.get("channel", "web")
        action = "submit" if channel in BY_THEMSELVES else "register"
        rules = load(story.organisation.rulebook)
        actor = self._registering(story, action)
        rule = rules.book.procedures[MATTER].actions[action]
        fields = {}
        if channel == "referral":
            form = DemoForm(rules.book, action, rule, actor, at, petition, facts={"source": "referred"})
            fields = filled(form, {"representatives": None}, self.rng)
        intake = Intake(
            organisation=story.organisation,
            channel=channel,
            text=petition.text,
            title=petition.title,
            petitioners=story.people,
            headcount=plan.get("headcount", len(story.people)),
            received_at=at if action == "submit" else at - timedelta(minutes=self.rng.randint(5, 90)),
            accused=petition.accused if story.organisation.code == "lj" else (),
            fields=fields,
        )
        outcome = door.register_petition(intake, actor, at, action)
        if isinstance(outcome, door.Registered):
            story.case = outcome.case
        else:
            self._stop(story, action, outcome)

    def _registering(self, story: Story, action: str) -> Actor:
        if action == "submit":
            return petitioner_to_be(story.organisation.id)
        return next(
            actor for actor in self.staff if actor.organisation == story.organisation.id and "registrar" in actor.roles
        )

    def _act(self, story: Story, at: datetime) -> None:
        step, actor = self._due(story, at)
        if step is not None and actor is not None:
            self._take(story, step, actor, at)

    def _take(self, story: Story, step: StoryStep, actor: Actor, at: datetime) -> None:
        case = story.case
        assert case is not None
        if not visible_to(actor).filter(id=case.id).exists():
            self._stop(story, step.action, None)
            return
        rules, state = self._rules_and_state(case)
        action = rules.book.procedures[case.procedure].actions[step.action]
        given = self._resolved(step.fields)
        fields = filled(DemoForm(rules.book, step.action, action, actor, at, story.petition, state), given, self.rng)
        outcome = door.execute(door.ActionRequest(case.id, step.action, actor, at, fields))
        if isinstance(outcome, door.Accepted):
            story.case = outcome.case
            story.seen.add(state.stage)
            if step in story.steps:
                story.steps.remove(step)
                story.seen.clear()
        else:
            self._stop(story, step.action, outcome)

    def _resolved(self, fields: Mapping[str, object]) -> dict[str, object]:
        """The fields of a step, with keys of other stories turned into the numbers of their cases."""
        resolved = dict(fields)
        first = self.by_key.get(str(fields.get("first_case", "")))
        if first is not None and first.case is not None:
            resolved["first_case"] = first.case.number
        return resolved

    def _due(self, story: Story, at: datetime) -> tuple[StoryStep | None, Actor | None]:
        """What happens at ``at``: the planned step when it may be taken, else what the rulebook wants before it."""
        while story.steps:
            step = story.steps[0]
            actor = self._who(story, step.action, max(at, step.at))
            if actor is not None and at >= step.at:
                return step, actor
            if actor is not None:
                return None, None
            name = None if step.optional else self._on_the_way(story, step, at)
            if name is not None:
                return StoryStep(name, at, step.fields, True), self._who(story, name, at)
            if not step.optional:
                self._stop(story, step.action, None)
                return None, None
            story.steps.pop(0)
        return None, None

    def _next(self, story: Story, at: datetime) -> datetime | None:
        """When ``story`` goes on after ``at``."""
        if not story.steps or story.case is None:
            return None
        step = story.steps[0]
        if self._who(story, step.action, max(step.at, at + SOON)) is not None:
            return max(step.at, at + SOON)
        pause = max(SOON, min(ON_THE_WAY, (step.at - at) / 3))
        moment = self._moment(at + pause, rest=True)
        return moment if at + SOON <= moment < step.at else at + pause

    def _on_the_way(self, story: Story, step: StoryStep, at: datetime) -> str | None:
        case = story.case
        assert case is not None
        rules, state = self._rules_and_state(case)
        procedure = rules.book.procedures[case.procedure]

        def who(name: str) -> Actor | None:
            return self._who(story, name, at)

        owed = next_owed(procedure, state, who) if self.thorough else None
        return owed or next_on_the_way(rules, procedure, state, step.action, story.seen, who)

    def take_owed(self, story: Story, at: datetime) -> bool:
        """Have somebody do something that is owed on a story's matter, which leaves it where it stands or ends it; False if nobody can."""
        case = story.case
        assert case is not None
        case.refresh_from_db()
        rules, state = self._rules_and_state(case)
        procedure = rules.book.procedures[case.procedure]
        name = next_owed(procedure, state, lambda name: self._who(story, name, at), ending=True)
        actor = self._who(story, name, at) if name else None
        if name is None or actor is None:
            return False
        self._take(story, StoryStep(name, at, {}, True), actor, at)
        return not self.stuck

    def _who(self, story: Story, action: str, at: datetime) -> Actor | None:
        """Somebody who may take ``action`` at ``at``."""
        case = story.case
        assert case is not None
        rules, state = self._rules_and_state(case)
        people = self._candidates(case)
        return next((actor for actor in people if forbidden(rules, state, action, actor, at) is None), None)

    def _candidates(self, case: Case) -> Iterable[Actor]:
        seen = case.channel not in BY_THEMSELVES  # whoever registered it printed the code
        yield petitioner_actor(case.petitioner, seen)  # first: what they do themselves nobody enters for them
        yield from self.staff

    def _rules_and_state(self, case: Case) -> tuple[Rules, State]:
        """The rules and the state of ``case``; read once for as long as it stands there, since every step asks many times."""
        known = self.states.get(case.id)
        if known is None or known[0] != case.seq:
            known = self.states[case.id] = (case.seq, codec.loads(case.state))
        return load(case.rulebook), known[1]

    def _stop(self, story: Story, action: str, outcome: object) -> None:
        """Leave the story where it stands, and say why."""
        story.steps.clear()
        reason = "nobody may"
        if isinstance(outcome, door.Rejected):
            reason = "; ".join(f"{error.field}: {error.code}" for error in outcome.errors)
        elif isinstance(outcome, door.Refused):
            words = explain(outcome.rules, outcome.procedure, outcome.refusal, outcome.state)
            reason = "; ".join([words.code, *(f"{error.field}: {error.code}" for error in words.errors)])
        self.stuck.append(f"{story.name}: {action}: {reason}")
