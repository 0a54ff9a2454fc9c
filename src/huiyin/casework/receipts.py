"""What a petitioner leaves with: a receipt that cannot be guessed, and the query code that opens it."""

from __future__ import annotations

import hmac
import secrets

from huiyin.people.keyring import keyed_hash

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 O 1 I L, which people mix up on paper
RECEIPT_CHARS = 12  # 31**12 is about 2**59
CODE_CHARS = 8


def new_receipt() -> str:
    """A fresh receipt, e.g. HY-7K3M-9QRT-2WXY."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(RECEIPT_CHARS))
    return f"HY-{drawn[:4]}-{drawn[4:8]}-{drawn[8:]}"


def normal(receipt: str) -> str:
    """A receipt as typed, in the form in which it is kept."""
    letters = "".join(char for char in receipt.upper() if char.isalnum())
    if len(letters) > RECEIPT_CHARS:  # H and Y may also be the first letters drawn
        letters = letters.removeprefix("HY")
    return f"HY-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def code_of(receipt: str) -> str:
    """The query code of a receipt: keyed, so that nothing secret is stored and a retry is told the same code."""
    digest = keyed_hash("query-code", receipt.encode())
    number = int.from_bytes(digest[:8], "big")
    chars = []
    for _ in range(CODE_CHARS):
        number, index = divmod(number, len(ALPHABET))
        chars.append(ALPHABET[index])
    return "".join(chars)


def opens(receipt: str, code: str) -> bool:
    """Whether ``code`` as typed opens ``receipt``; takes the same time either way."""
    typed = "".join(char for char in code.upper() if char.isalnum())
    return hmac.compare_digest(typed.encode(), code_of(receipt).encode())
