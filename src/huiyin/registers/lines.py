"""The lines of a register: what its columns need is read for a whole page at once, and nothing that no column shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.case_view import CaseView
from huiyin.casework.labels import name_of
from huiyin.casework.lists.cases import cases
from huiyin.casework.models import Case, CaseParty, Submission
from huiyin.casework.sealed import texts
from huiyin.casework.sealed.confidential import is_hidden
from huiyin.casework.vocabulary import SEVERITY_FACT
from huiyin.paging import Page
from huiyin.people import petitioners
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import Organisation, Petitioner
from huiyin.procedure.command import Actor
from huiyin.registers.columns import COLUMNS, RegisterLine, hidden
from huiyin.registers.query import RegisterQuery
from huiyin.rule_store.store import load

MAX_NAMED: Final = 3
MAX_EXCERPT_CHARS: Final = 60


def register_lines(
    actor: Actor, query: RegisterQuery, at: datetime, after: str = "", size: int = 25
) -> Page[RegisterLine]:
    """A page of a register, from what ``actor`` may see; people are covered, so that nothing needs to be put on record."""
    page = cases(actor, query.filters, at, after, size, query.sort)
    needs = {COLUMNS[name].needs for name in query.columns}
    found = [view.case for view in page.items]
    people = _people(found, actor, at) if "people" in needs else {}
    excerpts = _excerpts(found) if "text" in needs else {}
    organs = _organs(found) if "organ" in needs else {}
    lines = []
    for view in page.items:
        names, address = people.get(view.case.id, ("", ""))
        excerpt, organ = excerpts.get(view.case.id, ""), organs.get(view.case.organisation_id, "")
        lines.append(
            RegisterLine(
                view, names, address, excerpt, _severity(view), organ, _age(view.case, at), _left(view.case, at)
            )
        )
    return Page(tuple(lines), page.next)


def _people(found: Sequence[Case], actor: Actor, at: datetime) -> Mapping[UUID, tuple[str, str]]:
    """Names and address by case, covered; of who is known to the custodian alone only that it is so."""
    parties: dict[UUID, list[Petitioner]] = defaultdict(list)
    rows = CaseParty.objects.filter(case__in=[case.id for case in found]).order_by("position")
    for row in rows.select_related("petitioner__key"):
        parties[row.case_id].append(row.petitioner)
    shown: dict[UUID, tuple[str, str]] = {}
    for case in found:
        if is_hidden(case, parties[case.id], actor, at):
            shown[case.id] = hidden(), ""
            continue
        known = petitioners.recognisable(parties[case.id])
        shown[case.id] = _named([known[one.id] for one in parties[case.id] if one.id in known])
    return shown


def _named(people: Collection[PetitionerFields]) -> tuple[str, str]:
    names = [person.name or _("匿名") for person in people]
    names_in_words = "、".join(names[:MAX_NAMED])
    if len(names) > MAX_NAMED:
        names_in_words = _("%(names)s等 %(n)d 人") % {"names": names_in_words, "n": len(names)}
    return names_in_words, next((person.address for person in people if person.address), "")


def _excerpts(found: Sequence[Case]) -> Mapping[UUID, str]:
    contacts = Submission.objects.filter(case__in=[case.id for case in found]).order_by("-seq")
    first = {contact.case_id: contact.text for contact in contacts}
    plain = texts.read_texts(first.values())
    excerpts = {case: " ".join(plain[text].split()) for case, text in first.items() if text in plain}
    return {
        case: text if len(text) <= MAX_EXCERPT_CHARS else text[:MAX_EXCERPT_CHARS] + "…"
        for case, text in excerpts.items()
    }


def _organs(found: Sequence[Case]) -> Mapping[UUID, str]:
    ids = {case.organisation_id for case in found}
    return dict(Organisation.objects.filter(id__in=ids).values_list("id", "name"))


def _severity(view: CaseView) -> str:
    fact = load(view.case.rulebook).book.facts.get(SEVERITY_FACT)
    return name_of(fact.values.get(view.severity), view.severity) if fact and view.severity else ""


def _age(case: Case, at: datetime) -> int:
    """Days since it came in, until it ended."""
    return max(0, (timezone.localdate(case.ended_at or at) - timezone.localdate(case.received_at)).days)


def _left(case: Case, at: datetime) -> int | None:
    """Days until the next thing is due; negative when that is late."""
    return (timezone.localdate(case.due_at) - timezone.localdate(at)).days if case.due_at else None
