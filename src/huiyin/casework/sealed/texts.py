"""Free text beside the ledger: sealed under the petitioner's key, bound to the ledger by a salted commitment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final, Literal
from uuid import UUID

from huiyin.casework.models import Text
from huiyin.people import petitioners
from huiyin.people.ids import new_id
from huiyin.people.models import Petitioner
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.command import TextRef
from huiyin.rows import Prepared
from huiyin.sealing.aead import SealBroken, open_sealed
from huiyin.sealing.keyring import UnknownKey

SALT_BYTES = 16
WORDS_IN_A_LIST = 30
"""Characters of a petition by which a list calls it, where it has no title."""
Integrity = Literal["bound", "altered", "missing", "erased"]
"""Whether a stored text is the one that the ledger names; it may also be gone, or unreadable since its petitioner's key was destroyed."""


@dataclass(frozen=True, slots=True)
class UnsealedText:
    """A text on its way in: not stored yet, but already named by the command."""

    ref: TextRef
    salt: bytes = field(repr=False)
    text: str = field(repr=False)


def unsealed(text: str, at: datetime) -> UnsealedText:
    """Name ``text`` and commit to it. The salt keeps a short text from being guessed by its commitment."""
    salt = os.urandom(SALT_BYTES)
    return UnsealedText(TextRef(new_id(at), commitment(salt, text), len(text)), salt, text)


def commitment(salt: bytes, content: str | bytes) -> str:
    """The hex SHA-256 of salt and content (a text as UTF-8)."""
    return sha256(salt + (content.encode() if isinstance(content, str) else content)).hexdigest()


_with_keys: Final = Prepared(lambda ids: Text.objects.filter(id__in=ids).select_related("petitioner__key"))


def _rows(ids: Iterable[UUID]) -> list[Text]:
    asked = tuple(set(ids))
    return _with_keys.all(asked) if asked else []


def read_texts(ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """The texts with these ids. What was erased, or never was, is missing. The caller has checked who may read."""
    found = {}
    keys: dict[UUID, bytes] = {}
    for row in _rows(ids):
        try:
            if row.petitioner_id not in keys:
                keys[row.petitioner_id] = petitioners.data_key(row.petitioner)
        except PetitionerErased:
            continue
        found[row.id] = open_sealed(keys[row.petitioner_id], bytes(row.sealed), row.id.bytes)[SALT_BYTES:].decode()
    return found


def read_with_salts(ids: Iterable[UUID]) -> Mapping[UUID, tuple[bytes, str]]:
    """As ``read_texts``, each after the salt with which it was committed to: for who hands on what can be checked without us."""
    found = {}
    for row in _rows(ids):
        try:
            plain = open_sealed(petitioners.data_key(row.petitioner), bytes(row.sealed), row.id.bytes)
        except PetitionerErased:
            continue
        found[row.id] = (plain[:SALT_BYTES], plain[SALT_BYTES:].decode())
    return found


def opening_words(text: str) -> str:
    """What a text begins with, to call a case by that nobody gave a title: its first sentence; where that does not fit on a line of a list, as
    far as the last mark of punctuation that does, without dots, which would stand in a quotation as if they had been written there.
    """
    sentence = _first_sentence(text)
    if len(sentence) <= WORDS_IN_A_LIST:
        return sentence
    # A comma between digits is part of a number.
    marked = re.match(r".*(?=[，。；、;]|,(?!\d))", sentence[: WORDS_IN_A_LIST + 1])
    return (marked[0] if marked else "").rstrip("，。；、,; ") or sentence[:WORDS_IN_A_LIST]


def _first_sentence(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return re.split(r"(?<=[。！？!?；;])", line, maxsplit=1)[0].rstrip("。；;")


def integrity(refs: Iterable[TextRef]) -> Mapping[TextRef, Integrity]:
    """How the stored texts stand to the ``refs`` by which the ledger names them."""
    refs = set(refs)
    rows = _rows(ref.id for ref in refs)
    return integrity_among(refs, rows, {row.petitioner_id: row.petitioner for row in rows})


def integrity_among(
    refs: Iterable[TextRef], rows: Iterable[Text], people: Mapping[UUID, Petitioner]
) -> Mapping[TextRef, Integrity]:
    """As ``integrity``, by ``rows`` that were read already, with all ``people`` under whose keys they are sealed (``key`` read with them)."""
    keys = _Keys(people)
    found = {row.id: row for row in rows}
    return {ref: _integrity_of(ref, found.get(ref.id), keys) for ref in refs}


class _Keys(dict[UUID, bytes]):
    """The data keys of some people, each unwrapped once. Raises what ``petitioners.data_key`` raises."""

    def __init__(self, people: Mapping[UUID, Petitioner]) -> None:
        super().__init__()
        self.people = people

    def __missing__(self, person: UUID) -> bytes:
        self[person] = key = petitioners.data_key(self.people[person])
        return key


def _integrity_of(ref: TextRef, row: Text | None, keys: _Keys) -> Integrity:
    if row is None or row.petitioner_id not in keys.people:
        return "missing"
    try:
        plain = open_sealed(keys[row.petitioner_id], bytes(row.sealed), row.id.bytes)
        length = len(plain[SALT_BYTES:].decode())
    except PetitionerErased:
        return "erased"
    except (SealBroken, UnknownKey, UnicodeDecodeError):
        return "altered"
    return "bound" if sha256(plain).hexdigest() == ref.commitment and length == ref.length else "altered"
