"""What an action of the rulebook brings for documents: those that it drafts, approves and sends back, and the text that it issues."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.history import document_of_draft, documents, read_history
from huiyin.casework.labels import FormError
from huiyin.casework.models import Case, DocumentRecord, DocumentVersion, Notice
from huiyin.casework.sealed import texts
from huiyin.documents.compose import composed
from huiyin.documents.content import Block
from huiyin.documents.drafting import comments as passages
from huiyin.documents.drafting.held import is_as_worded, missing, missing_as_issued
from huiyin.documents.drafting.merge import merged_text
from huiyin.documents.drafting.text import DocumentText
from huiyin.documents.numbers import number_in_words
from huiyin.documents.own.templates import is_worded_here
from huiyin.documents.required import requirements
from huiyin.door.documents.writing import DocumentWriting
from huiyin.people.ids import new_id
from huiyin.people.once_a_request import organisation_of
from huiyin.procedure.amending.documents import approvals
from huiyin.procedure.command import Actor, OrganisationId
from huiyin.procedure.decision import Decision
from huiyin.procedure.documents.correction import is_correction
from huiyin.procedure.documents.document_event import DocumentDrafted, DocumentIssued, DocumentReturned, DocumentVoided
from huiyin.procedure.event import ActionTaken, NoticeIssued
from huiyin.procedure.state import DocumentState, State
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action
from huiyin.rules.book.steps import meets

PassageComments = Mapping[tuple[UUID, int], str]
"""What is said at passages of documents that are sent back: by paper and number of the passage, from 0."""


def altered(decision: Decision) -> FormError | None:
    """Why what ``decision`` issues must not go out: its text is not, byte for byte, the one that was approved, or it is a correction that
    is said to have been served before it was.
    """
    issued = {event.paper: event.digest for event in decision.events if isinstance(event, DocumentIssued)}
    if not issued:
        return None
    documents = [document for document in decision.state.papers.values() if document.id in issued]
    integrity = texts.integrity(document.text for document in documents)
    if any(
        integrity[document.text] != "bound" or issued[document.id] != document.text.commitment for document in documents
    ):
        return FormError(
            "", "paper-altered", _("要发出的文书与审签的不是同一文本，不能发出；请管理员核验账本后重新审签")
        )
    days = {item.fields.get(SERVED_ON) for item in decision.events if isinstance(item, ActionTaken)}
    corrections = [document.id for document in documents if is_correction(document)]
    records = DocumentRecord.objects.filter(id__in=corrections)
    for approved_at in records.values_list("approved_at", flat=True) if corrections else ():
        if any(isinstance(day, date) and approved_at and day < timezone.localdate(approved_at) for day in days):
            return FormError(SERVED_ON, "before-correction", _("送达日期不能早于更正文书批准之日"))
    return None


def lacking(case: Case, rules: Rules, state: State, rule: Action) -> tuple[FormError, ...]:
    """What the law asks for and a text lacks that ``rule`` would approve as it stands in ``state``; who approves answers for that it is
    there, however the text came about.
    """
    fresh = {drafting.notice for drafting in rule.drafts}
    waiting = [(kind, state.papers[kind]) for kind in rule.approves if kind in state.papers and kind not in fresh]
    texts_of = {
        kind: (document, _text_of(document.text.id))
        for kind, document in waiting
        if document.status in ("drafted", "returned")
    }
    return tuple(
        FormError("", "lacking", line)
        for kind, (document, text) in texts_of.items()
        if text is not None and not is_as_worded(case, rules, kind, document, text)
        for line in missing(case, rules, kind, document, text)
    )


def lacking_as_issued(
    case: Case, rules: Rules, decision: Decision, after: State, rule: Action
) -> tuple[FormError, ...]:
    """What the law asks for and documents lack that ``decision``, which was just written, words and issues, or words and approves, at once:
    nobody has read these before.
    """
    errors = list[str]()
    for kind in {drafting.notice for drafting in rule.drafts} & {*rule.approves}:
        content = after.papers.get(kind)
        text = _text_of(content.text.id) if content is not None and content.status == "approved" else None
        if content is not None and text is not None and not is_correction(content):
            errors += missing(case, rules, kind, content, text)
    drafted = {event.paper for event in decision.events if isinstance(event, DocumentIssued)}
    issued = {
        event.notice: event.kind
        for event in decision.events
        if isinstance(event, NoticeIssued)
        and event.notice not in drafted
        and any(one.asks(rules, event.kind) for one in requirements())
    }
    # The templates that ship hold what they must whatever is entered, as tests show: others are looked at document by paper.
    if issued and is_worded_here(issued.values()):
        past = read_history(case, None)
        for document in documents(past):
            if document.id in issued:
                errors += missing_as_issued(document, past, composed(document, past))
    return tuple(FormError("", "lacking", line) for line in errors)


SERVED_ON: Final = "served_on"
"""The field of forms that says on which day a document was served."""


def follow(
    case: Case,
    rules: Rules,
    decision: Decision,
    rule: Action,
    actor: Actor,
    at: datetime,
    comments: PassageComments,
) -> State:
    """Draft, send back and approve the documents that ``rule`` says, which was just written; the state after it. What only approves was
    written with the rest (``with_approvals``).

    Raises PetitionerErased where no text can be sealed any more.
    """
    if not (rule.drafts or rule.returns):
        return decision.state
    writing, taken = DocumentWriting(case, rules, decision.state, actor, at), _taken(decision)
    if rule.drafts:
        _draft(writing, rule, taken.action)
    for kind in rule.returns:
        _send_back(writing, kind, comments)
    for event in approvals(writing.state, rule, taken.action, taken.from_stage):
        writing.add(event)
    return writing.write()


def with_approvals(
    case: Case, rules: Rules, decision: Decision, rule: Action | None, actor: Actor, at: datetime
) -> Decision:
    """``decision`` with the approvals that ``rule`` brings where it does nothing else to documents: they are written with the action."""
    if rule is None or not rule.approves or rule.drafts or rule.returns:
        return decision
    writing, taken = DocumentWriting(case, rules, decision.state, actor, at), _taken(decision)
    for event in approvals(writing.state, rule, taken.action, taken.from_stage):
        writing.add(event)
    return Decision((*decision.events, *writing.decision.events), writing.state)


def _taken(decision: Decision) -> ActionTaken:
    return next(event for event in decision.events if isinstance(event, ActionTaken))


def _draft(writing: DocumentWriting, rule: Action, action: str) -> None:
    facts = writing.state.facts
    to_draft = {drafting.notice for drafting in rule.drafts if meets(drafting.when, facts)}
    for drafting in rule.drafts:
        kind, known = drafting.notice, writing.state.papers.get(drafting.notice)
        if kind in to_draft:
            _draft_one(writing, kind, action)
        elif known is not None and known.is_open:  # what it is about is something else by now
            writing.add(DocumentVoided(known.id, action, None))


def _draft_one(writing: DocumentWriting, kind: str, action: str) -> None:
    """Word the document by its template; what would be worded as before stays as somebody has changed it since."""
    known = writing.state.papers.get(kind)
    replaced = _replaced(known)
    text, present = _composed(writing, kind, replaced), None
    if known is not None and known.is_open:
        present = _text_of(known.text.id)
        text = _with_changes(writing, kind, known, present, text, replaced)
    organ = OrganisationId(writing.actor.organisation)
    if known is None or not known.is_open:
        id = new_id(writing.at)
        writing.add(DocumentDrafted(id, kind, 1, writing.sealed(text.dumps()), action, organ, replaced))
    elif text == present:
        writing.add(DocumentDrafted(known.id, kind, known.version, known.text, action, organ))
    else:
        writing.add(DocumentDrafted(known.id, kind, known.version + 1, writing.sealed(text.dumps()), action, organ))


def _replaced(known: DocumentState | None) -> UUID | None:
    """The issued document that a draft replaces: the last of its kind, or the one that the draft before replaces as well."""
    if known is None or known.status == "issued":
        return known.id if known is not None else None
    return DocumentRecord.objects.values_list("replaces", flat=True).get(id=known.id)


def _composed(writing: DocumentWriting, kind: str, replaced: UUID | None, *, by: str = "") -> DocumentText:
    """The text as the template words it, for a reader who sees no other case: whoever may see this one may read it. One that replaces
    another names it. ``by``: as it was worded when this action was taken the time before the step that is being written.
    """
    case, past = writing.case, read_history(writing.case, None)
    taken = [(item.seq, item.event.action) for item, _rules in past.events if isinstance(item.event, ActionTaken)]
    seq = max(seq for seq, action in (taken[:-1] if by else taken) if not by or action == by)
    rule = writing.rules.book.procedures[case.procedure].notices[kind]
    notice = Notice(
        id=new_id(writing.at),
        case=case,
        kind=kind,
        addressee=rule.to,
        action_seq=seq,
        issued_at=writing.at,
        clause=list(rule.clause),
    )
    organ = organisation_of(writing.actor.organisation)
    assert organ is not None
    text = composed(document_of_draft(past, notice, organ), past)
    if replaced is not None:
        known = DocumentRecord.objects.select_related("issuer").get(id=replaced)
        number = number_in_words(known.issuer, known.series, known.period, known.number or 0)
        text = text.with_body([Block(f"本{text.title}替代{number}{text.title}。"), *text.body])
    return text


def _with_changes(
    writing: DocumentWriting,
    kind: str,
    document: DocumentState,
    present: DocumentText | None,
    worded: DocumentText,
    replaced: UUID | None,
) -> DocumentText:
    """The ``present`` text as ``worded`` anew, with what somebody changed wherever the template words it as it did before."""
    versions = list(DocumentVersion.objects.filter(paper=document.id).order_by("version"))
    typed = next((at for at, version in enumerate(versions) if version.author_id), None)
    if present is None or typed is None:
        return worded
    last = max(at for at, version in enumerate(versions) if version.author_id is None)
    # The system's last text is the template's own as long as nothing changed by hand had gone into it.
    before = _text_of(versions[last].id) if last < typed else _composed(writing, kind, replaced, by=document.drafted_by)
    return merged_text(before, present, worded) if before is not None else worded


def _text_of(text: UUID) -> DocumentText | None:
    """A text that was written; None where it was erased."""
    stored = texts.read_texts([text]).get(text)
    return DocumentText.loads(stored) if stored is not None else None


def _send_back(writing: DocumentWriting, kind: str, comments: PassageComments) -> None:
    document = writing.state.papers.get(kind)
    if document is None or document.status != "drafted":
        return
    text = _text_of(document.text.id)
    words = {passage: words for (id, passage), words in comments.items() if id == document.id}
    found = passages.comments_on(text, words) if text is not None else ()
    writing.add(
        DocumentReturned(document.id, document.version, writing.sealed(passages.stored(found)) if found else None)
    )
