"""The words of a PDF from standard input to standard output, in a process of its own: a PDF can be made to take any time and memory.

What was read before something went wrong is written; last, to standard error, the seconds that it took. The first argument says how many it
may take.
"""

from __future__ import annotations

import io
import logging
import os
import resource
import sys
import time
from collections.abc import Iterator
from typing import Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError

MAX_MEMORY: Final = 768 * 1024 * 1024
MAX_PAGES: Final = 20
"""A document bears its marking on the first page (GB/T 9704-2012 7.2.2); what is put together of several, on the first of each."""
MAX_PAGE_BYTES: Final = 256 * 1024
"""Of what draws a page: a page of text has a tenth of it."""
MAX_DRAWN_BYTES: Final = 1 * 1024 * 1024
"""Of what draws all of them."""
NICENESS: Final = 5
"""Pages are answered before it."""


def main() -> int:
    """Read, and write page by page."""
    seconds = int(sys.argv[1])
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    logging.disable()  # nothing of what somebody handed in stands in a log
    try:
        for text in page_texts(sys.stdin.buffer.read()):
            sys.stdout.buffer.write(text.encode(errors="ignore") + b"\n")
            sys.stdout.flush()
    except (
        PyPdfError,
        ArithmeticError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
        MemoryError,
    ):
        return 1
    finally:
        sys.stderr.write(f"{time.process_time():.3f}")
    return 0


def page_texts(content: bytes) -> Iterator[str]:
    """The words of the first pages, each drawing read once: pages that are drawn by the same bytes say the same."""
    reader = PdfReader(io.BytesIO(content))
    seen: set[bytes] = set()
    left = MAX_DRAWN_BYTES
    for number in range(min(len(reader.pages), MAX_PAGES)):
        page = reader.pages[number]
        contents = page.get_contents()
        drawn = contents.get_data() if contents is not None else b""
        if not drawn or drawn in seen or len(drawn) > min(MAX_PAGE_BYTES, left):
            continue
        seen.add(drawn)
        left -= len(drawn)
        yield page.extract_text()


if __name__ == "__main__":
    raise SystemExit(main())
