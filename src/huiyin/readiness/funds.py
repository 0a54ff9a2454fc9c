"""Yearly funds: what a line holds, what was spent of it on what, and what remains (clauses s3-5.3.1, s3-5.3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from huiyin.readiness import vouchers
from huiyin.readiness.models import FundLine, Spending, Use
from huiyin.readiness.recording import By, keep, put_on_record
from huiyin.readiness.refusals import Closed, DoesNotFit, FundsShort, UseNotAllowed


@dataclass(frozen=True, slots=True)
class Booking:
    """What is to be booked: ``cents`` above nothing; ``voucher`` is the content of a file, empty: none."""

    use: str
    cents: int
    spent_on: date
    purpose: str
    voucher: bytes = b""
    voucher_name: str = ""


def yuan(cents: int) -> str:
    """An amount as documents write it: 123456 is 1,234.56."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02}"


def with_spent(lines: QuerySet[FundLine]) -> QuerySet[FundLine]:
    """The lines, each with what was spent of it as ``spent``, in cents."""
    return lines.annotate(spent=Coalesce(Sum("spendings__cents"), 0))


def spent_of(line: FundLine) -> int:
    """What was spent of a line, in cents; what was reversed is not."""
    return int(Spending.objects.filter(line=line).aggregate(all=Coalesce(Sum("cents"), 0))["all"])


def keep_line(line: FundLine, by: By) -> None:
    """Write a line, new or changed. Raises FundsShort when it would hold less than was spent of it."""
    with transaction.atomic():
        FundLine.objects.select_for_update().filter(id=line.id).first()
        spent = spent_of(line)
        if line.cents < spent:
            words = _("已支出 %(spent)s 元，预算不能少于这个数") % {"spent": yuan(spent)}
            raise FundsShort("more was spent than that", words, "amount")
        keep("keep_fund_line", line, by)


def spend(line: FundLine, booking: Booking, by: By) -> Spending:
    """Book something on a line. Raises FundsShort, UseNotAllowed, and DoesNotFit for another year, a day to come, a file that is no voucher."""
    voucher = vouchers.checked(booking.voucher_name, booking.voucher) if booking.voucher else None
    with transaction.atomic():
        kept = FundLine.objects.select_for_update().get(id=line.id)
        _refuse(kept, booking, by)
        made = Spending(
            line=kept,
            at=by.at,
            by=by.account,
            use=booking.use,
            cents=booking.cents,
            spent_on=booking.spent_on,
            purpose=booking.purpose,
            attachment_name=voucher.name if voucher else "",
            attachment_type=voucher.type if voucher else "",
        )
        made.attachment = vouchers.sealed(made.id, voucher.content) if voucher else None
        made.save(force_insert=True)
        put_on_record("spend", [made], by, kept.name)
    return made


def reverse(spending: Spending, reason: str, by: By) -> Spending:
    """Take a wrong spending back by a counter-entry (冲销): both stay to be read, and what remains is as it was before.

    Raises Closed when it was reversed before, or is a counter-entry itself.
    """
    with transaction.atomic():
        line = FundLine.objects.select_for_update().get(id=spending.line_id)
        if spending.reverses_id is not None:
            raise Closed("a counter-entry is not reversed", _("这是冲销，不能再冲销；需要的话，请重新登记支出"))
        if Spending.objects.filter(reverses=spending).exists():
            raise Closed("it was reversed before", _("这笔支出已经冲销"))
        made = Spending(line=line, at=by.at, by=by.account, use=spending.use, cents=-spending.cents)
        made.spent_on, made.purpose, made.reverses = by.day, reason, spending
        made.save(force_insert=True)
        put_on_record("reverse_spending", [made], by, line.name)
    return made


def _refuse(line: FundLine, booking: Booking, by: By) -> None:
    if booking.use not in line.uses:
        allowed = "、".join(str(Use(use).label) for use in line.uses)
        words = _("这条预算只能用于：%(uses)s。请改选用途，或者记到允许这一用途的预算") % {"uses": allowed}
        raise UseNotAllowed("the line is not for this use", words, "use")
    if booking.spent_on.year != line.year:
        raise DoesNotFit(
            "another year", _("支出日期不在 %(year)d 年度，请记到相应年度的预算") % {"year": line.year}, "spent_on"
        )
    if booking.spent_on > by.day:
        raise DoesNotFit("a day to come", _("支出日期不能晚于今天"), "spent_on")
    remaining = line.cents - spent_of(line)
    if booking.cents > remaining:
        words = _("余额只有 %(rest)s 元，不能支出 %(asked)s 元：请减少金额、记到其他预算，或者先办理预算调整") % {
            "rest": yuan(remaining),
            "asked": yuan(booking.cents),
        }
        raise FundsShort("the line would be overspent", words, "amount")
