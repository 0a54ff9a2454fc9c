"""A made-up register, to be downloaded and filled in: every column that is known, matters at several stages, as it can be brought in."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Final

from huiyin.casework.vocabulary import SEVERITY_FACT
from huiyin.channels.register.columns import LABELS, fact_columns
from huiyin.rules.book.load import Rules

SEVERITY: Final = f"fact:{SEVERITY_FACT}"
COLUMNS: Final[tuple[str, ...]] = (
    *("number", "received", "channel", "name", "phone", "address", "title", "text", "kind", "stage", "unit", "handler"),
    *("accepted", "promised", "outcome", "replied", "ended", "archived", "remarks", "files"),
)
ROWS: Final = (
    {
        "number": "2026-0117",
        "received": "2026-10-09",
        "channel": "来信",
        "name": "王小宁",
        "phone": "13800000117",
        "address": "示例市东门巷 17 号",
        "title": "楼道堆放杂物",
        "text": "东门巷 17 号三单元楼道长期堆放杂物，占用疏散通道，请督促清理。",
        "kind": "申诉求决",
        "stage": "已受理",
        "accepted": "2026-10-12",
        "promised": "2026-12-11",
        "remarks": "举例用，导入前请删去",
    },
    {
        "number": "2026-0098",
        "received": "2026-08-03",
        "channel": "来访",
        "name": "李小平",
        "phone": "13800000098",
        "address": "示例市西门街 9 号",
        "title": "消火栓没有水",
        "text": "西门街 9 号院门前的消火栓没有水，请查看。",
        "kind": "申诉求决",
        "stage": "已办结",
        "accepted": "2026-08-05",
        "outcome": "解释说明",
        "replied": "2026-08-20",
        "ended": "2026-09-22",
        "archived": "2026-10-08",
        "remarks": "举例用，导入前请删去",
    },
    {
        "number": "2026-0125",
        "received": "2026-11-16",
        "channel": "来电",
        "name": "赵小安",
        "phone": "13800000125",
        "title": "建议增设充电桩",
        "text": "建议在北门小区增设电动自行车充电桩，减少飞线充电。",
        "stage": "已登记",
        "remarks": "举例用，导入前请删去",
    },
)


def example(rules: Rules) -> str:
    """The register as CSV, with how heavy each matter is where ``rules`` have to know it."""
    severity = rules.book.facts.get(SEVERITY_FACT) if SEVERITY in fact_columns(rules) else None
    columns, labels, same = [*COLUMNS], dict(LABELS), dict[str, str]()
    if severity is not None:
        columns.append(SEVERITY)
        labels[SEVERITY] = severity.zh
        same = {SEVERITY: next(value.zh for name, value in severity.values.items() if name != severity.initial)}
    written = StringIO()
    writer = csv.writer(written)
    # Headers are data of the file, which is read in Chinese whoever downloads it.
    writer.writerow([labels[name] for name in columns])
    writer.writerows([{**same, **row}.get(name, "") for name in columns] for row in ROWS)
    return written.getvalue()
