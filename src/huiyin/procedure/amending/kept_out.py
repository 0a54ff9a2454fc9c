"""What follows for a case where somebody is to be kept out of it by what happens elsewhere, or is found in a file of it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from huiyin.procedure.command import Command
from huiyin.procedure.decision import Decision, DraftDecision
from huiyin.procedure.event import DutyDischarged, FileLookedThrough, NoteWritten, UnitLeft
from huiyin.procedure.state import OpenDuty, State
from huiyin.rules.book.conditions import Opening
from huiyin.rules.book.load import Rules


def follow(rules: Rules, state: State, command: Command) -> Decision:
    """What follows for a case when others, which it is about, accuse whom ``command.followed`` says, or are as confidential as
    ``command.levels`` says; nobody takes an action.
    """
    draft = DraftDecision(rules, state, command, state.stage)
    if command.followed:
        draft.accuse()
    draft.follow_levels()
    return Decision(tuple(draft.events), draft.state)


def look_through(
    rules: Rules, state: State, command: Command, event: FileLookedThrough | NoteWritten, *, files_wait: bool = False
) -> Decision:
    """What follows for a case when a file of it was looked through, or a note written, in which ``command.accusations`` were found.

    ``files_wait``: there are files with which whoever has the case in custody has to do something.
    """
    draft = DraftDecision(rules, state, command, state.stage)
    draft.add(event)
    if command.accusations:
        draft.accuse()
    if files_wait:
        _owe_files(draft)
    asked = rules.book.procedures[state.procedure].identifying
    if (
        isinstance(event, FileLookedThrough)
        and asked is not None
        and not (draft.state.unresolved or draft.state.suspects or files_wait)
    ):
        for duty in [duty for kind in asked.discharges for duty in draft.state.open_duties(kind)]:
            draft.add(DutyDischarged(duty.id, command.action))
    return Decision(tuple(draft.events), draft.state)


def have_files_dealt_with(rules: Rules, state: State, command: Command) -> Decision:
    """What follows for a case of which files wait for whoever has it in custody: they owe it to deal with these, as they owe who is meant by a
    text (Regulation Art. 30).
    """
    draft = DraftDecision(rules, state, command, state.stage)
    _owe_files(draft)
    return Decision(tuple(draft.events), draft.state)


def _owe_files(draft: DraftDecision) -> None:
    asked = draft.rules.book.procedures[draft.state.procedure].identifying
    if asked is not None:
        for kind in asked.discharges:
            if not draft.state.open_duties(kind):
                draft.owe(Opening(duty=kind), asked, since=draft.command.at)


def shut_out(rules: Rules, state: State, command: Command) -> Decision:
    """What follows for a case when words that came into it otherwise than by an action were found to accuse ``command.accusations``."""
    draft = DraftDecision(rules, state, command, state.stage)
    draft.accuse()
    return Decision(tuple(draft.events), draft.state)


def leave(rules: Rules, state: State, command: Command, owed: Sequence[OpenDuty]) -> Decision:
    """What follows where all are kept out who could do what is ``owed`` by units that deal with a case: another is named, as for one that it
    accuses.
    """
    draft = DraftDecision(rules, state, command, state.stage)
    for duty in owed:
        for relation in ("handling", "co_handling"):
            if duty.seat is not None and duty.seat in draft.state.units.get(relation, ()):
                draft.add(UnitLeft(relation, duty.seat))
        draft.hand_over(duty)
    return Decision(tuple(draft.events), draft.state)


def keep(rules: Rules, state: State, command: Command) -> Decision | None:
    """What follows where whoever has a case in custody is no longer there, by ``command.seats``; None when nothing does."""
    draft = DraftDecision(rules, state, command, state.stage)
    asked = rules.book.procedures[state.procedure].identifying
    if asked is not None:
        draft.have_kept(asked)
    return Decision(tuple(draft.events), draft.state) if draft.events else None
