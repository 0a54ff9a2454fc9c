"""From a message of the outbox to the channels that carry it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from huiyin.casework.models import Notice
from huiyin.notify import mail
from huiyin.notify.mail import Undeliverable
from huiyin.outbox.models import Message

NOTICE, PETITIONER = "notice", "petitioner"


def deliver(message: Message, at: datetime) -> None:
    """Carry ``message`` to whom it concerns.

    A notice is published on the petitioner's page by being issued. Where the installation sends mail and the petitioner gave an
    address, they are told so; sheets to units and organs wait in those units' worklists.

    Raises:
        Undeliverable: trying again is pointless.
        Exception: whatever the channel raised; trying again later may help.
    """
    if message.kind != NOTICE:
        raise Undeliverable(f"no channel carries messages of kind {message.kind}")
    if message.payload.get("to") != PETITIONER or not settings.HUIYIN_SENDS_MAIL:
        return
    notice = Notice.objects.select_related("case__organisation").filter(id=message.payload["notice"]).first()
    if notice is None:
        raise Undeliverable("the notice does not exist")
    mail.announce(notice, at)


__all__ = ["Undeliverable", "deliver"]
