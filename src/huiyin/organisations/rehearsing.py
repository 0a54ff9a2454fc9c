"""Rehearsals of what a file describes, in a process and an installation of their own: what is here stays untouched.

Whoever sets an organisation up on pages has nobody to be yet: what they asked for lies beside their answers, and a worker makes it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal
from uuid import UUID

from django.conf import settings

from huiyin.backup.placing import written_whole
from huiyin.errors import HuiyinError
from huiyin.jobs import kinds, queue
from huiyin.jobs.models import Job
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.organisations.draft import REHEARSAL, as_content, digest_of_draft, read_draft
from huiyin.organisations.export import as_yaml, described
from huiyin.people.appointments import day_of
from huiyin.people.ids import new_id
from huiyin.people.models import Organisation

MAX_SECONDS: Final = 120


class NotRehearsed(HuiyinError):
    """Raised when a made-up matter could not be walked through at all."""

    to_do = gettext_noop("请把所写的存成文件，再运行 `huiyin organisation rehearse FILE`，它说得更多")


@dataclass(frozen=True, slots=True)
class AskedRehearsal:
    """A rehearsal under the answers as they are: ``found`` as ``rehearsed`` has it once it was made, ``problem`` why it could not be."""

    status: Literal["under-way", "made", "failed"]
    found: Mapping[str, Any] | None = None
    problem: str = ""


def ask(home: Path, at: datetime) -> None:
    """Have a made-up matter of the organisation that the answers in ``home`` describe walked through, in place of any before."""
    before = asked(home)
    if before is not None and before.status == "under-way":
        return
    id = new_id(at)
    _keep(home, {"id": id.hex, "answers": digest_of_draft(home)})
    queue.enqueue(kinds.rehearsal(id, at))


def asked(home: Path) -> AskedRehearsal | None:
    """What was asked for; None where nothing was, or other answers were given since."""
    kept = _kept(home)
    if kept.get("answers") != digest_of_draft(home):
        return None
    if "found" in kept:
        return AskedRehearsal("made", found=kept["found"])
    job = queue.find(kinds.rehearsal_key(UUID(kept["id"])))
    if job is not None and job.done_at is None and job.dead_at is None:
        return AskedRehearsal("under-way")
    return AskedRehearsal("failed", problem=kept.get("problem", ""))


def carry_on(job: Job, at: datetime) -> None:
    """Walk the matter through that ``job`` is about, beside the organisations that are there; nothing where other answers were given since."""
    home = Path(settings.HUIYIN_HOME)
    kept, answers = _kept(home), read_draft(home)
    if kept.get("id") != job.payload["asked"] or kept["answers"] != digest_of_draft(home):
        return
    try:
        outcome: dict[str, Any] = {"found": rehearsed(_beside_the_others(answers, at), str(answers["code"]))}
    except HuiyinError as failed:  # kept for whoever asked, and in no log: it may quote what they wrote
        outcome = {"problem": failed.in_one_line}
    if _kept(home) == kept:
        _keep(home, kept | outcome)


def _beside_the_others(answers: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    content = described(Organisation.objects.all(), day_of(at))
    for part, added in as_content(answers).items():
        known = {one.get("username") for one in content[part] if isinstance(one, dict) and "username" in one}
        content[part] += [one for one in added if not (isinstance(one, dict) and one.get("username") in known)]
    return content


def _kept(home: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((home / REHEARSAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _keep(home: Path, content: Mapping[str, Any]) -> None:
    written_whole(home / REHEARSAL, json.dumps(content, ensure_ascii=False).encode())


def rehearsed(content: Mapping[str, Any], code: str) -> dict[str, Any]:
    """What comes of a made-up matter of the organisation ``code`` of a file with this ``content``: ``steps`` (day, action, by, owed),
    ``stage``, ``ended``, ``stuck``.

    Raises NotRehearsed.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:  # readable by the owner alone
        file.write(as_yaml(content))
        file.flush()
        command = (
            *(sys.executable, "-m", "huiyin.cli", "organisation", "rehearse", file.name),
            *("--organisation", code, "--json"),
        )
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=MAX_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotRehearsed(_("超过了 %(seconds)s 秒") % {"seconds": MAX_SECONDS}) from None
    if not done.stdout.strip():
        raise NotRehearsed(done.stderr.strip()[-500:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found
