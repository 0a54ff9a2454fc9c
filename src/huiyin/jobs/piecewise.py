"""What somebody asked workers to make, piece by piece and in the post in which they asked: begun, gone on with, given up, forgotten.

Each is a row with ``account``, ``post``, ``asked_at``, ``ended_at`` and ``reason``, of whichever package makes it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet

from huiyin.errors import HuiyinError
from huiyin.jobs import queue
from huiyin.jobs.models import Job
from huiyin.jobs.queue import PermanentFailure
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.people.acting import actor_for
from huiyin.procedure.command import Actor

FAILED: Final = "failed"
"""Why it ended that was given up: whoever puts its job back lets it go on where it stood."""
NO_POST: Final = "no_post"
"""Why it ended whose asker acts in the post no more."""

STALE: Final = timedelta(days=1)
"""After so long what no worker has ended makes room for another."""

Asked = TypeVar("Asked", bound=Model)


class Busy(HuiyinError):
    """Raised where an organisation has one made at a time and one is under way."""

    to_do = gettext_noop("请等它结束")


def begin(asked: Model, job: Job) -> None:
    """Keep what is ``asked`` for and queue the ``job`` that makes it, both or neither. Raises Busy."""
    try:
        with transaction.atomic():
            asked.save(force_insert=True)
            queue.enqueue(job)
    except IntegrityError:
        raise Busy(_("本机构已有一次正在进行")) from None


def go_on(rows: QuerySet[Asked], id: object, at: datetime) -> tuple[Asked, Actor] | None:
    """The row ``id`` of ``rows`` and who asked for it; None when there is nothing to do, as it is over, or is now.

    One that was given up is open again, since its job was put back. Raises PermanentFailure where another one is under way meanwhile.
    """
    row: Any = rows.select_related("account").filter(pk=id).first()
    if row is None or (row.ended_at is not None and row.reason != FAILED):
        return None
    actor = actor_for(row.account, at=at, post_id=row.post_id)
    if actor is None:
        rows.filter(pk=id).update(ended_at=at, reason=NO_POST)
        return None
    if row.ended_at is not None:
        _open_again(row)
    return row, actor


def _open_again(row: Any) -> None:
    row.ended_at, row.reason = None, ""
    try:
        with transaction.atomic():
            row.save(update_fields=["ended_at", "reason"])
    except IntegrityError:
        raise PermanentFailure(_("本机构已有一次正在进行")) from None


def give_up(rows: QuerySet[Asked], id: object, at: datetime) -> None:
    """The row ``id`` of ``rows`` failed too often."""
    rows.filter(pk=id, ended_at__isnull=True).update(ended_at=at, reason=FAILED)


def make_room(rows: QuerySet[Asked], key: Callable[[Any], str], at: datetime) -> None:
    """Give up those of ``rows`` that no worker has ended in a day, and withdraw their jobs, each found under the ``key`` of its id."""
    for id in rows.filter(ended_at__isnull=True, asked_at__lt=at - STALE).values_list("pk", flat=True):
        give_up(rows, id, at)
        queue.withdraw(key(id), at)


def forget(rows: QuerySet[Asked]) -> int:
    """Delete ``rows`` with what was made; how many there were."""
    number = rows.count()
    rows.delete()
    return number
