"""A document of made-up content, to look at a template before it is kept: each place says what will be filled in there."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.utils import timezone

from huiyin.casework.printed_terms import until_in_words
from huiyin.documents.addressee import WRITTEN_TO
from huiyin.documents.compose import filled, worded_body
from huiyin.documents.content import DocumentContent, day_in_words
from huiyin.documents.document_template import DocumentTemplate
from huiyin.documents.facts import DocumentFacts, term_in_words
from huiyin.documents.vocabulary import LIMIT, declared
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Procedure

MARK: Final = "样张"
_KNOWN: Final = {
    "case.number": "XX-20260302-000000",
    "case.matter": "（事项标题）",
    "case.channel": "来信",
    "paper.law": "（所依据的条款）",
    "paper.unit": "（承办单位）",
    "remedy.organ": "（上一级机关）",
    "remedy.address": "（上一级机关的地址）",
    "remedy.length": "30日",
    "remedy.law": "（救济所依据的条款）",
}


def sample_document(
    wording: DocumentTemplate, rules: Rules, procedure: Procedure, kind: str, organ: str, day: date
) -> DocumentContent:
    """The document that ``wording`` gives where every field of the form was filled in; its words in brackets are the fields' names."""
    notice, fields = procedure.notices[kind], rules.book.fields
    values = {
        name: f"（{fields[name].zh}）" if name in fields else day_in_words(day) for name in declared(procedure, notice)
    }
    values |= {f"{LIMIT}{name}": _limit(rules, procedure, name, day) for name in notice.limits}
    fixed = {"paper.says": notice.says, "paper.remedy": notice.remedy}
    values |= {name: words.zh if words is not None else "" for name, words in fixed.items()}
    values |= {**_KNOWN, "case.organ": organ, "paper.organ": organ, "paper.title": notice.zh}
    named = next((name for name in WRITTEN_TO.get(notice.to, ()) if name in notice.body and name in fields), "")
    usual = "".join(filled(wording.to, values))
    printed = tuple((name, fields[name].zh) for name in notice.body if name in fields and name != named)
    facts = DocumentFacts(rules, procedure, notice, values, printed)
    return DocumentContent(
        id=UUID(int=0),
        kind=kind,
        organ=organ,
        title=notice.zh,
        number="",
        about=f"信访事项 {values['case.number']}",
        upward=wording.upward,
        signer="",
        addressee=values.get(named) or usual or ("（信访人）" if notice.to == "petitioner" else "（收件人）"),
        body=tuple(worded_body(wording, facts)),
        rows=(),
        attachments=filled(wording.attachments, values),
        day=day,
        contact="",
        copies=filled(wording.copies, values),
        wording="",
        mark=MARK,
    )


def _limit(rules: Rules, procedure: Procedure, name: str, day: date) -> str:
    """What stands for a limit: how long it is and until when, as it would be from ``day`` on; by name where a form sets its day."""
    rule = procedure.limits[name]
    if rule.by_field or rule.within is None:
        return f"（{rule.zh}）"
    return term_in_words(until_in_words(rules, timezone.make_aware(datetime.combine(day, time())), rule.within))
