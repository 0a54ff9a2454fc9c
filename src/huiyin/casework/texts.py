"""Free text beside the ledger: sealed under the petitioner's key, bound to the ledger by a salted commitment."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from huiyin.casework.models import Text
from huiyin.people import petitioners
from huiyin.people.ids import new_id
from huiyin.people.models import Petitioner
from huiyin.people.petitioners import PetitionerErasedError
from huiyin.people.sealing import open_sealed, seal
from huiyin.procedure.command import TextRef

SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Loose:
    """A text on its way in: not stored yet, but already named by the command."""

    ref: TextRef
    salt: bytes
    text: str


def loose(text: str, at: datetime) -> Loose:
    """Name ``text`` and commit to it. The salt keeps a short text from being guessed by its commitment."""
    salt = os.urandom(SALT_BYTES)
    return Loose(TextRef(new_id(at), commitment(salt, text), len(text)), salt, text)


def commitment(salt: bytes, text: str) -> str:
    """The hex SHA-256 of salt and text (UTF-8)."""
    return sha256(salt + text.encode()).hexdigest()


def store(texts: Iterable[Loose], organisation: UUID, case: UUID, petitioner: Petitioner) -> None:
    """Seal and keep ``texts`` in one INSERT. ``petitioner`` should come with its key."""
    key = petitioners.data_key(petitioner)
    Text.objects.bulk_create(
        Text(
            id=item.ref.id,
            organisation_id=organisation,
            case=case,
            petitioner=petitioner,
            sealed=seal(key, item.salt + item.text.encode(), item.ref.id.bytes),
        )
        for item in texts
    )


def read(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The texts with these ids. What was erased, or never was, is missing. The caller has checked who may read."""
    rows = Text.objects.filter(id__in=set(ids)).select_related("petitioner__key")
    found = {}
    keys: dict[UUID, bytes] = {}
    for row in rows:
        try:
            if row.petitioner_id not in keys:
                keys[row.petitioner_id] = petitioners.data_key(row.petitioner)
        except PetitionerErasedError:
            continue
        found[row.id] = open_sealed(keys[row.petitioner_id], bytes(row.sealed), row.id.bytes)[SALT_BYTES:].decode()
    return found


def is_bound(ref: TextRef) -> bool | None:
    """Whether the stored text is the one that the ledger names; None when it was erased."""
    row = Text.objects.filter(id=ref.id).select_related("petitioner__key").first()
    if row is None:
        return False
    try:
        plain = open_sealed(petitioners.data_key(row.petitioner), bytes(row.sealed), row.id.bytes)
    except PetitionerErasedError:
        return None
    return commitment(plain[:SALT_BYTES], plain[SALT_BYTES:].decode()) == ref.commitment
