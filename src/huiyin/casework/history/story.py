"""The story of a case: each event that people read as a step, in the words of its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from huiyin.casework.correction_story import CORRECTED, corrected_lines
from huiyin.casework.history.answering import answered_by
from huiyin.casework.history.entries import Shown, in_form_order
from huiyin.casework.history.reading import History
from huiyin.casework.imported import story as import_story
from huiyin.casework.imported.story import IMPORTED
from huiyin.casework.labels import cites, name_of, public_stage
from huiyin.casework.models import Case
from huiyin.casework.sealed.mentioned import MentionedNames
from huiyin.ledger.chain import Recorded
from huiyin.procedure.documents.correction import APPROVE
from huiyin.procedure.documents.document_event import (
    DocumentApprovalLapsed,
    DocumentApproved,
    DocumentCorrected,
    DocumentEdited,
    DocumentSealed,
    DocumentVoided,
)
from huiyin.procedure.event import (
    ActionTaken,
    CaseImported,
    CaseMoved,
    Event,
    FileLookedThrough,
    NoteWritten,
    RegistrationCorrected,
)
from huiyin.rules.book.load import Rules
from huiyin.rules.book.steps import as_taken

MAX_QUOTED: Final = 60


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """One action in the story of a case, or its move to another rulebook, in the words of the rules of that time.

    ``for_petitioner``: somebody here entered what the petitioner did on paper, by phone or at the counter.
    ``document`` is what the document of the office's own is called as which it is printed; empty where it is none.
    ``by_seen_code``: the petitioner took it with a query code that staff had had in their hands.
    ``account`` is who of staff did it. ``who`` and ``unit`` are empty for the petitioner and for timers; ``public_stage`` is what the petitioner reads.
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
    account: UUID | None = None


def steps(past: History) -> tuple[HistoryStep, ...]:
    """The actions taken on a case, its moves to other rulebooks and whatever else people read, oldest first; each that answers a request says
    which.
    """
    by_seq = {
        item.seq: _STEP_OF_KIND[type(item.event)](_Telling(rules, past.case, item, past.names.at(item.at)), item.event)
        for item, rules in past.events
        if type(item.event) in _STEP_OF_KIND and not _needs_no_telling(item)
    }
    for seq, asked in answered_by(past).items():
        if seq in by_seq and asked in by_seq:
            words = Shown("answers", _("答复的是"), _request(by_seq[asked]))
            by_seq[seq] = replace(by_seq[seq], fields=(words, *by_seq[seq].fields))
    return tuple(by_seq.values())


def _request(step: HistoryStep) -> str:
    """A request in short: what was done, when, and with which words, as the reader is told them."""
    parts = [one.value if len(one.value) <= MAX_QUOTED else f"{one.value[:MAX_QUOTED]}…" for one in step.fields]
    day = timezone.localdate(step.at).isoformat()
    return _("：").join(filter(None, [f"{step.label} {day}", _("；").join(filter(None, parts))]))


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


def outcome_of_reading(event: FileLookedThrough, *, by_worker: bool) -> str:
    """What came of looking a file through, in words."""
    if not event.withheld:
        return _("看过附件，可以打开")
    return _("附件带有密级标志，停止打开") if by_worker else _("带有密级标志的附件已报保密工作机构")


def _needs_no_telling(item: Recorded) -> bool:
    """Whether it followed from an action, which is told, or a worker found nothing in a file, which nobody need read."""
    match item.event:
        case DocumentApproved(action=action):
            return action != APPROVE
        case FileLookedThrough(withheld=withheld):
            return not withheld and _is_by_worker(item)
    return False


def _is_by_worker(item: Recorded) -> bool:
    return item.actor.get("kind") == "system"


@dataclass(frozen=True, slots=True)
class _Telling:
    """An event that is told: the rules of its time, its case, and the names in it."""

    rules: Rules
    case: Case
    item: Recorded
    names: MentionedNames

    def stage(self, name: str) -> str:
        """A stage in words."""
        return name_of(self.rules.book.procedures[self.case.procedure].stages.get(name), name)

    def text(self, name: str, label: str, id: UUID) -> Shown:
        """A text that was written with it."""
        return Shown(name, label, self.names.texts.get(id, ""))

    def beside(self, label: str, *fields: Shown, action: str = "") -> HistoryStep:
        """What somebody did to a case that is no action of its rulebook, and leaves it in its stage."""
        item, names = self.item, self.names
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
            account=person if isinstance(person, UUID) else None,
        )


def _action(telling: _Telling, event: ActionTaken) -> HistoryStep:
    rules, item, names = telling.rules, telling.item, telling.names
    procedure = rules.book.procedures[telling.case.procedure]
    named = procedure.actions.get(event.action)
    action = as_taken(named, event.actor) if named else None
    return HistoryStep(
        seq=item.seq,
        at=item.at,
        action=event.action,
        label=name_of(action, event.action),
        from_stage=telling.stage(event.from_stage),
        to_stage=telling.stage(event.to_stage),
        public_stage=public_stage(procedure, event.to_stage),
        actor=event.actor,
        role=name_of(rules.book.roles.get(event.role), event.role),
        who=names.accounts.get(event.person, "") if event.person else "",
        post=names.posts.get(event.post, "") if event.post else "",
        unit=names.units.get(event.unit, "") if event.unit else "",
        cites=cites(rules, event.clause),
        fields=in_form_order(rules, action, event.fields, names),
        hash=item.hash,
        for_petitioner=event.actor == "staff" and action is not None and action.entered is not None,
        document=name_of(action.document) if action is not None else "",
        account=event.person if event.actor == "staff" else None,
    )


def _moved(telling: _Telling, event: CaseMoved) -> HistoryStep:
    rulebook = Shown("rulebook", _("规程"), f"{name_of(telling.rules.book.title)} {event.rulebook}")
    return telling.beside(_("此后按另一版规程办理"), rulebook)


def _corrected(telling: _Telling, event: RegistrationCorrected) -> HistoryStep:
    fields = telling.rules.book.fields
    labels = {name: name_of(fields.get(name), name) for name in event.filled_in}
    lines = corrected_lines(event, telling.names.texts)
    shown = [Shown(name, labels.get(name, label), value) for name, label, value in lines]
    reason = telling.text("reason", _("更正理由"), event.reason.id)
    return telling.beside(_("更正登记"), *shown, reason, action=CORRECTED)


def _imported(telling: _Telling, event: CaseImported) -> HistoryStep:
    rules, procedure = telling.rules, telling.case.procedure
    lines = import_story.imported_lines(event, rules, procedure, telling.names.texts)
    step = telling.beside(_("由原登记簿导入"), *(Shown(*line) for line in lines), action=IMPORTED)
    public = public_stage(rules.book.procedures[procedure], event.stage)
    return replace(step, to_stage=telling.stage(event.stage), public_stage=public)


def _note(telling: _Telling, event: NoteWritten) -> HistoryStep:
    return telling.beside(_("内部备注"), telling.text("note", _("备注"), event.text.id), action="-note")


def _looked_through(telling: _Telling, event: FileLookedThrough) -> HistoryStep:
    return telling.beside(outcome_of_reading(event, by_worker=_is_by_worker(telling.item)))


def _correction_drafted(telling: _Telling, event: DocumentCorrected) -> HistoryStep:
    return telling.beside(_("拟写更正文书"), telling.text("reason", _("更正理由"), event.reason.id))


def _approval_lapsed(telling: _Telling, event: DocumentApprovalLapsed) -> HistoryStep:
    step = telling.beside(_("文书改动，审签失效，须重新审签"))
    return replace(step, to_stage=telling.stage(event.stage))


def _sealed(telling: _Telling, event: DocumentSealed) -> HistoryStep:
    words = {
        "seal": _("文书盖章"),
        "picture": _("上传文书签章件，待核对"),
        "compared": _("核对文书签章件，与签发的文书一致"),
    }
    return telling.beside(words.get(event.way, _("文书签章（扫描件）")))


_STEP_OF_KIND: Final[Mapping[type[Event], Callable[[_Telling, Any], HistoryStep]]] = {
    ActionTaken: _action,
    CaseMoved: _moved,
    RegistrationCorrected: _corrected,
    CaseImported: _imported,
    NoteWritten: _note,
    FileLookedThrough: _looked_through,
    DocumentCorrected: _correction_drafted,
    DocumentEdited: lambda telling, _event: telling.beside(_("修改文书文字")),
    DocumentApproved: lambda telling, _event: telling.beside(_("批准更正文书")),
    DocumentApprovalLapsed: _approval_lapsed,
    DocumentSealed: _sealed,
    DocumentVoided: lambda telling, _event: telling.beside(_("文书作废")),
}
"""The words of each kind of event that people read; what else happens follows from these."""
