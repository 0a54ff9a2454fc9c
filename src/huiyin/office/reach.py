"""What an administrator can see, by themselves or by somebody whom they have in their hand: no change of theirs alone may add to it.

What would be seen is found by doing the change and letting follow what follows by itself, on the day from which it has effect.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

from django.db import transaction

from huiyin.casework.models import Case, CaseAccused
from huiyin.casework.owed import open_duties
from huiyin.door.consequences.handing_over import hand_over_left_duties, keep_left_custody, let_stand_in
from huiyin.door.consequences.succession import let_succeed
from huiyin.people.acting import kin, overseen, seats
from huiyin.people.appointments import day_of, not_over
from huiyin.people.inviting import was_never_opened
from huiyin.people.models import Account, Holding, Organisation, Post
from huiyin.people.staff.hands import hands
from huiyin.people.staff.opening import OpensToOneself

Result = TypeVar("Result")
ROUNDS: Final = 100
"""How often what follows is let follow before it is looked at; each does some hundred cases of each person."""


@dataclass(frozen=True)
class Reach:
    """What accounts see: ``opens`` says by which organisation, account and thing; ``kept_out`` are the accused units to which they belong."""

    opens: frozenset[tuple[UUID, UUID, str]]
    kept_out: frozenset[tuple[UUID, UUID, str]]

    def gains(self, later: Reach) -> bool:
        """Whether more is seen later."""
        return not later.opens <= self.opens or not self.kept_out <= later.kept_out


def has_petitions(organisation: Organisation) -> bool:
    """Whether there is anything to see in the posts of an organisation, its own or what comes to it for review."""
    return _is_in_use(organisation.id)


def _is_in_use(organisation: UUID) -> bool:
    return Case.objects.filter(organisation__in=overseen(organisation)).exists()


def opens_nothing(by: Account, at: datetime, days: Iterable[date], do: Callable[[], Result]) -> Result:
    """Make a change within a transaction, and see to it that it opens nothing to who makes it.

    Args:
        days: from which it has effect, where that is later than today.

    Raises OpensToOneself: it does; whoever calls this takes it back then.
    """
    people, then = hands(by), _then(at, days)
    before = _later(people, then)
    outcome = do()
    if before.gains(_later(people, then)):
        raise OpensToOneself("the change would open matters to whoever makes it")
    return outcome


def would_open(by: Account, at: datetime, days: Iterable[date], do: Callable[[], object]) -> bool:
    """Whether a change would open matters to who makes it; afterwards all is as before."""
    with transaction.atomic():
        try:
            opens_nothing(by, at, days, do)
        except OpensToOneself:
            return True
        finally:
            transaction.set_rollback(True)
    return False


def days_in(given: Mapping[str, Any]) -> list[date]:
    """The days that a form gives, from which a change may have effect."""
    return [given[name] for name in ("since", "until") if isinstance(given.get(name), date)]


def _then(at: datetime, days: Iterable[date]) -> datetime:
    """At the same time of day, on the first of the days that lies ahead; today where none does."""
    ahead = sorted(day for day in days if day > day_of(at))
    return at + (ahead[0] - day_of(at)) if ahead else at


def _later(people: Collection[UUID], at: datetime) -> Reach:
    """What the accounts see once everything has followed."""
    if not _held(people, at):
        return Reach(frozenset(), frozenset())
    with transaction.atomic():
        _let_follow(at)
        found = _reach(people, at)
        transaction.set_rollback(True)
    return found


def _let_follow(at: datetime) -> None:
    for _round in range(ROUNDS):
        if not let_succeed(at) + keep_left_custody(at) + hand_over_left_duties(at):
            break
    let_stand_in(at)


def _held(people: Collection[UUID], at: datetime) -> list[Holding]:
    """What the accounts hold, now or later, in organisations that have petitions; nothing where nobody signs in by an account."""
    held = not_over(Holding.objects.filter(account__in=people), day_of(at)).select_related("account", "post__unit")
    open_to = [one for one in held if one.account.is_active or was_never_opened(one.account)]
    in_use = {id: _is_in_use(id) for id in {one.organisation_id for one in open_to}}
    return [one for one in open_to if in_use[one.organisation_id]]


def _reach(people: Collection[UUID], at: datetime) -> Reach:
    held = _held(people, at)
    units = {one.post.unit_id for one in held}
    by_unit: dict[UUID, set[str]] = {unit: {f"unit {unit}"} for unit in units}
    for unit, roles in Post.objects.filter(unit__in=units).values_list("unit_id", "roles"):
        by_unit[unit] |= {f"offered {unit} {role}" for role in roles}
    for organisation in {one.organisation_id for one in held}:
        for role, seat in seats(organisation).levels[0].items():
            if seat.unit in units:
                by_unit[seat.unit].add(f"seat {seat.unit} {role}")
    for unit, duty in open_duties().filter(unit__in=units).values_list("unit_id", "id"):
        by_unit[unit].add(f"duty {duty}")
    opens = set[tuple[UUID, UUID, str]]()
    for one in held:
        whose = one.organisation_id, one.account_id
        opens |= {(*whose, f"role {one.post.unit_id} {role}") for role in one.post.roles}
        opens |= {(*whose, what) for what in by_unit[one.post.unit_id]}
    return Reach(frozenset(opens), _kept_out(held))


def _kept_out(held: Iterable[Holding]) -> frozenset[tuple[UUID, UUID, str]]:
    found = set[tuple[UUID, UUID, str]]()
    for one in held:
        accused = CaseAccused.objects.filter(unit__in=kin([one.post.unit])).values_list("unit_id", flat=True).distinct()
        found |= {(one.organisation_id, one.account_id, f"accused {unit}") for unit in accused}
    return frozenset(found)
