"""Files, as an upload or as JSON brings them."""

from __future__ import annotations

import pytest

from huiyin.casework.vocabulary import File
from huiyin.rules.book.fields import type_named
from huiyin.rules.book.fields.base import UNREADABLE
from tests.rules.book.fields.world import TODAY, Reader, read, rule


def test_an_upload_and_its_base64_are_the_same_file() -> None:
    reader = Reader()
    read("files", [File("a.txt", b"abc"), {"name": "a.txt", "content": "YWJj"}], reader)
    assert reader.kept == [("a.txt", b"abc")] * 2


@pytest.mark.parametrize(
    "given", ["a.txt", {"name": "a.txt"}, {"name": "a.txt", "content": "!"}, {"name": 1, "content": "YWJj"}]
)
def test_what_is_no_file_cannot_be_read(given: object) -> None:
    reader = Reader()
    assert read("files", [{"name": "a.txt", "content": "YWJj"}, given], reader) is UNREADABLE
    assert reader.kept == []


def test_a_form_takes_ten_files_or_as_many_as_the_rulebook_says() -> None:
    assert type_named("files").bounds(rule("files"), TODAY) == (None, 10)
    assert type_named("files").bounds(rule("files", max=2), TODAY) == (None, 2)
