"""Proof certificates: made by a worker, once for each text of a rulebook, and never while somebody waits for a page.

A certificate can always be made anew from the text, so that losing one loses nothing. It says when it was made, of which text,
and by which version of the system. What may come into force is proved anew at that moment (``activation``).
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from huiyin import rules
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.jobs.queue import PermanentFailure
from huiyin.language import gettext as _
from huiyin.rule_store.models import Proof
from huiyin.rule_store.store import gather
from huiyin.rules.book.load import RulebookFlawed
from huiyin.rules.book.sources import Sources
from huiyin.rules.prover.sandbox import ProofUnfinished, Verdict, try_out

MAX_SECONDS: Final = 60
"""The shipped books take under 5 s each on an idle core."""

ProofState = Literal["made", "running", "waiting", "stalled", "failed", "none"]


class Certificate(BaseModel):
    """What was proved of one text of a rulebook: ``digest`` names the text (SHA-256, hex), ``system`` who proved it, ``at`` when.

    ``verdict`` is None when the proof did not end within MAX_SECONDS.
    """

    model_config = ConfigDict(frozen=True)

    digest: str
    system: str
    at: datetime
    seconds: float
    verdict: Verdict | None


def kept_of(all_sources: Collection[Sources]) -> dict[str, Certificate]:
    """The certificates of these texts by this version of the system, by digest; those that were not made are missing. One statement."""
    digests = {one.digest for one in all_sources}
    rows = Proof.objects.filter(digest__in=digests, system=system()).values_list("digest", "certificate")
    return {digest: made for digest, text in rows if (made := _read_certificate(text)) is not None}


def states(all_sources: Collection[Sources], at: datetime) -> dict[str, ProofState]:
    """How far the certificates of these texts are, by digest: whether each is made, is being made, waits for a worker (``stalled``: none
    seems to run), failed, or was not asked for.
    """
    made = kept_of(all_sources)
    keys = {kinds.proof_key(one.digest, _prover()): one.digest for one in all_sources if one.digest not in made}
    jobs = {keys[job.key]: job for job in queue.find_all(keys)} if keys else {}
    return {one.digest: "made" if one.digest in made else _state(jobs.get(one.digest), at) for one in all_sources}


def kept_certificate(sources: Sources) -> Certificate | None:
    """The certificate of this text by this version of the system, if it was made."""
    return kept_of([sources]).get(sources.digest)


def _read_certificate(text: str) -> Certificate | None:
    try:
        return Certificate.model_validate_json(text)
    except ValidationError:
        return None


def _state(job: Job | None, at: datetime) -> ProofState:
    if job is None or job.done_at is not None:
        return "none"
    if job.dead_at is not None:
        return "failed"
    if job.claimed_until is not None and job.claimed_until > at:
        return "running"
    return "stalled" if queue.is_stalled(at) else "waiting"


def ask(book: str, sources: Sources, at: datetime) -> None:
    """Have a worker make the certificate of ``book`` (as the store knows it), whose text is ``sources``, unless it is made or asked for."""
    if kept_certificate(sources) is None:
        queue.enqueue_again(kinds.proof(book, sources.digest, _prover(), at))


def prove_book(job: Job, at: datetime) -> None:
    """Make the certificate that ``job`` asks for. Raises PermanentFailure when the book is not here any more."""
    try:
        _rules, sources = gather(job.payload["book"])
    except RulebookFlawed:
        raise PermanentFailure(_("这部规程已不在这里，或者读不出来了")) from None
    # Another version of the system may ship another text under the name: whoever reads that one asks for it.
    if sources.digest == job.payload["digest"] and kept_certificate(sources) is None:
        make(sources, at)


def make(sources: Sources, at: datetime) -> Certificate:
    """The certificate, made in a process of its own and kept; those that earlier versions of the system made of this text go."""
    began = time.monotonic()
    files = {name: text.encode() for name, text in sources.texts.items()}
    try:
        verdict = try_out(files, sources.name, MAX_SECONDS)
    except ProofUnfinished:
        verdict = None
    made = Certificate(digest=sources.digest, system=system(), at=at, seconds=time.monotonic() - began, verdict=verdict)
    Proof.objects.filter(digest=sources.digest).exclude(system=made.system).delete()
    Proof.objects.update_or_create(
        digest=made.digest, system=made.system, defaults={"certificate": made.model_dump_json()}
    )
    return made


def system() -> str:
    """Which version of the system proves, and which text of the prover: when either changes, what it proved before does not count."""
    return f"huiyin {version('huiyin')} ({_prover()})"


@lru_cache(maxsize=1)
def _prover() -> str:
    return digest_of(Path(rules.__file__).parent)[:12]


def digest_of(folder: Path) -> str:
    """A hex SHA-256 over every file below ``folder``, names and contents; what Python compiled is left out."""
    text = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        text.update(f"{path.relative_to(folder).as_posix()} {path.stat().st_size}\n".encode())
        text.update(path.read_bytes())
    return text.hexdigest()
