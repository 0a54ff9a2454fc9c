"""Pure: who takes which slot, in turn and as evenly as can be; where nobody can, the fewest demands that cannot all be met.

The same problem gives the same answer on every machine: one worker, a fixed seed, and a limit that counts work and not seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, TypeAlias
from uuid import UUID

from ortools.sat.python import cp_model

from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop

SEED: Final = 20
MAX_WORK: Final = 0.5
"""Deterministic time of CP-SAT, some seconds, for planning and as much for telling why there is no plan: a month of thirty people takes a
tenth of it, a quarter of them most of it. What is found by then is kept, fair or not."""
OFF_DAYS_FIRST: Final = 3
"""How much more a second weekend or holiday weighs than a second shift."""
ONE_DAY: Final = timedelta(days=1)


class Undecided(HuiyinError):
    """Raised when neither a plan nor a proof that there is none was found within the work that is allowed."""

    to_do = gettext_noop("请一次少排几天，或者减少每班人数")


class AwayBecause(StrEnum):
    """Why somebody takes no shift on a day."""

    ABSENT = "absent"
    NO_POST = "no_post"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Slot:
    """Somebody has to be there on ``day``: ``needed`` people; ``is_off`` where others are free that day."""

    day: date
    needed: int = 1
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Turner:
    """Who takes turns: ``away`` are the days on which they cannot, ``served`` counts the shifts that they are deemed to have had."""

    id: UUID
    away: Mapping[date, AwayBecause] = field(default_factory=dict)
    served: int = 0
    served_off: int = 0


@dataclass(frozen=True, slots=True)
class Turns:
    """A problem. One slot a day; ``kept`` are shifts that stay with whom they are, ``before`` and ``after`` who serves on the days around."""

    slots: tuple[Slot, ...]
    people: tuple[Turner, ...]
    kept: frozenset[tuple[date, UUID]] = frozenset()
    around: frozenset[tuple[date, UUID]] = frozenset()


@dataclass(frozen=True, slots=True)
class Needed:
    """So many people have to be there on a day."""

    slot: Slot


@dataclass(frozen=True, slots=True)
class Rested:
    """Nobody serves on two days running, ``day`` and the one after it."""

    day: date


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody cannot be there on a day."""

    person: UUID
    day: date
    because: AwayBecause


@dataclass(frozen=True, slots=True)
class KeptShift:
    """A shift stays with whom it is."""

    person: UUID
    day: date


Demand: TypeAlias = Needed | Rested | Away | KeptShift


@dataclass(frozen=True, slots=True)
class Planned:
    """Who serves when, by day and then in the order of the people."""

    shifts: tuple[tuple[date, UUID], ...]


@dataclass(frozen=True, slots=True)
class Impossible:
    """Demands that cannot all be met; without any one of them they could."""

    demands: tuple[Demand, ...]


def plan(turns: Turns) -> Planned | Impossible:
    """Shares the slots out: each filled, nobody on two days running, and as evenly as can be with what was served before.

    Evenly: the sum of the squares of everybody's shifts is the least there is, so that whoever had fewer gets the next one. Raises Undecided.
    """
    demands = _demands(turns)
    model, taken = _model(turns, demands)
    model.minimize(_unevenness(model, turns, taken))
    solver, status = _Work().solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return _ordered(turns, (key for key, variable in taken.items() if solver.boolean_value(variable)))
    if status == cp_model.INFEASIBLE:
        return Impossible(_fewest(turns, demands, _Work()))
    shifts = _day_by_day(turns)
    if shifts is None:
        raise Undecided("no plan was found within the work that is allowed")
    return _ordered(turns, shifts)


def _ordered(turns: Turns, shifts: Iterable[tuple[date, UUID]]) -> Planned:
    order = {person.id: place for place, person in enumerate(turns.people)}
    return Planned(tuple(sorted(shifts, key=lambda one: (one[0], order[one[1]]))))


def _day_by_day(turns: Turns) -> list[tuple[date, UUID]] | None:
    """Each day those who have the fewest by then, looking neither ahead nor back; None where that comes to no end. For what is too much to solve."""
    had = {one.id: one.served for one in turns.people}
    taken = set(turns.kept | turns.around)
    found: list[tuple[date, UUID]] = []
    for slot in sorted(turns.slots, key=lambda one: one.day):
        day = slot.day
        there = [one.id for one in turns.people if (day, one.id) in turns.kept]
        free = [
            one.id
            for one in turns.people
            if one.id not in there
            and day not in one.away
            and not taken & {(day - ONE_DAY, one.id), (day + ONE_DAY, one.id)}
        ]
        there += sorted(free, key=had.__getitem__)[: max(slot.needed - len(there), 0)]
        if len(there) != slot.needed or any((day - ONE_DAY, one) in taken for one in there):
            return None
        for one in there:
            had[one] += 1
        shifts = [(day, one) for one in there]
        found += shifts
        taken.update(shifts)
    return found


ShiftVariables: TypeAlias = Mapping[tuple[date, UUID], cp_model.IntVar]


def _demands(turns: Turns) -> tuple[Demand, ...]:
    """All demands, those first that one would rather hear of last: the fewest are found by leaving them out in this order."""
    days = [slot.day for slot in turns.slots]
    near = {*days, *(day for day, _person in turns.around)}
    rests = [Rested(day) for day in sorted(near) if day + ONE_DAY in near]
    kept = [KeptShift(person, day) for day, person in sorted(turns.kept)]
    away = [Away(one.id, day, one.away[day]) for one in turns.people for day in days if day in one.away]
    return (*kept, *rests, *away, *(Needed(slot) for slot in turns.slots))


@dataclass(frozen=True, slots=True)
class _Limit:
    """Of these variables at least and at most so many are true."""

    variables: list[cp_model.IntVar]
    least: int
    most: int

    def add_to(self, model: cp_model.CpModel) -> cp_model.Constraint:
        """Have a model keep it."""
        return model.add_linear_constraint(cp_model.LinearExpr.sum(self.variables), self.least, self.most)


def _model(turns: Turns, demands: Iterable[Demand]) -> tuple[cp_model.CpModel, ShiftVariables]:
    model = cp_model.CpModel()
    taken = {
        (slot.day, one.id): model.new_bool_var(f"{slot.day}/{one.id}") for slot in turns.slots for one in turns.people
    }
    for demand in demands:
        for limit in _limits(turns, taken, demand):
            limit.add_to(model)
    for slot in turns.slots:  # whatever else is asked for, nobody needs more of them there
        _Limit([taken[slot.day, one.id] for one in turns.people], 0, slot.needed).add_to(model)
    return model, taken


def _limits(turns: Turns, taken: ShiftVariables, demand: Demand) -> list[_Limit]:
    if isinstance(demand, Needed):
        there = [taken[demand.slot.day, one.id] for one in turns.people]
        return [_Limit(there, demand.slot.needed, demand.slot.needed)]
    if isinstance(demand, Rested):
        return _rested(turns, taken, demand.day)
    key = (demand.day, demand.person)
    there_or_not = int(isinstance(demand, KeptShift))
    return [_Limit([taken[key]], there_or_not, there_or_not)] if key in taken else []


def _rested(turns: Turns, taken: ShiftVariables, day: date) -> list[_Limit]:
    found = []
    for one in turns.people:
        pair = [(day, one.id), (day + ONE_DAY, one.id)]
        variables = [taken[key] for key in pair if key in taken]
        fixed = sum(key in turns.around for key in pair if key not in taken)
        if variables and len(variables) + fixed > 1:
            found.append(_Limit(variables, 0, 1 - fixed))
    return found


def _unevenness(model: cp_model.CpModel, turns: Turns, taken: ShiftVariables) -> cp_model.LinearExprT:
    """The squares of all loads, as the sum of what each further shift adds: the k-th after s served adds 2(s+k)-1."""
    costs: list[cp_model.IntVar] = []
    weights: list[int] = []
    off = [slot.day for slot in turns.slots if slot.is_off]
    for days, weight, is_off in (([slot.day for slot in turns.slots], 1, False), (off, OFF_DAYS_FIRST, True)):
        for one in turns.people:
            further = [model.new_bool_var("") for _day in days]
            model.add(cp_model.LinearExpr.sum([taken[day, one.id] for day in days]) == cp_model.LinearExpr.sum(further))
            had = one.served_off if is_off else one.served
            costs += further
            weights += [weight * (2 * (had + number) - 1) for number in range(1, len(days) + 1)]
    return cp_model.LinearExpr.weighted_sum(costs, weights)


class _Work:
    """What several problems may take together, in deterministic time of CP-SAT."""

    def __init__(self) -> None:
        self.left = MAX_WORK

    def solve(self, model: cp_model.CpModel) -> tuple[cp_model.CpSolver, cp_model.CpSolverStatus]:
        """The solver with what it found, and whether that is all there is; UNKNOWN once nothing is left."""
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = SEED
        solver.parameters.max_deterministic_time = max(self.left, 0)
        status = solver.solve(model)
        self.left -= solver.response_proto.deterministic_time
        return solver, status


def _fewest(turns: Turns, demands: Sequence[Demand], work: _Work) -> tuple[Demand, ...]:
    """What the solver says is enough, without each demand that it does not take: nothing of the rest is beside the point.

    Where the work that is allowed does not reach, some of it may be.
    """
    core = list(_enough(turns, demands, work))
    for demand in tuple(core):
        others = [one for one in core if one != demand]
        if work.left > 0 and not _can_be_met(turns, others, work):
            core = others
    return tuple(core)


def _enough(turns: Turns, demands: Sequence[Demand], work: _Work) -> Sequence[Demand]:
    """Some demands that cannot all be met, by the solver's assumptions; all of them where it finds none."""
    model, taken = _model(turns, ())
    assumed: dict[int, Demand] = {}
    for demand in demands:
        literal = model.new_bool_var("")
        assumed[literal.index] = demand
        for limit in _limits(turns, taken, demand):
            limit.add_to(model).only_enforce_if(literal)
        model.add_assumption(literal)
    solver, _status = work.solve(model)
    found = [assumed[index] for index in solver.sufficient_assumptions_for_infeasibility() if index in assumed]
    ordered = [demand for demand in demands if demand in set(found)]
    return ordered if ordered and not _can_be_met(turns, ordered, work) else demands


def _can_be_met(turns: Turns, demands: Iterable[Demand], work: _Work) -> bool:
    return work.solve(_model(turns, demands)[0])[1] != cp_model.INFEASIBLE
