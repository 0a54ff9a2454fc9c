"""A signed report that was printed, signed and sealed by hand: its scan is handed in, compared, and is the report from then on, as of other papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from huiyin.casework.labels import FormError
from huiyin.casework.visible import sees_organisation
from huiyin.casework.vocabulary import File
from huiyin.documents.comparing.signed_copy import signed_copy
from huiyin.insight.models import ReportScan, WorkReport
from huiyin.insight.reports.paper import paper_of
from huiyin.insight.reports.scans import scan_of, sealed
from huiyin.insight.reports.seen import keeps_seal, may_seal
from huiyin.people import administration
from huiyin.people.ids import new_id
from huiyin.people.models import Account
from huiyin.procedure.command import Actor


@dataclass(frozen=True, slots=True)
class HandedInScan:
    """One PDF, or pictures, one a page in their order; ``upside_down``: all of them are turned by half."""

    files: Sequence[File] = field(repr=False)
    upside_down: bool = False


def waiting_scan(report: WorkReport) -> ReportScan | None:
    """The scan of a report that nobody has compared with it yet."""
    return scan_of(report) if report.signed and report.sealed_at is None else None


def may_compare(scan: ReportScan, report: WorkReport, actor: Actor) -> bool:
    """Whether somebody confirms that a scan is the report: who keeps the seal or sees all of the organisation, and did not hand it in."""
    ours = report.organisation_id == actor.organisation and report.sealed_at is None
    return ours and scan.handed_in_by_id != actor.person and (keeps_seal(actor) or sees_organisation(actor))


def hand_in(
    report: WorkReport, given: HandedInScan, actor: Actor, account: Account, at: datetime
) -> ReportScan | tuple[FormError, ...]:
    """Keep the scan: one drawn as we print the report seals it at once, any other waits for somebody to compare it; or what is wrong.

    It is taken apart beside this process, and the report is not held meanwhile.
    """
    if refused := _why_not(report, actor):
        return refused
    made = signed_copy(given.files, paper_of(report), upside_down=given.upside_down)
    if isinstance(made, FormError):
        return (made,)
    if not made.is_compared and report.decided_by_id == actor.person:
        return (FormError("", "same-person", _("报告由您签发，签章件须由另一人上传")),)
    with transaction.atomic():
        kept = _held(report)
        if refused := _why_not(kept, actor):
            return refused
        gone = list(ReportScan.objects.filter(report=kept).defer("content"))
        ReportScan.objects.filter(report=kept).delete()
        id = new_id(at)
        scan = ReportScan(id=id, report=kept, content=sealed(id, made.content), handed_in_by=account, handed_in_at=at)
        scan.save(force_insert=True)
        if made.is_compared:
            kept.sealed_by, kept.sealed_at = account, at
            kept.save()
        _record("hand_in_report_scan", kept, scan, account, at, gone)
    return scan


def compare(report: WorkReport, id: UUID, actor: Actor, account: Account, at: datetime) -> tuple[FormError, ...]:
    """Confirm that the scan that somebody else handed in is the report, which it is from then on; what is wrong, if anything."""
    with transaction.atomic():
        kept = _held(report)
        scan = ReportScan.objects.filter(report=kept, id=id).first()
        if scan is None or kept.sealed_at is not None:
            return (FormError("", "changed", _("您打开之后签章件又换过，请重新核对")),)
        if not may_compare(scan, kept, actor):
            return (FormError("", "same-person", _("签章件须由上传人以外、保管印章或者能查看本机关全部事项的人核对")),)
        scan.compared_by = account
        scan.save(update_fields=["compared_by"])
        kept.sealed_by_id, kept.sealed_at = scan.handed_in_by_id, at
        kept.save()
        _record("compare_report_scan", kept, scan, account, at)
    return ()


def _why_not(report: WorkReport, actor: Actor) -> tuple[FormError, ...]:
    if report.sealed_at is not None:
        return (FormError("", "sealed", _("这份文书已经盖章")),)
    if not may_seal(report, actor):
        return (FormError("", "forbidden", _("情况报告签发以后，由保管印章的人盖章")),)
    return ()


def _held(report: WorkReport) -> WorkReport:
    return WorkReport.objects.select_for_update(of=("self",)).select_related("organisation").get(id=report.id)


def _record(
    change: str, report: WorkReport, scan: ReportScan, account: Account, at: datetime, gone: Sequence[ReportScan] = ()
) -> None:
    administration.record_act(
        change,
        [report, scan],
        at,
        None,
        by=account,
        organisation=report.organisation_id,
        subject=str(report),
        gone=gone,
    )
