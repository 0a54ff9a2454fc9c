"""Query codes that somebody saw whom the case accuses: they open nothing from then on, and the petitioner is handed a new one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from huiyin.casework.loaded_case import LoadedCase, load_case
from huiyin.casework.models import CaseAccused, CaseParty, CodeIssue, Submission
from huiyin.casework.sealed.accused import may_know
from huiyin.casework.sealed.confidential import is_hidden, keeps_identity
from huiyin.casework.visible import access_of
from huiyin.people.acting import kin_of_each
from huiyin.people.appointments import FORMER_FOR, day_of
from huiyin.people.models import Holding
from huiyin.procedure.amending.correcting import REGISTER, correction_obstacle
from huiyin.procedure.command import Actor

LISTED_FOR: Final = timedelta(days=90)
"""So long after its end a matter is still listed, which is when it is archived; on its own page a code can be handed out later as well."""
Seen = tuple[UUID, date]
"""Who saw a code, and on which day it was given to them."""
Accused = dict[UUID, set[UUID]]
"""Units, or people, by the case that accuses them."""


def is_spoilt(submission: Submission) -> bool:
    """Whether the code that opens ``submission``, read with its case, was seen by somebody whom the case accuses, or may.

    Whoever typed a petition on the portal themselves was given the code alone: that one stays good.
    """
    if not submission.case.sealed:
        return False
    return bool(_spoilt([submission], *_accused([submission.case_id])))


def to_replace(actor: Actor, at: datetime) -> tuple[str, ...]:
    """The numbers of the cases whose petitioner ``actor`` is to hand a new code, since somebody accused saw the one they have."""
    lately = Q(ended_at__isnull=True) | Q(ended_at__gt=at - LISTED_FOR)
    sealed = set(access_of(actor).filter(lately, sealed=True).values_list("case_id", flat=True))
    units, people = _accused(sealed) if sealed else ({}, {})
    # What the case is and its state are read of the few alone whose code is spoilt.
    rows = Submission.objects.filter(case__in={*units, *people}).select_related("case").defer("case__state")
    spoilt = _spoilt(list(rows.order_by("case__number")), units, people)
    return tuple(submission.case.number for submission in spoilt if may_replace(load_case(submission.case), actor, at))


def may_replace(loaded: LoadedCase, actor: Actor, at: datetime) -> bool:
    """Whether ``actor``, who sees the case, may hand out a code in place of a spoilt one: who registers, wherever the case was taken to,
    and who has it in custody; nobody from whom the petitioner's name is kept.
    """
    state, book = loaded.state, loaded.rules.book
    rule = book.procedures[loaded.case.procedure].actions.get(REGISTER)
    if rule is None or actor.kind != "staff" or actor.person in state.recused:
        return False
    registers = bool(actor.roles & set(rule.by))
    parties = [row.petitioner for row in CaseParty.objects.filter(case=loaded.case).select_related("petitioner")]
    keeps = any(one.confidential for one in parties) and keeps_identity(loaded.case, actor, at)
    return (registers or may_know(loaded.case, actor) or keeps) and not is_hidden(loaded.case, parties, actor, at)


def may_give_out(loaded: LoadedCase, submission: Submission, actor: Actor, at: datetime) -> bool:
    """Whether ``actor``, who sees the case, hands receipts over; an archived matter keeps its receipt. Where the code is spoilt, more may."""
    if correction_obstacle(loaded.rules, loaded.state, actor) in (None, "archived"):
        return True
    return is_spoilt(submission) and may_replace(loaded, actor, at)


def _spoilt(submissions: Sequence[Submission], units: Accused, people: Accused) -> list[Submission]:
    """Those of ``submissions`` whose code of today was seen by somebody whom their case accuses."""
    if not units and not people:
        return []
    seen = _seen(submissions)
    places = _places(seen.values())
    return [
        one
        for one in submissions
        if (who := seen.get(one.id)) is not None
        and (who[0] in people.get(one.case_id, ()) or places[who] & units.get(one.case_id, set()))
    ]


def _accused(cases: Iterable[UUID]) -> tuple[Accused, Accused]:
    """The units and the people whom each case accuses, or may."""
    units: Accused = {}
    people: Accused = {}
    rows = CaseAccused.objects.filter(case__in=list(cases)).values_list("case_id", "unit_id", "account_id")
    for case, unit, account in rows:
        if unit is not None:
            units.setdefault(case, set()).add(unit)
        if account is not None:
            people.setdefault(case, set()).add(account)
    return units, people


def _seen(submissions: Sequence[Submission]) -> dict[UUID, Seen]:
    """Who saw the latest code of each: who gave it out anew, else the one member of staff who took the petition in."""
    found: dict[UUID, Seen] = {}
    issues = CodeIssue.objects.filter(submission__in=[one.id for one in submissions]).order_by("number")
    for issue in issues:
        found[issue.submission_id] = issue.issued_by_id, day_of(issue.issued_at)
    for one in submissions:
        if one.id not in found and one.taken_in_by_id is not None:
            found[one.id] = one.taken_in_by_id, day_of(one.registered_at)
    return found


def _places(seen: Iterable[Seen]) -> dict[Seen, frozenset[UUID]]:
    """The units to which each belonged when they saw the code, or lately before, or came since, with the units above them."""
    seen = set(seen)
    held = list(Holding.objects.filter(account__in={who for who, _day in seen}).select_related("post__unit"))
    above = kin_of_each([one.post.unit for one in held])
    found: dict[Seen, frozenset[UUID]] = {}
    for who, day in seen:
        lasting = (one for one in held if one.account_id == who and (one.until is None or one.until > day - FORMER_FOR))
        found[who, day] = frozenset[UUID]().union(*(above[one.post.unit_id] for one in lasting))
    return found
