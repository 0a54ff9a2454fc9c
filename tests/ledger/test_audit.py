"""Whatever is changed in the log, or in the events under it, shows when the log is recomputed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.ledger import audit, chain, guard, log
from huiyin.ledger.models import LogHead, LogLeaf, LogNode, Row
from huiyin.procedure.command import Actor, OrganisationId
from huiyin.procedure.event import CaseEnded

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
OFFICE = Actor(kind="system", organisation=OrganisationId(UUID(int=1)), roles=frozenset())

pytestmark = pytest.mark.django_db


def happen(count: int) -> None:
    events = [CaseEnded(stage="closed")] * count
    chain.append(OFFICE, uuid4(), OFFICE.organisation, 0, chain.GENESIS, events, NOON)


@pytest.fixture
def events(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirteen events under two signed heads, and one that was not entered yet; read four at a time."""
    monkeypatch.setattr(audit, "LEAVES_AT_ONCE", 4)
    for position, count in enumerate((3, 4, 6)):
        happen(count)
        log.enter()
        if position:
            log.publish(NOON + timedelta(hours=position))
    happen(1)


def test_an_untouched_log_is_whole(events: None) -> None:
    assert LogLeaf.objects.count() == 13
    assert list(LogHead.objects.order_by("size").values_list("size", flat=True)) == [7, 13]
    assert list(audit.flaws()) == []


def test_the_log_is_verified_without_reading_what_events_say(events: None) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert list(audit.flaws()) == []
    assert not [query["sql"] for query in captured.captured_queries if "body" in query["sql"]]


def test_an_empty_log_is_whole() -> None:
    assert list(audit.flaws()) == []


@pytest.mark.parametrize("size", range(1, 20))
def test_a_log_of_any_size_is_whole_however_it_is_cut_for_reading(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "LEAVES_AT_ONCE", 3)
    happen(size)
    log.enter()
    log.publish(NOON)
    assert list(audit.flaws()) == []


def change_event() -> None:
    row = Row.objects.get(case_id=LogLeaf.objects.get(index=5).case_id, seq=LogLeaf.objects.get(index=5).seq)
    guard.remove(connection, [guard.TABLE])
    Row.objects.filter(case_id=row.case_id, seq=row.seq).update(hash="ab" * 32)
    guard.install(connection, [guard.TABLE])


def lose_event() -> None:
    leaf = LogLeaf.objects.get(index=5)
    guard.remove(connection, [guard.TABLE])
    Row.objects.filter(case_id=leaf.case_id, seq=leaf.seq)._raw_delete("default")
    guard.install(connection, [guard.TABLE])


def swap_leaves() -> None:
    one, other = LogLeaf.objects.get(index=2), LogLeaf.objects.get(index=9)
    LogLeaf.objects.filter(index=2).delete()
    LogLeaf.objects.filter(index=9).update(case_id=one.case_id, seq=one.seq)
    LogLeaf.objects.create(index=2, case_id=other.case_id, seq=other.seq, at=other.at)


CRIMES: dict[str, tuple[Callable[[], object], str]] = {
    "an event was changed": (change_event, "log node 0/5"),
    "an event is gone": (lose_event, "log leaf 5: its event"),
    "a leaf is gone": (lambda: LogLeaf.objects.filter(index=3).delete(), "log leaf 3: it is missing"),
    "two leaves were swapped": (swap_leaves, "log node 0/2"),
    "a leaf was dated back": (
        lambda: LogLeaf.objects.filter(index=3).update(at=NOON - timedelta(days=1)),
        "log leaf 3: its time",
    ),
    "the last leaves are gone": (lambda: LogLeaf.objects.filter(index__gt=9).delete(), "log head 13: it covers"),
    "a leaf stands where no event can": (
        lambda: LogLeaf.objects.filter(index=12).update(index=2**62),
        f"log leaf {2**62}: there are not so many events",
    ),
    "a leaf stands before the first": (lambda: LogLeaf.objects.filter(index=12).update(index=-1), "log leaf -1: there"),
    "a node lies higher than any": (
        lambda: LogNode.objects.filter(level=3, index=0).update(level=32767),
        "log node 32767/0: the leaves",
    ),
    "a head claims more than there can be": (lambda: LogHead.objects.filter(size=7).update(size=2**62), "log head"),
    "all leaves are gone": (lambda: LogLeaf.objects.all().delete(), "log head 7: it covers"),
    "a node was changed": (lambda: LogNode.objects.filter(level=1, index=1).update(hash="00" * 32), "log node 1/1"),
    "a node is gone": (lambda: LogNode.objects.filter(level=2, index=0).delete(), "log node 2/0: it is missing"),
    "a root was changed": (lambda: LogHead.objects.filter(size=7).update(root="00" * 32), "log head 7: it is not"),
    "a head was dated back": (
        lambda: LogHead.objects.filter(size=7).update(at=NOON - timedelta(days=1)),
        "log head 7: its signature",
    ),
    "a head was moved": (lambda: LogHead.objects.filter(size=7).update(size=8), "log head 8: it is not the root"),
    "a head between two others is gone": (
        lambda: LogHead.objects.filter(size=7).delete(),
        "log head 13: it does not follow",
    ),
    "a head was signed by another": (
        lambda: LogHead.objects.filter(size=7).update(signature="00" * 64),
        "log head 7: its signature is not ours",
    ),
}


@pytest.mark.parametrize(("crime", "told"), CRIMES.values(), ids=CRIMES.keys())
def test_it_shows_when(events: None, crime: Callable[[], object], told: str) -> None:
    guard.remove(connection, [guard.HEADS])
    crime()
    guard.install(connection, [guard.HEADS])
    assert any(f"{where}: {what}".startswith(told) for where, what in audit.flaws()), list(audit.flaws())
