"""The words of a PDF from standard input to standard output, in a process of its own: a PDF can be made to take any time and memory.

What was read before something went wrong is written.
"""

from __future__ import annotations

import io
import logging
import resource
import sys
from typing import Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError

MAX_MEMORY: Final = 768 * 1024 * 1024
MAX_SECONDS: Final = 4
MAX_PAGES: Final = 20
"""A document bears its marking on the first page (GB/T 9704-2012 7.2.2); what is put together of several, on the first of each."""
MAX_PAGE_BYTES: Final = 512 * 1024
"""Of what draws a page: a page of text has a twentieth of it."""


def main() -> int:
    """Read, and write page by page."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_SECONDS, MAX_SECONDS + 1))
    logging.disable()  # nothing of what somebody handed in stands in a log
    try:
        reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
        for number in range(min(len(reader.pages), MAX_PAGES)):
            page = reader.pages[number]
            drawn = page.get_contents()
            if drawn is not None and len(drawn.get_data()) <= MAX_PAGE_BYTES:
                sys.stdout.buffer.write(page.extract_text().encode(errors="ignore") + b"\n")
                sys.stdout.flush()
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, MemoryError):
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
