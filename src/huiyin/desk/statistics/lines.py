"""Figures in words and marks, as pages and files show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.case_view import channel_name
from huiyin.casework.labels import name_of
from huiyin.insight.statistics.report import BelowLine, Figure, StatisticsReport, Volumes
from huiyin.insight.statistics.shares import MatterShare
from huiyin.rules import MATTER


@dataclass(frozen=True, slots=True)
class ShareCell:
    """A share as a page shows it: ``percent`` is empty where too few matters were counted; ``width`` from 0 to 100 for its bar."""

    good: int
    total: int
    percent: str
    interval: str
    width: int


@dataclass(frozen=True, slots=True)
class PartLine:
    """An indicator for a unit, or for a channel."""

    label: str
    share: ShareCell


@dataclass(frozen=True, slots=True)
class FigureLine:
    """An indicator with what it is compared with. ``counted`` says which matters it counts, where it is not all."""

    name: str
    label: str
    now: ShareCell
    before: ShareCell
    year_before: ShareCell
    clauses: Sequence[str]
    counted: str
    by_unit: Sequence[PartLine]
    by_channel: Sequence[PartLine]

    @property
    def has_parts(self) -> bool:
        """Whether there is anything to compare within it."""
        return len(self.by_unit) > 1 or len(self.by_channel) > 1

    @property
    def not_well(self) -> int:
        """In how many matters it did not go well."""
        return self.now.total - self.now.good


@dataclass(frozen=True, slots=True)
class CountLine:
    """How many there were, and in the span before."""

    label: str
    now: int
    before: int | None = None


def share_cell(share: MatterShare) -> ShareCell:
    """A share for a page."""
    if share.value is None or share.interval is None:
        return ShareCell(share.good, share.total, "", "", 0)
    low, high = share.interval
    return ShareCell(share.good, share.total, f"{share.value:.1%}", f"{low:.0%}–{high:.0%}", round(share.value * 100))


def figure_lines(report: StatisticsReport, units: Mapping[UUID, str]) -> list[FigureLine]:
    """The indicators in the order of the rulebook."""
    return [_line(report, figure, units) for figure in report.figures]


def _line(report: StatisticsReport, figure: Figure, units: Mapping[UUID, str]) -> FigureLine:
    clauses = [name_of(report.book.clauses[id].cite) for id in figure.indicator.clause]
    return FigureLine(
        figure.name,
        name_of(figure.indicator),
        share_cell(figure.now),
        share_cell(figure.before),
        share_cell(figure.year_before),
        clauses,
        _counted(report, figure),
        [
            PartLine(unit_name(units, UUID(part.key) if part.key else None), share_cell(part.share))
            for part in figure.by_unit
        ],
        [PartLine(channel_name(part.key), share_cell(part.share)) for part in figure.by_channel],
    )


def _counted(report: StatisticsReport, figure: Figure) -> str:
    """Which matters an indicator counts that asks how they ended: others of the same population are compared with it."""
    procedure, indicator = report.book.procedures[MATTER], figure.indicator
    if not indicator.ends:
        return ""
    ends = _("、").join(name_of(procedure.stages[end]) for end in indicator.ends)
    if indicator.good:
        return _("期内办结（%(ends)s）并已评价的事项中，评价满意、基本满意的") % {"ends": ends}
    return _("期内办结（%(ends)s）的事项中，已评价的") % {"ends": ends}


def unit_name(units: Mapping[UUID, str], id: UUID | None) -> str:
    """The name of a unit; some matters have none yet."""
    return units.get(id, _("其他单位")) if id else _("尚未交办")


def volume_lines(report: StatisticsReport) -> list[CountLine]:
    """What came in and went out, beside the span before."""
    labels = {
        "registered": _("登记事项（件）"),
        "contacts": _("来信来访来电来网（件次）"),
        "repeats": _("其中重复件次"),
        "people": _("人次"),
        "ended": _("办结事项（件）"),
        "unfinished": _("期末未办结（件）"),
    }
    now, before = report.volumes, report.volumes_before
    return [CountLine(label, _of(now, name), _of(before, name)) for name, label in labels.items()]


def _of(volumes: Volumes, name: str) -> int:
    found: int = getattr(volumes, name)
    return found


def table_head() -> list[str]:
    """The columns of ``table_rows``."""
    return [_("指标"), _("达到"), _("总数"), _("比率"), _("上期"), _("上年同期")]


def table_rows(report: StatisticsReport) -> list[list[str | float | None]]:
    """The indicators with their numbers, shares from 0 to 1; None where too few were counted."""
    return [
        [
            name_of(figure.indicator),
            figure.now.good,
            figure.now.total,
            *(share.value for share in (figure.now, figure.before, figure.year_before)),
        ]
        for figure in report.figures
    ]


@dataclass(frozen=True, slots=True)
class OrganLine:
    """An organisation below: what came in, ended, is unfinished, and its indicators."""

    name: str
    counts: Sequence[tuple[str, int]]
    shares: Sequence[tuple[str, ShareCell]]


def organ_lines(found: Sequence[BelowLine], report: StatisticsReport) -> list[OrganLine]:
    """The organisations below in the order of their codes, each with the indicators of ``report`` in its order."""
    return [
        OrganLine(
            one.organisation.name,
            (
                (_("登记"), one.volumes.registered),
                (_("办结"), one.volumes.ended),
                (_("未办结"), one.volumes.unfinished),
            ),
            [
                (name_of(figure.indicator), share_cell(one.shares.get(figure.name, MatterShare(0, 0))))
                for figure in report.figures
            ],
        )
        for one in found
    ]


def channel_lines(report: StatisticsReport) -> list[CountLine]:
    """Registered matters by the way in which they came."""
    return [CountLine(channel_name(channel), found) for channel, found in report.channels.items()]


def unit_lines(report: StatisticsReport, units: Mapping[UUID, str]) -> list[CountLine]:
    """Registered matters by the unit that deals with them."""
    return [CountLine(unit_name(units, id), found) for id, found in report.units.items()]


def subject_lines(report: StatisticsReport) -> list[CountLine]:
    """What the matters were about, the most frequent first: hot points (clause s1-C5.2a), of matters and never of people."""
    fields = report.book.fields
    return [
        CountLine(
            f"{name_of(fields[one.field])}：{name_of(fields[one.field].of.get(one.value), one.value)}",
            one.now,
            one.before,
        )
        for one in report.subjects
    ]
