"""What a record of access was for, in words."""

from __future__ import annotations

import pytest

from huiyin.archive import room
from huiyin.archive.package import contents
from huiyin.casework.lists import terminated
from huiyin.casework.received import registered
from huiyin.casework.sealed.looks import OTHER, in_words
from huiyin.dispatch import envelopes
from huiyin.documents import addressee
from huiyin.door.beside import lookups
from huiyin.notify import mail, mailed_receipt

USED = (contents, room, registered, envelopes, addressee, mail, mailed_receipt)
PURPOSES = (*(module.PURPOSE for module in USED), lookups.REPEATS, "case_page", "api_case")


@pytest.mark.parametrize(
    "purpose", sorted({*PURPOSES, *(f"{terminated.PURPOSE}:{why}" for why in terminated.PURPOSES)})
)
def test_every_purpose_for_which_petitioners_are_read_has_words(purpose: str) -> None:
    assert in_words(purpose) not in (str(OTHER), purpose)


def test_a_purpose_that_nothing_uses_any_more_shows_no_code() -> None:
    assert in_words("former_code") == str(OTHER)
