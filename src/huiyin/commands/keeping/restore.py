"""`huiyin restore`: an installation out of a backup, proved before it is there; or a rehearsal of that."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.home import home_of

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from huiyin.backup.archive import BackupArchive, SayProgress
    from huiyin.backup.manifest import Manifest
    from huiyin.backup.postgresql import Server
    from huiyin.backup.proving import ProvedRestore
    from huiyin.backup.restoring import RestoreTarget, StagedRestore

DESCRIPTION = """
Restores a backup into an empty HUIYIN_HOME (and an empty PostgreSQL database): every hash of the file is compared first, then all is unpacked
beside, brought up to this version and verified like `huiyin ledger verify`, and only then put in its place. --check does the same in a
throwaway folder and database (of the server that DATABASE_URL names) and takes them away again: for cron. Status 1 when anything is wrong.
"""
SHOWN = 20


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("restore", help="restore a backup, or rehearse it", description=DESCRIPTION)
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="what `huiyin backup` made; of a folder of scheduled ones the latest"
    )
    ring = parser.add_mutually_exclusive_group()
    ring.add_argument("--keys", metavar="FILE", type=Path, help="the key ring, from where its copy is kept")
    ring.add_argument("--identity", metavar="FILE", type=Path, help="the age identity that opens the key ring inside")
    parser.add_argument("--database-url", metavar="URL", help="instead of DATABASE_URL: an empty database")
    parser.add_argument("--check", action="store_true", help="rehearse only: restore into a throwaway place and verify")
    parser.add_argument(
        "--with-findings",
        action="store_true",
        help="restore although verification finds something wrong: for when no better backup is left",
    )
    add_json(parser)
    parser.set_defaults(run=run, django=False)


def run(arguments: argparse.Namespace) -> int:
    """Restores, or rehearses."""
    from datetime import UTC, datetime

    from tqdm import tqdm

    from huiyin.backup.archive import opened
    from huiyin.site import private

    if arguments.check and arguments.with_findings:
        raise Failure("--with-findings is for restoring", "--check tells what it finds", status=MISUSED)
    private.from_now_on()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that nothing half done is left
    target, at = _target(arguments), datetime.now(UTC).replace(microsecond=0)
    arguments.file = _file(arguments.file)
    with opened(arguments.file) as backup:
        # Read twice: once before anything is unpacked.
        with tqdm(total=2 * backup.manifest.size, unit="B", unit_scale=True, **_shown("unpack")) as bar:
            stage = _stage(arguments, backup, target, bar.update)
            with stage as unpacked:
                bar.close()
                proved = _prove_restored(unpacked, at)
                failed = bool(proved.findings) and not arguments.with_findings
                if not failed and not arguments.check:
                    unpacked.settle(target)
        if arguments.check and not failed:
            _note_rehearsal(backup.manifest, target, at)
        report(arguments, _plain(arguments, backup.manifest, proved), _lines(arguments, target, proved))
    return FAILED if proved.findings else DONE


def _file(named: Path) -> Path:
    """The backup that was named, or the latest in the folder that was."""
    from huiyin.backup.scheduled import NAME

    if not named.is_dir():
        return named
    found = sorted(path for path in named.iterdir() if NAME.fullmatch(path.name))
    if not found:
        raise Failure(f"{named}: no scheduled backup is in this folder", "name the file of one")
    return found[-1]


def _shown(what: str) -> dict[str, Any]:
    return {"desc": what, "delay": 1, "disable": not sys.stderr.isatty()}


def _target(arguments: argparse.Namespace) -> RestoreTarget:
    """Where the environment says that the installation stands, or is to stand."""
    from huiyin.backup.postgresql import server
    from huiyin.backup.restoring import DATABASE, RestoreTarget
    from huiyin.sealing.keyring import ring_path
    from huiyin.site import environment

    home = home_of(os.environ).absolute()
    url = arguments.database_url or os.environ.get("DATABASE_URL")
    database: dict[str, Any] = environment.database(url) if url else {"ENGINE": "sqlite", "NAME": home / DATABASE}
    storage = os.environ.get("HUIYIN_STORAGE")
    return RestoreTarget(
        home=home,
        database=server(database) if "postgresql" in database["ENGINE"] else Path(database["NAME"]).absolute(),
        files=environment.storage_folder(storage) if storage else home / "files",
        ring=ring_path().absolute(),
    )


def _stage(
    arguments: argparse.Namespace, backup: BackupArchive, target: RestoreTarget, progress: SayProgress
) -> AbstractContextManager[StagedRestore]:
    from huiyin.backup import restoring
    from huiyin.backup.postgresql import Server

    here = target.ring if target.ring.exists() else None
    ring = restoring.RingSource(arguments.keys or here, arguments.identity)
    if not arguments.check:
        return restoring.staged(backup, target, ring, progress)
    server: Server | None = target.database if isinstance(target.database, Server) else None
    named = server if arguments.database_url else None
    return restoring.rehearsed(backup, named, server, ring, progress)


def _prove_restored(stage: StagedRestore, at: datetime) -> ProvedRestore:
    """Brings what was unpacked up to this version and verifies it, as an installation of its own."""
    from django.apps import apps

    if apps.ready:
        raise Failure("settings were read before", "restore in a process of its own")
    stage.enter()
    os.environ["DJANGO_SETTINGS_MODULE"] = "huiyin.site.settings"
    import django

    django.setup()
    from django.db import connections
    from tqdm import tqdm

    from huiyin.backup import proving
    from huiyin.site.preparation import bring_up_to_date

    try:
        proving.refuse_other_stand(stage.manifest)
        bring_up_to_date()
        with tqdm(unit=" cases", **_shown("verify")) as bar:
            return proving.prove_restore(stage.manifest, at, bar.update)
    finally:
        connections.close_all()


def _note_rehearsal(manifest: Manifest, target: RestoreTarget, at: datetime) -> None:
    """Written down where the installation is that the backup was made of."""
    from huiyin.backup import health
    from huiyin.sealing import keyring

    if target.home.is_dir() and target.ring.exists() and manifest.is_sealed_by(keyring.load(target.ring)):
        health.note_rehearsed(target.home, at)


def _plain(arguments: argparse.Namespace, manifest: Manifest, proved: ProvedRestore) -> dict[str, Any]:
    return {
        "file": str(arguments.file),
        "rehearsal": arguments.check,
        "restored": not arguments.check and (not proved.findings or arguments.with_findings),
        "made_at": manifest.made_at.isoformat(),
        "made_by": manifest.huiyin,
        "cases": proved.cases,
        "events": proved.events,
        "wrong": len(proved.findings),
        "findings": [*proved.findings],
    }


def _lines(arguments: argparse.Namespace, target: RestoreTarget, proved: ProvedRestore) -> list[str]:
    found = [*proved.findings[:SHOWN]]
    if len(proved.findings) > SHOWN:
        found.append(f"and {len(proved.findings) - SHOWN} more; --json lists them all")
    counted = f"{proved.cases} cases, {proved.events} events"
    if proved.findings:
        kept = f"restored to {target.home} nevertheless" if arguments.with_findings else "nothing was restored"
        kept = "the rehearsal failed" if arguments.check else kept
        return [*found, f"{counted}: {len(proved.findings)} things are wrong; {kept}"]
    done = "the rehearsal passed, nothing was kept" if arguments.check else f"restored to {target.home}"
    lines = [f"{counted}: everything is as it should be; {done}"]
    if arguments.database_url and not arguments.check:
        lines.append("now set DATABASE_URL to the address that you gave")
    return lines
