"""Yearly funds: what a line holds, what was spent of it on what, and what remains (clauses s3-5.3.1, s3-5.3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import filetype
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from huiyin.readiness.models import FundLine, Spending, Use
from huiyin.readiness.recording import By, put_on_record
from huiyin.readiness.refusals import DoesNotFit, FundsShort, UseNotAllowed
from huiyin.sealing.aead import open_sealed, seal
from huiyin.sealing.keyring import derive

MAX_VOUCHER_BYTES: Final = 5 * 1024 * 1024
VOUCHERS: Final = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}
_KEY: Final = "readiness-vouchers"


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
    """An amount as papers write it: 123456 is 1,234.56."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100:,}.{abs(cents) % 100:02}"


def with_spent(lines: QuerySet[FundLine]) -> QuerySet[FundLine]:
    """The lines, each with what was spent of it as ``spent``, in cents."""
    return lines.annotate(spent=Coalesce(Sum("spendings__cents"), 0))


def spent_of(line: FundLine) -> int:
    """What was spent of a line, in cents."""
    return int(Spending.objects.filter(line=line).aggregate(all=Coalesce(Sum("cents"), 0))["all"])


def keep_line(line: FundLine, by: By) -> None:
    """Write a line, new or changed. Raises FundsShort when it would hold less than was spent of it."""
    with transaction.atomic():
        FundLine.objects.select_for_update().filter(id=line.id).first()
        spent = spent_of(line)
        if line.cents < spent:
            words = _("已支出 %(spent)s 元，预算不能少于这个数") % {"spent": yuan(spent)}
            raise FundsShort("more was spent than that", words, "amount")
        line.save()
        put_on_record("keep_fund_line", [line], by, line.name)


def spend(line: FundLine, booking: Booking, by: By) -> Spending:
    """Book something on a line. Raises FundsShort, UseNotAllowed, and DoesNotFit for another year, a day to come, a file that is no voucher."""
    kind = _voucher_type(booking.voucher)
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
            attachment_name=booking.voucher_name[:100] if kind else "",
            attachment_type=kind,
        )
        made.attachment = seal(derive(_KEY), booking.voucher, made.id.bytes) if kind else None
        made.save(force_insert=True)
        put_on_record("spend", [made], by, kept.name)
    return made


def voucher_of(spending: Spending) -> bytes | None:
    """The content of a voucher; None where there is none. Raises SealBroken where somebody altered it."""
    if spending.attachment is None:
        return None
    return open_sealed(derive(_KEY), bytes(spending.attachment), spending.id.bytes)


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


def _voucher_type(content: bytes) -> str:
    if not content:
        return ""
    kind = filetype.guess_extension(content) if len(content) <= MAX_VOUCHER_BYTES else None
    if kind not in VOUCHERS:
        raise DoesNotFit("no voucher", _("凭证须是 PDF 或者照片（JPEG、PNG），不超过 5 MB"), "voucher")
    return VOUCHERS[kind]
