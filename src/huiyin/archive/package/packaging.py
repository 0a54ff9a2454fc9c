"""Making the package of a case: from the read side and the ledger to one file on disk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from huiyin.archive.package.bag import pack, seal_bag
from huiyin.archive.package.contents import FileContents, gather, term_of
from huiyin.archive.package.index import Described, page, xml
from huiyin.archive.package.items import Item
from huiyin.archive.package.rendering import as_json
from huiyin.casework.models import Case
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.ledger import log
from huiyin.ledger.chain import read_chain
from huiyin.procedure.command import TextRef
from huiyin.procedure.event import ActionTaken, PackageStored
from huiyin.rules.book.schema import ARCHIVE, MISSING_ITEMS

FORMAT: Final = "huiyin-archive/1"
BESIDE: Final = (
    "data/index.html",
    "data/index.xml",
    "data/ledger/chain.json",
    "data/ledger/events.jsonl",
    "data/ledger/log.json",
    "data/package.json",
)
"""Files of the payload that are no items of the catalogue."""


class NotArchived(HuiyinError):
    """Raised when nobody has archived the case yet, so that its file is still growing."""

    to_do = gettext_noop("请先归档：办结以后，事项页面上有归档")


@dataclass(frozen=True, slots=True)
class Made:
    """A package on disk: where, what it is (hex SHA-256, bytes), and what it holds."""

    path: Path
    digest: str
    size: int
    through: int
    term: str
    items: tuple[Item, ...]


def archived_through(case: Case) -> int:
    """The number of the last event of the file as it was archived last: what the archive action brought belongs to it, nothing later.

    Raises NotArchived.
    """
    through, moment = 0, None
    for item in read_chain(case.id):
        if isinstance(item.event, ActionTaken):
            moment = item.at if item.event.action == ARCHIVE else None
        elif isinstance(item.event, PackageStored):
            moment = None
        if item.at == moment:
            through = item.seq
    if not through:
        raise NotArchived(_("%(number)s 还没有归档") % {"number": case.number})
    return through


@contextmanager
def made_package(case: Case, at: datetime) -> Iterator[Made]:
    """The package of an archived case, in a folder of its own that is gone afterwards. Made twice it is the same file, as long as nothing
    of it was erased and the people and units in it are called as they were.

    Raises NotArchived, Incomplete, TooLarge.
    """
    through = archived_through(case)
    with TemporaryDirectory(prefix="archive-", dir=settings.HUIYIN_SPOOL) as place:
        folder, target = Path(place, "bag"), Path(place, "package.zip")
        contents = gather(case, through, folder, at)
        value, term = term_of(contents)
        described = Described(contents, term, _explained(contents))
        _describe(described, folder)
        seal_bag(folder, _about(described))
        digest = pack(folder, case.number, target)
        yield Made(target, digest, target.stat().st_size, through, value, contents.items)


def _describe(described: Described, folder: Path) -> None:
    contents, ledger = described.contents, folder / "data" / "ledger"
    ledger.mkdir(parents=True, exist_ok=True)
    (ledger / "events.jsonl").write_bytes(b"".join(row.body.encode() + b"\n" for row in contents.rows))
    hashes = [row.hash for row in contents.rows]
    (ledger / "chain.json").write_bytes(as_json({"case": contents.case.id.hex, "hashes": hashes}))
    (ledger / "log.json").write_bytes(as_json(_logged(contents)))
    (folder / "data" / "index.html").write_bytes(page(described))
    (folder / "data" / "index.xml").write_bytes(xml(described, folder))
    (folder / "data" / "package.json").write_bytes(as_json(_package(described)))


def _package(described: Described) -> dict[str, Any]:
    contents = described.contents
    return {
        "format": FORMAT,
        "number": contents.case.number,
        "organisation": contents.case.organisation.name,
        "rulebook": contents.case.rulebook,
        "title": described.title,
        "year": described.year,
        "term": described.term,
        "missing": described.missing,
        "items": [item.as_data() for item in contents.items],
        "beside": list(BESIDE),
        "committed": {id: asdict(kept) for id, kept in contents.committed.items()},
        "erased": sorted(contents.erased),
    }


def _logged(contents: FileContents) -> dict[str, Any]:
    """That the newest event which a head covered by then stands in the log: it binds all events before it."""
    for row in reversed(contents.rows):
        proof = log.prove_as_of(row, contents.as_of)
        if proof is not None:
            head = proof.head
            signed = {"size": head.size, "root": head.root, "at": int(head.at.timestamp()), "signature": head.signature}
            found = {"seq": row.seq, "index": proof.index, "path": list(proof.path)}
            return {"key": log.public_key(), "head": signed, "proof": found}
    return {"key": log.public_key(), "head": None, "proof": None}


def _explained(contents: FileContents) -> str:
    """Why what the catalogue of the rulebook asks for is not there, in the words of whoever archived the case."""
    for item, _rules in reversed(contents.past.events):
        event = item.event
        if isinstance(event, ActionTaken) and event.action == ARCHIVE and item.seq <= contents.rows[-1].seq:
            ref = event.fields.get(MISSING_ITEMS)
            return contents.past.text(ref.id) if isinstance(ref, TextRef) else ""
    return ""


def _about(described: Described) -> dict[str, str]:
    """What bag-info.txt says (RFC 8493, 2.2.2)."""
    case = described.contents.case
    return {
        "Source-Organization": case.organisation.name,
        "External-Identifier": case.number,
        "Internal-Sender-Identifier": case.id.hex,
        "Bagging-Date": timezone.localtime(described.contents.as_of).date().isoformat(),
        "Bag-Software-Agent": f"Huiyin {FORMAT}",
    }
