"""The other cases that a case is about, or that are about it: a first case and its repeats, a matter and its supervision."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from huiyin.casework.case_view import CaseView, case_views
from huiyin.casework.models import Case, CaseLink
from huiyin.casework.visible import visible_to
from huiyin.procedure.command import Actor

MAX_RELATED = 20


def related_to(case: Case, actor: Actor, at: datetime) -> tuple[CaseView, ...]:
    """The latest cases that ``case`` names in a form, and that name it, as far as ``actor`` may see them."""
    links = CaseLink.objects.filter(Q(case=case.id) | Q(to=case.id)).values_list("case_id", "to_id")
    named = {id for link in links for id in link} - {case.id}
    if not named:
        return ()
    seen = visible_to(actor).filter(id__in=named).select_related("unit").order_by("-registered_at", "-id")
    return case_views(seen[:MAX_RELATED], at)
