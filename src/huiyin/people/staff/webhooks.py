"""群提醒: the robots of group chats that an organisation has told of news; their addresses are keys to write there, and are sealed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from huiyin.people import administration
from huiyin.people.models import Account, Webhook
from huiyin.sealing.aead import open_sealed, seal
from huiyin.sealing.keyring import derive


@dataclass(frozen=True, slots=True)
class Target:
    """Where a robot is written to; ``secret`` signs what is written (DingTalk 加签), empty where it asks for none."""

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)


def in_use(organisation: UUID) -> QuerySet[Webhook]:
    """Those that are written to, in the order in which they were added."""
    rows = Webhook.objects.filter(organisation_id=organisation, retired_at=None)
    return rows.select_related("unit").order_by("added_at", "id")


def add(new: Webhook, target: Target, by: Account | None, reason: str = "") -> None:
    """Have a group told of news from now on; whoever calls has looked whether the address is one that may be sent to."""
    new.sealed = seal(derive("webhook"), json.dumps([target.url, target.secret]).encode(), new.id.bytes)
    new.looked_at = new.next_at = new.added_at
    new.save(force_insert=True)
    _record("add_webhook", new, new.added_at, by, reason)


def retire(row: Webhook, at: datetime, by: Account | None, reason: str = "") -> None:
    """Tell a group nothing any more."""
    row.retired_at = at
    row.save(update_fields=["retired_at"])
    _record("retire_webhook", row, at, by, reason)


def target_of(row: Webhook) -> Target:
    """Where it is written to. Raises SealBroken where somebody altered it."""
    url, secret = json.loads(open_sealed(derive("webhook"), bytes(row.sealed), row.id.bytes))
    return Target(url, secret)


def _record(change: str, row: Webhook, at: datetime, by: Account | None, reason: str) -> None:
    administration.record_act(
        change, [row], at, None, by=by, organisation=row.organisation_id, subject=row.name, reason=reason
    )
