"""What a notice prints besides what forms say: days, limits with their last day, and who deals with the matter now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.labels import length_of, name_of
from huiyin.procedure.event import ActionTaken
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, LimitRule, Procedure
from huiyin.rules.book.steps import meets
from huiyin.rules.deadlines.duration import Limit
from huiyin.rules.deadlines.limits import due

PrintedTerm = tuple[str, str, str]
"""Name, label and content of a line."""


def printed_terms(
    rules: Rules,
    limits: Mapping[str, LimitRule],
    named: Sequence[str],
    taken: Iterable[ActionTaken],
    received: datetime,
    units: Mapping[UUID, str],
) -> Iterator[PrintedTerm]:
    """The lines of a notice that names the limits ``named``: when the matter was received, the moment from which each limit runs, how
    long it is and until which day, and the unit whose act it is. ``taken`` are the case's actions up to the one that brought the notice.
    """
    named = [name for name in named if not limits[name].by_field]
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
            yield name, name_of(limit, name), until_in_words(rules, moments[limit.start], limit.within)


def days_set(
    rules: Rules,
    procedure: Procedure,
    named: Sequence[str],
    taken: Sequence[ActionTaken],
    facts: Mapping[str, str],
    entered: Mapping[str, object],
    issuing: Sequence[Action],
) -> Iterator[PrintedTerm]:
    """By when something is to be done that the actions ``issuing`` a notice open a duty for: for each of the limits ``named`` that a form
    may set the day of. ``facts`` are those after the last of the actions ``taken``, ``entered`` what forms said last.
    """
    opened = [one for action in issuing for one in action.opens if meets(one.when, facts)]
    within = {procedure.duties[one.duty].limit for one in opened}
    moments: dict[str, datetime] = {}
    for event in taken:
        moments |= event.marks
    for name in named:
        limit = procedure.limits[name]
        if not limit.by_field or name not in within:
            continue
        day = entered.get(limit.by_field)
        if isinstance(day, date):
            yield name, name_of(limit, name), day.isoformat()
        elif limit.start in moments and limit.within is not None and not _begins_anew(limit.start, taken, issuing):
            yield name, name_of(limit, name), until_in_words(rules, moments[limit.start], limit.within)
        elif limit.within is not None:  # a draft: the day follows from the service, which nobody knows yet
            yield name, name_of(limit, name), _("自收到之日起%(length)s内") % {"length": length_of(limit.within)}


def _begins_anew(moment: str, taken: Sequence[ActionTaken], issuing: Sequence[Action]) -> bool:
    """Whether what is drafted will be served by an action that sets a ``moment`` once more, which an earlier service has set."""
    return moment not in taken[-1].marks and any(moment in action.marks for action in issuing)


def issuing_of(procedure: Procedure, kind: str, taken: str) -> tuple[Action, ...]:
    """The action ``taken`` where it issues the notice ``kind``; where it only drafts it, those that will issue it."""
    action = procedure.actions.get(taken)
    if action is None or kind in action.notice or all(kind != drafting.notice for drafting in action.drafts):
        return (action,) if action else ()
    return tuple(other for other in procedure.actions.values() if kind in other.notice)


def until_in_words(rules: Rules, start: datetime, within: Limit) -> str:
    """How long a limit is, and its last day where it runs from ``start`` (aware)."""
    ends = due(rules.calendar, start, within)
    return _("%(length)s，至 %(day)s") % {"length": length_of(within), "day": ends.due_on.isoformat()}


def _day(at: datetime) -> str:
    return timezone.localtime(at).date().isoformat()
