"""All rows of a register as a file: asked for by a page, made by workers piece by piece, on record, gone after a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from huiyin.casework.lists.cases import count
from huiyin.casework.visible import visible_to
from huiyin.jobs import kinds, piecewise
from huiyin.jobs.models import Job
from huiyin.jobs.queue import Progress
from huiyin.people import administration
from huiyin.people.ids import new_id
from huiyin.people.models import Account
from huiyin.procedure.command import Actor
from huiyin.procedure.confidentiality.levels import NOT_EXPORTED
from huiyin.registers import files
from huiyin.registers.columns import COLUMNS
from huiyin.registers.lines import register_lines
from huiyin.registers.models import ExportPiece, RegisterExport
from huiyin.registers.query import RegisterQuery
from huiyin.sealing.aead import open_sealed, seal
from huiyin.sealing.keyring import derive

ROWS_A_PIECE: Final = 200
MAX_ROWS: Final = 100_000
KEPT: Final = timedelta(days=1)
"""It is looked at on the day on which it is asked for, and holds what many cases are about."""
PURPOSE: Final = "register_export"
"""Under which the log of who read what has it."""
_SEAL: Final = "register-exports"

journal = structlog.get_logger("huiyin.registers")


def begin(
    actor: Actor, account: Account, query: RegisterQuery, form: RegisterExport.Form, at: datetime
) -> RegisterExport:
    """Have all rows of a register written into a file. That somebody had it made is put on record, in the log of who read personal data."""
    assert actor.post is not None  # whoever has a page open acts in a post
    id = new_id(at)
    plain = json.dumps([query.address(), query.filters.q, translation.get_language()])
    export = RegisterExport(
        id=id,
        organisation_id=actor.organisation,
        account=account,
        post_id=actor.post,
        form=form,
        query=seal(derive(_SEAL), plain.encode(), id.bytes),
        total=min(MAX_ROWS, count(actor, query.filters, at, query.sort)),
        asked_at=at,
    )
    with transaction.atomic():
        piecewise.begin(export, kinds.register_export(actor.organisation, export.id, export.total, at))
        administration.record_access(actor.organisation, account.id, PURPOSE, at)
    return export


def asked_by(actor: Actor, id: UUID) -> RegisterExport | None:
    """The file if ``actor`` asked for it in the post in which they act now; for everybody else there is none."""
    return RegisterExport.objects.filter(id=id, account=actor.person, post=actor.post).first()


def carry_on(job: Job, at: datetime) -> Progress | None:
    """Write the next rows of the file that ``job`` is about; None when it is done."""
    found = piecewise.go_on(RegisterExport.objects.all(), job.payload["export"], at)
    if found is None:
        return None
    export, actor = found
    query, language = _asked(export)
    with translation.override(language):
        page = register_lines(actor, query, at, export.position, ROWS_A_PIECE)
        rows = [[line.view.case.id.hex, *(COLUMNS[name].cell(line) for name in query.columns)] for line in page.items]
    done = export.done + len(rows)
    next_position = page.next if done < MAX_ROWS else ""
    _keep(export, rows, next_position, at)
    return Progress(done, max(done, export.total)) if next_position else None


def give_up(job: Job, at: datetime) -> None:
    """The file that ``job`` is about failed too often; whoever puts the job back lets it go on where it stood."""
    piecewise.give_up(RegisterExport.objects.all(), job.payload["export"], at)


def forget(at: datetime) -> int:
    """Delete files that are older than a day; how many."""
    return piecewise.forget(RegisterExport.objects.filter(asked_at__lt=at - KEPT))


def file_of(export: RegisterExport, actor: Actor, organ: str, who: str) -> bytes:
    """The whole file, without cases that ``actor``, who asked for it, may see no longer or whose level forbids it. Raises SealBroken."""
    query, language = _asked(export)
    rows = list(_rows(export, actor))
    with translation.override(language):
        heading = [str(COLUMNS[name].label) for name in query.columns]
        asked = timezone.localtime(export.asked_at)
        marks = {"who": who, "when": asked.strftime("%Y-%m-%d %H:%M"), "n": len(rows), "id": export.id.hex[-8:]}
        mark = _("由 %(who)s 于 %(when)s 导出，共 %(n)d 条，导出号 %(id)s；内部使用，请勿外传") % marks
        if left_out := export.done - len(rows):
            mark += _("；另有 %(n)d 条按密级或者权限不予导出") % {"n": left_out}
        title = _("%(organ)s信访台账") % {"organ": organ}
    if export.form == RegisterExport.Form.CSV:
        return files.as_csv(mark, heading, rows)
    return files.as_xlsx(title, mark, heading, rows)


def _asked(export: RegisterExport) -> tuple[RegisterQuery, str]:
    address, q, language = json.loads(open_sealed(derive(_SEAL), bytes(export.query), export.id.bytes))
    return RegisterQuery.parse(address, q), language


def _rows(export: RegisterExport, actor: Actor) -> Iterator[list[str]]:
    """The cells of all rows. Each is kept with the id of its case, since it may accuse by now whoever asked for the file."""
    for piece in ExportPiece.objects.filter(export=export).order_by("position").iterator():
        rows = json.loads(open_sealed(derive(_SEAL), bytes(piece.content), piece.id.bytes))
        ids = (
            visible_to(actor).filter(id__in=[UUID(hex=case) for case, *_cells in rows]).exclude(level__in=NOT_EXPORTED)
        )
        seen = {id.hex for id in ids.values_list("id", flat=True)}
        yield from (cells for case, *cells in rows if case in seen)


def _keep(export: RegisterExport, rows: list[list[str]], next_position: str, at: datetime) -> None:
    """The piece, and where the list goes on, at once; a piece that another worker was faster with is left out."""
    id = new_id(at)
    content = seal(derive(_SEAL), json.dumps(rows, ensure_ascii=False).encode(), id.bytes)
    ended = None if next_position else at
    try:
        with transaction.atomic():
            ExportPiece.objects.create(id=id, export=export, position=export.done, content=content)
            RegisterExport.objects.filter(id=export.id).update(
                done=F("done") + len(rows), position=next_position, ended_at=ended, reason=""
            )
    except IntegrityError:
        return
    if ended:
        journal.info("register exported", export=str(export.id), rows=export.done + len(rows))
