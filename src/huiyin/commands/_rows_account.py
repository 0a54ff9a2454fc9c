"""That every line of a file is accounted for: brought in, rejected, or named as skipped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from huiyin.commands import Failure
from huiyin.language import gettext as _

if TYPE_CHECKING:
    from huiyin.channels.table import SheetRow


def report_file(where: Path) -> IO[str]:
    """The file in which rejected rows are told, opened anew. Raises Failure."""
    try:
        return where.open("w", encoding="utf-8-sig", newline="")  # the mark lets spreadsheet programs see UTF-8
    except OSError:
        raise Failure(_("%(where)s：无法写入") % {"where": where}, _("请用 --report 另选一处")) from None


class RowsAccount:
    """What became of every line of the file: skipped ones in runs of the same reason, and how many lines were seen altogether."""

    def __init__(self) -> None:
        self.counts = {"read": 0, "imported": 0, "already": 0, "rejected": 0}
        self.skipped: list[dict[str, Any]] = []
        self.seen = 0

    def petitions(self, rows: Iterable[SheetRow]) -> Iterator[SheetRow]:
        """The rows that are petitions; the others are noted."""
        for row in rows:
            self.seen += row.lines
            if row.skip is None:
                yield row
                continue
            last = self.skipped[-1] if self.skipped else None
            if last and last["why"] == row.skip and last["to"] == row.number - 1:
                last["to"] = row.number
            else:
                self.skipped.append({"from": row.number, "to": row.number, "why": row.skip})
