"""Proof certificates: made once for each text of a rulebook, kept in the data folder, never made while somebody waits for a page.

A certificate can always be made anew from the text, so that losing the folder loses nothing. It says when it was made, of
which text, and by which version of the system.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import IO, Final, Literal

from django.conf import settings
from pydantic import BaseModel, ConfigDict, ValidationError

from huiyin import rules
from huiyin.rules.book.sources import Sources
from huiyin.rules.prover.sandbox import Unfinished, Verdict, try_out

MOST_SECONDS: Final = 60
"""The shipped books take under 5 s each on an idle core."""

State = Literal["made", "running", "waiting", "none"]


class Certificate(BaseModel):
    """What was proved of one text of a rulebook: ``digest`` names the text (SHA-256, hex), ``system`` who proved it, ``at`` when.

    ``verdict`` is None when the proof did not end within MOST_SECONDS.
    """

    model_config = ConfigDict(frozen=True)

    digest: str
    system: str
    at: datetime
    seconds: float
    verdict: Verdict | None


def kept(sources: Sources) -> Certificate | None:
    """The certificate of this text by this version of the system, if it was made."""
    try:
        return Certificate.model_validate_json(_place(sources.digest).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValidationError):
        return None


def state(sources: Sources) -> State:
    """Whether the certificate is made, is being made now, waits for another one that is, or nobody asked for it."""
    if kept(sources) is not None:
        return "made"
    with _at_work() as free:
        if free is not None:
            return "none"
    return "running" if _running() == sources.digest else "waiting"


def begin(sources: Sources, clock: Callable[[], datetime]) -> State:
    """Start to make the certificate beside the running pages, unless it is made or another one is being made.

    One at a time in the whole installation: readers of many books must not take all processors.
    """
    if kept(sources) is not None:
        return "made"
    started = threading.Event()
    worker = threading.Thread(target=_make, args=(sources, clock, started), daemon=True)
    worker.start()
    started.wait(timeout=2)
    return state(sources)


def make(sources: Sources, clock: Callable[[], datetime]) -> Certificate:
    """The certificate, made and kept."""
    before = clock()
    files = {name: text.encode() for name, text in sources.texts.items()}
    try:
        verdict = try_out(files, sources.name, MOST_SECONDS)
    except Unfinished:
        verdict = None
    at = clock()
    made = Certificate(
        digest=sources.digest, system=_system(), at=at, seconds=(at - before).total_seconds(), verdict=verdict
    )
    place = _place(sources.digest)
    fresh = place.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    fresh.write_text(made.model_dump_json(), encoding="utf-8")
    fresh.replace(place)
    return made


def _make(sources: Sources, clock: Callable[[], datetime], started: threading.Event) -> None:
    with _at_work() as mark:
        if mark is not None:
            mark.seek(0)
            mark.truncate()
            mark.write(sources.digest)
            mark.flush()
        started.set()
        if mark is not None:
            make(sources, clock)


@contextmanager
def _at_work() -> Iterator[IO[str] | None]:
    """The file that says what is being proved, held alone; None when somebody else holds it. It lets go of itself when a process dies."""
    with (_folder() / "running").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        yield file


def _running() -> str:
    return (_folder() / "running").read_text(encoding="utf-8").strip()


def _place(digest: str) -> Path:
    """Where the certificate of a text is kept; another version of the system proves anew."""
    named = sha256(f"{digest} {_system()}".encode()).hexdigest()
    return _folder() / f"{named[:32]}.json"


def _folder() -> Path:
    folder = Path(settings.HUIYIN_HOME) / "certificates"
    folder.mkdir(exist_ok=True)
    return folder


@lru_cache(maxsize=1)
def _system() -> str:
    """Which version of the system proves, and which text of the prover: when either changes, what it proved before does not count."""
    text = sha256()
    for path in sorted(Path(rules.__file__).parent.rglob("*.py")):
        text.update(path.read_bytes())
    return f"huiyin {version('huiyin')} ({text.hexdigest()[:12]})"
