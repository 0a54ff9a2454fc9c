"""The log of the installation: entered once and in order, signed, and provable against a published head."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from huiyin.ledger import audit, chain, log, merkle
from huiyin.ledger.models import LogHead, LogLeaf, LogNode, LogPending, Row
from huiyin.procedure.command import Actor, OrganisationId
from huiyin.procedure.event import CaseEnded

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
OFFICE = Actor(kind="system", organisation=OrganisationId(UUID(int=1)), roles=frozenset())

pytestmark = pytest.mark.django_db


def happen(count: int, at: datetime = NOON) -> list[Row]:
    """A case with ``count`` events."""
    case = uuid4()
    events = [CaseEnded(stage="closed")] * count
    return chain.append(OFFICE, case, OFFICE.organisation, 0, chain.GENESIS, events, at)


def test_each_event_is_entered_once() -> None:
    happen(3)
    happen(4, NOON + timedelta(minutes=5))
    assert log.enter() == 7
    assert log.enter() == 0
    assert list(LogLeaf.objects.order_by("index").values_list("index", flat=True)) == list(range(7))


def test_an_event_that_committed_late_is_entered_like_any_other() -> None:
    happen(1, NOON)
    log.enter()
    happen(2, NOON - timedelta(days=3))
    assert log.enter() == 2
    assert LogLeaf.objects.count() == 3


def test_what_waits_is_taken_away_as_it_is_entered() -> None:
    happen(3)
    assert LogPending.objects.count() == 3
    log.enter()
    assert not LogPending.objects.exists()


def test_no_more_is_entered_at_once_than_is_said_and_the_oldest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "BATCH", 2)
    happen(1, NOON + timedelta(minutes=1))
    happen(2, NOON)
    assert [log.enter(), log.enter(), log.enter()] == [2, 1, 0]
    assert list(LogLeaf.objects.order_by("index").values_list("at", flat=True)) == [
        NOON,
        NOON,
        NOON + timedelta(minutes=1),
    ]


@pytest.mark.parametrize("entered", [True, False])
def test_an_event_that_is_neither_in_the_log_nor_waiting_is_told(entered: bool) -> None:
    rows = happen(2)
    if entered:
        log.enter()
        LogLeaf.objects.filter(seq=2).delete()
    else:
        LogPending.objects.filter(seq=2).delete()
    assert list(audit.left_out()) == [
        (f"event 2 of case {rows[1].case_id.hex}", "it is not in the log, and does not wait for it")
    ]


def test_a_note_of_what_is_entered_already_stops_nothing() -> None:
    (row,) = happen(1)
    log.enter()
    LogPending.objects.create(at=row.at, case_id=row.case_id, seq=1)
    happen(2)
    assert log.enter() == 2
    assert not LogPending.objects.exists()


def test_what_waits_and_is_no_event_or_is_entered_already_is_told() -> None:
    (row,) = happen(1)
    log.enter()
    assert list(audit.left_out()) == []
    LogPending.objects.create(at=row.at, case_id=row.case_id, seq=1)
    LogPending.objects.create(at=row.at, case_id=row.case_id, seq=9)
    assert len(list(audit.left_out())) == 2


def test_every_event_proves_its_place_under_the_published_head() -> None:
    rows = happen(5) + happen(6, NOON + timedelta(seconds=1))
    log.enter()
    head = log.publish(NOON)
    assert head is not None
    for row in rows:
        proof = log.prove_inclusion(row)
        assert proof is not None
        path = [bytes.fromhex(part) for part in proof.path]
        assert merkle.is_included(bytes.fromhex(proof.leaf), proof.index, head.size, path, bytes.fromhex(head.root))


def test_an_event_after_the_head_has_no_proof_yet() -> None:
    happen(2)
    log.enter()
    log.publish(NOON)
    (late,) = happen(1, NOON + timedelta(minutes=1))
    log.enter()
    assert log.prove_inclusion(late) is None


def test_a_head_is_published_once_and_carries_a_signature_that_covers_all_of_it() -> None:
    happen(2)
    log.enter()
    head = log.publish(NOON)
    assert head is not None
    assert log.publish(NOON + timedelta(hours=1)) is None
    assert log.is_signed(head, log.public_key())
    forged = LogHead(size=head.size, root="00" * 32, at=head.at, signature=head.signature)
    assert not log.is_signed(forged, log.public_key())


def test_heads_grow_from_one_another() -> None:
    """The older head is the root of the same tree's beginning: nothing that was published can be taken back."""
    happen(3)
    log.enter()
    first = log.publish(NOON)
    happen(4, NOON + timedelta(minutes=1))
    log.enter()
    second = log.publish(NOON + timedelta(days=1))
    assert first is not None
    assert second is not None
    nodes = {(node.level, node.index): bytes.fromhex(node.hash) for node in LogNode.objects.all()}
    assert merkle.root(first.size, lambda wanted: [nodes[node] for node in wanted]).hex() == first.root
    assert second.size == 7
