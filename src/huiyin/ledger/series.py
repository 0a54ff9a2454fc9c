"""Series: counted chains of events that are no case's, each without gaps. See ``models.CountedSeries``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal
from uuid import UUID, uuid5

from django.db import connection

from huiyin.language import gettext as _
from huiyin.ledger import chain
from huiyin.ledger.commitment import commit, is_bound
from huiyin.ledger.models import CountedSeries, Row
from huiyin.procedure.command import Actor
from huiyin.procedure.event import Recordable
from huiyin.rows import Batch

SeriesName = Literal["cases", "papers", "sealed-papers", "administration", "access"]
INSTALLATION: Final = UUID(int=0)
"""Stands for the organisation of what belongs to none."""
NAMESPACE: Final = UUID("5f0b4c1e-86a2-5c52-9d3a-6f2b1c7a90de")

TAKE: Final = (
    "INSERT INTO ledger_series (id, organisation_id, name, period, count, head, seal) VALUES (%s, %s, %s, %s, %s, %s, %s) "
    "ON CONFLICT (organisation_id, name, period) DO UPDATE SET count = ledger_series.count + %s RETURNING count, head"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Numbers of a series that are ours until the transaction ends: from ``first`` on; ``head`` is the hash before them."""

    id: UUID
    organisation: UUID
    first: int
    head: str


def take(organisation: UUID, name: SeriesName, period: str, many: int = 1) -> Taken:
    """The next ``many`` numbers of a series. Other writers of it wait until the commit, so it is taken late."""
    id = series_id(organisation, name, period)
    ids = [CountedSeries._meta.pk.get_db_prep_value(value, connection) for value in (id, organisation)]
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [*ids, name, period, many, chain.GENESIS, "", many])
        count, head = cursor.fetchone()
    return Taken(id, organisation, count - many + 1, head)


def links(taken: Taken, actor: Actor, events: Sequence[Recordable], at: datetime) -> tuple[list[Row], dict[str, str]]:
    """The rows of ``events``, as many as numbers were taken, and what the row of the series says after them."""
    rows = chain.links(actor, taken.id, taken.organisation, taken.first - 1, taken.head, events, at)
    head = rows[-1].hash
    return rows, {"head": head, "seal": _seal(taken.id, rows[-1].seq, head)}


def append(taken: Taken, actor: Actor, events: Sequence[Recordable], at: datetime) -> list[Row]:
    """Write ``events`` under the numbers that were taken."""
    batch = Batch()
    rows = put(batch, taken, actor, events, at)
    batch.write()
    return rows


def put(batch: Batch, taken: Taken, actor: Actor, events: Sequence[Recordable], at: datetime) -> list[Row]:
    """As ``append``, to be written with the rest of ``batch``."""
    rows, after = links(taken, actor, events, at)
    chain.add(batch, rows)
    batch.change(CountedSeries, taken.id, after)
    return rows


@lru_cache(1_024)
def series_id(organisation: UUID, name: str, period: str) -> UUID:
    """The id of a series, under which its events stand."""
    return uuid5(NAMESPACE, f"{organisation.hex}/{name}/{period}")


def flaws(series: CountedSeries, rows: Iterator[Row]) -> Iterator[str]:
    """What is wrong with the row of a series, and with the chain of its events; ``rows`` are read once, oldest first."""
    if series.id != series_id(series.organisation_id, series.name, series.period):
        yield _("它不是名称所说的那一列")
    if not is_bound(series.seal, "series", [series.id, series.count, series.head]):
        yield _("它的条数或者头被改过")
    last: list[Row] = []
    beside: list[str] = []

    def passing() -> Iterator[Row]:
        for row in rows:
            last[:] = [row]
            beside.extend(chain.envelope_flaws(row, series.organisation_id))
            yield row

    yield from chain.flaws(series.id, passing())
    yield from beside
    seq, head = (last[0].seq, last[0].hash) if last else (0, chain.GENESIS)
    if (seq, head) != (series.count, series.head):
        yield _("它记有 %(count)s 条，实有 %(found)s 条") % {"count": series.count, "found": seq}


def _seal(id: UUID, count: int, head: str) -> str:
    return commit("series", [id, count, head])
