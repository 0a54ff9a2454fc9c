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
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.rules.book.load import Rules
    from huiyin.rules.book.sources import Sources
    from huiyin.simulation.run import SimulationRun
    from huiyin.simulation.scratch import Scratch
    from huiyin.simulation.staffing import Staffing

MATTERS, MAX_MATTERS = 1000, 200_000
FEWER = 1000  # matters in each run of a search: enough for queues to build up, and half a minute
DESCRIPTION = gettext_noop(
    "让虚构的事项按规程从收到走到办结，经过与真实事项同样的检查，用模拟的时钟：在一个用完即删的数据库里，"
    "不读也不改本系统的任何东西。打印等候和办理各用多久、哪些超期、各岗位多忙、需要多少人。同样的规程、人员、"
    "件数和种子得到同样的数字，用 --json 时逐字节相同。谁上班、来多少件、各用多久都是假设："
    "见 docs/simulation.md。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("simulate", help=_("用虚构的事项试一部规程和一套人员"), description=_(DESCRIPTION))
    parser.add_argument("--book", required=True, metavar="BOOK", help=_("自带规程的名称，或者 YAML 文件"))
    parser.add_argument(
        "--matters", type=int, default=MATTERS, metavar="N", help=_("多少件（默认 %(matters)s）") % {"matters": MATTERS}
    )
    parser.add_argument("--seed", type=int, default=1, metavar="N", help=_("同样的种子，同样的数字（默认 1）"))
    parser.add_argument("--staffing", type=Path, metavar="FILE", help=_("写有与默认不同之处的 TOML 文件"))
    parser.add_argument(
        "--find-staffing",
        action="store_true",
        help=_("换不同的人数再运行，直到找出够用的最少人数"),
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help=_("每件事项写一行"))
    add_json(parser)
    parser.set_defaults(run=run, django=False)  # the settings are read for a throwaway installation


def run(arguments: argparse.Namespace) -> int:
    """Simulates and says what came of it."""
    from huiyin.simulation.scratch import scratch

    if not 1 <= arguments.matters <= MAX_MATTERS:
        raise Failure(_("--matters 应在 1 到 %(most)s 之间") % {"most": MAX_MATTERS}, status=MISUSED)
    rules, sources = book_of_matters(arguments.book)
    with scratch() as place:
        staffing = _staffing(arguments.staffing, rules)
        began = time.monotonic()
        done = _simulate(place, rules, sources, staffing, arguments.matters, arguments.seed)
        seconds = time.monotonic() - began
        data = _as_data(done, arguments, place, sources)
    commands = done.world.tally.commands
    print(
        _("%(seconds)s 秒办了 %(matters)s 件事项（每秒 %(pace)s 件），%(commands)s 个命令")
        % {
            "matters": arguments.matters,
            "seconds": f"{seconds:.0f}",
            "pace": f"{arguments.matters / seconds:.1f}",
            "commands": commands,
        },
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
            _("%(name)s：posts.%(post)s：%(role)s 所在的部门与其他角色不同")
            % {"name": path.name, "post": post, "role": role},
            _("请给它单设一个岗位"),
            status=MISUSED,
        )
    return staffing


def _write_csv(done: SimulationRun, path: Path) -> None:
    """A row for each matter; times in the rulebook's zone."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark lets spreadsheet programs see UTF-8
            csv.writer(file).writerows(_rows(done))
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}", _("请用 --csv 另选一处")) from None


def _rows(done: SimulationRun) -> Iterator[list[object]]:
    zone = done.world.rules.calendar.zone
    yield ["matter", "channel", "kind", "headcount", "arrived", "registered", "notified", "answered", "ended", "stage"]
    for matter in done.world.matters:
        arrival = matter.arrival
        moments = (arrival.at, matter.registered_at, matter.notified_at, matter.answered_at, matter.ended_at)
        times = [moment.astimezone(zone).isoformat() if moment else "" for moment in moments]
        stage = matter.state.stage if matter.state else ""
        yield [arrival.n + 1, arrival.channel, arrival.kind, arrival.headcount, *times, stage]
