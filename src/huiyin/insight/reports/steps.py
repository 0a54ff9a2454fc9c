"""A report on the work is put up for review by one, signed or returned with reasons by another (clause s2-5.2.1), and sealed by who keeps the
seal, and noted by the organ above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.received.entered import entered
from huiyin.documents.numbers import number_in_words
from huiyin.documents.seals.kept import can_seal
from huiyin.door import KeyReused
from huiyin.door.answers import kept_key
from huiyin.insight.models import WorkReport
from huiyin.insight.reports import paper
from huiyin.insight.reports.seen import may_note, may_put_up, may_seal, may_sign, signers_beside
from huiyin.insight.reports.verifying import digest_of
from huiyin.insight.statistics.printed import report_document
from huiyin.insight.statistics.report import SpanRefused, refuse_unusable, statistics_for_all
from huiyin.insight.statistics.shares import DaySpan
from huiyin.people import administration
from huiyin.people.ids import new_id
from huiyin.people.models import Account, Organisation
from huiyin.procedure.command import Actor

MAX_REMARKS, MAX_REASON, MAX_NOTE = 4000, 1000, 1000
REPORTS: Final = "reports"


@dataclass(frozen=True, slots=True)
class Reporting:
    """What somebody puts up: a report on the days of ``span`` with words of their own, in place of one that was ``returned``, if any.

    ``key`` is the idempotency key of whoever may send it again: under one key one report is put up, for good.
    """

    span: DaySpan
    remarks: str = ""
    returned: WorkReport | None = None
    key: str = ""


def put_up(given: Reporting, actor: Actor, account: Account, at: datetime) -> WorkReport | tuple[FormError, ...]:
    """Count the days and put the report up for review, or say what is wrong. What is counted are the matters that all who may read it may see.

    Raises KeyReused when another report was put up under the same key.
    """
    remarks, errors = entered("remarks", given.remarks, MAX_REMARKS) if given.remarks.strip() else ("", [])
    kept_as = UUID(kept_key(given.key, actor)[:32]) if given.key else new_id(at)
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(id=actor.organisation)
        days = {"organisation": organisation, "first": given.span.first, "last": given.span.last}
        known = WorkReport.objects.filter(id=kept_as).first()
        if known is not None:
            return _same(known, WorkReport(remarks=remarks, revises=given.returned, **days))
        errors += _flaws(given, actor, at)
        if errors:
            return tuple(errors)
        if WorkReport.objects.filter(signed__isnull=True, **days).exists():
            return (FormError("", "waiting", _("这一期间的情况报告已经送审，正在等待签发")),)
        if given.returned is not None and WorkReport.objects.filter(revises=given.returned).exists():
            return (FormError("", "revised", _("退回的报告已经修改后重新送审")),)
        counted = statistics_for_all(organisation.id, given.span, at)
        content = report_document(counted, organisation, at)
        made = WorkReport(
            id=kept_as, paper=paper.kept(content, remarks), remarks=remarks, revises=given.returned, **days
        )
        made.put_up_by, made.put_up_at = account, at
        made.save(force_insert=True)
        _record("put_up_report", made, account, at)
    return made


def _same(known: WorkReport, asked: WorkReport) -> WorkReport:
    """What was put up under the key already, if the same is asked for. Raises KeyReused."""
    names = ("organisation_id", "first", "last", "remarks", "revises_id")
    if any(getattr(known, name) != getattr(asked, name) for name in names):
        raise KeyReused("the idempotency key was used before with another content")
    return known


def _flaws(given: Reporting, actor: Actor, at: datetime) -> list[FormError]:
    try:
        refuse_unusable(given.span, at)
    except SpanRefused as refused:
        return [FormError("from", refused.code, refused.in_words)]
    if given.span.last >= timezone.localdate(at):
        return [FormError("to", "not over", _("统计期间还没有结束，结束以后才能送审"))]
    if not may_put_up(actor):
        return [FormError("", "forbidden", _("情况报告由能查看本机关全部事项的人送审"))]
    if not signers_beside(actor, at):
        return [FormError("", "nobody", _("除您以外没有审批文书的人，请先由管理员安排，再送审"))]
    return []


def sign(report: WorkReport, actor: Actor, account: Account, at: datetime) -> tuple[FormError, ...]:
    """Sign a report as it was read: it gets its number, and stays as it is; what is wrong, if anything."""
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(id=report.organisation_id)
        kept = WorkReport.objects.get(id=report.id)
        errors = _why_not(kept, actor)
        if errors:
            return errors
        kept.signed, kept.decided_by, kept.decided_at, kept.signer = True, account, at, account.display_name
        kept.year = timezone.localdate(at).year
        kept.number = _last_number(organisation.id, kept.year) + 1
        kept.number_in_words = number_in_words(organisation, REPORTS, str(kept.year), kept.number)
        kept.digest = digest_of(kept)
        kept.save()
        _record("sign_report", kept, account, at)
    return ()


def send_back(report: WorkReport, reason: str, actor: Actor, account: Account, at: datetime) -> tuple[FormError, ...]:
    """Return a report with reasons; what is wrong, if anything."""
    reason, errors = entered("reason", reason, MAX_REASON, _("请写明退回的理由"))
    if errors:
        return tuple(errors)
    with transaction.atomic():
        kept = WorkReport.objects.select_for_update().get(id=report.id)
        refused = _why_not(kept, actor)
        if refused:
            return refused
        kept.signed, kept.decided_by, kept.decided_at, kept.reason = False, account, at, reason
        kept.save()
        _record("return_report", kept, account, at)
    return ()


def seal(report: WorkReport, actor: Actor, account: Account, at: datetime) -> tuple[FormError, ...]:
    """Seal a signed report by the certificate of its organ, which every PDF of it then bears; what is wrong, if anything."""
    with transaction.atomic():
        kept = WorkReport.objects.select_for_update(of=("self",)).select_related("organisation").get(id=report.id)
        if kept.sealed_at is not None:
            return (FormError("", "sealed", _("这份文书已经盖章")),)
        if not may_seal(kept, actor):
            return (FormError("", "forbidden", _("情况报告签发以后，由保管印章的人盖章")),)
        if not can_seal(kept.organisation, at):
            return (FormError("", "no-seal", _("本机构没有在有效期内的电子印章证书，请打印后盖章，或者请管理员启用")),)
        kept.sealed_by, kept.sealed_at = account, at
        kept.save()
        _record("seal_report", kept, account, at)
    return ()


def note(report: WorkReport, words: str, actor: Actor, account: Account, at: datetime) -> tuple[FormError, ...]:
    """Take note of a report that came from below, with ``words`` that whoever put it up reads, if any; what is wrong, if anything."""
    words, errors = entered("note", words, MAX_NOTE) if words.strip() else ("", [])
    if errors:
        return tuple(errors)
    with transaction.atomic():
        kept = WorkReport.objects.select_for_update(of=("self",)).select_related("organisation").get(id=report.id)
        if kept.noted_at is not None:
            return (FormError("", "noted", _("这份报告已经收阅")),)
        if not may_note(kept, actor):
            return (FormError("", "forbidden", _("下级报来的情况报告由上一级能查看本机关全部事项的人收阅")),)
        kept.noted_by, kept.noted_at, kept.note = account, at, words
        kept.save()
        _record("note_report", kept, account, at)
    return ()


def _why_not(report: WorkReport, actor: Actor) -> tuple[FormError, ...]:
    if report.signed is not None:
        return (FormError("", "decided", _("这份报告已经签发或者退回")),)
    if not may_sign(report, actor):
        return (FormError("", "forbidden", _("情况报告由审批文书、能查看本机关全部事项的另一人签发")),)
    return ()


def _last_number(organisation: UUID, year: int) -> int:
    numbers = WorkReport.objects.filter(organisation=organisation, year=year).aggregate(last=Max("number"))
    return numbers["last"] or 0


def _record(change: str, report: WorkReport, account: Account, at: datetime) -> None:
    administration.record_act(
        change, [report], at, None, by=account, organisation=report.organisation_id, subject=str(report)
    )
