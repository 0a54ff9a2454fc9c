"""The store of packages: each made once after its case was archived, sealed, bound by an event of the case, and opened for who may read it."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog
from django.core.files import File
from django.utils import timezone

from huiyin.archive.envelope import SEALED_PART, opened_parts, sealed_parts
from huiyin.archive.models import Package
from huiyin.archive.package.bag import TooLarge
from huiyin.archive.package.contents import Incomplete
from huiyin.archive.package.items import Item
from huiyin.archive.package.packaging import Made, NotArchived, archived_through, made_package
from huiyin.archive.package.rendering import as_json
from huiyin.casework.models import Case, CaseParty
from huiyin.casework.sealed import places
from huiyin.door.beside import stored_files
from huiyin.door.filing.packages import record_package
from huiyin.errors import HuiyinError
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.jobs.queue import PermanentFailure, Progress
from huiyin.language import gettext as _
from huiyin.ledger.chain import read_chain
from huiyin.ledger.models import Row
from huiyin.people.ids import new_id
from huiyin.people.models import Petitioner
from huiyin.people.petitioners import PetitionerErased, data_key
from huiyin.procedure.event import ActionTaken, PackageStored
from huiyin.rules.book.schema import ARCHIVE
from huiyin.sealing.aead import KEY_BYTES, open_sealed, seal

FOLDER: Final = "packages"
LISTING: Final = b"listing"

journal = structlog.get_logger("huiyin.archive")


def put_away(job: Job, at: datetime) -> Progress | None:
    """Make the package of a case that was archived (``kinds.archive``), seal it, and have the ledger commit to it.

    Done twice it comes to the same: a package of the same events is there already. Raises PermanentFailure.
    """
    case = Case.objects.select_related("organisation", "unit").filter(id=job.payload["case"]).first()
    if case is None:
        raise PermanentFailure(_("没有这件事项"))
    try:
        if _is_there(case, archived_through(case)):
            return None
        with made_package(case, at) as made:
            _store(case, made, at)
    except (NotArchived, Incomplete, TooLarge, PetitionerErased) as error:
        raise PermanentFailure(error.wrong) from None
    return None


def ask_for(case: Case, at: datetime) -> None:
    """Have the package of an archived case made, or made once more where that failed; one that is there stays. Raises NotArchived."""
    archived_through(case)
    action = next(
        item.seq
        for item in reversed(list(read_chain(case.id, ActionTaken)))
        if isinstance(item.event, ActionTaken) and item.event.action == ARCHIVE
    )
    queue.enqueue_again(kinds.archive(case.organisation_id, case.id, action, at))


def _is_there(case: Case, through: int) -> bool:
    """Whether the package of these events was put away before."""
    return Package.objects.filter(case=case, through=through).exists()


def _store(case: Case, made: Made, at: datetime) -> None:
    row = _sealed(case, made, at)
    stored = PackageStored(row.id, row.digest, row.size, row.items, row.through, row.term)

    def keep(locked: Case) -> bool:
        if _is_there(locked, made.through):
            return False
        row.seq = locked.seq
        row.save(force_insert=True)
        return True

    if record_package(case.id, stored, keep, at):
        journal.info("package put away", package=row.digest, items=row.items, bytes=row.size)


def _sealed(case: Case, made: Made, at: datetime) -> Package:
    """The row of a package, whose file is sealed and on disk; what a rollback leaves behind is removed by ``sweep_lately``."""
    id, key, petitioners = new_id(at), os.urandom(KEY_BYTES), _petitioners(case)
    wrapped = key
    for petitioner in petitioners:
        wrapped = seal(data_key(petitioner), wrapped, id.bytes + petitioner.id.bytes)
    sealed = Path(made.path.parent, "sealed")
    with made.path.open("rb") as plain, sealed.open("wb") as target:
        for part in sealed_parts(key, plain, id.bytes):
            target.write(part)
    with sealed.open("rb") as file:
        day = timezone.localdate(at)
        place = stored_files.keep_file(f"{stored_files.folder_of(FOLDER, day)}/{id.hex}", File(file))
    listing = as_json([item.as_data() for item in made.items])
    return Package(
        id=id,
        organisation_id=case.organisation_id,
        case=case,
        through=made.through,
        digest=made.digest,
        size=made.size,
        items=len(made.items),
        term=made.term,
        archived_at=Row.objects.get(case_id=case.id, seq=made.through).at,
        made_at=at,
        petitioners=[petitioner.id.hex for petitioner in petitioners],
        wrapped=wrapped,
        listing=seal(key, listing, LISTING + id.bytes),
        place=place,
    )


def _petitioners(case: Case) -> list[Petitioner]:
    """In whose name the case stands, and the holder of its texts, without whoever was erased before. Raises PetitionerErased if all were."""
    # Their ids first: asked for in one statement they are looked for among all petitioners there are.
    parties = CaseParty.objects.filter(case=case).values_list("petitioner_id", flat=True)
    named = Petitioner.objects.filter(id__in={case.petitioner_id, *parties}, key__destroyed_at=None)
    found = list(named.select_related("key").order_by("id"))
    if not found:
        raise PetitionerErased(_("这件事项的信访人都已删除"))
    return found


def _key(package: Package) -> bytes:
    """The key of a package. Raises PetitionerErased, SealBroken."""
    ids = [UUID(id) for id in package.petitioners]
    known = Petitioner.objects.select_related("key").in_bulk(ids)
    key = bytes(package.wrapped)
    for id in reversed(ids):
        key = open_sealed(data_key(known[id]), key, package.id.bytes + id.bytes)
    return key


def listing(package: Package) -> tuple[Item, ...]:
    """The catalogue of a package; the caller has checked who may read. Raises PetitionerErased, SealBroken."""
    plain = open_sealed(_key(package), bytes(package.listing), LISTING + package.id.bytes)
    return tuple(map(Item.of_data, json.loads(plain)))


def content(package: Package) -> Iterator[bytes]:
    """The package, part by part; the caller has checked who may read.

    Raises PetitionerErased at once; while it is read SealBroken (altered on disk), FileNotFoundError (restore the files from a backup).
    """
    key = _key(package)
    return opened_parts(key, places.parts(package.place, SEALED_PART), package.id.bytes)


def flaw(package: Package) -> str:
    """What is wrong with a stored package in a word, compared with what the ledger says of it: erased, missing, altered; empty: nothing."""
    try:
        listing(package)
        digest = sha256()
        for part in content(package):
            digest.update(part)
    except PetitionerErased:
        return "erased"
    except FileNotFoundError:
        return "missing"
    except (HuiyinError, KeyError, ValueError):
        return "altered"
    return "" if digest.hexdigest() == package.digest else "altered"


def sweep_lately(at: datetime) -> int:
    """Remove packages that were written in the week until the day before yesterday and that no row names; how many."""
    today = timezone.localdate(at)
    return stored_files.remove_unknown(FOLDER, (today - timedelta(days=ago) for ago in range(2, 9)), _known)


def _known(found: Collection[str]) -> Collection[str]:
    return stored_files.known_of(Package.objects.all(), found)
