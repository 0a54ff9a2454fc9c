"""Pictures that browsers do not show (HEIC, as phones take them), as JPEG: only to be looked at, the original is what was handed in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from huiyin.casework import file_checks
from huiyin.casework.file_checks.turns import OthersFirst, Turnstile, run_beside

CONVERTED: Final = ("image/heic", "image/heif")
"""The media types of files that are shown so."""
SHOWN: Final = (*CONVERTED, "image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp")
"""Those that a page can show: these, and what browsers know."""
PROGRAM: Final = (sys.executable, "-I", str(Path(file_checks.__file__).with_name("heic_to_jpeg.py")))
"""Never imported here: what it decodes with stays out of this process."""
PATIENCE_SECONDS: Final = 20
TURNSTILE: Final = Turnstile(running=1, waiting=1, seconds=5)
"""Whose picture is converted in this process; a thread of each other request answers pages."""
JPEG: Final = b"\xff\xd8\xff"


def as_jpeg(content: bytes) -> bytes | None:
    """The picture ``content`` as JPEG; None where it cannot be converted: it is damaged, too large, or takes too long.

    Decoded in a process of its own without this one's environment (``file_checks.heic_to_jpeg`` says why). Raises turns.OthersFirst.
    """
    with TURNSTILE.turn() as has_turn:
        if not has_turn:
            raise OthersFirst("other pictures are being converted")
        done = run_beside(PROGRAM, content, PATIENCE_SECONDS, env={})
    is_whole = done is not None and done.returncode == 0 and done.stdout.startswith(JPEG)
    return done.stdout if done is not None and is_whole else None
