"""The shifts that count: of published rotas, where no later one replaced them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from huiyin.rota.models import Rota, Shift


def shifts_in_force(organisation: UUID, first: date, last: date | None = None) -> QuerySet[Shift]:
    """The shifts of an organisation from ``first`` on, until ``last`` (included) where one is given; with who serves and of which rota."""
    found = that_count().filter(organisation=organisation, day__gte=first)
    if last is not None:
        found = found.filter(day__lte=last)
    return found.select_related("account", "post", "rota")


def that_count() -> QuerySet[Shift]:
    """All shifts that count, of whatever organisation and day."""
    return Shift.objects.filter(replaced_by__isnull=True, rota__published_at__isnull=False)


def own_days(rota: Rota, days: Collection[date]) -> set[date]:
    """Those of ``days`` for which a published rota still counts: no later one of its group covers them."""
    later = Rota.objects.filter(
        organisation=rota.organisation_id, group=rota.group, number__gt=rota.number, published_at__isnull=False
    )
    near = list(later.filter(last__gte=rota.first, first__lte=rota.last))
    return {day for day in days if rota.covers(day) and not any(one.covers(day) for one in near)}
