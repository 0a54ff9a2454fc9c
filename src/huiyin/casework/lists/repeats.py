"""Whether a contact may be a repeat: matters of people with exactly the same phone or identity number, or at least the same name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.models import CaseParty
from huiyin.casework.sealed.confidential import findable
from huiyin.casework.visible import visible_to
from huiyin.people import petitioners
from huiyin.people.checks import PetitionerFields
from huiyin.procedure.command import Actor

MAX_REPEATS = 10

SharedDetail = Literal["phone", "id_number", "name"]
NUMBERS: tuple[SharedDetail, ...] = ("phone", "id_number")
KINDS: tuple[SharedDetail, ...] = (*NUMBERS, "name")


@dataclass(frozen=True, slots=True)
class Repeat:
    """A matter that somebody with the same number or name brought; ``same`` says what agrees."""

    view: CaseView
    same: tuple[SharedDetail, ...]


def possible_repeats(actor: Actor, people: Iterable[PetitionerFields], at: datetime) -> tuple[Repeat, ...]:
    """The latest matters that ``actor`` may see and that one of ``people`` may have brought.

    A name counts where no number agrees: many share one.
    """
    people = tuple(people)
    same = _same(actor, people, NUMBERS) or _same(actor, people, ("name",))
    if not same:
        return ()
    open_to_all = findable(actor, same.keys(), at)
    same = {person: kinds for person, kinds in same.items() if person in open_to_all}
    seen = (
        visible_to(actor)
        .filter(parties__petitioner_id__in=same)
        .distinct()
        .order_by("-received_at", "-id")[:MAX_REPEATS]
    )
    views = case_views(seen.select_related("unit"), at)
    by_case: dict[UUID, set[SharedDetail]] = {}
    parties = CaseParty.objects.filter(case__in=[view.case for view in views])
    for case, party in parties.values_list("case_id", "petitioner_id"):
        by_case.setdefault(case, set()).update(same.get(party, ()))
    return tuple(Repeat(view, tuple(kind for kind in KINDS if kind in by_case.get(view.case.id, ()))) for view in views)


def _same(
    actor: Actor, people: Iterable[PetitionerFields], kinds: Iterable[SharedDetail]
) -> dict[UUID, set[SharedDetail]]:
    same: dict[UUID, set[SharedDetail]] = {}
    for person in people:
        for kind in kinds:
            for found in petitioners.find(actor.organisation, kind, getattr(person, kind)):
                same.setdefault(found, set()).add(kind)
    return same
