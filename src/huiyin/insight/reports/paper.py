"""A report as it is kept, and the paper that is drawn from it: a letter of the organ, with number, day and signer once it was signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from huiyin.documents.content import Block, DocumentContent
from huiyin.documents.forms import Rendered, rendered, with_seal
from huiyin.documents.seals.verification import address
from huiyin.insight.models import WorkReport
from huiyin.insight.reports.scans import issued_scan

KEPT: tuple[str, ...] = ("organ", "title", "about", "upward", "addressee", "wording")
"""What is kept of a paper beside its paragraphs."""
REMARKS = "情况分析、工作建议和采纳情况"


def kept(content: DocumentContent, remarks: str) -> dict[str, Any]:
    """What is kept of a report with the words of who puts it up: paragraphs and figures as they were counted, and nothing to be counted again."""
    added = [line.strip() for line in remarks.splitlines() if line.strip()]
    body = [*content.body, *([Block(REMARKS, heading=True)] if added else []), *map(Block, added)]
    return {name: getattr(content, name) for name in KEPT} | {
        "body": [[one.text, one.heading, one.bars] for one in body]
    }


def paper_of(report: WorkReport) -> DocumentContent:
    """The paper of a report, marked as a draft unless it was signed."""
    made = DocumentContent(
        id=report.id,
        kind="report",
        number="",
        signer="",
        body=tuple(Block(text, heading, tuple(map(tuple, bars))) for text, heading, bars in report.paper["body"]),
        rows=(),
        attachments=(),
        day=timezone.localdate(report.put_up_at),
        contact="",
        copies=(),
        mark="送审稿" if report.signed is None else "退回稿",
        **{name: report.paper[name] for name in KEPT},
    )
    if not report.signed or report.decided_at is None:
        return made
    day = timezone.localdate(report.decided_at)
    verify = address(report.organisation.code, f"{report.year}-{report.number}", report.digest) if report.digest else ""
    return replace(made, mark="", number=report.number_in_words, signer=report.signer, day=day, verify=verify)


def file_of(report: WorkReport, form: str, at: datetime) -> Rendered:
    """The report as a file, as papers of the organ leave it: of one that was sealed, the PDF bears the seal, or is the scan of what was signed by hand.

    Raises NoGlyph.
    """
    paper = paper_of(report)
    scan = issued_scan(report) if form == "pdf" else None
    if scan is not None:
        return Rendered(f"{paper.file_stem}.pdf", "application/pdf", scan)
    is_sealed = form == "pdf" and report.sealed_at is not None
    return with_seal(paper, report.organisation, at) if is_sealed else rendered(paper, form)
