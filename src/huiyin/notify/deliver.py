"""From a job to the ways that carry what it tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from huiyin.casework.models import Notice
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.notify import mail
from huiyin.notify.mail import Undeliverable
from huiyin.people.models import BlindIndex

PETITIONER = "petitioner"


def deliver(job: Job, at: datetime) -> None:
    """Queue a message to each petitioner whom a notice concerns (``huiyin.jobs.kinds.notice``).

    A notice is published on the petitioner's page by being issued. Where the installation sends mail, those who gave an
    address are told so, each by a job of their own, so that one address that fails has nothing sent to the others again;
    sheets to units and organs wait in those units' worklists.

    Raises:
        Undeliverable: trying again is pointless.
    """
    if job.payload.get("to") != PETITIONER or not settings.HUIYIN_SENDS_MAIL:
        return
    notice = _notice(job)
    with transaction.atomic():
        for petitioner in _with_address(notice.case.parties.values_list("petitioner_id", flat=True)):
            queue.enqueue(kinds.mail(job, petitioner, at))


def write_to(job: Job, at: datetime) -> None:
    """Send one petitioner the message that there is a notice (``huiyin.jobs.kinds.mail``).

    Raises:
        Undeliverable: trying again is pointless.
        Exception: whatever the mail server raised; trying again later may help.
    """
    mail.announce(_notice(job), UUID(job.payload["petitioner"]), at)


def _notice(job: Job) -> Notice:
    notice = Notice.objects.select_related("case__organisation").filter(id=job.payload["notice"]).first()
    if notice is None:
        raise Undeliverable("the notice does not exist")
    return notice


def _with_address(petitioners: Iterable[UUID]) -> list[UUID]:
    """Of these the ones who gave a mail address, of several with the same address the first. Nobody's address is read."""
    rows = BlindIndex.objects.filter(petitioner__in=list(petitioners), kind="email").order_by("petitioner_id")
    found: dict[bytes, UUID] = {}
    for digest, petitioner in rows.values_list("digest", "petitioner_id"):
        found.setdefault(bytes(digest), petitioner)
    return list(found.values())


__all__ = ["Undeliverable", "deliver", "write_to"]
