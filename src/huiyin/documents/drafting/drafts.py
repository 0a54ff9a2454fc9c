"""The documents of a case before they are issued, and their versions: read for whoever may see the case."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from huiyin.casework.labels import name_of
from huiyin.casework.loaded_case import LoadedCase
from huiyin.casework.models import DocumentRecord, DocumentVersion
from huiyin.casework.sealed.texts import read_texts
from huiyin.documents.content import Block, DocumentContent
from huiyin.documents.drafting.comments import Comment, comments_in
from huiyin.documents.drafting.merge import overwritten
from huiyin.documents.drafting.text import DocumentText
from huiyin.documents.numbers import number_in_words
from huiyin.documents.seals.verification import address_of
from huiyin.people.models import Account
from huiyin.procedure.state import STILL_OPEN
from huiyin.rows import Prepared
from huiyin.rules.book.schema import NoticeRule

STATUSES: Final[Mapping[str, str]] = {
    "drafted": gettext_noop("待审签"),
    "returned": gettext_noop("退回修改"),
    "approved": gettext_noop("已签发"),
    "issued": gettext_noop("已发出"),
    "voided": gettext_noop("已作废"),
}
"""Where a document stands, in words."""
SERVED: Final = gettext_noop("已送达")
"""What is said of one that is issued by being served."""
MARKS: Final[Mapping[str, str]] = {"drafted": "审签稿", "returned": "拟稿", "voided": "作废"}
"""What stands on a document that is not, or will not be, the signed one; documents are Chinese in every language of pages."""


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a document; ``author`` is empty for the system's. ``text`` is None where it was erased."""

    number: int
    digest: str
    author: str
    at: datetime
    seq: int
    text: DocumentText | None
    comments: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class DraftedDocument:
    """A document that was drafted, as lists and pages show it; ``number`` is empty until it was approved.

    ``reason`` says why it is void, ``correction`` why the document that it replaces is corrected; ``scan`` is the file of the signed copy, handed in by
    ``sealed_by``: until ``sealed_at`` it waits for somebody else to compare it.
    """

    id: UUID
    kind: str
    label: str
    addressee: str
    status: str
    status_label: str
    version: int
    approved_version: int | None
    approved_at: datetime | None
    number: str
    drafted_at: datetime
    replaces: UUID | None
    reason: str
    correction: str
    is_correction: bool
    issuer: UUID
    verify: str
    sealed_at: datetime | None
    sealed_by: UUID | None
    scan: UUID | None
    versions: tuple[Version, ...]

    @property
    def newest(self) -> Version:
        """Its present text."""
        return self.versions[-1]

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed and issued."""
        return self.status in STILL_OPEN

    @property
    def awaits_comparison(self) -> bool:
        """Whether a picture of what was signed was handed in that nobody has compared with the text yet."""
        return self.status == "approved" and self.scan is not None and self.sealed_at is None

    @property
    def mark(self) -> str:
        """What stands on it while it is no signed document."""
        return MARKS.get(self.status, "")

    def overwritten(self, version: Version) -> tuple[Block, ...]:
        """What somebody had changed by hand and new answers of the form have worded anew in this version; none where a text was erased."""
        until = [one for one in self.versions if one.number <= version.number]
        return overwritten([(bool(one.author), one.text) for one in until if one.text is not None])

    @property
    def overwritten_now(self) -> tuple[Block, ...]:
        """As ``overwritten``, of its present text."""
        return self.overwritten(self.newest)

    def content(self, addressee: str, version: Version | None = None) -> DocumentContent | None:
        """The document as it would go out, of this ``version`` or of the newest; None where its text was erased."""
        shown = version or self.newest
        if shown.text is None:
            return None
        signed = self.approved_at is not None and not self.mark and shown.number == self.version
        day = timezone.localtime(self.approved_at if self.approved_at and signed else shown.at).date()
        mark = "" if signed else self.mark or "拟稿"
        number, verify = (self.number, self.verify) if signed else ("", "")
        return shown.text.as_content(self.id, self.kind, addressee, number, day, mark, verify)


_records: Final = Prepared(
    lambda cases: DocumentRecord.objects.filter(case_id__in=cases).select_related("issuer").order_by("drafted_at", "id")
)
_versions: Final = Prepared(lambda papers: DocumentVersion.objects.filter(paper_id__in=papers).order_by("version"))


def drafted_documents(
    loaded: LoadedCase, *, with_texts: bool = False, with_versions: bool = True
) -> tuple[DraftedDocument, ...]:
    """The documents that were drafted on a case, oldest first, with as much of their versions as is asked for. The caller has checked who
    may see it.
    """
    return drafted_in([loaded], with_texts=with_texts, with_versions=with_versions)[loaded.case.id]


def drafted_in(
    cases: Sequence[LoadedCase], *, with_texts: bool = False, with_versions: bool = True
) -> dict[UUID, tuple[DraftedDocument, ...]]:
    """As ``drafted_documents``, of several cases read together, by case."""
    loaded = {one.case.id: one for one in cases}
    rows = _records.all(tuple(loaded)) if loaded else []
    for row in rows:
        row.case = loaded[row.case_id].case
    found: dict[UUID, tuple[DraftedDocument, ...]] = dict.fromkeys(loaded, ())
    notices = {row.id: loaded[row.case_id].procedure.notices.get(row.kind) for row in rows}
    read = (
        _read_documents(rows, notices, with_texts)
        if with_versions
        else [_document(row, notices[row.id], (), {}, {}) for row in rows]
    )
    for row, document in zip(rows, read, strict=True):
        found[row.case_id] = (*found[row.case_id], document)
    return found


def document_called(loaded: LoadedCase, id: UUID) -> DraftedDocument | None:
    """One document of a case with all of its texts."""
    rows = list(DocumentRecord.objects.filter(case=loaded.case, id=id).select_related("issuer"))
    notices = {row.id: loaded.procedure.notices.get(row.kind) for row in rows}
    return next(iter(_read_documents(rows, notices, with_texts=True)), None)


def _read_documents(
    rows: Collection[DocumentRecord], notices: Mapping[UUID, NoticeRule | None], with_texts: bool
) -> tuple[DraftedDocument, ...]:
    if not rows:
        return ()
    versions: dict[UUID, list[DocumentVersion]] = {row.id: [] for row in rows}
    for version in _versions.all(tuple(versions)):
        versions[version.paper_id].append(version)
    every = [version for of_one in versions.values() for version in of_one]
    texts = {version.id for version in every} | {version.comments for version in every if version.comments}
    reasons = {reason for row in rows for reason in (row.reason, row.correction) if reason}
    found = read_texts(texts | reasons) if with_texts else {}
    ids = {version.author_id for version in every if version.author_id}
    authors = {account.id: str(account) for account in Account.objects.filter(id__in=ids)} if ids else {}
    return tuple(_document(row, notices[row.id], versions[row.id], authors, found) for row in rows)


def _document(
    row: DocumentRecord,
    notice: NoticeRule | None,
    versions: Iterable[DocumentVersion],
    authors: Mapping[UUID, str],
    found: Mapping[UUID, str],
) -> DraftedDocument:
    shown = tuple(_version(one, authors, found) for one in versions)
    return DraftedDocument(
        id=row.id,
        kind=row.kind,
        label=name_of(notice, row.kind),
        addressee=notice.to if notice else "petitioner",
        status=row.status,
        status_label=_(_status(row, notice)),
        version=row.version,
        approved_version=row.approved_version,
        approved_at=row.approved_at,
        number=number_in_words(row.issuer, row.series, row.period, row.number) if row.number else "",
        drafted_at=row.drafted_at,
        replaces=row.replaces,
        reason=found.get(row.reason, "") if row.reason else "",
        correction=found.get(row.correction, "") if row.correction else "",
        is_correction=row.correction is not None,
        issuer=row.issuer_id,
        sealed_at=row.sealed_at,
        sealed_by=row.sealed_by_id,
        scan=row.scan,
        versions=shown,
        verify=next((address_of(row, one.digest) for one in shown if one.number == row.approved_version), ""),
    )


def _status(row: DocumentRecord, notice: NoticeRule | None) -> str:
    return SERVED if row.status == "issued" and notice and notice.served else STATUSES[row.status]


def _version(row: DocumentVersion, authors: Mapping[UUID, str], found: Mapping[UUID, str]) -> Version:
    return Version(
        number=row.version,
        digest=row.digest,
        author=authors.get(row.author_id, "") if row.author_id else "",
        at=row.at,
        seq=row.seq,
        text=DocumentText.loads(found[row.id]) if row.id in found else None,
        comments=comments_in(found.get(row.comments, "")) if row.comments else (),
    )


@dataclass(frozen=True, slots=True)
class SignedText:
    """The text that was approved, the day that stands on it, on which it was approved (GB/T 9704-2012, 7.3.5.4), and where it is verified."""

    text: DocumentText
    day: date
    verify: str


def signed_text(document: UUID) -> SignedText | None:
    """The approved text that goes, or went, out as the notice of this id; None where none was drafted, or it was erased."""
    row = DocumentRecord.objects.select_related("issuer").filter(id=document, status__in=("approved", "issued")).first()
    if row is None or row.approved_at is None or row.approved_version is None:
        return None
    version = DocumentVersion.objects.filter(paper=row, version=row.approved_version).first()
    stored = read_texts([version.id]).get(version.id) if version is not None else None
    if stored is None or version is None:
        return None
    day = timezone.localtime(row.approved_at).date()
    return SignedText(DocumentText.loads(stored), day, address_of(row, version.digest))
