"""Files of a draft: taken in at once, in pieces where a script sends them, sealed, under the checks that hold for attachments."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.core.files.storage import default_storage
from django.db.models import F, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.sealed import attachments, places
from huiyin.casework.vocabulary import File, Waiting
from huiyin.door.beside import stored_files
from huiyin.people.ids import new_id
from huiyin.rules.book.fields.types.files import MAX_FILES
from huiyin.sealing.aead import open_sealed, seal
from huiyin.sealing.keyring import key_ring
from huiyin.web.models import DraftFile, StoredDraft

FOLDER: Final = "drafts"
PIECE_BYTES: Final = 1024 * 1024
"""What a script sends at a time, and what is sealed at a time."""
MAX_SENDER_BYTES: Final = 1024**3
"""Bytes that have come in of one sender or account, over all forms not sent. What is only announced takes no room from others."""
ANNOUNCED_FOR: Final = timedelta(minutes=10)
"""So long a file that was begun and has not come in counts among those of its form."""
MAX_STRANGERS_BYTES: Final = 16 * 1024**3
"""The same of strangers who write to one organisation."""


class _Pieces(Waiting):
    """The content of a file of a draft, opened when it is asked for."""

    def __init__(self, row: DraftFile, key: bytes) -> None:
        self.row, self.key, self.size = row, key, row.size

    def pieces(self) -> Iterator[bytes]:
        """The content, a piece after the other."""
        for offset in range(0, self.size, PIECE_BYTES):
            yield open_sealed(self.key, places.read_place(_piece(self.row, offset)), _bound(self.row, offset))

    def read(self) -> bytes:
        return b"".join(self.pieces())


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that came in whole: ``id`` names it on the page, ``input`` where it was chosen; ``size`` in bytes."""

    id: UUID
    input: str
    name: str = field(repr=False)
    size: int
    file: File = field(repr=False)


def data_key(draft: StoredDraft) -> bytes:
    """The key under which everything of a draft lies."""
    return key_ring().unwrap(bytes(draft.key), draft.id.bytes)


def kept_files(draft: StoredDraft) -> tuple[KeptFile, ...]:
    """The files of a draft that have come in whole, oldest first."""
    key = data_key(draft)
    rows = draft.files.filter(checked=True).order_by("added_at", "id")
    return tuple(_opened(row, key) for row in rows)


def begin(
    draft: StoredDraft, field: str, name: str, size: int, mark: str, others: Collection[File], at: datetime
) -> DraftFile | FormError:
    """A place for a file that a script is going to send in pieces; the one that it has begun before, if it is the same file.

    ``mark`` tells files of one name and size apart; ``others`` are those that the input holds already.
    """
    key = data_key(draft)
    unfinished = draft.files.filter(field=field, checked=False).order_by("-added_at", "-id")
    # No more than a form can hold: opening a name costs time, and anybody may announce as many as they like.
    for row in unfinished.filter(size=size)[:MAX_FILES]:
        if _name_and_mark(row, key) == [name, mark]:
            return row
    coming = unfinished.filter(added_at__gt=at - ANNOUNCED_FOR).values_list("size", flat=True)[:MAX_FILES]
    problem = _refused(draft, [*others, *(File("", _Announced(one)) for one in coming), File(name, _Announced(size))])
    if problem is not None:
        return problem
    id = new_id(at)
    return DraftFile.objects.create(
        id=id,
        draft=draft,
        field=field,
        name=seal(key, json.dumps([name, mark]).encode(), b"name" + id.bytes),
        size=size,
        place=f"{stored_files.folder_of(FOLDER, timezone.localdate(at))}/{id.hex}",
        added_at=at,
    )


class _Announced(Waiting):
    """A content that is still to come: only its size is known."""

    def __init__(self, size: int) -> None:
        self.size = size

    def read(self) -> bytes:
        return b""


def _refused(draft: StoredDraft, files: list[File]) -> FormError | None:
    """Why the last of ``files`` is not taken in: what is known before it has come."""
    for problem in (
        *attachments.too_much(files),
        *attachments.problems(files[-1:]),
    ):  # the others were looked at when they came
        if problem.code != "content":
            return problem
    return no_room(draft, files[-1].size)


def no_room(draft: StoredDraft, size: int) -> FormError | None:
    """Why ``size`` bytes more are not taken in of whoever fills in this form; None when they are."""
    waiting = DraftFile.objects.filter(draft__sent_at=None)
    mine = (
        waiting.filter(draft__account_id=draft.account_id)
        if draft.account_id
        else waiting.filter(draft__sender=draft.sender)
    )
    if _bytes(mine) + size > MAX_SENDER_BYTES:
        return FormError("attachments", "too-many", _("您这里等着提交的附件太多，请先提交或去掉一些，过一天会自动清理"))
    theirs = waiting.filter(draft__organisation_id=draft.organisation_id, draft__account_id=None)
    if not draft.account_id and _bytes(theirs) + size > MAX_STRANGERS_BYTES:
        return FormError("attachments", "too-many", _("现在同时上传附件的人太多，请先提交文字，附件以后补交"))
    return None


def _bytes(rows: QuerySet[DraftFile]) -> int:
    return rows.aggregate(all=Sum("received"))["all"] or 0


def add(row: DraftFile, offset: int, content: bytes) -> int:
    """Keep one piece; how many bytes of the file have come now.

    A piece that is not the next one, or not of the right length, changes nothing: the answer says where to go on.
    """
    expected = min(PIECE_BYTES, row.size - row.received)
    if offset != row.received or len(content) != expected or not expected:
        return row.received
    place = _piece(row, offset)
    if default_storage.exists(place):  # it came before, and the answer to it got lost
        default_storage.delete(place)
    stored = stored_files.keep(place, seal(data_key(row.draft), content, _bound(row, offset)))
    if stored != place:  # the same piece came twice at the same time
        default_storage.delete(stored)
    DraftFile.objects.filter(id=row.id, received=offset).update(received=F("received") + len(content))
    row.refresh_from_db(fields=["received"])
    return row.received


def finish(row: DraftFile) -> FormError | None:
    """Look at a file that has come in whole: it is kept, or what is wrong with it, and then it is gone."""
    opened = _opened(row, data_key(row.draft))
    before = row.draft.files.filter(field=row.field, checked=True).values_list("size", flat=True)
    together = [*(File("", _Announced(size)) for size in before), opened.file]
    problem = next(iter([*attachments.problems([opened.file]), *attachments.too_much(together)]), None)
    if problem is not None:
        remove(row)
        return problem
    DraftFile.objects.filter(id=row.id).update(checked=True)
    return None


def take(draft: StoredDraft, field: str, file: File, others: Collection[File], at: datetime) -> FormError | None:
    """Keep a file that came whole with a form; why not, when it cannot be kept."""
    problem = next(iter(attachments.problems([file])), None)
    if problem is not None:
        return problem
    row = begin(draft, field, file.name, file.size, new_id(at).hex, others, at)
    if isinstance(row, FormError):
        return row
    content = file.content
    while row.received < row.size:
        add(row, row.received, content[row.received : row.received + PIECE_BYTES])
    DraftFile.objects.filter(id=row.id).update(checked=True)
    return None


def keep_whole(draft: StoredDraft, field: str, file: File, at: datetime) -> None:
    """Keep a file that is no attachment: what it may hold is for whoever reads it."""
    id = new_id(at)
    row = DraftFile.objects.create(
        id=id,
        draft=draft,
        field=field,
        name=seal(data_key(draft), json.dumps([file.name, id.hex]).encode(), b"name" + id.bytes),
        size=file.size,
        place=f"{stored_files.folder_of(FOLDER, timezone.localdate(at))}/{id.hex}",
        added_at=at,
    )
    content = file.content
    while row.received < row.size:
        add(row, row.received, content[row.received : row.received + PIECE_BYTES])
    DraftFile.objects.filter(id=row.id).update(checked=True)


def pieces(kept: KeptFile) -> Iterator[bytes]:
    """The content of a file that came in whole, a piece after the other: a large one is never in memory."""
    source = kept.file.source
    yield from source.pieces() if isinstance(source, _Pieces) else [kept.file.content]


def remove(row: DraftFile) -> None:
    """Take a file out again, for good."""
    found = [_piece(row, offset) for offset in range(0, row.received, PIECE_BYTES)]
    row.delete()
    for place in found:
        default_storage.delete(place)


def places_in_use(found: Collection[str]) -> Collection[str]:
    """Which of these places in the store belong to a file of a draft."""
    wholes = {place: place.rpartition(".")[0] for place in found}
    rows = set(DraftFile.objects.filter(place__in=set(wholes.values())).values_list("place", flat=True))
    return {place for place, whole in wholes.items() if whole in rows}


def _piece(row: DraftFile, offset: int) -> str:
    return f"{row.place}.{offset // PIECE_BYTES}"


def _bound(row: DraftFile, offset: int) -> bytes:
    return row.id.bytes + offset.to_bytes(8, "big")


def _name_and_mark(row: DraftFile, key: bytes) -> list[str]:
    found: list[str] = json.loads(open_sealed(key, bytes(row.name), b"name" + row.id.bytes))
    return found


def _opened(row: DraftFile, key: bytes) -> KeptFile:
    name = _name_and_mark(row, key)[0]
    return KeptFile(row.id, row.field, name, row.size, File(name, _Pieces(row, key)))
