"""Case numbers as a register keeps them, and digests by which a retry is recognised."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import connection, models
from django.utils import timezone

from huiyin.casework.models import Case, Counter
from huiyin.casework.vocabulary import Waiting
from huiyin.people.ids import new_id
from huiyin.people.keyring import derive
from huiyin.people.models import Organisation

TAKE = (
    "INSERT INTO casework_counter (id, organisation_id, day, last) VALUES (%s, %s, %s, 1) "
    "ON CONFLICT (organisation_id, day) DO UPDATE SET last = casework_counter.last + 1 RETURNING last"
)


def next_number(organisation: Organisation, at: datetime) -> str:
    """The next number of the day, e.g. LJ-20260302-0007.

    Writers of one organisation queue for the counter's row until they commit, so it is taken late in the transaction.
    """
    day = timezone.localdate(at)
    id_field = Counter._meta.pk
    prepared = [id_field.get_db_prep_value(value, connection) for value in (new_id(at), organisation.id)]
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [*prepared, day])
        (last,) = cursor.fetchone()
    return _number(organisation, day, last)


def _number(organisation: Organisation, day: date, n: int) -> str:
    return f"{organisation.code.upper()}-{day:%Y%m%d}-{n:04d}"


def missing() -> Iterator[str]:
    """Numbers that were given out although no case bears them: numbers are taken without gaps, so these cases are gone."""
    for counter in Counter.objects.select_related("organisation").order_by("organisation__code", "day").iterator():
        given = [_number(counter.organisation, counter.day, n) for n in range(1, counter.last + 1)]
        taken = set(Case.objects.filter(number__in=given).values_list("number", flat=True))
        yield from (number for number in given if number not in taken)


def digest(value: object) -> str:
    """A hex HMAC-SHA256 that is equal for equal content: how a retried request is told from another one.

    Keyed, because it outlives the petitioner's data: nobody shall find out by guessing what was said. A field of a dataclass that
    had another name when requests were first answered says so (``field(metadata={"digested_as": "..."})``), so that a retry is
    recognised across an upgrade.
    """
    return hmac.digest(derive("answers"), json.dumps(_plain(value), sort_keys=True).encode(), sha256).hex()


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value.pk)
    if is_dataclass(value):
        return {
            item.metadata.get("digested_as", item.name): _plain(getattr(value, item.name)) for item in fields(value)
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, bytes | Waiting):
        return sha256(value if isinstance(value, bytes) else value.read()).hexdigest()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(map(str, value))
    return value if isinstance(value, str | int | bool | None) else str(value)
