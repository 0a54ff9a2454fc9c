"""The hash chain of one case: how an event becomes a row, and how anyone checks that nothing was changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, cast
from uuid import UUID

from django.db import IntegrityError

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.ledger.guard import TABLE
from huiyin.ledger.models import LogPending, Row
from huiyin.procedure.command import Actor
from huiyin.procedure.event import Event, Recordable
from huiyin.procedure.storage import codec
from huiyin.rows import Batch, Prepared

GENESIS = "0" * 64
ROW_ERRORS = (AttributeError, KeyError, RecursionError, TypeError, ValueError)
"""What reading a row as an event, or a stored state, raises when its text was tampered with."""
LEAF = b"\x00"  # RFC 6962 section 2.1: a leaf is hashed with this prefix, so that it can never pass for a node


class Conflict(HuiyinError):
    """Raised when another writer appended to the same case first."""

    to_do = gettext_noop("请重新读取事项，再决定")


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as it stands in the ledger; ``actor`` holds the ids of who acted."""

    seq: int
    at: datetime
    actor: dict[str, object]
    event: Event
    hash: str


def append(
    actor: Actor, case: UUID, organisation: UUID, after: int, head: str, events: Sequence[Recordable], at: datetime
) -> list[Row]:
    """Add ``events`` to the chain of ``case`` behind event number ``after``, whose hash is ``head``.

    Raises Conflict when somebody else has written number ``after + 1`` meanwhile.
    """
    rows = links(actor, case, organisation, after, head, events, at)
    try:
        return write(rows)
    except IntegrityError as error:
        raise Conflict(_("事项已有第 %(after)s 条记录") % {"after": after + 1}) from error


def write(rows: Sequence[Row]) -> list[Row]:
    """Insert events that ``links`` made, and note that they are to be entered in the log."""
    batch = Batch()
    add(batch, rows)
    batch.write()
    return [*rows]


def add(batch: Batch, rows: Sequence[Row]) -> None:
    """Put events that ``links`` made into ``batch``, and that they are to be entered in the log."""
    batch.add(rows)
    batch.add(pending(rows), unless_there=True)


def pending(rows: Iterable[Row]) -> Iterator[LogPending]:
    """What has to be written beside events, for whoever inserts them together with other rows."""
    return (LogPending(at=row.at, case_id=row.case_id, seq=row.seq) for row in rows)


def links(
    actor: Actor, case: UUID, organisation: UUID, after: int, head: str, events: Sequence[Recordable], at: datetime
) -> list[Row]:
    """The rows that ``append`` writes, for a caller who writes them together with others."""
    rows = []
    for seq, event in enumerate(events, after + 1):
        body = codec.dumps_entry(actor, at, event)
        row = Row(
            case_id=case,
            organisation_id=organisation,
            seq=seq,
            type=codec.type_name(type(event)),
            at=at,
            body=body,
            previous=head,
        )
        head = row.hash = link(head, case, seq, body)
        rows.append(row)
    return rows


def is_conflict(error: IntegrityError) -> bool:
    """Whether the database refused a row because the chain has one with its number already."""
    diagnosis = getattr(
        error.__cause__, "diag", None
    )  # PostgreSQL names the table, SQLite only its columns in the message
    return TABLE in (str(diagnosis.table_name) if diagnosis else str(error))


def link(previous: str, case: UUID, seq: int, body: str) -> str:
    """The hash (hex SHA-256) of an event: over the hash before it, the case, the number and the body."""
    return sha256(bytes.fromhex(previous) + case.bytes + seq.to_bytes(8, "big") + body.encode()).hexdigest()


def leaf(hash_: str) -> str:
    """The RFC 6962 leaf hash (hex) of an event's hash."""
    return sha256(LEAF + bytes.fromhex(hash_)).hexdigest()


_of_case: Final = Prepared(lambda case: Row.objects.filter(case_id=case).order_by("seq"))
_of_kinds: Final = Prepared(lambda case, kinds: Row.objects.filter(case_id=case, type__in=kinds).order_by("seq"))


def read_chain(case: UUID, *kinds: type[Event]) -> Iterator[Recorded]:
    """The events of a case, oldest first; of these ``kinds`` alone where some are named."""
    named = tuple(codec.type_name(kind) for kind in dict.fromkeys(kinds))
    for row in _of_kinds.all(case, named) if named else _of_case.all(case):
        yield recorded(row)


def recorded(row: Row) -> Recorded:
    """A row as an event."""
    actor, at, event = codec.loads_entry(row.body)
    return Recorded(row.seq, at, actor, cast(Event, event), row.hash)


def flaws(case: UUID, rows: Iterable[Row] | None = None) -> Iterator[str]:
    """Everything that is wrong with the chain of ``case``, one line each; nothing when it is whole.

    ``rows`` are its events, oldest first, where the caller has them already. That the last events are missing shows only
    against what was noted elsewhere: the case's row, a receipt, a published head.
    """
    head = GENESIS
    for expected, row in enumerate(Row.objects.filter(case_id=case).order_by("seq") if rows is None else rows, 1):
        if row.seq != expected:
            yield _("第 %(seq)s 条记录不见了") % {"seq": expected}
            return
        if row.previous != head:
            yield _("第 %(seq)s 条记录接不上前一条") % {"seq": row.seq}
        if not is_linked(row):
            yield _("第 %(seq)s 条记录写成以后被改过") % {"seq": row.seq}
        head = row.hash


def envelope_flaws(row: Row, organisation: UUID) -> Iterator[str]:
    """Where the columns beside a body, which are not hashed themselves, say something else; nothing for a body that cannot be read."""
    try:
        event = recorded(row)
    except ROW_ERRORS:
        return
    beside = {"type": codec.type_name(type(event.event)), "at": event.at, "organisation_id": organisation}
    yield from (
        _("第 %(seq)s 条记录：%(name)s 与记录所说不同") % {"seq": row.seq, "name": name}
        for name, value in beside.items()
        if getattr(row, name) != value
    )


def is_linked(row: Row) -> bool:
    """Whether the hash of ``row`` is that of what the row says."""
    try:
        return link(row.previous, row.case_id, row.seq, row.body) == row.hash
    except ValueError:
        # The column of the hash before it holds something else than hexadecimal digits.
        return False
