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
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.registers.formulas import harmless

if TYPE_CHECKING:
    from huiyin.channels.imports import Import, Outcome
    from huiyin.channels.table import Sheet
INCOMPLETE = 1

DESCRIPTION = gettext_noop(
    "把 .csv 或 .xlsx 文件的每一行作为来件导入，检查与其他来件相同。列按名称辨认（编号 id、"
    "姓名 user、标题 title、时间 time、内容 text、电话 phone、身份证号 id_number、"
    "地址 address、邮箱 email、人数 headcount、被反映人 accused），上面可以有标题和说明；"
    "其他列会列出，不导入。工作簿读唯一一张有这些列而且没有隐藏的表，或者 --sheet 写明的表。"
    "没有写时区的时间是北京时间。每行只导入一次，凭编号辨认（没有编号的凭内容）：中断以后再运行同一文件即可接着做。"
    "不能导入的行连同行号和原因列在 FILE.rejected.csv，其余照样导入。文件的每一行，或已导入，或已退回，"
    "或列为跳过，并与另一次点数核对。加 --old-register 时，各行是以前登记簿中在办或已办结的事项："
    "按收到时适用的规程，从所处的阶段接着办，FILE.report.csv 写明每行的结果和接下来的期限。没有退回的行，"
    "退出码为 0；有退回的，或者行数对不上的，为 1。"
)


def add_parser(subparsers: Subparsers) -> None:
    """Declares the command."""
    parser = subparsers.add_parser("import", help=_("从表格导入来件"), description=_(DESCRIPTION))
    parser.add_argument("file", type=Path, metavar="FILE", help=_("带表头的 .csv 或 .xlsx 文件"))
    parser.add_argument("--organisation", required=True, metavar="CODE", help=_("属于哪个机构"))
    parser.add_argument(
        "--channel",
        required=True,
        help=_("怎样来的，例如 letter 或 visit；写了别的，会列出有哪些"),
    )
    parser.add_argument("--sheet", default="", metavar="NAME", help=_("工作簿中哪一张表，有几张表写有来件时用"))
    parser.add_argument("--dry-run", action="store_true", help=_("检查每一行，除报告外什么都不写"))
    parser.add_argument("--limit", type=int, metavar="N", help=_("只读前 N 行"))
    parser.add_argument("--report", type=Path, metavar="PATH", help=_("退回的行列在哪里"))
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
        raise Failure(_("--limit 不能小于 1"), status=2)
    if arguments.channel not in CHANNELS:
        raise Failure(_("--channel 应为其中之一：%(channels)s") % {"channels": _("、").join(CHANNELS)}, status=2)
    migrate()
    organisation = Organisation.objects.filter(code=arguments.organisation).first()
    if organisation is None:
        known = _("、").join(Organisation.objects.order_by("code").values_list("code", flat=True)) or _("一个也没有")
        raise Failure(
            _("没有机构 %(organisation)s") % {"organisation": arguments.organisation},
            _("已有：%(known)s") % {"known": known},
        )
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
        raise Failure(f"{path}: {error.strerror}", _("请检查文件的路径")) from None


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
    done = _("会导入") if summary["dry_run"] else _("新导入")
    place = _("工作表 %(sheet)s：") % {"sheet": summary["sheet"]} if summary["sheet"] else ""
    yield (
        _(
            "%(place)s读了 %(read)s 行：%(done)s %(imported)s 件，"
            "以前已有 %(already)s 件，退回 %(rejected)s 行（%(seconds)s 秒）"
        )
        % {
            "place": place,
            "read": summary["read"],
            "imported": summary["imported"],
            "done": done,
            "already": summary["already"],
            "rejected": summary["rejected"],
            "seconds": summary["seconds"],
        }
    )
    if summary["left"]:
        yield _("留到以后的行：%(left)s") % {"left": summary["left"]}
    if summary["skipped"]:
        yield _("跳过的行：%(skipped)s") % {"skipped": _("、").join(map(_run_of_lines, summary["skipped"]))}
    for sheet in summary["sheets_skipped"]:
        yield _("没有读的工作表：%(name)s%(hidden)s，%(rows)s 行") % {
            "name": sheet["name"],
            "hidden": _("（隐藏的）") if sheet["hidden"] else "",
            "rows": sheet["rows"],
        }
    if summary["unknown_columns"]:
        yield _("没有用到的列：%(unknown_columns)s") % {"unknown_columns": _("、").join(summary["unknown_columns"])}
    if summary["rejected"]:
        yield _("原因：%(report)s") % {"report": summary["report"]}
    if summary["unaccounted"]:
        yield (
            _("文件 %(lines)s 行中有 %(lost)s 行没有着落：请在表格软件中重新保存，并与已导入的核对")
            % {"lost": abs(summary["unaccounted"]), "lines": summary["lines"]}
        )


def _run_of_lines(skipped: dict[str, Any]) -> str:
    first, last = skipped["from"], skipped["to"]
    return f"{first if first == last else f'{first}-{last}'} ({skipped['why']})"
