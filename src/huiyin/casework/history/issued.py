"""The documents that were issued on a case, and those that would be, with what they say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from huiyin.casework.history.entries import Shown, in_words, is_hidden
from huiyin.casework.history.notices import notices_of
from huiyin.casework.history.reading import History, entries_for, entries_of
from huiyin.casework.labels import cites, name_of
from huiyin.casework.models import Notice
from huiyin.casework.printed_terms import days_set, issuing_of, printed_terms
from huiyin.people.models import Organisation
from huiyin.procedure.command import Value
from huiyin.procedure.event import ActionTaken, CaseImported, CaseMoved, CaseOpened, Event, RegistrationCorrected
from huiyin.rules.book.load import Rules

ADDRESSEES = ("petitioner", "unit", "organ")


@dataclass(frozen=True, slots=True)
class Document:
    """A notice in words: what it is, whose, to whom, and what it says. ``seq`` is the number of the action that brought it.

    ``issuer`` is the organisation that acted: a higher organ's opinion bears its own head, never that of the organ complained of.
    ``serial`` is which document it is of the year ``period``, counted in ``series`` by ``counted_by``, or where that is None by the organisation
    whose case it is; None where it is not counted. ``replaced_by`` is the document by which it was corrected.
    """

    id: UUID
    seq: int
    issuer: Organisation
    kind: str
    label: str
    addressee: str
    issued_at: datetime
    cites: str
    says: str
    body: tuple[Shown, ...]
    remedy: str
    clauses: tuple[str, ...]
    series: str
    serial: int | None
    period: str = ""
    counted_by: UUID | None = None
    replaced_by: UUID | None = None

    @property
    def organ(self) -> str:
        """The name of the organisation whose document it is, as it was when that was issued."""
        return self.issuer.name_at(self.issued_at)


def documents(past: History, addressees: Collection[str] = ADDRESSEES) -> tuple[Document, ...]:
    """The notices issued on a case to ``addressees``, oldest first, with what they say."""
    notices = notices_of(past.case, addressees)
    filled = entries_of(past)
    rules = {item.seq: under for item, under in past.events}
    issuers = _issuers(past, notices, rules)
    return tuple(_document(rules[notice.action_seq], past, notice, issuers[notice.id], filled) for notice in notices)


def drafted(past: History, kind: str, issuer: Organisation, at: datetime) -> Document:
    """The notice ``kind`` as ``issuer`` would issue it at ``at``, with what was said so far: to be printed before a step serves it."""
    last, rules = past.events[-1]
    rule = rules.book.procedures[past.case.procedure].notices[kind]
    notice = Notice(
        id=uuid5(past.case.id, kind),
        case=past.case,
        kind=kind,
        addressee=rule.to,
        action_seq=last.seq,
        issued_at=at,
        clause=rule.clause,
    )
    return _document(rules, past, notice, issuer, entries_of(past))


def document_of_draft(past: History, notice: Notice, issuer: Organisation) -> Document:
    """The notice (not stored) that a document will be which the action at its ``action_seq`` drafted, as far as that is known then."""
    rules = {item.seq: under for item, under in past.events}[notice.action_seq]
    return _document(rules, past, notice, issuer, entries_of(past))


def _issuers(past: History, notices: Collection[Notice], rules: Mapping[int, Rules]) -> Mapping[UUID, Organisation]:
    """Whose document each notice is: that of the organisation that acted, or that of the role whose decision the notice is."""
    acted = [
        (item.seq, item.event.role, organisation)
        for item, _rules in past.events
        if isinstance(item.event, ActionTaken) and isinstance(organisation := item.actor.get("organisation"), UUID)
    ]
    whose: dict[UUID, UUID] = {}
    for notice in notices:
        role = rules[notice.action_seq].book.procedures[past.case.procedure].notices[notice.kind].issued_by
        for seq, acting, organisation in acted:
            if (role is None and seq == notice.action_seq) or (acting == role and seq <= notice.action_seq):
                whose[notice.id] = organisation
    own = past.case.organisation
    known = {own.id: own, **Organisation.objects.in_bulk(set(whose.values()) - {own.id})}
    return {notice.id: known.get(whose.get(notice.id, own.id), own) for notice in notices}


def _facts_after(events: Iterable[Event]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for event in events:
        facts |= event.facts if isinstance(event, CaseOpened | CaseImported | CaseMoved | RegistrationCorrected) else {}
        facts |= event.sets if isinstance(event, ActionTaken) else {}
    return facts


def _document(
    rules: Rules,
    past: History,
    notice: Notice,
    issuer: Organisation,
    filled: list[tuple[int, Mapping[str, Value | None]]],
) -> Document:
    """A notice prints the terms that its rule names, then the fields, each as last filled in before it was issued."""
    procedure, names = rules.book.procedures[past.case.procedure], past.names.at(notice.issued_at)
    rule = procedure.notices[notice.kind]
    before = [item.event for item, _rules in past.events if item.seq <= notice.action_seq]
    taken = [event for event in before if isinstance(event, ActionTaken)]
    terms = printed_terms(rules, procedure.limits, rule.limits, taken, past.case.received_at, names.units)
    body = [Shown(*term) for term in terms]
    meant = entries_for(past, procedure, notice.kind, filled)
    for name in rule.body:
        value = next(
            (entries[name] for seq, entries in reversed(meant) if seq <= notice.action_seq and name in entries), None
        )
        field = rules.book.fields.get(name)
        if value is not None and not is_hidden(field, value, names):
            body.append(Shown(name, name_of(field, name), in_words(field, value, names)))
    entered = {name: value for seq, entries in filled if seq <= notice.action_seq for name, value in entries.items()}
    issuing = issuing_of(procedure, notice.kind, taken[-1].action if taken else "")
    body += [
        Shown(*term) for term in days_set(rules, procedure, rule.limits, taken, _facts_after(before), entered, issuing)
    ]
    return Document(
        id=notice.id,
        seq=notice.action_seq,
        issuer=issuer,
        kind=notice.kind,
        label=name_of(rule, notice.kind),
        addressee=notice.addressee,
        issued_at=notice.issued_at,
        cites=cites(rules, notice.clause),
        says=name_of(rule.says),
        body=tuple(body),
        remedy=name_of(rule.remedy),
        clauses=tuple(notice.clause),
        series=notice.series,
        serial=notice.number,
        period=notice.period,
        counted_by=notice.issuer_id,
        replaced_by=getattr(notice, "replaced_by", None),
    )
