"""The numbers of cases and documents, what the registers keep of them, and digests by which a retry is recognised."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime
from hashlib import sha256
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.utils import timezone

from huiyin.casework.models import Case, CaseParty, Counter, Notice, Submission
from huiyin.casework.receipts import last_signs
from huiyin.casework.vocabulary import Waiting
from huiyin.ledger import series
from huiyin.ledger.chain import read_chain
from huiyin.ledger.commitment import commit
from huiyin.procedure.command import Actor
from huiyin.procedure.event import ActionTaken, Numbered
from huiyin.rows import Batch
from huiyin.rule_store.store import load
from huiyin.sealing.keyring import derive, keyed_hash

CASES: Final[series.SeriesName] = "cases"
OPEN: Final[series.SeriesName] = "papers"
SEALED: Final[series.SeriesName] = "sealed-papers"
MIN_DIGITS: Final = 5
MAX_MISSING_A_DAY: Final = 100
ROUNDS: Final = 6  # of a Feistel network: three suffice against guessing, the others cost microseconds


def number_all(batch: Batch, actor: Actor, at: datetime) -> None:
    """Give the cases and documents that are new in ``batch`` their numbers, and add what the registers keep of them.

    Writers of one organisation queue for its registers from here to the commit: call it last.
    """
    for case in batch.added(Case):
        _number_case(batch, case, actor, at)
    documents: dict[tuple[UUID, series.SeriesName], list[Notice]] = {}
    for notice in batch.added(Notice):
        if notice.number is None:  # those that were drafted have theirs since they were approved
            documents.setdefault((_issuer(notice, actor), document_series(notice.case)), []).append(notice)
    for (organisation, name), notices in sorted(documents.items(), key=lambda item: (item[0][1], item[0][0])):
        _number_documents(batch, organisation, name, notices, actor, at)


def document_series(case: Case) -> series.SeriesName:
    """In which series the documents of a case are counted."""
    return SEALED if case.sealed else OPEN


def _issuer(notice: Notice, actor: Actor) -> UUID:
    """Whose document it is, in whose register it is counted: the organ that acts, or the one whose decision it is."""
    role = load(notice.case.rulebook).book.procedures[notice.case.procedure].notices[notice.kind].issued_by
    if role is None:
        return actor.organisation
    acted = [item for item in read_chain(notice.case_id, ActionTaken) if item.seq <= notice.action_seq]
    for item in reversed(acted):
        organisation = item.actor.get("organisation")
        if isinstance(item.event, ActionTaken) and item.event.role == role and isinstance(organisation, UUID):
            return organisation
    return actor.organisation


def number_document(case: Case, document: UUID, kind: str, organisation: UUID, actor: Actor, at: datetime) -> Numbered:
    """Give an approved document the next number of the register of ``organisation``, written at once; other writers wait until the commit."""
    name, period = document_series(case), str(timezone.localdate(at).year)
    taken = series.take(organisation, name, period)
    addressee = load(case.rulebook).book.procedures[case.procedure].notices[kind].to
    event = Numbered(name, period, taken.first, case.id, document, commit("paper", [kind, addressee]))
    series.append(taken, actor, [event], at)
    return event


def _number_case(batch: Batch, case: Case, actor: Actor, at: datetime) -> None:
    day = timezone.localdate(at)
    period = str(day.year)
    taken = series.take(case.organisation_id, CASES, period)
    case.entry = taken.first
    case.number = (
        f"{case.organisation.code.upper()}-{day:%Y%m%d}-{public_number(case.organisation_id, period, taken.first)}"
    )
    case.ending = last_signs(case.number)
    bound = case_commitment(case, batch.added(Submission), batch.added(CaseParty))
    event = Numbered(CASES, period, taken.first, case.id, None, bound)
    _keep(batch, taken, [event], actor, at)


def case_commitment(case: Case, submissions: Iterable[Submission], parties: Iterable[CaseParty]) -> str:
    """What binds all that a case is known by outside: its number, its receipts, its petitioners."""
    known_by = {
        "number": case.number,
        "petitioner": case.petitioner_id,
        "receipts": {row.id.hex: row.receipt for row in submissions},
        "parties": sorted([row.position, row.petitioner_id.hex] for row in parties),
    }
    return commit("case", known_by)


def _number_documents(
    batch: Batch, organisation: UUID, name: series.SeriesName, notices: Sequence[Notice], actor: Actor, at: datetime
) -> None:
    period = str(timezone.localdate(at).year)
    taken = series.take(organisation, name, period, len(notices))
    events = []
    for number, notice in enumerate(notices, taken.first):
        notice.series, notice.number, notice.period, notice.issuer_id = name, number, period, organisation
        bound = commit("paper", [notice.kind, notice.addressee])
        events.append(Numbered(name, period, number, notice.case_id, notice.id, bound))
    _keep(batch, taken, events, actor, at)


def _keep(batch: Batch, taken: series.Taken, events: Sequence[Numbered], actor: Actor, at: datetime) -> None:
    series.put(batch, taken, actor, events, at)


def public_number(organisation: UUID, period: str, entry: int) -> str:
    """The digits by which people know entry ``entry`` (from 1) of a register: unique in its year, in no order, a check digit at the end.

    A keyed permutation of the numbers with as many digits: two are never equal, so that none has to be looked for, and nobody
    without the key can tell how many there were before, or that one in between is missing (decision 20).
    """
    digits = max(MIN_DIGITS, len(str(entry)))
    bits = (10**digits - 1).bit_length()
    key, half = derive("case-numbers"), (bits + 1) // 2
    number = entry
    while True:
        number = _permuted(key, f"{organisation.hex}/{period}/{digits}", number, half)
        if number < 10**digits:
            return f"{number:0{digits}d}{check_digit(f'{number:0{digits}d}')}"


def _permuted(key: bytes, salt: str, number: int, half: int) -> int:
    """A Feistel network over numbers of twice ``half`` bits, with HMAC-SHA256 as its function."""
    left, right = number >> half, number & ((1 << half) - 1)
    for turn in range(ROUNDS):
        mixed = hmac.digest(key, f"{salt}/{turn}/{right}".encode(), sha256)
        left, right = right, left ^ (int.from_bytes(mixed[:8], "big") & ((1 << half) - 1))
    return left << half | right


def check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10: finds every digit that was misheard, and nearly every two that changed places."""
    sum_ = 10
    for digit in digits:
        sum_ = ((sum_ + int(digit)) % 10 or 10) * 2 % 11
    return (11 - sum_) % 10


def missing() -> Iterator[str]:
    """Numbers that v0.1.0 gave out although no case bears them: it took them without gaps, so these cases are gone.

    Of a day, no more than ``MAX_MISSING_A_DAY``: what a counter says may be any number, when it was changed.
    """
    for counter in Counter.objects.select_related("organisation").order_by("organisation__code", "day").iterator():
        day = f"{counter.organisation.code.upper()}-{counter.day:%Y%m%d}-"
        taken_numbers = set(Case.objects.filter(number__startswith=day).values_list("number", flat=True))
        given = (f"{day}{n:04d}" for n in range(1, counter.last + 1))
        yield from islice((number for number in given if number not in taken_numbers), MAX_MISSING_A_DAY)


def digest(value: object) -> str:
    """A hex HMAC-SHA256 that is equal for equal content: how a retried request is told from another one.

    Keyed, because it outlives the petitioner's data: nobody shall find out by guessing what was said. A field of a dataclass that
    had another name when requests were first answered says so (``field(metadata={"digested_as": "..."})``), so that a retry is
    recognised across an upgrade; one that is newer says ``digested_unless_default``.
    """
    return keyed_hash("answers", json.dumps(_plain(value), sort_keys=True).encode()).hex()


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value.pk)
    if is_dataclass(value):
        return {
            item.metadata.get("digested_as", item.name): _plain(getattr(value, item.name))
            for item in fields(value)
            if not (item.metadata.get("digested_unless_default") and getattr(value, item.name) == item.default)
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
