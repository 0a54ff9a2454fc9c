"""Whom a petition accuses, as the engine takes it: from what was written or chosen to all who are kept out."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.people.accusable import custodians_in, in_scope, names_in, shut_out
from huiyin.people.naming import may_mean_the_custodian, meant
from huiyin.procedure import codec
from huiyin.procedure.command import Accusation, PersonId, TextRef, UnitId
from huiyin.procedure.state import State


def chosen(
    units: AbstractSet[UUID], people: AbstractSet[UUID], at: datetime, line: TextRef | None = None
) -> Accusation:
    """Those who were chosen from the directory, or named for certain, with whoever is kept out with them."""
    shut_units, shut_people = shut_out(units, people, at)
    return Accusation(line, frozenset(map(UnitId, shut_units)), frozenset(map(PersonId, shut_people)), certain=True)


def in_words(
    lines: Sequence[str], refs: Sequence[TextRef], organisation_id: UUID, at: datetime
) -> tuple[Accusation, ...]:
    """What each of ``lines``, kept as ``refs``, may mean in the directory of the organisation and of those above and below it."""
    if not lines:
        return ()
    scope = in_scope(organisation_id)
    names = names_in(scope)
    guesses = [meant(line, names) for line in lines]
    custodians = [] if all(guess.certain for guess in guesses) else custodians_in(scope, at)
    found = []
    for line, ref, guess in zip(lines, refs, guesses, strict=True):
        people = set(guess.people)
        if not guess.certain:
            people |= {id for id, name in custodians if may_mean_the_custodian(line, name)}
        found.append(replace(chosen(guess.units, people, at, ref), certain=guess.certain))
    return tuple(found)


def of_case(case_id: UUID) -> Accusation | None:
    """Whom another case accuses: what follows from it is kept from them as well; None when it accuses nobody."""
    text = Case.objects.filter(id=case_id).values_list("state", flat=True).first()
    return None if text is None else accused_by(codec.loads(text))


def accused_by(state: State) -> Accusation | None:
    """Whom a case accuses, as an accusation to bring along; None when it accuses nobody."""
    if not state.accused_units and not state.accused_people:
        return None
    return Accusation(None, state.accused_units, state.accused_people, certain=True)
