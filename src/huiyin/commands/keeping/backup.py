"""`huiyin backup`: the whole installation in one file, made while it works."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from huiyin.backup.making import BackupSource, MadeBackup, RingCopies
    from huiyin.backup.scheduled import ScheduledBackup

DESCRIPTION = """
Puts the database as of one moment, the attachments and a manifest into one file, reads it again and compares every hash; the service may
go on working. The key ring is never inside in the clear: copy it to --keys, encrypt it to --recipient, or keep your own copy. Status 1 when
it could not be made, and when what was copied has problems (an attachment is gone): then the file is there and is not counted as a good one.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser(
        "backup", help="back the installation up into one file, while it works", description=DESCRIPTION
    )
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="a new file, best on another disk")
    parser.add_argument(
        "--scheduled", metavar="FOLDER", type=Path, help="instead: a file named by the moment, for cron"
    )
    for period in ("daily", "weekly", "monthly"):
        what = {"daily": "days", "weekly": "weeks", "monthly": "months"}[period]
        parser.add_argument(
            f"--keep-{period}", metavar="N", type=int, help=f"keep one of each of the last N {what}; delete the rest"
        )
    parser.add_argument(
        "--recipient",
        metavar="AGE",
        action="append",
        default=[],
        help="put the key ring in, encrypted to this age recipient (age1…), or those in a file; may be repeated",
    )
    parser.add_argument(
        "--keys", metavar="FILE", type=Path, help="copy the key ring to this file, apart from the backup"
    )
    add_json(parser)
    parser.set_defaults(run=run, any_version=True)


def run(arguments: argparse.Namespace) -> int:
    """Makes one backup."""

    from django.utils import timezone
    from tqdm import tqdm

    from huiyin.backup import health, key_ring, making, scheduled
    from huiyin.backup.retention import KeepRule

    keep = KeepRule(*(_kept(arguments, period) for period in ("daily", "weekly", "monthly")))
    _refuse_misuse(arguments, keep != KeepRule())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that no draft is left
    ring = making.RingCopies(key_ring.recipients(arguments.recipient), arguments.keys)
    source, at = installation(), timezone.now().replace(microsecond=0)
    hidden = not sys.stderr.isatty()
    with tqdm(unit="B", unit_scale=True, delay=1, disable=hidden, desc="backup") as bar:
        if arguments.scheduled:
            run = scheduled.make(
                source, arguments.scheduled, at, ring, keep, timezone.get_default_timezone(), bar.update
            )
            made, data, lines = run.made, _scheduled(run), [f"deleted {path}" for path in run.deleted]
            lines += [f"{path}: it has the name of a backup and is none; look at it" for path in run.unreadable]
        else:
            made = making.make(source, arguments.file, at, ring, bar.update)
            data, lines = {}, []
            if not made.problems:
                health.note_made(source.home, made.file, at)
    report(arguments, _plain(made) | data, [*_lines(made, ring, source), *lines])
    return FAILED if made.problems else DONE


def installation() -> BackupSource:
    """The installation that the settings say."""
    from django.conf import settings

    from huiyin import __version__
    from huiyin.backup.making import BackupSource

    database = settings.DATABASES["default"]
    return BackupSource(settings.HUIYIN_HOME, database, settings.MEDIA_ROOT, settings.HUIYIN_KEYS, __version__)


def _kept(arguments: argparse.Namespace, period: str) -> int:
    number: int | None = getattr(arguments, f"keep_{period}")
    if number is not None and number < 0:
        raise Failure(f"--keep-{period} must be 0 or more", status=MISUSED)
    return number or 0


def _refuse_misuse(arguments: argparse.Namespace, keeps: bool) -> None:
    if (arguments.file is None) == (arguments.scheduled is None):
        raise Failure("name either a FILE or --scheduled FOLDER", status=MISUSED)
    if keeps and not arguments.scheduled:
        raise Failure("--keep-… is for --scheduled", "a single FILE deletes nothing", status=MISUSED)


def _scheduled(run: ScheduledBackup) -> dict[str, Any]:
    return {"deleted": [*map(str, run.deleted)], "unreadable": [*map(str, run.unreadable)]}


def _plain(made: MadeBackup) -> dict[str, Any]:
    manifest = made.manifest
    return {
        "file": str(made.file),
        "size": made.size,
        "made_at": manifest.made_at.isoformat(),
        "database": manifest.database,
        "ledger": manifest.ledger.model_dump(),
        "organisations": [organisation.code for organisation in manifest.organisations],
        "attachments": sum(member.name.startswith("files/") for member in manifest.members),
        "key_ring_inside": manifest.holds("keys.age"),
        "problems": [*made.problems],
    }


def _lines(made: MadeBackup, ring: RingCopies, source: BackupSource) -> Iterator[str]:
    stand = made.manifest.ledger
    yield f"{made.file}: {made.size} bytes, {stand.events} events, the log of {stand.size} has the root {stand.root}"
    for problem in made.problems:
        yield f"not a good backup: {problem}"
    if not ring.to and not ring.apart:
        yield f"the key ring is not in it: keep a copy of {source.ring} elsewhere, without which nothing personal opens"
