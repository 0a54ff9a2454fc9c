"""A program of its own: reads a picture of a phone (HEIC) from standard input and writes it as JPEG to standard output.

What it decodes with is native code, and strangers make the pictures. It therefore runs beside the server and not in it
(``casework.sealed.pictures``), without its environment, and gives up for good what it needs no more before it looks at the picture: from then
on it opens no file and no connection, writes no file, and has little memory and time. Where and when a picture was taken is left out.
"""

from __future__ import annotations

import io
import os
import resource
import sys
from typing import Final

import pillow_heif
from PIL import Image, ImageOps

MAX_MEMORY_BYTES: Final = 1024**3
MAX_SECONDS: Final = 10
NICENESS: Final = 5
"""Pages are answered before it."""
MAX_PIXELS: Final = 100_000_000
"""More than any phone takes (2026), and less than a prepared head may promise."""
MAX_SIDE: Final = 2400
QUALITY: Final = 85


def main() -> None:
    """Convert one picture; ends with a traceback and status 1 where it is none."""
    content, out = sys.stdin.buffer.read(), sys.stdout.buffer
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    Image.init()  # opens what it needs while it may
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener(thumbnails=False)
    _give_up()
    out.write(converted(content))
    out.flush()


def _give_up() -> None:
    os.nice(NICENESS)
    limits = {
        resource.RLIMIT_AS: MAX_MEMORY_BYTES,
        resource.RLIMIT_CPU: MAX_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 0,
    }
    for which, most in limits.items():
        resource.setrlimit(which, (most, most))


def converted(content: bytes) -> bytes:
    """The picture as JPEG, upright and no larger than a screen shows, with nothing that the camera wrote beside it."""
    made = io.BytesIO()
    with Image.open(io.BytesIO(content), formats=("HEIF",)) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
        upright.thumbnail((MAX_SIDE, MAX_SIDE))
        Image.frombytes("RGB", upright.size, upright.tobytes()).save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


if __name__ == "__main__":
    main()
