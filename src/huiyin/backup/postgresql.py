"""Dumping and loading a PostgreSQL database with its own programs, and databases that are used once.

Where the server is and who asks is told to the programs by the environment variables of libpq alone: what stands on a command line
everybody on the machine can read.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Final
from urllib.parse import quote, urlencode
from uuid import uuid4

import psycopg
from psycopg import sql
from psycopg.pq import Conninfo

from huiyin.backup.archive import pieces
from huiyin.backup.contents import LEFT_OUT, Ask
from huiyin.backup.failures import BackupFailed, RestoreFailed
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

DUMP: Final = (
    *("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--no-password"),
    f"--exclude-table-data=*.{LEFT_OUT}",
)
LOAD: Final = (
    *("pg_restore", "--no-owner", "--no-privileges", "--no-password", "--exit-on-error", "--single-transaction"),
    "--dbname=",  # as the environment says
)
THROWAWAY: Final = "huiyin_rehearsal_"
# What extensions brought is theirs.
RELATIONS: Final = """
    SELECT o.relname FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
    WHERE o.relkind IN ('r', 'v', 'm', 'f', 'p', 'S') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        AND o.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
    ORDER BY 1
"""
DROPS: Final = """
    SELECT format('DROP TABLE IF EXISTS %I.%I CASCADE', n.nspname, o.relname)
    FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
    WHERE o.relkind IN ('r', 'p') AND n.nspname = ANY (current_schemas(false))
        AND o.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
    UNION ALL
    SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', o.oid::regprocedure)
    FROM pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace
    WHERE n.nspname = ANY (current_schemas(false)) AND o.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e')
"""
OTHERS: Final = (
    "SELECT coalesce(nullif(application_name, ''), usename::text), host(client_addr) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)


class ProgramMissing(HuiyinError):
    """Raised when a program of PostgreSQL is not installed."""

    to_do = gettext_noop("请安装与您的 PostgreSQL 版本相应的客户端程序（Debian：postgresql-client）")


class ServerUnreachable(HuiyinError):
    """Raised when a database cannot be connected to."""

    to_do = gettext_noop("请检查地址、用户和密码，并确认服务器在运行")


@dataclass(frozen=True, slots=True)
class Server:
    """A PostgreSQL database; ``parameters`` are those of libpq, ``dbname`` among them."""

    parameters: Mapping[str, str]

    def __repr__(self) -> str:
        """Never the password."""
        return f"Server({self.name})"

    @property
    def name(self) -> str:
        """Of the database."""
        return self.parameters["dbname"]

    @property
    def url(self) -> str:
        """The DATABASE_URL that leads there. It holds the password."""
        rest = {name: value for name, value in self.parameters.items() if name not in ("dbname", "user", "password")}
        user = quote(self.parameters.get("user", ""), safe="")
        password = quote(self.parameters.get("password", ""), safe="")
        signed_in = f"{user}{f':{password}' if password else ''}@" if user else ""
        return f"postgresql://{signed_in}/{quote(self.name, safe='')}{f'?{urlencode(rest)}' if rest else ''}"

    def environment(self) -> dict[str, str]:
        """The environment for a program of PostgreSQL that is to work on this database."""
        known = {option.keyword.decode(): option.envvar for option in Conninfo.get_defaults()}
        connection = {
            str(name.decode()): value
            for keyword, value in self.parameters.items()
            if (name := known.get(keyword)) and value
        }
        kept = {name: value for name, value in os.environ.items() if name not in ("PGOPTIONS", "PGSERVICE")}
        return kept | connection | {"LC_MESSAGES": "C"}

    def connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection on which each statement stands by itself.

        Raises:
            ServerUnreachable: if there is none.
        """
        # libpq wants no empty values: they would hide PGPASSWORD and the like.
        given: dict[str, Any] = {name: value for name, value in self.parameters.items() if value}
        try:
            return psycopg.connect(**given, autocommit=True)
        except psycopg.OperationalError as error:
            raise ServerUnreachable(
                _("数据库 %(name)s 没有应答：%(said)s") % {"name": self.name, "said": _first_line(error)}
            ) from None


def _first_line(error: psycopg.Error) -> str:
    return str(error).partition("\n")[0]


def server(settings: Mapping[str, Any]) -> Server:
    """The database of an entry of Django's DATABASES."""
    known = {option.keyword.decode() for option in Conninfo.get_defaults()}
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    found = {name: str(settings.get(key) or "") for name, key in named.items()}
    options = {name: str(value) for name, value in settings.get("OPTIONS", {}).items() if name in known}
    return Server({name: value for name, value in (found | options).items() if value})


def asking(connection: psycopg.Connection[tuple[Any, ...]]) -> Ask:
    """Asks this connection."""

    def ask(statement: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        return connection.execute(statement.encode(), values or None).fetchall()

    return ask


@contextmanager
def snapshot(server: Server) -> Iterator[tuple[Ask, Callable[[], Iterator[bytes]]]]:
    """The database as it stands now, while others write: how to ask it, and what dumps it, piece by piece, as of the same moment.

    Raises:
        BackupFailed: if ``pg_dump`` fails.
        ProgramMissing: if there is none.
        ServerUnreachable: if the server does not answer.
    """
    with server.connect() as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None

        def dump() -> Iterator[bytes]:
            return _output([*DUMP, f"--snapshot={row[0]}"], server)

        yield asking(connection), dump


def _output(program: Sequence[str], server: Server) -> Iterator[bytes]:
    with TemporaryFile() as complaints, _started(program, server, complaints, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield from pieces(process.stdout)
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise BackupFailed(f"{program[0]}: {_first_complaint(complaints)}")


def load(server: Server, content: Iterable[bytes]) -> None:
    """Load a dump into an empty database: all of it or nothing.

    Raises:
        RestoreFailed: if ``pg_restore`` fails.
        ProgramMissing: if there is none.
    """
    with (
        TemporaryFile() as complaints,
        _started(LOAD, server, complaints, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process,
    ):
        assert process.stdin is not None
        try:
            for piece in content:
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it says why itself
        except BaseException:
            process.kill()
            raise
        if process.wait():
            raise RestoreFailed(_("pg_restore：%(said)s") % {"said": _first_complaint(complaints)})


def _started(program: Sequence[str], server: Server, complaints: IO[bytes], **streams: Any) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(program, env=server.environment(), stderr=complaints, **streams)
    except FileNotFoundError:
        raise ProgramMissing(_("这里没有 %(program)s") % {"program": program[0]}) from None


def _first_complaint(complaints: IO[bytes]) -> str:
    """What a program said went wrong; not what follows, which may quote rows."""
    complaints.seek(0)
    lines = complaints.read().decode(errors="replace").splitlines()
    wrong = next((line for line in lines if "error:" in line), "it failed and said nothing")
    return re.sub(r"^.*?error: ", "", wrong)


def relations(server: Server) -> list[str]:
    """Whatever stands in a database: tables, views, sequences; nothing in an empty one."""
    with server.connect() as connection:
        return [name for (name,) in connection.execute(RELATIONS.encode())]


def others(server: Server) -> list[str]:
    """Who else is connected to a database now."""
    with server.connect() as connection:
        return [f"{who} from {address or 'this machine'}" for who, address in connection.execute(OTHERS.encode())]


def empty(server: Server) -> None:
    """Take everything away that was loaded into a database which was empty before."""
    with server.connect() as connection, connection.transaction():
        for (statement,) in connection.execute(DROPS.encode()).fetchall():
            connection.execute(statement.encode())


@contextmanager
def throwaway(beside: Server) -> Iterator[Server]:
    """An empty database on the same server, gone afterwards.

    Raises:
        RestoreFailed: if whoever asks may make none.
    """
    name = f"{THROWAWAY}{uuid4().hex}"
    try:
        _administer(beside, sql.SQL("CREATE DATABASE {} TEMPLATE template0"), name)
    except psycopg.errors.InsufficientPrivilege:
        raise RestoreFailed(
            _("这个数据库用户不能建库"),
            _("请授予 CREATEDB，或者为演练建一个空库，用 --database-url 写明"),
        ) from None
    try:
        yield Server({**beside.parameters, "dbname": name})
    finally:
        _administer(beside, sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)


def _administer(server: Server, statement: sql.SQL, name: str) -> None:
    with server.connect() as connection:
        connection.execute(statement.format(sql.Identifier(name)))
