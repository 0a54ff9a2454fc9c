"""Damages to a rulebook, one at a time: what a slip of the pen, or an institution that cuts a corner, would do to it.

Each takes one thing away or swaps one: a discharge, an owner, a notice, a transition, a limit, a remedy, a separation of persons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from huiyin.rules.book.beside import aside
from huiyin.rules.book.conditions import Comparison
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, DutyRule, LimitRule, NoticeRule, Procedure, Rulebook
from huiyin.rules.deadlines.limits import Limit
from huiyin.rules.prover.state_space import Transitions, walk

Changes = Iterator[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Damage:
    """One damaged book; ``kind`` is what was done and ``where`` to which element, e.g. drop discharges · matter.accept: assign."""

    kind: str
    where: str
    rules: Rules
    of_remedy: bool = False

    def __str__(self) -> str:
        return f"{self.kind} · {self.where}"

    @property
    def procedure(self) -> str:
        """The procedure that was damaged."""
        return self.where.partition(".")[0]

    @property
    def takes_a_right(self) -> bool:
        """Whether it removes a discharge, a notice or a remedy: each must fail with a story."""
        removed = self.kind == "remove action" and self.of_remedy
        return removed or self.kind in ("drop discharges", "drop notice", "drop remedy", "drop remedy text")


def damages(rules: Rules) -> Iterator[Damage]:
    """Every damage to ``rules``, in the order of the book."""
    for name, procedure in rules.book.procedures.items():
        for kind, change in (("limits", _limit), ("duties", _duty), ("notices", _notice), ("actions", _action)):
            for key, element in getattr(procedure, kind).items():
                for what, update in change(rules.book, procedure, key, element):
                    damaged = element.model_copy(update=dict(update))
                    done, _, entry = what.partition(": ")
                    yield Damage(
                        done, f"{name}.{key}{f': {entry}' if entry else ''}", _with(rules, name, kind, key, damaged)
                    )
        for key in procedure.actions:
            removed = _with(rules, name, "actions", key, None)
            yield Damage("remove action", f"{name}.{key}", removed, of_remedy=procedure.actions[key].remedy)


def _with(rules: Rules, name: str, kind: str, key: str, element: Any) -> Rules:
    procedure = rules.book.procedures[name]
    elements = {k: element if k == key else v for k, v in getattr(procedure, kind).items()}
    elements = {k: v for k, v in elements.items() if v is not None}
    procedures = {**rules.book.procedures, name: procedure.model_copy(update={kind: elements})}
    return replace(rules, book=rules.book.model_copy(update={"procedures": procedures}))


def _next(names: Mapping[str, Any], name: str, fits: Callable[[str], bool]) -> str | None:
    """The name after ``name`` that fits, going round."""
    order = list(names)
    start = order.index(name) + 1 if name in order else 0
    return next((other for other in order[start:] + order[:start] if other != name and fits(other)), None)


def _limit(book: Rulebook, procedure: Procedure, key: str, limit: LimitRule) -> Changes:
    if limit.within is not None and limit.within.amount:
        unit = limit.within.unit
        windows = {a.until for a in procedure.actions.values() if a.remedy}
        amount = limit.within.amount
        yield "swap length", {"within": Limit(amount // 2 if key in windows else amount * 2, unit)}
    if limit.within is not None and not limit.within.amount:
        yield "swap length", {"within": Limit(10)}
    if limit.start:
        other = _next(book.moments, limit.start, lambda _: True)
        yield "swap start", {"start": other}
    if limit.extendable is not None:
        yield "swap extension", {"extendable": Limit(limit.extendable.amount * 2, limit.extendable.unit)}
    if limit.no_later_than is not None:
        yield "drop no_later_than", {"no_later_than": None}


def _duty(book: Rulebook, procedure: Procedure, key: str, duty: DutyRule) -> Changes:
    able = {role for a in procedure.actions.values() if key in a.discharges for role in a.by}
    yield "wrong owner", {"of": _next(book.roles, duty.of, lambda role: role not in able)}
    own = procedure.limits[duty.limit]
    other = _next(procedure.limits, duty.limit, lambda k: _differs(own, procedure.limits[k]))
    if other is not None:
        yield "swap limit", {"limit": other}


def _differs(one: LimitRule, other: LimitRule) -> bool:
    lengths = [rule.within.amount if rule.within else 999 for rule in (one, other)]
    return lengths[1] > lengths[0]


def _notice(book: Rulebook, procedure: Procedure, key: str, notice: NoticeRule) -> Changes:
    if notice.to == "petitioner":
        yield "swap addressee", {"to": "unit"}
    if notice.served:
        yield "drop served", {"served": False}
    if notice.remedy is not None and notice.served:
        yield "drop remedy text", {"remedy": None}
    for fact, comparison in notice.when.items():
        swapped = Comparison(allow=comparison.forbid, forbid=comparison.allow)
        yield f"swap when: {fact}", {"when": {**notice.when, fact: swapped}}


LISTS = ("discharges", "notice", "opens", "withdraws", "not_by", "unless_open")
ONE = ("until", "after", "while_open")


def _action(book: Rulebook, procedure: Procedure, key: str, action: Action) -> Changes:
    for part in LISTS:
        entries = getattr(action, part)
        for n, entry in enumerate(entries):
            yield f"drop {part}: {getattr(entry, 'duty', entry)}", {part: entries[:n] + entries[n + 1 :]}
    for part in ONE:
        if getattr(action, part) is not None:
            yield f"drop {part}", {part: None}
    if action.remedy:
        yield "drop remedy", {"remedy": False}
    if action.to is not None:
        to = _next(procedure.stages, action.to, lambda stage: stage not in action.from_stages)
        yield f"swap to: {to}", {"to": to}
    if len(action.from_stages) > 1:
        for n, stage in enumerate(action.from_stages):
            yield f"drop from: {stage}", {"from_stages": action.from_stages[:n] + action.from_stages[n + 1 :]}
    for moment in action.marks:
        yield f"drop marks: {moment}", {"marks": {k: v for k, v in action.marks.items() if k != moment}}
    for fact in action.sets:
        if any(fact in other.when for other in procedure.actions.values()):
            yield f"drop sets: {fact}", {"sets": {k: v for k, v in action.sets.items() if k != fact}}
    for relation in action.units:
        yield f"drop units: {relation}", {"units": {k: v for k, v in action.units.items() if k != relation}}
    owner = _next(book.roles, action.by[0], lambda role: role not in action.by)
    yield "wrong actor", {"by": (owner,)}


def unchanged(rules: Rules, damage: Damage) -> bool:
    """Whether ``damage`` changes nothing that anybody could tell: the same situations, steps, duties, notices and limits."""
    before, after = (one.book.procedures[damage.procedure] for one in (rules, damage.rules))
    return _told(before) == _told(after) and _course(rules.book, before) == _course(damage.rules.book, after)


def _told(procedure: Procedure) -> dict[str, Any]:
    """What a procedure says, but for the facts that nothing but its course reads, and for limits that begin at the same moment."""
    read = {fact for notice in procedure.notices.values() for fact in notice.when}
    read |= {name for action in procedure.actions.values() for asked in action.asked_if.values() for name in asked}
    said = procedure.model_dump()
    for action in said["actions"].values():
        action["sets"] = {fact: source for fact, source in action["sets"].items() if fact in read}
    for name, limit in said["limits"].items():
        limit["start"] = _beginnings(procedure, name)
    return said


def _beginnings(procedure: Procedure, name: str) -> frozenset[str]:
    """The moments from which the limit might as well run: every action that opens a duty within it marks them all at once."""
    limit, actions = procedure.limits[name], procedure.actions.values()
    due = {duty for duty, rule in procedure.duties.items() if rule.limit == name}
    opening = [action for action in actions if due & {one.duty for one in action.opens}]
    bounds = any(name == other.no_later_than for other in procedure.limits.values())
    timed = any(name in (action.until, action.after, *action.extends, *action.pauses) for action in actions)
    if bounds or timed or not opening or any(limit.start not in action.marks for action in opening):
        return frozenset({limit.start})
    together = [{m for m, source in a.marks.items() if source == a.marks[limit.start]} for a in opening]
    return frozenset(set.intersection(*together))


def _course(book: Rulebook, procedure: Procedure) -> list[dict[Any, Any]]:
    """Everywhere that a procedure leads: the main line, and that with each duty beside it."""
    without = aside(book, procedure)
    left_out = [without, *(without - {duty} for duty in procedure.duties if duty in without)]
    transitions = Transitions(book, procedure)
    return [walk(transitions, without=duties).back for duties in left_out]
