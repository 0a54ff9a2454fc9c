"""Checks of premises and equipment; what goes into stores and out of them (clauses s3-2.3.2a, s3-5.2.1, s3-5.2.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.readiness.models import Supply, SupplyEntry
from huiyin.readiness.recording import By, keep, put_on_record
from huiyin.readiness.refusals import DoesNotFit, TooFew

EntryKind = SupplyEntry.EntryKind
CHECKS: Final = frozenset({EntryKind.CHECKED, EntryKind.FAULTY})
TAKEN: Final = frozenset({EntryKind.USED, EntryKind.DISCARDED})


def keep_supply(supply: Supply, by: By) -> None:
    """Write a supply, new or changed. How many there are changes by entries alone (``note``), whoever changes the rest meanwhile."""
    with transaction.atomic():
        there = Supply.objects.select_for_update().filter(id=supply.id).first()
        if there is not None:
            supply.quantity, supply.is_faulty = there.quantity, there.is_faulty
        keep("keep_supply", supply, by)


def note(supply: Supply, kind: str, amount: int, text: str, by: By) -> SupplyEntry:
    """Note a check, or that ``amount`` came in, was used or was thrown away.

    A check sets the day of the next one. Raises TooFew when there is less than is taken, DoesNotFit for an amount that makes no sense.
    """
    with transaction.atomic():
        kept = Supply.objects.select_for_update().get(id=supply.id)
        if kind in CHECKS:
            amount = 0
            kept.is_faulty, kept.check_on = kind == EntryKind.FAULTY, by.day + timedelta(days=kept.every_days)
        elif amount < 1:
            raise DoesNotFit("no amount", _("请填写数量，至少为 1"), "amount")
        if kind in TAKEN and amount > kept.quantity:
            words = _("只有 %(there)d %(measure)s，不能领用 %(amount)d：请核对数量，刚到货的请先登记入库") % {
                "there": kept.quantity,
                "measure": kept.measure,
                "amount": amount,
            }
            raise TooFew("there is less than that", words, "amount")
        change = -amount if kind in TAKEN else amount
        kept.quantity += change
        kept.save(update_fields=["quantity", "is_faulty", "check_on"])
        made = SupplyEntry.objects.create(supply=kept, at=by.at, by=by.account, kind=kind, change=change, note=text)
        put_on_record("note_supply", [kept, made], by, kept.name)
    return made
