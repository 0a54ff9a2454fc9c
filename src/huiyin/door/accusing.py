"""Whom a petition accuses, as the engine takes it: from what was written or chosen to all who are kept out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Final
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.casework.sealed.texts import UnsealedText
from huiyin.ledger.chain import read_chain
from huiyin.people.accusable import custodians_in, in_scope, names_in, shut_out
from huiyin.people.acting import posts_of_people, seats
from huiyin.people.custody.keepers import seats_kept
from huiyin.people.custody.words import means_custody
from huiyin.people.names.directory import normal
from huiyin.people.naming import as_read, may_mean, meant_by_each, naming_people
from huiyin.procedure.command import Accusation, Followed, PersonId, Seats, TextRef, UnitId
from huiyin.procedure.event import AccusedFollowed, AccusedIdentified, AccusedWritten, ActionTaken
from huiyin.procedure.guard import proposer
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rules.book.schema import PROPOSE_CLEARING

ACCUSES: Final = re.compile(
    "举报|检举|控告|投诉|受贿|贪污|索贿|索要|收钱|收受|回扣|以权谋私|滥用职权|徇私|渎职|玩忽职守|报复|包庇|刁难|殴打|打人|打伤|辱骂|骂人|态度恶劣|吃拿卡要"
)
SENTENCE: Final = re.compile(r"[。！？!?；;\n\r]+|(?<=[^\d])[.](?=\s)")
MAX_SENTENCES: Final = 5
MAX_SENTENCE_CHARS: Final = 200
HANDLING = ("handling", "co_handling")
"""The relations to a case in which a unit deals with it."""


def chosen(
    units: AbstractSet[UUID], people: AbstractSet[UUID], at: datetime, line: TextRef | None = None
) -> Accusation:
    """Those who were chosen from the directory, or named for certain, with whoever is kept out with them."""
    shut_units, shut_people = shut_out(units, people, at)
    return Accusation(line, frozenset(map(UnitId, shut_units)), frozenset(map(PersonId, shut_people)), certain=True)


def read_from(text: str, organisation_id: UUID) -> tuple[str, ...]:
    """The sentences of a petition in which it names somebody who works here, where it accuses anybody: who wrote nothing on the line for
    it, as nobody can by mail, is taken to mean them until somebody has looked. Nothing of a petition that accuses nobody.
    """
    if not ACCUSES.search(normal(text)):
        return ()
    sentences = list(dict.fromkeys(filter(None, map(str.strip, SENTENCE.split(text)))))
    found = naming_people(sentences, names_in(in_scope(organisation_id)))
    return tuple(islice(dict.fromkeys(one[:MAX_SENTENCE_CHARS] for one in found), MAX_SENTENCES))


def in_words(
    lines: Sequence[str], refs: Sequence[TextRef], organisation_id: UUID, at: datetime
) -> tuple[Accusation, ...]:
    """What each of ``lines``, kept as ``refs``, may mean in the directory of the organisation and of those above and below it."""
    if not lines:
        return ()
    scope = in_scope(organisation_id)
    names = names_in(scope)
    called = {unit.id: unit.name for unit in names.units}
    guesses = meant_by_each(lines, names)
    custodians = [] if all(guess.certain for guess in guesses) else custodians_in(scope, at)
    found = []
    for line, ref, guess in zip(lines, refs, guesses, strict=True):
        people = set(guess.people)
        if not guess.certain:
            plain = as_read(line)  # once, however many custodians there are
            # What an office is called bars whoever has custody where it was written to: of the higher ones somebody must be left.
            people |= {
                one.id
                for one, where in custodians
                if may_mean(plain, one)
                or (
                    where == organisation_id
                    and means_custody(
                        plain, (title for title, _unit in one.posts), (called[unit] for _title, unit in one.posts)
                    )
                )
            }
        found.append(replace(chosen(guess.units, people, at, ref), certain=guess.certain))
    return tuple(found)


def unnamed(
    words: UnsealedText, about: Sequence[State], organisation_id: UUID, custody: AbstractSet[str], at: datetime
) -> Accusation:
    """A complaint in which nobody is named: whoever its ``words`` may mean, and whoever handled one of the cases that it is ``about``.

    ``custody`` are the roles that may have to find out who is meant: whoever holds one of them and handled such a case is shut out
    with their unit.
    """
    (found,) = in_words([words.text], [words.ref], organisation_id, at)
    handled = {seat.unit for state in about for name in HANDLING for seat in state.units.get(name, ())}
    took = {person for state in about for takers in state.takers.values() for person in takers}
    staff = posts_of_people(took, at)
    keeping = {unit for held in staff.values() for unit, roles in held.items() if roles & custody}
    more = chosen(handled | keeping, frozenset(), at)
    return replace(found, units=found.units | more.units, people=found.people | staff.keys(), certain=False)


def seats_beside(
    accusations: Sequence[Accusation | Followed],
    organisation_id: UUID,
    at: datetime,
    known: State | None = None,
    withdrawing: PersonId | None = None,
) -> Seats:
    """Who sits where when a case accuses these, beside whom it accuses already (``known``): nobody accused, and in custody nobody who is
    away, has withdrawn, or has proposed what somebody else is to confirm.
    """
    units = frozenset[UnitId]().union(*(one.units for one in accusations))
    people = frozenset[PersonId]().union(*(one.people for one in accusations))
    if known is not None:
        units, people = units | known.accused_units, people | known.accused_people | known.recused
    if not (accusations or (known and accuses(known))):
        return seats(organisation_id, units)
    leaving = frozenset(one for one in (withdrawing,) if one) | (proposers(known) if known else frozenset())
    return seats_kept(organisation_id, units, people | leaving, at)


def unmatched(state: State) -> bool:
    """Whether a line of which nobody has decided whom it means is one in which nobody was found."""
    if not state.unresolved:
        return False
    written = [item.event for item in read_chain(state.case, AccusedWritten)]
    return any(
        isinstance(event, AccusedWritten)
        and event.line is not None
        and event.line.id in state.unresolved
        and not (event.units or event.people)
        for event in written
    )


def proposers(state: State) -> frozenset[PersonId]:
    """All who proposed, since anybody was accused or found to be, that nobody is: none of them confirms it."""
    if proposer(state) is None:
        return frozenset()
    found = set[PersonId]()
    for item in read_chain(state.case, ActionTaken, AccusedWritten, AccusedIdentified, AccusedFollowed):
        if not isinstance(item.event, ActionTaken):
            found.clear()
        elif item.event.action == PROPOSE_CLEARING and item.event.person is not None:
            found.add(item.event.person)
    return frozenset(found)


def state_of(case_id: UUID) -> State | None:
    """Where another case stands; None when there is no such case."""
    text = Case.objects.filter(id=case_id).values_list("state", flat=True).first()
    return None if text is None else codec.loads(text)


def accuses(state: State) -> bool:
    """Whether a case accuses anybody, be it that nobody knows yet whom."""
    return bool(state.accused_units or state.accused_people or state.unresolved)


def followed(state: State) -> Followed:
    """Whom a case accuses, for one that is about it: that is kept from them as well, now and later."""
    return Followed(state.case, state.accused_units, state.accused_people, not state.unresolved)


def accused_by(state: State) -> Accusation | None:
    """Whom a case accuses, as an accusation to bring along; None when it accuses nobody."""
    if not state.accused_units and not state.accused_people:
        return None
    return Accusation(None, state.accused_units, state.accused_people, certain=True)
