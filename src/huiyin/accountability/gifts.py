"""Gifts and favours: whoever was offered one says so, hands it in or gives it back, and somebody else confirms it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from huiyin.accountability.models import GiftDeclaration
from huiyin.casework.visible import oversees
from huiyin.readiness.recording import By, put_on_record
from huiyin.readiness.refusals import Closed, DoesNotFit

GiftOutcome = GiftDeclaration.GiftOutcome


def declare(gift: GiftDeclaration, by: By) -> GiftDeclaration:
    """Declare something for oneself. Raises DoesNotFit for a day to come, and for what was handed in without a voucher."""
    if gift.received_on > by.day:
        raise DoesNotFit("a day to come", _("日期不能晚于今天"), "received_on")
    _need_voucher(gift.outcome, gift.settled_as)
    with transaction.atomic():
        gift.organisation_id, gift.by, gift.at = by.organisation, by.account, by.at
        gift.save(force_insert=True)
        put_on_record("declare_gift", [gift], by, str(gift))
    return gift


def confirm(gift: GiftDeclaration, outcome: str, settled_as: str, by: By) -> None:
    """Confirm what became of what another declared. Raises DoesNotFit for one's own, for what still waits or was handed in without a voucher,
    or who does not oversee; Closed when it was confirmed.
    """
    if not oversees(by.actor):
        raise DoesNotFit("they oversee nothing", _("只有履行监督职责的岗位可以确认"))
    if outcome == GiftOutcome.WAITING:
        raise DoesNotFit("it still waits", _("处理完毕再确认：退还、上交或者已经拒绝"), "outcome")
    _need_voucher(outcome, settled_as)
    with transaction.atomic():
        kept = GiftDeclaration.objects.select_for_update().get(id=gift.id, organisation=by.organisation)
        if kept.by_id == by.account.id:
            raise DoesNotFit("their own", _("您自己申报的，须由另一人确认"))
        if kept.confirmed_at is not None:
            raise Closed("confirmed before", _("已经确认过"))
        kept.outcome, kept.settled_as = outcome, settled_as
        kept.confirmed_by, kept.confirmed_at = by.account, by.at
        kept.save()
        put_on_record("confirm_gift", [kept], by, str(kept))


def _need_voucher(outcome: str, settled_as: str) -> None:
    if outcome == GiftOutcome.HANDED_IN and not settled_as.strip():
        raise DoesNotFit("no voucher", _("已上交的，请填写上交凭证：收据号、接收单位"), "settled_as")


def declared(by: By) -> QuerySet[GiftDeclaration]:
    """What the reader may see, the latest first: all for who oversees, for everybody else what they declared themselves."""
    rows = GiftDeclaration.objects.filter(organisation=by.organisation)
    if not oversees(by.actor):
        rows = rows.filter(by=by.account)
    return rows.select_related("by", "confirmed_by").order_by("-at", "-id")
