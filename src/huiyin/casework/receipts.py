"""What a petitioner leaves with: a receipt that cannot be guessed, and the query code that opens it."""

from __future__ import annotations

import hmac
import re
import secrets
import unicodedata

from huiyin.sealing.keyring import keyed_hash

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L, which people mix up on paper
RECEIPT_CHARS = 12  # 31**12 is about 2**59
CODE_CHARS = 8
ENDING_CHARS = 6
"""What people read out over the telephone, and keep on a slip, of a number."""
MAX_TYPED_CHARS = 200
"""Longer than any number, in which spaces and dashes may stand: of what is longer nothing is read."""
MAX_RECEIPT_CHARS = 40
"""A receipt as somebody types it, with spaces and dashes of their own."""


def new_receipt() -> str:
    """A fresh receipt, e.g. HY-7K3M-9QRT-2WXY."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(RECEIPT_CHARS))
    return f"HY-{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


def normal(receipt: str) -> str:
    """A receipt as typed, in the form in which it is kept."""
    letters = _letters(receipt)
    if len(letters) > RECEIPT_CHARS:  # H and Y may also be the first letters drawn
        letters = letters.removeprefix("HY")
    return f"HY-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def last_signs(number: str) -> str:
    """The last six signs of a case number or of a receipt, as kept beside it."""
    return number.replace("-", "")[-ENDING_CHARS:]


def ending(typed: str) -> str:
    """The last six signs of a case number or of a receipt, as both are kept, where just these were typed; else empty."""
    letters = _letters(typed)
    return letters if len(letters) == ENDING_CHARS and letters.isascii() else ""


def is_number(typed: str) -> bool:
    """Whether what was typed can only be a number of a case or a receipt, whole or in part, and nothing that says who somebody is.

    Both have letters before their digits; names have no digits, phones and identity numbers begin with one, addresses of mail have a sign.
    """
    letters = _letters(typed)
    if len(typed) > MAX_TYPED_CHARS or "@" in unicodedata.normalize("NFKC", typed) or not letters.isascii():
        return False
    whole = letters[:1].isalpha() and any(char.isdigit() for char in letters)
    return bool(ending(typed)) or whole


def _letters(typed: str) -> str:
    """What was typed in capitals and half width, without dashes, spaces and marks of direction; nothing where it is too long to be a number."""
    if len(typed) > MAX_TYPED_CHARS:
        return ""
    return "".join(char for char in unicodedata.normalize("NFKC", typed).upper() if char.isalnum())


_CASE_NUMBER = re.compile(r"(.+?)-?((?:19|20)\d{6})-?(\d{2,})", re.ASCII)


def case_number(typed: str) -> str:
    """A case number as typed, in the form in which it is kept: without dashes, in full width, in small letters or as copied."""
    if len(typed) > MAX_TYPED_CHARS:
        return typed
    plain = unicodedata.normalize("NFKC", typed).upper()
    plain = "".join("-" if unicodedata.category(char) == "Pd" or char == "\u2212" else char for char in plain)
    plain = "".join(char for char in plain if not char.isspace() and unicodedata.category(char) != "Cf")
    found = _CASE_NUMBER.fullmatch(plain)
    return "-".join(found.groups()) if found else plain


def code_of(receipt: str, number: int = 0) -> str:
    """The query code of a receipt: keyed, so that nothing secret is stored and a retry is told the same code.

    ``number`` counts the codes that were handed out after the first (0).
    """
    digest = keyed_hash("query-code", f"{receipt}\0{number}".encode() if number else receipt.encode())
    left = int.from_bytes(digest[:8], "big")
    chars = []
    for _ in range(CODE_CHARS):
        left, index = divmod(left, len(ALPHABET))
        chars.append(ALPHABET[index])
    return "".join(chars)


def opens(receipt: str, code: str, number: int = 0) -> bool:
    """Whether ``code`` as typed opens ``receipt``, whose latest code is the ``number``-th; takes the same time either way."""
    return hmac.compare_digest(_letters(code).encode(), code_of(receipt, number).encode())
