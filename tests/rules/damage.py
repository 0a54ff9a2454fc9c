"""Damages to a rulebook, one at a time: what a slip of the pen, or an institution that cuts a corner, would do to it.

Each takes one thing away or swaps one: a discharge, an owner, a notice, a transition, a limit, a remedy, a separation of persons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from huiyin.rules.limits import Limit
from huiyin.rules.load import Rules
from huiyin.rules.schema import Action, Comparison, DutyRule, LimitRule, NoticeRule, Procedure, Rulebook

Changes = Iterator[tuple[str, Mapping[str, Any]]]


@dataclass(frozen=True)
class Damage:
    """One damaged book; ``kind`` is what was done and ``where`` to which element, e.g. drop discharges · matter.accept: assign."""

    kind: str
    where: str
    rules: Rules

    def __str__(self) -> str:
        return f"{self.kind} · {self.where}"


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
            yield Damage("remove action", f"{name}.{key}", _with(rules, name, "actions", key, None))


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


def explained(damage: Damage) -> bool:
    """Whether docs/proofs.md says why this kind of damage may pass: what is left is lawful, only other than it was meant."""
    name, _, rest = damage.where.partition(".")
    key, _, entry = rest.partition(": ")
    procedure = damage.rules.book.procedures[name]
    action = procedure.actions.get(key)
    if damage.kind == "wrong actor":
        return action is not None and (not action.discharges and not action.withdraws)
    if damage.kind == "swap to":
        return action is not None and (procedure.stages[entry].end or bool(action.opens))
    if damage.kind == "remove action":
        return True
    return damage.kind in ("drop sets", "drop withdraws", "drop marks", "drop from", "drop not_by", "swap length")
