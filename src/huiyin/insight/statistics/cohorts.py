"""Which matters a figure counts, and in which of them it went well."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from huiyin.casework.models import OPEN, Case, CaseAccess, Duty, Notice, Submission
from huiyin.casework.owed import missed
from huiyin.casework.visible import on_visible, visible_to
from huiyin.insight.statistics.shares import DaySpan, MatterShare
from huiyin.procedure.command import Actor
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rules.book.indicators import Indicator

PIECE = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """One matter of a cohort: which unit deals with it, by which channel it came, and whether it went well in it."""

    case: UUID
    unit: UUID | None
    channel: str
    good: bool


def share(counted: Iterable[Counted]) -> MatterShare:
    """How many of them went well."""
    good = [one.good for one in counted]
    return MatterShare(sum(good), len(good))


@dataclass(frozen=True, slots=True)
class CountedRegister:
    """The matters among which is counted, their duties, and what came in of the organisation, be it on one of them or on another."""

    cases: QuerySet[Case]
    duties: QuerySet[Duty]
    contacts: QuerySet[Submission]


def seen_by(actor: Actor, procedure: str) -> CountedRegister:
    """What ``actor`` may see of the register of their organisation."""
    own = {"organisation_id": actor.organisation}
    return CountedRegister(
        visible_to(actor).filter(procedure=procedure, **own),
        Duty.objects.filter(on_visible(actor), case__procedure=procedure, **own),
        Submission.objects.filter(**own),
    )


def unsealed_of(organisation: UUID, procedure: str) -> CountedRegister:
    """The register of an organisation without what is sealed: for numbers that its superior reads, never for the matters themselves."""
    return CountedRegister(
        Case.objects.filter(organisation_id=organisation, procedure=procedure, sealed=False, unresolved=False),
        Duty.objects.filter(
            organisation_id=organisation, case__procedure=procedure, case__sealed=False, case__unresolved=False
        ),
        Submission.objects.filter(organisation_id=organisation),
    )


def open_to_all_of(organisation: UUID, procedure: str) -> CountedRegister:
    """What everybody who sees all of an organisation may see of its register: nothing sealed, limited or in custody, whoever counts."""
    ordinary = CaseAccess.objects.filter(scope=organisation, sealed=False)
    own = {"organisation_id": organisation}
    return CountedRegister(
        Case.objects.filter(Exists(ordinary.filter(case=OuterRef("pk"))), procedure=procedure, **own),
        Duty.objects.filter(Exists(ordinary.filter(case=OuterRef("case_id"))), case__procedure=procedure, **own),
        Submission.objects.filter(**own),
    )


def issued_to_others(organisation: UUID, span: DaySpan) -> Mapping[tuple[str, str], int]:
    """The documents that went to units and organs in the span, by procedure and kind, on matters that all who see the organisation may see."""
    ordinary = CaseAccess.objects.filter(scope=organisation, sealed=False, case=OuterRef("case_id"))
    rows = Notice.objects.filter(Exists(ordinary), organisation=organisation, issued_at__gte=span.begins)
    rows = rows.filter(issued_at__lt=span.ends).exclude(addressee="petitioner")
    counted = rows.order_by().values_list("case__procedure", "kind").annotate(n=Count("id"))
    return {(procedure, kind): n for procedure, kind, n in counted.order_by("case__procedure", "kind")}


def cohorts(
    register: CountedRegister, indicators: Mapping[str, Indicator], span: DaySpan, at: datetime
) -> Mapping[str, list[Counted]]:
    """The matters that each of the indicators counts in ``span``; those that ended in it are read once for all of them.

    ``at`` (aware) is the present: what falls due later is not counted yet.
    """
    found = {name: list(_by_duties(register, one.duties, span, at)) for name, one in indicators.items() if one.duties}
    return found | _by_ends(register, {name: one for name, one in indicators.items() if not one.duties}, span)


def _by_duties(register: CountedRegister, kinds: tuple[str, ...], span: DaySpan, at: datetime) -> Iterator[Counted]:
    """By the day on which the last of these duties fell due: only what was due in the span, so that nothing counts before its time.

    One that fell (withdrawn, since another step made it needless) counts neither way; one that waits is not late.
    """
    owed = register.duties.filter(kind__in=kinds, withdrawn_at__isnull=True)
    end = min(span.ends, at)
    touched = owed.filter(due_at__gte=span.begins, due_at__lt=end)
    waiting = OPEN & Q(waits_since__isnull=False)
    rows = (
        owed.filter(case__in=touched.values("case"))
        .values("case", "case__unit", "case__channel")
        .annotate(last=Max("due_at"), late=Count("id", filter=missed(at)), waiting=Count("id", filter=waiting))
        .filter(last__gte=span.begins, last__lt=end)
        .order_by("case")
    )
    for row in rows:
        if row["late"] or not row["waiting"]:
            yield Counted(row["case"], row["case__unit"], row["case__channel"], not row["late"])


def _by_ends(register: CountedRegister, indicators: Mapping[str, Indicator], span: DaySpan) -> dict[str, list[Counted]]:
    """Matters that ended in the span, by what was answered or recorded in them."""
    found: dict[str, list[Counted]] = {name: [] for name in indicators}
    cases = register.cases.filter(ended_at__gte=span.begins, ended_at__lt=span.ends).order_by("id")
    rows = cases.values_list("id", "unit", "channel", "state").iterator(PIECE) if indicators else ()
    for id, unit, channel, text in rows:
        state = codec.loads(text)
        for name, indicator in indicators.items():
            good = _went_well(state, indicator)
            if good is not None:
                found[name].append(Counted(id, unit, channel, good))
    return found


def _went_well(state: State, indicator: Indicator) -> bool | None:
    """Whether it went well; None where the indicator does not count the matter."""
    if indicator.among is not None and indicator.among not in state.moments:
        return None
    if indicator.ends and state.stage not in indicator.ends:
        return None
    if indicator.without is not None:
        return indicator.without not in state.moments
    answer = state.values.get(indicator.field or "")
    if indicator.good:
        return None if answer is None else str(answer) in indicator.good
    return answer is not None


def cases_of(actor: Actor, counted: Iterable[Counted]) -> list[Case]:
    """The matters themselves, oldest first, as far as ``actor`` may open them."""
    ids = [one.case for one in counted]
    return list(visible_to(actor).filter(id__in=ids).select_related("unit").order_by("registered_at", "id"))
