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
from huiyin.language import gettext as _
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
    old = parser.add_argument_group(_("在办或已办结的事项"))
    old.add_argument("--old-register", action="store_true", help=_("各行是以前登记簿中的事项"))
    old.add_argument("--mapping", type=Path, metavar="FILE", help=_("列和用词的对应，JSON 格式，与页面保存的相同"))
    old.add_argument("--papers", type=Path, metavar="PLACE", help=_("放有各行所写文件的目录或 ZIP"))
    old.add_argument("--earlier", default="", metavar="BOOK", help=_("以前适用的规程，例如 national-2005"))
    old.add_argument(
        "--nothing",
        action="append",
        default=[],
        metavar="HEADER",
        help=_("既不写被反映人、也不写承诺日期的一列"),
    )
    old.add_argument("--set", action="append", default=[], metavar="COLUMN=VALUE", help=_("某一行没有写时，用这个值"))


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
            words = _("、").join(mapping.missing)
            raise Failure(
                _("%(name)s：没有哪一列写的是 %(words)s") % {"name": arguments.file.name, "words": words},
                _("请用 --mapping 写明是哪一列"),
            )
        if unsettled := mapping.unsettled(head.headers):
            words = _("、").join(unsettled)
            raise Failure(
                _("%(name)s：这些列看起来写有被反映人或者承诺的日期：%(words)s")
                % {"name": arguments.file.name, "words": words},
                _("请在 --mapping 中写为 accused 或 promised，或者用 --nothing 列名"),
            )
        return mapping, open_table(arguments.file, head.sheet, mapping.form(head.headers))
    except (TableUnreadable, RulebookFlawed) as error:
        raise Failure(f"{arguments.file.name}: {error.wrong}", error.to_do) from None
    except OSError as error:
        raise Failure(f"{arguments.file}: {error.strerror}", _("请检查文件的路径")) from None


def _read_mapping(path: Path) -> RegisterMapping:
    from huiyin.channels.register.columns import RegisterMapping

    try:
        kept = json.loads(path.read_text("utf-8"))
        return RegisterMapping.from_dict(kept)
    except (ValueError, TypeError, AttributeError):
        raise Failure(
            _("%(path)s：不是列的对应") % {"path": path}, _("应为 JSON，写有 columns、words、defaults 和 earlier")
        ) from None


def _pair(written: str, known: set[str]) -> tuple[str, str]:
    name, equals, value = written.partition("=")
    if not equals or name not in known:
        raise Failure(
            _("--set %(written)s：请写成 列=值，列是其中之一：%(known)s")
            % {"written": written, "known": _("、").join(sorted(known))},
            status=2,
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
    done = _("会导入") if summary["dry_run"] else _("新导入")
    yield (
        _("读了 %(read)s 行：%(done)s %(new)s 件，以前已有 %(already)s 件，退回 %(rejected)s 行（%(seconds)s 秒）")
        % {
            "read": summary["read"],
            "new": summary["new"],
            "done": done,
            "already": summary["already"],
            "rejected": summary["rejected"],
            "seconds": summary["seconds"],
        }
    )
    if summary["ended"]:
        yield (
            _("其中 %(ended)s 件按登记簿的说法已经办结：这里没有另一人核对，由运行命令的人负责，记录中写明出自命令行")
            % {"ended": summary["ended"]}
        )
    if summary["left"]:
        yield _("留到以后的行：%(left)s") % {"left": summary["left"]}
    if summary["unknown_columns"]:
        yield _("只原样保留的列：%(unknown_columns)s") % {"unknown_columns": _("、").join(summary["unknown_columns"])}
    yield _("每一行的结果：%(report)s") % {"report": summary["report"]}
    if summary["unaccounted"]:
        yield _("文件 %(lines)s 行中有 %(lost)s 行没有着落") % {
            "lost": abs(summary["unaccounted"]),
            "lines": summary["lines"],
        }
