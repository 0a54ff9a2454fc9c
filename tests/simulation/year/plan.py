"""What happens in a year beside what comes of it by itself: data, in the order of the days. What a rulebook does not have is left out under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

INSTITUTIONS: Final = ("xx-bureau", "street-office", "science-bureau", "company")
"""The books of the four institutions whose rules were written down."""

LONG_AGO: Final = date(2013, 3, 4)
"""When the files were begun whose term of ten years runs out in the year that is played."""
LETTERS_FROM: Final = date(2022, 2, 7)
"""When the letters were filed whose three years run out in it."""
FIRST_DAY: Final = date(2025, 2, 1)
LAST_DAY: Final = date(2026, 1, 31)
ROTA_ON: Final = 20
"""On the first working day from this day of a month on, the rota of the next month is planned and published."""
SWAP_ON: Final = 8


@dataclass(frozen=True, slots=True)
class Planned:
    """``does`` is what happens (a method of ``Year``), ``given`` what it is told."""

    day: date
    does: str
    given: Mapping[str, str] = field(default_factory=dict)


def _of(day: str, does: str, **given: str) -> Planned:
    return Planned(date.fromisoformat(day), does, given)


PLAN: Final = (
    _of("2025-02-10", "opens", procedure="inspection"),
    _of("2025-02-11", "beside", procedure="inspection", action="record_finding"),
    _of("2025-02-12", "incident", scenario="violence"),
    _of("2025-03-12", "beside", procedure="inspection", action="record_finding"),
    _of("2025-04-10", "opens", procedure="urging"),
    _of("2025-04-16", "beside", procedure="urging", action="record_spot"),
    _of("2025-04-16", "beside", procedure="urging", action="propose_change"),
    _of("2025-05-15", "opens", procedure="supervision"),
    _of("2025-05-20", "leaves", role="handler"),
    _of("2025-06-18", "opens", procedure="accountability"),
    _of("2025-07-02", "opens", procedure="study"),
    _of("2025-09-03", "incident", scenario="group-visit"),
    _of("2025-10-14", "terminates"),
    _of("2025-11-18", "terminates"),
    _of("2025-12-09", "draws_the_lot"),
    _of("2025-12-30", "appraises_files"),
    _of("2026-01-05", "incident", scenario="violence"),
    _of("2026-01-06", "opens", procedure="inspection"),
    _of("2026-01-15", "reports_on_the_year"),
)
EVERYWHERE: Final = (
    "rota staff",
    "rota leaders",
    "swap",
    "reception",
    "urging",
    "supervision",
    "accountability",
    "absence",
    "lot",
    "files destroyed",
    "yearly report",
)
"""What has happened under each book when the year is over."""
BESIDES: Final[Mapping[str, tuple[str, ...]]] = {
    "xx-bureau": ("incident",),
    "street-office": (),
    "science-bureau": ("inspection", "record_finding", "study", "apply_termination"),
    "company": ("inspection", "record_finding", "study", "incident"),
}
"""And under those that have it."""
TAKEN: Final[Mapping[str, tuple[str, ...]]] = {
    "xx-bureau": ("close_incident",),
    "street-office": (),
    "science-bureau": (
        *("report_put_right", "verify_put_right", "publish_result", "appraise_filed", "approve_destruction"),
        "destroy_filed",
        *("serve_termination", "file_termination", "record_follow_up", "inspect_aftercare"),
    ),
    "company": ("report_put_right", "verify_put_right", "publish_result", "activate", "not_an_incident", "assess"),
}
"""Steps that followed from it."""
