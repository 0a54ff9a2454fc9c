"""Who puts reports on the work up, who signs them, and who reads which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework.visible import approving_roles, book_of, sees_organisation
from huiyin.insight.models import WorkReport
from huiyin.paging import Order
from huiyin.people.acting import holders_in
from huiyin.people.models import Account
from huiyin.people.once_a_request import organisation_of
from huiyin.procedure.amending.documents import keepers
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load
from huiyin.rules.book.schema import Rulebook

LATEST_FIRST: Final = Order(WorkReport, ("put_up_at", "id"), descending=True)
RETURNED_FOR: Final = timedelta(days=30)
"""For so long a report that came back stays among what waits for who put it up."""


def may_put_up(actor: Actor) -> bool:
    """Whether somebody puts reports up: who sees all matters of their organisation."""
    return sees_organisation(actor)


def may_sign(report: WorkReport, actor: Actor) -> bool:
    """Whether somebody signs or returns a report that waits: who approves documents and sees all of the organisation, and did not put it up."""
    ours = report.organisation_id == actor.organisation
    return ours and report.signed is None and report.put_up_by_id != actor.person and signs_reports(actor)


def may_seal(report: WorkReport, actor: Actor) -> bool:
    """Whether somebody seals a report that was signed: who keeps the seal of the organ whose report it is."""
    ours = report.organisation_id == actor.organisation
    return ours and report.signed is True and report.sealed_at is None and keeps_seal(actor)


def keeps_seal(actor: Actor) -> bool:
    """Whether somebody keeps the seal of their organ."""
    organ = organisation_of(actor.organisation)
    return organ is not None and not actor.roles.isdisjoint(keepers(load(organ.rulebook)))


def signs_reports(actor: Actor) -> bool:
    """Whether somebody signs reports that others put up."""
    book = book_of(actor.organisation)
    return book is not None and not actor.roles.isdisjoint(_signing(book))


def signers_beside(actor: Actor, at: datetime) -> Sequence[Account]:
    """Who signs what ``actor`` puts up."""
    book = book_of(actor.organisation)
    found = holders_in(actor.organisation, _signing(book), at) if book else ()
    return [one for one in found if one.id != actor.person]


def _signing(book: Rulebook) -> frozenset[str]:
    return frozenset(name for name in approving_roles(book) if book.roles[name].sees == "organisation")


def reports_for(actor: Actor) -> QuerySet[WorkReport]:
    """The reports that somebody may read: those of their organisation, if they see all of it, and of those below it what was signed; who keeps
    the seal, what was signed in their organisation.
    """
    rows = WorkReport.objects.select_related(
        "organisation", "put_up_by", "decided_by", "sealed_by", "noted_by", "revised_as", "revises"
    )
    own, below = Q(organisation=actor.organisation), Q(organisation__superior=actor.organisation, signed=True)
    if sees_organisation(actor):
        return rows.filter(own | below).order_by("-put_up_at", "-id")
    return rows.filter(own, signed=True).order_by("-put_up_at", "-id") if keeps_seal(actor) else rows.none()


def unsealed_reports(organisation: UUID) -> QuerySet[WorkReport]:
    """What was signed in an organisation and bears no seal, the oldest first."""
    return WorkReport.objects.filter(organisation=organisation, signed=True, sealed_at=None).order_by("decided_at")


def may_note(report: WorkReport, actor: Actor) -> bool:
    """Whether somebody takes note of a report handed up: who sees all of the organisation above the one whose signed report it is."""
    handed_up = report.signed is True and report.noted_at is None
    return handed_up and report.organisation.superior_id == actor.organisation and sees_organisation(actor)


def handed_up(organisation: UUID) -> QuerySet[WorkReport]:
    """The signed reports of those below an organisation of which it has not taken note."""
    return WorkReport.objects.filter(organisation__superior=organisation, signed=True, noted_at__isnull=True)


def answered_reports(person: UUID, since: datetime) -> QuerySet[WorkReport]:
    """What somebody put up and the organ above commented on at ``since`` or later."""
    return WorkReport.objects.filter(put_up_by=person, noted_at__gte=since).exclude(note="")


def waiting_reports(organisation: UUID, person: UUID) -> QuerySet[WorkReport]:
    """The reports of an organisation that wait for somebody else than who put them up."""
    return WorkReport.objects.filter(organisation=organisation, signed__isnull=True).exclude(put_up_by=person)


def returned_reports(person: UUID, since: datetime) -> QuerySet[WorkReport]:
    """What somebody put up and got back at ``since`` or later, and nobody put up again."""
    lately = WorkReport.objects.filter(put_up_by=person, signed=False, decided_at__gte=since)
    return lately.filter(revised_as__isnull=True)
