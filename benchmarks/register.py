"""A register of any size for measuring how reading grows: the matters of a demonstration, many times over.

Every copy has ids, times, numbers, receipts, petitioners and keys of its own, what is sealed is sealed under these, its events are chained and entered in
the registers and the log: each page of a copy opens, and ``huiyin ledger verify`` finds nothing. What ended lies scattered over five years, the oldest first on disk as it
would be. Left out are words in the index of searches (a worker would take them in).
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.utils import timezone

from benchmarks.bulk import Bulk, attributes
from huiyin import worker
from huiyin.casework.models import (
    Attachment,
    Case,
    CaseAccess,
    CaseAccused,
    CaseLink,
    CaseParty,
    CaseUnit,
    DocumentRecord,
    DocumentVersion,
    Duty,
    Notice,
    Submission,
    Text,
)
from huiyin.casework.receipts import last_signs, new_receipt
from huiyin.casework.sealed.attachments import name_place
from huiyin.casework.sealed.places import read_place
from huiyin.door import numbers
from huiyin.door.project import tail
from huiyin.jobs.models import Job
from huiyin.jobs.queue import KEPT
from huiyin.ledger import chain, log, merkle, series
from huiyin.ledger.commitment import commit
from huiyin.ledger.models import CountedSeries, LogLeaf, LogNode, Row
from huiyin.people import petitioners
from huiyin.people.models import BlindIndex, DataKey, Petitioner
from huiyin.sealing.aead import open_sealed, seal

ENDED_WEEKS: Final = 5 * 52
"""Over how many weeks before the present the matters that ended are spread, all of them archived; the others over OPEN_WEEKS."""
OPEN_WEEKS: Final = 7
SHARE_OPEN: Final = 0.04
"""Of an office with a year of work behind it; the rest has ended."""
AT_ONCE: Final = 100
"""Copies of all templates that are held in memory."""

OF_A_CASE: Final[tuple[type[models.Model], ...]] = (
    *(Case, CaseAccess, CaseUnit, CaseAccused, CaseParty, Submission, Text, Attachment),
    *(Duty, Notice, DocumentRecord, DocumentVersion, Row, Job),
)
AS_THEY_ARE: Final = frozenset({CaseAccess, CaseUnit, CaseAccused, Duty, DocumentVersion})
"""Of which nothing but ids and times is another in a copy."""
COPIED: Final[tuple[type[models.Model], ...]] = (DataKey, Petitioner, BlindIndex, *OF_A_CASE, LogLeaf, LogNode)
_WORDS: Final = re.compile(
    r"((?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|(?<=\")\d{4}-\d\d-\d\d(?=\"))"
)
"""What is another in a copy: ids, moments and days."""


def templates() -> list[UUID]:
    """The matters that can be copied: petitions that name no other case. Of those sealed from somebody one, since a demonstration shows more than an office has."""
    linked = {id for link in CaseLink.objects.all() for id in (link.case_id, link.to_id)}
    found = Case.objects.exclude(id__in=linked).filter(submissions__isnull=False, old_number=None).distinct()
    plain = list(found.filter(sealed=False).order_by("id").values_list("id", flat=True))
    return [*plain, *found.filter(sealed=True).order_by("id").values_list("id", flat=True)[:1]]


def multiply(cases: int, tables: Collection[type[models.Model]] = COPIED, among: Sequence[UUID] = ()) -> int:
    """Copy matters (``among``, or all that can be) until there are about ``cases``; how many there are then. Of ``tables`` alone."""
    chosen = [Template(id, tables) for id in among or templates()]
    ended = [one for one in chosen if one.case.ended_at and not one.is_owing]
    unfinished = [one for one in chosen if one.case.ended_at is None]
    missing = cases - Case.objects.count()
    still_open = max(1, round(missing * SHARE_OPEN / len(unfinished)))
    over = max(1, round((missing - len(unfinished) * still_open) / len(ended)))
    with transaction.atomic(), nothing_collected():
        made = Copying(Bulk(tables), Registers())
        for of, times, weeks in ((ended, over, ENDED_WEEKS), (unfinished, still_open, OPEN_WEEKS)):
            for turn in range(times):
                for template in of:
                    back = timedelta(weeks=weeks - turn * weeks // times, minutes=made.number * 7 % 180)
                    made.copy(template, back)
                if turn % AT_ONCE == 0:
                    made.bulk.flush()
        made.finish()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if LogLeaf in tables:
        worker.publish_head(timezone.now())
    return Case.objects.count()


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Copies make no circles, and are many: looking for such takes a fifth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Template:
    """A matter with all rows about it, read once; what is sealed is open."""

    def __init__(self, id: UUID, tables: Collection[type[models.Model]]) -> None:
        self.case = Case.objects.get(id=id)
        self.rows: dict[type[models.Model], list[Any]] = {
            model: list(_about(model, id)) for model in OF_A_CASE if model in tables
        }
        self.people = list(Petitioner.objects.filter(parties_of(id)).select_related("key"))
        self.is_owing = Duty.objects.filter(case=id, discharged_at=None, withdrawn_at=None).exists()
        keys = {person.id: petitioners.data_key(person) for person in self.people}
        self.fields = {person.id: petitioners._opened(person) for person in self.people}
        self.texts = {
            row.id: open_sealed(keys[row.petitioner_id], bytes(row.sealed), row.id.bytes)
            for row in self.rows.get(Text, ())
        }
        self.files = {
            row.id: (
                open_sealed(keys[row.petitioner_id], bytes(row.name), name_place(row.id)),
                open_sealed(keys[row.petitioner_id], read_place(row.place), row.id.bytes),
            )
            for row in self.rows.get(Attachment, ())
        }
        self.own = frozenset(self._own_ids())
        self.documents = _numbered(self)
        self.entry = _WORDS.split(
            _entry(self.case.organisation_id, numbers.CASES, self.case.registered_at, self.case.entry)
        )
        self.shapes = {model: [_shape(row, self.own) for row in rows] for model, rows in self.rows.items()}

    def _own_ids(self) -> Iterator[str]:
        for model, rows in self.rows.items():
            if model not in (Row, CaseAccess, Job):
                yield from (row.pk.hex for row in rows)
        for person in self.people:
            yield person.id.hex


def _about(model: type[models.Model], id: UUID) -> models.QuerySet[Any]:
    rows = model._default_manager
    if model is Case:
        return rows.filter(id=id)
    if model is Text:
        return rows.filter(case=id)
    if model is Row:
        return rows.filter(case_id=id).order_by("seq")
    if model is Job:
        return rows.filter(models.Q(key__startswith=f"{id.hex}:") | models.Q(key__startswith=f"archive:{id.hex}:"))
    return rows.filter(case_id=id)


def parties_of(id: UUID) -> models.Q:
    """Who brought a case."""
    parties = CaseParty.objects.filter(case=id).values("petitioner_id")
    return models.Q(id__in=parties) | models.Q(id__in=Case.objects.filter(id=id).values("petitioner_id"))


@dataclass(frozen=True)
class Entry:
    """A document that has a number, as its register has it; of ``organisation`` in the series ``name``."""

    organisation: UUID
    name: series.Name
    body: list[str]


def _numbered(template: Template) -> dict[str, Entry]:
    """The entries of the registers about a matter's documents, by the document."""
    found: dict[str, Entry] = {}
    for row in [*template.rows.get(Notice, ()), *template.rows.get(DocumentRecord, ())]:
        if row.number is None:
            continue
        place = (series.series_id(row.issuer_id or row.organisation_id, row.series, row.period), row.number)
        body = Row.objects.get(pk=place).body
        found[row.id.hex] = Entry(row.issuer_id or row.organisation_id, row.series, _WORDS.split(body))
    return found


def _entry(organisation: UUID, name: str, at: datetime, number: int | None) -> str:
    id = series.series_id(organisation, name, str(timezone.localdate(at).year))
    return Row.objects.get(case_id=id, seq=number).body


def _another(fields: Any, number: int) -> dict[str, str]:
    """Another person of the same kind: what is empty stays empty."""
    signs = f"{chr(0x4E00 + number * 7919 % 20_000)}{chr(0x4E00 + number % 20_000)}"
    made = {"name": f"{fields.name}{signs}", "phone": f"138{number:08d}", "id_number": f"1101{number:013d}X"}
    return {name: value for name, value in made.items() if getattr(fields, name)}


def _text(body: Mapping[str, Any]) -> str:
    """The canonical text of a body (docs/ledger-format.md)."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Words(dict[str, str]):
    """What stands for an id, a moment or a day of a template in one copy of it."""

    def __init__(self, own: frozenset[str], back: timedelta, number: int) -> None:
        super().__init__()
        self.own, self.back, self.number = own, back, number
        self.ids: dict[str, UUID] = {}
        self.days = timedelta(days=back.days)

    def __missing__(self, word: str) -> str:
        if len(word) == 10:
            made = (date.fromisoformat(word) - self.days).isoformat()
        elif len(word) == 32 and "T" not in word:
            made = self._id(word) if word in self.own else word
        else:
            made = _moment(datetime.fromisoformat(word) - self.back)
        self[word] = made
        return made

    def _id(self, word: str) -> str:
        """As old as the copy is, so that it sorts as it would."""
        digest = sha256(f"{word}{self.number}".encode()).hexdigest()
        made = int(word[:12], 16) - int(self.back.total_seconds() * 1000)
        return f"{made:012x}7{digest[:3]}{word[16]}{digest[3:18]}"

    def id(self, word: str) -> UUID:
        """An id of the template as it is in the copy."""
        if (made := self.ids.get(word)) is None:
            made = self.ids[word] = UUID(int=int(self[word], 16))
        return made

    def time(self, at: datetime) -> datetime:
        """A moment of the copy; what is never stays never."""
        return at if at.year > 9000 else at - self.back


def _moment(at: datetime) -> str:
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}{f'.{at.microsecond:06}' if at.microsecond else ''}Z"


Maker = Callable[[Words], Any]


def _shape(row: models.Model, own: frozenset[str]) -> list[Any]:
    """Of each column what it holds in every copy, or how it is made."""
    return [_maker(field, getattr(row, field.attname), own) for field in row._meta.concrete_fields]


def _maker(field: models.Field[Any, Any], value: Any, own: frozenset[str]) -> Any:
    if isinstance(value, UUID):
        word = value.hex
        return (lambda words: words.id(word)) if word in own else value
    if isinstance(value, datetime):
        return lambda words: words.time(value)
    if isinstance(field, models.JSONField) or field.attname in ("state", "body", "key"):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        parts = _WORDS.split(text)
        return (lambda words: rendered(parts, words)) if len(parts) > 1 else text
    return bytes(value) if isinstance(value, memoryview) else value


def rendered(parts: list[str], words: Words) -> str:
    """A text with the copy's ids, moments and days in it."""
    return "".join(words[part] if odd % 2 else part for odd, part in enumerate(parts))


@dataclass
class Registers:
    """How far the series of all organisations have come, and the log."""

    counted: dict[UUID, CountedSeries] = field(default_factory=dict)
    entered: int = field(default_factory=log._size)
    last: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in CountedSeries.objects.all():
            self.counted[row.id] = row
        levels = [level for level in range(self.entered.bit_length()) if self.entered >> level & 1]
        for level in levels:
            node = LogNode.objects.get(level=level, index=(self.entered >> level) - 1)
            self.last[level] = bytes.fromhex(node.hash)

    def next(self, organisation: UUID, name: str, at: datetime) -> CountedSeries:
        """The series of a year, with its next number taken."""
        period = str(timezone.localdate(at).year)
        id = series.series_id(organisation, name, period)
        if id not in self.counted:
            self.counted[id] = CountedSeries(
                id=id, organisation_id=organisation, name=name, period=period, count=0, head=chain.GENESIS
            )
        self.counted[id].count += 1
        return self.counted[id]

    def save(self) -> None:
        """Leave the series as they stand now."""
        for row in self.counted.values():
            row.seal = commit("series", [row.id, row.count, row.head])
        CountedSeries.objects.bulk_create(
            self.counted.values(), update_conflicts=True, unique_fields=["id"], update_fields=["count", "head", "seal"]
        )


@dataclass
class Copying:
    """Copies matters, one after the other."""

    bulk: Bulk
    registers: Registers
    number: int = field(default_factory=lambda: Case.objects.count())
    now: datetime = field(default_factory=timezone.now)

    def copy(self, template: Template, back: timedelta) -> None:
        """One more of them, so much earlier."""
        self.number += 1
        words = Words(template.own, back, self.number)
        rows: dict[type[models.Model], list[dict[str, Any]]] = {}
        for model, shapes in template.shapes.items():
            made = [[one(words) if callable(one) else one for one in shape] for shape in shapes]
            if model in AS_THEY_ARE:
                self.bulk.extend(model, made)
            else:
                rows[model] = [dict(zip(attributes(model), row, strict=True)) for row in made]
        keys = self._people(template, words)
        self._sealed(template, rows, keys, words)
        given = self._documents(template, rows, words)
        self._events(template, rows, words, given)
        self._case(template, rows, words)
        rows[Job] = [
            job | {"id": UUID(words._id(job["id"].hex)), "done_at": job["due_at"]} for job in rows.get(Job, ())
        ]
        rows[Job] = [job for job in rows[Job] if job["due_at"] > self.now - KEPT]
        for model, changed in rows.items():
            self.bulk.add(model, changed)

    def finish(self) -> None:
        """Write what is left."""
        self.bulk.flush()
        self.registers.save()

    def _people(self, template: Template, words: Words) -> dict[UUID, bytes]:
        """The petitioners of a copy, with names and telephones of their own; the keys of their data, by whom they stand for."""
        keys = {}
        for person in template.people:
            fields, confidential = template.fields[person.id]
            entry = [(words.id(person.id.hex), replace(fields, **_another(fields, self.number)))]
            made = petitioners.sealed(person.organisation_id, entry, words.time(person.created_at), confidential)
            for model, rows in zip((DataKey, Petitioner, BlindIndex), made, strict=True):
                self.bulk.add(model, [{name: getattr(row, name) for name in attributes(model)} for row in rows])
            keys[words.id(person.id.hex)] = petitioners.data_key(made[1][0])
        return keys

    def _sealed(self, template: Template, rows: Any, keys: Mapping[UUID, bytes], words: Words) -> None:
        for was, text in zip(template.rows.get(Text, ()), rows.get(Text, ()), strict=True):
            text["sealed"] = seal(keys[text["petitioner_id"]], template.texts[was.id], text["id"].bytes)
            text["indexed"] = False
        for was, file in zip(template.rows.get(Attachment, ()), rows.get(Attachment, ()), strict=True):
            (name, content), key = template.files[was.id], keys[file["petitioner_id"]]
            file["name"] = seal(key, name, name_place(file["id"]))
            file["place"] = f"attachments/{file['added_at']:%Y/%m/%d}/{file['id'].hex}"
            path = Path(default_storage.path(file["place"]))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(seal(key, content, file["id"].bytes))

    def _documents(self, template: Template, rows: Any, words: Words) -> dict[str, CountedSeries]:
        """Gives each document its number; what was given, by the document."""
        given = {}
        for document, entry in template.documents.items():
            body = json.loads(rendered(entry.body, words))
            taken = self.registers.next(entry.organisation, entry.name, datetime.fromisoformat(body["at"]))
            body["event"] |= {"number": taken.count, "period": taken.period}
            self._append(taken, body)
            given[words[document]] = SimpleNamespace(number=taken.count, period=taken.period)
        for row in [*rows.get(Notice, ()), *rows.get(DocumentRecord, ())]:
            if row["id"].hex in given:
                row |= vars(given[row["id"].hex])
        return given

    def _events(self, template: Template, rows: Any, words: Words, given: Mapping[str, Any]) -> None:
        head = chain.GENESIS
        for row in rows.get(Row, ()):
            if row["type"] == "PaperNumbered":
                body = json.loads(row["body"])
                body["event"] |= vars(given[body["event"]["paper"]])
                row["body"] = _text(body)
            row["previous"] = head
            head = row["hash"] = chain.link(head, row["case_id"], row["seq"], row["body"])
            self._enter(row)
        if rows.get(Row):
            rows[Case][0]["head"] = head
            for submission in rows.get(Submission, ()):
                submission["hash"] = rows[Row][submission["seq"] - 1]["hash"]

    def _case(self, template: Template, rows: Any, words: Words) -> None:
        """Enters a case in the register of its year; known by its number and receipts."""
        (case,) = rows[Case]
        taken = self.registers.next(case["organisation_id"], numbers.CASES, case["registered_at"])
        day = timezone.localdate(case["registered_at"])
        public = numbers.public_number(case["organisation_id"], taken.period, taken.count)
        code = template.case.number.partition("-")[0]
        case |= {"number": f"{code}-{day:%Y%m%d}-{public}", "entry": taken.count}
        case["ending"] = last_signs(case["number"])
        case["seal"] = commit(*tail(SimpleNamespace(**case)))  # type: ignore[arg-type]
        for submission in rows.get(Submission, ()):
            submission["receipt"] = new_receipt()
            submission["ending"] = last_signs(submission["receipt"])
        known = ([SimpleNamespace(**row) for row in rows.get(model, ())] for model in (Submission, CaseParty))
        bound = numbers.case_commitment(SimpleNamespace(**case), *known)  # type: ignore[arg-type]
        body = json.loads(rendered(template.entry, words))
        body["event"] |= {"number": taken.count, "period": taken.period, "commitment": bound}
        self._append(taken, body)

    def _append(self, taken: CountedSeries, body: Mapping[str, Any]) -> None:
        """The next event of a series."""
        text = _text(body)
        row: dict[str, Any] = {
            "organisation_id": taken.organisation_id,
            "case_id": taken.id,
            "seq": taken.count,
            "type": "Numbered",
        }
        row |= {"at": datetime.fromisoformat(body["at"]), "body": text, "previous": taken.head}
        taken.head = row["hash"] = chain.link(taken.head, taken.id, taken.count, text)
        self.bulk.add(Row, [row])
        self._enter(row)

    def _enter(self, row: Mapping[str, Any]) -> None:
        """The next leaf of the log, with the nodes that it completes."""
        registers, index = self.registers, self.registers.entered
        registers.entered += 1
        leaf = merkle.leaf_hash(bytes.fromhex(row["hash"]))
        nodes = []
        for (level, place), value in list(merkle.completed(index, leaf, lambda asked: [registers.last[asked[0][0]]])):
            nodes.append({"level": level, "index": place, "hash": value.hex()})
            registers.last[level] = value
        self.bulk.add(LogLeaf, [{"index": index, "case_id": row["case_id"], "seq": row["seq"], "at": row["at"]}])
        self.bulk.add(LogNode, nodes)


def sizes() -> Iterator[tuple[str, int]]:
    """How many rows each table has that grows with the register."""
    for model in COPIED:
        yield model._meta.db_table, model._default_manager.count()
