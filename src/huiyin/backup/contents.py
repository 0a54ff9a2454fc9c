"""What a database says about itself for the manifest: read from the snapshot that goes into the backup, whatever version made it.

Plain SQL on what the first release had already, so that a backup can be made before an update as well as after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from huiyin.backup.manifest import LedgerStand, NamedOrganisation
from huiyin.ledger import merkle
from huiyin.sealing.keyring import WRAP_HEAD_BYTES

Ask = Callable[[str, Sequence[Any]], Sequence[Sequence[Any]]]
"""Asks a database: a statement with %s for each value, and the values; all rows of the answer."""

LEFT_OUT: Final = "django_session"
"""The table whose rows are neither backed up nor moved: with the id of a session whoever reads it is signed in as somebody else."""

_PLACES: Final = "SELECT place FROM casework_attachment"
_PLACES_WITH_PACKAGES: Final = "SELECT place FROM casework_attachment UNION SELECT place FROM archive_package"
NODE: Final = 'SELECT hash FROM ledger_lognode WHERE level = %s AND "index" = %s'
WRAPPED: Final = "SELECT DISTINCT substr(wrapped, 2, %s) FROM people_datakey WHERE destroyed_at IS NULL"


@dataclass(frozen=True, slots=True)
class DatabaseContents:
    """``places``: where the attachments and packages are that it names; ``keys``: the ids (hex) of ring keys that wrap something."""

    migrations: Mapping[str, tuple[str, ...]]
    ledger: LedgerStand
    organisations: tuple[NamedOrganisation, ...]
    places: frozenset[str]
    keys: tuple[str, ...]


def read_contents(ask: Ask) -> DatabaseContents:
    """What a database says about itself."""
    names: dict[str, list[str]] = defaultdict(list)
    for app, name in ask("SELECT app, name FROM django_migrations ORDER BY app, name", []):
        names[app].append(name)
    organisations = ask("SELECT code, name FROM people_organisation ORDER BY code", [])
    return DatabaseContents(
        migrations={app: tuple(listed) for app, listed in names.items()},
        ledger=read_stand(ask),
        organisations=tuple(NamedOrganisation(code=code, name=name) for code, name in organisations),
        places=frozenset(place for (place,) in ask(_PLACES_WITH_PACKAGES if "archive" in names else _PLACES, [])),
        keys=tuple(sorted(bytes(key).hex() for (key,) in ask(WRAPPED, [WRAP_HEAD_BYTES - 1]))),
    )


def read_stand(ask: Ask) -> LedgerStand:
    """Where the ledger stands. A node that is missing counts as zeros: such a log is for verification to tell."""
    ((events,),) = ask("SELECT count(*) FROM ledger_event", [])
    ((size,),) = ask("SELECT count(*) FROM ledger_logleaf", [])
    return LedgerStand(events=events, size=size, root=root_of(ask, size))


def root_of(ask: Ask, size: int) -> str:
    """The hex root of the log's first ``size`` leaves (RFC 6962 section 2.1)."""

    def stored(nodes: Sequence[merkle.TreeNode]) -> list[bytes]:
        found = (ask(NODE, node) for node in nodes)
        return [bytes.fromhex(rows[0][0]) if rows else bytes(32) for rows in found]

    return merkle.root(size, stored).hex()
