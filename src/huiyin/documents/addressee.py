"""Whom a document is to, as it stands on it: in full for whoever serves it, which is put on record; covered for everybody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from huiyin.casework.elsewhere import ORGAN
from huiyin.casework.history import Document, History
from huiyin.casework.history.entries import in_words
from huiyin.casework.history.reading import entries_of
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


WRITTEN_TO: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit",),
    "organ": (ORGAN, "asked_organ", "organ_above", "outside_name", "competent_organ"),
}
"""By whom a document is addressed, the fields that name them, as far as it prints them; the first counts."""

SOURCE = "source_organ"
TO_THE_SOURCE = frozenset({"objection_sheet", "source_report"})
"""Documents to the organ from which the matter came."""


def written_to(document: Document, past: History) -> tuple[str, str]:
    """The field that names the unit or organ to which a document is, and what was entered there; empty where none does."""
    printed = {shown.name: shown.value for shown in document.body}
    if document.kind in TO_THE_SOURCE:
        entered = [entries.get(SOURCE) for seq, entries in entries_of(past) if seq <= document.seq]
        value = next((value for value in entered if value is not None), None)
        rule = past.events[-1][1].book.fields.get(SOURCE)
        return SOURCE, in_words(rule, value, past.names) if value is not None else ""
    named = (name for name in WRITTEN_TO.get(document.addressee, ()) if printed.get(name))
    field = next(named, "")
    return field, printed.get(field, "")


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
