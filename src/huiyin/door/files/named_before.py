"""Whoever comes in under a name that a petitioner wrote, in a text or a file, when nobody here bore it is kept from what was written."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework.models import Attachment
from huiyin.door.consequences.named_before import look_through_texts, reach_of
from huiyin.door.consequences.namesakes import ask, names_of, worked_there
from huiyin.door.files.reading import people_named_in
from huiyin.jobs.models import Job
from huiyin.jobs.queue import Progress
from huiyin.people.models import Account

FILES_A_PIECE: Final = 20
"""So many are read at a time: each may take a worker a minute."""
_NO_WORDS: Final = reduce(or_, (Q(type__startswith=kind) for kind in ("image/", "audio/", "video/")))


def look_through(job: Job, at: datetime) -> Progress | None:
    """Keep somebody from every case in reach of their posts of which a text, or a file of one that goes on, names them (``kinds.named_before``).
    Files are read in pieces; None when that was the last one.
    """
    account = Account.objects.filter(id=UUID(job.payload["account"])).first()
    if account is None:
        return None
    if "after" not in job.payload:
        look_through_texts(account, at, is_renamed=job.payload["renamed"])
    piece = list(_files(job, account)[:FILES_A_PIECE])
    for row in piece:
        is_new = job.payload["renamed"] or not worked_there(account.id, row.case)
        if is_new and account.id in people_named_in(row, names_of(account), at):
            ask(row.case_id, account.id, at, alone=True)
    if len(piece) < FILES_A_PIECE:
        return None
    Job.objects.filter(id=job.id).update(payload={**job.payload, "after": piece[-1].id.hex})
    return Progress(job.progress + len(piece), max(job.total, job.progress + len(piece) + 1))


def _files(job: Job, account: Account) -> QuerySet[Attachment]:
    """Those that are left of the files that were looked through, of cases in reach that go on: no index has their words, so that each is read."""
    rows = Attachment.objects.filter(case__ended_at=None, case__organisation__in=reach_of(account), reading="")
    if since := job.payload.get("since"):
        rows = rows.filter(added_at__gte=datetime.fromisoformat(since))
    if after := job.payload.get("after"):
        rows = rows.filter(id__gt=UUID(after))
    return rows.exclude(_NO_WORDS).select_related("petitioner__key", "case").order_by("id")
