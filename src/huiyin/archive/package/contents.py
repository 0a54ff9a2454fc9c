"""What the package of a case holds, written to a folder piece by piece: documents, texts, files, and the events that commit to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Final
from uuid import UUID

from django.utils import timezone, translation
from pypdf import PdfReader

from huiyin.archive.package.documents import filed_documents
from huiyin.archive.package.drafts import DRAFT_EVENTS, SEALED_FORM, DraftEvent, DraftNames, author_of, readable
from huiyin.archive.package.items import Item, ItemKind, numbered
from huiyin.archive.package.rendering import archival_pdf, pages_of
from huiyin.casework.file_checks import kinds
from huiyin.casework.history import History, HistoryStep, read_history, steps
from huiyin.casework.labels import name_of
from huiyin.casework.models import Attachment, Case, CaseParty, Text
from huiyin.casework.sealed import attachments, texts
from huiyin.documents.compose import LANGUAGE
from huiyin.documents.content import DocumentContent
from huiyin.documents.registration_form import registration_form
from huiyin.documents.word import docx_of
from huiyin.errors import HuiyinError
from huiyin.language import gettext as _
from huiyin.language import gettext_noop
from huiyin.ledger.chain import Recorded, recorded
from huiyin.ledger.models import Row
from huiyin.people import petitioners
from huiyin.people.acting import system_actor
from huiyin.people.checks import PetitionerFields
from huiyin.people.petitioners import PetitionerErased
from huiyin.procedure.command import TextRef
from huiyin.procedure.documents.document_event import DocumentSealed
from huiyin.procedure.event import (
    AccusedWritten,
    ActionTaken,
    CaseImported,
    ConfidentialitySet,
    Event,
    NoteWritten,
    RegistrationCorrected,
    SubmissionAttached,
)

PURPOSE: Final = "archive"
"""Why it was read who the petitioners are, in the record of that."""
PICTURES: Final = "image/"
OF_NOBODY: Final = "信访人"


class Incomplete(HuiyinError):
    """Raised when something that the ledger names is not there, though nobody erased it."""

    to_do = gettext_noop("请运行 huiyin ledger verify，并从备份恢复所缺的")


@dataclass(frozen=True, slots=True)
class Committed:
    """Where what an event commits to lies in the package, and the salt (hex) with which it was committed to."""

    file: str
    salt: str


@dataclass(slots=True)
class FileContents:
    """What was written: items in their order, what is committed to by its id (hex), what was erased, and the rows of the ledger."""

    case: Case
    rows: list[Row]
    past: History
    items: tuple[Item, ...] = ()
    committed: dict[str, Committed] = field(default_factory=dict)
    erased: list[str] = field(default_factory=list)

    @property
    def as_of(self) -> datetime:
        """When the last of its events happened: nothing in the package is younger."""
        return self.rows[-1].at


def gather(case: Case, through: int, folder: Path, at: datetime) -> FileContents:
    """Write everything that belongs to the file of ``case`` up to event ``through`` below ``folder``, which is empty.

    Who the petitioners are is read, on record, at ``at``. Raises Incomplete.
    """
    rows = list(Row.objects.filter(case_id=case.id, seq__lte=through).order_by("seq"))
    contents = FileContents(case, rows, read_history(case, None))
    with translation.override(LANGUAGE):
        gathering = _Gathering(contents, folder, _people(case, at))
        found = [*gathering.documents(), *gathering.committed_to()]
        # The form comes first; then what happened in its order, of one event the documents first.
        found.sort(key=lambda item: (item.kind != "registration", item.seq))
        contents.items = tuple(numbered(found))
    return contents


def _people(case: Case, at: datetime) -> list[PetitionerFields]:
    """Who petitioned, without whoever was erased."""
    rows = CaseParty.objects.filter(case=case).select_related("petitioner__key").order_by("position")
    known = [row.petitioner for row in rows if row.petitioner.key.destroyed_at is None]
    read = petitioners.read_many(known, system_actor(case.organisation_id), PURPOSE, at, case.id)
    return [read[one.id] for one in known]


class _Gathering:
    def __init__(self, contents: FileContents, folder: Path, people: Sequence[PetitionerFields]) -> None:
        self.contents, self.folder, self.people = contents, folder, people
        self.case, self.past = contents.case, contents.past
        self.through = contents.rows[-1].seq
        self.steps: Mapping[int, HistoryStep] = {step.seq: step for step in steps(self.past)}
        self.written: dict[str, int] = {}
        self.drafts = DraftNames(self.past)

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.people]

    def documents(self) -> Iterator[Item]:
        """The registration form, and what was issued."""
        form = registration_form(self.past, self.people, self.through)
        yield self._document(1, "registration", form)
        for filed in filed_documents(self.past, self.names, self.through):
            yield self._document(filed.seq, filed.kind, filed.content, filed.note)

    def _document(self, seq: int, kind: ItemKind, document: DocumentContent, note: str = "") -> Item:
        stem = f"{self._next('papers')}-{document.kind.replace('_', '-')}"
        content = archival_pdf(document)
        files = (
            self._write(f"papers/{stem}.pdf", content),
            self._write(f"papers/{stem}.docx", docx_of(document)),
        )
        pages = len(PdfReader(BytesIO(content)).pages)
        return Item(
            seq,
            kind,
            f"{document.title}{note}",
            document.organ,
            document.day,
            files,
            reference=document.number,
            pages=pages,
        )

    def committed_to(self) -> Iterator[Item]:
        """The texts and files to which events commit, each once: those of an event together, each file by itself."""
        known: set[UUID] = set()
        for row in self.contents.rows:
            item = recorded(row)
            refs = [ref for ref in _refs(item.event) if ref.id not in known]
            known.update(ref.id for ref in refs)
            if refs:
                yield from self._of_event(item, [ref.id for ref in refs])

    def _of_event(self, item: Recorded, ids: list[UUID]) -> Iterator[Item]:
        found = texts.read_with_salts(ids)
        files = Attachment.objects.filter(id__in=ids).select_related("petitioner__key")
        attached = {file.id: file for file in files}
        self._note_missing([id for id in ids if id not in found and id not in attached])
        day, event = timezone.localtime(item.at).date(), item.event
        if isinstance(event, DRAFT_EVENTS):
            yield from self._of_draft(item, event, day, [(id, *found[id]) for id in ids if id in found])
            return
        title, responsible, theirs = self._of_step(item.seq, event)
        written = tuple(self._text(id, *found[id]) for id in ids if id in found)
        if written:
            kind: ItemKind = "contact" if isinstance(event, SubmissionAttached) else "entry"
            yield Item(item.seq, kind, title, responsible, day, written, pages=len(written), theirs=theirs)
        for id in ids:
            if id in attached and (file := self._attachment(item.seq, attached[id], responsible)) is not None:
                yield replace(file, theirs=theirs)

    def _of_draft(
        self, item: Recorded, event: DraftEvent, day: date, found: Sequence[tuple[UUID, bytes, str]]
    ) -> Iterator[Item]:
        """What an event says of a document on its way, as plain text; beside it the text as it was sealed, to which the event commits."""
        title = self.drafts.title(item.seq, event)
        for id, salt, text in found:
            plain = readable(event, text)
            if plain is None:
                files: tuple[str, ...] = (self._text(id, salt, text),)
            else:
                shown = self._write(f"drafts/{self._next('drafts')}.txt", plain.encode())
                files = (shown, self._text(id, salt, text, SEALED_FORM))
            yield Item(item.seq, "draft", title, author_of(item, self.case.organisation), day, files, pages=1)

    def _of_step(self, seq: int, event: Event) -> tuple[str, str, bool]:
        """What an item of texts is called, whose they are, and whether these are the petitioners. What is not known is called so."""
        step = self.steps.get(seq)
        theirs = "、".join(filter(None, self.names)) or OF_NOBODY
        match event:
            case SubmissionAttached():
                return "信访材料", theirs, True
            case ActionTaken() if event.actor == "petitioner" or (step is not None and step.for_petitioner):
                return (step.label if step else event.action), theirs, True
            case ActionTaken() | RegistrationCorrected():
                unit = step.unit if step and step.unit else self.case.organisation.name
                return (f"{step.label}（办理记录）" if step else "办理记录"), unit, False
            case DocumentSealed():
                return "文书签章件（扫描）", self.case.organisation.name, False
            case NoteWritten():
                return "内部备注", self.case.organisation.name, False
            case ConfidentialitySet():
                return "设定密级的理由", self.case.organisation.name, False
            case CaseImported():
                return "原登记簿的记载", self.case.organisation.name, False
            case AccusedWritten():
                return "被反映的人员和单位（原文）", theirs, True
            case _:
                return "其他文字", "", False

    def _text(self, id: UUID, salt: bytes, text: str, ending: str = "txt") -> str:
        path = self._write(f"texts/{self._next('texts')}.{ending}", text.encode())
        self.contents.committed[id.hex] = Committed(path, salt.hex())
        return path

    def _attachment(self, seq: int, row: Attachment, responsible: str) -> Item | None:
        """A file; none where nobody can read it any more, or where it bears the marking of a state secret, which goes nowhere from here."""
        if row.reading == Attachment.FileReading.WAITING:
            raise Incomplete(_("附件 %(id)s 还没有检查过") % {"id": row.id})
        if row.reading == Attachment.FileReading.WITHHELD:
            self.contents.erased.append(row.id.hex)
            return None
        try:
            salt, opened = attachments.read_with_salt(row)
        except PetitionerErased:
            self.contents.erased.append(row.id.hex)
            return None
        except FileNotFoundError:
            raise Incomplete(_("附件目录里没有附件 %(id)s") % {"id": row.id}) from None
        extension = opened.name.rpartition(".")[2].lower()
        extension = extension if extension in kinds.ALLOWED else "bin"
        path = self._write(f"attachments/{self._next('attachments')}.{extension}", opened.content)
        self.contents.committed[row.id.hex] = Committed(path, salt.hex())
        pages = pages_of(opened.content) if extension == "pdf" else 1 if opened.type.startswith(PICTURES) else None
        day = timezone.localtime(row.added_at).date()
        return Item(
            seq, "attachment", "附件", responsible, day, (path,), pages=pages, name=opened.name, attachment=row.id
        )

    def _note_missing(self, ids: Sequence[UUID]) -> None:
        """Texts that nobody can read any more: erased, or (which is a fault) gone."""
        if not ids:
            return
        erased = Text.objects.filter(id__in=ids, petitioner__key__destroyed_at__isnull=False).values_list(
            "id", flat=True
        )
        if gone := set(ids) - set(erased):
            raise Incomplete(_("存证账所记的文字缺 %(gone)s 份") % {"gone": len(gone)})
        self.contents.erased += [id.hex for id in ids]

    def _next(self, kind: str) -> str:
        self.written[kind] = self.written.get(kind, 0) + 1
        return f"{self.written[kind]:04d}"

    def _write(self, path: str, content: bytes) -> str:
        file = self.folder / "data" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return f"data/{path}"


def _refs(value: object) -> Iterator[TextRef]:
    """Every text and file that an event commits to, in the order of its fields: whatever event there is."""
    if isinstance(value, TextRef):
        yield value
    elif is_dataclass(value):
        for part in fields(value):
            yield from _refs(getattr(value, part.name))
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield from _refs(value[key])
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _refs(item)


def term_of(contents: FileContents) -> tuple[str, str]:
    """How long the file is kept: the value that the archive action was given, and its name; empty where it was not asked."""
    for item, rules in reversed(contents.past.events):
        event = item.event
        if (
            isinstance(event, ActionTaken)
            and isinstance(value := event.fields.get("term"), str)
            and item.seq <= contents.rows[-1].seq
        ):
            rule = rules.book.fields.get("term")
            return value, name_of(rule.of[value]) if rule and value in rule.of else value
    return "", ""
