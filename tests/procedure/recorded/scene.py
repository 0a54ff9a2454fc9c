"""A case as its people work on it, then one attempt: written down as words, played by the engine, and what comes of it in words again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal, Self, cast
from uuid import UUID

from huiyin.procedure import Actor, Command, Refusal, Seats, State, Value, decide
from huiyin.procedure.command import PersonId
from huiyin.procedure.due import local_date
from huiyin.procedure.event import (
    ActionTaken,
    CaseEnded,
    CaseReopened,
    DutyDischarged,
    DutyOpened,
    DutyReassigned,
    DutyRescheduled,
    DutyWithdrawn,
    Event,
    LimitExtended,
    LimitPaused,
    LimitResumed,
    NoticeIssued,
    PersonRecused,
    SubmissionAttached,
    UnitJoined,
    UnitLeft,
)
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import as_taken, is_asked
from tests.procedure.cast import (
    ACTORS,
    DAY,
    DIRECTORY,
    FIRE,
    LOGISTICS,
    NOW,
    OTHER,
    OWN_SEATS,
    SEATS,
    STAFF,
    UNITS,
    Form,
    contact,
    filled,
    named,
    staff,
)

FormKind = Literal["lawful", "empty", "full", "long-ago", "far-ahead", "otherwise"]
"""How a form is filled in: what must be; nothing; everything that may be; every day a year ago, or in ten; whatever is to repeat an earlier
entry, with another.
"""
ABOVE_OUTSIDE: Final = Seats((OWN_SEATS,))
"""No unit above works in this system."""
FIGURES: Final = ("headcount",)
"""What a registration says beside its fields and the facts of the book."""
PEOPLE: Final = {named(name): name for name in (*STAFF, "另一承办人", "外单位人员", "被反映的人", "信访人")}
PLACES: Final = {
    **{seat.unit: role for role, seat in reversed(STAFF.items())},
    FIRE.unit: "防火处",
    LOGISTICS.unit: "后勤处",
    OTHER.unit: "训练处",
}


@dataclass(frozen=True)
class Step:
    """One thing that somebody does: ``handler propose_opinion opinion=support``, as its file has it; or days that pass, ``wait 40``.

    ``who`` is a role, ``person`` who holds it where that is not the usual one, ``said`` what the form says otherwise than it would.
    """

    who: str
    action: str
    said: tuple[tuple[str, str], ...] = ()
    form: FormKind = "lawful"
    person: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """The step that is written as ``text``."""
        who, action, *rest = text.split()
        said = tuple((name, value) for name, sign, value in (entry.partition("=") for entry in rest) if sign)
        how = dict(entry.split(":") for entry in rest if "=" not in entry)
        return cls(who, action, said, cast("FormKind", how.get("form", "lawful")), how.get("person", ""))

    def __str__(self) -> str:
        said = [f"{name}={value}" for name, value in self.said]
        how = [f"form:{self.form}"] if self.form != "lawful" else []
        how += [f"person:{self.person}"] if self.person else []
        return " ".join([self.who, self.action, *said, *how])


WAIT: Final = "wait"


@dataclass(frozen=True)
class Scene:
    """A way and an attempt, under a ``procedure`` of a book; ``above`` says whether higher organs work in the system too."""

    book: str
    procedure: str
    way: tuple[Step, ...]
    attempt: Step
    above: bool = True


@dataclass(frozen=True)
class Moment:
    """Where a case stands, and when; None before there is one."""

    state: State | None = None
    at: datetime = NOW


class Barred(Exception):
    """Raised when a step of a way is refused."""


def played(rules: Rules, scene: Scene) -> dict[str, str]:
    """What comes of the attempt of ``scene`` under ``rules``: rows of words by what they are about, those that are empty left out."""
    try:
        before = after(rules, scene.procedure, scene.way, scene.above)
    except Barred as barred:
        return {"no way there": str(barred)}
    return attempted(rules, scene.procedure, before, scene.attempt, scene.above)


def attempted(rules: Rules, procedure: str, before: Moment, step: Step, above: bool) -> dict[str, str]:
    """What comes of ``step`` where the case stands as it does ``before``."""
    outcome = decide(rules, before.state, wish(rules, procedure, before, step, above), procedure)
    if isinstance(outcome, Refusal):
        return _refused(outcome)
    return _followed(rules, before, outcome.state, outcome.events)


@lru_cache(maxsize=20_000)
def after(rules: Rules, procedure: str, way: tuple[Step, ...], above: bool) -> Moment:
    """Where a case stands after ``way``, and the day after its last step. Raises Barred."""
    if not way:
        return Moment()
    before, step = after(rules, procedure, way[:-1], above), way[-1]
    if step.who == WAIT:
        return replace(before, at=before.at + int(step.action) * DAY)
    outcome = decide(rules, before.state, wish(rules, procedure, before, step, above), procedure)
    if isinstance(outcome, Refusal):
        raise Barred(f"{step.action} {_refused(outcome)['refused']}")
    return Moment(outcome.state, before.at + DAY)


# --- what somebody wants --------------------------------------------------------------------------------------------


def wish(rules: Rules, procedure: str, before: Moment, step: Step, above: bool) -> Command:
    """The command of whoever takes ``step``, with its form filled in."""
    state, at, said = before.state, before.at, dict(step.said)
    actor = actor_of(step)
    known = rules.book.procedures[procedure].actions.get(step.action)
    rule = as_taken(known, actor.kind) if known else None
    facts = {name: said.pop(name) for name in [*said] if state is None and name in rules.book.facts}
    headcount = int(said.pop("headcount", "1"))
    form = _form(rules, rule, state, at, step.form, said, facts) if rule else {}
    brought = rule is not None and rule.attaches
    return Command(
        id=named(f"{step}{at.isoformat()}{state.seq if state else 0}"),
        case=named("本案"),  # type: ignore[arg-type]
        action=step.action,
        actor=actor,
        at=at,
        fields={name: value for name, value in form.items() if value is not None},
        seats=SEATS if above else ABOVE_OUTSIDE,
        units=UNITS,
        people=DIRECTORY,
        submission=contact(facts.get("channel", "letter"), at, headcount) if brought else None,
        facts=facts,
    )


def actor_of(step: Step) -> Actor:
    """Who takes ``step``."""
    return staff(step.who, step.person) if step.person else ACTORS[step.who]


def _form(
    rules: Rules,
    rule: Action,
    state: State | None,
    at: datetime,
    kind: FormKind,
    said: Mapping[str, str],
    facts: Mapping[str, str],
) -> dict[str, Value | None]:
    entries: dict[str, Value | None] = {
        name: _example(rules, name, state, at) if value == "anything" else read_entry(rules, name, value)
        for name, value in said.items()
    }
    if kind == "empty":
        return entries
    form = filled(rules, rule, state, at, entries)
    if state is None:
        for name in rule.asked_if:
            if name not in entries and is_asked(rule, name, form, facts):
                form[name] = _example(rules, name, state, at)
    known = state.facts if state else facts
    more = [name for name in rule.required if form.get(name) is None and name not in entries]
    if kind in ("full", "long-ago", "far-ahead"):
        for name in more:
            if is_asked(rule, name, form, known) is not False:
                form[name] = _as_before(rule, name, state) or _example(rules, name, state, at)
    if kind in ("long-ago", "far-ahead"):
        day = local_date(rules, at) + timedelta(days=-365 if kind == "long-ago" else 3650)
        form |= {name: day for name in form if rules.book.fields[name].type == "date"}
    if kind == "otherwise":
        form |= {name: _another(rules, name, form.get(name)) for name in rule.same_as}
    return form


def _as_before(rule: Action, name: str, state: State | None) -> Value | None:
    earlier = rule.same_as.get(name)
    return state.values.get(earlier) if earlier and state else None


def _example(rules: Rules, name: str, state: State | None, at: datetime) -> Value:
    rule = rules.book.fields[name]
    return type_of(rule).example(Form(rules, rule, name, state, local_date(rules, at), at))


def _another(rules: Rules, name: str, value: Value | None) -> Value:
    rule = rules.book.fields[name]
    if rule.of:
        return next((one for one in rule.of if one != value), next(iter(rule.of)))
    if isinstance(value, date):
        return value - DAY
    return OTHER.unit if rule.type == "unit" else named("外单位人员")


def read_entry(rules: Rules, name: str, text: str) -> Value | None:
    """An entry as a step writes it: a choice, yes or no, a number, nothing; a role for the person who holds it."""
    rule = rules.book.fields[name]
    if text == "nothing":
        return None
    match rule.type:
        case "choices":
            return (text,)
        case "bool" | "confirmation":
            return text == "yes"
        case "int" | "number":
            return int(text)
        case "person":
            return PersonId(named(text))
        case "unit":
            return STAFF[text].unit
        case _:
            return text


# --- what comes of it ----------------------------------------------------------------------------------------------


def _refused(refusal: Refusal) -> dict[str, str]:
    needs = [f"{kind}: {' '.join(values)}" for kind, values in refusal.needs.items() if values and kind != "stage"]
    wrong = [
        f"{one.field} {one.problem}{''.join(f' {value}' for value in one.params.values())}" for one in refusal.problems
    ]
    return {"refused": "; ".join([str(refusal.code), *needs, *sorted(wrong)])}


def _followed(rules: Rules, before: Moment, now: State, events: tuple[Event, ...]) -> dict[str, str]:
    known = before.state
    rows: dict[str, list[str]] = {
        "stage": [f"{known.stage} > {now.stage}" if known and known.stage != now.stage else now.stage]
    }
    owed = {duty.id: duty.kind for state in (known, now) if state for duty in state.duties}
    owed |= {event.duty.id: event.duty.kind for event in events if isinstance(event, DutyOpened)}
    for event in events:
        for about, words in _told(rules, event, owed):
            rows.setdefault(about, []).append(words)
    rows["facts"] = [f"{k}={v}" for k, v in now.facts.items() if known is None or known.facts.get(k) != v]
    rows["moments"] = [
        f"{k} {local_date(rules, v)}" for k, v in now.moments.items() if known is None or known.moments.get(k) != v
    ]
    gone = [k for k in (known.values if known else ()) if k not in now.values]
    rows["no longer said"] = gone
    return {about: "; ".join(words) for about, words in rows.items() if words}


def _told(rules: Rules, event: Event, owed: Mapping[UUID, str]) -> Iterator[tuple[str, str]]:
    """What one event tells, and what it is about."""
    match event:
        case ActionTaken(fields=said):
            yield "said", " ".join(said)
        case DutyOpened(duty):
            by = f" by {PEOPLE.get(duty.assignee, duty.assignee)}" if duty.assignee else ""
            where = (
                PLACES.get(duty.seat.unit, "")
                if duty.seat
                else "nobody yet"
                if duty.role not in ("petitioner", "system")
                else ""
            )
            at = f" ({where})" if where else ""
            yield "owed", f"{duty.kind} of {duty.role}{at}{by} until {_day(rules, duty.due_at)}"
        case DutyDischarged(duty):
            yield "done", owed.get(duty, "")
        case DutyWithdrawn(duty):
            yield "owed no more", owed.get(duty, "")
        case DutyReassigned(duty, seat, assignee):
            yield (
                "owed by others",
                f"{owed.get(duty, '')} {PLACES.get(seat.unit) if seat else ''} {PEOPLE.get(assignee, '')}".strip(),
            )
        case DutyRescheduled(duty, due_at):
            yield "owed until", f"{owed.get(duty, '')} {_day(rules, due_at)}"
        case NoticeIssued(_, kind, to):
            yield "papers", f"{kind} to {to}"
        case UnitJoined(relation, seat):
            yield "joins", f"{relation} {PLACES[seat.unit]}"
        case UnitLeft(relation, seat):
            yield "leaves", f"{relation} {PLACES[seat.unit]}"
        case LimitExtended(limit, days):
            yield "limits", f"{limit} {days:+} days"
        case LimitPaused(limit):
            yield "limits", f"{limit} stands still"
        case LimitResumed(limit):
            yield "limits", f"{limit} runs again"
        case PersonRecused(person):
            yield "withdraws", PEOPLE.get(person, "")
        case SubmissionAttached():
            yield "added", "what the petitioner brings"
        case CaseEnded() | CaseReopened():
            yield "case", "ends" if isinstance(event, CaseEnded) else "is open again"


def _day(rules: Rules, at: datetime) -> str:
    minutes = at.astimezone(NOW.tzinfo)
    return (
        f"{local_date(rules, at)}"
        if (minutes.hour, minutes.minute) == (15, 59)
        else f"{local_date(rules, at)} {minutes:%H:%M} UTC"
    )
