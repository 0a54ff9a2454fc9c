"""Whether a signed report is genuine, for whoever holds it: as documents of cases are verified, and telling as little of what stands in it."""

from __future__ import annotations

from django.utils import timezone

from huiyin.documents.seals.verification import AskedPaper, VerifiedDocument
from huiyin.insight.models import WorkReport
from huiyin.ledger.commitment import commit


def digest_of(report: WorkReport) -> str:
    """What binds everything that stands on a signed report."""
    return commit(
        "report", [report.id, report.paper, report.year, report.number_in_words, report.signer, report.decided_at]
    )


def verified_report(asked: AskedPaper) -> VerifiedDocument | None:
    """The signed report that is asked about; None where there is none."""
    if not asked.code:
        return None
    rows = WorkReport.objects.filter(signed=True, digest__gte=asked.code, digest__lt=f"{asked.code}g")
    for row in rows.select_related("organisation"):
        if row.decided_at is not None and asked.is_of(row.organisation.code, f"{row.year}-{row.number}"):
            return VerifiedDocument(
                organ=row.organisation.name,
                number=f"〔{row.year}〕{row.number}号",
                day=timezone.localdate(row.decided_at),
                digest=row.digest,
                status="issued",
            )
    return None
