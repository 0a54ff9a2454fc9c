"""What each action of a local book may be to the law: one of its own, a ground for an end, or none of its business."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from huiyin.rules.book.schema import Action, Ending, Procedure
from huiyin.rules.book.steps import applies, begins_case, can_move
from huiyin.rules.book.texts import CodedText
from huiyin.rules.prover.refinement.law import Side
from huiyin.rules.prover.refinement.likeness import Likeness

NEW_ENDS: Final[dict[Ending, Ending]] = {"declined": "declined", "transferred": "transferred", "merged": "declined"}
"""The kinds of which a local book may have ends that the law does not know, with the kind of those that the law reaches in their place."""


@dataclass(frozen=True)
class Word:
    """What one local action may be to the law.

    ``silent``: the law need not notice it; ``silent_after_end``: it need not once it has ended the case. ``standing_for`` are the actions of
    the law that it does; ``ending`` those in whose place it may lead to an end that the law does not know. ``marks`` are the moments of the
    law that it records; ``hands_on`` says that it gives the case to another unit, which the law notices while a unit has it. ``why_not`` says in what it is less than the law's action of the same name, or what the law hears of it.
    """

    silent: bool
    silent_after_end: bool
    standing_for: tuple[str, ...]
    ending: tuple[str, ...]
    marks: frozenset[str]
    hands_on: bool
    why_not: CodedText | None


@dataclass(frozen=True)
class Words:
    """The words of every local action; ``rights`` are the actions of the law that are its petitioner's."""

    likeness: Likeness

    @property
    def law(self) -> Side:
        """The law's side."""
        return self.likeness.law

    @cached_property
    def of(self) -> dict[str, Word]:
        """By local action."""
        return {name: self._word(name, action) for name, action in self.likeness.local.actions.items()}

    @cached_property
    def rights(self) -> tuple[str, ...]:
        """The law's actions that only a petitioner takes, in a case that is under way."""
        roles = self.law.book.roles
        return tuple(
            name
            for name, action in self.law.procedure.actions.items()
            if not begins_case(action) and all(roles[role].of == "petitioner" for role in action.by)
        )

    @cached_property
    def watched(self) -> dict[str, tuple[Action, ...]]:
        """By local action: those of the law whose conditions decide whether the law can follow it."""
        theirs = self.law.procedure.actions
        return {
            name: tuple(theirs[one] for one in (*word.standing_for, *word.ending)) for name, word in self.of.items()
        }

    def _word(self, name: str, action: Action) -> Word:
        theirs = self.law.procedure.actions
        lawful, likeness = theirs.get(name), self.likeness
        heard = likeness.beyond(action, lawful)
        marks = frozenset(action.marks) & self.law.book.moments.keys()
        ending = self._grounds(action) if heard is None else ()
        if lawful is None:
            alike = tuple(
                one
                for one, other in theirs.items()
                if self._does(action, other) and likeness.differs(action, other) is None
            )
            return Word(heard is None, heard is None, alike, ending, marks, "handling" in action.units, heard)
        less = likeness.differs(action, lawful) or likeness.form(action, lawful)
        if less is not None:
            return Word(False, False, (), ending, marks, False, less)
        stays = heard is None and not can_move(lawful)
        return Word(stays and self._leaves_all(lawful), stays, (name,), ending, marks, False, None)

    def _does(self, action: Action, other: Action) -> bool:
        """Whether ``action``, of another name, leads where the law's ``other`` leads, or does the duties that this does."""
        local = self.likeness.local
        if begins_case(other):
            return False
        if can_move(other):
            return action.to == other.to or (can_move(action) and other.to not in local.stages)
        done = {*other.discharges, *other.withdraws} & self.law.main
        return bool(done) and done <= {*action.discharges, *action.withdraws}

    def _leaves_all(self, lawful: Action) -> bool:
        """Whether the law's action leaves stage, facts, clocks and the duties of the main line as they are."""
        touched = {*lawful.discharges, *lawful.withdraws, *(opening.duty for opening in lawful.opens)}
        changes = (lawful.units, lawful.extends, lawful.pauses, lawful.resumes)
        compared = set(lawful.sets) & set(self.law.transitions.live.names)
        return not (any(changes) or compared or touched & self.law.main or lawful.relay)

    def _grounds(self, action: Action) -> tuple[str, ...]:
        """The law's actions in whose place ``action`` may lead to an end of its own book, from which the petitioner can come back."""
        local, theirs = self.likeness.local, self.law.procedure
        stage = local.stages.get(action.to or "")
        if stage is None or not stage.end or action.to in theirs.stages or not contested(self.likeness, str(action.to)):
            return ()
        ending = NEW_ENDS.get(stage.ending or "decided")
        return tuple(name for name, other in theirs.actions.items() if ending and _ends_as(theirs, other) == ending)


def contested(likeness: Likeness, stage: str) -> bool:
    """Whether a petitioner can bring a case back from the end ``stage``, so that it is examined anew."""
    return any(
        applies(likeness.local, action, stage)
        and action.remedy
        and action.until is None
        and not action.when
        and can_move(action)
        and action.opens
        and all(likeness.book.roles[role].of == "petitioner" for role in action.by)
        for action in likeness.local.actions.values()
    )


def _ends_as(procedure: Procedure, action: Action) -> Ending | None:
    stage = procedure.stages.get(action.to or "")
    return (stage.ending or "decided") if stage is not None and stage.end else None
