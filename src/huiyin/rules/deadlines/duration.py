"""How long a time limit is, in the words of a rulebook: "15 days", "5 working days", "2 hours", "15 minutes", "at once"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, get_args

from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop

TimeUnit = Literal["days", "working_days", "hours", "minutes"]

AT_ONCE: Final = "at once"
# Ten years: longer than any period of a procedure, short enough that a slip of the pen is noticed.
MAX_DAYS: Final = 3660

_WRITTEN = re.compile(r"(?P<amount>[0-9]{1,6}) (?P<unit>(working )?day|hour|minute)s?")
_UNITS: Final[dict[str, TimeUnit]] = {
    "day": "days",
    "working day": "working_days",
    "hour": "hours",
    "minute": "minutes",
}
_A_DAY: Final[dict[TimeUnit, int]] = {"days": 1, "working_days": 1, "hours": 24, "minutes": 24 * 60}


class LimitTooLong(HuiyinError, ValueError):
    """Raised when a length of time is not within 0 to MAX_DAYS ``days``."""

    to_do = gettext_noop("请写短一些")

    def __init__(self, days: int) -> None:
        self.days = days
        super().__init__(_("期限为 0 到 %(most)s 天，不能是 %(days)s 天") % {"most": MAX_DAYS, "days": days})


@dataclass(frozen=True, slots=True)
class Limit:
    """A length of time in whole days, the day of the event not counted (Civil Code Art. 201), or in hours or minutes by the clock.

    ``days`` counts natural days, ``working_days`` only working ones, ``hours`` and ``minutes`` every one from the moment of the event on,
    in and outside office hours. Zero is "at once": by the end of the same day.
    LimitTooLong if it is not within 0 to MAX_DAYS, ValueError if ``unit`` is none of these.
    """

    amount: int
    unit: TimeUnit = "days"

    def __post_init__(self) -> None:
        if self.unit not in get_args(TimeUnit):
            raise ValueError(f"a time limit is counted in {' or '.join(get_args(TimeUnit))}, not in {self.unit!r}")
        if not 0 <= self.natural_days <= MAX_DAYS:
            raise LimitTooLong(self.natural_days)
        if not self.amount:
            # Whatever is counted, it ends on the day of the event: one value for it, so that equal limits are equal.
            object.__setattr__(self, "unit", "days")

    @property
    def is_by_the_clock(self) -> bool:
        """Whether it is counted from the moment of the event, not in whole days."""
        return self.unit in ("hours", "minutes")

    @property
    def natural_days(self) -> int:
        """The days that it has, or that its hours or minutes touch."""
        return -(-self.amount // _A_DAY[self.unit])

    def __str__(self) -> str:
        if not self.amount:
            return AT_ONCE
        unit = next(word for word, unit in _UNITS.items() if unit == self.unit)
        return f"{self.amount} {unit}" if self.amount == 1 else f"{self.amount} {unit}s"

    def text(self, lang: Literal["zh", "en"]) -> str:
        """The length as a sentence has it: 60 日, 5 个工作日; 60 natural days, 5 working days."""
        if not self.amount:
            return "当日" if lang == "zh" else AT_ONCE
        if self.is_by_the_clock:
            return f"{self.amount} {'小时' if self.unit == 'hours' else '分钟'}" if lang == "zh" else str(self)
        if lang == "zh":
            return f"{self.amount} 个工作日" if self.unit == "working_days" else f"{self.amount} 日"
        plural = "" if self.amount == 1 else "s"
        return f"{self.amount} {'working' if self.unit == 'working_days' else 'natural'} day{plural}"


def parse(text: str) -> Limit:
    """The Limit that ``text`` writes: "N days", "N working days", "N hours", "N minutes" or "at once" (the same as "0 days").

    ``str`` of the result gives ``text`` again ("day" for one, "days" for more). ValueError says what may be written.
    """
    if text == AT_ONCE:
        return Limit(0)
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError(f'write "15 days", "5 working days", "2 hours", "15 minutes" or "{AT_ONCE}", not {text!r}')
    return Limit(int(written["amount"]), _UNITS[written["unit"]])
