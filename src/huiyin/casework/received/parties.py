"""In whose name a case stands: its petitioners, in the order in which they were named."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from huiyin.casework.models import CaseParty
from huiyin.rows import Prepared

_parties: Final = Prepared(
    lambda case: CaseParty.objects.filter(case_id=case).select_related("petitioner__key").order_by("position")
)


def parties(case: UUID) -> list[CaseParty]:
    """The parties of a case that the reader may see, each with the petitioner and the key under which they are sealed."""
    return _parties.all(case)
