"""Who may see which case. Every read path starts here; what is not allowed by a line below is not seen."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from huiyin.casework.models import Case, CaseAccused, CaseParty, CaseUnit, Duty
from huiyin.people.models import Organisation
from huiyin.procedure.command import Actor
from huiyin.rules.load import load


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
    related = Q(Exists(CaseUnit.objects.filter(case=OuterRef("pk"), unit_id=actor.unit)))
    if sees_organisation(actor):
        related |= Q(organisation_id=actor.organisation)
    accused = CaseAccused.objects.filter(Q(unit_id__in=actor.within) | Q(account_id=actor.person), case=OuterRef("pk"))
    return Case.objects.filter(related).exclude(Q(sealed=True) & Exists(accused))


def duties_visible_to(actor: Actor) -> QuerySet[Duty]:
    """The duties on cases that ``actor`` may see."""
    return Duty.objects.filter(case__in=visible_to(actor))


def sees_organisation(actor: Actor) -> bool:
    """Whether one of the actor's roles lets them see every case of their organisation (sealed ones that accuse them excepted)."""
    name = Organisation.objects.filter(id=actor.organisation).values_list("rulebook", flat=True).first()
    if name is None:
        return False
    roles = load(name).book.roles
    return any(role in roles and roles[role].sees == "organisation" for role in actor.roles)
