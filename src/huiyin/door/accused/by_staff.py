"""Whom staff accuse, or say that others accuse, in what they write: fields, notes, papers, remarks.

What others say (``quotes``) accuses as a petition does; words of staff's own only where they speak of somebody as accused
(``names.own_words``): an opinion that names the unit which deals with the matter shuts nobody out (Regulation Art. 30(3)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from huiyin.casework.sealed import texts
from huiyin.casework.sealed.texts import UnsealedText, unsealed
from huiyin.door import accusing
from huiyin.door.accused.earlier import ACCUSATION, accuses_already
from huiyin.ledger.chain import read_chain
from huiyin.people.accusable import Accusable
from huiyin.people.names.directory import normal
from huiyin.people.names.hints import Hinted, pattern
from huiyin.people.names.mentions import reports, without_office_words
from huiyin.people.names.own_words import accused_in_each, harmed_in_each, may_accuse
from huiyin.procedure.command import Accusation, Actor, PersonId
from huiyin.procedure.event import AccusedWritten, SubmissionAttached
from huiyin.procedure.state import State
from huiyin.rules.book.fields.rule import FieldRule
from huiyin.rules.book.schema import Action

Found = tuple[list[UnsealedText], tuple[Accusation, ...]]
"""The sentences that name somebody, to be kept as lines, and whom each may mean."""


def in_quoted(
    said: str,
    state: State | None,
    writer: Actor,
    directory: Accusable,
    sure: Sequence[Accusation] = (),
    in_files: str = "",
) -> Found:
    """Whom what others said accuses that a member of the staff writes down; in a matter that accuses already also whoever it names that had no
    part in it.
    """
    sure, found = (*sure, *_known(state)), tuple[accusing.FoundLine, ...]()
    if may_accuse(f"{said}\n{in_files}") or reports(said):
        found = accusing.read_from(said, directory, sure, "quoted", in_files)
    if state is not None and accuses_already(state):
        beside = (*sure, _dealing_with_it(state, writer))
        found = tuple(dict.fromkeys((*found, *accusing.read_from(said, directory, beside, "of_accused"))))
    lines = [unsealed(line.text, directory.at) for line in found]
    return lines, accusing.read_lines(found, [line.ref for line in lines], directory, "quoted")


def in_own_words(
    words: str, state: State | None, writer: Actor, directory: Accusable, sure: Sequence[Accusation] = ()
) -> Found:
    """Whom a member of the staff speaks of as accused in words of their own, but for those whom it is asked about or ``sure`` of already."""
    accuses = state is not None and (accusing.accuses(state) or ACCUSATION in state.facts.values())
    if not (may_accuse(words) or (accuses and pattern("harm").search(normal(words)))):
        return [], ()
    pieces, at = list(accusing.sentences_of(words)), directory.at
    found = accused_in_each(pieces, directory.index)
    if accuses and state is not None:
        dealing = _dealing_with_it(state, writer).people
        harmed = (replace(one, people=one.people - dealing) for one in harmed_in_each(pieces, directory.index))
        found = [one | more for one, more in zip(found, harmed, strict=True)]
    sure, known, kept = (*sure, *_known(state)), Hinted(), list[tuple[str, Hinted]]()
    for piece, one in zip(pieces, found, strict=True):
        people = one.people - known.people
        people -= accusing.kept_out(people, sure, at)
        units = one.units - known.units - frozenset[UUID]().union(*(sure_one.units for sure_one in sure))
        if (people or units) and len(kept) < accusing.MAX_HINTING:
            known |= one
            kept.append((piece, Hinted(people, units)))
    lines = [unsealed(piece, at) for piece, _one in kept]
    meant = [
        replace(accusing.chosen(one.units, one.people, at, line.ref), certain=False)
        for line, (_piece, one) in zip(lines, kept, strict=True)
    ]
    return lines, tuple(meant)


def in_taking_it_as_accusation(rule: Action, state: State, directory: Accusable) -> Found:
    """Whom a matter may accuse that an action takes as an accusation (Regulation Art. 30), where nobody has been asked about yet: whoever the
    beginning of its text may mean. That is a question, and until it is decided nobody reads the matter but who decides it.
    """
    if ACCUSATION not in rule.sets.values() or accusing.accuses(state) or any(read_chain(state.case, AccusedWritten)):
        return [], ()
    first = next(item.event for item in read_chain(state.case, SubmissionAttached))
    assert isinstance(first, SubmissionAttached)
    said = texts.read_texts([first.text.id]).get(first.text.id, "")
    line = unsealed(said[: accusing.MAX_SENTENCE_CHARS], directory.at)
    (found,) = accusing.in_words([line.text], [line.ref], directory)
    return [line], (replace(found, certain=False),)


def said_under(rule: FieldRule, text: str) -> str:
    """What others said with what the form asks for, where that accuses already: whoever is named as who failed, or leaked, is accused by it."""
    asked = without_office_words(normal(rule.zh))
    return f"{rule.zh}：{text}" if accusing.accuses_in_words(asked) or reports(rule.zh) else text


def but_for_unit(found: tuple[Accusation, ...], writer: Actor) -> tuple[Accusation, ...]:
    """Whom words accuse about which nobody is asked: the unit of whoever wrote them down goes on, without whoever is named."""
    return tuple(replace(one, units=one.units - writer.within) for one in found)


def _known(state: State | None) -> tuple[Accusation, ...]:
    """Whom a matter accuses, where that is certain."""
    known = None if state is None or state.unresolved else accusing.accused_by(state)
    return (known,) if known else ()


def _dealing_with_it(state: State, writer: Actor) -> Accusation:
    """Whoever staff may name who accuse nobody by a word: who took a step, owes one, or writes it."""
    took = {person for takers in state.takers.values() for person in takers}
    owing = {duty.assignee for duty in state.duties if duty.assignee} | {writer.person} - {None}
    handler = state.values.get("handler")
    people = took | owing | ({handler} if isinstance(handler, UUID) else set())
    return Accusation(None, frozenset(), frozenset(PersonId(one) for one in people if one), certain=True)
