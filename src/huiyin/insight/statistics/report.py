"""The figures of an office over a span of days: the indicators of its rulebook, and how much came in and went out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from huiyin.casework.models import Case, Submission
from huiyin.casework.visible import sees_organisation
from huiyin.errors import HuiyinError
from huiyin.insight.statistics.cohorts import (
    PIECE,
    Counted,
    CountedRegister,
    cohorts,
    open_to_all_of,
    seen_by,
    share,
    unsealed_of,
)
from huiyin.insight.statistics.shares import DaySpan, MatterShare
from huiyin.language import gettext, gettext_noop
from huiyin.people.models import Organisation
from huiyin.people.once_a_request import organisation_of
from huiyin.procedure.command import Actor
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load
from huiyin.rules import MATTER
from huiyin.rules.book.indicators import Indicator
from huiyin.rules.book.schema import Procedure, Rulebook

MAX_DAYS = 366 * 5
"""A span of more days is refused: it would read the whole register."""


class SpanRefused(HuiyinError):
    """Raised when the days asked for are none that can be counted; ``code`` says why: ``order``, ``long`` or ``future``."""

    to_do = gettext_noop("请选已经开始的日期，起止不要颠倒，最长五年")

    def __init__(self, code: str) -> None:
        super().__init__(gettext("所选的日期不能统计（%(code)s）") % {"code": code})
        self.code = code

    @property
    def in_words(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        return {
            "order": _("起始日期晚于截止日期，请调整"),
            "long": _("统计期间最长五年，请缩短"),
            "future": _("统计期间还没有开始，请选择已经开始的日期"),
        }[self.code]


@dataclass(frozen=True, slots=True)
class FigurePart:
    """An indicator for a part of the matters: those of a unit, or of a channel."""

    key: str
    share: MatterShare


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator in the span, in as long a span before it and in the same a year before; by unit and by channel."""

    name: str
    indicator: Indicator
    now: MatterShare
    before: MatterShare
    year_before: MatterShare
    by_unit: Sequence[FigurePart]
    by_channel: Sequence[FigurePart]


@dataclass(frozen=True, slots=True)
class Volumes:
    """How much there was: matters registered, ended, unfinished at the end of the span; contacts (件次), of them repeats; people."""

    registered: int
    ended: int
    unfinished: int
    contacts: int
    repeats: int
    people: int


@dataclass(frozen=True, slots=True)
class SubjectCount:
    """What many matters were about: a choice of a form, how many were registered with it, and how many in the span before."""

    field: str
    value: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class StatisticsReport:
    """All figures of one organisation over one span, among the matters that the reader may see."""

    span: DaySpan
    book: Rulebook
    figures: Sequence[Figure]
    volumes: Volumes
    volumes_before: Volumes
    channels: Mapping[str, int]
    units: Mapping[UUID | None, int]
    subjects: Sequence[SubjectCount]


def statistics(actor: Actor, span: DaySpan, at: datetime, unit: UUID | None = None) -> StatisticsReport:
    """Everything that is counted of ``span`` at ``at`` (aware); with ``unit``, of the matters that it deals with.

    Raises SpanRefused.
    """
    return _counted_among(seen_by(actor, MATTER), _book(actor.organisation, at), span, at, unit)


def statistics_for_all(organisation: UUID, span: DaySpan, at: datetime) -> StatisticsReport:
    """As ``statistics``, among what all who see the whole organisation may see: the same for each who reads it. Raises SpanRefused."""
    return _counted_among(open_to_all_of(organisation, MATTER), _book(organisation, at), span, at, None)


def _counted_among(
    register: CountedRegister, book: Rulebook, span: DaySpan, at: datetime, unit: UUID | None
) -> StatisticsReport:
    refuse_unusable(span, at)
    procedure, indicators = book.procedures.get(MATTER), _indicators(book)
    counted = [cohorts(register, indicators, days, at) for days in (span, span.before, span.year_before)]
    came, came_before = (_of_unit(_registered(register, days), unit) for days in (span, span.before))
    return StatisticsReport(
        span,
        book,
        [_figure(name, one, *(_within(each[name], unit) for each in counted)) for name, one in indicators.items()],
        _volumes(register, span, at, unit),
        _volumes(register, span.before, at, unit),
        _counted(came, "channel"),
        _counted(came, "unit"),
        _subjects(procedure, came, came_before) if procedure else [],
    )


@dataclass(frozen=True, slots=True)
class BelowLine:
    """How the work goes in an organisation below: numbers alone, and nothing of sealed matters."""

    organisation: Organisation
    volumes: Volumes
    shares: Mapping[str, MatterShare]


def below(actor: Actor, span: DaySpan, at: datetime) -> list[BelowLine]:
    """The organisations whose superior is the actor's, for whoever sees all of that one's matters; otherwise none.

    ``shares`` are the indicators that both rulebooks have. Raises SpanRefused.
    """
    refuse_unusable(span, at)
    if not sees_organisation(actor):
        return []
    indicators = _indicators(_book(actor.organisation, at))
    found = []
    for organisation in Organisation.objects.filter(superior_id=actor.organisation).order_by("code"):
        register = unsealed_of(organisation.id, MATTER)
        theirs = _indicators(load(organisation.rulebook_at(at)).book)
        counted = cohorts(register, {name: one for name, one in theirs.items() if name in indicators}, span, at)
        shares = {name: share(ones) for name, ones in counted.items()}
        found.append(BelowLine(organisation, _volumes(register, span, at, None), shares))
    return found


def _indicators(book: Rulebook) -> Mapping[str, Indicator]:
    procedure = book.procedures.get(MATTER)
    return procedure.indicators if procedure else {}


def refuse_unusable(span: DaySpan, at: datetime) -> None:
    """Raises SpanRefused."""
    if span.first > span.last:
        raise SpanRefused("order")
    if (span.last - span.first).days >= MAX_DAYS:
        raise SpanRefused("long")
    if span.begins > at:
        raise SpanRefused("future")


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind an indicator: how many went well, and the matters in which it did not."""

    indicator: Indicator
    share: MatterShare
    not_well: Sequence[Counted]


def behind(actor: Actor, name: str, span: DaySpan, at: datetime, unit: UUID | None = None) -> Behind:
    """What stands behind the indicator ``name``. Raises SpanRefused, and KeyError where the rulebook has no such indicator."""
    refuse_unusable(span, at)
    indicator = _indicators(_book(actor.organisation, at))[name]
    counted = _within(cohorts(seen_by(actor, MATTER), {name: indicator}, span, at)[name], unit)
    return Behind(indicator, share(counted), [one for one in counted if not one.good])


def _book(organisation: UUID, at: datetime) -> Rulebook:
    found = organisation_of(organisation)
    assert found is not None
    return load(found.rulebook_at(at)).book


def _figure(
    name: str, indicator: Indicator, now: list[Counted], before: list[Counted], year_before: list[Counted]
) -> Figure:
    return Figure(
        name,
        indicator,
        share(now),
        share(before),
        share(year_before),
        _parts(now, lambda one: one.unit.hex if one.unit else ""),
        _parts(now, lambda one: one.channel),
    )


def _within(counted: list[Counted], unit: UUID | None) -> list[Counted]:
    return counted if unit is None else [one for one in counted if one.unit == unit]


def _parts(counted: Iterable[Counted], key: Callable[[Counted], str]) -> list[FigurePart]:
    """Shares of the parts, the largest part first."""
    parts: dict[str, list[Counted]] = {}
    for one in counted:
        parts.setdefault(key(one), []).append(one)
    return [
        FigurePart(name, share(ones)) for name, ones in sorted(parts.items(), key=lambda part: (-len(part[1]), part[0]))
    ]


def _registered(register: CountedRegister, span: DaySpan) -> QuerySet[Case]:
    return register.cases.filter(registered_at__gte=span.begins, registered_at__lt=span.ends)


def _of_unit(cases: QuerySet[Case], unit: UUID | None) -> QuerySet[Case]:
    return cases if unit is None else cases.filter(unit=unit)


def _counted(cases: QuerySet[Case], column: str) -> dict[Any, int]:
    rows = cases.order_by().values_list(column).annotate(n=Count("id")).order_by("-n", column)
    return dict(rows)


def _volumes(register: CountedRegister, span: DaySpan, at: datetime, unit: UUID | None) -> Volumes:
    """What came in and went out; ``unfinished`` is as of the end of the span, or of now where that is still to come."""
    matters = _of_unit(register.cases, unit)
    within = {"gte": span.begins, "lt": span.ends}
    # Each by an index of its own: what ended in other years is not read.
    there = matters.filter(registered_at__lt=span.ends)
    unfinished = there.filter(ended_at=None).count() + there.filter(ended_at__gte=min(span.ends, at)).count()
    contacts = register.contacts.filter(_in("registered_at", within), case__in=matters.order_by().values("id"))
    earlier = Submission.objects.filter(case=OuterRef("case"), seq__lt=OuterRef("seq"))
    counted = contacts.aggregate(
        contacts=Count("id"), repeats=Count("id", filter=Exists(earlier)), people=Coalesce(Sum("headcount"), 0)
    )
    return Volumes(
        registered=matters.filter(_in("registered_at", within)).count(),
        ended=matters.filter(_in("ended_at", within)).count(),
        unfinished=unfinished,
        **counted,
    )


def _in(column: str, within: Mapping[str, datetime]) -> Q:
    return Q(**{f"{column}__{how}": moment for how, moment in within.items()})


def _subjects(procedure: Procedure, now: QuerySet[Case], before: QuerySet[Case]) -> list[SubjectCount]:
    """What the matters were about, the most frequent first; matters of which nobody has said so count nowhere."""
    counts = [Counter(_answers(cases, procedure.subjects)) for cases in (now, before)]
    found = [SubjectCount(*key, counts[0][key], counts[1][key]) for key in counts[0]]
    return sorted(found, key=lambda one: (-one.now, one.field, one.value))


def _answers(cases: QuerySet[Case], fields: Sequence[str]) -> Iterator[tuple[str, str]]:
    for text in cases.order_by("id").values_list("state", flat=True).iterator(PIECE) if fields else ():
        values = codec.loads(text).values
        for name in fields:
            if name in values:
                yield name, str(values[name])
