"""What must be in place before pages can be served: the tables, and the files that browsers fetch."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from huiyin.audit import adoption
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.ledger import tables
from huiyin.people import petitioners
from huiyin.rule_store.activation import adopt
from huiyin.sealing import keyring
from huiyin.site import private

STAMP = "collected"


class NotReady(HuiyinError):
    """Raised when there is no installation of this version to work on."""


def prepare() -> list[str]:
    """Brings an installation up to this version; does nothing, in well under a second, when it is.

    Returns:
        What was done, in English, a line each.
    """
    private.close_below(settings.HUIYIN_HOME)
    done = bring_up_to_date()
    if not settings.DEBUG and collect_static_files():
        done.append(_("静态文件已收集"))
    return done


def bring_up_to_date() -> list[str]:
    """Brings the database up to this version, its rows too; what was done, a line each. Raises NotReady as ``migrate``."""
    done = []
    if migrate():
        done.append(_("数据库已升级"))
    adopted = adopt(timezone.now())
    if adopted:
        done.append(_("已确定 %(adopted)s 的规程") % {"adopted": ", ".join(adopted)})
    if adoption.adopt(timezone.now()):
        done.append(_("原有的内容已记入管理日志"))
    return done


def migrate() -> bool:
    """Lays the tables out in an empty database, elsewhere applies migrations that are missing; whether there was anything to do.

    Raises:
        NotReady: if the keys are another database's.
    """
    if "huiyin_cache" not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)
    executor = MigrationExecutor(connection)
    is_behind = _is_behind(executor)
    if is_behind and not executor.loader.applied_migrations:
        tables.lay_out(connection)
    elif is_behind:
        call_command("migrate", interactive=False, verbosity=0)
    refuse_strange_keys()
    return is_behind


def refuse_unready() -> None:
    """Let no command work on what is not an installation of this version.

    Raises:
        NotReady: if there are no tables yet, those of an earlier version, or the key ring belongs to another database.
    """
    executor = MigrationExecutor(connection)
    if _is_behind(executor):
        is_new = not executor.loader.applied_migrations
        what = _("这里还没有装好") if is_new else _("数据库是以前版本的")
        raise NotReady(f"{settings.HUIYIN_HOME}: {what}", _("请运行 `huiyin prepare`；装在哪里由 HUIYIN_HOME 说明"))
    refuse_strange_keys()


def _is_behind(executor: MigrationExecutor) -> bool:
    """Whether migrations are missing."""
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def refuse_strange_keys() -> None:
    """Take nothing in under a key ring that opens nothing of what is there.

    Raises:
        NotReady: if no key of the ring wrapped the newest petitioner's key.
    """
    if petitioners.is_ring_of_database(keyring.key_ring()) is False:
        raise NotReady(
            _("%(keys)s：这个密钥环不属于这个数据库") % {"keys": settings.HUIYIN_KEYS},
            _("请把属于它的放回来；怎样恢复见 docs/administration.zh-CN.md"),
        )


def collect_static_files() -> bool:
    """Copies and compresses static files if any changed since the last time; returns whether it did."""
    stamp, current = Path(settings.STATIC_ROOT) / STAMP, _fingerprint()
    if stamp.exists() and stamp.read_text() == current:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(current)
    return True


def _fingerprint() -> str:
    """A digest of the name, size and time of every static file: reading them all would take longer than the start."""
    digest = sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    return digest.hexdigest()
