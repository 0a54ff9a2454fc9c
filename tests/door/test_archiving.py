"""Archiving: what the file lacks is named and blocks, unless why is said for each item, which the event keeps."""

from __future__ import annotations

import pytest

from huiyin import door
from huiyin.casework.filing.missing import lines_for, missing_items
from huiyin.casework.forms import form
from huiyin.casework.history import read_history, said_so_far
from huiyin.casework.loaded_case import load_case
from huiyin.casework.vocabulary import File
from huiyin.jobs.models import Job
from huiyin.rules.book.schema import ARCHIVE, MISSING_ITEMS
from tests.cast import Cast, make_cast
from tests.matters import Matter, begin, walk

ORIGINAL = "来文原件（扫描件）"
REFERRED = {"who": "registrar", "channel": "referral", "fields": {"source_organ": "市信访局"}}


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def declined(cast: Cast, **changes: object) -> Matter:
    """A matter that another organ referred to us, and that is none of ours."""
    matter = begin(cast, **{**REFERRED, **changes})  # type: ignore[arg-type]
    matter.does("intake", "decline")
    return matter


def archive_form(matter: Matter) -> dict[str, str]:
    loaded = load_case(matter.case)
    action = loaded.procedure.actions[ARCHIVE]
    views = form(loaded.rules, action, loaded.state, matter.case.organisation_id, matter.at)
    return {view.name: view.preset for view in views}


def test_what_the_file_lacks_is_named_and_blocks(cast: Cast) -> None:
    matter = declined(cast)
    outcome = matter.tries("archivist", "archive")
    assert isinstance(outcome, door.Rejected)
    (error,) = outcome.errors
    assert (error.field, error.code) == (MISSING_ITEMS, "missing-items")
    assert ORIGINAL in error.message
    assert not Job.objects.filter(what="archive").exists()


@pytest.mark.parametrize("said", ["", "原件另存", f"{ORIGINAL}", f"{ORIGINAL}：", "受理告知书：没有"])
def test_a_reason_for_something_else_or_none_does_not_do(cast: Cast, said: str) -> None:
    assert isinstance(declined(cast).tries("archivist", "archive", missing_items=said), door.Rejected)


def test_explained_in_words_it_is_archived_and_the_words_are_kept(cast: Cast) -> None:
    matter = declined(cast)
    matter.does("archivist", "archive", missing_items=f"{ORIGINAL}：纸质原件存于收发室")
    past = read_history(matter.case, cast.actor("archivist", matter.at))
    assert said_so_far(past)[MISSING_ITEMS] == f"{ORIGINAL}：纸质原件存于收发室"
    assert Job.objects.filter(what="archive").count() == 1


def test_nothing_is_asked_where_nothing_is_missing(cast: Cast) -> None:
    scanned = File("来文.txt", "关于转送信访事项的函".encode())
    matter = declined(cast, files=(scanned,))
    assert MISSING_ITEMS not in archive_form(matter)
    matter.does("archivist", "archive")


def test_the_form_begins_with_a_line_for_each_missing_item(cast: Cast) -> None:
    assert archive_form(declined(cast))[MISSING_ITEMS] == f"{ORIGINAL}："


def test_what_is_not_archiving_asks_for_nothing(cast: Cast) -> None:
    loaded = load_case(walk(begin(cast), until="accept").case)
    assert missing_items(loaded.rules, loaded.procedure.actions["assign"], loaded.state) == ()
    assert lines_for(()) == ""
