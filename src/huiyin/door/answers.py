"""What a command with an idempotency key was answered: found by whoever asked, for as long as a retry may come.

A key is somebody's: the account's, the petitioner's, or of a stranger, whose key must therefore be unguessable. It is kept as a keyed
hash alone. Keys of our own (rows of tables that are brought in, timers) tell what was done already for good.

Each answer is sealed, since it leads to a receipt and its code: whoever can write the database must not have their retry told another's.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from huiyin.casework.models import Case, StoredAnswer, Submission
from huiyin.door.outcome import AnswerForged, KeyReused
from huiyin.language import gettext as _
from huiyin.ledger.commitment import commit_row
from huiyin.people.ids import new_id
from huiyin.procedure.command import Actor
from huiyin.rows import Prepared
from huiyin.sealing.keyring import keyed_hash

KEPT_FOR: Final = timedelta(hours=24)
ROWS_AT_ONCE: Final = 500
OUR_OWN: Final = ("import:", "mail:", "timer:")
SEALED: Final = ("organisation_id", "key", "digest", "case_id", "submission_id", "seq", "at")

_answers = Prepared(lambda organisation, key: StoredAnswer.objects.filter(organisation_id=organisation, key=key))


def kept_key(key: str, actor: Actor) -> str:
    """``key`` as it is kept: bound to whoever sent it. Empty when there is none."""
    if not key or key.startswith(OUR_OWN):
        return key
    message = f"{actor.person.hex if actor.person else ''}\0{key}".encode()
    return keyed_hash("idempotency", message).hex()


def answered(organisation: UUID, key: str, digest: str, at: datetime) -> StoredAnswer | None:
    """What was answered under a kept key to the same content.

    Raises KeyReused when the content was another, AnswerForged when the answer is not as we wrote it.
    """
    if not key:
        return None
    known = _answers.first(organisation, key)
    if known is not None and not is_ours(known):
        raise AnswerForged("what is kept under the idempotency key is not what was answered")
    if known is not None and known.at <= at - KEPT_FOR and not key.startswith(OUR_OWN):
        StoredAnswer.objects.filter(id=known.id).delete()
        return None
    if known is not None and known.digest != digest:
        raise KeyReused("the idempotency key was used before with another content")
    return known


def case_answered(organisation: UUID, key: str, at: datetime) -> UUID | None:
    """The case to which whatever was asked under a kept key led; None when nothing was, or it is too long ago.

    For whoever must know whether something has come already before they decide what to make of it.
    """
    known = _answers.first(organisation, key) if key else None
    if known is None or known.at <= at - KEPT_FOR or not is_ours(known):
        return None
    return known.case_id


def answer(
    organisation: UUID, key: str, digest: str, case: Case, at: datetime, submission: Submission | None = None
) -> list[StoredAnswer]:
    """What a retry with the same kept key will find; nothing without a key."""
    if not key:
        return []
    kept = StoredAnswer(
        id=new_id(at),
        organisation_id=organisation,
        key=key,
        digest=digest,
        case_id=case.id,
        submission_id=submission.id if submission else None,
        seq=case.seq,
        at=at,
    )
    kept.seal = seal(kept)
    return [kept]


def brought_in(organisation: UUID, keys: Iterable[str]) -> dict[str, str]:
    """Of these keys of our own those that were answered, each with the digest of what was asked; with "" where it is not as we wrote it."""
    rows = StoredAnswer.objects.filter(organisation_id=organisation, key__in=list(keys))
    return {row.key: row.digest if is_ours(row) else "" for row in rows}


def seal(row: StoredAnswer) -> str:
    """What binds an answer to its key, to what was asked and to what it leads to."""
    return commit_row(row, SEALED)


def is_ours(row: StoredAnswer) -> bool:
    """Whether an answer is as we wrote it. A value of another type, which SQLite keeps, is none that we wrote."""
    try:
        return hmac.compare_digest(row.seal.encode(errors="replace"), seal(row).encode())
    except (AttributeError, TypeError, ValueError):
        return False


def flaws() -> Iterator[tuple[str, str]]:
    """Answers that are not as we wrote them: the id of each, and what is wrong."""
    for row in StoredAnswer.objects.order_by("id").iterator(ROWS_AT_ONCE):
        if not is_ours(row):
            yield row.id.hex, _("它的印记不是我们的")


def forget(at: datetime) -> int:
    """Remove the answers for which no retry can come any more; how many there were."""
    return StoredAnswer.objects.filter(at__lte=at - KEPT_FOR).exclude(_of(OUR_OWN)).delete()[0]


def _of(prefixes: Iterable[str]) -> Q:
    keys = Q()
    for prefix in prefixes:
        keys |= Q(key__startswith=prefix)
    return keys
