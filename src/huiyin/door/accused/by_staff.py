"""Whom staff accuse, or say that others accuse, in what they write: fields, notes, papers, remarks.

What others say (``quotes``) accuses as a petition does; words of staff's own only where they speak of somebody as accused
(``names.own_words``): an opinion that names the unit which deals with the matter shuts nobody out (Regulation Art. 30(3)).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from huiyin.casework.sealed import texts
from huiyin.casework.sealed.texts import unsealed
from huiyin.door import accusing
from huiyin.door.accused import in_hand
from huiyin.door.accused.earlier import ACCUSATION, accuses_somebody_here
from huiyin.door.accused.in_hand_words import does_work
from huiyin.ledger.chain import read_chain
from huiyin.people.absences import people_at_hand
from huiyin.people.accusable import Accusable
from huiyin.people.appointments import day_of
from huiyin.people.models import Holding
from huiyin.people.names.directory import normal
from huiyin.people.names.hints import Hinted, pattern, spoken_lines
from huiyin.people.names.mentions import named_in, reported, reports, spoken_of_in_each, without_office_words
from huiyin.people.names.own_words import accused_in_each, harmed_in_each, may_accuse
from huiyin.procedure.command import Accusation, Actor, PersonId, UnitId
from huiyin.procedure.event import AccusedWritten, SubmissionAttached
from huiyin.procedure.state import State
from huiyin.rules.book.fields.rule import FieldRule
from huiyin.rules.book.schema import Action, Rulebook
from huiyin.rules.book.steps import procedures_with


def in_quoted(
    words: str,
    state: State | None,
    writer: Actor,
    directory: Accusable,
    sure: Sequence[Accusation] = (),
    in_files: str = "",
) -> accusing.FoundAccusations:
    """Whom what others said accuses that a member of the staff writes down; in a matter that accuses somebody here already also whoever it
    speaks of that had no part in it, and in one that is in hand whoever has: these alone. Who is named as doing their work is nobody of whom
    it speaks, and closes it to nobody.
    """
    sure, found = (*sure, *_known(state)), tuple[accusing.FoundLine, ...]()
    if may_accuse(f"{words}\n{in_files}") or reports(words):
        read = accusing.read_from(words, directory, sure, "quoted", in_files)
        found = tuple(one for one in read if not names_at_work_alone(one.text, directory))
    if state is not None:
        if accuses_somebody_here(state):
            found = (*found, *_beside(words, state, writer, directory, sure))
        found += in_hand.told_in(f"{words}\n{in_files}", state, directory, writer.person)
    return accusing.read_and_kept(found, directory, "quoted")


def names_at_work_alone(line: str, directory: Accusable) -> bool:
    """Whether a line of staff names people who work here by their whole names, and each as who does their work."""
    index = directory.index
    (spoken,) = spoken_lines([line])
    named = [(at, name) for at, name in named_in(spoken, index) if name in index.whole_names]
    return bool(named) and all(does_work(spoken, at, at + len(name)) for at, name in named)


def _beside(
    words: str, state: State, writer: Actor, directory: Accusable, sure: Sequence[Accusation]
) -> Iterator[accusing.FoundLine]:
    """The sentences in which somebody is spoken of who had no part in a matter that accuses, each with these alone."""
    pieces, index = list(accusing.sentences_of(words)), directory.index
    spoken = spoken_of_in_each(reported(pieces), index, in_doubt=True)
    known = accusing.kept_out(frozenset(one.id for one, _name in index.people), sure, directory.at)
    known |= _dealing_with_it(state, writer).people
    for piece, one, harmed in zip(pieces, spoken, harmed_in_each(pieces, index), strict=True):
        people = (one.people | harmed.people) - known
        if people and not names_at_work_alone(piece, directory):
            known |= people
            yield accusing.FoundLine(piece, people)


def in_own_words(
    words: str, state: State | None, writer: Actor, directory: Accusable, sure: Sequence[Accusation] = ()
) -> accusing.FoundAccusations:
    """Whom a member of the staff speaks of as accused in words of their own, but for those whom it is asked about or ``sure`` of already; and
    of whom they say what is bad, these alone, in a matter that accuses somebody or that these have in hand.
    """
    sure, closing = (*sure, *_known(state)), list[tuple[str, Hinted]]()
    if may_accuse(words):
        closing = list(_spoken_of_as_accused(words, directory, sure))
    beside = tuple(_bad_in_own_words(words, state, writer, directory, sure)) if state is not None else ()
    asked = frozenset[UUID]().union(*(one.people for _piece, one in closing))
    alone = [accusing.FoundLine(one.text, one.alone - asked) for one in beside if one.alone - asked]
    at = directory.at
    lines = [unsealed(piece, at) for piece in (*(piece for piece, _one in closing), *(one.text for one in alone))]
    meant = [
        replace(accusing.chosen(one.units, one.people, at, line.ref), certain=False)
        for line, (_piece, one) in zip(lines, closing, strict=False)
    ]
    refs = [line.ref for line in lines[len(closing) :]]
    return lines, (*meant, *accusing.read_lines(alone, refs, directory))


def _spoken_of_as_accused(words: str, directory: Accusable, sure: Sequence[Accusation]) -> Iterator[tuple[str, Hinted]]:
    pieces, known, left = list(accusing.sentences_of(words)), Hinted(), accusing.MAX_HINTING
    for piece, one in zip(pieces, accused_in_each(pieces, directory.index), strict=True):
        people = one.people - known.people
        people -= accusing.kept_out(people, sure, directory.at)
        units = one.units - known.units - frozenset[UUID]().union(*(sure_one.units for sure_one in sure))
        if (people or units) and left:
            known, left = known | one, left - 1
            yield piece, Hinted(people, units)


def _bad_in_own_words(
    words: str, state: State, writer: Actor, directory: Accusable, sure: Sequence[Accusation]
) -> Iterator[accusing.FoundLine]:
    accuses = accusing.accuses(state) or ACCUSATION in state.facts.values()
    if accuses and pattern("harm").search(normal(words)):
        pieces, dealing = list(accusing.sentences_of(words)), _dealing_with_it(state, writer).people
        for piece, one in zip(pieces, harmed_in_each(pieces, directory.index), strict=True):
            people = one.people - dealing
            people -= accusing.kept_out(people, sure, directory.at)
            if people:
                yield accusing.FoundLine(piece, people)
    yield from in_hand.told_in(words, state, directory, writer.person)


def in_taking_it_as_accusation(rule: Action, state: State, directory: Accusable) -> accusing.FoundAccusations:
    """Whom a matter may accuse that an action takes as an accusation (Regulation Art. 30), where nobody has been asked about yet: whoever the
    beginning of its text may mean. That is a question, and until it is decided nobody reads the matter but who decides it.
    """
    if ACCUSATION not in rule.sets.values() or accusing.accuses(state) or any(read_chain(state.case, AccusedWritten)):
        return [], ()
    first = next(item.event for item in read_chain(state.case, SubmissionAttached))
    assert isinstance(first, SubmissionAttached)
    words = texts.read_texts([first.text.id]).get(first.text.id, "")
    line = unsealed(words[: accusing.MAX_SENTENCE_CHARS], directory.at)
    (found,) = accusing.in_words([line.text], [line.ref], directory)
    return [line], (replace(found, certain=False),)


def in_words_about(
    words: str, about: Sequence[State], writer: Actor, directory: Accusable
) -> accusing.FoundAccusations:
    """Of whom staff tell, or say what is bad, that has a part in one of the cases that they write ``about`` in another: 承办人 is theirs."""
    return accusing.read_and_kept(in_hand.told_in(words, None, directory, writer.person, about), directory)


def left_without_handlers(
    found: tuple[Accusation, ...], book: Rulebook, action: Action, units: Iterable[UnitId], at: datetime
) -> accusing.FoundAccusations:
    """Units to which an ``action`` is addressed that nobody is asked about, where all are spoken of who would owe it: it goes to none of these."""
    spoken_of = frozenset[UUID]().union(*(one.people for one in found))
    procedure = next(procedures_with(book, action), None) if spoken_of else None
    if procedure is None:
        return [], ()
    owing = {procedure.duties[opening.duty].of for opening in action.opens}
    there = people_at_hand(Holding.objects.filter(post__unit__in=units), day_of(at))
    left = frozenset(
        unit
        for (unit, role), people in there.items()
        if role in owing and book.roles[role].of in accusing.HANDLING and people <= spoken_of
    )
    return [], ((accusing.chosen(left, frozenset(), at),) if left else ())


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
