"""What somebody decides of a message that was put aside: to take it in all the same, or that it is no petition."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from huiyin.channels.mailbox.account import mailboxes
from huiyin.channels.models import ArrivedMail
from huiyin.jobs import kinds, queue
from huiyin.people import administration
from huiyin.people.models import Account

BEYOND: Final = frozenset({"unreadable", "tangled", "too-big", "gone"})
"""Why a message cannot be taken in, whatever somebody says."""


def put_aside(organisation: UUID) -> QuerySet[ArrivedMail]:
    """The messages of an organisation that wait for a person, the oldest first."""
    rows = ArrivedMail.objects.filter(organisation=organisation, fate=ArrivedMail.MailFate.ASIDE)
    return rows.order_by("arrived_at", "id")


def want(organisation: UUID, id: UUID, by: Account, at: datetime) -> bool:
    """Have a message taken in when its mailbox is read next, which is at once; whether it still waits for somebody's word.

    What cannot be kept of it (a file of a kind that is not taken) is left out, and its text says so.
    """
    with transaction.atomic():
        row = _waiting(organisation, id)
        if row is None or row.wanted_by_id is not None or row.reason in BEYOND:
            return False
        row.wanted_by = by
        row.save(update_fields=["wanted_by"])
        _put_on_record("want_mail", row, by, at)
        if row.mailbox in {mailbox.label for mailbox in mailboxes()}:
            queue.enqueue_again(kinds.mailbox(row.mailbox, at))
    return True


def leave(organisation: UUID, id: UUID, by: Account, at: datetime) -> bool:
    """Note that a message is no petition, or was registered by hand; it stays in the mailbox. Whether it still waited."""
    with transaction.atomic():
        row = _waiting(organisation, id)
        if row is None:
            return False
        row.fate, row.settled_by, row.settled_at, row.wanted_by = ArrivedMail.MailFate.LEFT, by, at, None
        row.save(update_fields=["fate", "settled_by", "settled_at", "wanted_by"])
        _put_on_record("leave_mail", row, by, at)
    return True


def _waiting(organisation: UUID, id: UUID) -> ArrivedMail | None:
    return put_aside(organisation).select_for_update().filter(id=id).first()


def _put_on_record(change: str, row: ArrivedMail, by: Account, at: datetime) -> None:
    administration.record_act(
        change, [], at, None, by=by, organisation=row.organisation_id, subject=f"{row.arrived_at:%Y-%m-%d %H:%M:%SZ}"
    )
