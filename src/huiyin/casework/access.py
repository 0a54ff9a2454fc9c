"""By what a reader is let see a case: scopes, which the door writes beside every case as its events happen.

A scope is an id: a unit's, an organisation's, or one made of the id and a word for what narrows it. What somebody may see is then
what has one of their few scopes: a range of an index, in the order in which lists show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID, uuid5

from huiyin.casework.models import Case, CaseAccess
from huiyin.casework.vocabulary import SEVERITY_FACT
from huiyin.procedure.confidentiality.knowing import Knowing, knowing
from huiyin.procedure.state import State
from huiyin.rules.book.schema import CUSTODIAN

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""When a case comes due on which no office can do anything now: after all others."""

KEPT: Final = 4_096
"""Scopes of units and organisations that a process keeps: of most installations all."""


@lru_cache(KEPT)
def custody_scope(unit: UUID, relation: str) -> UUID:
    """Of a unit that has cases in custody, by a relation such as ``custodian`` or ``discipline/custodian``."""
    return uuid5(unit, f"custody {relation}")


@lru_cache(KEPT)
def procedure_scope(organisation: UUID, procedure: str) -> UUID:
    """Of whoever sees an organisation's cases of one procedure."""
    return uuid5(organisation, f"procedure {procedure}")


def overseers_scope(organisation: UUID) -> UUID:
    """Of whoever oversees an organisation's limited cases, whoever is on their lists."""
    return uuid5(organisation, "overseers")


def role_scope(unit: UUID, role: str) -> UUID:
    """Of whoever holds a role in a unit: what that role has to do with a limited case is not the whole unit's."""
    return uuid5(unit, f"role {role}")


def person_scope(person: UUID, organisation: UUID) -> UUID:
    """Of one person, as long as they work in an organisation."""
    return uuid5(person, f"in {organisation.hex}")


def is_custody(relation: str) -> bool:
    """Whether a relation to a case is custody of it: that post's, not everybody's in its unit."""
    return relation == CUSTODIAN or relation.endswith(f"/{CUSTODIAN}")


def scopes_of_case(
    organisation: UUID, procedure: str, units: Iterable[tuple[str, UUID]], *, unresolved: bool
) -> frozenset[UUID]:
    """The scopes that may see a case; ``units`` are its relations, each with the unit that has it.

    Until somebody has decided whom it accuses (``unresolved``) these are its custodians' alone.
    """
    units = tuple(units)
    custody = {custody_scope(unit, relation) for relation, unit in units if is_custody(relation)}
    if unresolved:
        return frozenset(custody)
    dealing = {unit for relation, unit in units if not is_custody(relation)}
    return frozenset(custody | dealing | {organisation, procedure_scope(organisation, procedure)})


def scopes_after(state: State) -> frozenset[UUID]:
    """The scopes that may see a case whose state is ``state``; of a limited one those of whoever may know of it."""
    known = knowing(state)
    if known is not None and not state.unresolved:
        return _scopes_of_limited(known)
    units = ((relation, seat.unit) for relation, seats in state.units.items() for seat in seats)
    return scopes_of_case(state.organisation, state.procedure, units, unresolved=bool(state.unresolved))


def _scopes_of_limited(known: Knowing) -> frozenset[UUID]:
    people = {person_scope(person, organisation) for person, organisation in known.people}
    roles = {role_scope(unit, role) for unit, role in known.roles}
    return frozenset({overseers_scope(known.organisation), *known.units, *known.posts, *people, *roles})


def columns(case: Case, *, owing: bool) -> Mapping[str, object]:
    """What stands beside each scope of a case."""
    return {
        "registered_at": case.registered_at,
        "due_at": case.due_at or NEVER,
        "ended_at": case.ended_at,
        "procedure": case.procedure,
        "stage": case.stage,
        "unit_id": case.unit_id,
        "severity": str(case.facts.get(SEVERITY_FACT, ""))[:60],
        "sealed": case.sealed,
        "owing": owing,
    }


def rows(case: Case, scopes: Iterable[UUID], *, owing: bool) -> list[CaseAccess]:
    """A case's rows for these scopes."""
    beside = columns(case, owing=owing)
    return [CaseAccess(case=case, scope=scope, **beside) for scope in sorted(scopes)]
