"""A step as a document of the office's own: minutes, a report, a sheet with an approval, from what its form recorded."""

from __future__ import annotations

from uuid import uuid5

from django.utils import timezone, translation

from huiyin.casework.history import History, steps
from huiyin.documents.compose import LANGUAGE
from huiyin.documents.content import DocumentContent, FormRow
from huiyin.documents.facts import cleaned, days_in_words


def step_document(past: History, seq: int) -> DocumentContent | None:
    """The step that is event ``seq`` as the document that its rulebook calls it, with the entries that the reader of ``past`` may read; None
    where the rulebook names none.
    """
    with translation.override(LANGUAGE):
        step = next((one for one in steps(past) if one.seq == seq and one.document), None)
        if step is None:
            return None
        case = past.case
        entries = tuple(FormRow(one.label, days_in_words(cleaned(one.value))) for one in step.fields if one.value)
        rows = (
            FormRow("事项", cleaned(past.title)),
            FormRow("依据", step.cites),
            *entries,
            FormRow("经办人", " ".join(filter(None, (step.unit, step.post, step.who)))),
            FormRow("签名", ""),
        )
        return DocumentContent(
            id=uuid5(case.id, str(seq)),
            kind=step.action,
            organ=case.organisation.name,
            title=step.document,
            number="",
            about=f"信访事项 {case.number}",
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
        )
