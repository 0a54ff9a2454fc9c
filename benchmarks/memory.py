"""How much memory a process needed at most."""

from __future__ import annotations

import re
from pathlib import Path


def peak_mebibytes() -> float:
    """Of this program alone: ``ru_maxrss`` also keeps what the process held that started it (Linux, proc(5))."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="utf-8"))
    assert found, "the system tells of no memory"
    return int(found[1]) / 1024
