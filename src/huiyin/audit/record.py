"""How far a verification has come, kept in a file: one that was broken off goes on, and a later one leaves out what has not changed.

A line for each piece of the cases that was checked. A case is left out where a line covers it, nothing was found in its piece, and no
event was added to it since the record began. What the database says of it is then not looked at again: whoever must exclude changes made
in the database alone verifies without a record. Tables that are no case's, the log of all events among them, are checked whole each time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from huiyin import __version__
from huiyin.audit.finding import Discrepancy
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.ledger import log
from huiyin.ledger.models import LogLeaf, LogPending

FORM: Final = 1


class RecordRefused(HuiyinError):
    """Raised when the file is no record of a verification, or one of another installation or version."""

    to_do = gettext_noop("请写一个还没有的文件，以便全部重新核对")


@dataclass
class VerificationRecord:
    """The record in ``path``, made when it is not there.

    ``entered`` is how many events the log had when it began, ``began`` when that was, ``clean`` the cases that need not be checked again.
    """

    path: Path
    entered: int
    began: datetime
    clean: set[UUID] = field(default_factory=set)
    left_out: int = 0

    @classmethod
    def open(cls, path: Path, at: datetime) -> VerificationRecord:
        """Read what was recorded, or begin at ``at`` (aware).

        Raises RecordRefused, and OSError where the file cannot be read or made.
        """
        if path.exists() and path.stat().st_size:
            return cls._read_record(path)
        made = cls(path, LogLeaf.objects.count(), at)
        made._write({**_installation(), "entered": made.entered, "began": at.isoformat()})
        return made

    @classmethod
    def _read_record(cls, path: Path) -> VerificationRecord:
        try:
            first, *lines = [json.loads(line) for line in _whole_lines(path)]
            about = {name: first[name] for name in _installation()}
            record = cls(path, int(first["entered"]), datetime.fromisoformat(first["began"]))
            record.clean = {UUID(hex=id) for line in lines for id in line["clean"]}
        except (ValueError, KeyError, TypeError) as error:
            raise RecordRefused(_("%(path)s 不是核对的记录") % {"path": path}) from error
        if about != _installation():
            raise RecordRefused(_("%(path)s 是另一个系统或另一个版本的记录") % {"path": path})
        return record

    def to_check(self, ids: Sequence[UUID]) -> list[UUID]:
        """The cases of ``ids`` that are to be checked; how many are not is ``left_out`` from then on."""
        changed = set(LogLeaf.objects.filter(index__gte=self.entered).values_list("case_id", flat=True).distinct())
        changed |= set(LogPending.objects.values_list("case_id", flat=True).distinct())
        to_check = [id for id in ids if id not in self.clean or id in changed]
        self.left_out = len(ids) - len(to_check)
        return to_check

    def add(self, ids: Sequence[UUID], found: Sequence[Discrepancy]) -> None:
        """Keep that these cases were checked; on disk when it returns."""
        if not any(finding.kind == "wrong" for finding in found):
            self._write({"clean": [id.hex for id in ids]})

    def _write(self, line: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            self.path.chmod(0o600)
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())


def _installation() -> dict[str, Any]:
    """Whose record it is: the key that signs the log is an installation's own."""
    return {"form": FORM, "version": __version__, "key": log.public_key()}


def _whole_lines(path: Path) -> list[bytes]:
    """The lines of the file; half of one, written when a run was killed, is cut off, so that the next begins a line."""
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        os.truncate(path, len(whole))
    return whole.splitlines()
