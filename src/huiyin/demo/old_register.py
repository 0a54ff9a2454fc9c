"""Matters of the demonstration that came from the register kept before: under way and closed, made up like all others."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from huiyin.channels.records import SheetRow
from huiyin.channels.register.bringing import RegisterImport
from huiyin.channels.register.columns import RegisterMapping
from huiyin.channels.register.directory import RegisterDirectory
from huiyin.channels.register.row_files import open_documents
from huiyin.channels.register.rows import RegisterReader
from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop
from huiyin.people.models import Organisation
from huiyin.rule_store.in_force import RulebookHistory

ORGANISATION: Final = "lj"
VOUCHED: Final = "演示数据，无人核对"
UNIT: Final = "防火监督处"
MAPPING: Final = RegisterMapping(
    {"remarks": "备注"}, {}, {"channel": "letter", "kind": "claim", "fact:klass": "ordinary"}, "national-2005"
)
# Days ago that each day lies; what else the register says. Holidays at the end of the 30 days for review move it by two weeks at most.
ROWS: Final[tuple[tuple[dict[str, int], dict[str, str]], ...]] = (
    (
        {"received": 45, "accepted": 40, "promised": -15},
        {
            "name": "孟小桥",
            "phone": "13800000361",
            "address": "临江市东门巷 36 号",
            "title": "疏散通道堆放货物",
            "text": "东门巷 36 号商铺长期在疏散通道堆放货物，请督促清理。",
            "stage": "办理中",
            "unit": UNIT,
            "channel": "来信",
            "remarks": "旧台账移交",
        },
    ),
    (
        {"received": 9},
        {
            "name": "贺小舟",
            "phone": "13800000362",
            "title": "小区消火栓被遮挡",
            "text": "北门小区门口的消火栓被广告牌遮挡，请查看。",
            "stage": "已登记",
            "channel": "来电",
            "remarks": "旧台账移交",
        },
    ),
    (
        {"received": 210, "accepted": 205, "replied": 170, "ended": 125, "archived": 120},
        {
            "name": "柳小青",
            "phone": "13800000363",
            "address": "临江市西门街 5 号",
            "title": "消防车通道被占用",
            "text": "西门街 5 号院消防车通道被占用，请予划线管理。",
            "stage": "已办结",
            "outcome": "解释说明",
            "unit": UNIT,
            "channel": "来访",
            "remarks": "旧台账移交",
        },
    ),
    (
        {"received": 2_100, "accepted": 2_095, "replied": 2_050, "ended": 2_000, "archived": 1_990},
        {
            "name": "柳小青",
            "phone": "13800000363",
            "title": "楼道照明损坏",
            "text": "西门街 5 号院楼道照明损坏，影响疏散。",
            "stage": "已办结",
            "outcome": "解释说明",
            "unit": UNIT,
            "channel": "来信",
            "remarks": "旧台账移交",
        },
    ),
)


class NotBroughtIn(HuiyinError):
    """Raised when a made-up row is rejected."""

    to_do = gettext_noop("这是回音的缺陷，请报告，并附上演示所用的规程")


def bring_in(now: datetime) -> int:
    """Bring the rows in; how many. Raises NotBroughtIn."""
    organisation = Organisation.objects.get(code=ORGANISATION)
    reader = RegisterReader(
        organisation,
        MAPPING,
        RegisterDirectory(organisation, now),
        RulebookHistory(organisation, MAPPING.earlier),
        open_documents(None),
    )
    today = timezone.localdate(now)
    lines = [_line(number, today, *row) for number, row in enumerate(ROWS, 1)]
    for outcome in RegisterImport(reader, False, lambda: now, VOUCHED).run(lines):
        if outcome.fate == "rejected":
            raise NotBroughtIn("; ".join(error.message for error in outcome.errors))
    return len(lines)


def _line(number: int, today: date, ago: dict[str, int], cells: dict[str, str]) -> SheetRow:
    days = {name: (today - timedelta(days=days)).isoformat() for name, days in ago.items()}
    received = days["received"]
    return SheetRow(number, {"number": f"旧〔{received[:4]}〕{number}号", **days, **cells})
