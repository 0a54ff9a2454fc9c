"""Scenes of a procedure, found by driving the engine: wherever something else may be done, or stands in the way, than was seen before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import combinations, islice, product

from huiyin.procedure import Refusal, State, decide
from huiyin.procedure.guard import forbidden
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, FieldRule, Procedure
from huiyin.rules.book.steps import applies, as_taken, begins_case
from huiyin.rules.prover.live_facts import LiveFacts
from huiyin.rules.prover.state_space import Node
from huiyin.rules.prover.walks import Walks, can, walk_all
from tests.procedure.cast import ACTORS, DAY
from tests.procedure.recorded.scene import PEOPLE, WAIT, FormKind, Moment, Scene, Step, wish

KEPT = 900
"""So many situations of a procedure at most, nearest first."""
KINDS: tuple[FormKind, ...] = ("empty", "full", "long-ago", "far-ahead", "otherwise")
WAITS = (1, 16, 31, 61, 91, 181)
NAMES = {person: name for person, name in PEOPLE.items() if name in ACTORS}


@dataclass
class Explored:
    """What was found of one ``procedure`` of a book; ``above`` says whether higher organs work in the system."""

    rules: Rules
    book: str
    procedure: str
    above: bool = True
    scenes: list[Scene] = field(default_factory=list)
    seen: set[object] = field(default_factory=set)
    places: set[object] = field(default_factory=set)
    waiting: deque[tuple[tuple[Step, ...], Moment]] = field(default_factory=deque)
    applying: dict[tuple[str, str], bool] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    kept: int = 0

    def __post_init__(self) -> None:
        self.compared = sorted({fact for action in self.rule.actions.values() for fact in action.when})

    @property
    def rule(self) -> Procedure:
        return self.rules.book.procedures[self.procedure]

    def explore(self) -> list[Scene]:
        """All scenes, those with short ways first."""
        start = Moment()
        for name, action in self.rule.actions.items():
            if begins_case(action):
                for step in self._beginnings(name, action):
                    self.scenes.append(self._scene((), step))
                    self._go((), start, step)
        self._everywhere()
        for name, action in self.rule.actions.items():
            if name not in self.reached and not begins_case(action):
                self._by_the_shortest_way(name)
        return self.scenes

    def _everywhere(self) -> None:
        while self.waiting:
            way, now = self.waiting.popleft()
            self._look_round(way, now)

    def _by_the_shortest_way(self, name: str) -> None:
        """Look round where ``name`` can first be taken, as the prover knows: it comes too late to be met by looking at what is nearest."""
        walks = walk_all(self.rules, self.procedure)
        if name not in walks.procedure.actions:
            return  # which somebody does who finds out who is accused: these steps are not walked
        live, way, now = walks.transitions.live, tuple[Step, ...](), Moment()
        for action, there in self._path_to(name, walks):
            wanted = {fact: value for fact, value in live.widen(there.facts).items() if value}
            led = [
                one
                for before in ((way, now), *self._settled(way, now))
                for one in self._ways_on(*before, action)
                if _is_there(one[1], there.stage, wanted, live)
            ]
            if not led:
                return
            way, now = min(led, key=lambda one: _owed(one[1]))  # what nobody owes cannot stand in the way further on
        if now.state is not None:
            self._look_round(way, now)

    def _settled(self, way: tuple[Step, ...], now: Moment) -> Iterator[tuple[tuple[Step, ...], Moment]]:
        """The same case once one of the duties is done that stand beside its main line, on which the prover's way says nothing."""
        owed = {duty.kind for duty in now.state.duties} if now.state else set()
        for name, action in self.rule.actions.items():
            if action.to is None and owed.intersection(action.discharges):
                yield from islice(self._ways_on(way, now, name), 1)

    def _path_to(self, name: str, walks: Walks) -> list[tuple[str, Node]]:
        """The shortest way to where ``name`` can be taken, over situations in which each higher organ works where it does here."""
        live, place = walks.transitions.live, "inside" if self.above else "outside"
        seats = {role.seat_fact for role in self.rules.book.roles.values()}
        at = [n for n, fact in enumerate(live.names) if fact in seats]
        ways: dict[Node, list[tuple[str, Node]]] = {
            node: [(action, node)] for node, (before, action) in walks.main.trail.items() if before is None
        }
        queue = deque(ways)
        while queue:
            node = queue.popleft()
            if can(walks.main, node, name):
                return ways[node]
            for after, action in walks.forward.get(node, ()):
                seated = all(after.facts[n] in ("", place, node.facts[n]) for n in at)
                if after not in ways and seated:
                    ways[after] = [*ways[node], (action, after)]
                    queue.append(after)
        return []

    def _takers(self, name: str) -> list[str]:
        """Who takes the action: those in its roles, and where no higher organ works in the system whoever stands in for one."""
        takers = self.rule.actions[name].takers
        others = [self.rules.book.roles[role].stand_in for role in takers] if not self.above else []
        return [role for role in dict.fromkeys((*takers, *others)) if role in ACTORS]

    def _ways_on(self, way: tuple[Step, ...], now: Moment, name: str) -> Iterator[tuple[tuple[Step, ...], Moment]]:
        """Where ``name`` leads, by each who may take it and with each form; after the days for which it has to wait."""
        action = self.rule.actions[name]
        for wait in (0, *WAITS):
            later = replace(now, at=now.at + wait * DAY)
            waited = (*way, Step(WAIT, str(wait))) if wait else way
            for role in self._takers(name):
                base = Step(role, name)
                forms = (
                    self._beginnings(name, action)
                    if begins_case(action)
                    else self._forms(base, as_taken(action, ACTORS[role].kind))
                )
                for step in (base, *forms):
                    outcome = decide(
                        self.rules,
                        later.state,
                        wish(self.rules, self.procedure, later, step, self.above),
                        self.procedure,
                    )
                    if not isinstance(outcome, Refusal):
                        yield (*waited, step), Moment(outcome.state, later.at + DAY)

    def _scene(self, way: tuple[Step, ...], attempt: Step) -> Scene:
        return Scene(self.book, self.procedure, way, attempt, self.above)

    def _beginnings(self, name: str, action: Action) -> Iterator[Step]:
        for role in action.by:
            base = Step(role, name)
            yield base
            yield from self._forms(base, as_taken(action, ACTORS[role].kind))
            for fact, rule in self.rules.book.facts.items():
                if rule.from_registration:
                    for value in rule.values:
                        step = replace(base, said=((fact, value),))
                        yield step
                        yield replace(step, form="empty")
                        yield replace(step, form="full")
                elif rule.at_least is not None:
                    yield from (replace(base, said=(("headcount", str(rule.at_least + n)),)) for n in (0, 1))
            for one, other in combinations(
                [key for key, rule in self.rules.book.facts.items() if rule.from_registration], 2
            ):
                for values in product(self.rules.book.facts[one].values, self.rules.book.facts[other].values):
                    yield replace(base, said=tuple(zip((one, other), values, strict=True)))
        for role in ACTORS:
            if role not in action.by:
                yield Step(role, name)

    def _forms(self, base: Step, action: Action) -> Iterator[Step]:
        """``base`` with its form filled in otherwise."""
        for kind in KINDS:
            yield replace(base, form=kind)
        for name in action.required:
            for value in values_of(self.rules.book.fields[name]):
                yield replace(base, said=((name, value),))
        for name, conditions in action.asked_if.items():
            if name in action.not_before:
                chosen = tuple((other, values[0]) for other, values in conditions.items() if other in action.required)
                yield replace(base, said=chosen, form="long-ago")
            for entry in ("nothing", "anything"):
                yield replace(base, said=((name, entry),))
                for other in conditions:
                    if other in action.required:
                        for value in values_of(self.rules.book.fields[other]):
                            yield replace(base, said=((other, value), (name, entry)))

    # --- from one situation to the next ---------------------------------------------------------------------------

    def _go(self, way: tuple[Step, ...], now: Moment, step: Step) -> None:
        """Take ``step``, and keep where it leads if anything is new there."""
        outcome = decide(self.rules, now.state, wish(self.rules, self.procedure, now, step, self.above), self.procedure)
        if not isinstance(outcome, Refusal):
            self._keep((*way, step), Moment(outcome.state, now.at + DAY))

    def _keep(self, way: tuple[Step, ...], now: Moment) -> None:
        assert now.state is not None
        place = _place(now.state, way)
        if place in self.places or self.kept >= KEPT:
            return
        self.places.add(place)
        found = set(self._features(now.state, now.at))
        if not found <= self.seen:
            self.seen |= found
            self.kept += 1
            self.waiting.append((way, now))

    def _features(self, state: State, at: datetime) -> Iterator[tuple[object, ...]]:
        owed = {duty.kind for duty in state.duties}
        yield from (("owed", state.stage, kind) for kind in owed)
        yield from (("fact", state.stage, *fact) for fact in state.facts.items())
        for name, action in self.rule.actions.items():
            if begins_case(action):
                continue
            if not self._may_apply(name, state.stage):
                yield name, state.stage, "elsewhere"
                continue
            able, refusal = self.able(state, name, at)
            if refusal is not None:
                yield name, state.stage, refusal.code, _lacking(refusal)
                continue
            yield name, state.stage, tuple(able)
            yield from ((name, "where", fact, state.facts.get(fact)) for fact in self.compared)
            about = {
                *action.discharges,
                *action.withdraws,
                *action.unless_open,
                *([action.while_open] if action.while_open else ()),
            }
            yield from ((name, "owed", kind) for kind in about & owed)
            yield from ((name, fact, state.facts.get(fact)) for fact in facts_of(self.rule, action))
            yield from ((name, "taken", other) for other in action.not_by if other in state.takers)

    def _may_apply(self, name: str, stage: str) -> bool:
        """Whether the action has to do with the stage; quick, since every situation asks it of every action."""
        known = self.applying.get((name, stage))
        if known is None:
            action = self.rule.actions[name]
            known = self.applying[name, stage] = action.entered is not None or applies(self.rule, action, stage)
        return known

    def able(self, state: State, name: str, at: datetime) -> tuple[list[str], Refusal | None]:
        """The roles whose holder may take the action now; the refusal where nobody may."""
        refused = {role: forbidden(self.rules, state, name, ACTORS[role], at) for role in self._takers(name)}
        able = [role for role, refusal in refused.items() if refusal is None]
        order = sorted(
            (one for one in refused.values() if one), key=lambda one: one.code in ("wrong-role", "wrong-unit")
        )
        return able, None if able or not order else order[0]

    # --- what may be tried in one -----------------------------------------------------------------------------------

    def _look_round(self, way: tuple[Step, ...], now: Moment) -> None:
        state = now.state
        assert state is not None
        for name, action in self.rule.actions.items():
            if begins_case(action):
                continue
            if not self._may_apply(name, state.stage):
                if self._is_new("elsewhere", name, state.stage):
                    self.scenes.append(self._scene(way, Step(action.takers[0], name)))
                continue
            able, refusal = self.able(state, name, now.at)
            if refusal is not None:
                self._try_in_vain(way, now, name, refusal)
            else:
                self.reached.add(name)
                for role in able:
                    self._try_all(way, now, Step(role, name), as_taken(action, ACTORS[role].kind))
                self._wait_out(way, now, action)

    def _try_in_vain(self, way: tuple[Step, ...], now: Moment, name: str, refusal: Refusal) -> None:
        assert now.state is not None
        if self._is_new("in vain", name, now.state.stage, refusal.code, _lacking(refusal)):
            self.scenes += [self._scene(way, Step(role, name)) for role in self._takers(name)[:2]]
        if refusal.code == "too-early" and refusal.needs.get("after"):
            days = (datetime.fromisoformat(refusal.needs["after"][0]) - now.at).days + 1
            self._keep((*way, Step(WAIT, str(days))), replace(now, at=now.at + days * DAY))

    def _try_all(self, way: tuple[Step, ...], now: Moment, base: Step, action: Action) -> None:
        state = now.state
        assert state is not None
        self.scenes += [self._scene(way, base)]
        said = [state.facts.get(fact) for fact in facts_of(self.rule, action)]
        owed = {duty.kind for duty in state.duties} & {*action.discharges, *action.withdraws}
        steps = [base]
        forms = list(self._forms(base, action))
        if self._is_new("forms", base.who, base.action, *said):
            self.scenes += [self._scene(way, step) for step in forms]
            for role in ACTORS:
                if role not in action.by:
                    self.scenes.append(self._scene(way, Step(role, base.action)))
        for other in action.not_by:
            for person in state.takers.get(other, ()):
                if person in NAMES:
                    self.scenes.append(self._scene(way, replace(base, person=NAMES[person])))
        if self._is_new("led on", base.action, state.stage, *said, *sorted(owed)):
            steps += forms
        for step in steps:
            self._go(way, now, step)

    def _wait_out(self, way: tuple[Step, ...], now: Moment, action: Action) -> None:
        if action.until is not None and self._is_new("waited", action.until, now.state.stage if now.state else ""):
            for days in WAITS:
                self._keep((*way, Step(WAIT, str(days))), replace(now, at=now.at + days * DAY))

    def _is_new(self, *what: object) -> bool:
        if what in self.seen:
            return False
        self.seen.add(what)
        return True


def _owed(now: Moment) -> int:
    return len(now.state.duties) if now.state else 0


def _is_there(now: Moment, stage: str, facts: Mapping[str, str], live: LiveFacts) -> bool:
    state = now.state
    return (
        state is not None
        and state.stage == stage
        and all(live.same[fact][state.facts[fact]] == value for fact, value in facts.items())
    )


def _lacking(refusal: Refusal) -> tuple[str, ...]:
    return (*refusal.needs.get("facts", ()), *refusal.needs.get("duties", ()))


def values_of(rule: FieldRule) -> tuple[str, ...]:
    """What a step may write for a field of which conditions or facts can depend."""
    if rule.of:
        return tuple(rule.of)
    return {
        "bool": ("yes", "no"),
        "confirmation": ("yes", "no"),
        "unit": ("co_handler",),
        "person": ("另一承办人",),
    }.get(rule.type, ())


def facts_of(procedure: Procedure, action: Action) -> tuple[str, ...]:
    """The facts on which it depends whether the action may be taken, what its form asks and what comes of it."""
    compared = {*action.when, *action.sets}
    compared |= {fact for opening in action.opens for fact in opening.when}
    compared |= {fact for kind in action.notice for fact in procedure.notices[kind].when}
    compared |= {
        other for conditions in action.asked_if.values() for other in conditions if other not in action.required
    }
    return tuple(sorted(compared))


def _place(state: State, way: tuple[Step, ...]) -> object:
    return (
        state.stage,
        tuple(sorted(duty.kind for duty in state.duties)),
        tuple(sorted(state.facts.items())),
        tuple(sorted(state.units)),
        tuple(sorted(state.moments)),
        way[-1].who == WAIT and way[-1].action,
    )
