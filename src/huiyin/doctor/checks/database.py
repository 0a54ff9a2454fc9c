"""Whether the database can be used, keeps what was committed when the power fails, and has the tables of this version."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from django.db import Error, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from huiyin.doctor.finding import Finding, failure, notice, ok, warning
from huiyin.doctor.surroundings import Surroundings

MIN_POSTGRESQL: Final = 15_00_00
SQLITE_FULL: Final = 2  # PRAGMA synchronous; https://www.sqlite.org/pragma.html#pragma_synchronous
LOCAL_HOSTS: Final = ("", "localhost", "127.0.0.1", "::1")


def connects(surroundings: Surroundings) -> Iterator[Finding]:
    """Whether it answers and takes writes; nothing is written."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            is_read_only = connection.vendor == "postgresql" and _setting("transaction_read_only") == "on"
    except Error:
        yield failure(
            "database.down",
            _("数据库连不上，或者打不开"),
            _("检查 DATABASE_URL、数据库服务是否运行、SQLite 文件和所在目录是否可写"),
        )
        return
    if is_read_only:
        yield failure("database.read-only", _("数据库只能读，不能写"), _("DATABASE_URL 应指向主库，不是备库"))
    else:
        yield ok("database", _("数据库可以使用：%s") % _version())


def _version() -> str:
    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}"
    number = connection.pg_version  # type: ignore[attr-defined]  # of PostgreSQL alone
    return f"PostgreSQL {number // 10000}.{number % 10000}"


def durability(surroundings: Surroundings) -> Iterator[Finding]:
    """Whether what was committed survives a power failure: a petitioner who holds a receipt must find the matter again."""
    yield from _sqlite() if connection.vendor == "sqlite" else _postgresql()


def _sqlite() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        journal, synchronous = (
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")
        )
    # A database in memory has no journal; only tests have one.
    if journal not in ("wal", "memory") or synchronous < SQLITE_FULL:
        yield failure(
            "database-settings.sqlite",
            _("SQLite 没有按断电不丢数据的方式运行（journal_mode=%(journal)s，synchronous=%(synchronous)s）")
            % {"journal": journal, "synchronous": synchronous},
            _("数据库文件应放在本机磁盘上，不要放在网络共享目录"),
        )
    else:
        yield ok("database-settings", _("已提交的数据断电不丢"))


def _postgresql() -> Iterator[Finding]:
    if connection.pg_version < MIN_POSTGRESQL:  # type: ignore[attr-defined]  # of PostgreSQL alone
        yield failure("database-settings.version", _("PostgreSQL 版本太旧"), _("升级到 15 或更新的版本"))
    off = [name for name in ("fsync", "synchronous_commit", "full_page_writes") if _setting(name) == "off"]
    if off:
        yield failure(
            "database-settings.durability",
            _("PostgreSQL 关掉了 %s，断电会丢失已提交的数据") % "、".join(off),
            _("在 postgresql.conf 中改为 on，重新载入"),
        )
    else:
        yield ok("database-settings", _("已提交的数据断电不丢"))
    if _setting("server_encoding") != "UTF8":
        yield failure(
            "database-settings.encoding", _("数据库的编码不是 UTF8"), _("新建一个 UTF8 编码的数据库，把数据移过去")
        )
    host = str(connection.settings_dict.get("HOST") or "")
    if not host.startswith("/") and host not in LOCAL_HOSTS and not _is_encrypted():
        yield warning(
            "database-settings.plain",
            _("到数据库服务器的连接没有加密"),
            _("在 DATABASE_URL 后面加 ?sslmode=verify-full，并在服务器上配好证书"),
        )


def _setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _is_encrypted() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        row = cursor.fetchone()
    return bool(row and row[0])


def migrations(surroundings: Surroundings) -> Iterator[Finding]:
    """Whether the tables are those of this version."""
    missing = pending()
    if missing:
        yield failure(
            "migrations.pending",
            _("数据库的表结构还是旧版本的，有 %(count)d 步没有升级") % {"count": missing},
            _("先备份，再运行 huiyin prepare"),
        )
        return
    unknown = _unknown()
    if unknown:
        yield notice(
            "migrations.newer",
            _("数据库由更新的版本升级过，有 %(count)d 步本版本不认识") % {"count": unknown},
            _("换回新版本，或者恢复升级以前的备份"),
        )
    else:
        yield ok("migrations", _("数据库的表结构是本版本的"))


def pending() -> int:
    """How many migrations are still to be applied."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _unknown() -> int:
    loader = MigrationExecutor(connection).loader
    apps = {app for app, _name in loader.disk_migrations}
    return sum(app in apps and (app, name) not in loader.disk_migrations for app, name in loader.applied_migrations)
