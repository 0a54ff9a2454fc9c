"""What a command with an idempotency key was answered: found by whoever asked, for as long as a retry may come.

A key is somebody's: the account's, the petitioner's, or of a stranger, whose key must therefore be unguessable. It is kept as a keyed
hash alone. Keys of our own (rows of tables that are brought in, timers) tell what was done already for good.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from huiyin.casework.models import Case, StoredAnswer, Submission
from huiyin.door.outcome import KeyReused
from huiyin.people.ids import new_id
from huiyin.people.keyring import keyed_hash
from huiyin.procedure.command import Actor
from huiyin.rows import Prepared

KEPT_FOR: Final = timedelta(hours=24)
OUR_OWN: Final = ("import:", "timer:")

_answers = Prepared(lambda organisation, key: StoredAnswer.objects.filter(organisation_id=organisation, key=key))


def kept_key(key: str, actor: Actor) -> str:
    """``key`` as it is kept: bound to whoever sent it. Empty when there is none."""
    if not key or key.startswith(OUR_OWN):
        return key
    message = f"{actor.person.hex if actor.person else ''}\0{key}".encode()
    return keyed_hash("idempotency", message).hex()


def answered(organisation: UUID, key: str, digest: str, at: datetime) -> StoredAnswer | None:
    """What was answered under a kept key to the same content. Raises KeyReused when the content was another."""
    if not key:
        return None
    known = _answers.first(organisation, key)
    if known is not None and known.at <= at - KEPT_FOR and not key.startswith(OUR_OWN):
        StoredAnswer.objects.filter(id=known.id).delete()
        return None
    if known is not None and known.digest != digest:
        raise KeyReused("the idempotency key was used before with another content")
    return known


def answer(
    organisation: UUID, key: str, digest: str, case: Case, at: datetime, submission: Submission | None = None
) -> list[StoredAnswer]:
    """What a retry with the same kept key will find; nothing without a key."""
    if not key:
        return []
    return [
        StoredAnswer(
            id=new_id(at),
            organisation_id=organisation,
            key=key,
            digest=digest,
            case_id=case.id,
            submission_id=submission.id if submission else None,
            seq=case.seq,
            at=at,
        )
    ]


def forget(at: datetime) -> int:
    """Remove the answers for which no retry can come any more; how many there were."""
    return StoredAnswer.objects.filter(at__lte=at - KEPT_FOR).exclude(_of(OUR_OWN)).delete()[0]


def _of(prefixes: Iterable[str]) -> Q:
    wanted = Q()
    for prefix in prefixes:
        wanted |= Q(key__startswith=prefix)
    return wanted
