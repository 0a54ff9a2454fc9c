"""The package of an archived case: what it holds, that making it twice agrees, and that a case not archived has none."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiyin.archive import verify
from huiyin.archive.packaging import NotArchived, made_package
from tests.archive.filed import archived, packed
from tests.cast import Cast, make_cast
from tests.matters import begin, walk


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_a_package_is_as_it_was_made(cast: Cast, tmp_path: Path) -> None:
    assert verify.problems(str(packed(archived(cast), tmp_path))) == []


def test_making_it_twice_gives_the_same_bytes(cast: Cast, tmp_path: Path) -> None:
    matter = archived(cast)
    first = packed(matter, tmp_path, "first.zip").read_bytes()
    assert packed(matter, tmp_path, "second.zip").read_bytes() == first


def test_a_case_that_nobody_has_archived_has_no_package(cast: Cast) -> None:
    matter = walk(begin(cast))
    with pytest.raises(NotArchived), made_package(matter.case, matter.at):
        pass
