"""`huiyin unfinished`: what is open before a holiday or the end of the year, the latest and most serious first."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, Subparsers, add_json, report
from huiyin.commands._shared import organisation_of

if TYPE_CHECKING:
    from huiyin.casework.lists.ranked import RankedMatter

ABOUT = """
Lists every unfinished matter of an organisation with owner, age, class and next step, by delay and class. Matters and duties only: no titles and nobody who
petitions. What is sealed, limited or in custody is left out.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("unfinished", help="unfinished matters before a set period", description=ABOUT)
    parser.add_argument("--organisation", required=True, metavar="CODE", help="whose")
    parser.add_argument("--limit", type=int, default=1000, metavar="N", help="how many at most (default: %(default)s)")
    add_json(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Shows them."""
    from django.utils import timezone

    from huiyin.casework.lists.ranked import ranked_matters, ranked_of_all, set_periods
    from huiyin.rule_store.store import load

    organisation, at = organisation_of(arguments.organisation), timezone.now()
    found = ranked_matters(ranked_of_all(organisation.id, at)[: max(arguments.limit, 0)], organisation.id, at)
    calendar = load(organisation.rulebook_at(at)).calendar
    periods = set_periods(calendar, calendar.local_date(at))
    rows = [_row(one) for one in found]
    data = {
        "periods": [{"name": one.name, "begins_on": one.begins_on.isoformat()} for one in periods],
        "matters": rows,
    }
    lines = [f"next: {one.name} from {one.begins_on}" for one in periods[:1]]
    lines += [
        f"{row['no']}  {row['class'] or '-'}  {row['age_days']} days  late {row['late_days']}  {row['next'] or '-'}  {row['owner'] or '-'}"
        for row in rows
    ]
    report(arguments, data, lines if rows else [*lines, "nothing is unfinished"])
    return DONE


def _row(one: RankedMatter) -> dict[str, Any]:
    step = one.next_step
    return {
        "no": one.view.case.number,
        "class": one.severity_label,
        "age_days": one.age_days,
        "late_days": one.urgency.late_days,
        "stage": one.view.stage,
        "unit": one.view.unit.name if one.view.unit else "",
        "next": step.label if step else "",
        "owner": (step.unit or step.role_label) if step else "",
        "due_at": step.due_at.isoformat() if step else None,
    }
