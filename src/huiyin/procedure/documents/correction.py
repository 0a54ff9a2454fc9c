"""A document that went out is put right by another that names it (更正): drafted, approved and served beside the procedure. Pure.

While a remedy's window stands open, it runs anew from the service of the correction, a slip's too: the document says so itself (from the
receipt of this opinion), and what is told afterwards lets the time run from then on (by analogy, Regulations for Implementing the
Administrative Reconsideration Law, Art. 15(1)(5)). It never ends earlier, and does not run out while the correction is under way. Once it
has closed, a slip alone may be corrected, which opens nothing again.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from huiyin.procedure.state import DocumentState, State
from huiyin.rules.book.schema import Action, Procedure
from huiyin.rules.book.steps import as_taken, begins_case

SLIP: Final = "correct_slip"
"""A slip of the pen or of a sum is corrected: what was decided is the same."""
DECISION: Final = "correct_decision"
"""What was decided reads otherwise from now on."""
APPROVE: Final = "approve_correction"


KEPT: Final = ("zh", "en", "clause", "by", "fields", "when", "not_by", "not_before", "recent", "asked_if", "same_as")
"""What an action is still about where it serves a correction: who takes it, and its form."""


def is_correction(document: DocumentState) -> bool:
    """Whether it corrects an issued document, and so is approved and served beside the procedure."""
    return document.drafted_by in (SLIP, DECISION)


def awaited(procedure: Procedure, state: State) -> tuple[str, ...]:
    """The kinds of document whose correction is under way while the window that it opens stands open: meanwhile that does not run out."""
    return tuple(
        kind
        for kind, document in state.papers.items()
        if document.is_open and is_correction(document) and has_open_window(procedure, state, kind)
    )


def has_open_window(procedure: Procedure, state: State, kind: str) -> bool:
    """Whether a remedy against a document of this ``kind`` may stand open: the case stands where its service took it."""
    windows = _windows(procedure)
    return not state.ended and any(
        rule.to == state.stage and windows.intersection(rule.marks) for rule in issuing(procedure, kind)
    )


def issuing(procedure: Procedure, kind: str) -> list[Action]:
    """The actions of staff that issue documents of a kind; of one that is served, those that enter how that was done."""
    actions = procedure.actions.values()
    return [rule for rule in actions if kind in rule.notice and not (rule.receives or begins_case(rule))]


def serves(procedure: Procedure, rule: Action, state: State) -> tuple[str, ...]:
    """The kinds of which ``rule`` would serve an approved correction now."""
    if rule.receives or begins_case(rule):
        return ()
    return tuple(kind for kind in rule.notice if procedure.notices[kind].served and _waits(state.papers.get(kind)))


def _waits(document: DocumentState | None) -> bool:
    return document is not None and document.status == "approved" and is_correction(document)


def as_taken_now(procedure: Procedure, state: State, action: Action, kind: str) -> Action:
    """``action`` as one of this ``kind`` (staff, petitioner, system) takes it on the case as it stands.

    Where it serves a correction it is the same form by the same people, in whatever stage, and moves nothing: what was decided was
    served before. Of its moments those are recorded anew from which an open remedy's window runs.
    """
    taken = as_taken(action, kind)
    if kind != "staff" or not any(map(_waits, state.papers.values())):
        return taken
    kinds = serves(procedure, action, state)
    if not kinds:
        return taken
    windows = _windows(procedure) if any(has_open_window(procedure, state, one) for one in kinds) else set()
    left_out = {
        name: field.get_default(call_default_factory=True)
        for name, field in Action.model_fields.items()
        if name not in KEPT and not field.is_required()
    }
    anew = {
        "from_stages": (state.stage,),
        "notice": kinds,
        "marks": {moment: source for moment, source in taken.marks.items() if moment in windows},
    }
    return taken.model_copy(update={**left_out, **anew})


def _windows(procedure: Procedure) -> set[str]:
    """The moments from which the windows of remedies run."""
    return {procedure.limits[rule.until].start for rule in procedure.actions.values() if rule.remedy and rule.until}


def running_anew(procedure: Procedure, rule: Action, state: State) -> Collection[str]:
    """The limits that run anew by ``rule``, which serves a correction (``as_taken_now``)."""
    if not serves(procedure, rule, state):
        return ()
    return [name for name, limit in procedure.limits.items() if limit.start in rule.marks]
