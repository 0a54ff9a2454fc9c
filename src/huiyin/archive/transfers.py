"""Handing files over to an archive (移交): which, to whom, on which day, under which receipt; on record in the administrative log."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.archive.lending import open_loans
from huiyin.archive.models import Disposal, Package, Transfer
from huiyin.casework.labels import FormError
from huiyin.casework.received.entered import entered
from huiyin.casework.visible import visible_to
from huiyin.people import administration
from huiyin.people.ids import new_id
from huiyin.people.models import Account
from huiyin.procedure.command import Actor
from huiyin.rules.deadlines.day_given import day_given

MAX_RECEIVER_CHARS, MAX_RECEIPT_CHARS, MAX_FILES = 100, 60, 500


@dataclass(frozen=True, slots=True)
class TransferForm:
    """What somebody fills in who hands files over: to which archive, under which receipt number, on which day."""

    receiver: str = ""
    receipt: str = ""
    day: str = ""


def hand_over(
    packages: Collection[Package], form: TransferForm, actor: Actor, account: Account, at: datetime
) -> Transfer | tuple[FormError, ...]:
    """Note that ``packages``, which ``actor`` sees, were handed over, or say what is wrong."""
    receiver, errors = entered("receiver", form.receiver, MAX_RECEIVER_CHARS, _("请填写接收的档案馆"))
    receipt, problems = entered("receipt", form.receipt, MAX_RECEIPT_CHARS, _("请填写交接凭证号"))
    errors += problems
    day = day_given(form.day)
    if day is None or day > timezone.localdate(at):
        errors.append(FormError("day", "day", _("请填写移交日期，不晚于今天")))
    if not 0 < len(packages) <= MAX_FILES:
        errors.append(
            FormError("packages", "none", _("请选择要移交的案卷，一次最多 %(most)d 卷") % {"most": MAX_FILES})
        )
    if open_loans(packages) or transfers_of(packages):
        errors.append(FormError("packages", "lent", _("选中的案卷有的已经借出或者移交，请重新选择")))
    if not being_destroyed(actor.organisation).isdisjoint(package.id.hex for package in packages):
        errors.append(FormError("packages", "disposed", _("选中的案卷有的已经提出销毁或者已经销毁，请重新选择")))
    if errors or day is None:
        return tuple(errors)
    transfer = Transfer(
        id=new_id(at),
        organisation_id=actor.organisation,
        receiver=receiver,
        receipt=receipt,
        day=day,
        packages={package.id.hex: package.digest for package in packages},
        handed_over_by=account,
        at=at,
    )
    try:
        with transaction.atomic():
            transfer.save(force_insert=True)
            administration.record_act(
                "hand-over-files",
                [transfer],
                at,
                None,
                by=account,
                organisation=transfer.organisation_id,
                subject=f"{receiver} {receipt}",
            )
    except IntegrityError:
        return (FormError("receipt", "known", _("这个交接凭证号已经登记过")),)
    return transfer


def transfers_of(packages: Iterable[Package]) -> Mapping[str, Transfer]:
    """With which transfer each of these packages went, by its id in hex; those that are still here are missing."""
    organisations = {package.id.hex: package.organisation_id for package in packages}
    rows = Transfer.objects.filter(organisation__in=set(organisations.values())).order_by("at", "id")
    return {id: row for row in rows for id in row.packages if id in organisations}


def being_destroyed(organisation: UUID) -> set[str]:
    """The packages, by their ids in hex, whose destruction somebody has proposed or approved."""
    undecided_or_approved = Q(approved__isnull=True) | Q(approved=True)
    return packages_in(organisation, undecided_or_approved & Q(keep_until__isnull=True))


def packages_in(organisation: UUID, which: Q) -> set[str]:
    """The packages, by their ids in hex, of those appraisals of an organisation."""
    rows = Disposal.objects.filter(which, organisation=organisation).values_list("packages", flat=True)
    return {id for packages in rows for id in packages}


def transfers_for(actor: Actor) -> QuerySet[Transfer]:
    """The transfers of the organisation, the latest first."""
    return Transfer.objects.filter(organisation_id=actor.organisation).select_related("handed_over_by").order_by("-at")


def handed_over(transfer: Transfer, actor: Actor) -> QuerySet[Package]:
    """The packages of a transfer that ``actor`` may know of, by number; each still has the digest with which it went, or a row was changed."""
    rows = Package.objects.filter(id__in=list(transfer.packages), case__in=visible_to(actor))
    return rows.select_related("case__organisation", "case__unit").order_by("case__number")
