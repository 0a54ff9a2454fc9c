"""`huiyin db`: moving an installation to another database."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from huiyin.commands import DONE, Failure, Subparsers, add_json, report
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from huiyin.backup.moving import CopiedTable

MOVE = gettext_noop(
    "在服务停止时，"
    "把数据库中除登录会话以外的所有表复制到 --to 指定的空数据库（从 SQLite 到 PostgreSQL，"
    "或者相反），然后逐行比对，并在那里核对存证账。原来的数据库不变。完成后按提示设置 DATABASE_URL，"
    "再启动服务。密码可以不写在地址里，而用 PGPASSWORD 给出：命令行别人看得到。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("db", help=_("把系统换到另一个数据库"))
    parts = parser.add_subparsers(metavar="PART", required=True)
    moving = parts.add_parser("move", help=_("全部复制到一个空数据库，并核对"), description=_(MOVE))
    moving.add_argument(
        "--to", metavar="URL", required=True, help=_("写法同 DATABASE_URL：sqlite:///… 或 postgresql://…")
    )
    add_json(moving)
    moving.set_defaults(run=move)


def move(arguments: argparse.Namespace) -> int:
    """Copies, compares, verifies, and says what to set."""
    from django.conf import settings
    from tqdm import tqdm

    from huiyin.backup import moving
    from huiyin.site import environment, running

    entry = environment.database(arguments.to)
    hidden = not sys.stderr.isatty()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # so that the target is emptied again
    with running.alone(settings.HUIYIN_HOME):
        _refuse_others()
        with _target(arguments.to, entry) as url:
            moving.make_tables(environment.database(url))
            done = moving.copy(lambda tables: tqdm(tables, unit=" tables", delay=1, disable=hidden))
            verified = moving.verify(url)
            if verified["wrong"]:
                raise moving.MoveFailed(
                    _("核对副本，发现 %(wrong)s 处不符，第一处在 %(case)s")
                    % {"wrong": verified["wrong"], "case": verified["findings"][0]["case"]},
                    _("请对现有的数据库运行 `huiyin ledger verify`"),
                )
    report(arguments, _plain(arguments.to, done, verified), _lines(arguments.to, done, verified))
    return DONE


def _refuse_others() -> None:
    """Nobody may write while rows are copied, from another machine either (PostgreSQL)."""
    from django.conf import settings
    from django.db import connection

    from huiyin.backup import postgresql
    from huiyin.site.running import ServiceRunning

    if connection.vendor != "postgresql":
        return
    connection.close()
    if others := postgresql.others(postgresql.server(settings.DATABASES["default"])):
        raise ServiceRunning(
            _("另有 %(others)s 个连接正在使用数据库：%(names)s")
            % {"others": len(others), "names": _("、").join(sorted(set(others)))},
            _("请停止 `huiyin serve` 和每个 `huiyin work`，包括其他机器上的"),
        )


@contextmanager
def _target(url: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """The address of the empty database to fill; whatever is in it is taken away again when something fails."""
    from django.conf import settings

    from huiyin.backup import placing, postgresql, sqlite

    if "postgresql" in entry["ENGINE"]:
        server = postgresql.server(entry)
        if found := postgresql.relations(server):
            raise Failure(
                _("数据库 %(name)s 不是空的：有 %(found)s") % {"name": server.name, "found": found[0]},
                _("请指定一个空数据库"),
            )
        try:
            yield url
        except BaseException:
            postgresql.empty(server)
            raise
        return
    path = Path(entry["NAME"]).absolute()
    if path == Path(settings.DATABASES["default"]["NAME"]).absolute() or path.exists():
        raise Failure(_("%(path)s：已有文件") % {"path": path}, _("请写一个新文件"))
    draft = placing.draft_name(path)
    sqlite.remove(draft)
    try:
        yield f"sqlite:///{quote(str(draft))}"
        placing.moved(draft, path)
        placing.flush_folder(path.parent)
    finally:
        sqlite.remove(draft)


def _plain(url: str, done: list[CopiedTable], verified: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "database_url": _without_password(url),
        "tables": {table.name: table.rows for table in done},
        "cases": verified["cases"],
        "events": verified["events"],
    }


def _lines(url: str, done: list[CopiedTable], verified: Mapping[str, Any]) -> list[str]:
    rows = sum(table.rows for table in done)
    return [
        _("%(done)s 个表，%(rows)s 行，逐行比对一致；%(cases)s 件事项，%(events)s 条记录，核对相符")
        % {"done": len(done), "rows": rows, "cases": verified["cases"], "events": verified["events"]},
        _("请设置 DATABASE_URL=%(url)s，再启动服务；原来的数据库没有改动") % {"url": _without_password(url)},
    ]


def _without_password(url: str) -> str:
    """The address as it was given, but for the password."""
    head, at, tail = url.rpartition("@")
    scheme, _, user = head.partition("://")
    return f"{scheme}://{user.partition(':')[0]}{':PASSWORD' if ':' in user else ''}@{tail}" if at else url
