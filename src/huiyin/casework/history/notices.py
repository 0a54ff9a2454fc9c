"""The notices issued on a case, each with the document by which it was corrected."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from huiyin.casework.models import Case, DocumentRecord, Notice
from huiyin.rows import Prepared


def _issued(case: UUID, addressees: tuple[str, ...]) -> QuerySet[Notice]:
    corrected = DocumentRecord.objects.filter(case=OuterRef("case_id"), replaces=OuterRef("id"), status="issued")
    issued = Notice.objects.filter(case_id=case, addressee__in=addressees).order_by("issued_at", "id")
    return issued.annotate(replaced_by=Subquery(corrected.values("id")[:1]))


_notices: Final = Prepared(_issued)


def notices_of(case: Case, addressees: Collection[str]) -> list[Notice]:
    """Those to ``addressees``, oldest first; ``replaced_by`` is the id of the correction that was issued. The caller has checked who may see the case."""
    found = _notices.all(case.id, tuple(dict.fromkeys(addressees)))
    for notice in found:
        notice.case = case
    return found
