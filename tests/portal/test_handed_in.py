"""Receipt and page of the matter say what was handed in, to whoever handed it in and to nobody else."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.casework.models import Attachment
from tests.cast import Cast
from tests.matters import Matter
from tests.portal.conftest import FORM, PETITION, hidden, html, open_matter

NOTE = "水从井盖里冒出来。".encode()


@pytest.fixture(autouse=True)
def _own_store(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "files")


def note(name: str = "现场说明.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, NOTE)


def links(page: str) -> list[str]:
    return re.findall(r'href="(/track/matter/files/[^"]*)"', page)


def test_the_receipt_lists_text_and_files_and_hands_them_out(cast: Cast, anyone: Client) -> None:
    page = html(anyone.post(FORM, {**PETITION, "files": note()}, follow=True))
    assert PETITION["text"] in page and "现场说明.txt" in page
    answer = anyone.get(links(page)[0])
    assert answer.content == NOTE
    assert (
        answer.headers["Content-Disposition"].startswith("attachment") and "no-store" in answer.headers["Cache-Control"]
    )


def test_the_page_of_the_matter_lists_what_was_added_later_too(anyone: Client, matter: Matter) -> None:
    open_matter(anyone, matter)
    path = "/track/matter/supplement/"
    form = anyone.get(path)
    sent = {"_key": hidden(form, "_key"), "_at_seq": hidden(form, "_at_seq"), "more": "又坏了一盏"}
    page = html(anyone.post(path, {**sent, "files": note("补充.txt")}, follow=True))
    assert len(links(page)) == 1 and "补充.txt" in page
    assert anyone.get(links(page)[0]).content == NOTE


def test_nobody_else_reads_them(cast: Cast, anyone: Client, matter: Matter) -> None:
    page = html(anyone.post(FORM, {**PETITION, "files": note()}, follow=True))
    link, other = links(page)[0], Client()
    assert other.get(link).status_code == HTTPStatus.FOUND
    open_matter(other, matter)
    assert other.get(link).status_code == HTTPStatus.NOT_FOUND


def test_papers_that_the_office_filed_are_not_the_petitioners_to_read(anyone: Client, matter: Matter) -> None:
    """A file of the same case which they did not hand in."""
    first = Client()
    page = html(first.post(FORM, {**PETITION, "files": note()}, follow=True))
    Attachment.objects.update(case=matter.case)
    open_matter(anyone, matter)
    assert anyone.get(links(page)[0]).status_code == HTTPStatus.NOT_FOUND
