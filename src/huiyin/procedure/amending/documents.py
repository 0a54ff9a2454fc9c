"""What happens to a document between its draft and its issue that is no action of the rulebook: changing its text, voiding it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Literal
from uuid import UUID

from huiyin.procedure.command import Actor, Command, Seat, TextRef
from huiyin.procedure.decision import Decision, DraftDecision
from huiyin.procedure.documents.correction import has_open_window, is_correction, issuing
from huiyin.procedure.documents.document_event import (
    DocumentApprovalLapsed,
    DocumentApproved,
    DocumentEdited,
    DocumentVoided,
)
from huiyin.procedure.due import limit_due
from huiyin.procedure.event import DutyOpened, DutyWithdrawn, Event
from huiyin.procedure.guard import role_of, units_decided_over
from huiyin.procedure.settling import finishing, seen_through
from huiyin.procedure.state import DocumentState, OpenDuty, State
from huiyin.rules import REGISTER
from huiyin.rules.book.conditions import Opening
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import ARCHIVE, FINISH_CORRECTION, Action
from huiyin.rules.prover.proved_points import is_walked

EDIT: Final = "edit_paper"
VOID: Final = "void_paper"
DocumentObstacle = Literal[
    "not-open",
    "ended",
    "not-yours",
    "recused",
    "same-person",
    "moved-on",
    "under-way",
    "archived",
    "window-closed",
    "no-keeper",
]


def may_edit(rules: Rules, state: State, kind: str, actor: Actor) -> DocumentObstacle | None:
    """Why ``actor``, who may see the case, may not change the newest document of this ``kind``; None when they may.

    Its text is changed by whoever may draft or approve it; where one decides alone, who both drafts and approves, by them.
    """
    document = state.papers.get(kind)
    if document is None or not document.is_open:
        return "not-open"
    concerning = _concerning(rules, state, kind)
    obstacle = _person(rules, state, actor, concerning, after_the_end=is_correction(document))
    if obstacle is None and is_decided_alone(document) and all(_took(rules, state, rule, actor) for rule in concerning):
        return "same-person"
    return obstacle or _lapsing(rules, state, document)


def may_void(rules: Rules, state: State, kind: str, actor: Actor) -> DocumentObstacle | None:
    """Why ``actor`` may not void the newest document of this ``kind``; None when they may: whoever may approve it."""
    document = state.papers.get(kind)
    if document is None or not document.is_open:
        return "not-open"
    concerning = _concerning(rules, state, kind)
    approving = [rule for rule in concerning if kind in rule.approves]
    if is_correction(document):
        return _person(rules, state, actor, approving or concerning, after_the_end=True)
    obstacle = _person(rules, state, actor, approving)
    if obstacle is None and all(
        _took(rules, state, rule, actor) for rule in approving if role_of(rules, rule, state, actor)
    ):
        return "same-person"
    return obstacle or _lapsing(rules, state, document, decided_alone=True)


def may_correct(
    rules: Rules, state: State, kind: str, actor: Actor, *, decision: bool = False
) -> DocumentObstacle | None:
    """Why ``actor`` may not draft a correction of an issued document of this ``kind``; None when they may: whoever may draft or approve
    such a document, or issue it where nobody drafts it. ``decision``: one by which what was decided reads otherwise, as long as the petitioner can still turn
    against it.
    """
    document, procedure = state.papers.get(kind), rules.book.procedures[state.procedure]
    if document is not None and document.is_open:
        return "under-way"
    if ARCHIVE in state.takers:
        return "archived"
    rules_of_kind = _concerning(rules, state, kind)
    obstacle = _person(rules, state, actor, rules_of_kind, after_the_end=True)
    if obstacle is None and decision and not has_open_window(procedure, state, kind):
        return "window-closed"
    return obstacle


def may_approve_correction(rules: Rules, state: State, kind: str, actor: Actor) -> DocumentObstacle | None:
    """Why ``actor`` may not approve the correction of this ``kind``; None when they may: as the first was approved, so by somebody else
    than its author unless one decided that alone.
    """
    document = state.papers.get(kind)
    if document is None or not is_correction(document) or document.status not in ("drafted", "returned"):
        return "not-open"
    concerning = _concerning(rules, state, kind)
    approving = [rule for rule in concerning if kind in rule.approves] or concerning
    obstacle = _person(rules, state, actor, approving, after_the_end=True)
    if obstacle is not None:
        return obstacle
    alone = all(_drafts(rule, kind) or not rule.approves for rule in approving)
    wrote = actor.person == next(reversed(state.takers.get(document.drafted_by, ())), None)
    if (wrote and not alone) or all(_took(rules, state, rule, actor) for rule in approving):
        return "same-person"
    return None


def may_seal(rules: Rules, state: State, kind: str, actor: Actor) -> DocumentObstacle | None:
    """Why ``actor`` may not seal the approved document of this ``kind``; None when they may: who keeps the seal by the rulebook."""
    document = state.papers.get(kind)
    if document is None or document.status != "approved":
        return "not-open"
    if actor.kind != "staff" or not actor.roles & keepers(rules):
        return "no-keeper"
    if actor.person in state.accused_people or actor.within & state.accused_units or state.unresolved:
        return "not-yours"
    return "recused" if actor.person in state.recused else None


def may_compare(rules: Rules, state: State, kind: str, actor: Actor) -> DocumentObstacle | None:
    """Why ``actor`` may not confirm that the picture of the signed document of this ``kind`` is what was approved; None when they may: who
    keeps the seal, or drafts, approves or issues such documents. The caller makes sure that it is not who handed the picture in.
    """
    document = state.papers.get(kind)
    if document is None or document.status != "approved":
        return "not-open"
    if actor.kind == "staff" and actor.roles & keepers(rules):
        return may_seal(rules, state, kind, actor)
    return _person(rules, state, actor, _concerning(rules, state, kind), after_the_end=True)


def keepers(rules: Rules) -> frozenset[str]:
    """The roles that keep the seal of their organ; who registers, where the rulebook names none."""
    named = frozenset(name for name, role in rules.book.roles.items() if role.keeps_seal)
    register = (procedure.actions.get(REGISTER) for procedure in rules.book.procedures.values())
    return named or frozenset(role for rule in register if rule is not None for role in rule.by)


def edited(rules: Rules, state: State, kind: str, command: Command, text: TextRef) -> Decision:
    """What follows from a new text: where it was approved, the approval lapses and is asked for again; of one who decides alone, the new
    text is their decision, and approved with it. The caller has asked ``may_edit``.
    """
    assert command.actor.person is not None
    draft, document = DraftDecision(rules, state, command, state.stage), state.papers[kind]
    draft.add(DocumentEdited(document.id, document.version + 1, text, command.actor.person))
    if document.status == "approved" and is_decided_alone(document):
        approved = DocumentApproved(
            document.id, document.version + 1, text.commitment, document.approved_by, document.stage
        )
        draft.add(approved)
    elif document.status == "approved":
        _lapse(draft, document)
    return Decision(tuple(draft.events), draft.state)


def voided(rules: Rules, state: State, kind: str, command: Command, reason: TextRef) -> Decision:
    """What follows where a document is voided: it keeps its number, and its approval lapses. The caller has asked ``may_void``."""
    draft, document = DraftDecision(rules, state, command, state.stage), state.papers[kind]
    if document.status == "approved":
        _lapse(draft, document)
    gone = DocumentVoided(document.id, command.action, reason)
    draft.add(gone)
    for event in seen_through(draft.state, gone, command.action):
        draft.add(event)
    return Decision(tuple(draft.events), draft.state)


def owed_for_correction(rules: Rules, state: State, kind: str, command: Command, document: UUID) -> Iterator[Event]:
    """That the unit which corrects the issued document of this ``kind`` owes it until the correction ``document`` went out: whoever drafts,
    approves or serves it, reads so on the worklist. Nothing where the rulebook, kept from before, knows no such duty.
    """
    procedure, actor = rules.book.procedures[state.procedure], command.actor
    rule = procedure.duties.get(FINISH_CORRECTION)
    if rule is None or actor.unit is None:
        return
    limit = procedure.limits[rule.limit]
    began = replace(state, moments={**state.moments, limit.start: command.at})
    due = limit_due(rules, limit, rule.limit, began, command.at)
    roles = [role for one in _concerning(rules, state, kind) if (role := role_of(rules, one, state, actor)) is not None]
    if due is None or not roles:
        return
    yield DutyOpened(
        OpenDuty(
            id=finishing(document),
            kind=FINISH_CORRECTION,
            role=roles[0],
            seat=Seat(actor.unit, actor.organisation),
            assignee=None,
            limit=rule.limit,
            opened_at=command.at,
            due_at=due.due_at,
            derivation=due.derivation,
            clause=rule.clause,
        )
    )


def approvals(state: State, rule: Action, action: str, stage: str) -> Iterator[Event]:
    """The approvals that ``rule``, taken in ``stage``, brings: of the present version of each document that it approves."""
    for kind in rule.approves:
        document = state.papers.get(kind)
        if document is not None and document.status in ("drafted", "returned"):
            yield DocumentApproved(document.id, document.version, document.text.commitment, action, stage)


def _concerning(rules: Rules, state: State, kind: str) -> list[Action]:
    """The actions that draft or approve documents of a kind; where none does, those that issue it."""
    procedure = rules.book.procedures[state.procedure]
    drafting = [rule for rule in procedure.actions.values() if _drafts(rule, kind)]
    approving = [rule for rule in procedure.actions.values() if kind in rule.approves and not _drafts(rule, kind)]
    return [*drafting, *approving] or issuing(procedure, kind)


def _drafts(rule: Action, kind: str) -> bool:
    return any(one.notice == kind for one in rule.drafts)


def _person(
    rules: Rules, state: State, actor: Actor, among: list[Action], *, after_the_end: bool = False
) -> DocumentObstacle | None:
    if state.ended and not after_the_end:
        return "ended"
    if actor.kind != "staff" or all(role_of(rules, rule, state, actor) is None for rule in among):
        return "not-yours"
    if actor.person in state.accused_people or actor.within & state.accused_units or state.unresolved:
        return "not-yours"
    return "recused" if actor.person in state.recused else None


def _took(rules: Rules, state: State, rule: Action, actor: Actor) -> bool:
    """Whether ``rule`` is kept from the actor by what they did before, or since it decides over a unit in which they serve."""
    took = any(actor.person in state.takers.get(other, ()) for other in rule.not_by)
    return took or bool(actor.serving & units_decided_over(rules, state, rule))


def is_decided_alone(document: DocumentState) -> bool:
    """Whether the action that approved it drafted it as well: whoever changes its text signs it anew by that (``edited``)."""
    return document.status == "approved" and document.approved_by == document.drafted_by


def _lapsing(
    rules: Rules, state: State, document: DocumentState, *, decided_alone: bool = False
) -> DocumentObstacle | None:
    """Whether the case can stand again where the approval was asked for; nothing is proved of it otherwise.

    ``decided_alone``: also where one decided alone, whose change of the text needs no going back but whose voiding does.
    """
    if document.status != "approved" or is_correction(document) or (is_decided_alone(document) and not decided_alone):
        return None
    rule = rules.book.procedures[state.procedure].actions.get(document.approved_by)
    if rule is None or state.stage != rule.to:
        return "moved-on"
    opened, gone = _duties(rules, state, document)
    kinds = [duty.kind for duty in state.duties if duty.kind not in gone] + opened
    facts = {name: value for name, value in state.facts.items() if name in rules.book.facts}
    return None if is_walked(rules, state.procedure, document.stage, facts, kinds) else "moved-on"


def _duties(rules: Rules, state: State, document: DocumentState) -> tuple[list[str], list[str]]:
    """The duties that are owed again when the approval lapses, and those that no longer are."""
    rule = rules.book.procedures[state.procedure].actions[document.approved_by]
    gone = [opening.duty for opening in rule.opens if state.open_duties(opening.duty)]
    return [kind for kind in rule.discharges if not state.open_duties(kind)], gone


def _lapse(draft: DraftDecision, document: DocumentState) -> None:
    """The approval is gone, and with it what it opened; what it discharged is owed again."""
    if is_correction(document):
        draft.add(DocumentApprovalLapsed(document.id, draft.state.stage))
        return
    rules, command = draft.rules, draft.command
    again, gone = _duties(rules, draft.state, document)
    rule = rules.book.procedures[draft.state.procedure].actions[document.approved_by]
    draft.add(DocumentApprovalLapsed(document.id, document.stage))
    for duty in draft.state.duties:
        if duty.kind in gone:
            draft.add(DutyWithdrawn(duty.id, command.action))
    for kind in again:
        draft.owe(Opening(duty=kind), rule)
