"""What the columns of an old register hold: guessed by their headers, put right by whoever knows the register, kept for next time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, override

from huiyin.channels.csv_file import open_csv
from huiyin.channels.records import SEARCHED_FOR_HEADER, Record, TableUnreadable, is_blank, refuse_too_wide
from huiyin.channels.table import COLUMNS, TableForm, plain_header
from huiyin.channels.workbook import open_workbook
from huiyin.language import gettext as _
from huiyin.rules import MATTER
from huiyin.rules.book.load import Rules

NEEDED: Final = ("number", "received", "stage", "text")
"""Without these nothing can be brought in; the stage may be named by how the matter ended instead."""
SAMPLE: Final = 5
MIN_HEADERS: Final = 2
_OTHER: Final = "other:"
_FACT: Final = "fact:"

LABELS: Final[Mapping[str, str]] = {
    "number": gettext_noop("原编号"),
    "received": gettext_noop("收到日期"),
    "stage": gettext_noop("办理阶段"),
    "ending": gettext_noop("办结方式"),
    "channel": gettext_noop("来件方式"),
    "name": gettext_noop("信访人姓名"),
    "phone": gettext_noop("电话"),
    "id_number": gettext_noop("证件号码"),
    "address": gettext_noop("地址"),
    "email": gettext_noop("电子邮箱"),
    "headcount": gettext_noop("人数"),
    "title": gettext_noop("标题"),
    "text": gettext_noop("内容"),
    "accused": gettext_noop("被反映的单位或人员"),
    "kind": gettext_noop("事项种类"),
    "outcome": gettext_noop("处理结果"),
    "unit": gettext_noop("承办单位"),
    "handler": gettext_noop("承办人"),
    "accepted": gettext_noop("受理日期"),
    "assigned": gettext_noop("交办日期"),
    "promised": gettext_noop("已告知的办结期限"),
    "replied": gettext_noop("答复日期"),
    "review_requested": gettext_noop("申请复查日期"),
    "review_served": gettext_noop("复查意见送达日期"),
    "rereview_requested": gettext_noop("申请复核日期"),
    "rereview_served": gettext_noop("复核意见送达日期"),
    "ended": gettext_noop("办结日期"),
    "archived": gettext_noop("归档日期"),
    "remarks": gettext_noop("备注"),
    "files": gettext_noop("附件文件名"),
}
"""What a column may hold, in words, in the order in which pages ask."""

HEADERS: Final[Mapping[str, tuple[str, ...]]] = {
    "number": (*COLUMNS["id"], "number", "原编号", "信访件编号", "受理编号", "案号", "登记号", "件号"),
    "received": (
        *COLUMNS["time"],
        "received",
        "收到日期",
        "收到",
        "收件日期",
        "来信日期",
        "来访日期",
        "信访日期",
        "登记日期",
    ),
    "stage": ("stage", "状态", "阶段", "办理状态", "办理阶段", "原登记簿所记阶段", "当前状态", "当前阶段", "办理进度"),
    "ending": ("ending", "办结方式", "结案方式", "办理方式", "处理方式", "如何办结"),
    "channel": ("channel", "来件方式", "信访形式", "信访方式", "来源方式"),
    **{name: COLUMNS[name] for name in ("name", "phone", "id_number", "address", "email", "headcount", "title")},
    "text": (*COLUMNS["text"], "主要内容", "信访事由", "反映问题", "内容摘要", "诉求"),
    "accused": (
        *COLUMNS["accused"],
        "被反映对象",
        "被反映的人员和单位",
        "被反映的单位、人员",
        "被举报人",
        "被投诉单位",
    ),
    "kind": ("kind", "类别", "种类", "信访目的", "事项种类", "事项类别", "信访类别", "信访事项种类"),
    "outcome": ("outcome", "处理结果", "办理结果", "处理意见结论"),
    "unit": ("unit", "承办单位", "责任单位", "办理单位", "承办部门", "承办科室", "责任部门"),
    "handler": ("handler", "承办人", "经办人", "办理人", "责任人"),
    "accepted": ("accepted", "受理日期", "受理时间"),
    "assigned": ("assigned", "交办日期", "交办时间", "转办日期"),
    "promised": (
        "promised",
        "办理期限",
        "办结期限",
        "应办结日期",
        "限办日期",
        "承诺办结日期",
        "告知办结日期",
        "已告知信访人的办结日期",
    ),
    "replied": ("replied", "答复日期", "答复时间", "送达日期", "回复日期"),
    "review_requested": ("review_requested", "申请复查日期", "复查申请日期"),
    "review_served": ("review_served", "复查意见送达日期", "复查答复日期"),
    "rereview_requested": ("rereview_requested", "申请复核日期", "复核申请日期"),
    "rereview_served": ("rereview_served", "复核意见送达日期", "复核答复日期"),
    "ended": ("ended", "办结", "办结日期", "办结时间", "结案日期", "完成日期"),
    "archived": ("archived", "归档日期", "归档时间"),
    "remarks": ("remarks", "备注", "说明"),
    "files": ("files", "附件", "附件名", "附件文件名", "材料", "扫描件"),
}
"""What such a column is usually called."""

DAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "accepted": ("accepted",),
    "assigned": ("assigned",),
    "replied": ("served", "answered"),
    "review_requested": ("review_requested",),
    "review_served": ("review_served", "answered"),
    "rereview_requested": ("rereview_requested",),
    "rereview_served": ("rereview_served", "answered"),
    "ended": ("ended",),
}
"""The moments of rulebooks that a column of days tells; a later column tells ``answered`` anew, as each opinion that is served does."""

WORDS: Final = ("stage", "ending", "channel", "kind", "outcome")
"""The columns whose words a rulebook or this system knows."""
IDENTITY: Final = ("name", "phone", "id_number", "address", "email", "accused", "text", "title")
"""What is kept in a place of its own, sealed apart: it does not stand once more in what is kept of the row."""

_TELLING: Final = re.compile(
    r"被(?:反映|举报|检举|控告|投诉|信访|申诉)|涉事|accused|complained|complaint against|respondent"
    r"|期限|限期|时限|限办|到期|截止|应(?:办|答复|于)|承诺|promised|deadline|\bdue\b"
)
"""Headers of columns that somebody may be shut out by, or that the petitioner was told a day of: what they hold has to be said."""


@dataclass(frozen=True, slots=True)
class RegisterMapping:
    """How one organisation's register is read: ``columns`` what each thing's column is called there, ``words`` what its words mean by
    column, ``defaults`` what holds where a row says nothing, ``earlier`` the rulebook that was in force before those it decided on,
    ``nothing`` the columns of which somebody said that they hold neither accused people or units nor a promised day.
    """

    columns: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    earlier: str = ""
    nothing: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> RegisterMapping:
        """As it was kept."""
        names = ("columns", "words", "defaults", "earlier")
        found = {name: kept[name] for name in names if name in kept} if "columns" in kept else {"columns": {}}
        return cls(**found, nothing=tuple(kept.get("nothing", ())))

    @property
    def missing(self) -> tuple[str, ...]:
        """What must have a column, or a value that holds for all, and has none."""
        held = {**self.columns, **self.defaults}
        return tuple(name for name in NEEDED if not held.get(name) and not (name == "stage" and held.get("ending")))

    def unsettled(self, headers: Sequence[str]) -> tuple[str, ...]:
        """Columns that look as if they named whom a petition accuses, or a day that was promised, and of which nobody said what they hold."""
        known = {plain_header(header) for header in (*self.columns.values(), *self.nothing)}
        return tuple(one for one in headers if _TELLING.search(plain_label(one)) and plain_header(one) not in known)

    def form(self, headers: Sequence[str]) -> TableForm:
        """The table with these ``headers`` as it is to be read: what nothing is known about is kept by its own header."""
        known = {plain_header(header): name for name, header in self.columns.items() if header}
        columns = {
            known.get(plain_header(header), f"{_OTHER}{header}"): (plain_header(header),)
            for header in headers
            if plain_header(header)
        }
        return TableForm(gettext_noop("登记簿事项"), columns, "number")


@dataclass(frozen=True, slots=True)
class RegisterPreview:
    """The head of a table: its headers, the first rows as they are written there, and what each column seems to hold."""

    sheet: str
    sheets: tuple[str, ...]
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    guessed: Mapping[str, str]


def plain_label(header: str) -> str:
    """A header with its notes, which may say what it holds."""
    return unicodedata.normalize("NFKC", header[:100]).casefold()


def fact_columns(rules: Rules) -> dict[str, str]:
    """What a rulebook has to be told of a matter beside kind and outcome, by the name of its column, in words."""
    procedure = rules.book.procedures[MATTER]
    labels = {
        fact: rules.book.facts[fact].name()
        for action in procedure.actions.values()
        for fact, source in action.sets.items()
        if not action.recuses
        and source.startswith("$")
        and fact not in ("kind", "outcome")
        and action.required.get(source[1:])
    }
    return {f"{_FACT}{name}": label for name, label in labels.items()}


def fact_of(column: str) -> str:
    """The fact that a column tells; empty for one that tells none."""
    return column.removeprefix(_FACT) if column.startswith(_FACT) else column if column in ("kind", "outcome") else ""


def is_other(column: str) -> bool:
    """Whether nothing is known about a column."""
    return column.startswith(_OTHER)


def header_of(column: str) -> str:
    """What a column of which nothing is known is called."""
    return column.removeprefix(_OTHER)


def preview(
    path: Path, sheet: str = "", rules: Rules | None = None, kept: RegisterMapping | None = None
) -> RegisterPreview:
    """The head of ``path``, with what its columns seem to hold: as they were ``kept`` last time, else by what they are called.

    Raises TableUnreadable, OSError.
    """
    sources = _sources(path)
    name = sheet or next((one for one, hidden in sources if not hidden), "")
    if sheet and sheet not in dict(sources):
        raise TableUnreadable(
            _("没有工作表 %(sheet)s") % {"sheet": sheet},
            _("请选其中之一：%(known)s") % {"known": ", ".join(dict(sources))},
        )
    records = [record for record in _first(path, name) if not record.empty]
    refuse_too_wide(records)
    if not records:
        raise TableUnreadable(_("文件没有表头"), _("请在第一行写列名"))
    known = _by_header(rules, kept)
    at = max(
        range(len(records)), key=lambda n: (sum(head in known for head in map(plain_header, _texts(records[n]))), -n)
    )
    headers = _texts(records[at])
    if sum(bool(header) for header in headers) < MIN_HEADERS:
        raise TableUnreadable(_("文件没有表头"), _("请在第一行写列名"))
    guessed: dict[str, str] = {}
    for header in headers:
        column = known.get(plain_header(header))
        if header and column and column not in guessed:
            guessed[column] = header
    rows = tuple(_texts(record) for record in records[at + 1 : at + 1 + SAMPLE])
    return RegisterPreview(name, tuple(one for one, _hidden in sources), headers, rows, guessed)


def guess(headers: Sequence[str], rules: Rules | None = None, kept: RegisterMapping | None = None) -> dict[str, str]:
    """What each thing's column is called, by ``headers`` alone."""
    known, found = _by_header(rules, kept), dict[str, str]()
    for header in headers:
        column = known.get(plain_header(header))
        if column:
            found.setdefault(column, header)
    return found


def _by_header(rules: Rules | None, kept: RegisterMapping | None) -> dict[str, str]:
    known = {plain_header(label): column for column, label in _in_every_language(_labels)}
    known |= {plain_header(header): column for column, headers in HEADERS.items() for header in headers}
    if rules is not None:  # 类别 is a usual word for the kind, and under some books a thing of its own
        known |= {plain_header(label): column for column, label in _in_every_language(lambda: fact_columns(rules))}
    if kept is not None:
        known |= {plain_header(header): column for column, header in kept.columns.items() if header}
    return known


def _labels() -> dict[str, str]:
    return {column: gettext(label) for column, label in LABELS.items()}


def _in_every_language(known: Callable[[], dict[str, str]]) -> Iterator[tuple[str, str]]:
    """What pages call each thing, in every language of theirs: whoever copies a label from there is understood."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            found = known()
        yield from found.items()


def _sources(path: Path) -> list[tuple[str, bool]]:
    if path.suffix.lower() == ".xlsx":
        return [(sheet.name, sheet.hidden) for sheet in open_workbook(path)]
    if path.suffix.lower() == ".csv":
        return []
    raise TableUnreadable(_("只能读 .csv 和 .xlsx 文件"), _("请把表格另存为其中一种"))


def _first(path: Path, sheet: str) -> Iterator[Record]:
    if path.suffix.lower() == ".csv":
        return islice(open_csv(path).records(), SEARCHED_FOR_HEADER)
    chosen = next((one for one in open_workbook(path) if one.name == sheet), None)
    if chosen is None:
        raise TableUnreadable(_("没有工作表 %(sheet)s") % {"sheet": sheet}, _("请选工作簿里有的"))
    return islice(chosen.records(), SEARCHED_FOR_HEADER)


def _texts(record: Record) -> tuple[str, ...]:
    cells = ["" if is_blank(cell) else str(cell).strip() for cell in record.cells]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)
