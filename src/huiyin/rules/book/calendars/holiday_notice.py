"""Reading the yearly notice of the State Council about holidays (国务院办公厅关于…年部分节假日安排的通知) as it is published.

Its provisions have had the same form for years: "二、春节：2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。" What
is read is written as a calendar file with this one year, which ``calendar_file`` judges like any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.rules.deadlines.calendar import Label

WEEKDAYS: Final = "一二三四五六日"
DECEMBER: Final = 12
YEARLY: Final = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""The holidays of every year (Regulation on Public Holidays, Art. 2), of which a whole notice speaks."""
_DAY: Final = re.compile(
    r"(?P<to>至|到|[—–~～-]{1,4})?\s{0,4}(?:(?P<year>\d{4})\s{0,4}年)?\s{0,4}(?:(?P<month>\d{1,2})\s{0,4}月)?\s{0,4}(?P<day>\d{1,2})\s{0,4}日"
    r"(?:\s{0,4}[（(][^）)]{0,40}?(?:周|星期)(?P<weekday>[一二三四五六日天])[^）)]{0,40}[）)])?"
)
_PART: Final = re.compile(r"[。；;，,\n]")
_BRACKETS: Final = re.compile(r"[（(](?![^（()）]*(?:周|星期)[一二三四五六日天])[^（()）]*[）)]")


class NoticeFault(StrEnum):
    """What keeps a notice from being read."""

    NO_HOLIDAY = "no_holiday"
    NO_SUCH_DAY = "no_such_day"
    OTHER_WEEKDAY = "other_weekday"
    BACKWARD = "backward"


class NoticeUnreadable(HuiyinError):
    """Raised when a notice cannot be read: ``fault`` says why, ``found`` where."""

    to_do = gettext_noop("请照公布的样子粘贴通知中带序号的各条")

    def __init__(self, fault: NoticeFault, found: str = "") -> None:
        self.fault, self.found = fault, found
        super().__init__(_("通知读不懂（%(fault)s）：%(found)s") % {"fault": fault, "found": found})


@dataclass
class ReadNotice:
    """What a notice says, by the keys of the holidays: runs of days off, both days included, and days that are worked instead."""

    year: int
    off: dict[str, list[tuple[date, date]]] = field(default_factory=dict)
    work: dict[str, list[tuple[date, date]]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()  # of which it says nothing: perhaps only a part of it was pasted

    def as_file(self, code: str, source: str) -> str:
        """As the text of a calendar file."""
        lines = [
            f"calendar: {code}",
            "years:",
            f"  {self.year}:",
            f"    source: {json.dumps(source, ensure_ascii=False)}",
        ]
        for title, days in (("off", self.off), ("work", self.work)):
            if days:
                lines.append(f"    {title}:")
            lines += [f"      {name}: [{', '.join(map(_run, runs))}]" for name, runs in days.items()]
        return "\n".join(lines) + "\n"


def read_notice(text: str, year: int, names: Mapping[str, Label]) -> ReadNotice:
    """What the provisions in ``text`` say about ``year``; ``names`` are the holidays that the calendar knows. Raises NoticeUnreadable."""
    found = ReadNotice(year)
    keys = {label.zh: key for key, label in names.items()}
    for name, provision in _provisions(text, keys):
        for days, is_worked in _days(provision, year):
            kept = found.work if is_worked else found.off
            kept.setdefault(keys[name], []).extend(days)
    if not found.off:
        raise NoticeUnreadable(NoticeFault.NO_HOLIDAY)
    named = "".join(head[0] for head in _heads(text, keys))
    found.missing = tuple(name for name in YEARLY if name not in named)
    return found


def _provisions(text: str, keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The holidays that are named, in their order, with what is said of each: 国庆节、中秋节 are one provision, under the first."""
    heads = _heads(text, keys)
    ends = [*(head.start() for head in heads[1:]), len(text)]
    for head, end in zip(heads, ends, strict=False):
        yield head["name"], text[head.end() : end]


def _heads(text: str, keys: Mapping[str, str]) -> list[re.Match[str]]:
    any_name = "|".join(map(re.escape, sorted(keys, key=len, reverse=True)))
    return list(re.finditer(rf"(?P<name>{any_name})(?:\s*[、和及]\s*(?:{any_name}))*\s*[：:]", text))


def _days(provision: str, year: int) -> Iterator[tuple[list[tuple[date, date]], bool]]:
    """The runs of days of a provision, as they are off or worked."""
    waiting: list[tuple[date, date]] = []
    last: date | None = None
    for part in _PART.split(_BRACKETS.sub("", provision)):
        for match in _DAY.finditer(part):
            day = _date(match, last, year)
            if match["to"] and waiting:
                first = waiting[-1][0]
                if day < first:
                    raise NoticeUnreadable(NoticeFault.BACKWARD, f"{first}—{day}")
                waiting[-1] = first, day
            else:
                waiting.append((day, day))
            last = day
        if waiting and ("上班" in part or "放假" in part or "调休" in part):
            yield waiting, "上班" in part
            waiting = []


def _date(match: re.Match[str], last: date | None, year: int) -> date:
    """The day that is written, with the year and month of the day before where it leaves them out."""
    month = int(match["month"]) if match["month"] else last.month if last else 0
    if match["year"]:
        in_year = int(match["year"])
    elif last is not None and not match["month"]:
        in_year = last.year
    else:
        in_year = year - (month == DECEMBER)  # only New Year begins in the December before
    try:
        day = date(in_year, month, int(match["day"]))
    except ValueError:
        raise NoticeUnreadable(NoticeFault.NO_SUCH_DAY, match[0]) from None
    weekday = (match["weekday"] or "").replace("天", "日")
    if weekday and WEEKDAYS[day.weekday()] != weekday:
        raise NoticeUnreadable(NoticeFault.OTHER_WEEKDAY, f"{day}：{WEEKDAYS[day.weekday()]}≠{weekday}")
    return day


def _run(run: tuple[date, date]) -> str:
    first, last = run
    return f"{first}" if first == last else f"{first}..{last}"
