"""Whether what was restored is the installation that was backed up: every hash, every row, and the head of the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from huiyin.audit.finding import Discrepancy
from huiyin.audit.verify import row_flaws, shape_flaws
from huiyin.backup.contents import read_stand, root_of
from huiyin.backup.failures import RestoreFailed
from huiyin.backup.manifest import Manifest
from huiyin.language import gettext as _
from huiyin.ledger.models import Row
from huiyin.people import petitioners
from huiyin.sealing import keyring


@dataclass(frozen=True, slots=True)
class ProvedRestore:
    """How many cases and events were verified, and what was wrong, each finding in a line without personal data."""

    cases: int
    events: int
    findings: tuple[str, ...]


def _ask(statement: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def refuse_other_stand(manifest: Manifest) -> None:
    """Before anything is changed: does the ledger stand where the manifest says?

    Raises:
        RestoreFailed: if it does not.
    """
    found = read_stand(_ask)
    if found != manifest.ledger:
        raise RestoreFailed(
            _(
                "存证账有 %(events)s 条记录，日志 %(size)s 条，根为 %(root)s；"
                "而清单写的是 %(wanted_events)s、%(wanted_size)s 和 %(wanted_root)s"
            )
            % {
                "events": found.events,
                "size": found.size,
                "root": found.root,
                "wanted_events": manifest.ledger.events,
                "wanted_size": manifest.ledger.size,
                "wanted_root": manifest.ledger.root,
            },
            _("请换一份备份"),
        )


def prove_restore(manifest: Manifest, at: datetime, checked: Callable[[int], object] = int) -> ProvedRestore:
    """Verify everything, as ``huiyin ledger verify`` does, after the tables were brought up to this version.

    Args:
        at: the present, aware.
        checked: called with how many cases were checked, piece by piece.
    """
    counts: list[int] = []

    def count(ids: Sequence[UUID], _found: object) -> None:
        counts.append(len(ids))
        checked(len(ids))

    found: list[Discrepancy] = [*shape_flaws(), *row_flaws(at, None, count)]
    findings = [str(finding) for finding in found if finding.kind == "wrong"]
    if root_of(_ask, manifest.ledger.size) != manifest.ledger.root:
        findings.append(f"log: its first {manifest.ledger.size} events have another root than the manifest says")
    ring = keyring.key_ring()
    lost = sum(count for head, count in petitioners.wrapped_by().items() if ring.wrapped_by(head) is None)
    if lost:
        findings.append(f"petitioners: no key of the ring opens {lost} of them")
    return ProvedRestore(sum(counts), Row.objects.count(), tuple(findings))
