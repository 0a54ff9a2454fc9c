"""`huiyin unfinished`: what is open before a holiday or the end of the year, the latest and most serious first."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, Subparsers, add_json, report
from huiyin.commands._shared import organisation_of
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from huiyin.casework.lists.ranked import RankedMatter

ABOUT = gettext_noop(
    "列出机构的每件未办结事项，写明承办单位、已办天数、类别和下一步，按拖延和类别排列。只有事项和待办：没有标题，"
    "也没有信访人。密封的、限制查看的、保管中的不列。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("unfinished", help=_("某个时段之前未办结的事项"), description=_(ABOUT))
    parser.add_argument("--organisation", required=True, metavar="CODE", help=_("哪个机构的"))
    parser.add_argument("--limit", type=int, default=1000, metavar="N", help=_("最多列多少（默认：%(default)s）"))
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
    lines = [
        _("接下来：%(name)s，自 %(begins_on)s 起") % {"name": one.name, "begins_on": one.begins_on}
        for one in periods[:1]
    ]
    lines += [
        _("%(no)s  %(class)s  %(age_days)s 天  超期 %(late_days)s  %(next)s  %(owner)s")
        % {
            "no": row["no"],
            "class": row["class"] or "-",
            "age_days": row["age_days"],
            "late_days": row["late_days"],
            "next": row["next"] or "-",
            "owner": row["owner"] or "-",
        }
        for row in rows
    ]
    report(arguments, data, lines if rows else [*lines, _("没有未办结的")])
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
