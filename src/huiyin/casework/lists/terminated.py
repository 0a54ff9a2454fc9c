"""The status of terminated matters across the organisations of an installation: by matter, never by person (clause s2-3.4.1).

Told are the number, what kind of thing the matter is about, its status and since when, on need, with the purpose on record. There is
nothing here by which somebody could be found: names, phones and titles are not looked through, and a matter that accuses somebody is
found by nobody whom it accuses, a limited one or one in custody by nobody at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from huiyin.casework import receipts
from huiyin.casework.case_view import stage_name
from huiyin.casework.labels import name_of
from huiyin.casework.models import Case, CaseAccess
from huiyin.casework.visible import book_of, open_within
from huiyin.people.models import AccessRecord, Organisation
from huiyin.procedure.command import Actor, PersonId
from huiyin.procedure.storage import codec
from huiyin.rule_store.store import load
from huiyin.rules import MATTER, REGISTER
from huiyin.rules.book.schema import TERMINATED, Procedure, Rulebook

MAX_FOUND: Final = 20
MAX_LOOKED_THROUGH: Final = 500
"""So many of the newest terminated matters are looked through for a kind of subject."""
LOOKUPS_AN_HOUR: Final = 30
PURPOSE: Final = "terminated_status"
"""Under which the log of who read what has a lookup, with what it was for behind a colon."""
PURPOSES: Final[Mapping[str, str | Promise]] = {
    "intake": gettext_lazy("受理审查：比对同一事项是否已经终结"),
    "remedy": gettext_lazy("复查复核：核对事项办理到哪一步"),
    "supervision": gettext_lazy("督查督办：核对终结后续管理"),
}


@dataclass(frozen=True, slots=True)
class TerminatedMatter:
    """All that is told of a terminated matter. ``since`` is the day on which the decision was served, where it is known."""

    number: str
    subject: str
    status: str
    since: date | None


@dataclass(frozen=True, slots=True)
class FoundTerminated:
    """Those that a lookup found, the newest first; ``more``: there are others, or older ones that were not looked through."""

    items: tuple[TerminatedMatter, ...]
    more: bool


def may_look_up(actor: Actor) -> bool:
    """Whether ``actor`` holds a role that takes petitions in, or decides at once what becomes of one: on need, for nothing else."""
    book = book_of(actor.organisation)
    if actor.kind != "staff" or book is None or MATTER not in book.procedures:
        return False
    actions = book.procedures[MATTER].actions
    taken_in = actions[REGISTER].to if REGISTER in actions else None
    asking = {
        role for name, one in actions.items() if name == REGISTER or taken_in in one.from_stages for role in one.by
    }
    return not actor.roles.isdisjoint(asking)


def lookups_lately(person: PersonId, at: datetime) -> int:
    """How often ``person`` looked something up within the hour before ``at``."""
    since = at - timedelta(hours=1)
    lately = AccessRecord.objects.filter(account_id=person, purpose__startswith=f"{PURPOSE}:", at__gt=since)
    return lately.values("at").distinct().count()


def terminated_among(actor: Actor, words: str) -> tuple[list[Case], bool]:
    """The terminated matters with this number, or about this kind of subject, in any organisation; whether there are more."""
    found = _found(actor, words.strip())
    return found[:MAX_FOUND], len(found) > MAX_FOUND


def _found(actor: Actor, words: str) -> list[Case]:
    """One more than are told at most, the newest first."""
    if "\0" in words:
        return []  # which no number holds, and which a database refuses to look for
    by_book: dict[str, list[UUID]] = {}
    for organisation, name in Organisation.objects.values_list("id", "rulebook"):
        by_book.setdefault(name, []).append(organisation)
    found: list[Case] = []
    for name, organisations in by_book.items():
        book = load(name).book
        rows = open_within(actor, organisations).filter(procedure=MATTER, stage__in=terminated_stages(book))
        if receipts.is_number(words):
            found += _cases(rows.filter(case__number=receipts.case_number(words)))
        elif subjects := _subjects_called(book, words):
            found += (case for case in _cases(rows) if _subject(case) in subjects)
    return sorted(found, key=lambda case: (case.registered_at, case.id), reverse=True)[: MAX_FOUND + 1]


def _cases(rows: QuerySet[CaseAccess]) -> QuerySet[Case]:
    newest = rows.order_by("-registered_at", "-case").values_list("case_id", flat=True)[:MAX_LOOKED_THROUGH]
    return Case.objects.filter(id__in=list(newest))


def terminated_stages(book: Rulebook) -> frozenset[str]:
    """The stages of a matter in which it is terminated: those to which serving the decision leads, and the end after them."""
    procedure = book.procedures.get(MATTER)
    if procedure is None:
        return frozenset()
    ends = {name for name, stage in procedure.stages.items() if stage.ending == "terminated"}
    return frozenset(ends | {one.to for one in procedure.actions.values() if one.to and TERMINATED in one.marks})


def _subjects_called(book: Rulebook, words: str) -> frozenset[str]:
    """The kinds of subject, in words, in whose name all of ``words`` stands."""
    procedure = book.procedures.get(MATTER)
    names = {
        name_of(label, value)
        for field in (procedure.subjects if procedure else ())
        for value, label in book.fields[field].of.items()
    }
    return frozenset(name for name in names if words and words in name)


def _subject(case: Case) -> str:
    """What kind of thing a matter is about, in words; empty where nobody has said."""
    book = load(case.rulebook).book
    procedure: Procedure = book.procedures[case.procedure]
    state = codec.loads(case.state)
    for field in procedure.subjects:
        # What an old register said of it is a fact; what somebody entered here stands among the values.
        value = str(state.values.get(field, state.facts.get(field, "")))
        if label := book.fields[field].of.get(value):
            return name_of(label, value)
    return ""


def line_of(case: Case) -> TerminatedMatter:
    served = codec.loads(case.state).moments.get(TERMINATED) or case.ended_at
    since = timezone.localdate(served) if served else None
    return TerminatedMatter(case.number, _subject(case), stage_name(case), since)
