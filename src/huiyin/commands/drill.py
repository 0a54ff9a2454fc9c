"""`huiyin drill`: an incident played on a simulated clock under a rulebook; which steps came too late."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, Subparsers, add_json, report
from huiyin.commands._shared import book_of_matters
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.simulation.scratch import Scratch

TOO_LATE = 1
ALL = "all"
SCENARIOS = ("group-visit", "violence")
DESCRIPTION = gettext_noop(
    "按规程把一起突发事件从第一分钟演到善后结束：经过与真实事件同样的检查，用模拟的时钟，在一个用完即删的数据库里。"
    "每个人在若干分钟内做完该做的；没有人应答的，由计时器通知下一个。打印每一步和应做的每件事，以及哪些超时；有超时的，"
    "退出码为 1。同样的情景和规程得到同样的报告，用 --json 时逐字节相同。"
    "见 docs/incidents.md。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("drill", help=_("演练一起突发事件，看哪里会超时"), description=_(DESCRIPTION))
    parser.add_argument("scenario", choices=(*SCENARIOS, ALL), help=_("发生什么"))
    parser.add_argument(
        "--book", default="company", metavar="BOOK", help=_("自带规程的名称，或者 YAML 文件（默认 company）")
    )
    parser.add_argument(
        "--absent",
        action="append",
        default=[],
        metavar="ROLE",
        help=_("没有人应答的角色；可以写几次"),
    )
    parser.add_argument(
        "--minutes",
        type=int,
        metavar="N",
        help=_("当天该做的事，每人用多久（默认：按情景）"),
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
