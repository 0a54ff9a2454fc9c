"""`huiyin import`: petitions from a spreadsheet."""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from huiyin.commands import DONE, Failure, Subparsers, _old_register, add_json, report
from huiyin.commands._rows_account import RowsAccount, report_file
from huiyin.registers.formulas import harmless

if TYPE_CHECKING:
    from huiyin.channels.imports import Import, Outcome
    from huiyin.channels.table import Sheet
INCOMPLETE = 1

DESCRIPTION = """
Brings the rows of a .csv or .xlsx file in as petitions, each through the same checks as any other. Columns are found by
their names (id/编号, user/姓名, title/标题, time/时间, text/内容, phone/电话, id_number/身份证号, address/地址, email/邮箱,
headcount/人数, accused/被反映人), below titles and notes; others are named and ignored. Of a workbook the one sheet that has such
columns and is shown is read, or the one named by --sheet. A time without offset is Beijing time. Each row is brought in once, known
by its id (or, without one, by its content): run the same file again to go on after an interruption. Rows that cannot be brought in are
listed with line and reason in FILE.rejected.csv, the others are brought in all the same. Every line of the file is brought in, rejected
or named as skipped, and compared to a count of its own. With --old-register the rows are matters under way or closed of a register kept
before: each comes in where it stands, under the rulebook in force when it was received, and FILE.report.csv says what became of each
row and when something is due next. The exit status is 0 when no row was rejected, 1 when some were, or when the
count does not come out.
"""


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("import", help="bring in petitions from a spreadsheet", description=DESCRIPTION)
    parser.add_argument("file", type=Path, metavar="FILE", help="a .csv or .xlsx file with a header line")
    parser.add_argument("--organisation", required=True, metavar="CODE", help="whose petitions they are")
    parser.add_argument(
        "--channel",
        required=True,
        help="how they arrived, such as letter or visit; for another word those that there are are told",
    )
    parser.add_argument(
        "--sheet", default="", metavar="NAME", help="which sheet of a workbook, where several hold petitions"
    )
    parser.add_argument("--dry-run", action="store_true", help="check every row and write nothing but the report")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N rows")
    parser.add_argument("--report", type=Path, metavar="PATH", help="where rejected rows are listed")
    _old_register.add_options(parser)
    add_json(parser)
    parser.set_defaults(run=run, makes=True)


def run(arguments: argparse.Namespace) -> int:
    """Brings the file in and says what became of its rows."""
    from django.utils import timezone

    from huiyin.casework.vocabulary import CHANNELS
    from huiyin.channels.imports import Import
    from huiyin.people.models import Organisation
    from huiyin.site.preparation import migrate

    if arguments.limit is not None and arguments.limit < 1:
        raise Failure("--limit must be at least 1", status=2)
    if arguments.channel not in CHANNELS:
        raise Failure(f"--channel must be one of: {', '.join(CHANNELS)}", status=2)
    migrate()
    organisation = Organisation.objects.filter(code=arguments.organisation).first()
    if organisation is None:
        known = ", ".join(Organisation.objects.order_by("code").values_list("code", flat=True)) or "none yet"
        raise Failure(f"there is no organisation {arguments.organisation}", f"known: {known}")
    if arguments.old_register:
        return _old_register.run(arguments, organisation)
    table = _table(arguments.file, arguments.sheet)
    began = time.monotonic()
    job = Import(organisation, arguments.channel, arguments.dry_run, timezone.now)
    summary = _carry_out(job, table, arguments)
    summary |= {"unknown_columns": list(table.unknown), "seconds": round(time.monotonic() - began, 1)}
    report(arguments, summary, _lines(summary))
    return INCOMPLETE if summary["rejected"] or summary["unaccounted"] else DONE


def _table(path: Path, sheet: str) -> Sheet:
    from huiyin.channels.table import TableUnreadable, open_table

    try:
        return open_table(path, sheet)
    except TableUnreadable as error:
        raise Failure(f"{path.name}: {error.wrong}", error.to_do) from None
    except OSError as error:
        raise Failure(f"{path}: {error.strerror}", "check the path of the file") from None


def _carry_out(job: Import, table: Sheet, arguments: argparse.Namespace) -> dict[str, Any]:
    """Brings the rows in one by one, listing the rejected ones as they come, so that an interruption loses no reason."""
    from tqdm import tqdm

    where: Path = arguments.report or arguments.file.with_name(arguments.file.name + ".rejected.csv")
    account = RowsAccount()
    counts = account.counts
    rows = min(table.raw, arguments.limit or table.raw)
    with report_file(where) as listing:
        writer = csv.writer(listing)
        writer.writerow(["line", "id", "field", "code", "reason"])
        petitions = account.petitions(table.lines())
        outcomes = job.run(islice(petitions, arguments.limit))
        for outcome in tqdm(outcomes, total=rows, unit="row", disable=None):
            counts["read"] += 1
            counts[_fate(outcome)] += 1
            for error in outcome.errors:
                writer.writerow([outcome.line, harmless(outcome.id), error.field, error.code, error.message])
            if outcome.errors:
                listing.flush()
        left = sum(1 for _row in petitions)
    return {
        "file": str(arguments.file),
        "sheet": table.name,
        "encoding": table.encoding,
        "dry_run": arguments.dry_run,
        "lines": table.raw,
        **counts,
        "left": left,
        "skipped": account.skipped,
        "sheets_skipped": [asdict(sheet) for sheet in table.others],
        "unaccounted": table.raw - account.seen,
        "report": str(where),
    }


def _fate(outcome: Outcome) -> str:
    if outcome.errors:
        return "rejected"
    return "imported" if outcome.new else "already"


def _lines(summary: dict[str, Any]) -> Iterator[str]:
    done = "would be brought in" if summary["dry_run"] else "brought in"
    place = f"sheet {summary['sheet']}: " if summary["sheet"] else ""
    yield (
        f"{place}{summary['read']} rows read: {summary['imported']} {done}, {summary['already']} in already, "
        f"{summary['rejected']} rejected ({summary['seconds']} s)"
    )
    if summary["left"]:
        yield f"rows left for a later run: {summary['left']}"
    if summary["skipped"]:
        yield f"lines skipped: {', '.join(map(_run_of_lines, summary['skipped']))}"
    for sheet in summary["sheets_skipped"]:
        yield f"sheet not read: {sheet['name']}{' (hidden)' if sheet['hidden'] else ''}, {sheet['rows']} rows"
    if summary["unknown_columns"]:
        yield f"columns ignored: {', '.join(summary['unknown_columns'])}"
    if summary["rejected"]:
        yield f"reasons: {summary['report']}"
    if summary["unaccounted"]:
        yield (
            f"{abs(summary['unaccounted'])} lines of the {summary['lines']} in the file are not accounted for: "
            "save it again from the spreadsheet program, and compare what was brought in"
        )


def _run_of_lines(skipped: dict[str, Any]) -> str:
    first, last = skipped["from"], skipped["to"]
    return f"{first if first == last else f'{first}-{last}'} ({skipped['why']})"
