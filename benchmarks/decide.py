"""How fast the pure core is: deciding, evolving and writing down, without a database.

python -m benchmarks.decide [--seconds N]      prints one JSON object: times a second on one core, by command
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from benchmarks.http import machine
from benchmarks.scene import OFFICE_ROLES, RULEBOOK, Step, lifecycle
from huiyin.procedure.command import (
    Actor,
    CaseId,
    Command,
    NewSubmission,
    OrganisationId,
    PersonId,
    Seat,
    Seats,
    TextRef,
    UnitId,
    Value,
)
from huiyin.procedure.decide import decide
from huiyin.procedure.event import Event
from huiyin.procedure.evolve import evolve
from huiyin.procedure.refusal import Refusal
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rules.book.load import Rules, load

SECONDS: Final = 1.0
MORNING: Final = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ORGANISATION: Final = OrganisationId(UUID(int=1 << 80))
UNITS: Final = {name: UnitId(UUID(int=(2 + index) << 80)) for index, name in enumerate(("office", "lead", "biz"))}
ROLES: Final = {"office": OFFICE_ROLES, "lead": ["unit_head"], "biz": ["handler", "co_handler"]}
PETITIONER: Final = PersonId(UUID(int=9 << 80))
SEATS: Final = Seats(
    ({role: Seat(UNITS[unit], ORGANISATION) for unit, roles in ROLES.items() for role in roles if unit != "biz"},)
)


@dataclass(frozen=True)
class Taken:
    """A command of the lifecycle, the state before it, and what it decided."""

    command: Command
    before: State | None
    events: tuple[Event, ...]
    after: State


def walk(rules: Rules) -> list[Taken]:
    """The lifecycle of the scene through the core: each command decided on the outcome of the one before."""
    taken: list[Taken] = []
    state: State | None = None
    steps = (Step("petitioner", "submit"), *lifecycle(date(2026, 3, 2)))
    for number, step in enumerate(steps):
        command = _command(rules, step, number)
        outcome = decide(rules, state, command)
        if isinstance(outcome, Refusal):
            raise RuntimeError(f"{step.action} was refused: {outcome}")
        taken.append(Taken(command, state, outcome.events, outcome.state))
        state = outcome.state
    return taken


def _command(rules: Rules, step: Step, number: int) -> Command:
    moment = MORNING + timedelta(minutes=number)
    text = TextRef(UUID(int=(40 + number) << 80), "0" * 64, 200)
    staff = step.who != "petitioner"
    actor = Actor(
        kind="staff" if staff else "petitioner",
        organisation=ORGANISATION,
        roles=frozenset(ROLES[step.who]) if staff else frozenset(),
        person=PersonId(UUID(int=(20 + list(ROLES).index(step.who)) << 80)) if staff else PETITIONER,
        unit=UNITS[step.who] if staff else None,
    )
    command = Command(
        id=UUID(int=(60 + number) << 80),
        case=CaseId(UUID(int=30 << 80)),
        action=step.action,
        actor=actor,
        at=moment,
        fields={name: _value(rules, name, value, text) for name, value in step.fields.items()},
        seats=SEATS,
        units={unit: Seat(unit, ORGANISATION) for unit in UNITS.values()},
    )
    if step.action != "submit":
        return command
    return replace(command, submission=NewSubmission(UUID(int=50 << 80), "web", moment, 1, text, PETITIONER))


def _value(rules: Rules, name: str, value: Any, text: TextRef) -> Value:
    match rules.book.fields[name].type:
        case "text" | "line":
            return text
        case "files":
            return (text,)
        case "unit":
            return UNITS[value]
        case "date":
            return date.fromisoformat(value)
    return str(value)


def per_second(work: Callable[[], object], seconds: float) -> int:
    """How often ``work`` runs in a second of CPU time, measured over about ``seconds``."""
    work()
    runs, began = 0, time.process_time()
    while (spent := time.process_time() - began) < seconds:
        for _ in range(10):
            work()
        runs += 10
    return round(runs / spent)


def figures(seconds: float) -> dict[str, Any]:
    """Everything by command: deciding; evolving over its events; writing them and the state as text, and reading it."""
    rules = load(RULEBOOK)
    share = seconds / 4
    found: dict[str, Any] = {}
    for taken in walk(rules):
        text = codec.dumps(taken.after)
        found[taken.command.action] = {
            "events": len(taken.events),
            "decide_per_s": per_second(lambda taken=taken: decide(rules, taken.before, taken.command), share),
            "evolve_per_s": per_second(lambda taken=taken: _evolved(taken), share),
            "write_per_s": per_second(lambda taken=taken: _written(taken), share),
            "read_state_per_s": per_second(lambda text=text: codec.loads(text), share),
            "state_bytes": len(text.encode()),
        }
    return found


def _evolved(taken: Taken) -> State | None:
    state = taken.before
    for event in taken.events:
        state = evolve(state, event)
    return state


def _written(taken: Taken) -> list[str]:
    return [*map(codec.dumps, taken.events), codec.dumps(taken.after)]


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"seconds a command (default {SECONDS:g})")
    options = parser.parse_args()
    print(json.dumps({"machine": machine(), "commands": figures(options.seconds)}, indent=1, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
