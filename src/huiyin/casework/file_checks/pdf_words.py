"""The words of a PDF from standard input to standard output, in a process of its own: a PDF can be made to take any time and memory.

What was read before something went wrong is written; last, to standard error, the seconds that it took. The arguments say how many it
may take, how many pages are read, and how many bytes that draw them. It ends with ``PAGES_LEFT`` where that left something out.
"""

from __future__ import annotations

import io
import logging
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

MAX_MEMORY: Final = 768 * 1024 * 1024
MAX_PAGES: Final = 20
"""A document bears its marking on the first page (GB/T 9704-2012 7.2.2); what is put together of several, on the first of each."""
MAX_DRAWN_BYTES: Final = 1024 * 1024
"""Of what draws all of them; of one page a quarter of it, where one of text has a tenth of that."""
MAX_NOTES: Final = 500
"""On a page, and parts in all."""
PAGES_LEFT: Final = 3  # as words.py has it, which this process does without
NICENESS: Final = 5
"""Pages are answered before it."""


def main() -> int:
    """Read, and write page by page."""
    seconds, most_pages, most_drawn = map(int, sys.argv[1:4])
    pages = PdfPages(most_pages, most_drawn)
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    logging.disable()  # nothing of what somebody handed in stands in a log
    try:
        for text in pages.texts(sys.stdin.buffer.read()):
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
    ):
        return 1
    except MemoryError:
        return PAGES_LEFT
    finally:
        sys.stderr.write(f"{time.process_time():.3f}")
    return PAGES_LEFT if pages.are_left else 0


@dataclass
class PdfPages:
    """Reads the words of the first pages; ``are_left`` where some were left out."""

    most: int = MAX_PAGES
    most_drawn: int = MAX_DRAWN_BYTES
    are_left: bool = False

    def texts(self, content: bytes) -> Iterator[str]:
        """The words of each page, each drawing read once: pages that are drawn by the same bytes say the same."""
        reader = PdfReader(io.BytesIO(content))
        seen: set[bytes] = set()
        left = self.most_drawn
        self.are_left = len(reader.pages) > self.most
        for number in range(min(len(reader.pages), self.most)):
            page = reader.pages[number]
            contents = page.get_contents()
            drawn = contents.get_data() if contents is not None else b""
            if not drawn or drawn in seen:
                continue
            if len(drawn) > min(self.most_drawn // 4, left):
                self.are_left = True
                continue
            seen.add(drawn)
            left -= len(drawn)
            yield page.extract_text()
        # Last, so that one of these that is damaged keeps no page from being read.
        for number in range(min(len(reader.pages), self.most)):
            yield from self._written_on(reader.pages[number])
        yield from self._beside(reader)

    def _written_on(self, page: PageObject) -> Iterator[str]:
        """What somebody wrote on a page: remarks and boxes (ISO 32000-1, 12.5.6), and what was filled in (12.7)."""
        notes = page.get("/Annots")
        notes = notes.get_object() if notes is not None else []
        self.are_left |= len(notes) > MAX_NOTES
        for note in (one.get_object() for one in notes[:MAX_NOTES]):
            yield from (str(note[key]) for key in ("/Contents", "/V", "/TU") if key in note)

    def _beside(self, reader: PdfReader) -> Iterator[str]:
        """Its title, and what it is divided into."""
        if (about := reader.metadata) is not None:
            yield from (str(about[key]) for key in ("/Title", "/Subject", "/Keywords") if key in about)
        parts, left = list[Any](reader.outline), MAX_NOTES  # of parts and lists of parts, however deep
        while parts and left:
            part, left = parts.pop(0), left - 1
            if isinstance(part, list):
                parts[:0] = part
            else:
                yield str(part.title)
        self.are_left |= bool(parts)


if __name__ == "__main__":
    raise SystemExit(main())
