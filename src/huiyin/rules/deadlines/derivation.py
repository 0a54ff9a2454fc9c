"""Why a date is what it is: what was counted, what was skipped and why, for a page to show and anyone to calculate again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from huiyin.rules.deadlines.calendar import WEEKEND, Label, Lang
from huiyin.rules.deadlines.duration import Limit, parse

_WEEKDAYS_ZH: Final = "一二三四五六日"
# Not strftime: its names follow the locale of the process.
_WEEKDAYS_EN: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both inclusive, that share one ``reason``."""

    first: date
    last: date
    reason: Label

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a due date was calculated. All dates are in the rulebook's zone.

    ``start`` is the day of the event, which is not counted, and ``moment`` its name (收到, received); ``unrolled`` is
    the last day of the period and ``due_on`` where it ends after rolling. ``skipped`` are the days off that a limit
    in working days passes over, ``paused`` the days of suspension within the period, ``rolled_over`` the days from
    ``unrolled`` up to, not including, ``due_on``. ``extension`` lengthens ``limit`` before the last day rolls.
    ``suspended`` means that the clock is standing, so that ``due_on`` is the earliest possible. ``warnings`` say what
    may still change. ``start_time`` and ``due_time`` (HH:MM:SS in the rulebook's zone) stand only where hours are counted.

    Hence: days from ``start`` to ``unrolled`` = ``limit`` + ``extension`` + the days of ``skipped`` + ``paused_days``.
    """

    start: date
    limit: Limit
    unrolled: date
    due_on: date
    moment: Label | None = None
    clause: Label | None = None
    extension: Limit | None = None
    skipped: tuple[Span, ...] = ()
    paused: tuple[Span, ...] = ()
    rolled_over: tuple[Span, ...] = ()
    suspended: bool = False
    warnings: tuple[Label, ...] = ()
    start_time: str = ""
    due_time: str = ""

    @property
    def paused_days(self) -> int:
        """Days of suspension that were left out."""
        return sum(span.days for span in self.paused)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values; what is empty is left out, so that the ledger stays small. ``from_dict`` gives it back."""
        plain: dict[str, Any] = {
            "start": self.start.isoformat(),
            "limit": str(self.limit),
            "unrolled": self.unrolled.isoformat(),
            "due_on": self.due_on.isoformat(),
        }
        if self.moment is not None:
            plain["moment"] = _plain_label(self.moment)
        if self.clause is not None:
            plain["clause"] = _plain_label(self.clause)
        if self.extension is not None:
            plain["extension"] = str(self.extension)
        if self.skipped:
            plain["skipped"] = [_plain_span(span) for span in self.skipped]
        if self.paused:
            plain["paused"] = [_plain_span(span) for span in self.paused]
        if self.rolled_over:
            plain["rolled_over"] = [_plain_span(span) for span in self.rolled_over]
        if self.suspended:
            plain["suspended"] = True
        if self.warnings:
            plain["warnings"] = [_plain_label(warning) for warning in self.warnings]
        if self.start_time:
            plain |= {"start_time": self.start_time, "due_time": self.due_time}
        return plain

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> Derivation:
        """The Derivation that ``to_dict`` wrote. KeyError, TypeError or ValueError if it is not one."""
        return cls(
            start=date.fromisoformat(plain["start"]),
            limit=parse(plain["limit"]),
            unrolled=date.fromisoformat(plain["unrolled"]),
            due_on=date.fromisoformat(plain["due_on"]),
            moment=_label(plain["moment"]) if "moment" in plain else None,
            clause=_label(plain["clause"]) if "clause" in plain else None,
            extension=parse(plain["extension"]) if "extension" in plain else None,
            skipped=_spans(plain.get("skipped", ())),
            paused=_spans(plain.get("paused", ())),
            rolled_over=_spans(plain.get("rolled_over", ())),
            suspended=bool(plain.get("suspended", False)),
            warnings=tuple(_label(warning) for warning in plain.get("warnings", ())),
            start_time=plain.get("start_time", ""),
            due_time=plain.get("due_time", ""),
        )


def _plain_label(label: Label) -> dict[str, str]:
    return {"zh": label.zh, "en": label.en}


def _plain_span(span: Span) -> dict[str, Any]:
    return {"first": span.first.isoformat(), "last": span.last.isoformat(), "reason": _plain_label(span.reason)}


def _label(plain: Mapping[str, str]) -> Label:
    return Label(plain["zh"], plain["en"])


def _spans(plain: Sequence[Mapping[str, Any]]) -> tuple[Span, ...]:
    return tuple(
        Span(date.fromisoformat(span["first"]), date.fromisoformat(span["last"]), _label(span["reason"]))
        for span in plain
    )


def explain(derivation: Derivation, lang: Lang = "zh") -> str:
    """One sentence that calculates the date from the start, e.g.

    "2026-03-02 = 收到 2025-12-31 起 60 日（第三十四条），末日 2026-03-01（周日）休息，顺延至次一工作日";
    "2026-03-02 = received 2025-12-31, 60 natural days (Art. 34), rolled over Sunday 2026-03-01".
    """
    return _explain_zh(derivation) if lang == "zh" else _explain_en(derivation)


def _explain_zh(derivation: Derivation) -> str:
    moment = f"{derivation.moment.zh} " if derivation.moment else ""
    clause = f"（{derivation.clause.zh}）" if derivation.clause else ""
    since = "起 " if derivation.limit.amount else ""
    start, end = _moment(derivation.start, derivation.start_time), _moment(derivation.due_on, derivation.due_time)
    parts = [f"{end} = {moment}{start} {since}{derivation.limit.text('zh')}{clause}"]
    if derivation.start_time:
        parts.append("按钟点计，不分上班下班、节假日")
    if derivation.extension is not None:
        parts.append(f"延长 {derivation.extension.text('zh')}")
    if derivation.skipped:
        parts.append(f"不计{_listed(derivation.skipped, 'zh')}")
    if derivation.paused:
        parts.append(f"扣除中止 {derivation.paused_days} 日（{_dates(derivation.paused)}）")
    if derivation.rolled_over:
        first = derivation.rolled_over[0]
        reason = _weekday(first.first, "zh") if first.reason == WEEKEND else first.reason.zh
        parts.append(f"末日 {first.first}（{reason}）休息，顺延至次一工作日")
    if derivation.suspended:
        parts.append("现已中止计算，恢复后重新推算")
    return "，".join([*parts, *(warning.zh for warning in derivation.warnings)])


def _explain_en(derivation: Derivation) -> str:
    moment = f"{derivation.moment.en} " if derivation.moment else ""
    clause = f" ({derivation.clause.en})" if derivation.clause else ""
    start, end = _moment(derivation.start, derivation.start_time), _moment(derivation.due_on, derivation.due_time)
    parts = [f"{end} = {moment}{start}, {derivation.limit.text('en')}{clause}"]
    if derivation.start_time:
        parts.append("by the clock, in and outside office hours")
    if derivation.extension is not None:
        parts.append(f"extended by {derivation.extension.text('en')}")
    if derivation.skipped:
        parts.append(f"not counting {_listed(derivation.skipped, 'en')}")
    if derivation.paused:
        plural = "" if derivation.paused_days == 1 else "s"
        parts.append(f"without {derivation.paused_days} day{plural} of suspension ({_dates(derivation.paused)})")
    if derivation.rolled_over:
        over = " and ".join(_day_off_en(span) for span in derivation.rolled_over)
        parts.append(f"rolled over {over}")
    if derivation.suspended:
        parts.append("suspended now, to be calculated anew on resumption")
    return ", ".join([*parts, *(warning.en for warning in derivation.warnings)])


def _moment(day: date, time: str) -> str:
    """A day, with the time of day where hours were counted: 2026-03-07 21:30."""
    return f"{day} {time[:5]}" if time else str(day)


def _dates(spans: Sequence[Span]) -> str:
    return ", ".join(str(span.first) if span.days == 1 else f"{span.first}–{span.last}" for span in spans)


def _day_off_en(span: Span) -> str:
    """A stretch that the last day rolled over: Sunday 2026-03-01, National Day 2026-10-03–2026-10-07."""
    reason = _weekday(span.first, "en") if span.reason == WEEKEND and span.days == 1 else span.reason.en
    return f"{reason} {_dates((span,))}"


def _weekday(day: date, lang: Lang) -> str:
    return f"周{_WEEKDAYS_ZH[day.weekday()]}" if lang == "zh" else _WEEKDAYS_EN[day.weekday()]


def _listed(spans: Sequence[Span], lang: Lang) -> str:
    """Days off in a few words: weekends by number, because there are many of them, holidays by date."""
    weekend_days = sum(span.days for span in spans if span.reason == WEEKEND)
    parts = [f"{span.reason.text(lang)} {_dates((span,))}" for span in spans if span.reason != WEEKEND]
    if weekend_days and lang == "zh":
        parts.insert(0, f"周末 {weekend_days} 日")
    elif weekend_days:
        parts.insert(0, f"{weekend_days} weekend day{'' if weekend_days == 1 else 's'}")
    return "、".join(parts) if lang == "zh" else " and ".join(parts)
