"""Which colleagues could take a shift, and which of theirs could be had for it: what ``swaps.ask`` would take, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from huiyin.readiness.recording import By
from huiyin.rota.availability import Availability, availability
from huiyin.rota.in_force import shifts_in_force
from huiyin.rota.models import Shift
from huiyin.rota.solver import ONE_DAY


@dataclass(frozen=True, slots=True)
class SwapOffers:
    """By their ids: ``people`` who could take the shift for nothing, and those of their shifts (``backs``) that could be had for it."""

    people: frozenset[UUID]
    backs: frozenset[UUID]


def swap_offers(shift: Shift, by: By) -> SwapOffers:
    """What whoever serves ``shift`` may ask for: each of the two can serve what they get, and serves not on two days running."""
    members = {UUID(hex=one) for one in shift.rota.members} - {shift.account_id}
    there = list(shifts_in_force(by.organisation, by.day - ONE_DAY))
    theirs = [
        one
        for one in there
        if one.day >= by.day and one.account_id in members and one.rota.group == shift.rota.group and one.id != shift.id
    ]
    days = {shift.day, *(one.day for one in theirs)}
    found = availability(by.organisation, {*members, shift.account_id}, days)
    alone = {person for person in members if _can(person, shift, (), there, found)}
    backs = {
        one.id
        for one in theirs
        if _can(one.account_id, shift, (shift.id, one.id), there, found)
        and _can(shift.account_id, one, (shift.id, one.id), there, found)
    }
    return SwapOffers(frozenset(alone), frozenset(backs))


def _can(person: UUID, shift: Shift, given: Collection[UUID], there: Iterable[Shift], found: Availability) -> bool:
    """Whether somebody can serve a shift, if those that are ``given`` away do not count."""
    if person not in found.accounts or found.why(person, shift.day) is not None:
        return False
    near = (one for one in there if one.account_id == person and abs(one.day - shift.day) <= ONE_DAY)
    return all(one.id in (*given, shift.id) for one in near)
