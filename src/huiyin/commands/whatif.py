"""`huiyin whatif`: what would have been in past cases under another rulebook."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._columns import padded, padded_left
from huiyin.commands._shared import day_of_option, described, gathered, organisation_of, unit_names
from huiyin.language import either, gettext_noop
from huiyin.language import gettext as _

if TYPE_CHECKING:
    from huiyin.insight.tally import DifferenceTally, DutyShift
    from huiyin.insight.whatif import CaseDifference
    from huiyin.rules.book.load import Rules

LISTED = 20
BAR_WIDTH = 24
DESCRIPTION = gettext_noop(
    "把某日以来登记的每件事项按另一部规程重走一遍：人在同样的时间做同样的事，由另一部规程决定会怎样。说明哪些期限、"
    "承办单位、通知和结果会不同；什么都不改。另一部规程不允许的步骤会列出并略过。不论有没有不同，退出码都是 0。"
)
KINDS = {
    "due": gettext_noop("各项期限"),
    "owner": gettext_noop("待办的承办单位"),
    "duty_only_before": gettext_noop("不会有的待办"),
    "duty_only_after": gettext_noop("会多出的待办"),
    "notice_missing": gettext_noop("会缺少的通知"),
    "notice_extra": gettext_noop("会多发的通知"),
    "outcome": gettext_noop("阶段、结果和事实"),
    "refused": gettext_noop("不会允许的步骤"),
    "asked": gettext_noop("会另外要求填写的内容"),
    "actor": gettext_noop("会由别人办理的步骤"),
}


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("whatif", help=_("把以往的事项按另一部规程重走一遍"), description=_(DESCRIPTION))
    parser.add_argument(
        "--book",
        required=True,
        metavar="BOOK",
        help=_("自带规程的名称、已保存规程的 名称@版本，或者 YAML 文件"),
    )
    parser.add_argument("--since", required=True, metavar="DATE", help=_("登记的第一天，例如 2026-01-31"))
    parser.add_argument("--organisation", metavar="CODE", help=_("只看这个机构的事项"))
    parser.add_argument(
        "--list",
        type=int,
        default=LISTED,
        metavar="N",
        help=_("逐件列出 N 件（默认 %(listed)s 件）") % {"listed": LISTED},
    )
    add_json(parser)
    parser.set_defaults(run=run, makes=True)


def run(arguments: argparse.Namespace) -> int:
    """Replays, and tells what would differ."""
    from django.utils import timezone
    from tqdm import tqdm

    from huiyin.casework.models import Case
    from huiyin.insight.runs import since
    from huiyin.insight.tally import DifferenceTally
    from huiyin.insight.whatif import replay
    from huiyin.site.preparation import migrate

    day = day_of_option("--since", arguments.since)
    if arguments.list < 0:
        raise Failure(_("--list 不能小于 0"), status=MISUSED)
    migrate()
    rules, _sources = gathered(arguments.book)
    cases = since(Case.objects.all(), day)
    if arguments.organisation is not None:
        cases = cases.filter(organisation=organisation_of(arguments.organisation))
    tally = DifferenceTally()
    changes: list[CaseDifference] = []
    found = replay(cases, rules, timezone.now())
    for item in tqdm(found, total=cases.count(), unit=" cases", disable=not sys.stderr.isatty()):
        tally.add(item.tally_figures())
        # As text only the first ones are told, so of a large register only those are kept.
        has_place = arguments.json or len(changes) < arguments.list
        if has_place and (item.differences or (arguments.json and item.fate != "replayed")):
            changes.append(item)
    data = {"rulebook": rules.book.key, "since": day.isoformat(), "organisation": arguments.organisation}
    listed = [item.as_dict() for item in changes] if arguments.json else []
    report(arguments, {**data, **tally.as_dict(), "changes": listed}, _lines(rules, day, tally, changes))
    return DONE


def _lines(rules: Rules, day: date, tally: DifferenceTally, changes: list[CaseDifference]) -> Iterator[str]:
    yield _("%(key)s：%(day)s 以来登记 %(cases)s 件事项，%(changed)s 件会不同") % {
        "key": rules.book.key,
        "cases": tally.cases,
        "day": day,
        "changed": tally.changed,
    }
    for fate, words in (
        ("unknown_procedure", _("所属的程序在该规程中没有")),
        ("imported", _("来自旧登记簿，其中的步骤不是这里的人做的")),
        ("unreadable", _("无法读取；见 huiyin ledger verify")),
    ):
        if tally.fates[fate]:
            yield _("没有计入：%(fates)s 件事项，%(words)s") % {"fates": tally.fates[fate], "words": words}
    if tally.changed:
        yield from _kinds(tally)
        yield from _shifts(rules, [shift for shift in tally.shifts() if shift.earlier or shift.later])
        yield from _before_and_after(tally)
        yield from _cases(changes, tally.changed)


def _kinds(tally: DifferenceTally) -> Iterator[str]:
    yield ""
    yield _row(_("什么"), _("事项数"), _("合计"))
    most = max(tally.kinds.values())
    for kind, words in KINDS.items():
        if number := tally.kinds[kind]:
            bar = "█" * max(1, round(number * BAR_WIDTH / most))
            yield f"{_row(_(words), tally.affected[kind], number)}  {bar}"


def _shifts(rules: Rules, shifts: list[DutyShift]) -> Iterator[str]:
    if not shifts:
        return
    yield ""
    heads = _row(_("待办的期限"), _("更早"), _("更晚"), _("没有变"))
    days = _("天：最少、中位、最多")
    yield f"{heads}  {days}"
    for shift in shifts:
        days = f"{shift.least:+}, {shift.middle:+g}, {shift.most:+}"
        duty = rules.book.procedures[shift.procedure].duties[shift.duty]
        counts = _row(shift.duty, shift.earlier, shift.later, shift.same)
        yield f"{counts}  {days}  {either(duty.zh, duty.en)}"


def _before_and_after(tally: DifferenceTally) -> Iterator[str]:
    yield ""
    yield _row("", _("原先"), _("会是"))
    yield _row(_("超期的待办"), *tally.late)
    yield _row(_("已办结的事项"), *map(len, tally.ends))
    medians = ["-" if (days := tally.end_days(side)) is None else f"{days:g}" for side in (0, 1)]
    yield _row(_("办结用的天数（中位）"), *medians)


def _row(what: str, *cells: str | int) -> str:
    return " ".join([padded(what, 34), *(padded_left(str(cell), 7) for cell in cells)])


def _cases(changes: list[CaseDifference], changed: int) -> Iterator[str]:
    units = unit_names(changes)
    for item in changes:
        yield ""
        yield _("%(number)s  %(procedure)s，按 %(rulebook)s 登记") % {
            "number": item.number,
            "procedure": item.procedure,
            "rulebook": item.rulebook,
        }
        for difference in item.differences:
            yield f"  {described(difference, units)}"
    if changes and changed > len(changes):
        yield ""
        yield _("另有 %(changed)s 件：--list %(listed)s，或者 --json") % {
            "changed": changed - len(changes),
            "listed": changed,
        }
