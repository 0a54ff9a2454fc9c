"""The figures of a what-if page: what its charts draw and the tables beside them say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from huiyin.insight.tally import DifferenceTally, DutyShift
from huiyin.rule_pages import whatif_messages
from huiyin.rules.book.load import Rules

MAX_BARS = 24
MAX_DUTIES = 6
"""Kinds of duty that get a chart of their own; the table has them all."""
STEPS = (1, 2, 5, 7, 10, 15, 30, 60, 90, 180, 365)
"""Widths of a bar in days; beyond them, as wide as it takes."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many there are from ``low`` to ``high`` days, both included."""

    low: int
    high: int
    numbers: tuple[int, ...]

    @property
    def label(self) -> str:
        """The days in words."""
        return f"{self.low}" if self.low == self.high else f"{self.low}–{self.high}"

    @property
    def signed(self) -> str:
        """The days as a shift: +6, −3."""
        low, high = _signed(self.low), _signed(self.high)
        return low if self.low == self.high else f"{low}…{high}"


@dataclass(frozen=True, slots=True)
class ShiftChart:
    """How the due dates of one kind of duty would move."""

    id: str
    shift: DutyShift
    name: str
    bars: tuple[Bar, ...]
    drawn: Mapping[str, Any] | None

    @property
    def range(self) -> str:
        """By how many days, of those that move: least, median, most."""
        return _("、").join(map(_signed, (self.shift.least, self.shift.middle, self.shift.most)))


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of difference: in how many cases, how often."""

    kind: str
    label: str
    cases: int
    number: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is drawn, with what the tables say; ``…_drawn`` is for the charts."""

    kinds: tuple[KindLine, ...]
    kinds_drawn: Mapping[str, Any]
    shifts: tuple[ShiftChart, ...]
    unmoved: int
    ends: tuple[Bar, ...]
    ends_drawn: Mapping[str, Any]
    medians: tuple[str, str]


def figures(tally: DifferenceTally, rules: Rules) -> Figures:
    """The figures over the cases of ``tally``, replayed under ``rules``."""
    kinds = tuple(
        KindLine(kind, whatif_messages.kind(kind), tally.affected[kind], tally.kinds[kind])
        for kind in whatif_messages.KINDS
        if tally.kinds[kind]
    )
    moved = [shift for shift in tally.shifts() if shift.earlier or shift.later]
    ends = bars([Counter(days) for days in tally.ends])
    return Figures(
        kinds=kinds,
        kinds_drawn={
            "form": "lying",
            "labels": [line.label for line in kinds],
            "series": [{"name": _("涉及事项"), "values": [line.cases for line in kinds]}],
        },
        shifts=tuple(_shift(rules, shift, place) for place, shift in enumerate(moved)),
        unmoved=len(tally.shifts()) - len(moved),
        ends=ends,
        ends_drawn={
            "form": "standing",
            "axis": _("登记到结束的天数"),
            "labels": [bar.label for bar in ends],
            "series": [
                {"name": _("原来"), "values": [bar.numbers[0] for bar in ends]},
                {"name": _("推演"), "values": [bar.numbers[1] for bar in ends]},
            ],
        },
        medians=(_days(tally.end_days(0)), _days(tally.end_days(1))),
    )


def bars(counts: Iterable[Mapping[int, int]]) -> tuple[Bar, ...]:
    """A histogram of one or more counts of days over the same bars, at most ``MAX_BARS`` of them; none of nothing."""
    many = list(counts)
    days = [day for count in many for day in count]
    if not days:
        return ()
    width = _width(max(days) - min(days) + 1)
    lows = range(min(days) // width * width, max(days) + 1, width)
    return tuple(_bar(many, low, low + width - 1) for low in lows)


def shift_bars(by_days: Mapping[int, int]) -> tuple[Bar, ...]:
    """A histogram of shifts, in which those that do not move have a bar of their own between the earlier and the later ones."""
    least, most = min(0, *by_days), max(0, *by_days)
    width = _width(most - least + 1)
    earlier = [(high - width + 1, high) for high in range(-1, least - 1, -width)]
    later = [(low, low + width - 1) for low in range(1, most + 1, width)]
    return tuple(_bar([by_days], low, high) for low, high in [*reversed(earlier), (0, 0), *later])


def _width(span: int) -> int:
    """How many days a bar stands for when ``span`` days are drawn."""
    return next((step for step in STEPS if span / step <= MAX_BARS - 1), -(-span // (MAX_BARS - 1)))


def _bar(counts: Iterable[Mapping[int, int]], low: int, high: int) -> Bar:
    return Bar(low, high, tuple(sum(count.get(day, 0) for day in range(low, high + 1)) for count in counts))


def _shift(rules: Rules, shift: DutyShift, place: int) -> ShiftChart:
    found = shift_bars(shift.by_days)
    drawn = {
        "form": "shift",
        "axis": _("推迟的天数（负数为提前）"),
        "labels": [bar.signed for bar in found],
        "tones": [_tone(bar) for bar in found],
        "series": [{"name": _("职责"), "values": [bar.numbers[0] for bar in found]}],
    }
    name = whatif_messages.duty_name(rules, shift.procedure, shift.duty)
    return ShiftChart(f"shift-{place}", shift, name, found, drawn if place < MAX_DUTIES else None)


def _tone(bar: Bar) -> str:
    if bar.high < 0:
        return "earlier"
    return "later" if bar.low > 0 else "same"


def _signed(days: float) -> str:
    return f"+{days:g}" if days > 0 else f"−{-days:g}" if days < 0 else "0"


def _days(days: float | None) -> str:
    return "—" if days is None else f"{days:g}"
