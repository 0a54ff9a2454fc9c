"""Papers on their way: those that wait to be served, those whose proof is awaited, and what went out on a day."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects
from django.utils import timezone

from huiyin.casework.duty_news import Chains, chains_of
from huiyin.casework.labels import name_of
from huiyin.casework.lists.duties import BY_DUE, DutyRow, duties_owed, duty_rows, owed_by
from huiyin.casework.models import OPEN, Duty
from huiyin.casework.visible import duties_visible_to
from huiyin.ledger.chain import Recorded
from huiyin.paging import Page
from huiyin.people.models import Organisation, Unit
from huiyin.procedure.command import Actor
from huiyin.procedure.event import ActionTaken
from huiyin.rows import count_each
from huiyin.rule_store.store import load, on_file

PAGE = 50
MAX_COUNTED = 1000
About = Literal["due", "proof"]
ServiceList = Literal["due", "proof", "today"]
MODES = ("mode", "confirmed_mode", "organ_mode")
"""The fields of forms that say how a document was served."""


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """A document that has to reach its addressee: the duty about it; the step that sent it, in words, on which day, and how many days ago."""

    duty: DutyRow
    way: str
    sent_on: date | None
    days: int

    @property
    def closed(self) -> bool:
        """Whether nothing is owed of it any more."""
        return self.duty.discharged_at is not None or self.duty.withdrawn_at is not None


@dataclass(frozen=True, slots=True)
class ServiceKinds:
    """The kinds of duty that are about documents to be served (``due``), or whose ``proof`` is awaited."""

    due: frozenset[str]
    proof: frozenset[str]

    def of(self, about: About) -> frozenset[str]:
        """Those that are about one of the two."""
        return self.due if about == "due" else self.proof


def service_kinds() -> ServiceKinds:
    """Those of every book on file or in force."""
    in_force = Organisation.objects.order_by().values_list("rulebook", flat=True).distinct()
    duties = [
        (name, duty.service)
        for rules in (*on_file().values(), *map(load, in_force))
        for procedure in rules.book.procedures.values()
        for name, duty in procedure.duties.items()
    ]
    return ServiceKinds(
        *(frozenset(name for name, about in duties if about == meaning) for meaning in ("due", "proof"))
    )


def to_serve(actor: Actor, kinds: ServiceKinds, *, mine: bool = True) -> list[QuerySet[Duty]]:
    """What is approved and neither served nor under way, as far as ``actor`` owes it (``mine``) or may see it."""
    under_way = Duty.objects.filter(OPEN, case_id=OuterRef("case_id"), kind__in=kinds.proof)
    waiting = Q(kind__in=kinds.due) & ~Exists(under_way)
    return [rows.filter(waiting) for rows in duties_owed(actor, mine=mine)]


def without_proof(actor: Actor, kinds: ServiceKinds, *, mine: bool = True) -> list[QuerySet[Duty]]:
    """What was sent and is not proved to have arrived."""
    return [rows.filter(kind__in=kinds.proof) for rows in duties_owed(actor, mine=mine)]


def service_list(actor: Actor, which: ServiceList, at: datetime, *, mine: bool, after: str = "") -> Page[ServiceLine]:
    """A page of one of the lists, what is due first on top."""
    page = BY_DUE.page(_lists(actor, at, mine=mine)[which], after, PAGE)
    prefetch_related_objects(page.items, "case")
    chains = chains_of({row.case_id for row in page.items})
    owed = duty_rows(page.items, at, reader=actor, chains=chains)
    return Page(tuple(_line(row, chains, at) for row in owed), page.next)


def service_counts(actor: Actor, at: datetime, *, mine: bool) -> Mapping[str, str]:
    """How many stand in each list, in one statement; 1000+ where there are more."""
    lists = _lists(actor, at, mine=mine)
    found = zip(lists, count_each(list(lists.values()), MAX_COUNTED + 1), strict=True)
    return {name: f"{MAX_COUNTED}+" if number > MAX_COUNTED else str(number) for name, number in found}


def _lists(actor: Actor, at: datetime, *, mine: bool) -> dict[ServiceList, list[QuerySet[Duty]]]:
    kinds = service_kinds()
    awaited = without_proof(actor, kinds, mine=mine)
    return {
        "due": to_serve(actor, kinds, mine=mine),
        "proof": awaited,
        "today": _went_out(actor, kinds, awaited, at, mine=mine),
    }


def _went_out(
    actor: Actor, kinds: ServiceKinds, awaited: Sequence[QuerySet[Duty]], at: datetime, *, mine: bool
) -> list[QuerySet[Duty]]:
    """What was sent or served today, in querysets that share none: sent and without proof, served, and sent and received, or come back,
    at once.
    """
    day = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    today, next_day = day.date().isoformat(), day + timedelta(days=1)
    seen = duties_visible_to(actor)
    own = owed_by(actor) if mine else Q(unit_id__in=_own_units(actor))
    done = seen.filter(own, discharged_at__gte=day, discharged_at__lt=next_day, kind__in=kinds.due)
    gone = seen.filter(own, withdrawn_at__gte=day, withdrawn_at__lt=next_day, kind__in=kinds.proof)
    # A document that was to be served another way was owed twice, and is served once.
    twin = Duty.objects.filter(
        case_id=OuterRef("case_id"), discharged_at=OuterRef("discharged_at"), kind__in=kinds.due, id__lt=OuterRef("id")
    )
    sent = [rows.filter(derivation__start=today) for rows in awaited]
    return [*sent, done.exclude(Exists(twin)), gone.filter(derivation__start=today)]


def _own_units(actor: Actor) -> list[UUID]:
    return list(Unit.objects.filter(organisation_id=actor.organisation).values_list("id", flat=True))


def chosen(actor: Actor, duties: Collection[UUID]) -> Sequence[Duty]:
    """Those of ``duties`` that ``actor`` owes now as documents to be served or proved, by due time; others do not exist for them."""
    kinds = service_kinds()
    found = [
        rows.filter(id__in=list(duties), kind__in=kinds.due | kinds.proof) for rows in duties_owed(actor, mine=True)
    ]
    rows = {row.id: row for some in found for row in some.select_related("case__organisation", "unit__organisation")}
    return sorted(rows.values(), key=lambda row: (row.due_at, row.id))


def _line(row: DutyRow, chains: Chains, at: datetime) -> ServiceLine:
    chain = chains.get(row.case.id, ())
    if row.discharged_at is not None:
        return ServiceLine(row, _served_by(row, chain), timezone.localdate(row.discharged_at), 0)
    way = _sent_by(row, chain)
    day = date.fromisoformat(str(row.derivation_plain["start"])) if way else None
    return ServiceLine(row, way, day, (timezone.localdate(at) - day) // timedelta(days=1) if day else 0)


def _served_by(row: DutyRow, chain: Sequence[Recorded]) -> str:
    """How a document was served by the step that discharged the duty, in words; the name of the step where it does not say."""
    book = load(row.case.rulebook).book
    for item in reversed(chain):
        event = item.event
        if not isinstance(event, ActionTaken) or item.at != row.discharged_at:
            continue
        action = book.procedures[row.case.procedure].actions.get(event.action)
        chosen_ways = ((book.fields.get(name), event.fields.get(name)) for name in MODES)
        ways = (name_of(rule.of.get(way)) for rule, way in chosen_ways if rule is not None and isinstance(way, str))
        return next(ways, "") or name_of(action, event.action)
    return ""


def _sent_by(row: DutyRow, chain: Sequence[Recorded]) -> str:
    """The last step that sent the document whose proof the duty is about, in words; empty where none did."""
    procedure = load(row.case.rulebook).book.procedures[row.case.procedure]
    duty = procedure.duties.get(row.kind)
    if duty is None or duty.service != "proof":
        return ""
    for item in reversed(chain):
        action = procedure.actions.get(item.event.action) if isinstance(item.event, ActionTaken) else None
        if action is not None and any(opening.duty == row.kind for opening in action.opens):
            return name_of(action)
    return ""
