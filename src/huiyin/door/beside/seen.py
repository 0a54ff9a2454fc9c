"""What somebody has read of a case: from there on its news are counted (``casework.duty_news``)."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from huiyin.casework.models import Case, SeenCase
from huiyin.procedure.command import Actor


def note_seen(case: Case, reader: Actor) -> None:
    """Remember that the reader has read everything that happened on the case so far."""
    SeenCase.objects.update_or_create(account_id=cast(UUID, reader.person), case=case, defaults={"seq": case.seq})
