"""`huiyin simulate`: made-up matters under a rulebook, with so many people: waiting, overdue duties, how many are needed."""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import book_of_matters

if TYPE_CHECKING:
    from huiyin.rules.book.load import Rules
    from huiyin.rules.book.sources import Sources
    from huiyin.simulation.run import SimulationRun
    from huiyin.simulation.scratch import Scratch
    from huiyin.simulation.staffing import Staffing

MATTERS, MAX_MATTERS = 1000, 200_000
FEWER = 1000  # matters in each run of a search: enough for queues to build up, and half a minute
DESCRIPTION = """
Lets made-up matters run from their arrival to their end under a rulebook, through the same checks as real ones, on a simulated
clock: in a database of its own that is gone afterwards, so that nothing of this installation is read or changed. Prints how long
things wait and are worked on, what is overdue, how busy each post is, and how many people would be needed. The same book, staffing,
number and seed give the same figures, to the byte with --json. Who works, how much comes in and how long things take are assumptions:
see docs/simulation.md.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "simulate", help="try a rulebook and a staffing out on made-up matters", description=DESCRIPTION
    )
    parser.add_argument("--book", required=True, metavar="BOOK", help="name of a shipped rulebook, or a YAML file")
    parser.add_argument("--matters", type=int, default=MATTERS, metavar="N", help=f"how many (default {MATTERS})")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed, the same figures (default 1)")
    parser.add_argument("--staffing", type=Path, metavar="FILE", help="a TOML file with what differs from the default")
    parser.add_argument(
        "--find-staffing",
        action="store_true",
        help="run again with other numbers of people until few enough are enough",
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a row for each matter")
    add_json(parser)
    parser.set_defaults(run=run, django=False)  # the settings are read for a throwaway installation


def run(arguments: argparse.Namespace) -> int:
    """Simulates and says what came of it."""
    from huiyin.simulation.scratch import scratch

    if not 1 <= arguments.matters <= MAX_MATTERS:
        raise Failure(f"--matters must be between 1 and {MAX_MATTERS}", status=MISUSED)
    rules, sources = book_of_matters(arguments.book)
    with scratch() as place:
        staffing = _staffing(arguments.staffing, rules)
        began = time.monotonic()
        done = _simulate(place, rules, sources, staffing, arguments.matters, arguments.seed)
        seconds = time.monotonic() - began
        data = _as_data(done, arguments, place, sources)
    commands = done.world.tally.commands
    print(
        f"{arguments.matters} matters in {seconds:.0f} s ({arguments.matters / seconds:.1f}/s), {commands} commands",
        file=sys.stderr,
    )
    if arguments.csv is not None:
        _write_csv(done, arguments.csv)
    from huiyin.simulation.report import lines

    report(arguments, data, lines(data))
    return DONE


def _as_data(
    done: SimulationRun, arguments: argparse.Namespace, place: Scratch, sources: Sources | None
) -> dict[str, Any]:
    from huiyin.simulation.needed import find
    from huiyin.simulation.report import figures

    data = figures(done)
    if arguments.find_staffing:
        fewer = min(arguments.matters, FEWER)

        def again(staffing: Staffing) -> SimulationRun:
            return _simulate(place, done.order.rules, sources, staffing, fewer, arguments.seed)

        found = find(done, again)
        data["found"] = {"people": found.people, "verified": found.verified, "runs": found.runs, "matters": fewer}
    return data


def _simulate(
    place: Scratch, rules: Rules, sources: Sources | None, staffing: Staffing, matters: int, seed: int
) -> SimulationRun:
    """One run in an empty database, with a bar on a terminal."""
    from django.db import transaction
    from tqdm import tqdm

    from huiyin.simulation.arrivals import TooSlow
    from huiyin.simulation.run import SimulationOrder
    from huiyin.simulation.run import run as simulate
    from huiyin.simulation.worktime import NeverOpen

    place.empty()
    try:
        # One transaction: a commit after each of tens of thousands of commands would be for nobody.
        with tqdm(total=matters, unit=" matters", disable=None) as bar, transaction.atomic():
            return simulate(SimulationOrder(rules, staffing, matters, seed, sources), bar.update)
    except (TooSlow, NeverOpen) as error:
        raise Failure(error.wrong, error.to_do, status=MISUSED) from None


def _staffing(path: Path | None, rules: Rules) -> Staffing:
    from huiyin.casework.vocabulary import CHANNELS
    from huiyin.simulation.cast import mixed, plans
    from huiyin.simulation.staffing import StaffingUnusable, default_staffing, load_staffing

    if path is None:
        return default_staffing()
    try:
        staffing = load_staffing(path, rules, CHANNELS)
    except StaffingUnusable as error:
        raise Failure(error.wrong, error.to_do, status=MISUSED) from None
    for post, role in mixed(plans(rules, staffing), rules):
        raise Failure(
            f"{path.name}: posts.{post}: {role} is held in another place than the others",
            "give it a post of its own",
            status=MISUSED,
        )
    return staffing


def _write_csv(done: SimulationRun, path: Path) -> None:
    """A row for each matter; times in the rulebook's zone."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark lets spreadsheet programs see UTF-8
            csv.writer(file).writerows(_rows(done))
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}", "choose another place with --csv") from None


def _rows(done: SimulationRun) -> Iterator[list[object]]:
    zone = done.world.rules.calendar.zone
    yield ["matter", "channel", "kind", "headcount", "arrived", "registered", "notified", "answered", "ended", "stage"]
    for matter in done.world.matters:
        arrival = matter.arrival
        moments = (arrival.at, matter.registered_at, matter.notified_at, matter.answered_at, matter.ended_at)
        times = [moment.astimezone(zone).isoformat() if moment else "" for moment in moments]
        stage = matter.state.stage if matter.state else ""
        yield [arrival.n + 1, arrival.channel, arrival.kind, arrival.headcount, *times, stage]
