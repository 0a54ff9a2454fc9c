"""The text of a PDF. Runs beside the pages (``file_checks.turns``): a PDF can be made to take any time and memory."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from pypdf import PdfReader

MAX_PAGES: Final = 500
MAX_CHARS: Final = 500_000


def pdf_text(content: bytes) -> bytes:
    """In UTF-8, page by page, up to the page on which it is longer than ``MAX_CHARS``. Raises whatever the library throws."""
    read: list[str] = []
    length = 0
    for page in PdfReader(BytesIO(content)).pages[:MAX_PAGES]:
        read.append(page.extract_text())
        length += len(read[-1])
        if length > MAX_CHARS:
            break
    return "\n".join(read).encode(errors="replace")
