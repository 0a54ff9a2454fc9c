"""How long a page takes while idle connections are open, beside how long it takes without them.

python -m benchmarks.pressure [--sockets N] [--pages N]      prints one JSON object; the ratio is what survives a change of machine

Half of the connections come from 127.0.0.1 and half from 127.0.0.2; each has sent one byte of a body that it promised.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from benchmarks.http import free_port, machine, serving

SOCKETS: Final = 200
PAGES: Final = 100
ADDRESSES: Final = ("127.0.0.1", "127.0.0.2")
PROMISED: Final = (
    b"POST /api/v1/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: 100000\r\n\r\n{"
)


def milliseconds(port: int, pages: int) -> dict[str, float]:
    """The median and the 95th percentile of so many pages, one after the other."""
    took = []
    for _ in range(pages):
        began = time.perf_counter()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/track/", timeout=60) as answer:
            answer.read()
        took.append((time.perf_counter() - began) * 1000)
    return {"median_ms": round(median(took), 1), "p95_ms": round(quantiles(took, n=20)[-1], 1)}


def under_pressure(port: int, sockets: int, pages: int) -> dict[str, float]:
    """As ``milliseconds``, while so many idle connections are open."""
    with ExitStack() as stack:
        for number in range(sockets):
            one = stack.enter_context(socket.socket())
            one.bind((ADDRESSES[number % len(ADDRESSES)], 0))
            one.connect(("127.0.0.1", port))
            one.sendall(PROMISED)
        return milliseconds(port, pages)


def main() -> None:
    """Serves an empty installation, measures by turns, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sockets", type=int, default=SOCKETS)
    parser.add_argument("--pages", type=int, default=PAGES)
    options = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="huiyin-bench-"))
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("HUIYIN_", "DJANGO_", "DATABASE_"))}
    environment = kept | {"HUIYIN_HOME": str(home)}
    try:
        subprocess.run(
            [sys.executable, "-m", "huiyin.cli", "prepare"], env=environment, check=True, capture_output=True
        )
        port = free_port()
        with serving(environment, port):
            milliseconds(port, options.pages)  # what is read once at first
            alone = milliseconds(port, options.pages)
            pressed = under_pressure(port, options.sockets, options.pages)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    ratio = round(pressed["median_ms"] / alone["median_ms"], 2)
    figures = {
        "machine": machine(),
        "sockets": options.sockets,
        "alone": alone,
        "under_pressure": pressed,
        "ratio": ratio,
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
