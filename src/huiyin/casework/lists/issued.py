"""Papers that went out on a day by being issued: nobody owes a record of their service, and yet they are printed and sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from huiyin.casework.labels import name_of
from huiyin.casework.models import Notice
from huiyin.casework.visible import visible_to
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load

MAX_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class IssuedPaper:
    """A paper that was issued, by the name that the rulebook of its case has for it."""

    notice: Notice
    label: str


def issued_today(actor: Actor, at: datetime) -> Sequence[IssuedPaper]:
    """The papers of the organisation of ``actor`` that were issued on the day of ``at``, on cases that they may see, the latest first;
    without those that some step serves, which are in the lists of service. At most ``MAX_LISTED``.
    """
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    own = Q(issuer=actor.organisation) | Q(issuer=None, organisation=actor.organisation)
    rows = Notice.objects.filter(own, issued_at__gte=day, issued_at__lt=day + timedelta(days=1))
    seen = rows.filter(case__in=visible_to(actor)).select_related("case", "issuer", "organisation")
    found = []
    for notice in seen.order_by("-issued_at", "-id")[:MAX_LISTED]:
        rule = load(notice.case.rulebook).book.procedures[notice.case.procedure].notices.get(notice.kind)
        if rule is None or not rule.served:
            found.append(IssuedPaper(notice, name_of(rule, notice.kind)))
    return found
