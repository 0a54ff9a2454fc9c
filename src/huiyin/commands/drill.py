"""`huiyin drill`: an incident played on a simulated clock under a rulebook; which steps came too late."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, Subparsers, add_json, report
from huiyin.commands._shared import book_of_matters

if TYPE_CHECKING:
    from huiyin.simulation.scratch import Scratch

TOO_LATE = 1
ALL = "all"
SCENARIOS = ("group-visit", "violence")
DESCRIPTION = """
Plays an incident from its first minute to the end of what follows from it under a rulebook: through the same checks as in life, on a
simulated clock, in a database of its own that is gone afterwards. Everybody does what they owe within some minutes; where nobody
answers, timers tell the next in line. Prints every step and everything that was owed, with what came too late, and ends with status 1
when anything did. The same scenario and book give the same report, to the byte with --json. See docs/incidents.md.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "drill", help="play an incident and see what comes too late", description=DESCRIPTION
    )
    parser.add_argument("scenario", choices=(*SCENARIOS, ALL), help="what happens")
    parser.add_argument(
        "--book", default="company", metavar="BOOK", help="name of a shipped rulebook, or a YAML file (default company)"
    )
    parser.add_argument(
        "--absent",
        action="append",
        default=[],
        metavar="ROLE",
        help="a role in which nobody answers; may be given again",
    )
    parser.add_argument(
        "--minutes",
        type=int,
        metavar="N",
        help="how long everybody takes for what is owed that day (default: the scenario's)",
    )
    add_json(parser)
    parser.set_defaults(run=run, django=False)  # the settings are read for a throwaway installation


def run(arguments: argparse.Namespace) -> int:
    """Plays and says what came of it."""
    from huiyin.simulation.scratch import scratch

    names = SCENARIOS if arguments.scenario == ALL else (arguments.scenario,)
    with scratch() as place:
        played = [_played(place, name, arguments) for name in names]
        text = _written(played)
    report(arguments, {"drills": played, "late": sum(len(data["late"]) for data in played)}, text)
    return TOO_LATE if any(data["late"] for data in played) else DONE


def _written(played: list[dict[str, Any]]) -> list[str]:
    from huiyin.simulation.drill.report import lines

    return [line for data in played for line in ("", *lines(data))][1:]


def _played(place: Scratch, name: str, arguments: argparse.Namespace) -> dict[str, Any]:
    from django.db import transaction

    from huiyin.simulation.drill.report import figures
    from huiyin.simulation.drill.run import DrillOrder, drill
    from huiyin.simulation.drill.scenarios import scenario

    rules, sources = book_of_matters(arguments.book)
    chosen = scenario(name)
    if arguments.minutes is not None:
        chosen = chosen.model_copy(update={"minutes": arguments.minutes})
    place.empty()
    with transaction.atomic():
        return figures(name, drill(DrillOrder(rules, chosen, sources, frozenset(arguments.absent))))
