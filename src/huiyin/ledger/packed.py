"""Bodies of events as they are stored: deflated against a dictionary of what bodies say again and again, a third of the size.

Only the storing is another: what is hashed, verified, exported and proved is the body itself. A row that was written before stays as it is,
a body as plain text, and is read as before (docs/ledger-format.md, "Packed bodies").
"""

from __future__ import annotations

import zlib
from base64 import b64encode
from binascii import Error, a2b_base64
from pathlib import Path
from typing import Any, Final

from django.db import models

MARK: Final = "z1:"
"""What a packed body begins with; a plain one is a JSON object, which begins with a brace. The number is that of the dictionary."""
DICTIONARY: Final = Path(__file__).with_name("bodies-1.dictionary").read_bytes()
"""Never changed: whoever has a better one adds it under another number, and keeps this one for what it packed."""
MAX_CHARS: Final = 64 * 2**20
"""So long no body is: what would unpack to more was not packed by us."""
_BLANK: Final = zlib.compressobj(level=6, wbits=-15, memLevel=8, zdict=DICTIONARY)


def pack(body: str) -> str:
    """A body in the form in which it is stored: plain where that is no longer than packed."""
    deflating = _BLANK.copy()  # the dictionary is read in already: a fifth of the time
    data = deflating.compress(body.encode()) + deflating.flush()
    packed = f"{MARK}{b64encode(data).decode()}"
    return packed if len(packed) < len(body) else body


def unpack(stored: str) -> str:
    """The body of a stored form. What is not a whole packed body comes back as it is, for the reader to refuse as no JSON."""
    if not stored.startswith(MARK):
        return stored
    try:
        data = a2b_base64(stored.removeprefix(MARK), strict_mode=True)
        inflating = zlib.decompressobj(wbits=-15, zdict=DICTIONARY)
        body = inflating.decompress(data, MAX_CHARS)
        is_whole = inflating.eof and not inflating.unused_data and not inflating.unconsumed_tail
        return body.decode() if is_whole else stored
    except (Error, zlib.error, ValueError):
        return stored


class PackedText(models.TextField):
    """A column of text that is packed when it is saved, and unpacked when it is read; a query cannot look into it."""

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        """What was stored, unpacked."""
        return value if value is None else unpack(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """What is stored: packed."""
        prepared = super().get_db_prep_save(value, connection)
        return pack(prepared) if isinstance(prepared, str) else prepared

    def deconstruct(self) -> Any:
        """As plain text to the migrations: the column is the same, and nothing of it is written anew."""
        name, _path, arguments, named = super().deconstruct()
        return name, "django.db.models.TextField", arguments, named
