"""A step as a document of the office's own: minutes, a report, a sheet with an approval, from what its form recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID, uuid5

from django.utils import timezone, translation

from huiyin.casework.history import History, HistoryStep, steps
from huiyin.casework.history.answering import answered_by
from huiyin.casework.vocabulary import INSIDE
from huiyin.documents.compose import LANGUAGE, named_case
from huiyin.documents.content import DocumentContent, FormRow, day_in_words
from huiyin.documents.facts import cleaned, days_in_words, entry_in_words
from huiyin.documents.laws import full_names
from huiyin.documents.registration_form import ERASED
from huiyin.documents.steps.signing import places_to_sign, signed_each_page
from huiyin.people.models import Organisation
from huiyin.procedure.event import ActionTaken
from huiyin.rules.book.load import Rules

ANSWERS: Final = "answers"
"""The field in which the story of a case quotes the request that a step answers; here the request stands in full."""


def step_document(past: History, seq: int) -> DocumentContent | None:
    """The step that is event ``seq`` as the document that its rulebook calls it, with the entries that the reader of ``past`` may read; None
    where the rulebook names none. Above it stands the step on which it rests: the request that it answers, or what staff laid before whoever took it.
    """
    return next((document for at, document in step_documents(past) if at == seq), None)


def step_documents(past: History) -> Iterator[tuple[int, DocumentContent]]:
    """All of a case, each with the event that brought it, oldest first; otherwise as ``step_document``."""
    with translation.override(LANGUAGE):
        taken = steps(past)
    for step in taken:
        if step.document:
            with translation.override(LANGUAGE):
                document = _document(past, step, taken)
            yield step.seq, document


def _document(past: History, step: HistoryStep, taken: Sequence[HistoryStep]) -> DocumentContent:
    case, rules, organ = past.case, past.events[-1][1], _organ(past, step.seq)
    basis = _basis(past, step, taken)
    rows = (
        *_title(past),
        FormRow("依据", _laws(past, step.seq)),
        *(_rows_of(basis, rules) if basis else ()),
        *_rows_of(step, rules),
        *places_to_sign(step.action),
    )
    return DocumentContent(
        id=uuid5(case.id, str(step.seq)),
        kind=step.action,
        organ=organ.name_at(step.at),
        title=step.document,
        number="",
        about=named_case(past, organ, step.at),
        upward=False,
        signer="",
        addressee="",
        body=(),
        rows=rows,
        attachments=(),
        day=timezone.localtime(step.at).date(),
        contact="",
        copies=(),
        wording=f"step@{step.hash[:12]}",
        each_page=signed_each_page(step),
    )


def _title(past: History) -> tuple[FormRow, ...]:
    """What the petition is about, or that this was destroyed; what the organisation began itself has no title."""
    title, brought = cleaned(past.title), past.case.channel not in ("", INSIDE)
    return (FormRow("事项", title or ERASED),) if title or brought else ()


def _organ(past: History, seq: int) -> Organisation:
    """That whose member acted: a hearing of the organ above is that organ's."""
    acting = next(item.actor.get("organisation") for item, _rules in past.events if item.seq == seq)
    if isinstance(acting, UUID) and acting != past.case.organisation_id:
        return Organisation.objects.get(id=acting)
    return past.case.organisation


def _laws(past: History, seq: int) -> str:
    """The clauses on which the step rests, by the full names of the laws."""
    item, rules = next(pair for pair in past.events if pair[0].seq == seq)
    return full_names(rules, item.event.clause) if isinstance(item.event, ActionTaken) else ""


def _basis(past: History, step: HistoryStep, taken: Sequence[HistoryStep]) -> HistoryStep | None:
    """The request that a step answers, else the step by which staff brought the matter into the stage in which it was taken. What the
    petitioner asks for rests on nothing of the office's.
    """
    if step.actor != "staff" or step.for_petitioner:
        return None
    earlier = [one for one in taken if one.seq < step.seq]
    asked = answered_by(past).get(step.seq)
    if asked is not None:
        return next((one for one in earlier if one.seq == asked), None)
    brought = next((one for one in reversed(earlier) if one.from_stage != one.to_stage == step.from_stage), None)
    return brought if brought is not None and brought.actor == "staff" else None


def _rows_of(step: HistoryStep, rules: Rules) -> Iterator[FormRow]:
    """A step with who took it and when, and what they entered."""
    who = " ".join(filter(None, (step.unit, step.post, step.who)))
    day = day_in_words(timezone.localtime(step.at).date())
    yield FormRow(step.label, "，".join(filter(None, (who, day))))
    for one in step.fields:
        if one.value and one.name != ANSWERS:
            yield FormRow(one.label, days_in_words(cleaned(entry_in_words(one, rules))))
