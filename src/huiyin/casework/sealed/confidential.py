"""Whom a petitioner lets know who they are: the custodian alone, and for a time whom the custodian lets know on a reasoned request.

Whoever may see the case sees everything else of it. Each look is put on record like any other (``people.petitioners``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.casework.models import Case, CaseAccused, CaseParty, IdentityRequest
from huiyin.casework.visible import custodies, roles_of, visible_to
from huiyin.people.acting import holders_in
from huiyin.people.appointments import day_of, of_units
from huiyin.people.models import Account, Petitioner
from huiyin.people.petitioners import PetitionerErased, data_key
from huiyin.people.staff.proposals import WAITS
from huiyin.procedure.command import Actor
from huiyin.rules.book.schema import CUSTODIAN
from huiyin.sealing.aead import open_sealed

UNLOCKED_FOR = timedelta(days=7)
MAX_REASON_CHARS = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the custodian and whoever made it read it. ``granted_until``: None when refused, lapsed or still open; ``has_lapsed``:
    nobody decided it in time.
    """

    id: UUID
    asked_by: Account
    reason: str
    asked_at: datetime
    decided_at: datetime | None
    granted_until: datetime | None
    has_lapsed: bool


def still_open(at: datetime) -> QuerySet[IdentityRequest]:
    """The requests that wait to be decided: afterwards whoever knew the reason may be gone, and they lapse."""
    return IdentityRequest.objects.filter(decided_at=None, asked_at__gt=at - WAITS)


def custodian_roles(organisation: UUID, at: datetime) -> frozenset[str]:
    """The role whose holders know every confidential petitioner of an organisation: the custodian's, or while nobody holds that, the
    one that the rulebook lets stand in for it. None where it provides for neither: then nobody knows.
    """
    keeping = _keeping(organisation)
    held = next((role for role in keeping if holders_in(organisation, [role], at)), None)
    return frozenset([held] if held else keeping[:1])


def _keeping(organisation: UUID) -> tuple[str, ...]:
    """The custodian's role and its stand-in's, as far as the rulebook of the organisation has them."""
    custodian = roles_of(organisation).get(CUSTODIAN)
    return tuple(filter(None, (CUSTODIAN, custodian.stand_in))) if custodian else ()


def is_custodian(actor: Actor, organisation: UUID, at: datetime) -> bool:
    """Whether somebody at work keeps the identities of an organisation's petitioners."""
    own = actor.kind == "staff" and actor.organisation == organisation
    return own and bool(actor.roles & custodian_roles(organisation, at))


def keeps_identity(case: Case, actor: Actor, at: datetime) -> bool:
    """Whether ``actor``, who sees the case, keeps who brought it: the organisation's custodian; where the case accuses all of these, who has
    it in custody in their stead, else who stands in for them. Somebody has to know whom to hand a new query code.
    """
    if is_custodian(actor, case.organisation_id, at):
        return True
    custodian = roles_of(case.organisation_id).get(CUSTODIAN)
    if custodian is None or not case.sealed or actor.kind != "staff":
        return False
    rows = list(CaseAccused.objects.filter(case=case).values_list("unit_id", "account_id"))
    units = frozenset(unit for unit, _account in rows if unit is not None)
    # Whom it accuses is not there, nor who belongs or lately belonged to a unit that it accuses.
    barred = {account for _unit, account in rows} | of_units(units, day_of(at))

    def is_there(role: str) -> bool:
        return any(one.id not in barred for one in holders_in(case.organisation_id, (role,), at))

    if is_there(CUSTODIAN):
        return False
    custody = case.units.filter(Q(relation=CUSTODIAN) | Q(relation__endswith=f"/{CUSTODIAN}")).exclude(unit__in=units)
    if custody.exists():
        own = custody.filter(relation__in=custodies(actor)).values_list("unit_id", flat=True)
        return actor.unit in own
    after = next((role for role in (custodian.stand_in, custodian.confirmed_by) if role and is_there(role)), None)
    return actor.organisation == case.organisation_id and after in actor.roles


def is_hidden(case: Case, people: Iterable[Petitioner], actor: Actor, at: datetime) -> bool:
    """Whether who brought a case is kept from ``actor``, who may see the case."""
    if actor.kind != "staff" or not any(person.confidential for person in people):
        return False
    return not keeps_identity(case, actor, at) and not _granted(actor, at, case=case.id)


def findable(actor: Actor, people: Collection[UUID], at: datetime) -> set[UUID]:
    """Those of the petitioners by whose name or numbers ``actor`` may find a case."""
    kept = Petitioner.objects.filter(id__in=people, confidential=True).values_list("id", "organisation_id")
    hidden = {id for id, organisation in kept if not is_custodian(actor, organisation, at)}
    if hidden:
        granted = CaseParty.objects.filter(petitioner_id__in=hidden, case__in=_granted_cases(actor, at))
        hidden -= set(granted.values_list("petitioner_id", flat=True))
    return set(people) - hidden


def _granted_cases(actor: Actor, at: datetime) -> Sequence[UUID]:
    granted = IdentityRequest.objects.filter(asked_by_id=actor.person, granted_until__gt=at)
    return list(granted.values_list("case_id", flat=True))


def _granted(actor: Actor, at: datetime, case: UUID) -> bool:
    return case in _granted_cases(actor, at)


def requests(case: Case, actor: Actor, at: datetime) -> tuple[Asked, ...]:
    """What was asked about a case, the newest first: everything for the custodian, one's own for everybody else."""
    rows = IdentityRequest.objects.filter(case=case).select_related("asked_by").order_by("-asked_at", "-id")
    if not keeps_identity(case, actor, at):
        rows = rows.filter(asked_by_id=actor.person)
    return tuple(
        Asked(
            id=row.id,
            asked_by=row.asked_by,
            reason=_reason(case, row),
            asked_at=row.asked_at,
            decided_at=row.decided_at,
            granted_until=row.granted_until,
            has_lapsed=row.decided_by_id is None and (row.decided_at is not None or row.asked_at <= at - WAITS),
        )
        for row in rows
    )


def asked_about(cases: QuerySet[Case], organisation: UUID, since: datetime) -> QuerySet[IdentityRequest]:
    """The requests made since then that wait, about those of the ``cases`` that are an organisation's."""
    own = cases.filter(pk=OuterRef("case_id"), organisation_id=organisation)
    return IdentityRequest.objects.filter(Exists(own), decided_at=None, asked_at__gt=since)


def waiting(actor: Actor, at: datetime) -> tuple[str, ...]:
    """The numbers of the cases about which the custodian has a request to decide; nothing for anybody else."""
    if actor.roles.isdisjoint(_keeping(actor.organisation)) or not is_custodian(actor, actor.organisation, at):
        return ()
    rows = visible_to(actor).filter(id__in=still_open(at).values("case"))
    return tuple(
        rows.filter(organisation_id=actor.organisation).order_by("number").distinct().values_list("number", flat=True)
    )


def _reason(case: Case, row: IdentityRequest) -> str:
    try:
        return open_sealed(secret_of(case), bytes(row.reason), row.id.bytes).decode()
    except PetitionerErased:
        return ""


def secret_of(case: Case) -> bytes:
    """The key under which a case's requests are sealed. Raises PetitionerErased when there is nobody left to know."""
    return data_key(Petitioner.objects.select_related("key").get(id=case.petitioner_id))
