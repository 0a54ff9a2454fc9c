"""Files that come with a petition or an action: sealed under the petitioner's key and stored; removed where their rows were rolled back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from huiyin.casework.file_checks import kinds
from huiyin.casework.models import Attachment, Case, Submission
from huiyin.casework.sealed.attachments import UnsealedFile, name_place
from huiyin.door.beside import stored_files
from huiyin.people import petitioners
from huiyin.people.models import Petitioner
from huiyin.rows import Batch
from huiyin.sealing.aead import seal

FOLDER = "attachments"


def store_files(
    files: Sequence[UnsealedFile], case: Case, submission: Submission | None, petitioner: Petitioner, at: datetime
) -> None:
    """Seal and keep ``files``, which were checked. Call it inside the transaction that registers them.

    ``submission`` is the one with which they came; None when an action brought them.

    Contents are on disk before the rows can be committed; what a rollback leaves behind is removed by ``sweep``.
    """
    if not files:
        return
    key = petitioners.data_key(petitioner)
    rows = []
    for item in files:
        id, file = item.ref.id, item.file
        rows.append(
            Attachment(
                id=id,
                organisation_id=case.organisation_id,
                case=case,
                submission=submission,
                petitioner=petitioner,
                name=seal(key, item.salt + file.name.encode(), name_place(id)),
                type=kinds.KINDS[kinds.extension_of(file.name)].media_type,
                size=file.size,
                digest=item.ref.commitment,
                place=stored_files.keep(
                    f"{stored_files.folder_of(FOLDER, timezone.localdate(at))}/{id.hex}",
                    seal(key, file.content, id.bytes),
                ),
                added_at=at,
                reading=Attachment.FileReading.WAITING if file.is_unread else "",
            )
        )
    batch = Batch()
    batch.add(rows)
    batch.write()


def sweep_lately(at: datetime) -> int:
    """As ``sweep``, for a week that ended the day before yesterday: no registration takes that long."""
    today = timezone.localdate(at)
    return sweep(today - timedelta(days=ago) for ago in range(2, 9))


def sweep(days: Iterable[date]) -> int:
    """Remove files that were written on ``days`` for registrations that were never committed; how many.

    Only past days are safe: a registration may be under way.
    """
    return stored_files.remove_unknown(FOLDER, days, _known)


def _known(found: Collection[str]) -> Collection[str]:
    return stored_files.known_of(Attachment.objects.all(), found)
