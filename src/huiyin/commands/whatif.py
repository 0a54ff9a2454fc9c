"""`huiyin whatif`: what would have been in past cases under another rulebook."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from huiyin.commands import DONE, MISUSED, Failure, Subparsers, add_json, report
from huiyin.commands._shared import day_of_option, described, gathered, organisation_of, unit_names

if TYPE_CHECKING:
    from huiyin.insight.tally import DifferenceTally, DutyShift
    from huiyin.insight.whatif import CaseDifference
    from huiyin.rules.book.load import Rules

LISTED = 20
BAR_WIDTH = 24
DESCRIPTION = """
Replays every case registered since a day under another rulebook: people act as they did, at the times when they did, and the other
rules decide what follows. Tells which due dates, owners, notices and outcomes would differ; nothing is changed. A step that the other
rules do not allow is named and left out. Status 0 whether or not anything differs.
"""
KINDS = {
    "due": "due dates",
    "owner": "owners of duties",
    "duty_only_before": "duties that would not arise",
    "duty_only_after": "duties that would arise as well",
    "notice_missing": "notices that would be missing",
    "notice_extra": "notices sent as well",
    "outcome": "stages, ends and facts",
    "refused": "steps that would not be allowed",
    "asked": "fields asked for as well",
    "actor": "steps for somebody else",
}


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("whatif", help="replay past cases under another rulebook", description=DESCRIPTION)
    parser.add_argument(
        "--book",
        required=True,
        metavar="BOOK",
        help="name of a shipped rulebook, name@version of a kept one, or a YAML file",
    )
    parser.add_argument("--since", required=True, metavar="DATE", help="first day of registration, as in 2026-01-31")
    parser.add_argument("--organisation", metavar="CODE", help="only the cases of this one")
    parser.add_argument(
        "--list", type=int, default=LISTED, metavar="N", help=f"tell N cases one by one (default {LISTED})"
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
        raise Failure("--list must be 0 or more", status=MISUSED)
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
    yield f"{rules.book.key}: {tally.cases} cases registered since {day}, {tally.changed} would be otherwise"
    for fate, words in (
        ("unknown_procedure", "of a procedure that the book does not have"),
        ("imported", "that came from an old register, where nobody here did what was done"),
        ("unreadable", "that cannot be read; see huiyin ledger verify"),
    ):
        if tally.fates[fate]:
            yield f"left out: {tally.fates[fate]} cases {words}"
    if tally.changed:
        yield from _kinds(tally)
        yield from _shifts(rules, [shift for shift in tally.shifts() if shift.earlier or shift.later])
        yield from _before_and_after(tally)
        yield from _cases(changes, tally.changed)


def _kinds(tally: DifferenceTally) -> Iterator[str]:
    yield ""
    yield f"{'what':34} {'cases':>7} {'in all':>7}"
    most = max(tally.kinds.values())
    for kind, words in KINDS.items():
        if number := tally.kinds[kind]:
            bar = "█" * max(1, round(number * BAR_WIDTH / most))
            yield f"{words:34} {tally.affected[kind]:>7} {number:>7}  {bar}"


def _shifts(rules: Rules, shifts: list[DutyShift]) -> Iterator[str]:
    if not shifts:
        return
    yield ""
    yield f"{'due dates of':34} {'earlier':>7} {'later':>7} {'same':>7}  days: least, median, most"
    for shift in shifts:
        days = f"{shift.least:+}, {shift.middle:+g}, {shift.most:+}"
        duty = rules.book.procedures[shift.procedure].duties[shift.duty].zh
        yield f"{shift.duty:34} {shift.earlier:>7} {shift.later:>7} {shift.same:>7}  {days}  {duty}"


def _before_and_after(tally: DifferenceTally) -> Iterator[str]:
    yield ""
    yield f"{'':34} {'was':>7} {'would':>7}"
    yield f"{'duties overdue':34} {tally.late[0]:>7} {tally.late[1]:>7}"
    yield f"{'cases that ended':34} {len(tally.ends[0]):>7} {len(tally.ends[1]):>7}"
    medians = ["-" if (days := tally.end_days(side)) is None else f"{days:g}" for side in (0, 1)]
    yield f"{'days to the end (median)':34} {medians[0]:>7} {medians[1]:>7}"


def _cases(changes: list[CaseDifference], changed: int) -> Iterator[str]:
    units = unit_names(changes)
    for item in changes:
        yield ""
        yield f"{item.number}  {item.procedure}, registered under {item.rulebook}"
        for difference in item.differences:
            yield f"  {described(difference, units)}"
    if changes and changed > len(changes):
        yield ""
        yield f"and {changed - len(changes)} more cases: --list {changed}, or --json"
