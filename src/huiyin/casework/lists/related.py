"""The other cases that a case is about, or that are about it: a first case and its repeats, a matter and its supervision; and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.duty_news import chains_of
from huiyin.casework.history import History
from huiyin.casework.labels import name_of
from huiyin.casework.models import Case, CaseLink
from huiyin.casework.visible import visible_to
from huiyin.ledger.chain import Recorded
from huiyin.procedure.command import Actor, ids_in
from huiyin.procedure.event import ActionTaken
from huiyin.rows import Prepared
from huiyin.rule_store.store import load

MAX_RELATED = 20


@dataclass(frozen=True, slots=True)
class RelatedCase:
    """Another case, and by which step (in words) the two came together and when; ``names_us``: the step was taken on that one."""

    view: CaseView
    step: str
    at: datetime | None
    names_us: bool


_links: Final = Prepared(
    lambda one, other: CaseLink.objects.filter(Q(case_id=one) | Q(to_id=other)).values_list("case_id", "to_id")
)


def related_to(past: History, actor: Actor, at: datetime) -> tuple[RelatedCase, ...]:
    """The latest cases that the case of ``past`` names in a form, and that name it, as far as ``actor`` may see them."""
    case = past.case
    links = _links.all(case.id, case.id) if getattr(case, "is_linked", True) else []
    near = {id for link in links for id in link} - {case.id}
    if not near:
        return ()
    seen = visible_to(actor).filter(id__in=near).select_related("unit").order_by("-registered_at", "-id")
    views = case_views(seen[:MAX_RELATED], at)
    named = _naming(case, (item for item, _rules in past.events), {view.case.id for view in views})
    chains = chains_of({view.case.id for view in views} - named.keys())
    return tuple(_related(view, case, named, chains.get(view.case.id, ())) for view in views)


def _related(view: CaseView, case: Case, named: Mapping[UUID, Recorded], chain: Iterable[Recorded]) -> RelatedCase:
    own = named.get(view.case.id)
    if own is not None:
        return RelatedCase(view, _step(case, own), own.at, False)
    theirs = _naming(view.case, chain, {case.id}).get(case.id)
    return RelatedCase(view, _step(view.case, theirs) if theirs else "", theirs.at if theirs else None, True)


def _naming(case: Case, chain: Iterable[Recorded], others: Iterable[UUID]) -> dict[UUID, Recorded]:
    """The step of ``case`` that first named each of the ``others``."""
    sought, found = set(others), dict[UUID, Recorded]()
    for item in chain if sought else ():
        if isinstance(item.event, ActionTaken):
            for value in item.event.fields.values():
                for id in sought.intersection(ids_in(value)):
                    found.setdefault(id, item)
    return found


def _step(case: Case, item: Recorded) -> str:
    assert isinstance(item.event, ActionTaken)
    action = item.event.action
    return name_of(load(case.rulebook).book.procedures[case.procedure].actions.get(action), action)
