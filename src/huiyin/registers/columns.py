"""The columns that a register can have: what stands in each, on the page and in files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from huiyin.casework.case_view import CaseView
from huiyin.casework.sealed.level import level_label


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A case in a register. ``petitioners`` are covered names; ``excerpt`` is what the petition begins with; ``age`` and ``remaining`` are days
    (``remaining`` None: nothing is due). What no column asks for is empty."""

    view: CaseView
    petitioners: str = ""
    address: str = ""
    excerpt: str = ""
    severity: str = ""
    organ: str = ""
    age: int = 0
    remaining: int | None = None

    @property
    def number(self) -> str:
        """The case's number."""
        return self.view.case.number


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and its cell in words. ``needs`` is what has to be read for it besides the case."""

    label: str | Promise
    cell: Callable[[RegisterLine], str]
    needs: str = ""


def _day(value: datetime | None) -> str:
    return timezone.localdate(value).isoformat() if value else ""


def _due(line: RegisterLine) -> str:
    return _day(line.view.case.due_at)


COLUMNS: Final[Mapping[str, Column]] = {
    "number": Column(gettext_lazy("编号"), lambda line: line.number),
    "title": Column(gettext_lazy("标题"), lambda line: line.view.name),
    "petitioners": Column(gettext_lazy("信访人"), lambda line: line.petitioners, needs="people"),
    "address": Column(gettext_lazy("住址"), lambda line: line.address, needs="people"),
    "headcount": Column(
        gettext_lazy("人数"), lambda line: str(line.view.case.headcount) if line.view.was_brought else ""
    ),
    "channel": Column(gettext_lazy("信访形式"), lambda line: line.view.channel),
    "excerpt": Column(gettext_lazy("内容摘要"), lambda line: line.excerpt, needs="text"),
    "klass": Column(gettext_lazy("类别"), lambda line: line.severity),
    "level": Column(gettext_lazy("密级"), lambda line: level_label(line.view.case.level)),
    "organ": Column(gettext_lazy("所属机构"), lambda line: line.organ, needs="organ"),
    "stage": Column(gettext_lazy("阶段"), lambda line: line.view.stage),
    "unit": Column(gettext_lazy("承办单位"), lambda line: line.view.unit.name if line.view.unit else ""),
    "registered": Column(gettext_lazy("登记"), lambda line: _day(line.view.case.registered_at)),
    "due": Column(gettext_lazy("最近期限"), _due),
    "remaining": Column(gettext_lazy("剩余天数"), lambda line: "" if line.remaining is None else str(line.remaining)),
    "age": Column(gettext_lazy("历时天数"), lambda line: str(line.age)),
    "ended": Column(gettext_lazy("办结"), lambda line: _day(line.view.case.ended_at)),
}
"""All columns, in the order in which they stand."""
STANDARD: Final = ("number", "title", "stage", "unit", "registered", "due")
OFFICIAL: Final = (
    "registered",
    "number",
    "channel",
    "petitioners",
    "address",
    "headcount",
    "excerpt",
    "unit",
    "due",
    "stage",
    "ended",
)
"""The columns of the printed register (信访台账): who turned to us when and how, what about, who handles it by when, what came of it."""
_HIDDEN: Final = gettext_lazy("（保密）")


def hidden() -> str:
    """What stands where a petitioner is known to the custodian alone."""
    return str(_HIDDEN)
