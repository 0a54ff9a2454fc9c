"""Who has a part in a matter that is in hand, and which later texts speak of them.

These few are known, so what is said of whoever deals with it is said of them, by whatever word (``in_hand_words``). They are kept out alone;
what they owed is passed on in the same step, and whoever has such cases in custody says whether it accuses them (Regulation Art. 30).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from huiyin.door import accusing
from huiyin.door.accused.in_hand_words import HavingPart, Heard, may_tell, said_of, told_of
from huiyin.door.accusing import FoundAccusations, FoundLine
from huiyin.people.accusable import Accusable
from huiyin.people.appointments import current, day_of
from huiyin.people.models import Account, Holding
from huiyin.people.names import hints, mentions
from huiyin.people.names.directory import normal
from huiyin.people.names.within import names_in_each
from huiyin.procedure.command import ids_in
from huiyin.procedure.state import State
from huiyin.rule_store.store import load
from huiyin.rules.book.fields import type_of
from huiyin.rules.book.schema import CUSTODIAN, Rulebook


def said_in(text: str, state: State, directory: Accusable) -> tuple[FoundLine, ...]:
    """The sentences of a petitioner in which somebody who has a part in the matter is spoken of, or in one that it is about."""
    return _heard(text, _with_others(state), directory, said_of)


def bad_said_in(text: str, state: State, directory: Accusable) -> tuple[FoundLine, ...]:
    """Likewise of a request that one of them withdraws: that somebody is a relative is what it is for, and whoever decides it names them."""
    return tuple(one for one in said_in(text, state, directory) if mentions.is_bad(one.text))


def with_heard(found: Sequence[FoundLine], heard: Sequence[FoundLine], directory: Accusable) -> tuple[FoundLine, ...]:
    """What was ``found`` in a text otherwise, and what was ``heard`` of those who have a part in the matter: a sentence in which nobody was found
    closes the matter to nobody else where it is known of whom it speaks.
    """
    known = {one.text for one in heard}
    kept = (one for one in found if one.alone or one.text not in known or _calls_somebody(one.text, directory))
    return (*kept, *heard)


def _calls_somebody(sentence: str, directory: Accusable) -> bool:
    """Whether a sentence names anybody, or may mean somebody by a post or a familiar name."""
    index = directory.index
    return bool(names_in_each([sentence], index)[0]) or bool(hints.hinted_in_each([sentence], index)[0])


def told_in(
    text: str, state: State | None, directory: Accusable, writer: UUID | None, about: Sequence[State] = ()
) -> tuple[FoundLine, ...]:
    """Likewise of what staff wrote, but for what they wrote of themselves; ``about`` are the cases that they name with it."""
    states = (*(_with_others(state) if state is not None else ()), *about)
    found = _heard(text, states, directory, told_of) if states and may_tell(text) else ()
    own = frozenset({writer} if writer else ())
    return tuple(FoundLine(one.text, one.alone - own) for one in found if one.alone - own)


def kept_from_handlers(text: str, state: State, directory: Accusable) -> FoundAccusations:
    """A text whose petitioner says that it is about those who deal with the matter: it is kept from all who have a part in it, whatever stands
    there, and whoever has such cases in custody is asked.
    """
    part = part_in(_with_others(state), directory)
    line = FoundLine(text[: accusing.MAX_SENTENCE_CHARS], part.dealing | part.receiving)
    if not line.alone or not text.strip():
        return [], ()
    return accusing.read_and_kept([line], directory)


def in_repeat(text: str, state: State, directory: Accusable) -> FoundAccusations:
    """What somebody wrote anew that is joined to the matter: of whoever has a part in it this speaks as a supplement does."""
    return accusing.read_and_kept(said_in(text, state, directory), directory)


def _with_others(state: State) -> tuple[State, ...]:
    """A case and those that it names: it speaks of whoever has a part in one of these, too."""
    fields = load(state.rulebook).book.fields
    named = (
        id
        for name, value in state.values.items()
        if name in fields and type_of(fields[name]).names == "case"
        for id in ids_in(value)
    )
    return (state, *filter(None, map(accusing.state_of, dict.fromkeys(named))))


def _heard(
    text: str, states: Sequence[State], directory: Accusable, hear: Callable[[Sequence[str], HavingPart], Heard]
) -> tuple[FoundLine, ...]:
    if not text.strip():
        return ()
    pieces, part = list(accusing.sentences_of(text)), part_in(states, directory)
    heard, known = hear(pieces, part), frozenset[UUID]()
    lines: list[FoundLine] = []
    for piece, people in zip(pieces, heard, strict=True):
        if (new := people - known) and len(lines) < accusing.MAX_HINTING:
            lines.append(FoundLine(piece, new))
            known |= new
    return tuple(lines)


def part_in(states: Sequence[State], directory: Accusable) -> HavingPart:
    """Who handles one of these matters, or whoever has it in hand before anybody does; who could, beside them; and who received it."""
    recorded, beside = set[tuple[UUID, bool]](), set[UUID]()
    for state in states:
        recorded |= set(_recorded(state))
        for person, owes in _working_there(state, directory.at):
            if owes is None:
                beside.add(person)
            else:
                recorded.add((person, owes))
    known = {person for person, _handles in recorded}
    accounts = Account.objects.filter(id__in=known).values_list("id", "display_name", "former_names")
    names = tuple((id, normal(each)) for id, name, former in accounts for each in (name, *former))
    staff = frozenset(person for person, _name in names)
    handled = staff & {person for person, handles in recorded if handles}
    received = staff & {person for person, handles in recorded if not handles}
    return HavingPart(handled or received, received - handled, names, frozenset(beside) - handled)


def _recorded(state: State) -> Iterator[tuple[UUID, bool]]:
    """Who has a part by what was done or owed, and whether they handle it; be it that they are away today."""
    book = load(state.rulebook).book
    actions, duties = book.procedures[state.procedure].actions, book.procedures[state.procedure].duties
    handler = state.values.get("handler")
    if isinstance(handler, UUID):
        yield handler, True
    for name, takers in state.takers.items():
        of = {book.roles[role].of for role in actions[name].by} if name in actions else set()
        if not (name in actions and actions[name].by == (CUSTODIAN,)):
            yield from ((person, bool(of) and of <= set(accusing.HANDLING)) for person in takers)
    for duty in state.duties:
        if duty.assignee is not None:
            yield duty.assignee, book.roles[duties[duty.kind].of].of in accusing.HANDLING


def _working_there(state: State, at: datetime) -> Iterator[tuple[UUID, bool | None]]:
    """Who may do what is laid on nobody of a unit, and whether that is to handle it; and who works where it is handled, be it in another role: no
    record says who of them went along (None). Not whoever sees it by their office and could be replaced by nobody.
    """
    book = load(state.rulebook).book
    duties = book.procedures[state.procedure].duties
    unassigned = {
        (duty.seat.unit, duty.role, book.roles[duties[duty.kind].of].of in accusing.HANDLING)
        for duty in state.duties
        if duty.assignee is None and duty.seat is not None and duties[duty.kind].of != CUSTODIAN
    }
    handling = {seat.unit for relation in accusing.HANDLING for seat in state.units.get(relation, ())}
    if not (units := handling | {unit for unit, _role, _handles in unassigned}):
        return
    held = current(Holding.objects.filter(post__unit_id__in=units), day_of(at))
    alone = _held_there_alone(state, book, handling, at)
    for place, person, roles in held.values_list("post__unit_id", "account_id", "post__roles"):
        yield from ((person, handles) for unit, role, handles in unassigned if place == unit and role in roles)
        if place in handling and (_handles(book, roles) or alone.isdisjoint(roles)):
            yield person, None


def _handles(book: Rulebook, roles: Iterable[str]) -> bool:
    return any(role in book.roles and book.roles[role].of in accusing.HANDLING for role in roles)


def _held_there_alone(state: State, book: Rulebook, handling: Collection[UUID], at: datetime) -> frozenset[str]:
    """The roles that see all matters of the organisation and are held nowhere but in the units that are ``handling`` this one; not the custodian,
    for whom somebody always stands in.
    """
    wide = {name for name, role in book.roles.items() if role.sees == "organisation" and name != CUSTODIAN}
    held = current(Holding.objects.filter(organisation=state.organisation), day_of(at))
    elsewhere = held.exclude(post__unit_id__in=handling).values_list("post__roles", flat=True)
    return frozenset(wide).difference(*elsewhere)
