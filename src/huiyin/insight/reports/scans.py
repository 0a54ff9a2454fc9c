"""The scans of reports signed by hand, as they are kept: sealed under the installation's keys, each bound to its row."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from huiyin.insight.models import ReportScan, WorkReport
from huiyin.sealing.aead import open_sealed, seal
from huiyin.sealing.keyring import derive

_KEY: Final = "report-scans"


def sealed(id: UUID, content: bytes) -> bytes:
    """A scan as it is stored in the row with this id."""
    return seal(derive(_KEY), content, id.bytes)


def content_of(scan: ReportScan) -> bytes:
    """The PDF in the clear. Raises SealBroken where somebody altered it."""
    return open_sealed(derive(_KEY), bytes(scan.content), scan.id.bytes)


def scan_of(report: WorkReport) -> ReportScan | None:
    """The scan that was handed in, if any; its content is read when it is asked for."""
    return ReportScan.objects.filter(report=report).select_related("handed_in_by").defer("content").first()


def issued_scan(report: WorkReport) -> bytes | None:
    """What goes out as the report, where it was signed by hand; None where it was not, or nobody has compared the scan yet."""
    scan = scan_of(report) if report.sealed_at is not None else None
    return content_of(scan) if scan is not None else None
