"""Texts of documents on their way (文稿): what each is called in the catalogue, who wrote it, and how it reads.

An event commits to such a text as it was sealed, which is JSON; a reader of the archive gets it as plain text beside that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from huiyin.casework.history import History
from huiyin.casework.labels import name_of
from huiyin.documents.drafting.comments import comments_in
from huiyin.documents.drafting.text import DocumentText
from huiyin.ledger.chain import Recorded
from huiyin.people.models import Account, Organisation
from huiyin.procedure.documents.document_event import (
    DocumentCorrected,
    DocumentDrafted,
    DocumentEdited,
    DocumentReturned,
    DocumentVoided,
)

DraftEvent = DocumentDrafted | DocumentCorrected | DocumentEdited | DocumentReturned | DocumentVoided
DRAFT_EVENTS: Final = (DocumentDrafted, DocumentCorrected, DocumentEdited, DocumentReturned, DocumentVoided)
SEALED_FORM: Final = "json"
"""The ending of a version and of comments as they were sealed."""


@dataclass(slots=True)
class DraftNames:
    """How the documents of a case are called, learned from the events that drafted them; they are shown to it in their order."""

    past: History
    kinds: dict[UUID, str] = field(default_factory=dict)

    def title(self, seq: int, event: DraftEvent) -> str:
        """What the text of event ``seq`` is called: 《信访处理意见书》文稿（第2稿）."""
        match event:
            case DocumentDrafted(paper=id, kind=kind, version=version):
                self.kinds[id] = kind
                return f"{self._document(seq, id)}文稿（第{version}稿）"
            case DocumentCorrected(paper=id, kind=kind):
                self.kinds[id] = kind
                return f"{self._document(seq, id)}更正文稿及更正理由"
            case DocumentEdited(paper=id, version=version):
                return f"{self._document(seq, id)}文稿（第{version}稿）"
            case DocumentReturned(paper=id, version=version):
                return f"对{self._document(seq, id)}文稿（第{version}稿）的修改意见"
            case DocumentVoided(paper=id):
                return f"{self._document(seq, id)}作废理由"

    def _document(self, seq: int, id: UUID) -> str:
        """A document by the name that the rules of that time give it."""
        rules = next(under for item, under in reversed(self.past.events) if item.seq <= seq)
        notices = rules.book.procedures[self.past.case.procedure].notices
        return f"《{name_of(notices.get(self.kinds.get(id, '')), '文书')}》"


def author_of(item: Recorded, own: Organisation) -> str:
    """Who wrote the text of an event: the organ, and the person where it was not worded by the template."""
    organisation = item.actor.get("organisation")
    known = Organisation.objects.filter(id=organisation).first() if isinstance(organisation, UUID) else None
    person = _person(item)
    account = Account.objects.filter(id=person).first() if person is not None else None
    return " ".join(filter(None, ((known or own).name, str(account) if account else "")))


def _person(item: Recorded) -> UUID | None:
    match item.event:
        case DocumentEdited(author=author) | DocumentCorrected(author=author):
            return author
        case DocumentReturned() | DocumentVoided():
            person = item.actor.get("person")
            return person if isinstance(person, UUID) else None
        case _:
            return None


def readable(event: DraftEvent, text: str) -> str | None:
    """The sealed ``text`` of an event as a person reads it; None where it is plain text already, or is not in the form of its kind."""
    try:
        match event:
            case DocumentDrafted() | DocumentCorrected() | DocumentEdited():
                return "\n".join(_lines(DocumentText.loads(text))) + "\n"
            case DocumentReturned():
                return "".join(f"原文：{one.quote}\n意见：{one.text}\n\n" for one in comments_in(text))
            case _:
                return None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _lines(text: DocumentText) -> Iterator[str]:
    yield from filter(None, (text.organ, text.title, text.about))
    yield ""
    yield from (block.text for block in text.body)
    yield ""
    yield from (f"附件：{name}" for name in text.attachments)
    yield from filter(None, (text.contact, f"抄送：{'，'.join(text.copies)}" if text.copies else ""))
