"""Petitioners kept without a case, for tests about their data alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from huiyin.people.checks import PetitionerFields
from huiyin.people.ids import new_id
from huiyin.people.models import BlindIndex, DataKey, Petitioner
from huiyin.people.petitioners import sealed


def keep(organisation: UUID, fields: PetitionerFields, at: datetime, id: UUID | None = None) -> Petitioner:
    """One petitioner, sealed under a key of their own."""
    return keep_many(organisation, [(id or new_id(at), fields)], at)[0]


def keep_many(organisation: UUID, entries: Sequence[tuple[UUID, PetitionerFields]], at: datetime) -> list[Petitioner]:
    """Many petitioners; all or none."""
    keys, petitioners, indexes = sealed(organisation, entries, at)
    with transaction.atomic(savepoint=False):
        DataKey.objects.bulk_create(keys)
        Petitioner.objects.bulk_create(petitioners)
        BlindIndex.objects.bulk_create(indexes)
    return petitioners
