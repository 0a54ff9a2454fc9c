"""`huiyin rules check --watch`: the check again, whenever a file beside the book changes."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from huiyin.commands import DONE, MISUSED, Failure
from huiyin.commands._shared import is_file
from huiyin.language import gettext as _

EVERY_SECONDS: Final = 0.5
"""How often is looked: an editor's saving is noticed before its writer looks up."""


def watched(
    arguments: argparse.Namespace,
    check: Callable[[argparse.Namespace], int],
    wait: Callable[[], None] = lambda: time.sleep(EVERY_SECONDS),
) -> int:
    """Runs ``check`` now and after each change, until it is interrupted; ``wait`` is what passes between two looks."""
    if not is_file(arguments.book):
        raise Failure(_("自带的规程不会变"), _("请写要看着的文件"), status=MISUSED)
    path = Path(arguments.book)
    try:
        seen: frozenset[tuple[str, int, int]] | None = None
        while True:
            if (now := frozenset(_state(path))) != seen:
                _checked(check, arguments, is_first=seen is None)
                seen = now
                print(_("正在看着 %(path)s；Ctrl+C 结束") % {"path": path}, flush=True)
            wait()
    except KeyboardInterrupt:
        return DONE


def _checked(check: Callable[[argparse.Namespace], int], arguments: argparse.Namespace, *, is_first: bool) -> None:
    """Runs ``check``; a file that an editor takes away for a moment ends nothing."""
    try:
        check(arguments)
    except Failure as failure:
        if is_first:
            raise
        print(failure.in_one_line, flush=True)


def _state(path: Path) -> Iterator[tuple[str, int, int]]:
    """Each YAML file beside the book and in its folder, with when it was written and how long it is: it may extend and include these."""
    for file in (*path.parent.glob("*.yaml"), *path.parent.glob("*/*.yaml")):
        try:
            about = file.stat()
        except OSError:
            continue  # an editor replaces it just now
        yield str(file), about.st_mtime_ns, about.st_size
