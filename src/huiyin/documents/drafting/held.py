"""Whether the changed text of a paper still holds what the law asks papers of its kind to hold (``required.yaml``)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.utils.translation import gettext as _

from huiyin.casework.history import document_of_draft, read_history
from huiyin.casework.models import Case, Notice, PaperVersion
from huiyin.documents.drafting.text import PaperText, bare_heading
from huiyin.documents.facts import Facts, facts_of
from huiyin.documents.required import requirements
from huiyin.documents.wording import PaperTemplate, wording_for
from huiyin.people.models import Organisation
from huiyin.procedure.event import ActionTaken
from huiyin.procedure.state import PaperState
from huiyin.rules.book.load import Rules

SHORT = 80
"""Characters up to which what was filled in must stand in the text as it is; longer texts may be worded anew below their heading."""
FREE_TEXT = frozenset({"text", "line"})


def missing(case: Case, rules: Rules, kind: str, paper: PaperState, text: PaperText) -> Iterator[str]:
    """What the text lacks that the law asks for, each in a sentence with the article: a passage below its heading, or a value."""
    asked = [one for one in requirements() if kind in one.kinds and (not one.books or rules.parts & {*one.books})]
    if not asked:
        return
    facts = _facts(case, kind, paper)
    wording = wording_for(facts.rules, facts.procedure, kind)
    for one in asked:
        for group in one.holds:
            lacking = [_lacking(name, facts, wording, text) for name in group if facts.values.get(name)]
            if lacking and all(lacking):
                yield _("%(law)s要求写明的%(what)s不在文中，请补上") % {"law": one.law, "what": lacking[0]}


def _facts(case: Case, kind: str, paper: PaperState) -> Facts:
    """What was filled in when it was drafted last."""
    past = read_history(case, None)
    seq = max(
        item.seq
        for item, _rules in past.events
        if isinstance(item.event, ActionTaken) and item.event.action == paper.drafted_by
    )
    notice = Notice(id=paper.id, case=case, kind=kind, action_seq=seq, issued_at=case.changed_at, clause=[])
    return facts_of(document_of_draft(past, notice, _organ(case, paper.id)), past)


def _organ(case: Case, paper: UUID) -> Organisation:
    known = PaperVersion.objects.select_related("paper__issuer").filter(paper=paper).first()
    return known.paper.issuer if known is not None else case.organisation


def _lacking(name: str, facts: Facts, wording: PaperTemplate, text: PaperText) -> str:
    """What is not there of one thing that must be, in words; empty where it is."""
    value = facts.values[name]
    field = facts.rules.book.fields.get(name)
    headings = [passage.heading for passage in wording.passages if any(name in line.names for line in passage.lines)]
    heading = next((heading for heading in headings if heading), "")
    if field is not None and field.type in FREE_TEXT:
        return f"“{heading}”" if heading and not _has_passage(text, heading) else ""
    whole = "".join(block.text for block in text.body)
    return f"“{value}”" if len(value) <= SHORT and value not in whole else ""


def _has_passage(text: PaperText, heading: str) -> bool:
    """Whether something stands below the heading."""
    below = False
    for block in text.body:
        if block.heading:
            below = bare_heading(block.text) == heading
        elif below and block.text.strip():
            return True
    return False
