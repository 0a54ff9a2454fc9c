"""Heads of a business called to a reception: the call and the arrival with their times; who has not come is asked again (clause s1-C20d)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.casework.models import Case
from huiyin.people.absences import at_hand
from huiyin.people.acting import former_units
from huiyin.people.models import Holding
from huiyin.procedure.command import PersonId
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.readiness.recording import By, keep, put_on_record
from huiyin.readiness.refusals import Closed, DoesNotFit
from huiyin.rota.models import ReceptionCall

LATE_AFTER: Final = timedelta(minutes=15)
"""So long after a call somebody who has not come shows as late, and is asked again."""
CALLED_TOGETHER: Final = timedelta(minutes=1)


def call(new: ReceptionCall, by: By) -> ReceptionCall:
    """Call somebody to a reception. Raises DoesNotFit where they are called already and have not come, and in one answer where the matter accuses
    them, they withdrew from it, or are away.
    """
    with transaction.atomic():
        if new.case is not None and _may_not_come(new.case, new.called_id, by):
            words = _("此人不能到场（请假、已回避或者有其他不宜到场的情形），请另请一人")
            raise DoesNotFit("they may not come", words, "called")
        open_one = ReceptionCall.objects.select_for_update().filter(
            organisation=by.organisation, called=new.called, arrived_at=None
        )
        if open_one.exists():
            raise DoesNotFit("they are called already", _("已经呼叫、还没有到场，请在下面再次催请"), "called")
        new.organisation_id, new.called_by = by.organisation, by.account
        new.called_at = new.last_called_at = by.at
        keep("call_to_reception", new, by)
    return new


def _may_not_come(case: Case, person: UUID, by: By) -> bool:
    """Whether somebody is kept from a matter by what it says, or is away: whoever calls is not told which (Regulation Art. 30(3))."""
    state: State = codec.loads(case.state)
    units = former_units([person], by.at).get(PersonId(person), frozenset())
    there = at_hand(Holding.objects.filter(account=person, organisation=by.organisation), by.day)
    return person in state.accused_people | state.recused or bool(units & state.accused_units) or not there.exists()


def call_again(known: ReceptionCall, by: By) -> None:
    """Ask somebody again who has not come. Raises Closed when they have, DoesNotFit for themselves; twice within a minute counts once."""
    with transaction.atomic():
        kept = _open(known, by)
        if by.at - kept.last_called_at < CALLED_TOGETHER:
            return
        kept.times, kept.last_called_at = kept.times + 1, by.at
        kept.save(update_fields=["times", "last_called_at"])
        put_on_record("call_again", [kept], by, str(kept))


def arrived(known: ReceptionCall, by: By) -> None:
    """Note that somebody came, now. Raises Closed when that is noted already, DoesNotFit for themselves: who receives them notes it."""
    with transaction.atomic():
        kept = _open(known, by)
        kept.arrived_at, kept.arrival_noted_by = by.at, by.account
        kept.save(update_fields=["arrived_at", "arrival_noted_by"])
        put_on_record("note_arrival", [kept], by, str(kept))


def calls_of(organisation: UUID) -> QuerySet[ReceptionCall]:
    """The calls of an organisation, the latest first."""
    rows = ReceptionCall.objects.filter(organisation=organisation).order_by("-called_at", "-id")
    return rows.select_related("called", "called_by", "arrival_noted_by", "case")


def open_calls_of(person: UUID) -> QuerySet[ReceptionCall]:
    """The calls to which somebody has not come yet, the oldest first."""
    return ReceptionCall.objects.filter(called=person, arrived_at=None).order_by("called_at")


def _open(known: ReceptionCall, by: By) -> ReceptionCall:
    kept = ReceptionCall.objects.select_for_update().get(id=known.id)
    if kept.called_id == by.account.id:
        raise DoesNotFit("they were called themselves", _("呼叫的是您本人，到场由接待人员登记"))
    if kept.arrived_at is not None:
        raise Closed("they came", _("已经登记到场"))
    return kept
