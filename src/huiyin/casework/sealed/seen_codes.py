"""Query codes that somebody saw whom the case accuses: they open nothing from then on, and the petitioner is handed a new one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from huiyin.casework.loaded_case import LoadedCase, load_case
from huiyin.casework.models import CaseAccused, CaseParty, CodeIssue, Submission
from huiyin.casework.sealed.accused import may_know
from huiyin.casework.sealed.confidential import is_hidden, keeps_identity
from huiyin.casework.visible import access_through, sight
from huiyin.people.acting import kin_of_each
from huiyin.people.appointments import FORMER_FOR, day_of
from huiyin.people.models import Holding
from huiyin.procedure.amending.correcting import correction_obstacle
from huiyin.procedure.command import Actor
from huiyin.rows import Prepared
from huiyin.rules import REGISTER

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
    latest = CodeIssue.objects.filter(submission=submission).order_by("-number").first()
    submission.code_by, submission.code_at = (latest.issued_by_id, latest.issued_at) if latest else (None, None)  # type: ignore[attr-defined]
    return bool(spoilt_among([submission]))


def spoilt_among(submissions: Iterable[Submission]) -> list[Submission]:
    """Those of ``submissions``, read ``with_latest_codes`` and with their cases, of which ``is_spoilt`` says that their code was seen."""
    sealed = [one for one in submissions if one.case.sealed]
    saw = _who_saw(sealed)
    return _spoilt(sealed, saw, *_accused({one.case_id for one in sealed})) if saw else []


def to_replace(actor: Actor, at: datetime) -> tuple[str, ...]:
    """The numbers of the cases whose petitioner ``actor`` is to hand a new code, since somebody accused saw the one they have."""
    seen = sight(actor)
    units, people = _by_case(_accused_lately.all(*seen, at - LISTED_FOR)) if seen else ({}, {})
    if not units and not people:
        return ()
    # What the case is and its state are read of the few alone whose code is spoilt.
    rows = with_latest_codes(Submission.objects.filter(case__in={*units, *people}).select_related("case"))
    submissions = list(rows.defer("case__state").order_by("case__number"))
    spoilt = _spoilt(submissions, _who_saw(submissions), units, people)
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
    return gives_out(loaded, actor) or (is_spoilt(submission) and may_replace(loaded, actor, at))


def gives_out(loaded: LoadedCase, actor: Actor) -> bool:
    """As ``may_give_out``, of a code that is not spoilt."""
    return correction_obstacle(loaded.rules, loaded.state, actor) in (None, "archived")


def _spoilt(
    submissions: Sequence[Submission], seen: Mapping[UUID, Seen], units: Accused, people: Accused
) -> list[Submission]:
    """Those of ``submissions`` whose code of today was seen by somebody whom their case accuses."""
    places = _places(seen.values()) if seen else {}
    return [
        one
        for one in submissions
        if (who := seen.get(one.id)) is not None
        and (who[0] in people.get(one.case_id, ()) or places[who] & units.get(one.case_id, set()))
    ]


def _accused(cases: Iterable[UUID]) -> tuple[Accused, Accused]:
    """The units and the people whom each case accuses, or may, as far as these may have seen a code of it."""
    rows = CaseAccused.objects.filter(_perhaps_saw(), case__in=cases)
    return _by_case(rows.values_list("case_id", "unit_id", "account_id"))


def perhaps_seen(
    scopes: tuple[UUID, ...], within: tuple[UUID, ...], person: UUID, since: datetime
) -> QuerySet[CaseAccused]:
    """Whom the sealed cases accuse that somebody sees and that have not ended before ``since``, as far as these may have seen a code of the
    case: all who did, and some more.
    """
    lately = Q(ended_at__isnull=True) | Q(ended_at__gt=since)
    cases = access_through(scopes, within, person).filter(lately, sealed=True).values("case")
    return CaseAccused.objects.filter(_perhaps_saw(), case__in=cases)


def _perhaps_saw() -> Q:
    took_in = _seen_by("taken_in_by", Submission.objects.filter(case=OuterRef("case")))
    gave_out = _seen_by("issued_by", CodeIssue.objects.filter(submission__case=OuterRef("case")))
    return Q(Exists(took_in)) | Q(Exists(gave_out))


def _seen_by(who: str, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of ``rows`` whose person ``who`` is accused, or ever had a post in the accused unit or up to three steps below it; of who stands
    deeper it is not asked under which unit.
    """
    unit = f"{who}__holdings__post__unit"
    under = Q(**{unit: OuterRef("unit")})
    for _step in range(3):
        unit = f"{unit}__parent"
        under |= Q(**{unit: OuterRef("unit")})
    deeper = Q(**{f"{unit}__parent__isnull": False})
    return rows.filter(Q(**{who: OuterRef("account")}) | under | deeper)


_accused_lately: Final = Prepared(lambda *values: perhaps_seen(*values).values_list("case_id", "unit_id", "account_id"))


def _by_case(rows: Iterable[tuple[UUID, UUID | None, UUID | None]]) -> tuple[Accused, Accused]:
    units: Accused = {}
    people: Accused = {}
    for case, unit, account in rows:
        if unit is not None:
            units.setdefault(case, set()).add(unit)
        if account is not None:
            people.setdefault(case, set()).add(account)
    return units, people


def with_latest_codes(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """Each with who gave its latest code out anew, and when; of most nobody did."""
    issued = CodeIssue.objects.filter(submission=OuterRef("pk")).order_by("-number")
    by, at = Subquery(issued.values("issued_by")[:1]), Subquery(issued.values("issued_at")[:1])
    return submissions.annotate(code_by=by, code_at=at)


def _who_saw(submissions: Iterable[Submission]) -> dict[UUID, Seen]:
    """Who of the staff saw the latest code of each; nothing of those whose petitioner alone knows it."""
    return {one.id: who for one in submissions if (who := _saw(one)) is not None}


def _saw(submission: Submission) -> Seen | None:
    """Who saw the latest code: who gave it out anew, else the one member of staff who took the petition in."""
    code_by, code_at = submission.code_by, submission.code_at  # type: ignore[attr-defined]
    if code_by is not None and code_at is not None:
        return code_by, day_of(code_at)
    if submission.taken_in_by_id is not None:
        return submission.taken_in_by_id, day_of(submission.registered_at)
    return None


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
