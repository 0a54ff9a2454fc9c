"""What a notice prints besides what forms say: days, limits with their last day, and who deals with the matter now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.labels import length_of, name_of
from huiyin.procedure.event import ActionTaken
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import LimitRule
from huiyin.rules.deadlines.limits import due

Term = tuple[str, str, str]
"""Name, label and content of a line."""


def printed_terms(
    rules: Rules,
    limits: Mapping[str, LimitRule],
    named: Sequence[str],
    taken: Iterable[ActionTaken],
    received: datetime,
    units: Mapping[UUID, str],
) -> Iterator[Term]:
    """The lines of a notice that names the limits ``named``: when the matter was received, the moment from which each limit runs, how
    long it is and until which day, and the unit whose act it is. ``taken`` are the case's actions up to the one that brought the notice.
    """
    if not named:
        return
    moments: dict[str, datetime] = {"received": received}
    unit = ""
    for event in taken:
        moments |= event.marks
        unit = units.get(event.unit, "") if event.unit else ""
    if unit:
        yield "unit", _("经办单位"), unit
    for moment in dict.fromkeys(("received", *(limits[name].start for name in named))):
        if moment in moments:
            yield moment, name_of(rules.book.moments.get(moment), moment), _day(moments[moment])
    for name in named:
        limit = limits[name]
        if limit.start in moments and limit.within is not None:
            ends = due(rules.calendar, moments[limit.start], limit.within)
            length = length_of(limit.within)
            yield (
                name,
                name_of(limit, name),
                _("%(length)s，至 %(day)s") % {"length": length, "day": ends.due_on.isoformat()},
            )


def _day(at: datetime) -> str:
    return timezone.localtime(at).date().isoformat()
