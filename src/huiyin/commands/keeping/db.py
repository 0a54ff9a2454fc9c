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

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from huiyin.backup.moving import CopiedTable

MOVE = """
Copies every table but the sessions from the database of the installation into the empty one at --to, from SQLite to PostgreSQL or back, while no service runs;
then compares every row and verifies the ledger there. The database that you had is not changed. When it is done, set DATABASE_URL as it says
and start the service. A password may be left out of the address and given in PGPASSWORD: command lines are seen by others.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the commands."""
    parser = subparsers.add_parser("db", help="move the installation to another database")
    parts = parser.add_subparsers(metavar="PART", required=True)
    moving = parts.add_parser("move", help="copy everything into an empty database, and verify it", description=MOVE)
    moving.add_argument("--to", metavar="URL", required=True, help="as DATABASE_URL: sqlite:///… or postgresql://…")
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
                    f"verifying the copy finds {verified['wrong']} things wrong, of which the first is in {verified['findings'][0]['case']}",
                    "run `huiyin ledger verify` on the database that you have",
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
            f"{len(others)} others are connected to the database: {', '.join(sorted(set(others)))}",
            "stop `huiyin serve` and every `huiyin work`, on other machines too",
        )


@contextmanager
def _target(url: str, entry: Mapping[str, Any]) -> Iterator[str]:
    """The address of the empty database to fill; whatever is in it is taken away again when something fails."""
    from django.conf import settings

    from huiyin.backup import placing, postgresql, sqlite

    if "postgresql" in entry["ENGINE"]:
        server = postgresql.server(entry)
        if found := postgresql.relations(server):
            raise Failure(f"the database {server.name} is not empty: {found[0]} is there", "name an empty one")
        try:
            yield url
        except BaseException:
            postgresql.empty(server)
            raise
        return
    path = Path(entry["NAME"]).absolute()
    if path == Path(settings.DATABASES["default"]["NAME"]).absolute() or path.exists():
        raise Failure(f"{path}: there is a file already", "name a new one")
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
        f"{len(done)} tables, {rows} rows: each compared; {verified['cases']} cases, {verified['events']} events: verified",
        f"now set DATABASE_URL={_without_password(url)} and start the service; the database that you had is as it was",
    ]


def _without_password(url: str) -> str:
    """The address as it was given, but for the password."""
    head, at, tail = url.rpartition("@")
    scheme, _, user = head.partition("://")
    return f"{scheme}://{user.partition(':')[0]}{':PASSWORD' if ':' in user else ''}@{tail}" if at else url
