"""The figures of some days as a report on paper: what came in and went out, how it was dealt with, what it was about.

It is worded in Chinese, as all documents are, and is a draft until its office sends it: it bears no number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from huiyin.casework.vocabulary import CHANNELS
from huiyin.documents.content import Block, DocumentContent, FormRow, day_in_words
from huiyin.insight.statistics.cohorts import issued_to_others
from huiyin.insight.statistics.report import Figure, StatisticsReport
from huiyin.insight.statistics.shares import MIN_VOLUME, DaySpan, MatterShare
from huiyin.people.models import Organisation, Unit

MAX_SUBJECTS: Final = 10
"""So many subjects are named, the most frequent."""


def report_document(report: StatisticsReport, organisation: Organisation, at: datetime) -> DocumentContent:
    """The report of ``organisation`` as made at ``at`` (aware), among the matters that whoever asked for it may see (Regulation Art. 41)."""
    span = period_in_words(report.span)
    return DocumentContent(
        id=uuid5(NAMESPACE_URL, f"statistics/{organisation.id}/{report.span.first}/{report.span.last}"),
        kind="statistics",
        organ=organisation.name,
        title=f"{span}信访工作情况报告",
        number="",
        about=f"统计期间：{day_in_words(report.span.first)}至{day_in_words(report.span.last)}",
        upward=bool(organisation.superior_id or organisation.superior_name),
        signer="",
        addressee=organisation.superior.name if organisation.superior else organisation.superior_name,
        body=(*_received(report, _unit_names(organisation)), *_handed_on(report, organisation), *_quality(report)),
        rows=tuple(_rows(report)),
        attachments=(),
        day=timezone.localdate(at),
        contact="",
        copies=(),
        wording="statistics",
    )


def period_in_words(span: DaySpan) -> str:
    """A month, quarter or year by its name; other spans by their days."""
    first, last = span.first, span.last
    names = {
        (1, 12): f"{first.year}年",
        **{(3 * n + 1, 3 * n + 3): f"{first.year}年第{'一二三四'[n]}季度" for n in range(4)},
        **{(n, n): f"{first.year}年{n}月" for n in range(1, 13)},
    }
    whole = span.whole_months and first.year == last.year
    named = names.get((first.month, last.month)) if whole else None
    return named or f"{day_in_words(first)}至{day_in_words(last)}"


def _unit_names(organisation: Organisation) -> Mapping[UUID | None, str]:
    return dict(Unit.objects.filter(organisation=organisation).values_list("id", "name"))


def _received(report: StatisticsReport, units: Mapping[UUID | None, str]) -> Iterator[Block]:
    volumes, before = report.volumes, report.volumes_before
    yield Block("收办情况", heading=True)
    yield Block(
        f"本期收到来信、来访、来电、网上信访等{volumes.contacts}件次、{volumes.people}人次，其中重复{volumes.repeats}件次；"
        f"登记信访事项{volumes.registered}件（上期{before.registered}件），办结{volumes.ended}件（上期{before.ended}件），"
        f"期末未办结{volumes.unfinished}件。"
    )
    ways = [(CHANNELS.get(name, "其他"), found) for name, found in report.channels.items()]
    dealing = [(units[id], found) for id, found in report.units.items() if id in units][:MAX_SUBJECTS]
    for title, counted in (("登记事项的来源（件）", ways), ("登记事项的承办单位（件）", dealing)):
        if counted:
            yield Block(title, bars=tuple(counted))


def _handed_on(report: StatisticsReport, organisation: Organisation) -> Iterator[Block]:
    """What was forwarded, assigned and supervised, by the documents that went out for it."""
    names: dict[str, int] = {}
    for (procedure, kind), found in issued_to_others(organisation.id, report.span).items():
        rule = report.book.procedures[procedure].notices.get(kind) if procedure in report.book.procedures else None
        if rule is not None:
            names[rule.zh] = names.get(rule.zh, 0) + found
    sent = [f"{name}{found}份" for name, found in sorted(names.items(), key=lambda one: -one[1])]
    yield Block("转送、交办和督办情况", heading=True)
    yield Block(f"本期向有关机关、单位发出{'、'.join(sent)}。" if sent else "本期没有向有关机关、单位发出文书。")


def _quality(report: StatisticsReport) -> Iterator[Block]:
    yield Block("办理质量", heading=True)
    yield Block(
        f"按期类指标只计本期内到期的事项，其他指标只计本期内办结的事项。不足{MIN_VOLUME}件的只列件数，不计算比率。"
    )
    if report.figures:
        counted = [figure for figure in report.figures if figure.now.total]
        yield from map(Block, map(_in_words, counted)) if counted else (Block("本期没有到期或者办结的事项。"),)
    yield Block("群众反映的主要内容", heading=True)
    subjects = [
        f"{report.book.fields[one.field].of[one.value].zh}{one.now}件（上期{one.before}件）"
        for one in report.subjects[:MAX_SUBJECTS]
        if one.value in report.book.fields[one.field].of
    ]
    yield Block(f"由多到少依次为：{'、'.join(subjects)}。" if subjects else "本期没有记明内容类别的事项。")


def _in_words(figure: Figure) -> str:
    now, earlier = f"{figure.indicator.zh}{_percent(figure.now)}", (figure.before, figure.year_before)
    if not any(one.total for one in earlier):
        return f"{now}，上期、上年同期均无。"
    return f"{now}，上期{_percent(figure.before)}，上年同期{_percent(figure.year_before)}。"


def _percent(share: MatterShare) -> str:
    if not share.total:
        return "无"
    counted = f"{share.total}件中{share.good}件"
    return f"{share.value:.1%}（{counted}）" if share.value is not None else counted


def _rows(report: StatisticsReport) -> Iterator[FormRow]:
    for figure in report.figures:
        yield FormRow(figure.indicator.zh, _percent(figure.now))
