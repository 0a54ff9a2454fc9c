"""Whom a document is to, as it stands on it: in full for whoever serves it, which is put on record; covered for everybody else."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from huiyin.casework.models import Case
from huiyin.casework.received.parties import parties
from huiyin.casework.sealed.confidential import is_hidden
from huiyin.people import petitioners
from huiyin.people.models import Petitioner
from huiyin.procedure.command import Actor


class Addressed(Protocol):
    """A document, issued or not, of which is known whom it is to: the petitioner, a unit or other organs."""

    @property
    def addressee(self) -> str: ...


PURPOSE = "notice"
"""Why somebody read who the petitioners are, in the record of that."""


def covered(document: Addressed, case: Case, actor: Actor, at: datetime) -> str:
    """The addressee, petitioners covered so far that nothing needs to be put on record."""
    if document.addressee != "petitioner":
        return _office(document, case)
    parties = _parties(case)
    if is_hidden(case, parties, actor, at):
        return _("信访人")
    return _names([fields.name for fields in petitioners.recognisable(parties).values()])


def in_full(document: Addressed, case: Case, actor: Actor, at: datetime) -> str:
    """The addressee with the petitioners' names. That ``actor``, who may see the case, read them is put on record.

    Those who were erased are left out; whoever may not know who brought the case reads 信访人.
    """
    if document.addressee != "petitioner":
        return _office(document, case)
    parties = [party for party in _parties(case) if party.key.destroyed_at is None]
    if is_hidden(case, parties, actor, at):
        return _("信访人")
    found = petitioners.read_many(parties, actor, PURPOSE, at, case.id)
    return _names([found[party.id].name for party in parties])


def addressee_of(document: Addressed, case: Case, names: list[str]) -> str:
    """The addressee, where the petitioners have been read already, on record: these are their names."""
    return _names(names) if document.addressee == "petitioner" else _office(document, case)


def _names(names: list[str]) -> str:
    return "、".join(name or _("信访人") for name in names) or _("信访人")


def _office(document: Addressed, case: Case) -> str:
    if document.addressee == "unit":
        return case.unit.name if case.unit is not None else _("承办单位")
    return _("有关机关、单位")


def _parties(case: Case) -> list[Petitioner]:
    # Who only signed is spoken for by the representatives.
    kept = (row.petitioner for row in parties(case.id))
    return [one for one in kept if one.kind != Petitioner.Kind.SIGNER]
