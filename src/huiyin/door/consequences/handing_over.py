"""Handing duties over when whoever owes them leaves a post, is away, or may no longer sign in: an event of each case.

What one of several owes goes to the others in the unit; what nobody there is left to do, to whom the rulebook names as stand-in. Where that is
the unit that deals with the case, whoever names who takes over is asked for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from huiyin.casework.lists.unattended import stood_in_for, unattended
from huiyin.casework.models import Case, Duty
from huiyin.casework.owed import open_duties
from huiyin.door import accusing
from huiyin.door.passing import Office
from huiyin.door.writing import lock, record, write_moved
from huiyin.people.absences import Obligation, deputies, no_longer_there, people_at_hand
from huiyin.people.acting import serving_in, system_actor
from huiyin.people.appointments import day_of
from huiyin.people.ids import new_id
from huiyin.people.models import Holding
from huiyin.procedure.amending.handing_over import hand_over
from huiyin.procedure.amending.kept_out import keep
from huiyin.procedure.amending.nobody_left import asks_for_others
from huiyin.procedure.command import CaseId, Command, PersonId, UnitId
from huiyin.procedure.decision import Decision
from huiyin.procedure.guard import judged_by, settling
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Batch
from huiyin.rule_store.store import load
from huiyin.rules.book.steps import decided_over

CASES_AT_ONCE = 200


def keep_left_custody(at: datetime) -> int:
    """Give the custody of cases to the next where whoever had it is no longer there; on how many cases."""
    waiting = Case.objects.filter(unresolved=True, ended_at__isnull=True)
    return sum(_keep(case.id, at) for case in list(waiting) if _kept(case, at) is not None)


def _kept(case: Case, at: datetime) -> Decision | None:
    state: State = codec.loads(case.state)
    seats = accusing.seats_beside((), case.organisation_id, at, state)
    actor, id = system_actor(case.organisation_id), CaseId(case.id)
    return keep(load(case.rulebook), state, Command(id=new_id(at), case=id, action="", actor=actor, at=at, seats=seats))


def _keep(case_id: UUID, at: datetime) -> bool:
    with transaction.atomic():
        case = lock(case_id)
        decision = _kept(case, at)
        if decision is not None:
            _write(case, decision, at)
    return decision is not None


def hand_over_left_duties(at: datetime, account: UUID | None = None, successor: UUID | None = None) -> int:
    """Give what is owed by somebody who is no longer there to all in the unit who hold the role; on how many cases.

    ``account`` narrows it to what one person owed, ``successor`` names who in the unit is to owe it from now on, as far as they hold the
    role; whoever is away may have named a deputy (``people.absences.deputies``). Some cases of each
    person are done at a time; harmless when it is done again, or by two at once.
    """
    named = open_duties().filter(unit__isnull=False)
    named = named.filter(assignee=account) if account else named.filter(assignee__isnull=False)
    owed = set(named.values_list("unit_id", "assignee_id", "role").distinct())
    left = sorted(no_longer_there(owed, at)) if owed else []
    successors = _named(left, successor, at) if successor else deputies(left, day_of(at)) if left else {}
    return sum(_hand_over_some(each, successors.get(each), at) for each in left)


def _named(left: list[Obligation], successor: UUID, at: datetime) -> dict[Obligation, UUID]:
    """The successor, for what they may do: they work in the unit, in the role."""
    there = people_at_hand(Holding.objects.filter(account=successor), day_of(at))
    return {(unit, person, role): successor for unit, person, role in left if (unit, role) in there}


def _hand_over_some(left: Obligation, successor: UUID | None, at: datetime) -> int:
    unit, person, role = left
    named = open_duties()
    cases = named.filter(unit=unit, assignee=person, role=role).values_list("case_id", flat=True).distinct()
    return sum(_hand_over(case, left, successor, at) for case in list(cases[:CASES_AT_ONCE]))


def _hand_over(case_id: UUID, left: Obligation, successor: UUID | None, at: datetime) -> bool:
    unit, person, role = left
    heir = PersonId(successor) if successor else None
    return _change(
        case_id, at, lambda _case, state: hand_over(state, PersonId(person), UnitId(unit), frozenset({role}), heir)
    )


def let_stand_in(at: datetime) -> int:
    """Give what nobody is at work to do to whom the rulebook names as stand-in, or have another unit named, and back once somebody is; on how
    many cases.

    Harmless when it is done again, or by two at once.
    """
    day = day_of(at)
    left = {
        (duty.case_id, duty.organisation_id)
        for duty in unattended(open_duties(), day)
        if duty.unit_id and _may_pass(duty)
    }
    left |= {(duty.case_id, duty.organisation_id) for duty in _to_look_at(day)}
    cases = left | {(case, organisation) for case, organisation, _relation in stood_in_for()}
    offices = {organisation: Office(organisation, day) for _case, organisation in cases}
    return sum(_let_stand_in(case, offices[organisation], at) for case, organisation in sorted(cases))


def _let_stand_in(case_id: UUID, office: Office, at: datetime) -> bool:
    return _change(case_id, at, lambda case, state: office.followed(load(case.rulebook), state, at))


def _to_look_at(day: date) -> Iterator[Duty]:
    """What is owed by people alone who serve in the unit over which it decides; and to name who takes over, where nobody withdrew: that is owed no
    more once somebody is back.
    """
    owed = open_duties().filter(unit__isnull=False)
    for name, procedure, kind in list(owed.values_list("case__rulebook", "case__procedure", "kind").distinct()):
        rules = load(name)
        book, rule = rules.book, rules.book.procedures[procedure]
        rows = owed.filter(case__rulebook=name, case__procedure=procedure, kind=kind).select_related("case")
        if kind in asks_for_others(rule):
            yield from rows.filter(case__recused=False)
        if any(decided_over(book, rule, one) for one in settling(rules, procedure, kind)):
            yield from (duty for duty in rows if _may_pass(duty) and _is_their_own(duty, day))


def _is_their_own(duty: Duty, day: date) -> bool:
    holdings = Holding.objects.filter(post__unit=duty.unit_id)
    doing = {
        people
        for (_unit, role), found in people_at_hand(holdings, day).items()
        if role == duty.role
        for people in found
    }
    return doing <= serving_in(judged_by(load(duty.case.rulebook), codec.loads(duty.case.state), duty.kind), day)


def _may_pass(duty: Duty) -> bool:
    """Whether anybody else may do it, or have it done: whom the rulebook names, another unit of the organisation with the same role, whoever names
    another unit.
    """
    book = load(duty.case.rulebook).book
    others = book.procedures[duty.case.procedure].duties[duty.kind].else_of
    return bool(others) or book.roles[duty.role].of in ("organisation", "handling")


def _change(case_id: UUID, at: datetime, decide: Callable[[Case, State], Decision | None]) -> bool:
    with transaction.atomic():
        case = lock(case_id)
        decision = decide(case, codec.loads(case.state))
        if decision is None:
            return False
        _write(case, decision, at)
    return True


def _write(case: Case, decision: Decision, at: datetime) -> None:
    actor, batch = system_actor(case.organisation_id), Batch()
    record(batch, case, load(case.rulebook), decision, actor, at)
    write_moved(batch, case, actor, at)
