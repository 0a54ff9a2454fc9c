"""What a case that an old register knew is told by: that register's words, marked as such."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.labels import name_of
from huiyin.procedure.due import local_date
from huiyin.procedure.event import CaseImported
from huiyin.rules.book.load import Rules

IMPORTED = "imported"
"""How the step is called where an action would have its name."""
ANSWERED = "answered"
"""A moment that says once more when the latest opinion was served."""


_NO_DAY: Final = frozenset({"old_number", "stage", "promised", "entry"})


def is_day(name: str) -> bool:
    """Whether the thing of that name which the register says (``imported_lines``) is a day on which something had happened."""
    return name not in _NO_DAY


def last_day(entries: Iterable[tuple[str, str]]) -> date | None:
    """The latest day on which something had happened, by name and words of what the register says; None where it names none."""
    return max((date.fromisoformat(value) for name, value in entries if is_day(name)), default=None)


def imported_lines(
    event: CaseImported, rules: Rules, procedure: str, texts: Mapping[UUID, str]
) -> Iterator[tuple[str, str, str]]:
    """Name, label and words of each thing that the register says, as far as the rules know it; last the row itself."""
    stages = rules.book.procedures[procedure].stages
    yield "old_number", _("原编号"), event.number
    yield "stage", _("原登记簿所记阶段"), name_of(stages.get(event.stage), event.stage)
    for name, moment in event.moments.items():
        if name == ANSWERED:
            continue
        label = name_of(rules.book.moments.get(name), name)
        yield name, _("%(what)s日期（原登记簿）") % {"what": label}, local_date(rules, moment).isoformat()
    if event.promised is not None:
        yield "promised", _("已告知信访人的办结日期"), event.promised.isoformat()
    yield "entry", _("原登记簿该行记载"), texts.get(event.entry.id, "")
