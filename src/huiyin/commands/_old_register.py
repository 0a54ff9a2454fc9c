"""`huiyin import --old-register`: matters under way or closed, from the register that was kept before."""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from huiyin.commands import DONE, Failure, report
from huiyin.commands._rows_account import RowsAccount, report_file
from huiyin.registers.formulas import harmless

if TYPE_CHECKING:
    from huiyin.channels.register.bringing import RowOutcome
    from huiyin.channels.register.columns import RegisterMapping
    from huiyin.channels.table import Sheet
    from huiyin.people.models import Organisation

INCOMPLETE: Final = 1
VOUCHED: Final = "由命令 huiyin import 导入，确认此前已经办结的是运行命令的人，没有另一人核对"
"""Kept with the words of what had ended: a name given to a command proves nobody's word."""
REPORT_COLUMNS: Final = ("line", "number", "fate", "stage", "due", "rulebook", "case", "field", "code", "reason")


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be said of an old register beside what every import is told."""
    old = parser.add_argument_group("matters under way or closed")
    old.add_argument("--old-register", action="store_true", help="the rows are matters of a register kept before")
    old.add_argument("--mapping", type=Path, metavar="FILE", help="columns and words as JSON, as pages keep them")
    old.add_argument(
        "--papers", type=Path, metavar="PLACE", help="a folder or ZIP archive with the files that rows name"
    )
    old.add_argument(
        "--earlier", default="", metavar="BOOK", help="the rulebook in force before, such as national-2005"
    )
    old.add_argument(
        "--nothing",
        action="append",
        default=[],
        metavar="HEADER",
        help="a column that names nobody accused and no promised day",
    )
    old.add_argument(
        "--set", action="append", default=[], metavar="COLUMN=VALUE", help="what holds where a row says nothing"
    )


def run(arguments: argparse.Namespace, organisation: Organisation) -> int:
    """Brings the register in, or says what would come of each row."""
    from django.utils import timezone

    from huiyin.channels.register.bringing import RegisterImport
    from huiyin.channels.register.directory import RegisterDirectory
    from huiyin.channels.register.row_files import RowFilesUnreadable, open_documents
    from huiyin.channels.register.rows import RegisterReader
    from huiyin.rule_store.in_force import RulebookHistory

    began, at = time.monotonic(), timezone.now()
    mapping, table = _mapped(arguments, organisation)
    try:
        papers = open_documents(arguments.papers)
    except RowFilesUnreadable as error:
        raise Failure(f"{arguments.papers}: {error.wrong}", error.to_do) from None
    history = RulebookHistory(organisation, mapping.earlier)
    reader = RegisterReader(organisation, mapping, RegisterDirectory(organisation, at), history, papers)
    summary = _carry_out(RegisterImport(reader, arguments.dry_run, timezone.now, VOUCHED), table, arguments)
    summary |= {"unknown_columns": _unknown(table), "seconds": round(time.monotonic() - began, 1)}
    report(arguments, summary, _lines(summary))
    return INCOMPLETE if summary["rejected"] or summary["unaccounted"] else DONE


def _mapped(arguments: argparse.Namespace, organisation: Organisation) -> tuple[RegisterMapping, Sheet]:
    """How the register is read, and its table: as a file says, else as its headers do."""
    from huiyin.channels.register.columns import LABELS, RegisterMapping, fact_columns, preview
    from huiyin.channels.table import TableUnreadable, open_table
    from huiyin.rule_store.store import load
    from huiyin.rules.book.load import RulebookFlawed

    rules = load(organisation.rulebook)
    try:
        head = preview(arguments.file, arguments.sheet, rules)
        given = _read_mapping(arguments.mapping) if arguments.mapping else RegisterMapping({})
        if arguments.earlier:
            load(arguments.earlier)
        known = {*LABELS, *fact_columns(rules)}
        defaults = {**given.defaults, **dict(_pair(one, known) for one in arguments.set)}
        defaults.setdefault("channel", arguments.channel)
        columns = given.columns or head.guessed
        nothing = (*given.nothing, *arguments.nothing)
        mapping = RegisterMapping(columns, given.words, defaults, arguments.earlier or given.earlier, nothing)
        if mapping.missing:
            words = ", ".join(mapping.missing)
            raise Failure(f"{arguments.file.name}: no column holds {words}", "name one with --mapping")
        if unsettled := mapping.unsettled(head.headers):
            words = ", ".join(unsettled)
            raise Failure(
                f"{arguments.file.name}: these columns look as if they named whom a petition accuses, or a promised day: {words}",
                "name them in --mapping as accused or promised, or with --nothing HEADER",
            )
        return mapping, open_table(arguments.file, head.sheet, mapping.form(head.headers))
    except (TableUnreadable, RulebookFlawed) as error:
        raise Failure(f"{arguments.file.name}: {error.wrong}", error.to_do) from None
    except OSError as error:
        raise Failure(f"{arguments.file}: {error.strerror}", "check the path of the file") from None


def _read_mapping(path: Path) -> RegisterMapping:
    from huiyin.channels.register.columns import RegisterMapping

    try:
        kept = json.loads(path.read_text("utf-8"))
        return RegisterMapping.from_dict(kept)
    except (ValueError, TypeError, AttributeError):
        raise Failure(f"{path}: no mapping", "it is JSON with columns, words, defaults and earlier") from None


def _pair(written: str, known: set[str]) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals or name not in known:
        raise Failure(
            f"--set {written}: give COLUMN=VALUE, where the column is one of: {', '.join(sorted(known))}", status=2
        )
    return name, value


def _carry_out(job: Any, table: Sheet, arguments: argparse.Namespace) -> dict[str, Any]:
    from tqdm import tqdm

    where: Path = arguments.report or arguments.file.with_name(arguments.file.name + ".report.csv")
    account, counts = RowsAccount(), {"read": 0, "new": 0, "already": 0, "rejected": 0}
    ended = 0
    rows = min(table.raw, arguments.limit or table.raw)
    with report_file(where) as listing:
        writer = csv.writer(listing)
        writer.writerow(REPORT_COLUMNS)
        matters = account.petitions(table.lines())
        for outcome in tqdm(job.run(islice(matters, arguments.limit)), total=rows, unit="row", disable=None):
            counts["read"] += 1
            counts[outcome.fate] += 1
            ended += outcome.fate == "new" and outcome.ended
            writer.writerows(report_rows(outcome))
            if outcome.errors:
                listing.flush()
        left = sum(1 for _row in matters)
    return {
        "file": str(arguments.file),
        "sheet": table.name,
        "dry_run": arguments.dry_run,
        "lines": table.raw,
        **counts,
        "ended": ended,
        "left": left,
        "skipped": account.skipped,
        "unaccounted": table.raw - account.seen,
        "report": str(where),
    }


def report_rows(outcome: RowOutcome) -> Iterator[tuple[object, ...]]:
    """The lines of a report about one row: one, or one for each reason why it was rejected."""
    head = (outcome.line, harmless(outcome.number), outcome.fate, outcome.stage, outcome.due or "", outcome.rulebook)
    if not outcome.errors:
        yield (*head, outcome.case, "", "", "")
    for error in outcome.errors:
        yield (*head, outcome.case, error.field, error.code, error.message)


def _unknown(table: Sheet) -> list[str]:
    from huiyin.channels.register.columns import header_of, is_other

    return [header_of(name) for name in table.columns if is_other(name)]


def _lines(summary: dict[str, Any]) -> Iterator[str]:
    done = "would be brought in" if summary["dry_run"] else "brought in"
    yield (
        f"{summary['read']} rows read: {summary['new']} {done}, {summary['already']} in already, "
        f"{summary['rejected']} rejected ({summary['seconds']} s)"
    )
    if summary["ended"]:
        yield (
            f"{summary['ended']} of them had ended by what the register says: no second person confirms it here, whoever runs "
            "this command answers for it, and the command line is recorded as where it was said"
        )
    if summary["left"]:
        yield f"rows left for a later run: {summary['left']}"
    if summary["unknown_columns"]:
        yield f"columns kept word for word alone: {', '.join(summary['unknown_columns'])}"
    yield f"what became of each row: {summary['report']}"
    if summary["unaccounted"]:
        yield f"{abs(summary['unaccounted'])} lines of the {summary['lines']} in the file are not accounted for"
