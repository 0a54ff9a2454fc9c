"""`huiyin backup`: the whole installation in one file, made while it works."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, FAILED, MISUSED, Failure, Subparsers, add_json, report
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from huiyin.backup.making import BackupSource, MadeBackup, RingCopies
    from huiyin.backup.scheduled import ScheduledBackup

DESCRIPTION = gettext_noop(
    "把同一时刻的数据库、附件和清单写进一个文件，再读一遍并核对每个哈希；服务可以照常运行。密钥环从不明文放在里面："
    "用 --keys 另外复制，或者用 --recipient 加密放入，或者自己另存一份。没有做成的，退出码为 1；"
    "复制的内容本身有问题（例如少了附件）的，文件保留，退出码也是 1，不算完好的备份。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("backup", help=_("不停机把整个系统备份到一个文件"), description=_(DESCRIPTION))
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help=_("新文件，最好在另一块磁盘上"))
    parser.add_argument("--scheduled", metavar="FOLDER", type=Path, help=_("改为按时刻命名的文件，供定时任务使用"))
    for period in ("daily", "weekly", "monthly"):
        what = {"daily": "days", "weekly": "weeks", "monthly": "months"}[period]
        parser.add_argument(
            f"--keep-{period}", metavar="N", type=int, help=_("最近 N %(what)s各留一份，其余删除") % {"what": what}
        )
    parser.add_argument(
        "--recipient",
        metavar="AGE",
        action="append",
        default=[],
        help=_("把密钥环加密给这个 age 收件人（age1…）或文件中的收件人，一起放入；可以写几次"),
    )
    parser.add_argument("--keys", metavar="FILE", type=Path, help=_("把密钥环复制到这个文件，与备份分开"))
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
            made, data, lines = (
                run.made,
                _scheduled(run),
                [_("已删除 %(path)s") % {"path": path} for path in run.deleted],
            )
            lines += [_("%(path)s：名称像备份，内容却不是；请查看") % {"path": path} for path in run.unreadable]
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
        raise Failure(_("--keep-%(period)s 不能小于 0") % {"period": period}, status=MISUSED)
    return number or 0


def _refuse_misuse(arguments: argparse.Namespace, keeps: bool) -> None:
    if (arguments.file is None) == (arguments.scheduled is None):
        raise Failure(_("请写 FILE 或 --scheduled FOLDER 中的一个"), status=MISUSED)
    if keeps and not arguments.scheduled:
        raise Failure(_("--keep-… 只与 --scheduled 一起用"), _("写单个文件时，什么都不删除"), status=MISUSED)


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
    yield _("%(file)s：%(size)s 字节，%(events)s 条记录，日志共 %(entries)s 条，根为 %(root)s") % {
        "file": made.file,
        "size": made.size,
        "events": stand.events,
        "entries": stand.size,
        "root": stand.root,
    }
    for problem in made.problems:
        yield _("不是完好的备份：%(problem)s") % {"problem": problem}
    if not ring.to and not ring.apart:
        yield _("里面没有密钥环：请另存一份 %(ring)s，没有它，个人信息一概打不开") % {"ring": source.ring}
