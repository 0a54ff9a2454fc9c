"""What the environment variables of an installation mean. Pure: text in, settings out."""

from __future__ import annotations

from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop


class Misconfigured(HuiyinError, ImproperlyConfigured):
    """Raised when a variable of the environment cannot mean anything."""

    to_do = gettext_noop("见 docs/administration.zh-CN.md")


SQLITE_BUSY_TIMEOUT_SECONDS: Final = 20
POSTGRESQL_CONNECTION_AGE_SECONDS: Final = 600
PREPARE_AFTER_RUNS: Final = 3

# synchronous=FULL: in WAL mode NORMAL may lose the last commits when the power fails, and a petitioner who holds a
# receipt must find the submission again after that. foreign_keys is switched on by Django itself.
SQLITE_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA mmap_size=134217728;"
    "PRAGMA journal_size_limit=67108864;"
    "PRAGMA cache_size=-16000;"
)


def database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a `DATABASE_URL`.

    Args:
        url: `sqlite:///relative/or`, `sqlite:////absolute/path` or `postgresql://user:password@host:port/name`;
            for a unix socket give the host as a parameter: `postgresql:///name?host=/run/postgresql`; for servers
            of which one takes over from the other, both: `postgresql://user:password@one:5432,two:5432/name`.

    Raises:
        Misconfigured: another scheme, no database name, or an address that cannot be read. The message never repeats
            the address, which holds a password.
    """
    scheme = url.partition("://")[0]
    if scheme == "sqlite":
        # Not by django-environ, which takes a + in the path of a file for a space.
        return _sqlite(unquote(urlsplit(url).path)[1:])
    if scheme in ("postgresql", "postgres"):
        return _postgresql(url)
    raise Misconfigured(_("DATABASE_URL 写的不是已知的数据库"), _("请以 sqlite:/// 或 postgresql:// 开头"))


def _sqlite(path: str) -> dict[str, Any]:
    if not path:
        raise Misconfigured(_("DATABASE_URL 没有写文件"), _("请写成 sqlite:///目录/文件.sqlite3"))
    return {
        "ENGINE": "huiyin.site.sqlite",
        "NAME": path,
        # Threads of the server live as long as it does; opening a file and setting pragmas per request would cost
        # more than most requests.
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A transaction that begins as a reader and then writes can fail at once when another writer was faster;
            # one that begins as a writer waits for its turn instead.
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_BUSY_TIMEOUT_SECONDS,
            "init_command": SQLITE_PRAGMAS,
        },
    }


def _postgresql(url: str) -> dict[str, Any]:
    try:
        read = Env.db_url_config(url)
    except ValueError:
        raise Misconfigured(
            _("DATABASE_URL 读不懂"),
            _("请写成 postgresql://用户:密码@主机:端口/名称，密码中的 / 和 ? 写成 %2F 和 %3F"),
        ) from None
    if not read["NAME"]:
        raise Misconfigured(_("DATABASE_URL 没有写数据库"), _("请写成 postgresql://用户:密码@主机/名称"))
    options = read.pop("OPTIONS", {})
    return {
        **read,
        "ENGINE": "huiyin.site.postgresql",
        "HOST": options.pop("host", None) or unquote(read["HOST"]),
        "PORT": str(options.pop("port", None) or read["PORT"]),
        "USER": options.pop("user", None) or read["USER"],
        # One connection a thread, and the number of threads is fixed: a pool would add a lock and save nothing.
        "CONN_MAX_AGE": POSTGRESQL_CONNECTION_AGE_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        # The server binds the values, so that a statement met again is not parsed and planned again: a fifth of the time
        # of a short transaction. A pooler in front must know prepared statements (PgBouncer 1.21 does).
        "OPTIONS": {"server_side_binding": True, "prepare_threshold": PREPARE_AFTER_RUNS, **options},
    }


def email(url: str) -> dict[str, Any]:
    """Django's e-mail settings for an `EMAIL_URL`; not by django-environ, with which `smtp://` sends in the clear.

    Args:
        url: `smtp://user:password@host:port` (STARTTLS unless `?tls=no`), `smtps://…`, or `file:///folder`, which
            writes each message to a file.

    Raises:
        Misconfigured: another scheme, or a port that is none.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme not in ("smtp", "smtps"):
        raise Misconfigured(_("EMAIL_URL 写的不是已知的方式"), _("请以 smtp://、smtps:// 或 file:/// 开头"))
    try:
        port = parts.port
    except ValueError:
        raise Misconfigured(_("EMAIL_URL 没有写端口"), _("请写成 smtp://用户:密码@主机:587")) from None
    secure = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": port or (465 if secure else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": not secure and dict(parse_qsl(parts.query)).get("tls") != "no",
        "EMAIL_TIMEOUT": 20,
    }


def mailboxes(urls: str) -> list[dict[str, Any]]:
    """The mailboxes that are read, as `huiyin.channels.mailbox.account.Mailbox` takes them.

    Args:
        urls: one or several of `imaps://user:password@host/FOLDER`, between blanks; `imap://` begins in the clear and goes on encrypted
            (unless `?tls=no`); `?organisation=CODE` says whose it is, `?since=2026-12-01` leaves there what came before.

    Raises:
        Misconfigured: another scheme, no user or host, a port or day that is none; nothing of the address is repeated.
    """
    return [_mailbox(url) for url in urls.split()]


def _mailbox(url: str) -> dict[str, Any]:
    wrong = "write imaps://user:password@host/INBOX?organisation=CODE, and @, / and ? in a password as %40, %2F and %3F"
    try:
        parts = urlsplit(url)
        port, options = parts.port, dict(parse_qsl(parts.query))
        if options.get("since"):
            date.fromisoformat(options["since"])
    except ValueError:
        raise Misconfigured(_("HUIYIN_MAILBOX_URLS 读不懂"), wrong) from None
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise Misconfigured(_("HUIYIN_MAILBOX_URLS 没有写邮箱"), wrong)
    secure = parts.scheme == "imaps"
    return {
        "host": parts.hostname,
        "port": port or (993 if secure else 143),
        "user": unquote(parts.username),
        "password": unquote(parts.password or ""),
        "folder": unquote(parts.path.strip("/")) or "INBOX",
        "encrypted": secure,
        "plain": options.get("tls") == "no",
        "organisation": options.get("organisation", ""),
        "since": options.get("since", ""),
    }


def count(variable: str, written: str) -> int:
    """A whole number of 0 or more; 0 where nothing is written.

    Raises:
        Misconfigured: anything else.
    """
    if not written:
        return 0
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise Misconfigured(_("%(variable)s 不是数字") % {"variable": variable}, _("请写 0 或更大的整数"))
    return int(written)


def hosts(written: str) -> tuple[str, ...]:
    """The names of hosts in a list with commas, in small letters."""
    return tuple(name.strip().lower() for name in written.split(",") if name.strip())


def storage_folder(value: str) -> Path:
    """The folder of a `HUIYIN_STORAGE`.

    Raises:
        Misconfigured: an object store, which this version does not write to.
    """
    if "://" in value:
        raise Misconfigured(_("HUIYIN_STORAGE 没有写目录"), _("请写一个目录的路径：本版本只能存在目录里"))
    return Path(value).absolute()


def is_local(public: SplitResult) -> bool:
    """Whether an address leads nowhere but to the machine itself (RFC 6761 section 6.3, loopback addresses)."""
    host = (public.hostname or "").rstrip(".")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def origin(public_url: str) -> SplitResult:
    """Scheme and host of a `HUIYIN_PUBLIC_URL`.

    Raises:
        Misconfigured: not an http or https address.
    """
    parts = urlsplit(public_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Misconfigured(_("HUIYIN_PUBLIC_URL 不是网址"), _("请写成 https://xinfang.example.cn 的样子"))
    return parts
