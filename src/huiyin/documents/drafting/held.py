"""Whether the changed text of a document still holds what the law asks documents of its kind to hold (``required.yaml``)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from django.utils.translation import gettext as _

from huiyin.casework.history import Document, History, document_of_draft, read_history
from huiyin.casework.models import Case, DocumentVersion, Notice
from huiyin.casework.sealed.texts import read_texts
from huiyin.documents.comparing.decisive import bare, choices_of, decisive, remedies
from huiyin.documents.document_template import DocumentTemplate, TemplatePassage, wording_for
from huiyin.documents.drafting.text import DocumentText, bare_heading, below_heading
from huiyin.documents.facts import DocumentFacts, facts_of
from huiyin.documents.own.templates import template_for
from huiyin.documents.required import requirements
from huiyin.people.models import Organisation
from huiyin.procedure.documents.correction import SLIP
from huiyin.procedure.event import ActionTaken
from huiyin.procedure.state import DocumentState, State
from huiyin.rows import Prepared
from huiyin.rules.book.load import Rules

FREE_TEXT: Final = frozenset({"text", "line"})
"""What somebody wrote may be worded anew below its heading; everything else must stand there as it is."""
REMEDY: Final = ("remedy.organ", "remedy.length", "remedy.until")
"""What makes a remedy: before whom, how long, until when. They say something only together."""


def missing(case: Case, rules: Rules, kind: str, document: DocumentState, text: DocumentText) -> Iterator[str]:
    """What the text lacks that the law asks for, each in a sentence with the article: a passage below its heading, or a value.

    What ``required.yaml`` asks of the kind, and, of every kind, the remedy where the step opens one and the template words it.
    """
    versions = _versions.all(document.id)
    organ = versions[0].paper.issuer if versions else case.organisation
    worded_at = next((one.at for one in versions if one.author_id is None), case.changed_at)
    facts = _facts(case, kind, document, organ)
    wording = template_for(organ, facts.rules, facts.procedure, kind, worded_at)
    yield from _missing_statements(rules, kind, facts, wording, text)


def is_as_worded(case: Case, rules: Rules, kind: str, document: DocumentState, text: DocumentText) -> bool:
    """Whether the stored ``text`` of a document is that of a template that ships, as it still is, for the organ as it is still called, and
    nothing has happened on the case since: such a text holds what it must whatever is entered, as tests show.
    """
    versions = _versions.all(document.id)
    last = versions[0] if versions else None
    if last is None or last.id != document.text.id or last.seq != case.seq or any(one.author_id for one in versions):
        return False
    organ, procedure = last.paper.issuer, rules.book.procedures[case.procedure]
    wording = template_for(organ, rules, procedure, kind, last.at)
    own = organ.id == case.organisation_id and organ.name == text.organ
    return own and wording is wording_for(rules, procedure, kind) and text.wording == wording.mark


def missing_as_issued(document: Document, past: History, text: DocumentText) -> Iterator[str]:
    """As ``missing``, of a notice that one step words and issues: ``text`` is how its template words it."""
    facts = facts_of(document, past)
    wording = template_for(document.issuer, facts.rules, facts.procedure, document.kind, document.issued_at)
    yield from _missing_statements(facts.rules, document.kind, facts, wording, text)


def _missing_statements(
    rules: Rules, kind: str, facts: DocumentFacts, wording: DocumentTemplate, text: DocumentText
) -> Iterator[str]:
    yield from dict.fromkeys(
        _("%(law)s要求写明的%(what)s不在文中，请补上") % {"law": law, "what": what}
        for law, group in _asked(rules, kind, facts, wording)
        if (what := _lacking_of(group, facts, wording, text))
    )


def missing_in_correction(rules: Rules, state: State, kind: str, text: DocumentText | None = None) -> tuple[str, ...]:
    """What a correction lacks of the document that it replaces, in words: the sentence that names that, or what stood below a heading. The
    words below may differ, since one of them was wrong; in a slip, nothing that decides. ``text``: its text to be, else the present one.
    """
    document = state.papers[kind]
    first_id = DocumentVersion.objects.filter(paper=document.id, version=1).values_list("id", flat=True).first()
    found = read_texts(id for id in (first_id, document.text.id) if id is not None)
    first = DocumentText.loads(found[first_id]) if first_id is not None and first_id in found else None
    if text is None and document.text.id in found:
        text = DocumentText.loads(found[document.text.id])
    if first is None or text is None:
        return ()
    printed = {block.text for block in text.body}
    lacking = [first.body[0].text] if first.body and first.body[0].text not in printed else []
    headings = [bare_heading(block.text) for block in first.body if block.heading]
    lacking += [f"“{heading}”" for heading in headings if not below_heading(text, heading)]
    errors = [_("更正不能删去原件的内容：%(what)s") % {"what": what} for what in lacking]
    if (
        not errors
        and document.drafted_by == SLIP
        and not _decides_the_same(first, text, choices_of(rules, rules.book.procedures[state.procedure], kind))
    ):
        errors.append(_("文字差错的更正不能改动决定、期限、日期和救济途径；决定有误的，请按更正决定办理"))
    return tuple(errors)


def _decides_the_same(first: DocumentText, text: DocumentText, choices: Collection[str]) -> bool:
    """Whether what decides stands in both texts in the same order, and every sentence of the remedy as it was."""
    before, after = (bare("\n".join(block.text for block in one.body)) for one in (first, text))
    unchanged = [one for block in first.body for one in remedies(bare(block.text))]
    return decisive(before, choices) == decisive(after, choices) and all(one in after for one in unchanged)


def _asked(
    rules: Rules, kind: str, facts: DocumentFacts, wording: DocumentTemplate
) -> Iterator[tuple[str, Sequence[str]]]:
    """What is asked for, one of each group, by the article that asks for it."""
    printed = set[str]()
    for one in requirements():
        if one.asks(rules, kind):
            yield from ((one.law(rules), group) for group in one.holds)
            printed |= {name for group in one.holds for name in group}
    yield from (
        (facts.values.get("remedy.law", ""), (name,))
        for name in REMEDY
        if name in wording.names and name not in printed
    )


def _lacking_of(group: Sequence[str], facts: DocumentFacts, wording: DocumentTemplate, text: DocumentText) -> str:
    """What is not there of a group of which one thing is enough; empty where one is, or nothing was filled in."""
    lacking = [_lacking(name, facts, wording, text) for name in group if facts.values.get(name)]
    return lacking[0] if lacking and all(lacking) else ""


def _facts(case: Case, kind: str, document: DocumentState, organ: Organisation) -> DocumentFacts:
    """What was filled in when it was drafted last."""
    past = read_history(case, None)
    seq = max(
        item.seq
        for item, _rules in past.events
        if isinstance(item.event, ActionTaken) and item.event.action == document.drafted_by
    )
    notice = Notice(id=document.id, case=case, kind=kind, action_seq=seq, issued_at=case.changed_at, clause=[])
    return facts_of(document_of_draft(past, notice, organ), past)


_versions: Final = Prepared(
    lambda document: (
        DocumentVersion.objects.select_related("paper__issuer").filter(paper_id=document).order_by("-version")
    )
)


def _lacking(name: str, facts: DocumentFacts, wording: DocumentTemplate, text: DocumentText) -> str:
    """What is not there of one thing that must be, in words; empty where it is. Under a heading of the template it must stand below that
    heading: the same days or the same organ elsewhere in the document say something else.
    """
    value, heading = facts.values[name], _heading_of(name, facts, wording)
    paragraphs = below_heading(text, heading) if heading else [block.text for block in text.body if not block.heading]
    if heading and not paragraphs:
        return f"“{heading}”"
    field = facts.rules.book.fields.get(name)
    if field is not None and field.type in FREE_TEXT:
        label = next((label for printed, label in facts.printed if printed == name), name)
        stands = heading or _stands(value, paragraphs) or any(_is_filled(label, line) for line in paragraphs)
        return "" if stands else f"“{label}”"
    if name in REMEDY and not heading:
        together = [known for one in REMEDY if one in wording.names and (known := facts.values.get(one))]
        paragraphs = [line for line in paragraphs if all(_stands(known, [line]) for known in together)]
    if _stands(value, paragraphs):
        return ""
    return _("“%(heading)s”中的“%(value)s”") % {"heading": heading, "value": value} if heading else f"“{value}”"


def _heading_of(name: str, facts: DocumentFacts, wording: DocumentTemplate) -> str:
    """The heading below which the template says it; empty where it says it under none."""
    found = (passage.heading for passage in wording.passages if _says(passage, name, facts))
    return next((heading for heading in found if heading), "")


def _says(passage: TemplatePassage, name: str, facts: DocumentFacts) -> bool:
    return passage.applies(facts.values) and any(name in line.placeholders_in(facts.values) for line in passage.lines)


def _stands(value: str, paragraphs: Iterable[str]) -> bool:
    """Whether it stands in the text, wherever its lines are broken."""
    return "".join(value.split()) in "".join("".join(paragraphs).split())


def _is_filled(label: str, line: str) -> bool:
    """Whether a paragraph says what the notice calls so: 理由：……"""
    return line.startswith(f"{label}：") and bool(line.removeprefix(f"{label}：").strip())
