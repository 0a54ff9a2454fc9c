"""Keeping the data of a case whatever its term (停止销毁): placed by one person, lifted by another, on record in the administrative log."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.models import Case, Hold
from huiyin.casework.received.entered import entered
from huiyin.people import administration
from huiyin.people.ids import new_id
from huiyin.people.models import Account

MAX_REASON_CHARS, MAX_BASIS_CHARS = 200, 100


def place(case: Case, reason: str, basis: str, account: Account, at: datetime) -> Hold | tuple[FormError, ...]:
    """Have the data of ``case`` kept until somebody else lifts that, or say what is wrong.

    Args:
        reason: what still needs them.
        basis: the number of the document that asks for it.
    """
    errors: list[FormError] = []
    cleaned = {}
    for name, text, most in (("hold_reason", reason, MAX_REASON_CHARS), ("basis", basis, MAX_BASIS_CHARS)):
        cleaned[name], problems = entered(name, text, most)
        errors += problems
    if errors:
        return tuple(errors)
    hold = Hold(
        id=new_id(at),
        organisation_id=case.organisation_id,
        case=case,
        reason=cleaned["hold_reason"],
        basis=cleaned["basis"],
        placed_by=account,
        placed_at=at,
    )
    try:
        with transaction.atomic():
            # As erasing locks it: what is being destroyed is not held half way.
            Case.objects.select_for_update().get(id=case.id)
            hold.save(force_insert=True)
            administration.record_act("hold", [hold], at, None, by=account, organisation=case.organisation_id)
    except IntegrityError:
        return (FormError("", "held", _("本卷已经停止销毁")),)
    return hold


def holds_of(case: Case) -> QuerySet[Hold]:
    """The holds on a case, the latest first, those that were lifted too."""
    return Hold.objects.filter(case=case).select_related("placed_by", "lifted_by").order_by("-placed_at", "-id")


def lift(case: Case, reason: str, account: Account, at: datetime) -> FormError | None:
    """Let the term of a case count again, for a ``reason``, or say why not."""
    cleaned, problems = entered("lift_reason", reason, MAX_REASON_CHARS)
    if problems:
        return problems[0]
    with transaction.atomic():
        hold = Hold.objects.select_for_update().filter(case=case, lifted_at__isnull=True).first()
        if hold is None:
            return FormError("", "not-held", _("本卷没有停止销毁"))
        if hold.placed_by_id == account.id:
            return FormError("", "own", _("停止销毁由您登记，须由另一人解除"))
        hold.lifted_by, hold.lifted_at, hold.lifted_because = account, at, cleaned
        hold.save(update_fields=["lifted_by", "lifted_at", "lifted_because"])
        administration.record_act("lift-hold", [hold], at, None, by=account, organisation=case.organisation_id)
    return None
