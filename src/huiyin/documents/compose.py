"""From a notice as it was issued to the document: worded by its template, in the order of GB/T 9704-2012."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final

from django.utils import timezone, translation

from huiyin.casework.history import Document, History, documents, read_history
from huiyin.casework.models import Case
from huiyin.documents.addressee import written_to
from huiyin.documents.content import Block, DocumentContent, ordinal
from huiyin.documents.document_template import DocumentTemplate, TemplateLine, TemplatePassage
from huiyin.documents.drafting.drafts import DraftedDocument, Version, signed_text
from huiyin.documents.drafting.text import DocumentText
from huiyin.documents.facts import DocumentFacts, cleaned, facts_of
from huiyin.documents.numbers import document_number
from huiyin.documents.own.templates import template_for
from huiyin.documents.vocabulary import MOMENT
from huiyin.people.models import Organisation, Reception
from huiyin.rows import Prepared
from huiyin.rules import MATTER

LANGUAGE = "zh-hans"
"""In which documents are written, whatever language their reader has chosen for pages."""


def content_of(document: Document, past: History, addressee: str) -> DocumentContent:
    """The document of a notice: the very text that was approved before it was issued, or, where none was, composed anew.

    Args:
        document: the notice.
        past: the history of its case, as whoever is to read the document may read it.
        addressee: whom it is to, as it is to stand on the document (``addressee.py`` says it).
    """
    with translation.override(LANGUAGE):
        # Once more: what was read before may be in another language. One that is still to be served is read nowhere.
        issued = next((one for one in documents(past) if one.id == document.id), document)
        return _as_issued(issued, past, addressee)


def contents_of(past: History, addressee: Callable[[Document], str]) -> Iterator[tuple[Document, DocumentContent]]:
    """All documents of a case at once, oldest first; ``addressee`` says whom each is to. Arguments otherwise as ``content_of``."""
    with translation.override(LANGUAGE):
        issued = documents(past)
    for one in issued:
        with translation.override(LANGUAGE):
            document = _as_issued(one, past, addressee(one))
        yield one, document


def _as_issued(issued: Document, past: History, addressee: str) -> DocumentContent:
    number, recipient = document_number(issued, past.case), recipient_of(issued, past, addressee)
    kept = signed_text(issued.id)
    if kept is not None:
        return kept.text.as_content(issued.id, issued.kind, recipient, number, kept.day, "", kept.verify)
    day = timezone.localtime(issued.issued_at).date()
    return composed(issued, past).as_content(issued.id, issued.kind, recipient, number, day, "")


def recipient_of(issued: Document, past: History, addressee: str) -> str:
    """Whom a document is to as it stands on it: the unit or organ that a form names, else whom its template names, else ``addressee``."""
    named = written_to(issued, past)[1]
    if named or issued.addressee == "petitioner":
        return cleaned(named or addressee)
    rules = next(under for item, under in past.events if item.seq == issued.seq)
    wording = template_for(
        issued.issuer, rules, rules.book.procedures[past.case.procedure], issued.kind, issued.issued_at
    )
    usual = filled(wording.to, facts_of(issued, past).values) if wording.to else ()
    return cleaned("".join(usual) or addressee)


def draft_content(
    shown: DraftedDocument, case: Case, addressee: str, version: Version | None = None
) -> DocumentContent | None:
    """A draft as it would go out; the correction of a letter to a unit or organ is to whom that letter was. Arguments otherwise as ``content_of``."""
    if shown.addressee != "petitioner" and shown.replaces is not None:
        past = read_history(case, None)
        replaced = next((one for one in documents(past) if one.id == shown.replaces), None)
        addressee = recipient_of(replaced, past, addressee) if replaced is not None else addressee
    return shown.content(addressee, version)


def composed(document: Document, past: History) -> DocumentText:
    """The text of a notice, or of the one that a draft will be, from the events of the case, worded by its template; in Chinese."""
    with translation.override(LANGUAGE):
        return _composed(document, past, facts_of(document, past))


def _composed(document: Document, past: History, facts: DocumentFacts) -> DocumentText:
    wording = template_for(document.issuer, facts.rules, facts.procedure, document.kind, document.issued_at)
    return DocumentText(
        organ=document.organ,
        title=document.label,
        about=named_case(past, document.issuer, document.issued_at),
        upward=wording.upward,
        body=tuple(worded_body(wording, facts)),
        attachments=filled(wording.attachments, facts.values),
        contact=_contact(document.issuer),
        copies=tuple(copy for copy in filled(wording.copies, facts.values) if copy != document.organ),
        wording=wording.mark,
    )


def named_case(past: History, organ: Organisation, at: datetime) -> str:
    """A case as documents of an ``organ`` name it: what it is, its number, and whose it is, where it is another's. A petition is a 信访事项,
    whatever its procedure is called.
    """
    case = past.case
    rules = past.events[-1][1]
    what = "信访事项" if case.procedure == MATTER else rules.book.procedures[case.procedure].zh
    whose = f"关于{case.organisation.name_at(at)}办理的" if organ.id != case.organisation_id else ""
    return f"{whose}{what} {case.number}"


def filled(lines: tuple[TemplateLine, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    """The lines with what they name filled in, without those that name something of which there is nothing."""
    return tuple(text for line in lines if (text := line.filled(values)))


_receptions: Final = Prepared(lambda organ: Reception.objects.filter(organisation_id=organ))


def _contact(organ: Organisation) -> str:
    """Where the organ can be reached, as it publishes that (Regulation Art. 18(1)); empty where it has not."""
    reception = _receptions.first(organ.id)
    return f"{reception.address} {reception.phone}".strip() if reception is not None else ""


def worded_body(wording: DocumentTemplate, facts: DocumentFacts) -> Iterator[Block]:
    """The paragraphs, headings numbered as far as something stands below them."""
    taken_up, worded = set[str](), list[tuple[TemplatePassage, tuple[str, ...]]]()
    for passage in wording.passages:
        lines = passage.lines if passage.applies(facts.values) else ()
        texts = filled(lines, facts.values)
        taken_up |= {name for line in lines for name in line.placeholders_in(facts.values)}
        if texts or passage.is_rest:
            worded.append((passage, texts))
    number = 0
    for passage, texts in worded:
        if passage.is_rest:
            texts = tuple(
                f"{label}：{facts.values[name]}"
                for name, label in facts.printed
                if name not in taken_up and not _said_already(name, taken_up, facts.values)
            )
        if passage.heading and texts:
            number += 1
            yield Block(f"{ordinal(number)}、{passage.heading}", heading=True)
        for text in texts:
            parts = [part.strip() for part in text.split("\n") if part.strip()]
            if len(parts) == 1 and not passage.is_rest:
                parts = [_sentence(parts[0])]
            yield from map(Block, parts)


def _sentence(text: str) -> str:
    """A paragraph by itself with a full stop at its end, where whoever entered it left that out: 申诉求决。, 超过期限。"""
    return text if text[-1] in _ENDS else f"{text}。"


_ENDS: Final = "。！？：；…，、”’.!?:;,\"'"
"""Signs after which a paragraph needs no full stop."""

SAME: Final = {f"{MOMENT}received": "case.received", "review_organ": "remedy.organ", "rereview_organ": "remedy.organ"}
"""What a notice prints under a name of its own, and the placeholder that says the same where both are alike."""


def _said_already(name: str, taken_up: set[str], values: Mapping[str, str]) -> bool:
    same = SAME.get(name, "")
    return same in taken_up and values.get(name) == values.get(same)
