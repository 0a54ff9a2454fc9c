"""Reading a mailbox: what is new in it is taken in or put aside, piece by piece, and how that went is noted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import DatabaseError, IntegrityError
from django.db.models import Max

from huiyin.channels.mailbox import taking_in
from huiyin.channels.mailbox.account import Mailbox, NobodysMailbox, mailboxes
from huiyin.channels.mailbox.server import Folder, Lying, MailboxUnreachable, opened
from huiyin.channels.mailbox.taking_in import MAX_MESSAGE_BYTES, FoundMail
from huiyin.channels.models import ArrivedMail, MailboxState
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.jobs.queue import PermanentFailure, Progress
from huiyin.language import gettext as _
from huiyin.people.models import Organisation

AT_ONCE: Final = 10
"""So many messages a worker takes in before others have their turn."""
EVERY: Final = timedelta(minutes=2)
HOUR: Final = timedelta(hours=1)

journal = structlog.get_logger("huiyin.mailbox")


@dataclass(slots=True)
class Reading:
    """How reading a mailbox went: ``fates`` counts what became of messages, ``left`` are still to be looked at, ``fault`` is what failed.

    ``held``: what is left waits until fewer messages were taken in within an hour (``HUIYIN_MAIL_PER_MAILBOX``).
    """

    mailbox: str
    fates: Counter[str] = field(default_factory=Counter)
    left: int = 0
    fault: str = ""
    held: bool = False


def ask(at: datetime) -> int:
    """Queue a job for each mailbox: the chore of a worker."""
    for mailbox in mailboxes():
        queue.enqueue_again(kinds.mailbox(mailbox.label, at))
    return 0


def carry_on(job: Job, at: datetime) -> Progress | None:
    """Read some messages of a mailbox (``huiyin.jobs.kinds.mailbox``). One that cannot be reached is tried again with the next job."""
    named = {mailbox.label: mailbox for mailbox in mailboxes()}
    found = named.get(job.payload["mailbox"])
    if found is None:
        raise PermanentFailure(_("HUIYIN_MAILBOX_URLS 中已没有这个邮箱"))
    reading = read_mailbox(found, at)
    if reading.fault:
        journal.warning("mailbox not read", mailbox=found.label, fault=reading.fault)
    if reading.held:
        journal.warning("mailbox held back", mailbox=found.label, left=reading.left)
    done = sum(reading.fates.values())
    goes_on = reading.left and not reading.fault and not reading.held
    return Progress(done, done + reading.left) if goes_on else None


def read_mailbox(mailbox: Mailbox, at: datetime, most: int = AT_ONCE) -> Reading:
    """Take in what is new in a mailbox, ``most`` messages; what went wrong is in the answer and in ``MailboxState``."""
    reading = Reading(mailbox.label)
    try:
        organisation = mailbox.owner()
    except NobodysMailbox:
        reading.fault = "nobodys"
        return reading
    try:
        with opened(mailbox) as folder:
            _take_wanted(mailbox, organisation, folder, at, reading)
            _take_new(mailbox, organisation, folder, at, most, reading)
    except MailboxUnreachable as failure:
        reading.fault = failure.fault
    _note(mailbox, organisation, at, reading)
    return reading


def _take_new(
    mailbox: Mailbox, organisation: Organisation, folder: Folder, at: datetime, most: int, reading: Reading
) -> None:
    rows = ArrivedMail.objects.filter(mailbox=mailbox.label, uid_validity=folder.uid_validity)
    last = rows.aggregate(last=Max("uid"))["last"] or 0
    fresh = folder.after(last, mailbox.since)
    reading.left = len(fresh)
    room = _room(mailbox, at)
    for lying in fresh[:most]:
        if reading.fates[ArrivedMail.MailFate.TAKEN] >= room:
            reading.held = True
            break
        reading.left -= 1
        row = ArrivedMail(
            organisation=organisation,
            mailbox=mailbox.label,
            uid_validity=folder.uid_validity,
            uid=lying.uid,
            size=lying.size,
            arrived_at=lying.arrived_at,
            found_at=at,
        )
        _take(FoundMail(organisation, row, at), folder, lying, reading)
        if row.reason == "tangled":
            break  # it may have taken long: others have their turn


def _room(mailbox: Mailbox, at: datetime) -> float:
    """How many messages may still be taken in: each costs somebody's day, and is answered to an address that anybody can have written."""
    most = settings.HUIYIN_MAIL_PER_MAILBOX
    if not most:
        return float("inf")
    rows = ArrivedMail.objects.filter(mailbox=mailbox.label, fate=ArrivedMail.MailFate.TAKEN, found_at__gt=at - HOUR)
    return float(most - rows.count())


def _take_wanted(mailbox: Mailbox, organisation: Organisation, folder: Folder, at: datetime, reading: Reading) -> None:
    for row in taking_in.asked_for(organisation.id):
        if row.mailbox != mailbox.label or row.uid_validity != folder.uid_validity:
            continue
        found = FoundMail(organisation, row, at)
        lying = folder.lying(row.uid)
        if lying is None:
            row.wanted_by = None
            found.put_aside("gone")
            continue
        _take(found, folder, lying, reading, forced=True)


def _take(found: FoundMail, folder: Folder, lying: Lying, reading: Reading, forced: bool = False) -> None:
    try:
        if lying.size > MAX_MESSAGE_BYTES:
            found.row.wanted_by = None
            found.put_aside("too-big")
        else:
            content = folder.content(lying.uid)
            if content is None:
                return  # taken away since it was listed
            found.note()
            taking_in.take(found, content, forced)
    except IntegrityError:
        if not taking_in.was_taken_meanwhile(found.row):
            raise
        found.find_again(forced)
        return  # another worker was first, and its row stands
    except (OSError, DatabaseError):
        found.find_again(forced)  # when disk or database are there
        raise
    except Exception:
        # Whatever else it is would come again with each reading, and nothing behind this message would ever come in.
        journal.exception("message not taken in", mailbox=found.row.mailbox)
        found.row.wanted_by = None
        found.put_aside("failed")
    if found.row.fate == ArrivedMail.MailFate.ASIDE and forced and found.row.wanted_by is not None:
        # Refused all the same: whoever asked is told why, and it is not tried for ever.
        ArrivedMail.objects.filter(id=found.row.id).update(wanted_by=None)
    if found.row.fate == ArrivedMail.MailFate.TAKEN:
        folder.mark_taken(lying.uid)
    reading.fates[found.row.fate] += 1


def _note(mailbox: Mailbox, organisation: Organisation, at: datetime, reading: Reading) -> None:
    fault = reading.fault or ("many" if reading.held else "")
    changed = {"organisation": organisation, "tried_at": at, "fault": fault}
    if not reading.fault:
        changed["read_at"] = at
    MailboxState.objects.update_or_create(mailbox=mailbox.label, defaults=changed)
