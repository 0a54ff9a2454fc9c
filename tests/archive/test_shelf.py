"""Packages in the store: made by the worker, bound by the ledger, sealed, unreadable once a petitioner is erased."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage

from huiyin import worker
from huiyin.archive import shelf
from huiyin.archive.checking import check
from huiyin.archive.models import Package
from huiyin.audit.verify import verify
from huiyin.backup.contents import read_contents
from huiyin.door.erasure import Erasing, erase
from huiyin.jobs.models import Job
from huiyin.ledger.models import Row
from huiyin.people import petitioners
from huiyin.people.checks import PetitionerFields
from huiyin.people.models import AccessRecord, Erasure
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.storage import codec
from tests.archive.filed import LATER, archived, packed, put_away
from tests.audit.installation import unguarded
from tests.cast import Cast, make_cast
from tests.matters import DAWN, Matter, replay_equals_projection
from tests.samples import one_of

TWO = (DAWN, PetitionerFields(name="李小明", phone="13900002222", address="滨江路 9 号"))


@pytest.fixture
def cast(db: None, settings: Any, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return make_cast()


def complaints(matter: Matter) -> list[str]:
    return [str(finding) for finding in verify([matter.id], at=matter.at + LATER) if finding.kind == "wrong"]


def test_the_worker_puts_the_package_away_and_the_ledger_commits_to_it(cast: Cast, tmp_path: Path) -> None:
    matter = archived(cast)
    same = packed(matter, tmp_path)
    package = put_away(matter)
    stored = codec.loads_entry(Row.objects.get(case_id=matter.id, type="PackageStored").body)[2]
    assert (stored.package, stored.digest, stored.size) == (package.id, package.digest, package.size)
    assert (package.term, package.seq) == ("y30", matter.case.seq)
    assert sha256(same.read_bytes()).hexdigest() == package.digest
    assert complaints(matter) == []


def test_what_is_opened_is_the_package_and_passes_every_check(cast: Cast, tmp_path: Path) -> None:
    package = put_away(archived(cast))
    (tmp_path / "copy.zip").write_bytes(b"".join(shelf.content(package)))
    checked = check(tmp_path / "copy.zip")
    assert (checked.problems, checked.digest, checked.items) == ((), package.digest, package.items)
    assert [item.number for item in shelf.listing(package)] == list(range(1, package.items + 1))


def test_made_once_more_it_stays_the_one_that_is_there(cast: Cast) -> None:
    matter = archived(cast)
    package, events = put_away(matter), matter.case.seq
    shelf.ask_for(matter.case, matter.at + LATER)
    assert put_away(matter) == package
    assert matter.case.seq == events


def test_who_the_petitioners_are_is_read_on_record(cast: Cast) -> None:
    matter = archived(cast)
    put_away(matter)
    (record,) = AccessRecord.objects.filter(case=matter.id, purpose="archive")
    assert record.account_id is None


def test_nothing_of_a_package_stands_in_the_clear_on_disk(cast: Cast) -> None:
    package = put_away(archived(cast))
    kept = default_storage.open(package.place).read()
    assert kept[:2] != b"PK"
    assert "路灯".encode() not in kept
    assert "照片说明".encode() not in bytes(package.listing)


@pytest.mark.parametrize("which", [0, 1])
def test_once_any_of_the_petitioners_is_erased_nobody_can_read_the_package(cast: Cast, which: int) -> None:
    matter = archived(cast, petitioners=TWO, headcount=2)
    package = put_away(matter)
    party = matter.case.parties.order_by("position")[which].petitioner
    petitioners.erase(party, matter.at)
    for reading in (shelf.listing, lambda package: next(shelf.content(package))):
        with pytest.raises(PetitionerErased):
            reading(package)
    assert shelf.flaw(package) == "erased"


def test_an_erased_case_is_told_as_erased_and_not_as_wrong(cast: Cast) -> None:
    matter = archived(cast)
    put_away(matter)
    erase(matter.case, Erasing(Erasure.Reason.ORDER, "临信〔2026〕1号", cast.accounts["head"]), matter.at)
    assert complaints(matter) == []


COLUMNS = [column.attname for column in Package._meta.concrete_fields]


@pytest.mark.parametrize("column", one_of(4, [(column,) for column in COLUMNS], COLUMNS))
def test_a_changed_column_of_a_package_is_found(cast: Cast, column: str) -> None:
    from tests.audit.installation import otherwise

    matter = archived(cast)
    package = put_away(matter)
    other = archived(cast).id if column == "case_id" else None
    value = other or otherwise(Package._meta.get_field(column), getattr(package, column))
    with unguarded():
        Package.objects.filter(id=package.id).update(**{column: value})
    assert complaints(matter) != []


def test_a_missing_package_is_found(cast: Cast) -> None:
    matter = archived(cast)
    put_away(matter).delete()
    assert "package" in complaints(matter)[0]


def test_a_package_that_was_changed_on_disk_is_found(cast: Cast) -> None:
    matter = archived(cast)
    package = put_away(matter)
    path = Path(default_storage.path(package.place))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert shelf.flaw(package) == "altered"
    assert complaints(matter) != []


def test_a_package_whose_end_was_cut_off_is_found(cast: Cast) -> None:
    package = put_away(archived(cast, files=()))
    path = Path(default_storage.path(package.place))
    path.write_bytes(path.read_bytes()[:-100])
    assert shelf.flaw(package) == "altered"


def test_a_backup_takes_packages_along(cast: Cast) -> None:
    from django.db import connection

    package = put_away(archived(cast))

    def ask(statement: str, values: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall()

    assert package.place in read_contents(ask).places


def test_files_of_packages_that_no_row_names_are_removed(cast: Cast) -> None:
    matter = archived(cast)
    package = put_away(matter)
    Package.objects.filter(id=package.id).update(place="packages/elsewhere")
    assert shelf.sweep_lately(matter.at + 4 * LATER) == 1


def test_a_case_whose_text_is_gone_is_not_packed_and_the_job_says_so(cast: Cast) -> None:
    from huiyin.casework.models import Text

    matter = archived(cast)
    Text.objects.filter(case=matter.id).first().delete()  # type: ignore[union-attr]
    while worker.do_jobs(matter.at + LATER):
        pass
    job = Job.objects.get(what="archive")
    assert job.dead_at is not None
    assert "texts that the ledger names are not there" in job.error


def test_the_replay_of_a_packed_case_is_whole(cast: Cast) -> None:
    matter = archived(cast)
    put_away(matter)
    replay_equals_projection(matter.id)
