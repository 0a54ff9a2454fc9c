"""From a job to the ways that carry what it tells."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from huiyin.casework.models import Notice
from huiyin.jobs.models import Job
from huiyin.notify import mail
from huiyin.notify.mail import Undeliverable

PETITIONER = "petitioner"


def deliver(job: Job, at: datetime) -> None:
    """Tell of a notice whom it concerns (``huiyin.jobs.kinds.notice``).

    A notice is published on the petitioner's page by being issued. Where the installation sends mail and the petitioner gave an
    address, they are told so; sheets to units and organs wait in those units' worklists.

    Raises:
        Undeliverable: trying again is pointless.
        Exception: whatever the way of telling raised; trying again later may help.
    """
    if job.payload.get("to") != PETITIONER or not settings.HUIYIN_SENDS_MAIL:
        return
    notice = Notice.objects.select_related("case__organisation").filter(id=job.payload["notice"]).first()
    if notice is None:
        raise Undeliverable("the notice does not exist")
    mail.announce(notice, at)


__all__ = ["Undeliverable", "deliver"]
