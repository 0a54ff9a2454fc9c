"""Jobs that follow from sealed cases: how many there are, and when, tells whoever runs the installation of a case that may accuse them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.casework.models import Attachment, Case, Duty, Notice, Submission
from huiyin.jobs import kinds
from huiyin.jobs.models import OPEN, Job
from huiyin.jobs.overview import dead

LOOKED_THROUGH: Final = 1_000
"""Of as many that wait, and as many that were given up, it is found out whether they follow from a sealed case; among more than these, one
more is not seen."""
OF_A_CASE: Final = frozenset(
    {
        kinds.NOTICE,
        kinds.MAIL,
        kinds.STAFF_MAIL,
        kinds.GROUP_CHAT,
        kinds.ARCHIVE,
        kinds.FILE_READING,
        kinds.MAILED_RECEIPT,
    }
)
"""What follows from what was done in one case, and would tell somebody of a case that they may not see."""


def of_sealed_cases() -> QuerySet[Job]:
    """The jobs that follow from a sealed case and were not done: those that wait or run, and those that were given up."""
    about: dict[UUID, set[tuple[str, UUID]]] = {}
    for rows in (Job.objects.filter(OPEN).order_by("due_at", "id"), dead()):
        read = rows.values_list("id", "what", "payload")[:LOOKED_THROUGH]
        about |= {id: set(_named(payload)) for id, what, payload in read if what in OF_A_CASE}
    sealed = _sealed(set().union(*about.values()))
    return Job.objects.filter(id__in=[id for id, named in about.items() if named & sealed])


def _named(payload: dict[str, Any]) -> Iterator[tuple[str, UUID]]:
    """What a job names by which its case is found: the column of its payload, and an id."""
    yield from ((name, UUID(payload[name])) for name in ("notice", "submission", "file", "case") if name in payload)
    yield from (("news", UUID(about)) for _reason, about in payload.get("news", ()))


def _sealed(named: set[tuple[str, UUID]]) -> set[tuple[str, UUID]]:
    of_case = Q(case__sealed=True)
    rows: dict[str, QuerySet[Any]] = {
        "notice": Notice.objects.filter(of_case),
        "submission": Submission.objects.filter(of_case),
        "file": Attachment.objects.filter(of_case),
        "case": Case.objects.filter(sealed=True),
        "news": Duty.objects.filter(of_case),
    }
    found = set[tuple[str, UUID]]()
    for name, kept in rows.items():
        ids = {id for column, id in named if column == name}
        found |= {(name, id) for id in (kept.filter(id__in=ids).values_list("id", flat=True) if ids else ())}
    return found
