"""(i) The longest lawful time from registration to the first notice, to the first written answer and to the end.

Every step is taken as late as the duties that are then open allow, with every extension granted in full. Hearings pause limits for as
long as they last, so that they are not counted but named; nor are public holidays or the move of a last day to a working day.
Where a form may set another date than the limit's own length, the latter counts, unless the date is bounded by another limit.
Cases that were closed and come back begin anew. Why this is an upper bound that some path reaches: docs/proofs.md.

The graph of situations has circles (returned for revision, extended, heard again), and when a duty is due depends on the way by which the
case came there: no order of the nodes exists along which a longest path could be summed up. So this is a label-correcting search with
several criteria (Martins, European Journal of Operational Research 16, 1984): a label is one way to a node with everything that can make
a later step later, and a label is dropped when another one at the same node is at least as late in each respect. Ways that pass a node
twice are left out, since a circle could be walked for ever; finding the longest of the remaining ones is NP-hard in general (Garey
and Johnson, ND29) and quick here, since few labels are not covered by others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import inf
from operator import ge
from typing import Final, Literal, TypeVar

from huiyin.rules.book.beside import aside
from huiyin.rules.book.load import Rules
from huiyin.rules.book.references import RECEIVED
from huiyin.rules.book.schema import Action, Procedure, Rulebook
from huiyin.rules.book.steps import end_of, petitioner_roles, seated_by, takes_back
from huiyin.rules.book.texts import CodedText, Term, series
from huiyin.rules.deadlines.limits import Limit
from huiyin.rules.prover.codes.stories import GoalCode, StoryCode
from huiyin.rules.prover.state_space import Node, Transitions, Walk, walk
from huiyin.rules.prover.uncollected import uncollected

V = TypeVar("V")

Goal = Literal["notice", "answer", "end"]
GOALS: Final[dict[Goal, GoalCode]] = {"notice": GoalCode.NOTICE, "answer": GoalCode.ANSWER, "end": GoalCode.END}
MAX_LABELS: Final = 200_000


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest lawful time to ``goal`` in natural days; None when nothing bounds it. ``path``: each action with its latest day."""

    goal: Goal
    days: int | None
    path: tuple[tuple[str, int | None], ...]
    paused: bool

    def described(self, procedure: Procedure) -> CodedText:
        """One sentence: how long, and over which steps."""
        steps = series((_by(procedure.actions[action], day) for action, day in self.path), "then")
        pause = StoryCode.HEARINGS.about() if self.paused else ""
        goal = GOALS[self.goal].about()
        if self.days is None:
            return StoryCode.UNBOUNDED.about(goal=goal, pause=pause, steps=steps)
        return StoryCode.LONGEST.about(goal=goal, days=str(self.days), pause=pause, steps=steps)


def _by(action: Action, day: int | None) -> CodedText:
    """A step with the last day on which it is taken."""
    named = Term(action.zh, action.name("en"))
    if day is None:
        return StoryCode.ON_ANY_DAY.about(action=named)
    return StoryCode.ON_DAY.about(action=named, day=str(day))


@dataclass(frozen=True, slots=True)
class _PathLabel:
    """One way to a node: when it is reached, when each moment was, by how much each limit was extended."""

    node: Node
    now: float
    moments: tuple[float, ...]
    extended: tuple[int, ...]
    goals: frozenset[Goal]
    before: _PathLabel | None = field(compare=False, repr=False, default=None)
    action: str = field(compare=False, default="")

    def path(self) -> tuple[tuple[str, int | None], ...]:
        steps: list[tuple[str, int | None]] = []
        label: _PathLabel | None = self
        while label is not None:
            steps.append((label.action, None if label.now == inf else int(label.now)))
            label = label.before
        return tuple(steps[::-1])

    def passes(self, node: Node) -> bool:
        label: _PathLabel | None = self
        while label is not None:
            if label.node == node:
                return True
            label = label.before
        return False

    def covers(self, other: _PathLabel) -> bool:
        """Whether nothing can come later over ``other`` than over this one."""
        # All respects must agree: a way that is later now may have a moment that was marked earlier, from which a shorter limit
        # runs. Which nodes each has passed is not compared, as Feillet and others do for ways without circles (Networks 44(3), 2004).
        return (
            self.now >= other.now
            and all(map(ge, self.moments, other.moments))
            and all(map(ge, self.extended, other.extended))
        )


@lru_cache(maxsize=32)
def longest(rules: Rules, name: str) -> tuple[Longest, ...]:
    """The longest lawful times of procedure ``name``; empty for a procedure that no petitioner is told about.

    The procedure must be sound as to (a) to (c). Remembered, since those of the law are compared with each book in turn.
    """
    procedure = essential(rules.book, rules.book.procedures[name].without_identifying)
    return _Calculation(rules.book, procedure).run()


def essential(book: Rulebook, procedure: Procedure) -> Procedure:
    """``procedure`` without what cannot make a way longer, or is not the institution's time.

    Side duties only shorten a way; a case that comes back begins anew; a petitioner who ends the case, or takes an application back, is
    not kept waiting.
    """
    petitioners = petitioner_roles(book)
    actions = {
        name: action
        for name, action in procedure.actions.items()
        if action.reopens is None
        and not (end_of(procedure, action) is not None and set(action.by) <= petitioners)
        and not takes_back(procedure, action)
    }
    kept = {name for name, action in actions.items() if action.to is not None or action.extends}
    while True:
        needed = {duty for name in kept for duty in (actions[name].while_open, *actions[name].unless_open) if duty}
        compared = {fact for name in kept for fact in actions[name].when}
        more = {
            name
            for name, action in actions.items()
            if needed & {*action.discharges, *(opening.duty for opening in action.opens)}
            or compared & {*action.sets, *seated_by(book, procedure, action)}
        }
        if more <= kept:
            break
        kept |= more
    # A slice of the procedure (Weiser, IEEE TSE 10(4), 1984): what may change where a way leads or how late it is, and whatever that
    # depends on, until nothing is added.
    return procedure.model_copy(update={"actions": {name: actions[name] for name in actions if name in kept}})


_Counted = tuple[int, float, int]
"""How a limit is counted: the place of its moment, its days, the place of its extension."""


def _runs_out(label: _PathLabel, counted: _Counted) -> float:
    moment, days, extension = counted
    start = label.moments[moment]
    return inf if start < 0 else start + days + label.extended[extension]


class _Calculation:
    def __init__(self, book: Rulebook, procedure: Procedure) -> None:
        self.book, self.procedure = book, procedure
        self.found: Walk = walk(Transitions(book, procedure), without=aside(book, procedure))
        self.limits = list(procedure.limits)
        self.moments = sorted({rule.start for rule in procedure.limits.values() if rule.start} | {"received"})
        self.moment_at = {moment: n for n, moment in enumerate(self.moments)}
        self.following: dict[Node, list[tuple[Node, str]]] = {}
        for after, edges in self.found.back.items():
            for before, action in edges:
                self.following.setdefault(before, []).append((after, action))
        # Most steps mark no moment and extend nothing: what is recorded of these is then that of the step before, and not looked at.
        self.marked = {name: self._changed(action) for name, action in procedure.actions.items()}
        self.counted = {name: self._counting(name) for name in procedure.limits}
        self.goals = {name: self._goals(action) for name, action in procedure.actions.items()}
        self.limited: dict[Node, tuple[_Counted, ...]] = {}
        self.best: dict[Goal, _PathLabel] = {}
        self.labels: dict[tuple[Node, frozenset[Goal]], list[_PathLabel]] = {}

    @uncollected
    def run(self) -> tuple[Longest, ...]:
        # First in, first out, as Bellman and Ford do: a label that another one has covered meanwhile is skipped when its turn comes.
        queue = deque(self._starts())
        count = 0
        while queue and count < MAX_LABELS:
            label = queue.popleft()
            if label not in self.labels.get((label.node, label.goals), ()):
                continue
            if self.procedure.stages[label.node.stage].end:
                continue
            for after, action in self.following.get(label.node, ()):
                found = self._step(label, action, after)
                if found is not None and not label.passes(after) and self._keep(found):
                    queue.append(found)
                    count += 1
        if "answer" not in self.best and "notice" not in self.best:
            return ()
        return tuple(self._longest(goal, self.best[goal]) for goal in GOALS if goal in self.best)

    def _longest(self, goal: Goal, label: _PathLabel) -> Longest:
        path = label.path()
        paused = any(self.procedure.actions[action].pauses for action in self.procedure.actions) and goal == "end"
        return Longest(goal, None if label.now == inf else int(label.now), path, paused)

    def _starts(self) -> list[_PathLabel]:
        starts = []
        for node, (before, name) in self.found.trail.items():
            if before is None:
                action = self.procedure.actions[name]
                moments = tuple(0.0 if m == "received" or m in action.marks else -1.0 for m in self.moments)
                label = _PathLabel(node, 0.0, moments, (0,) * len(self.limits), frozenset(), None, name)
                label = self._reached(label)
                if self._keep(label):
                    starts.append(label)
        return starts

    def _step(self, label: _PathLabel, name: str, after: Node) -> _PathLabel | None:
        action = self.procedure.actions[name]
        # As late as lawful: the day on which the first of the open duties is due, whoever owes it; that day may have passed before
        # the case came here, but time does not run backward.
        latest = min((_runs_out(label, limit) for limit in self._limits_in(label.node)), default=inf)
        if action.until is not None:
            latest = min(latest, _runs_out(label, self.counted[action.until]))
        now = max(label.now, latest)
        if action.after is not None:
            now = max(now, _runs_out(label, self.counted[action.after]))
        moments, extended = label.moments, label.extended
        marks, extends = self.marked[name]
        if marks:
            moments = _with(moments, dict.fromkeys(marks, now))
        if extends:
            extended = _with(extended, extends)
        return self._reached(_PathLabel(after, now, moments, extended, label.goals, label, name))

    def _changed(self, action: Action) -> tuple[frozenset[int], dict[int, int]]:
        """Which moments ``action`` marks, and by how many days which limits are extended after it, by their place."""
        extended: dict[int, int] = {}
        for n, limit in enumerate(self.limits):
            rule = self.procedure.limits[limit]
            if limit in action.extends and rule.extendable is not None:
                extended[n] = natural_days(rule.extendable)
            elif rule.start in action.marks:
                extended[n] = 0
        return frozenset(n for n, moment in enumerate(self.moments) if moment in action.marks), extended

    def _limits_in(self, node: Node) -> tuple[_Counted, ...]:
        """Within which limits something is owed in ``node``."""
        known = self.limited.get(node)
        if known is None:
            duties = self.procedure.duties
            limits = (self.counted[duties[duty].limit] for duty in self.found.duties(node))
            known = self.limited[node] = tuple(dict.fromkeys(limits))
        return known

    def _counting(self, limit: str) -> _Counted:
        """By which moment, how many days and which extension ``limit`` runs out; as what bounds it does, where a form sets the day."""
        rule = self.procedure.limits[limit]
        if rule.by_field and rule.no_later_than is not None:
            return self._counting(rule.no_later_than)
        days = natural_days(rule.within) if rule.within is not None else inf
        return self.moment_at[rule.start or RECEIVED], days, self.limits.index(limit)

    def _goals(self, action: Action) -> frozenset[Goal]:
        """The goals that ``action`` reaches, wherever it is taken; an end is one of its own."""
        to_petitioner = [
            rule for rule in map(self.procedure.notices.__getitem__, action.notice) if rule.to == "petitioner"
        ]
        reached: set[Goal] = {"notice"} if to_petitioner else set()
        return frozenset(reached | {"answer"} if any(rule.served for rule in to_petitioner) else reached)

    def _reached(self, label: _PathLabel) -> _PathLabel:
        """``label`` with the goals that its action reaches, each noted where it is reached latest."""
        reached = self.goals[label.action]
        if self.procedure.stages[label.node.stage].end:
            reached |= {"end", "answer"} if reached else {"end"}
        if reached <= label.goals:
            return label
        for goal in reached - label.goals:
            if goal not in self.best or label.now > self.best[goal].now:
                self.best[goal] = label
        goals = label.goals | reached
        return _PathLabel(label.node, label.now, label.moments, label.extended, goals, label.before, label.action)

    def _keep(self, label: _PathLabel) -> bool:
        known = self.labels.setdefault((label.node, label.goals), [])
        if any(other.covers(label) for other in known):
            return False
        known[:] = [other for other in known if not label.covers(other)]
        known.append(label)
        return True


def _with(values: tuple[V, ...], changed: Mapping[int, V]) -> tuple[V, ...]:
    """``values`` with those ``changed``, by their place: few of many, which is done a hundred thousand times."""
    after = list(values)
    for place, value in changed.items():
        after[place] = value
    return tuple(after)


def natural_days(limit: Limit) -> int:
    """Natural days; of working days as many as a run of weeks without a public holiday takes, of hours and minutes those that they touch."""
    # 5 working days are a week; -(-a // b) rounds up, so that the bound stays one.
    return -(-limit.amount * 7 // 5) if limit.unit == "working_days" else limit.natural_days
