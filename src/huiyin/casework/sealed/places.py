"""Sealed bytes in the store of files, read; ``door.beside.stored_files`` writes them."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.files.storage import default_storage


def read_place(place: str) -> bytes:
    """What lies there, still sealed. Raises FileNotFoundError."""
    with default_storage.open(place, "rb") as file:
        content: bytes = file.read()
    return content


def parts(place: str, size: int) -> Iterator[bytes]:
    """What lies there, still sealed, in parts of ``size`` bytes (the last may be shorter). Raises FileNotFoundError."""
    with default_storage.open(place, "rb") as file:
        while part := file.read(size):
            yield part
