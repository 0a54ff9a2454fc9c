"""Papers that went out on a day by being issued: nobody owes a record of their service, and yet they are printed and sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from huiyin.casework.labels import name_of
from huiyin.casework.models import Case, Notice
from huiyin.casework.visible import on_visible
from huiyin.procedure.command import Actor
from huiyin.rule_store.store import load
from huiyin.rules.book.schema import NoticeRule

MAX_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class IssuedToday:
    """A document that was issued, by the name that the rulebook of its case has for it."""

    notice: Notice
    label: str


def issued_today(actor: Actor, at: datetime) -> Sequence[IssuedToday]:
    """The documents of the organisation of ``actor`` that were issued on the day of ``at``, on cases that they may see, the latest first;
    without those that some step serves, which are in the lists of service. At most ``MAX_LISTED``.
    """
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    own = Q(issuer=actor.organisation) | Q(issuer=None, organisation=actor.organisation)
    rows = Notice.objects.filter(own, issued_at__gte=day, issued_at__lt=day + timedelta(days=1))
    seen = rows.filter(on_visible(actor)).select_related("case", "issuer", "organisation")
    listed = seen.exclude(_served(seen)).order_by("-issued_at", "-id")[:MAX_LISTED]
    return [IssuedToday(notice, name_of(_rules_of(notice.case).get(notice.kind), notice.kind)) for notice in listed]


def _rules_of(case: Case) -> Mapping[str, NoticeRule]:
    return load(case.rulebook).book.procedures[case.procedure].notices


def _served(notices: QuerySet[Notice]) -> Q:
    """Those of the notices that some step serves, under whichever rulebooks their cases run: told in the query, since a list is cut there."""
    served = Q(pk__in=())
    for rulebook, procedure in notices.order_by().values_list("case__rulebook", "case__procedure").distinct():
        rules = load(rulebook).book.procedures[procedure].notices
        kinds = [kind for kind, rule in rules.items() if rule.served]
        served |= Q(case__rulebook=rulebook, case__procedure=procedure, kind__in=kinds)
    return served
