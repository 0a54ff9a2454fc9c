"""Several cases locked together, the lowest id first, whichever of them a command begins with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from huiyin.casework.models import Case
from huiyin.door import entry
from huiyin.door.writing import lock
from huiyin.errors import HuiyinError
from huiyin.procedure.command import Actor, CaseId
from huiyin.rules.book.schema import Action, Rulebook

Outcome = TypeVar("Outcome")
Held = dict[UUID, Case]
"""The cases that are locked, by their ids."""


class _LockFirst(HuiyinError):
    """Raised to begin anew with another case locked before the own one; never leaves this module.

    Two actions that each act on the other's case would wait for each other for ever, and again when they are tried again: who was
    sent away takes its own case back before the other one is awake. So cases are locked by their ids, the lowest first.
    """

    def __init__(self, case: UUID) -> None:
        super().__init__("another case is to be locked first")
        self.case = case


def holding(case: UUID, work: Callable[[Held], Outcome]) -> Outcome:
    """What ``work`` returns, done in a transaction with ``case`` locked, and whatever else it comes to ``hold``.

    It is begun anew, with nothing of it kept, when a case has to be locked before one that is locked already. Raises
    Case.DoesNotExist, and what ``work`` raises.
    """
    first: tuple[UUID, ...] = ()
    while True:
        try:
            with transaction.atomic():
                return work({id: lock(id) for id in sorted({*first, case})})
        except _LockFirst as other:
            first = (*first, other.case)


def hold(id: UUID, held: Held) -> Case:
    """Another case, locked now unless it is already; only within the work of ``holding``."""
    if id not in held:
        if held and id < max(held):
            raise _LockFirst(id)
        held[id] = lock(id)
    return held[id]


def read_held(
    held: Held,
    book: Rulebook,
    action: Action,
    raw: Mapping[str, object],
    actor: Actor,
    at: datetime,
    organisation: UUID,
    case: CaseId | None = None,
) -> entry.ParsedFields:
    """As ``entry.read_fields``, with the other cases locked that the form names: whom these accuse, and how confidential they are, stays
    as it is until the own case is known to be about them. ``case`` is the own one, once it is there.
    """
    read = entry.read_fields(book, action, raw, actor, at, organisation, case)
    others = sorted(entry.cases_named(book, read) - held.keys())
    for id in others:
        hold(id, held)
    if not others:
        return read
    return entry.read_fields(book, action, raw, actor, at, organisation, case, read.directory)
