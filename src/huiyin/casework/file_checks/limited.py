"""A program of its own: does with standard input what its first argument names, within the seconds of CPU and bytes of memory of the next two.

What takes files of strangers apart runs in it (``turns.take_apart``): such a file can be made to take any time and memory, and to make native code fall over.
"""

from __future__ import annotations

import logging
import os
import resource
import sys
from importlib import import_module  # noqa: TID251 - whoever starts it names the work, of a layer above or below
from typing import Final

from django.conf import settings

NICENESS: Final = 5
"""Pages are answered before it."""


def main() -> None:
    """Write to standard output what came of it; ends with a traceback and status 1 where it cannot be done."""
    module, name, seconds, memory = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    settings.configure(USE_I18N=False)  # those of the installation hold its secrets
    work = getattr(import_module(module), name)
    content = sys.stdin.buffer.read()
    os.nice(NICENESS)
    logging.disable()  # nothing of what somebody handed in stands in a log
    limits = {resource.RLIMIT_AS: memory, resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0}
    for which, most in limits.items():
        resource.setrlimit(which, (most, most))
    try:
        made = work(content)
    except MemoryError:
        os.abort()
    sys.stdout.buffer.write(made)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
