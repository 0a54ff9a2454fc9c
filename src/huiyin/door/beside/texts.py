"""Free texts as rows to be written beside the events that name them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from huiyin.casework.models import Text
from huiyin.casework.sealed.texts import UnsealedText
from huiyin.sealing.aead import seal


def sealed_texts(
    texts: Iterable[UnsealedText], organisation: UUID, case: UUID, petitioner: UUID, key: bytes
) -> list[Text]:
    """``texts`` as rows to be written, sealed under the ``key`` of ``petitioner``."""
    return [
        Text(
            id=item.ref.id,
            organisation_id=organisation,
            case=case,
            petitioner_id=petitioner,
            sealed=seal(key, item.salt + item.text.encode(), item.ref.id.bytes),
        )
        for item in texts
    ]
