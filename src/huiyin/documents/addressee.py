"""Whom a document is to, as it stands on it: in full for whoever serves it, which is put on record; covered for everybody else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

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
from huiyin.procedure.event import ActionTaken


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


@dataclass(frozen=True, slots=True)
class _Earlier:
    """A document to whom an earlier step named in a ``field``, or, where there is none, to whoever took it: its ``action``, empty for any. Where nobody
    took that, the organ so many levels ``above``.
    """

    field: str = ""
    action: str = ""
    above: int = 0


NAMED_EARLIER: Final[Mapping[str, _Earlier]] = {
    "objection_sheet": _Earlier("source_organ"),
    "source_report": _Earlier("source_organ"),
    "review_recalled": _Earlier(ORGAN, "hand_over_review", above=1),
    "rereview_recalled": _Earlier(ORGAN, "hand_over_rereview", above=2),
    "new_matter_report": _Earlier(ORGAN, "hand_over_termination", above=1),
    "study_declined": _Earlier(action="submit_study"),
    "not_held": _Earlier("failed_unit", "raise_failure"),
    "contest_answer": _Earlier(action="contest_measure"),
    "measure_revoked": _Earlier(action="contest_measure"),
}
"""By kind, where the document itself does not name whom it answers or tells."""


def written_to(document: Document, past: History) -> tuple[str, str]:
    """The field that names the unit or organ to which a document is, and what was entered there; empty where none does."""
    if document.kind in NAMED_EARLIER:
        named = NAMED_EARLIER[document.kind]
        return named.field, _named_earlier(named, document, past)
    printed = {shown.name: shown.value for shown in document.body}
    field = next((name for name in WRITTEN_TO.get(document.addressee, ()) if printed.get(name)), "")
    return field, printed.get(field, "")


def _named_earlier(named: _Earlier, document: Document, past: History) -> str:
    events = {item.seq: item.event for item, _rules in past.events if item.seq <= document.seq}
    names = past.names.at(document.issued_at)
    for at, entries in reversed(entries_of(past)):
        event = events.get(at)
        if event is None or (named.action and not (isinstance(event, ActionTaken) and event.action == named.action)):
            continue
        if not named.field:
            return names.units.get(event.unit, "") if isinstance(event, ActionTaken) and event.unit else ""
        value = entries.get(named.field)
        if value is not None:
            return in_words(past.events[-1][1].book.fields.get(named.field), value, names)
    return past.case.organisation.organ_above(named.above).name


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
        return case.unit.name if case.unit is not None else case.organisation.name
    return _("有关机关、单位")


def _parties(case: Case) -> list[Petitioner]:
    # Who only signed is spoken for by the representatives.
    kept = (row.petitioner for row in parties(case.id))
    return [one for one in kept if one.kind != Petitioner.Kind.SIGNER]
