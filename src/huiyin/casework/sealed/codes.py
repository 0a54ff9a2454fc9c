"""New query codes for whoever lost theirs or never got one: how many were given out, by whom, and who had one in their hands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_noop

from huiyin.casework.models import CodeIssue, Submission
from huiyin.rows import Prepared

PROOFS: Final[Mapping[str, str]] = {
    "id-card": gettext_noop("居民身份证"),
    "other-card": gettext_noop("护照等其他身份证件"),
    "mandate": gettext_noop("委托书和双方身份证件"),
    "organisation": gettext_noop("单位证明和经办人身份证件"),
}
"""By what somebody shows that the contact is theirs. What stands on it is written down nowhere."""


_issued: Final = Prepared(
    lambda submissions: (
        CodeIssue.objects.filter(submission_id__in=submissions).select_related("issued_by").order_by("number")
    )
)


def current(submission: Submission) -> int:
    """How many new codes were given out for ``submission``: the number of the one that opens it."""
    return len(_issued.all((submission.id,)))


def issues(submissions: Iterable[Submission]) -> dict[UUID, list[CodeIssue]]:
    """The codes that were given out anew for each contact, by its id, the oldest first, with who did it."""
    found: dict[UUID, list[CodeIssue]] = {}
    asked = tuple(one.id for one in submissions)
    for row in _issued.all(asked) if asked else ():
        found.setdefault(row.submission_id, []).append(row)
    return found


def seen_since(submissions: Iterable[Submission], given: Mapping[UUID, Sequence[CodeIssue]]) -> dict[UUID, datetime]:
    """Since when a query code of each petitioner was in the hands of staff; those who alone know theirs are left out.

    ``given`` are the codes that were given out anew (``issues``).
    """
    found: dict[UUID, datetime] = {}
    for one in submissions:
        since = [issue.issued_at for issue in given.get(one.id, ())]
        if one.taken_in_by_id is not None:
            since.append(one.registered_at)
        if since:
            earliest = min(since)
            found[one.petitioner_id] = min(earliest, found.get(one.petitioner_id, earliest))
    return found


def gave_out(case_id: UUID, person: UUID) -> bool:
    """Whether ``person`` had a query code of the case in their hands."""
    return (
        CodeIssue.objects.filter(submission__case=case_id, issued_by=person).exists()
        or Submission.objects.filter(case=case_id, taken_in_by=person).exists()
    )
