"""What happened to a case, told from the ledger: the timeline, and the documents that were issued."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from huiyin.casework.case_view import channel_name
from huiyin.casework.correction_story import CORRECTED, as_corrected, corrected_lines
from huiyin.casework.forms import yes_no
from huiyin.casework.imported import story as import_story
from huiyin.casework.imported.story import IMPORTED
from huiyin.casework.labels import cites, name_of, public_stage
from huiyin.casework.lists.notices import notices_of
from huiyin.casework.models import Case, Notice
from huiyin.casework.printed_terms import days_set, issuing_of, printed_terms
from huiyin.casework.sealed import texts
from huiyin.casework.sealed.accused import may_know
from huiyin.casework.sealed.mentioned import MentionedNames, names_in
from huiyin.casework.sealed.reasons import kept_back, unnamed
from huiyin.casework.sealed.withheld import names_accused
from huiyin.ledger.chain import Recorded, read_chain
from huiyin.people.models import Organisation
from huiyin.procedure.command import Actor, TextRef, Value, ids_in
from huiyin.procedure.documents.correction import APPROVE
from huiyin.procedure.documents.document_event import DOCUMENT_STEPS
from huiyin.procedure.event import (
    ActionTaken,
    CaseImported,
    CaseMoved,
    CaseOpened,
    DocumentApprovalLapsed,
    DocumentApproved,
    DocumentCorrected,
    DocumentSealed,
    DocumentVoided,
    Event,
    NoteWritten,
    RegistrationCorrected,
    SubmissionAttached,
)
from huiyin.rule_store.store import load
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Action, FieldRule
from huiyin.rules.book.steps import as_taken

ADDRESSEES = ("petitioner", "unit", "organ")
READ_BY_PEOPLE = (ActionTaken, CaseOpened, CaseImported, CaseMoved, SubmissionAttached, RegistrationCorrected)
"""The events from which a history is told; the others follow from these."""
"""What happens to documents beside the actions: told to staff alone, where a history was read with these as well."""
NOTES = (NoteWritten,)  # what colleagues wrote down for each other: told to staff alone, likewise
CONTACTS = (CaseOpened, SubmissionAttached, RegistrationCorrected)
"""Those from which is told what came in."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as it was filled in: its name on the form, and its content in words."""

    name: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One action in the story of a case, or its move to another rulebook, in the words of the rules of that time.

    ``for_petitioner``: somebody here entered what the petitioner did on paper, by phone or at the counter.
    ``document`` is what the document of the office's own is called as which it is printed; empty where it is none.
    ``by_seen_code``: the petitioner took it with a query code that staff had had in their hands.
    ``who`` and ``unit`` are empty for the petitioner and for timers; ``public_stage`` is what the petitioner reads.
    """

    seq: int
    at: datetime
    action: str
    label: str
    from_stage: str
    to_stage: str
    public_stage: str
    actor: str
    role: str
    who: str
    post: str
    unit: str
    cites: str
    fields: tuple[Shown, ...]
    hash: str
    for_petitioner: bool = False
    document: str = ""
    by_seen_code: bool = False


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
        """The name of the organisation whose document it is."""
        return self.issuer.name


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that belongs to a case: how it came in (in words), when it was entered, and its text (empty when it was erased)."""

    event: SubmissionAttached
    channel: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class History:
    """What happened to a case, read from the ledger once: events that people read, each under the rules of its time, and the names in them."""

    case: Case
    events: tuple[tuple[Recorded, Rules], ...]
    names: MentionedNames

    @property
    def title(self) -> str:
        """The case's title; what the petition begins with, where nobody gave one; empty where all of it was erased."""
        return self.text(self.case.title) if self.case.title else texts.opening_words(self._brought)

    @property
    def _brought(self) -> str:
        """The petition itself."""
        brought = (item.event.text for item, _rules in self.events if isinstance(item.event, SubmissionAttached))
        return self.text(next((ref.id for ref in brought), None))

    def text(self, id: UUID | None) -> str:
        """A text that came with the case, by its id; empty when there is none, or it was erased."""
        return self.names.texts.get(id, "") if id else ""


def read_history(case: Case, reader: Actor | None, kinds: Collection[type[Event]] = READ_BY_PEOPLE) -> History:
    """The history of a case that the ``reader`` may see, or what of it is told by these ``kinds`` of event.

    Other cases that it mentions are named where the reader may see them too; None, a petitioner, sees no other case. A field
    that would name a hidden one is left out, as if there were none.
    """
    events = tuple(_with_rules(read_chain(case.id, *kinds)))
    names = names_in(case, events, reader, kept_back(case, ((item.event, rules) for item, rules in events), reader))
    # Asked only where it matters: most cases accuse nobody by a form.
    if reader is not None and any(names_accused(item.event, rules) for item, rules in events):
        names = replace(names, tells_accused=may_know(case, reader))
    return History(case, events, names)


def _with_rules(events: Iterable[Recorded]) -> Iterator[tuple[Recorded, Rules]]:
    """Each event with the rulebook under which it happened; the opening of the case must be among them."""
    rules: Rules | None = None
    for item in events:
        if isinstance(item.event, CaseOpened | CaseMoved):
            rules = load(item.event.rulebook)
        assert rules is not None
        yield item, rules


def steps(past: History) -> tuple[HistoryStep, ...]:
    """The actions taken on a case and its moves to other rulebooks, oldest first."""
    return tuple(
        _step(rules, past.case, item, past.names)
        for item, rules in past.events
        if isinstance(
            item.event, (ActionTaken, CaseImported, CaseMoved, RegistrationCorrected, *DOCUMENT_STEPS, *NOTES)
        )
        and not _by_an_action(item.event)
    )


def with_seen_codes(
    story: Iterable[HistoryStep], past: History, seen: Mapping[UUID, datetime]
) -> tuple[HistoryStep, ...]:
    """``story``, the steps of ``past``, with those marked that a petitioner took once staff had their code (``codes.seen_since``)."""
    who = {item.seq: item.event.person for item, _rules in past.events if isinstance(item.event, ActionTaken)}
    return tuple(
        replace(step, by_seen_code=True)
        if step.actor == "petitioner" and _since(seen, who.get(step.seq), step.at)
        else step
        for step in story
    )


def _since(seen: Mapping[UUID, datetime], person: UUID | None, at: datetime) -> bool:
    return person is not None and person in seen and seen[person] <= at


def _by_an_action(event: Event) -> bool:
    """Whether it followed from an action, which is told."""
    return isinstance(event, DocumentApproved) and event.action != APPROVE


def documents(past: History, addressees: Collection[str] = ADDRESSEES) -> tuple[Document, ...]:
    """The notices issued on a case to ``addressees``, oldest first, with what they say."""
    notices = notices_of(past.case, addressees)
    filled = _entries(past)
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
    return _document(rules, past, notice, issuer, _entries(past))


def document_of_draft(past: History, notice: Notice, issuer: Organisation) -> Document:
    """The notice (not stored) that a document will be which the action at its ``action_seq`` drafted, as far as that is known then."""
    rules = {item.seq: under for item, under in past.events}[notice.action_seq]
    return _document(rules, past, notice, issuer, _entries(past))


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


def said_so_far(past: History) -> Mapping[str, str]:
    """Every field that was ever filled in on a case, as last filled in, in words."""
    rules = load(past.case.rulebook)
    latest: dict[str, str] = {}
    for _seq, entries in _entries(past):
        latest |= {name: _shown(rules.book.fields.get(name), value, past.names) for name, value in entries.items()}
    return latest


def contacts(past: History) -> tuple[Contact, ...]:
    """The contacts attached to a case, oldest first, as they stand after corrections."""
    corrections = [item.event for item, _rules in past.events if isinstance(item.event, RegistrationCorrected)]
    return tuple(
        Contact(event, channel_name(event.channel), item.at, past.text(event.text.id))
        for item, _rules in past.events
        if isinstance(item.event, SubmissionAttached)
        for event in [as_corrected(item.event, corrections)]
    )


def _step(rules: Rules, case: Case, item: Recorded, names: MentionedNames) -> HistoryStep:
    event = item.event
    if isinstance(event, CaseMoved):
        return _moved(rules, item, event, names)
    if isinstance(event, RegistrationCorrected):
        return _corrected(rules, item, event, names)
    if isinstance(event, CaseImported):
        return _imported(rules, case, item, event, names)
    if isinstance(event, (*DOCUMENT_STEPS, *NOTES)):
        return _on_document(rules, case, item, names)
    assert isinstance(event, ActionTaken)
    procedure = rules.book.procedures[case.procedure]
    named = procedure.actions.get(event.action)
    action = as_taken(named, event.actor) if named else None
    return HistoryStep(
        seq=item.seq,
        at=item.at,
        action=event.action,
        label=name_of(action, event.action),
        from_stage=name_of(procedure.stages.get(event.from_stage), event.from_stage),
        to_stage=name_of(procedure.stages.get(event.to_stage), event.to_stage),
        public_stage=public_stage(procedure, event.to_stage),
        actor=event.actor,
        role=name_of(rules.book.roles.get(event.role), event.role),
        who=names.accounts.get(event.person, "") if event.person else "",
        post=names.posts.get(event.post, "") if event.post else "",
        unit=names.units.get(event.unit, "") if event.unit else "",
        cites=cites(rules, event.clause),
        fields=_in_form_order(rules, action, event.fields, names),
        hash=item.hash,
        for_petitioner=event.actor == "staff" and action is not None and action.entered is not None,
        document=name_of(action.document) if action is not None else "",
    )


def _moved(rules: Rules, item: Recorded, event: CaseMoved, names: MentionedNames) -> HistoryStep:
    shown = Shown("rulebook", _("规程"), f"{name_of(rules.book.title)} {event.rulebook}")
    return _beside_the_procedure(item, "", _("此后按另一版规程办理"), (shown,), names)


def _corrected(rules: Rules, item: Recorded, event: RegistrationCorrected, names: MentionedNames) -> HistoryStep:
    labels = {name: name_of(rules.book.fields.get(name), name) for name in event.filled_in}
    shown = [Shown(name, labels.get(name, label), value) for name, label, value in corrected_lines(event, names.texts)]
    reason = Shown("reason", _("更正理由"), names.texts.get(event.reason.id, ""))
    return _beside_the_procedure(item, CORRECTED, _("更正登记"), (*shown, reason), names)


def _imported(rules: Rules, case: Case, item: Recorded, event: CaseImported, names: MentionedNames) -> HistoryStep:
    shown = tuple(Shown(*line) for line in import_story.imported_lines(event, rules, case.procedure, names.texts))
    step = _beside_the_procedure(item, IMPORTED, _("由原登记簿导入"), shown, names)
    stages = rules.book.procedures[case.procedure].stages
    stage = name_of(stages.get(event.stage), event.stage)
    return replace(step, to_stage=stage, public_stage=public_stage(rules.book.procedures[case.procedure], event.stage))


def _on_document(rules: Rules, case: Case, item: Recorded, names: MentionedNames) -> HistoryStep:
    match item.event:
        case DocumentApprovalLapsed(stage=stage):
            step = _beside_the_procedure(item, "", _("文书改动，审签失效，须重新审签"), (), names)
            return replace(step, to_stage=name_of(rules.book.procedures[case.procedure].stages.get(stage), stage))
        case DocumentVoided():
            return _beside_the_procedure(item, "", _("文书作废"), (), names)
        case DocumentCorrected(reason=reason):
            why = Shown("reason", _("更正理由"), names.texts.get(reason.id, ""))
            return _beside_the_procedure(item, "", _("拟写更正文书"), (why,), names)
        case NoteWritten(text=text):
            note = Shown("note", _("备注"), names.texts.get(text.id, ""))
            return _beside_the_procedure(item, "-note", _("内部备注"), (note,), names)
        case DocumentApproved():
            return _beside_the_procedure(item, "", _("批准更正文书"), (), names)
        case DocumentSealed(way=way):
            words = {
                "seal": _("文书盖章"),
                "picture": _("上传文书签章件，待核对"),
                "compared": _("核对文书签章件，与签发的文书一致"),
            }
            return _beside_the_procedure(item, "", words.get(way, _("文书签章（扫描件）")), (), names)
        case _:
            return _beside_the_procedure(item, "", _("修改文书文字"), (), names)


def _beside_the_procedure(
    item: Recorded, action: str, label: str, fields: tuple[Shown, ...], names: MentionedNames
) -> HistoryStep:
    """What somebody did to a case that is no action of its rulebook, and leaves it in its stage."""
    person, post, unit = (item.actor.get(part) for part in ("person", "post", "unit"))
    return HistoryStep(
        seq=item.seq,
        at=item.at,
        action=action,
        label=label,
        from_stage="",
        to_stage="",
        public_stage="",
        actor=str(item.actor.get("kind", "")),
        role="",
        who=names.accounts.get(person, "") if isinstance(person, UUID) else "",
        post=names.posts.get(post, "") if isinstance(post, UUID) else "",
        unit=names.units.get(unit, "") if isinstance(unit, UUID) else "",
        cites="",
        fields=fields,
        hash=item.hash,
    )


def _in_form_order(
    rules: Rules, action: Action | None, given: Mapping[str, Value], names: MentionedNames
) -> tuple[Shown, ...]:
    """The fields as the form asks for them; those that the form no longer knows come last."""
    order = [use.name for use in action.fields] if action else []
    order += [name for name in given if name not in order]
    fields = rules.book.fields
    return tuple(
        Shown(name, name_of(fields.get(name), name), _shown(fields.get(name), given[name], names))
        for name in order
        if name in given and not _is_hidden(fields.get(name), given[name], names)
    )


def _is_hidden(rule: FieldRule | None, value: Value, names: MentionedNames) -> bool:
    """Whether a field names another case that the reader may not see."""
    return rule is not None and type_of(rule).names == "case" and value not in names.cases


def _shown(rule: FieldRule | None, value: Value, names: MentionedNames) -> str:
    if rule is not None and rule.accuses and ids_in(value) and not names.tells_accused:
        return _("（已密封，由保管人查阅）")
    if isinstance(value, tuple):
        return _("、").join(_shown(rule, part, names) for part in value)
    if isinstance(value, TextRef) and rule is not None and rule.accuses:
        return _("（已密封，由保管人查阅）")
    if isinstance(value, TextRef):
        return _("（只有决定此事的人可以查阅）") if value.id in names.kept_back else names.texts.get(value.id, "")
    if isinstance(value, UUID):
        return names.units.get(value) or names.accounts.get(value) or names.cases.get(value) or ""
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and rule is not None and value in rule.of:
        return name_of(rule.of[value])
    return type_of(rule).written(value) if rule is not None and type_of(rule).accepts(value) else str(value)


def _facts_after(events: Iterable[Event]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for event in events:
        facts |= event.facts if isinstance(event, CaseOpened | CaseImported | CaseMoved | RegistrationCorrected) else {}
        facts |= event.sets if isinstance(event, ActionTaken) else {}
    return facts


def _entries(past: History) -> list[tuple[int, Mapping[str, Value]]]:
    """What was filled in, by step; the reasons for which somebody is accused or withdraws are for no document."""
    return [
        (item.seq, event.filled_in)
        if isinstance(event := item.event, RegistrationCorrected)
        else (item.seq, unnamed(event, rules, past.case.procedure))
        for item, rules in past.events
        if isinstance(item.event, ActionTaken | RegistrationCorrected)
    ]


def _document(
    rules: Rules, past: History, notice: Notice, issuer: Organisation, filled: list[tuple[int, Mapping[str, Value]]]
) -> Document:
    """A notice prints the terms that its rule names, then the fields, each as last filled in before it was issued."""
    procedure, names = rules.book.procedures[past.case.procedure], past.names
    rule = procedure.notices[notice.kind]
    before = [item.event for item, _rules in past.events if item.seq <= notice.action_seq]
    taken = [event for event in before if isinstance(event, ActionTaken)]
    terms = printed_terms(rules, procedure.limits, rule.limits, taken, past.case.received_at, names.units)
    body = [Shown(*term) for term in terms]
    for name in rule.body:
        value = next(
            (entries[name] for seq, entries in reversed(filled) if seq <= notice.action_seq and name in entries), None
        )
        field = rules.book.fields.get(name)
        if value is not None and not _is_hidden(field, value, names):
            body.append(Shown(name, name_of(field, name), _shown(field, value, names)))
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
