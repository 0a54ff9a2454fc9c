"""What a document says, by placeholder: from the case, the notice as it was issued, and the rules of that time. Nothing is made up."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils import timezone

from huiyin.casework.case_view import channel_name
from huiyin.casework.history import Document, History, Shown
from huiyin.casework.labels import length_of
from huiyin.casework.printed_terms import issuing_of
from huiyin.casework.tracking import organ_deciding
from huiyin.casework.vocabulary import INSIDE
from huiyin.documents.addressee import written_to
from huiyin.documents.content import day_in_words
from huiyin.documents.laws import full_names
from huiyin.documents.vocabulary import LIMIT, MOMENT
from huiyin.procedure.event import ActionTaken
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import NoticeRule, Procedure
from huiyin.rules.deadlines.duration import Limit
from huiyin.rules.deadlines.limits import due

_ISO_DAY: Final = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_TIME: Final = re.compile(r"(?<![\d:])([01]?\d|2[0-3]):([0-5]\d)\b")
_SPACED: Final = re.compile(r"(?<=\d) (?=[^\x00-\x7f])|(?<=[^\x00-\x7f]) (?=\d)")
_UNWRITABLE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """The values of a paper's placeholders; of fields the labels too, in the order in which the notice prints them."""

    rules: Rules
    procedure: Procedure
    notice: NoticeRule
    values: Mapping[str, str]
    printed: tuple[tuple[str, str], ...]


def facts_of(document: Document, past: History) -> DocumentFacts:
    """What the document of a notice says, as whoever read the history ``past`` may read it."""
    rules = next(under for item, under in past.events if item.seq == document.seq)
    procedure = rules.book.procedures[past.case.procedure]
    notice = procedure.notices[document.kind]
    printed = [_named(shown, rules, procedure, notice) for shown in document.body]
    values = {
        **_of_case(past, document.issued_at),
        **_of_document(document, rules),
        "paper.until": _extended_until(document, past, rules, procedure),
        **_remedy(document, past, rules, procedure),
        **{name: value for name, _label, value in printed},
    }
    addressed, _name = written_to(document, past)
    listed = tuple((name, label) for name, label, value in printed if value and name != addressed)
    return DocumentFacts(rules, procedure, notice, {name: cleaned(value) for name, value in values.items()}, listed)


def cleaned(text: str) -> str:
    """Text without signs that no document can show: control characters, and those that turn the direction of what follows."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\t", " ")).strip()


def _of_case(past: History, at: datetime) -> dict[str, str]:
    case = past.case
    channel = "" if case.channel in ("", INSIDE) else channel_name(case.channel)
    return {
        "case.number": case.number,
        "case.matter": past.title,
        "case.received": local_day(case.received_at),
        "case.channel": channel,
        "case.organ": case.organisation.name_at(at),
    }


def _of_document(document: Document, rules: Rules) -> dict[str, str]:
    return {
        "paper.organ": document.organ,
        "paper.title": document.label,
        "paper.law": full_names(rules, document.clauses),
        "paper.says": document.says,
        "paper.remedy": document.remedy,
    }


def _extended_until(document: Document, past: History, rules: Rules, procedure: Procedure) -> str:
    """The last day of the limit that the step which issued the document makes longer, with what made it longer before."""
    taken = [
        item.event for item, _rules in past.events if item.seq <= document.seq and isinstance(item.event, ActionTaken)
    ]
    action = procedure.actions.get(taken[-1].action) if taken else None
    name = next(iter(action.extends), "") if action else ""
    limit = procedure.limits.get(name)
    if limit is None or limit.within is None or limit.extendable is None:
        return ""
    start, longer = None, 0
    for event in taken:
        if limit.start in event.marks:
            start, longer = event.marks[limit.start], 0
        extending = procedure.actions.get(event.action)
        days = event.fields.get(str(extending.extends.get(name, "")).removeprefix("$")) if extending else None
        longer += days if isinstance(days, int) else 0
    if start is None:
        return ""
    extension = Limit(longer, limit.extendable.unit) if longer else None
    return day_in_words(due(rules.calendar, start, limit.within, extension=extension).due_on)


def _named(shown: Shown, rules: Rules, procedure: Procedure, notice: NoticeRule) -> tuple[str, str, str]:
    """Placeholder, label and words of what a notice prints."""
    if shown.name in notice.body:
        return shown.name, shown.label, entry_in_words(shown, rules)
    words = term_in_words(shown.value)
    if shown.name in notice.limits:
        return f"{LIMIT}{shown.name}", shown.label, words
    if shown.name in rules.book.moments or shown.name == "received":
        return f"{MOMENT}{shown.name}", shown.label, words
    return "paper.unit", shown.label, words


def entry_in_words(shown: Shown, rules: Rules) -> str:
    """What a field of a day or of a time says as documents write it; any other as it was entered."""
    field = rules.book.fields.get(shown.name)
    written = _WRITTEN.get(field.type) if field is not None and shown.value else None
    return written(shown.value) if written is not None else shown.value


def _remedy(document: Document, past: History, rules: Rules, procedure: Procedure) -> dict[str, str]:
    """What may be done against the document, where the step that brought it opens a remedy: before whom, how long, until which day."""
    taken = next(
        (
            item.event
            for item, _rules in past.events
            if item.seq == document.seq and isinstance(item.event, ActionTaken)
        ),
        None,
    )
    if taken is None:
        return {}
    marked = {moment for one in issuing_of(procedure, document.kind, taken.action) for moment in one.marks}
    for name, action in procedure.actions.items():
        limit = procedure.limits.get(action.until or "")
        if not action.remedy or limit is None or limit.within is None or limit.start not in marked:
            continue
        # The last day follows from the service: until then nobody can name it.
        begun = taken.marks.get(limit.start)
        # A form asks for the organ in a field that is called by the remedy: review_organ for apply_review.
        entries = {shown.name: shown.value for shown in document.body}
        organ = entries.get(f"{name.removeprefix('apply_')}_organ", "")
        deciding = organ_deciding(rules, procedure, past.case.organisation, action)
        known = not organ or organ == deciding.name
        return {
            "remedy.organ": organ or deciding.name,
            "remedy.address": deciding.address if known else "",
            "remedy.length": _SPACED.sub("", length_of(limit.within)),
            "remedy.until": day_in_words(due(rules.calendar, begun, limit.within).due_on) if begun else "",
            "remedy.law": full_names(rules, action.clause),
        }
    return {}


def local_day(at: datetime) -> str:
    """The day of a moment where the office is, as documents write days."""
    return day_in_words(timezone.localtime(at).date())


def days_in_words(text: str) -> str:
    """``text`` with each day in it as documents write days."""
    return _ISO_DAY.sub(lambda found: day_in_words(date(*map(int, found.groups()))), text)


def term_in_words(text: str) -> str:
    """A limit or a moment as documents write it: 60日，至2026年5月6日."""
    return _SPACED.sub("", days_in_words(text))


def hours_in_words(text: str) -> str:
    """``text`` with each time of day in it as documents write them: 14:30 is 14时30分, 09:00 is 9时."""
    return _TIME.sub(lambda at: f"{int(at[1])}时" + (f"{int(at[2])}分" if int(at[2]) else ""), text)


_WRITTEN: Final[Mapping[str, Callable[[str], str]]] = {"date": days_in_words, "time": hours_in_words}
"""How documents write what fields of a type hold."""
