"""`huiyin archive`: a package written and checked from outside, with what goes wrong in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from huiyin.jobs.models import Job
from tests.archive.filed import archived
from tests.cast import make_cast
from tests.commands.running import Huiyin
from tests.matters import Matter, begin, walk


@pytest.fixture
def matter(db: None, settings: Any, tmp_path: Path) -> Matter:
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return archived(make_cast())


def test_a_package_is_written_and_passes(matter: Matter, tmp_path: Path, huiyin: Huiyin) -> None:
    target = str(tmp_path / "file.zip")
    made = huiyin("archive", "make", matter.case.number, "--output", target, "--json")
    assert made.status == 0
    said = made.data
    assert said["case"] == matter.case.number
    checked = huiyin("archive", "verify", target, "--json")
    assert checked.status == 0
    told = checked.data
    assert (told["ok"], told["sha256"], told["items"]) == (True, said["sha256"], said["items"])
    assert "all is well" in huiyin("archive", "verify", target).out


def test_a_changed_package_is_status_one_and_names_the_file(matter: Matter, tmp_path: Path, huiyin: Huiyin) -> None:
    target = tmp_path / "file.zip"
    huiyin("archive", "make", matter.case.number, "--output", str(target))
    content = target.read_bytes()
    target.write_bytes(content.replace("滨江路".encode(), "滨海路".encode(), 1))
    checked = huiyin("archive", "verify", str(target), "--json")
    assert checked.status == 1
    assert checked.data["problems"][0].startswith("data/")


@pytest.mark.parametrize("content", [None, b"no zip"])
def test_what_is_no_package_is_status_two_in_a_line(tmp_path: Path, huiyin: Huiyin, content: bytes | None) -> None:
    target = tmp_path / "file.zip"
    if content is not None:
        target.write_bytes(content)
    checked = huiyin("archive", "verify", str(target))
    assert (checked.status, len(checked.err.splitlines())) == (2, 1)


def test_a_case_that_is_not_archived_has_no_package(matter: Matter, huiyin: Huiyin) -> None:
    other = walk(begin(matter.cast))
    made = huiyin("archive", "make", other.case.number)
    assert made.status == 1
    assert "archive the case first" in made.err


def test_a_package_that_failed_is_queued_again(matter: Matter, huiyin: Huiyin) -> None:
    Job.objects.filter(what="archive").update(dead_at=matter.at)
    assert huiyin("archive", "make", matter.case.number, "--store").status == 0
    assert Job.objects.get(what="archive").dead_at is None
