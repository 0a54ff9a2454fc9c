"""Files of a case that nobody of the staff opens, and what whoever has it in custody is to do with them: look through what no worker could, and
hand on to the office in charge of secrets what a worker found marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Attachment, Case
from huiyin.casework.sealed.accused import has_in_custody
from huiyin.casework.sealed.confidential import keeps_identity
from huiyin.jobs.kinds import file_reading_key
from huiyin.jobs.queue import find_all
from huiyin.ledger.chain import read_chain
from huiyin.procedure.command import Actor
from huiyin.procedure.event import FileLookedThrough


@dataclass(frozen=True, slots=True)
class LeftToCustodian:
    """The files of a case that wait for whoever has it in custody: ``unread`` by any worker, and ``marked`` as a state secret by one."""

    unread: frozenset[UUID] = frozenset()
    marked: frozenset[UUID] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.unread or self.marked)

    def without(self, file: UUID) -> LeftToCustodian:
        """The others."""
        return LeftToCustodian(self.unread - {file}, self.marked - {file})


def left_to_custodian(case: UUID) -> LeftToCustodian:
    """What waits for whoever has the case in custody. A marked file of which they have said themselves what becomes of it does not."""
    held = list(Attachment.objects.filter(case_id=case).exclude(reading="").values_list("id", "reading"))
    waiting = {file_reading_key(id): id for id, reading in held if reading == Attachment.FileReading.WAITING}
    given_up = find_all(waiting).filter(dead_at__isnull=False) if waiting else ()
    marked = {id for id, reading in held if reading == Attachment.FileReading.WITHHELD}
    if marked:
        marked -= {
            item.event.file
            for item in read_chain(case, FileLookedThrough)
            if isinstance(item.event, FileLookedThrough) and item.actor.get("kind") != "system"
        }
    return LeftToCustodian(frozenset(waiting[job.key] for job in given_up), frozenset(marked))


def left_to(case: Case, reader: Actor, at: datetime) -> LeftToCustodian:
    """The files with which it is for the ``reader``, who sees the case, to do something: whoever keeps what the others do not know."""
    if not (keeps_identity(case, reader, at) or has_in_custody(case, reader)):
        return LeftToCustodian()
    return left_to_custodian(case.id)


def is_open_to(case: Case, file: Attachment, reader: Actor, at: datetime) -> bool:
    """Whether the ``reader``, who sees a file in the list of its ``case``, may open it: not while nobody has looked it through, but for who is to;
    one that bears the marking of a state secret never.
    """
    waits = file.reading == Attachment.FileReading.WAITING
    return file.reading == "" or (waits and file.id in left_to(case, reader, at).unread)
