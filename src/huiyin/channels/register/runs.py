"""An old register brought in on pages: handed in sealed, looked at and brought in by workers piece by piece, swept afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.imported.numbers import old_number
from huiyin.casework.vocabulary import File
from huiyin.channels.models import (
    AT_WORK,
    CHECKED,
    CHECKING,
    CONFIRMING,
    DONE,
    IMPORTING,
    WAITING,
    KeptMapping,
    RegisterRow,
    RegisterRun,
)
from huiyin.channels.records import SheetRow, TableUnreadable
from huiyin.channels.register.bringing import RegisterImport, RowOutcome, digest_of
from huiyin.channels.register.columns import RegisterMapping, preview
from huiyin.channels.register.confirming import CONFIRMED, WAITS, waiting_rows
from huiyin.channels.register.directory import RegisterDirectory
from huiyin.channels.register.row_files import open_documents
from huiyin.channels.register.rows import RegisterReader
from huiyin.channels.table import Sheet, open_table
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.jobs.queue import Progress
from huiyin.language import gettext
from huiyin.people.ids import new_id
from huiyin.people.models import Account, Organisation
from huiyin.procedure.command import Actor
from huiyin.rule_store.in_force import RulebookHistory
from huiyin.sealing.aead import KEY_BYTES
from huiyin.sealing.keyring import key_ring
from huiyin.web.drafts import draft_files, form_drafts
from huiyin.web.models import StoredDraft

ROWS_A_PIECE: Final = 500
KEPT: Final = timedelta(days=30)
TABLE, PAPERS = "table", "papers"
FORM: Final = "/desk/old-register/"
UNREADABLE, GONE, GIVEN_UP = "unreadable", "gone", "given-up"


@dataclass(frozen=True, slots=True)
class OpenedUpload:
    """What was handed in, in the clear for as long as somebody reads it."""

    table: Path
    papers: Path | None


def begin(organisation: Organisation, account: Account, table: File, papers: File | None, at: datetime) -> RegisterRun:
    """Keep what was handed in, sealed under a key of its own, with the mapping of last time. Raises TableUnreadable for what is no table."""
    kept = KeptMapping.objects.filter(organisation=organisation).first()
    id = new_id(at)
    draft = StoredDraft.objects.create(
        id=id,
        token=os.urandom(32),
        form=FORM,
        organisation_id=organisation.id,
        account_id=account.id,
        key=key_ring().wrap(os.urandom(KEY_BYTES), id.bytes),
        changed_at=at,
    )
    try:
        draft_files.keep_whole(draft, TABLE, table, at)
        if papers is not None:
            draft_files.keep_whole(draft, PAPERS, papers, at)
        run = RegisterRun(id=new_id(at), organisation=organisation, account=account, upload=draft, asked_at=at)
        run.mapping = kept.mapping if kept else {}
        with opened(run) as files:
            head = preview(files.table)
            open_documents(files.papers)
        run.sheet = head.sheet
    except Exception:  # whatever it was: nothing is kept that no run leads to
        form_drafts.discard(draft)
        raise
    run.save(force_insert=True)
    return run


@contextmanager
def opened(run: RegisterRun) -> Iterator[OpenedUpload]:
    """What was handed in, as files that nobody else may read and that are gone afterwards. Raises TableUnreadable when it was swept."""
    found = {file.input: file for file in draft_files.kept_files(run.upload)} if run.upload else {}
    if TABLE not in found:
        raise TableUnreadable(gettext("交来的文件已不在"), gettext("请再交一次"))
    with TemporaryDirectory(dir=settings.HUIYIN_SPOOL) as folder:
        places: dict[str, Path] = {}
        for name, kept in found.items():
            places[name] = Path(folder) / f"{name}{Path(kept.name).suffix.lower()}"
            with places[name].open("wb") as file:
                file.writelines(draft_files.pieces(kept))
        yield OpenedUpload(places[TABLE], places.get(PAPERS))


def mine(account: Account, organisation: UUID) -> QuerySet[RegisterRun]:
    """The registers that somebody handed in, the latest first: they alone see what stands in them."""
    return RegisterRun.objects.filter(account=account, organisation_id=organisation).order_by("-asked_at", "-id")


def tell_mapping(run: RegisterRun, mapping: RegisterMapping, at: datetime) -> None:
    """How the register is read; kept for the next one of the organisation."""
    with transaction.atomic():
        RegisterRun.objects.filter(id=run.id).update(mapping=mapping.as_dict())
        KeptMapping.objects.update_or_create(
            organisation_id=run.organisation_id, defaults={"mapping": mapping.as_dict(), "changed_at": at}
        )
    run.mapping = mapping.as_dict()


def start(run: RegisterRun, at: datetime, *, dry: bool) -> None:
    """Have every row looked at, or brought in, by a worker; what was found before is forgotten."""
    total = _rows(run)
    with transaction.atomic():
        held = RegisterRun.objects.select_for_update().get(id=run.id)
        if held.is_settled or (not dry and held.step != CHECKED):
            return
        RegisterRow.objects.filter(run=held).delete()
        held.counts = {}
        _enqueue(held, CHECKING if dry else IMPORTING, total, at)
    run.refresh_from_db()


def confirm(run: RegisterRun, account: Account, reader: Actor, at: datetime) -> bool:
    """Have what has ended and waits for ``reader``, who is ``account``, brought in by a worker, on their word too; False where nothing does.

    What does not wait for them goes on waiting. Raises TableUnreadable when what was handed in was swept.
    """
    total = _rows(run)
    with transaction.atomic():
        held = RegisterRun.objects.select_for_update().get(id=run.id)
        rows = waiting_rows(held, reader, at) if held.step == WAITING and held.account_id != account.id else ()
        if not rows:
            return False
        RegisterRow.objects.filter(run=held, line__in=[row.line for row in rows]).update(fate=CONFIRMED)
        held.confirmed_by, held.confirmed_at = account, at
        held.counts = {name: number for name, number in held.counts.items() if name != WAITS}
        _enqueue(held, CONFIRMING, total, at)
    run.refresh_from_db()
    return True


def _rows(run: RegisterRun) -> int:
    """How many lines of what was handed in hold anything; asked before anything is locked, since a large workbook takes seconds."""
    with opened(run) as files:
        return _table(run, files.table).raw


def _enqueue(run: RegisterRun, step: str, total: int, at: datetime) -> None:
    """Begin at the first line."""
    run.step, run.turn = step, run.turn + 1
    run.done, run.seen, run.skipped, run.reason = 0, 0, [], ""
    run.total = total
    run.save()
    if run.upload_id:
        StoredDraft.objects.filter(id=run.upload_id).update(changed_at=at)
    queue.enqueue(kinds.old_register(run.organisation_id, run.id, run.turn, run.total, at))


def carry_on(job: Job, at: datetime) -> Progress | None:
    """Look at or bring in the next piece of the register that ``job`` is about; None when there are no more."""
    run = RegisterRun.objects.select_related("organisation", "upload").filter(id=job.payload["run"]).first()
    if run is None or not run.is_at_work or run.turn != job.payload["turn"]:
        return None
    try:
        with opened(run) as files:
            more = _piece(run, files, at)
    except TableUnreadable:
        _end(run, at, GONE if run.upload is None else UNREADABLE)
        return None
    if not more:
        _end(run, at)
        return None
    return Progress(run.done, max(run.total, run.done + 1))


def _piece(run: RegisterRun, files: OpenedUpload, at: datetime) -> bool:
    """One piece of the lines; whether there are more."""
    table = _table(run, files.table)
    lines = list(islice(table.lines(), run.seen, run.seen + ROWS_A_PIECE))
    matters = [line for line in lines if line.skip is None]
    if run.step == CONFIRMING:
        confirmed = set(_confirmed(run, matters).values_list("line", flat=True))
        matters = [line for line in matters if line.number in confirmed]
    mapping = RegisterMapping.from_dict(run.mapping)
    reader = RegisterReader(
        run.organisation,
        mapping,
        RegisterDirectory(run.organisation, at),
        RulebookHistory(run.organisation, mapping.earlier),
        open_documents(files.papers),
    )
    work = RegisterImport(reader, run.step == CHECKING, timezone.now, _vouched(run), _before(run, matters))
    outcomes = list(zip(matters, work.run(matters), strict=True))
    with transaction.atomic():
        _confirmed(run, matters).delete()
        RegisterRow.objects.bulk_create(_row(run, line, outcome, at) for line, outcome in outcomes)
        _count(run, lines, [outcome for _line, outcome in outcomes])
    return len(lines) == ROWS_A_PIECE


def _confirmed(run: RegisterRun, lines: Iterable[SheetRow]) -> QuerySet[RegisterRow]:
    return RegisterRow.objects.filter(run=run, fate=CONFIRMED, line__in=[line.number for line in lines])


def _vouched(run: RegisterRun) -> str:
    """Who confirmed that what ended had ended, as it is kept with the words of the row: whoever reads the case later asks for that."""
    if run.step != CONFIRMING or run.confirmed_by is None or run.confirmed_at is None:
        return ""
    words = _("导入时由%(who)s（%(username)s）于 %(day)s 核对，确认此前已经办结")
    who, day = run.confirmed_by, timezone.localdate(run.confirmed_at).isoformat()
    return words % {"who": str(who), "username": who.username, "day": day}


def _before(run: RegisterRun, lines: Iterable[SheetRow]) -> dict[str, str]:
    """What the rows before said under the numbers of these; of what waited a second one is none of its number."""
    if run.step == CONFIRMING:
        return {}
    numbers = {old_number(str(line.values.get("number", ""))) for line in lines} - {""}
    known = RegisterRow.objects.filter(run=run, number__in=numbers).order_by("-line")
    return dict(known.values_list("number", "digest"))


def _row(run: RegisterRun, line: SheetRow, outcome: RowOutcome, at: datetime) -> RegisterRow:
    return RegisterRow(
        id=new_id(at),
        run=run,
        line=outcome.line,
        number=outcome.number[:100],
        digest=digest_of(line),
        fate=outcome.fate,
        stage=outcome.stage,
        due=outcome.due,
        rulebook=outcome.rulebook,
        case_number=outcome.case,
        errors=[[error.field, error.message] for error in outcome.errors],
        accused=sorted(id.hex for id in outcome.accused) if outcome.fate == WAITS else [],
        unresolved=outcome.unresolved and outcome.fate == WAITS,
    )


def _count(run: RegisterRun, lines: list[SheetRow], outcomes: list[RowOutcome]) -> None:
    for line in lines:
        run.done += line.lines
        if line.skip is None:
            continue
        last = run.skipped[-1] if run.skipped else None
        if last and last[2] == line.skip and last[1] == line.number - 1:
            last[1] = line.number
        else:
            run.skipped.append([line.number, line.number, line.skip])
    for outcome in outcomes:
        run.counts[outcome.fate] = run.counts.get(outcome.fate, 0) + 1
    run.seen += len(lines)
    run.save(update_fields=["done", "seen", "counts", "skipped"])


def _end(run: RegisterRun, at: datetime, reason: str = "") -> None:
    """What was looked at waits to be brought in; what is in goes, with what was handed in."""
    if run.step == CONFIRMING:
        RegisterRow.objects.filter(run=run, fate=CONFIRMED).update(fate=WAITS)
    run.step, run.ended_at, run.reason = _after(run, reason), at, reason
    if run.step == WAITING:
        run.counts[WAITS] = RegisterRow.objects.filter(run=run, fate=WAITS).count()
    run.save(update_fields=["step", "ended_at", "reason", "counts"])
    if run.step == DONE and run.upload_id:
        StoredDraft.objects.filter(id=run.upload_id).update(sent_at=at)


def _after(run: RegisterRun, reason: str) -> str:
    """Where it stands when a worker is through with it, or could not go on."""
    if run.step == CONFIRMING:
        return WAITING if RegisterRow.objects.filter(run=run, fate=WAITS).exists() else DONE
    if run.step == CHECKING or reason:
        return CHECKED
    return WAITING if run.counts.get(WAITS) else DONE


def give_up(job: Job, at: datetime) -> None:
    """The work failed too often: the page says so, and it may be asked for again; what is in is not brought in twice."""
    found = RegisterRun.objects.filter(id=job.payload["run"], turn=job.payload["turn"], step__in=AT_WORK)
    for run in found:
        _end(run, at, GIVEN_UP)


def forget(at: datetime) -> int:
    """Delete attempts that are older than a month; how many."""
    old = RegisterRun.objects.filter(asked_at__lt=at - KEPT).exclude(step__in=AT_WORK)
    number = old.count()
    old.delete()
    return number


def _table(run: RegisterRun, path: Path) -> Sheet:
    mapping = RegisterMapping.from_dict(run.mapping)
    head = preview(path, run.sheet, kept=mapping)
    return open_table(path, run.sheet, mapping.form(head.headers))


def lines_of(run: RegisterRun) -> Iterator[SheetRow]:
    """Every line of what was handed in, as it is read. Raises TableUnreadable when it was swept."""
    with opened(run) as files:
        yield from _table(run, files.table).lines()
