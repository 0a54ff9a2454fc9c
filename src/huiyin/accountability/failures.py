"""Duties that look failed, as the ledger knows: overdue at the end, given back twice, back-dated (clause s0-3.5a).

They are leads for a person to check, and no verdict: nobody is held responsible but by the procedure of the rulebook.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone

from huiyin.casework.case_view import titles_of
from huiyin.casework.labels import name_of
from huiyin.casework.lists.duties import DutyRow, duty_rows
from huiyin.casework.models import Case, CaseLink, Duty
from huiyin.casework.owed import days_late, late
from huiyin.casework.visible import book_of, on_visible, visible_to
from huiyin.ledger.chain import Recorded, recorded
from huiyin.ledger.models import Row
from huiyin.people.acting import holders_in, in_each_post
from huiyin.people.models import Account, Unit
from huiyin.procedure.command import Actor
from huiyin.procedure.event import ActionTaken
from huiyin.procedure.storage.codec import type_name
from huiyin.rule_store.store import load
from huiyin.rules.book.schema import Action, Procedure, Rulebook
from huiyin.rules.book.steps import is_done_by_itself

FailureKind = Literal["overdue", "returned", "backdated"]
PROCEDURE: Final = "accountability"
RAISE: Final = "raise_failure"
MAX_FOUND: Final = 200
"""Of each kind; what a page can show and a person can check."""
MAX_BACKDATING: Final = timedelta(days=10)
"""How much later than its day something may be entered before somebody is to look why: proof of service by post takes some days."""
TWICE: Final = 2


@dataclass(frozen=True, slots=True)
class FailedDuty:
    """Something that somebody is to check: the duty in words, whose it was, by how many days or how often, and when.

    ``raised`` are the numbers of the cases of responsibility about the same matter that the reader may see.
    """

    kind: FailureKind
    case: Case
    title: str
    duty: str
    unit: str
    unit_id: UUID | None
    amount: int
    at: datetime
    raised: tuple[str, ...] = ()


def failed_duties(actor: Actor, since: datetime, at: datetime) -> dict[FailureKind, tuple[FailedDuty, ...]]:
    """What looks failed from ``since`` to ``at`` (aware) on cases that ``actor`` may see in their organisation, the worst first."""
    book = book_of(actor.organisation)
    if book is None:
        return {"overdue": (), "returned": (), "backdated": ()}
    found: dict[FailureKind, list[FailedDuty]] = {
        "overdue": list(_overdue(actor, book, since, at)),
        "returned": list(_returned(actor, book, since, at)),
        "backdated": list(_backdated(actor, since, at)),
    }
    raised = about(actor, {one.case.id for ones in found.values() for one in ones}, PROCEDURE)
    return {
        kind: tuple(_with_raised(one, raised) for one in sorted(ones, key=lambda one: -one.amount))
        for kind, ones in found.items()
    }


def returning(procedure: Procedure) -> Mapping[str, frozenset[str]]:
    """The actions that give back what was laid before somebody, and the duties that are owed anew then.

    An action gives back when it does the duty that another opened by doing the very one which it opens again, for somebody else to do,
    and which came up first in another way: what is laid before somebody comes up by being laid there alone.
    """
    found = {
        name: frozenset(
            opening.duty
            for opening in action.opens
            if not opening.when and any(_is_given_back(procedure, done, opening.duty) for done in action.discharges)
        )
        for name, action in procedure.actions.items()
    }
    return {name: anew for name, anew in found.items() if anew}


def _is_given_back(procedure: Procedure, decided: str, anew: str) -> bool:
    """Whether whoever does ``decided`` may have ``anew`` done again, which was laid before them."""
    if procedure.duties[decided].of == procedure.duties[anew].of:
        return False
    openers = {name: {opening.duty for opening in act.opens} for name, act in procedure.actions.items()}
    laid = any(anew in act.discharges and decided in openers[name] for name, act in procedure.actions.items())
    first = any(anew in openers[name] and decided not in act.discharges for name, act in procedure.actions.items())
    return laid and first


def _overdue(actor: Actor, book: Rulebook, since: datetime, at: datetime) -> Iterator[FailedDuty]:
    """First what is still owed, then what came late at last: of the latter the latest, lest what is old hide what is new.

    What the system does once a period has run out is done after it each time: that it was is nobody's failure.
    """
    itself = {kind for one in book.procedures.values() for kind in one.duties if is_done_by_itself(one, kind)}
    done = Q(discharged_at__gte=since, discharged_at__gt=F("due_at")) & ~Q(kind__in=itself)
    lapsed = Q(withdrawn_at__gt=F("due_at"), withdrawn_at__gte=since, waits_since=None)
    duties = _duties(actor).select_related("case")
    owed = list(duties.filter(late(at)).order_by("turn_at", "id")[:MAX_FOUND])
    ended = duties.filter(done | lapsed).order_by("-due_at", "-id")[: MAX_FOUND - len(owed)]
    for row in duty_rows([*owed, *ended], at):
        over = row.discharged_at or row.withdrawn_at or at
        yield _of_duty("overdue", row, days_late(row.due_at, over), over)


def _returned(actor: Actor, book: Rulebook, since: datetime, at: datetime) -> Iterator[FailedDuty]:
    """What was done is read once, whatever procedures and actions give back; of which procedure a case is, only where one was twice."""
    given_back = {
        (name, action): anew
        for name, procedure in book.procedures.items()
        for action, anew in returning(procedure).items()
    }
    done = _duties(actor).filter(discharged_by__in={action for _, action in given_back}, discharged_at__gte=since)
    often = done.values("case", "discharged_by").annotate(times=Count("id"), latest=Max("discharged_at"))
    times = {
        (row["case"], row["discharged_by"]): (row["times"], row["latest"])
        for row in often.filter(times__gte=TWICE).order_by("-times")[:MAX_FOUND]
    }
    kinds = {kind for anew in given_back.values() for kind in anew}
    owed = Duty.objects.filter(case__in={case for case, _ in times}, kind__in=kinds) if times else Duty.objects.none()
    newest = {
        (row.case_id, action): row
        for row in owed.select_related("case").order_by("opened_at")
        for (procedure, action), anew in given_back.items()
        if procedure == row.case.procedure and row.kind in anew and (row.case_id, action) in times
    }
    for key, row in zip(newest, duty_rows(newest.values(), at), strict=True):
        yield _of_duty("returned", row, *times[key])


def _backdated(actor: Actor, since: datetime, at: datetime) -> Iterator[FailedDuty]:
    late = visible_to(actor).filter(
        organisation_id=actor.organisation,
        registered_at__gte=since,
        received_at__lt=F("registered_at") - MAX_BACKDATING,
    )
    received = list(late.filter(old_number=None).select_related("unit").order_by("received_at")[:MAX_FOUND])
    titles = titles_of(received)
    for case in received:
        days = (case.registered_at - case.received_at).days
        yield FailedDuty("backdated", case, titles.get(case.id, ""), "", *_unit(case.unit), days, case.registered_at)
    yield from _backdated_steps(actor, since, at)


def _backdated_steps(actor: Actor, since: datetime, at: datetime) -> Iterator[FailedDuty]:
    """Steps whose day starts a limit and was entered long after it: of service above all. Each did a duty, by which it is found."""
    done = _duties(actor).filter(discharged_by__in=_dating(actor), discharged_at__gte=since, discharged_at__lte=at)
    ids = done.order_by("-discharged_at", "-id").values_list("case_id", flat=True)[: MAX_FOUND * 2]
    cases = Case.objects.filter(id__in=set(ids)).select_related("unit").in_bulk()
    titles = titles_of(cases.values())
    rows = Row.objects.filter(case_id__in=list(cases), type=type_name(ActionTaken), at__gte=since, at__lte=at)
    for row in rows.order_by("case_id", "seq"):
        case, one = cases[row.case_id], recorded(row)
        action = load(case.rulebook).book.procedures[case.procedure].actions.get(getattr(one.event, "action", ""))
        days = list(_days_before(one, action)) if action else []
        if action and days and max(days) > MAX_BACKDATING.days:
            title, what = titles.get(case.id, ""), name_of(action)
            yield FailedDuty("backdated", case, title, what, *_unit(case.unit), max(days), one.at)


def _days_before(one: Recorded, action: Action) -> Iterator[int]:
    """How many days before it was entered each day lay from which a limit runs since this step."""
    fields = one.event.fields if isinstance(one.event, ActionTaken) else {}
    for value in action.as_entered.marks.values():
        day = fields.get(value.removeprefix("$"))
        if isinstance(day, date):
            yield (timezone.localdate(one.at) - day).days


def _dating(actor: Actor) -> frozenset[str]:
    """The actions in whose form the day stands from which a limit runs, under the rulebook in force."""
    book = book_of(actor.organisation)
    steps = [step for procedure in book.procedures.values() for step in procedure.actions.items()] if book else []
    return frozenset(
        name for name, rule in steps if any(value.startswith("$") for value in rule.as_entered.marks.values())
    )


def _duties(actor: Actor) -> QuerySet[Duty]:
    units = list(Unit.objects.filter(organisation=actor.organisation).values_list("id", flat=True))
    return Duty.objects.filter(on_visible(actor), organisation_id=actor.organisation, unit__in=units)


def _of_duty(kind: FailureKind, row: DutyRow, amount: int, at: datetime) -> FailedDuty:
    return FailedDuty(kind, row.case, row.name, row.label, row.unit, row.owner, amount, at)


def _unit(unit: Unit | None) -> tuple[str, UUID | None]:
    return (unit.name, unit.id) if unit else ("", None)


def about(actor: Actor, cases: Iterable[UUID], procedure: str) -> Mapping[UUID, tuple[str, ...]]:
    """The numbers of the cases of ``procedure`` that name one of ``cases``, by what they name, as far as ``actor`` may see them."""
    linked = CaseLink.objects.filter(to__in=list(cases), case__procedure=procedure)
    seen = linked.filter(case__in=visible_to(actor)).values_list("to", "case__number").order_by("case__number")
    found: dict[UUID, tuple[str, ...]] = {}
    for case, number in seen:
        found[case] = (*found.get(case, ()), number)
    return found


def who_may_raise(actor: Actor, at: datetime) -> Iterator[tuple[Account, Actor]]:
    """Whoever else of the organisation may raise a failure, in each post in which they may: some of these, where it is of one's own unit."""
    book = book_of(actor.organisation)
    roles = (
        frozenset(book.procedures[PROCEDURE].actions[RAISE].by)
        if book and PROCEDURE in book.procedures
        else frozenset()
    )
    for account in holders_in(actor.organisation, roles, at):
        for post in in_each_post(account, at):
            if account.id != actor.person and post.organisation == actor.organisation and post.roles & roles:
                yield account, post


def _with_raised(one: FailedDuty, raised: Mapping[UUID, tuple[str, ...]]) -> FailedDuty:
    numbers = raised.get(one.case.id, ())
    return replace(one, raised=numbers) if numbers else one
