"""Who may see which case. Every read path starts here; what is not allowed by a line below is not seen."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.casework.models import Case, CaseAccused, CaseParty, CaseUnit, Duty
from huiyin.people.models import Organisation
from huiyin.procedure.command import Actor
from huiyin.rows import Prepared
from huiyin.rule_store.store import load


def visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases that ``actor`` may see.

    A petitioner sees their own. Staff see the cases with which their unit has to do; a role that ``sees: organisation`` in the
    rulebook sees all of its organisation. Nobody sees a case that accuses them, their unit, or a unit above it
    (Regulation Art. 30(3)).
    """
    if actor.kind == "petitioner" and actor.person is not None:
        return Case.objects.filter(Exists(CaseParty.objects.filter(case=OuterRef("pk"), petitioner_id=actor.person)))
    if actor.kind != "staff" or actor.unit is None:
        return Case.objects.none()
    return _seen_by_staff(
        actor.unit, actor.person, actor.within, actor.organisation if sees_organisation(actor) else None
    )


def _seen_by_staff(
    unit: UUID, person: UUID | None, within: Collection[UUID], organisation: UUID | None
) -> QuerySet[Case]:
    """What a unit has to do with, or ``organisation`` as a whole unless it is None."""
    related = Q(Exists(CaseUnit.objects.filter(case=OuterRef("pk"), unit_id=unit)))
    if organisation is not None:
        related |= Q(organisation_id=organisation)
    accused = CaseAccused.objects.filter(Q(unit_id__in=within) | Q(account_id=person), case=OuterRef("pk"))
    return Case.objects.filter(related).exclude(Q(sealed=True) & Exists(accused))


_all_by_number = Prepared(
    lambda no, unit, person, within, organisation: (
        _seen_by_staff(unit, person, within, organisation).filter(no=no).values_list("id")
    )
)
_related_by_number = Prepared(
    lambda no, unit, person, within: _seen_by_staff(unit, person, within, None).filter(no=no).values_list("id")
)


def visible_by_number(actor: Actor, no: str) -> UUID | None:
    """The id of the case with this number among those of ``visible_to``: what is asked before every action."""
    if actor.kind != "staff" or actor.unit is None or actor.person is None:
        return visible_to(actor).filter(no=no).values_list("id", flat=True).first()
    who = (no, actor.unit, actor.person, tuple(actor.within))
    found = (
        _all_by_number.first(*who, actor.organisation) if sees_organisation(actor) else _related_by_number.first(*who)
    )
    return found[0] if found is not None else None


def duties_visible_to(actor: Actor) -> QuerySet[Duty]:
    """The duties on cases that ``actor`` may see."""
    return Duty.objects.filter(case__in=visible_to(actor))


_rulebook = Prepared(lambda organisation: Organisation.objects.filter(id=organisation).values_list("rulebook"))


def sees_organisation(actor: Actor) -> bool:
    """Whether one of the actor's roles lets them see every case of their organisation (sealed ones that accuse them excepted)."""
    found = _rulebook.first(actor.organisation)
    if found is None:
        return False
    roles = load(found[0]).book.roles
    return any(role in roles and roles[role].sees == "organisation" for role in actor.roles)
