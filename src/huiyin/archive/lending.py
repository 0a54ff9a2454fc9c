"""Lending files (借阅): who has one, why, until when, and that it came back; each on record in the administrative log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.archive.models import Loan, Package
from huiyin.casework.labels import FormError
from huiyin.casework.models import Case
from huiyin.casework.received.entered import entered
from huiyin.people import administration
from huiyin.people.ids import new_id
from huiyin.people.models import Account
from huiyin.procedure.command import Actor
from huiyin.rules.deadlines.day_given import day_given

MAX_BORROWER_CHARS, MAX_REASON_CHARS = 60, 200


@dataclass(frozen=True, slots=True)
class LoanForm:
    """What somebody fills in who lends a file: who borrows it, why, and until which day (empty: not said yet)."""

    borrower: str = ""
    reason: str = ""
    until: str = ""


def lend(case: Case, form: LoanForm, actor: Actor, account: Account, at: datetime) -> Loan | tuple[FormError, ...]:
    """Lend the file of ``case``, or say what is wrong. The caller has asked ``room.may_enter``, and that the case is visible."""
    borrower, errors = entered("borrower", form.borrower, MAX_BORROWER_CHARS, _("请填写借阅人和单位"))
    reason, problems = entered("reason", form.reason, MAX_REASON_CHARS, _("请填写借阅事由"))
    errors += problems
    until = day_given(form.until)
    if until is None or until < timezone.localdate(at):
        errors.append(FormError("until", "day", _("请填写归还日期，不早于今天")))
    if errors or until is None:
        return tuple(errors)
    loan = Loan(
        id=new_id(at),
        organisation_id=case.organisation_id,
        case=case,
        borrower=borrower,
        reason=reason,
        until=until,
        lent_by=account,
        lent_at=at,
    )
    try:
        with transaction.atomic():
            loan.save(force_insert=True)
            # No number and no borrower: administrators, who read the acts, see no matters.
            administration.record_act("lend", [loan], at, None, by=account, organisation=case.organisation_id)
    except IntegrityError:
        return (FormError("", "lent", _("本卷已借出，归还以后才能再借")),)
    return loan


def take_back(case: Case, loan: UUID, actor: Actor, account: Account, at: datetime) -> bool:
    """Note that a borrowed file came back; False when there is no such loan that is open."""
    with transaction.atomic():
        found = Loan.objects.select_for_update().filter(id=loan, case=case, back_at__isnull=True).first()
        if found is None:
            return False
        found.taken_back_by, found.back_at = account, at
        found.save(update_fields=["taken_back_by", "back_at"])
        administration.record_act("take-back", [found], at, None, by=account, organisation=case.organisation_id)
    return True


def loans_of(case: Case) -> tuple[Loan, ...]:
    """Who had the file of a case, the latest first."""
    return tuple(Loan.objects.filter(case=case).select_related("lent_by", "taken_back_by").order_by("-lent_at", "-id"))


def open_loans(packages: Iterable[Package]) -> Mapping[UUID, Loan]:
    """The loans of the files of these packages that are not back, by case."""
    cases = {package.case_id for package in packages}
    return {loan.case_id: loan for loan in Loan.objects.filter(case__in=cases, back_at__isnull=True)}


def is_overdue(loan: Loan, at: datetime) -> bool:
    """Whether a file should have come back by now."""
    return loan.back_at is None and loan.until < timezone.localdate(at)
