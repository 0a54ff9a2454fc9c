"""Pictures that browsers do not show (HEIC, as phones take them), as JPEG: only to be looked at, the original is what was handed in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from huiyin.casework import file_checks

CONVERTED: Final = ("image/heic", "image/heif")
"""The media types of files that are shown so."""
PROGRAM: Final = (sys.executable, "-I", str(Path(file_checks.__file__).with_name("heic_to_jpeg.py")))
"""Never imported here: what it decodes with stays out of this process."""
PATIENCE_SECONDS: Final = 30
JPEG: Final = b"\xff\xd8\xff"


def as_jpeg(content: bytes) -> bytes | None:
    """The picture ``content`` as JPEG; None where it cannot be converted: it is damaged, too large, or takes too long.

    Decoded in a process of its own without this one's environment (``file_checks.heic_to_jpeg`` says why).
    """
    try:
        done = subprocess.run(PROGRAM, input=content, capture_output=True, timeout=PATIENCE_SECONDS, env={}, check=True)
    except (subprocess.SubprocessError, OSError):
        return None
    return done.stdout if done.stdout.startswith(JPEG) else None
