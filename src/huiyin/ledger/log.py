"""The log of all events of the installation: anyone who kept a receipt can check that it is still there, in its place in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from huiyin.ledger import merkle
from huiyin.ledger.models import LogHead, LogLeaf, LogNode, LogPending, Row
from huiyin.sealing.keyring import derive

BATCH = 500
LOCK = 0x68756979696E  # "huiyin" in ASCII: the advisory lock of the one sequencer


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That an event stands in the log: its leaf hash, its number, and the audit path up to a signed head. Hashes are hex."""

    leaf: str
    index: int
    path: tuple[str, ...]
    head: LogHead


def enter() -> int:
    """Enter up to BATCH events that are not in the log yet, oldest first; how many were entered.

    Only one sequencer works at a time.
    """
    with transaction.atomic():
        if not _alone():
            return 0
        waiting = list(LogPending.objects.order_by("at", "case_id", "seq")[:BATCH])
        if not waiting:
            return 0
        # Whatever is entered already, or is no event, waits for nothing; verification tells where such a row stood.
        entered = LogLeaf.objects.filter(case_id=OuterRef("case_id"), seq=OuterRef("seq"))
        found = Row.objects.filter(~Exists(entered), pk__in=[(one.case_id, one.seq) for one in waiting])
        rows = sorted(found.only("case_id", "seq", "at", "hash"), key=lambda row: (row.at, row.case_id, row.seq))
        size = _size()
        fresh: dict[merkle.TreeNode, bytes] = {}

        def stored(nodes: Sequence[merkle.TreeNode]) -> list[bytes]:
            return [fresh[node] if node in fresh else _stored([node])[0] for node in nodes]

        for index, row in enumerate(rows, size):
            for node, value in merkle.completed(index, merkle.leaf_hash(bytes.fromhex(row.hash)), stored):
                fresh[node] = value
        LogLeaf.objects.bulk_create(
            LogLeaf(index=index, case_id=row.case_id, seq=row.seq, at=row.at) for index, row in enumerate(rows, size)
        )
        LogNode.objects.bulk_create(
            LogNode(level=level, index=index, hash=value.hex()) for (level, index), value in fresh.items()
        )
        LogPending.objects.filter(pk__in=[one.pk for one in waiting]).delete()
    return len(rows)


def _size() -> int:
    """How many events stand in the log."""
    last = LogLeaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def publish(at: datetime) -> LogHead | None:
    """Sign the head of the log as it stands at ``at``; None when the last published head already covers it."""
    size = _size()
    if size == 0 or LogHead.objects.filter(size=size).exists():
        return None
    root, before = merkle.root(size, _stored).hex(), head()
    made = LogHead(size=size, root=root, at=at, signature=_key().sign(_statement(size, root, at)).hex())
    made.previous = digest(before) if before else sha256(b"").hexdigest()
    made.bond = _key().sign(_bond_statement(made)).hex()
    made.save(force_insert=True)
    return made


def head() -> LogHead | None:
    """The last published head."""
    return LogHead.objects.order_by("-size").first()


def prove_inclusion(row: Row) -> InclusionProof | None:
    """That ``row`` stands in the log under the last published head; None until a head covers it."""
    return _prove_within(row, head())


def prove_as_of(row: Row, at: datetime) -> InclusionProof | None:
    """That ``row`` stood in the log at ``at``, under the head published last by then; None where that one did not cover it."""
    return _prove_within(row, LogHead.objects.filter(at__lte=at).order_by("-size").first())


def _prove_within(row: Row, published: LogHead | None) -> InclusionProof | None:
    leaf = LogLeaf.objects.filter(case_id=row.case_id, seq=row.seq).first()
    if published is None or leaf is None or leaf.index >= published.size:
        return None
    path = merkle.inclusion(leaf.index, published.size, _stored)
    leaf_hash = merkle.leaf_hash(bytes.fromhex(row.hash))
    return InclusionProof(leaf_hash.hex(), leaf.index, tuple(part.hex() for part in path), published)


def public_key() -> str:
    """The key (Ed25519, 32 bytes in hex) with which heads are signed."""
    return _key().public_key().public_bytes_raw().hex()


def is_signed(signed: LogHead, key: str) -> bool:
    """Whether a head bears the signature of ``key``."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signed.signature), _statement(signed.size, signed.root, signed.at)
        )
    except InvalidSignature:
        return False
    return True


def digest(published: LogHead) -> str:
    """The hex SHA-256 by which the head after it names a head."""
    return sha256(_statement(published.size, published.root, published.at) + published.signature.encode()).hexdigest()


def is_bonded(signed: LogHead, before: LogHead | None) -> bool:
    """Whether a head names the one ``before`` it, under our signature."""
    named = digest(before) if before else sha256(b"").hexdigest()
    if signed.previous != named:
        return False
    try:
        _key().public_key().verify(bytes.fromhex(signed.bond), _bond_statement(signed))
    except (InvalidSignature, ValueError):
        return False
    return True


def _bond_statement(signed: LogHead) -> bytes:
    """What binds a head to the one before it: four lines, so that it can be checked by hand."""
    return f"huiyin log bond\n{signed.size}\n{signed.root}\n{signed.previous}\n".encode()


def _statement(size: int, root: str, at: datetime) -> bytes:
    """What is signed: three lines, so that it can be checked by hand."""
    return f"huiyin log\n{size}\n{root}\n{int(at.timestamp())}\n".encode()


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive("log-head"))


def _alone() -> bool:
    """Whether nobody else enters events now. SQLite has one writer anyway."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        (won,) = cursor.fetchone()
    return bool(won)


def _stored(nodes: Sequence[merkle.TreeNode]) -> list[bytes]:
    among = Q()
    for level, index in nodes:
        among |= Q(level=level, index=index)
    found = {(node.level, node.index): bytes.fromhex(node.hash) for node in LogNode.objects.filter(among)}
    return [found[node] for node in nodes]
