"""What the overview shows beside its figures, by what the reader's post does: who signs, who leads a unit, who receives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.lists.cases import cases_of
from huiyin.casework.lists.duties import DutyRow, duties_owed, duty_rows
from huiyin.casework.lists.load import Load, loads
from huiyin.casework.lists.unfinished import MAX_COUNTED, end_of_today, end_of_week
from huiyin.casework.lists.work import WorkItem
from huiyin.casework.models import Duty
from huiyin.casework.visible import access_of, approving_roles, book_of
from huiyin.desk.deciding.signing import signing_ways
from huiyin.rota.on_duty import OnDuty, known_on_duty
from huiyin.web.page_access import Acting

LISTED: Final = 5
MAX_UNITS: Final = 12
MAX_VISITS: Final = 20
MAX_LOOKED_AT: Final = 200
VISIT: Final = "visit"


@dataclass(frozen=True, slots=True)
class UnitTrouble:
    """What a unit owes that is overdue, and what comes due before this week ends."""

    unit: str
    late: int
    week: int


def to_sign(items: Sequence[WorkItem], acting: Acting) -> tuple[DutyRow, ...]:
    """Of what the reader owes (``items``, in order) the first that they sign."""
    ids = [one.id for one in items if signing_ways(one)][:LISTED]
    found = Duty.objects.filter(id__in=ids).select_related("case", "unit", "assignee").in_bulk() if ids else {}
    return duty_rows([found[id] for id in ids if id in found], acting.at)


def trouble_by_unit(acting: Acting) -> tuple[UnitTrouble, ...]:
    """The units that owe something overdue or due this week on cases that the reader may see, the worst first; of the first
    ``MAX_COUNTED`` duties, those due first."""
    counted = dict[str, list[int]]()
    for rows in duties_owed(acting.actor, mine=False):
        near = rows.filter(turn_at__lt=end_of_week(acting.at)).order_by("turn_at", "id")
        for unit, due_at in near.values_list("unit__name", "due_at")[:MAX_COUNTED]:
            counted.setdefault(unit or _("尚未确定单位"), [0, 0])[due_at >= acting.at] += 1
    lines = [UnitTrouble(unit, late, week) for unit, (late, week) in counted.items()]
    return tuple(sorted(lines, key=lambda one: (-one.late, -one.week, one.unit))[:MAX_UNITS])


def drawn_trouble(lines: Sequence[UnitTrouble]) -> Mapping[str, Any] | None:
    """The same as a picture; none where there is nothing to draw."""
    return _bars(
        [one.unit for one in lines],
        late=[one.late for one in lines],
        others=(_("本周到期"), [one.week for one in lines]),
    )


def team(acting: Acting) -> tuple[Load, ...]:
    """The people of the unit of whoever approves documents, with what they owe; none for all others."""
    book = book_of(acting.actor.organisation)
    leads = book is not None and bool(acting.actor.roles & approving_roles(book))
    return loads(acting.actor, acting.at) if leads else ()


def drawn_team(people: Sequence[Load]) -> Mapping[str, Any] | None:
    """The same as a picture."""
    names = [one.name or _("没有指定到人") for one in people]
    others = _("没有逾期的"), [one.owed - one.late for one in people]
    return _bars(names, late=[one.late for one in people], others=others)


def visits_today(acting: Acting) -> tuple[CaseView, ...]:
    """The visits that were registered today and that the reader may see, the latest first."""
    since: datetime = end_of_today(acting.at) - timedelta(days=1)
    near = access_of(acting.actor).filter(registered_at__gte=since).order_by("-registered_at", "-case")
    cases = [case for case in cases_of(near[:MAX_LOOKED_AT]) if case.channel == VISIT]
    return tuple(case_views(list({case.id: case for case in cases}.values())[:MAX_VISITS], acting.at))


def serving(acting: Acting) -> tuple[OnDuty, ...]:
    """Who is on duty today."""
    return known_on_duty(acting.actor.organisation, timezone.localtime(acting.at))


def _bars(labels: list[str], late: list[int], others: tuple[str, list[int]]) -> Mapping[str, Any] | None:
    name, values = others
    if not any(late) and not any(values):
        return None
    series = [
        {"name": _("已逾期"), "values": late, "tone": "late"},
        {"name": name, "values": values, "tone": "earlier"},
    ]
    return {"form": "lying", "stacked": True, "labels": labels, "series": series}
