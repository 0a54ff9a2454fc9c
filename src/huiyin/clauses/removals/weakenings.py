"""What can be taken from an element of a rulebook, by its kind. The set is closed: a removal that is not here is not tried.

Each leaves a book in which every name still leads somewhere, so that what is noticed is the missing part and no broken reference.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from huiyin.rules.book.elements import Named
from huiyin.rules.book.field_use import FieldUse
from huiyin.rules.book.schema import (
    ANY,
    Action,
    Comparison,
    DutyRule,
    Fact,
    LimitRule,
    NoticeRule,
    Procedure,
    Role,
    Rulebook,
    Stage,
)
from huiyin.rules.book.steps import begins_case
from huiyin.rules.deadlines.limits import Limit

LONGER_THAN_NOTHING: Final = Limit(10)
"""What a limit of no time (at once) is weakened to."""


@dataclass(frozen=True, slots=True)
class Weakening:
    """One part taken from an element: ``what`` names it, ``update`` are the fields of the element as they are then.

    ``everywhere`` says which lists of the actions and stages of the procedure lose the element's own name: a duty that nothing opens,
    a notice that nobody sends, an action that nobody takes.
    """

    what: str
    update: Mapping[str, Any] = field(default_factory=dict)
    everywhere: tuple[str, ...] = ()


Weakenings = Iterator[Weakening]

LISTS: Final = (
    "opens",
    "discharges",
    "notice",
    "withdraws",
    "not_by",
    "unless_open",
    "pauses",
    "resumes",
)
MAPPINGS: Final = (
    "when",
    "marks",
    "sets",
    "units",
    "extends",
    "same_as",
    "begins_with",
    "not_before",
    "asked_if",
)
GUARDS: Final = ("until", "after", "while_open")
WORDS: Final = ("assignee", "recuses", "releases")
SWITCHES: Final = ("remedy", "on_paper", "erases", "attaches", "identifies")


def weakenings(book: Rulebook, procedure: Procedure | None, name: str, element: Named) -> Weakenings:
    """Everything that can be taken from ``element``, called ``name``, of ``procedure``, or of the ``book`` itself where that is None."""
    kinds: dict[type, Callable[[Rulebook, Procedure, str, Any], Weakenings]] = {
        Action: _action,
        DutyRule: _duty,
        LimitRule: _limit,
        NoticeRule: _notice,
        Stage: _stage,
    }
    if procedure is not None:
        yield from kinds[type(element)](book, procedure, name, element)
    elif isinstance(element, Role):
        yield from _role(element)
    elif isinstance(element, Fact):
        yield from _fact(element)


def _action(book: Rulebook, procedure: Procedure, name: str, action: Action) -> Weakenings:
    yield Weakening("nobody may take it", everywhere=("actions",))
    yield from _who_and_where(book, procedure, action)
    for part in LISTS:
        entries = getattr(action, part)
        for n, entry in enumerate(entries):
            yield Weakening(f"{part}: {getattr(entry, 'duty', entry)}", {part: entries[:n] + entries[n + 1 :]})
    for n, opening in enumerate(action.opens):
        if opening.when:
            opened = opening.model_copy(update={"when": {}})
            yield Weakening(
                f"opens on a condition: {opening.duty}", {"opens": (*action.opens[:n], opened, *action.opens[n + 1 :])}
            )
    for part in MAPPINGS:
        entries = getattr(action, part)
        for key in entries:
            yield Weakening(f"{part}: {key}", {part: {k: v for k, v in entries.items() if k != key}})
    yield from (Weakening(part, {part: None}) for part in GUARDS if getattr(action, part) is not None)
    yield from (Weakening(part, {part: ""}) for part in WORDS if getattr(action, part))
    yield from (Weakening(part, {part: False}) for part in SWITCHES if getattr(action, part))
    if action.relay is not None:
        yield Weakening("relay", {"relay": None})
    if action.entered is not None:
        yield Weakening("entered", {"entered": None})
    yield from _fields(procedure, action)


def _who_and_where(book: Rulebook, procedure: Procedure, action: Action) -> Weakenings:
    timed = any(procedure.actions.get(duty.on_due or "") is action for duty in procedure.duties.values())
    for role in action.by:
        rest = tuple(other for other in action.by if other != role)
        # What is entered for a petitioner is theirs alone, and what happens when a time has run out the system's: the reader says so.
        if rest or not (timed or action.entered):
            yield Weakening(f"by: {role}", {"by": rest or (_other(book.roles, role),)})
    if action.to is not None and not begins_case(action):
        yield Weakening(f"to: {action.to}", {"to": None})
    if action.reopens is not None:
        yield Weakening(f"reopens: {action.reopens}", {"reopens": None})
    if len(action.from_stages) > 1:
        for stage in action.from_stages:
            yield Weakening(f"from: {stage}", {"from_stages": tuple(s for s in action.from_stages if s != stage)})
    elif action.from_stages[0] in procedure.stages and not procedure.stages[action.from_stages[0]].end:
        yield Weakening(f"from {action.from_stages[0]} alone", {"from_stages": (ANY,)})


def _fields(procedure: Procedure, action: Action) -> Weakenings:
    limits = {procedure.limits[procedure.duties[opening.duty].limit] for opening in action.opens}
    due = {limit.by_field for limit in limits}  # a date by which a duty is due cannot be left empty
    for n, use in enumerate(action.fields):
        if use.required and use.name in due:
            continue
        if use.required:
            empty = (*action.fields[:n], FieldUse(use.name, required=False), *action.fields[n + 1 :])
            yield Weakening(f"must be filled in: {use.name}", {"fields": empty})
        elif not _is_used(action, use.name):
            yield Weakening(f"asks for: {use.name}", {"fields": action.fields[:n] + action.fields[n + 1 :]})


def _is_used(action: Action, name: str) -> bool:
    rest = action.model_dump(exclude={"fields", "zh", "en", "clause"})
    return f"${name}" in str(rest) or name in {
        *action.same_as,
        *action.begins_with,
        *action.not_before,
        *action.asked_if,
        *(other for asked in action.asked_if.values() for other in asked),
    }


def _duty(book: Rulebook, procedure: Procedure, name: str, duty: DutyRule) -> Weakenings:
    yield Weakening("nobody comes to owe it", everywhere=("opens", "owes"))
    able = {role for action in procedure.actions.values() if name in action.discharges for role in action.by}
    yield Weakening(f"of: {duty.of}", {"of": _other(book.roles, duty.of, able)})
    longer = _other(procedure.limits, duty.limit, _not_longer(procedure, duty.limit))
    if longer != duty.limit:
        yield Weakening(f"limit: {duty.limit}", {"limit": longer})
    if duty.on_due is not None:
        yield Weakening(f"on_due: {duty.on_due}", {"on_due": None})
    if duty.outlasts:
        yield Weakening("outlasts", {"outlasts": False})
    for role in duty.else_of:
        yield Weakening(f"else_of: {role}", {"else_of": tuple(other for other in duty.else_of if other != role)})


def _not_longer(procedure: Procedure, name: str) -> set[str]:
    days = {key: _days(limit) for key, limit in procedure.limits.items()}
    return {key for key, length in days.items() if length is None or length <= (days[name] or 0)}


def _days(limit: LimitRule) -> int | None:
    return limit.within.amount if limit.within is not None else None


def _limit(book: Rulebook, procedure: Procedure, name: str, limit: LimitRule) -> Weakenings:
    if limit.within is not None:
        window = any(name == action.until and action.remedy for action in procedure.actions.values())
        amount = limit.within.amount // 2 if window else limit.within.amount * 2
        yield Weakening("within", {"within": Limit(amount, limit.within.unit) if amount else LONGER_THAN_NOTHING})
    if limit.start and limit.within is not None and limit.within.amount:
        yield Weakening(f"from: {limit.start}", {"start": _other(book.moments, limit.start)})
    if limit.extendable is not None:
        yield Weakening("extendable", {"extendable": Limit(limit.extendable.amount * 2, limit.extendable.unit)})
    if limit.no_later_than is not None:
        yield Weakening(f"no_later_than: {limit.no_later_than}", {"no_later_than": None})
    if limit.pausable:
        yield Weakening("pausable", {"pausable": False})


def _notice(book: Rulebook, procedure: Procedure, name: str, notice: NoticeRule) -> Weakenings:
    yield Weakening("nobody sends it", everywhere=("notice",))
    for part in ("body", "limits"):
        for entry in getattr(notice, part):
            yield Weakening(
                f"{part}: {entry}", {part: tuple(other for other in getattr(notice, part) if other != entry)}
            )
    for part in ("says", "remedy", "issued_by"):
        if getattr(notice, part) is not None:
            yield Weakening(part, {part: None})
    if notice.served:
        yield Weakening("served", {"served": False})
    if notice.to != "unit":
        yield Weakening(f"to: {notice.to}", {"to": "unit"})
    for fact, comparison in notice.when.items():
        opposite = Comparison(allow=comparison.forbid, forbid=comparison.allow)
        yield Weakening(f"when: {fact}", {"when": {**notice.when, fact: opposite}})


def _stage(book: Rulebook, procedure: Procedure, name: str, stage: Stage) -> Weakenings:
    for duty in stage.owes:
        yield Weakening(f"owes: {duty}", {"owes": tuple(other for other in stage.owes if other != duty)})
    if stage.public is not None:
        yield Weakening("public", {"public": None})
    if stage.end:
        yield Weakening("end", {"end": False, "ending": None, "owes": ()})


def _role(role: Role) -> Weakenings:
    if role.stand_in is not None:
        yield Weakening("stand_in", {"stand_in": None, "seat_fact": None})
    for part in ("confirmed_by", "overseen_by"):
        if getattr(role, part) is not None:
            yield Weakening(part, {part: None})
    if role.sees != "organisation":
        yield Weakening(f"sees: {role.sees}", {"sees": "organisation"})


def _fact(fact: Fact) -> Weakenings:
    if fact.at_least is not None:
        yield Weakening("at_least", {"at_least": fact.at_least + 1})
    elif fact.from_registration:
        yield Weakening("from_registration", {"from_registration": False})


def _other(names: Mapping[str, Any], name: str, unfit: Collection[str] = ()) -> str:
    """The name after ``name`` that is not among the ``unfit``, going round; ``name`` itself where there is no other."""
    order = list(names)
    start = order.index(name) + 1 if name in order else 0
    return next((other for other in order[start:] + order[:start] if other != name and other not in unfit), name)
