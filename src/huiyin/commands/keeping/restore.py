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
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from huiyin.backup.archive import BackupArchive, SayProgress
    from huiyin.backup.manifest import Manifest
    from huiyin.backup.postgresql import Server
    from huiyin.backup.proving import ProvedRestore
    from huiyin.backup.restoring import RestoreTarget, StagedRestore

DESCRIPTION = gettext_noop(
    "把备份恢复到一个空的 HUIYIN_HOME（和一个空的 PostgreSQL 数据库）：先核对文件的每个哈希，"
    "然后在旁边解开、升级到本版本、像 `huiyin ledger verify` 那样核对，全部相符才放到位。"
    "--check 在临时目录和临时数据库（DATABASE_URL 所指的服务器上）做同样的事，做完删掉，"
    "供定时任务使用。有任何不符，退出码为 1。"
)
SHOWN = 20


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("restore", help=_("恢复备份，或者演练恢复"), description=_(DESCRIPTION))
    parser.add_argument(
        "file", metavar="FILE", type=Path, help=_("`huiyin backup` 做成的文件；写定时备份的目录时，取最近一份")
    )
    ring = parser.add_mutually_exclusive_group()
    ring.add_argument("--keys", metavar="FILE", type=Path, help=_("另外保存的密钥环"))
    ring.add_argument("--identity", metavar="FILE", type=Path, help=_("打开里面密钥环的 age 身份文件"))
    parser.add_argument("--database-url", metavar="URL", help=_("代替 DATABASE_URL：一个空数据库"))
    parser.add_argument("--check", action="store_true", help=_("只演练：恢复到临时的地方并核对"))
    parser.add_argument(
        "--with-findings",
        action="store_true",
        help=_("核对不符也恢复：没有更好的备份时用"),
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
        raise Failure(_("--with-findings 只在恢复时用"), _("--check 本来就会说明核对的结果"), status=MISUSED)
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
        raise Failure(_("%(named)s：这个目录里没有定时备份") % {"named": named}, _("请写出备份文件"))
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
        raise Failure(_("设置已经读过"), _("请另开一个进程恢复"))
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
        found.append(_("另有 %(findings)s 处；--json 全部列出") % {"findings": len(proved.findings) - SHOWN})
    counted = _("%(cases)s 件事项，%(events)s 条记录") % {"cases": proved.cases, "events": proved.events}
    if proved.findings:
        kept = _("仍恢复到 %(home)s") % {"home": target.home} if arguments.with_findings else _("没有恢复任何东西")
        kept = _("演练没有通过") if arguments.check else kept
        return [
            *found,
            _("%(counted)s：%(findings)s 处不符；%(kept)s")
            % {"counted": counted, "findings": len(proved.findings), "kept": kept},
        ]
    done = _("演练通过，没有留下任何东西") if arguments.check else _("已恢复到 %(home)s") % {"home": target.home}
    lines = [_("%(counted)s：全部相符；%(done)s") % {"counted": counted, "done": done}]
    if arguments.database_url and not arguments.check:
        lines.append(_("请把 DATABASE_URL 设为您给出的地址"))
    return lines
