"""Standard phrases of an organisation: offered in forms, added and retired on record."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from huiyin.people import administration
from huiyin.people.models import Account, StandardPhrase


def in_use(organisation: UUID) -> QuerySet[StandardPhrase]:
    """Those that are offered now, in their order."""
    return StandardPhrase.objects.filter(organisation_id=organisation, retired_at=None).order_by(
        "field", "added_at", "id"
    )


def add(new: StandardPhrase, by: Account | None, reason: str = "") -> None:
    """Offer a phrase from now on."""
    new.save(force_insert=True)
    _record("add_phrase", new, new.added_at, by, reason)


def retire(row: StandardPhrase, at: datetime, by: Account | None, reason: str = "") -> None:
    """Offer a phrase no longer; what was written with it stays."""
    row.retired_at = at
    row.save(update_fields=["retired_at"])
    _record("retire_phrase", row, at, by, reason)


def _record(change: str, row: StandardPhrase, at: datetime, by: Account | None, reason: str) -> None:
    administration.record_act(
        change, [row], at, None, by=by, organisation=row.organisation_id, subject=row.text[:300], reason=reason
    )
