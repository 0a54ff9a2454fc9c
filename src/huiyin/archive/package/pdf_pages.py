"""How many pages a PDF of a stranger has. Runs beside whoever asks (``file_checks.turns``): such a file can be made to take any time and memory."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader


def count_pages(content: bytes) -> bytes:
    """The number in digits. Raises whatever the library throws."""
    return str(len(PdfReader(BytesIO(content)).pages)).encode()
