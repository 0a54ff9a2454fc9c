"""Whom a petition accuses, as the engine takes it: from what was written or chosen to all who are kept out."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from huiyin.casework.models import Case
from huiyin.casework.sealed.texts import UnsealedText, unsealed
from huiyin.casework.vocabulary import File
from huiyin.ledger.chain import read_chain
from huiyin.people.accusable import Accusable, shut_out
from huiyin.people.acting import posts_of_people, seats, units_of_people
from huiyin.people.checks import PetitionerFields
from huiyin.people.custody.keepers import seats_kept
from huiyin.people.custody.words import means_custody
from huiyin.people.names import hints, mentions
from huiyin.people.names.directory import Index, NamedPerson, normal
from huiyin.people.names.within import names_in_each, names_within
from huiyin.people.naming import as_read, may_mean, meant_by_each
from huiyin.procedure.command import Accusation, Followed, PersonId, Seats, TextRef, UnitId
from huiyin.procedure.event import AccusedFollowed, AccusedIdentified, AccusedWritten, ActionTaken
from huiyin.procedure.guard import proposer
from huiyin.procedure.state import State
from huiyin.procedure.storage import codec
from huiyin.rows import Prepared
from huiyin.rules.book.schema import PROPOSE_CLEARING

SENTENCE: Final = re.compile(r"[。！？!?；;\n\r]+|(?<=[^\d])(?<!\b[A-Za-z])(?<!\b[MmDd][rRsS])(?<!\bMrs)[.](?=\s)")
MAX_SENTENCES: Final = 5
MAX_HINTING: Final = 20
"""So many more, in which somebody is accused without their whole name."""
MAX_SENTENCE_CHARS: Final = 200
MAX_NAMES_ON_A_LINE: Final = 10
MAX_LISTS: Final = 5
"""Each line is compared with the whole directory: whoever copies it here gets longer lines, not more."""
FoundAccusations = tuple[list[UnsealedText], tuple[Accusation, ...]]
"""The sentences that name somebody, to be kept as lines, and whom each may mean."""
Context = Literal["said", "of_accused", "quoted"]
"""Whose words a text is, and of what: see ``read_from``."""
NO_NAME: Final = 5
"""So long a name may say more than who somebody is."""
_SAYS: Final = re.compile("告|反映|查|抓|打倒|惩|办了|撤")
BETWEEN_FILES: Final = "\n\f\n"
MAX_HEAD_LINES: Final = 8
"""So many lines at the beginning of a file tell whether it is a paper of an office."""
_PAPER_TITLE: Final = re.compile(
    r"(?![^，,]{0,40}(?:我|他|反映|举报|控告|检举|投诉|检讨|问题))[^，,。！？!?；;]{0,40}(?:答复|复函|批复|函|(?:答复|处理|复查|复核|验收|审查)意见|意见书|告知书|决定书|通知书?|回执|凭证|证明|记录表?|登记表|检查表|报告书|公告|通告|清单|纪要|裁定书|判决书)(?:[（(][^）)]{0,12}[）)])?"
)
_PAPER_NUMBER: Final = re.compile(r"[\u4e00-\u9fff]{0,12}[〔\[（(](?:19|20)\d\d[〕\]）)]\s?第?\d{1,5}号")
HANDLING = ("handling", "co_handling")
"""The relations to a case in which a unit deals with it."""


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A sentence that is kept as a line; ``alone``: who is kept out by it and nobody else, empty where somebody has to find out who is meant."""

    text: str
    alone: frozenset[UUID] = frozenset()


def chosen(
    units: AbstractSet[UUID], people: AbstractSet[UUID], at: datetime, line: TextRef | None = None
) -> Accusation:
    """Those who were chosen from the directory, or named for certain, with whoever is kept out with them."""
    shut_units, shut_people = shut_out(units, people, at)
    return Accusation(line, frozenset(map(UnitId, shut_units)), frozenset(map(PersonId, shut_people)), certain=True)


def accuses_in_words(text: str) -> bool:
    """Whether a text accuses at all, whomever."""
    return hints.accuses(normal(text))


def read_from(
    text: str,
    directory: Accusable,
    sure: Sequence[Accusation] = (),
    context: Context = "said",
    in_files: str = "",
) -> tuple[FoundLine, ...]:
    """The sentences of a text in which it names somebody who works here and should not read it, whatever stands on the line for it; and
    those that accuse somebody without their whole name (``hints``). They are taken to be accused until somebody has looked. Nobody whom
    ``sure`` keeps out for certain.

    ``context``: ``said`` by a petitioner, who may accuse by words of which there is no list: whom they call in whatever words that are not
    plainly harmless is kept out alone (``mentions``); ``of_accused``, said in a matter that accuses already, where everybody counts who is
    named; ``quoted`` by staff, who may name whom they please where they neither accuse nor say what others said.
    ``in_files``: the words of files that came with it, by ``words_of``. What a petitioner wrote is read as said; of papers that have the form of
    an office's own whoever is named there counts where anything accuses.
    """
    if in_files and context != "quoted":
        own, in_files = of_own(in_files), BETWEEN_FILES.join(filter(is_paper, in_files.split(BETWEEN_FILES)))
        text = f"{text}\n{own}" if own else text
    sentences = list(sentences_of(text))
    pieces = [*sentences, *sentences_of(in_files)]
    whole = normal(f"{text}\n{in_files}")  # once: it may be as long as several files
    index, at = directory.index, directory.at
    accusing = context == "of_accused" or (
        mentions.accuses_beside_office_words(pieces, index) if context == "quoted" else hints.accuses(whole)
    )
    left = _names_that_count(whole, pieces, index, context) if accusing else set[str]()
    if left:
        out = kept_out(frozenset[UUID]().union(*(index.bearers[name] for name in left)), sure, at)
        left = {name for name in left if not index.bearers[name] <= out}
    known = hints.Hinted(frozenset[UUID]().union(*(index.bearers[name] for name in left)))
    lines: list[str] = []
    for piece, named in zip(pieces, names_in_each(pieces, index) if left else [], strict=False):
        if left & named and len(lines) < MAX_SENTENCES:
            lines.append(piece)
            left -= named
    # Whoever is named in so long a list, or across the end of a line, is kept out as well.
    hinting = list(_only_hinting(pieces, known, index, sure, at, context)) if accusing else []
    closing = dict.fromkeys((*lines, *_listed(left), *(line for line, _whom in hinting)))
    known = known | hints.Hinted(frozenset[UUID]().union(*(whom.people for _line, whom in hinting)))
    alone = _called(sentences, known.people, index, sure, at, context)
    return (*map(FoundLine, closing), *(one for one in alone if one.alone or one.text not in closing))


def _names_that_count(whole: str, pieces: Sequence[str], index: Index, context: Context) -> set[str]:
    named = set(names_within(whole, index))
    if named and context == "of_accused":
        named = (named & index.whole_names) | mentions.mentioned_at_all(pieces, index)
    return named - mentions.only_as_words(pieces, index, named) if named else named


def said_of_themselves(people: Iterable[PetitionerFields]) -> str:
    """What stands where somebody is to say who they are and where they live, and is no name and no address: 举报某人受贿的群众."""
    said: list[str] = []
    for one in people:
        name, address = normal(one.name), normal(one.address)
        said += [one.name] if len(name) >= NO_NAME or _SAYS.match(name) or hints.accuses(name) else []
        said += [one.address] if mentions.is_bad(address) else []
    return "\n".join(said)


def of_own(in_files: str) -> str:
    """Of the words of files those of the ones that somebody wrote themselves."""
    return BETWEEN_FILES.join(one for one in in_files.split(BETWEEN_FILES) if not is_paper(one))


def is_paper(words: str) -> bool:
    """Whether a file has the form of an office's paper: a title of one at its head, or a number of the year there."""
    head = [line for line in map(str.strip, words.splitlines()) if line][:MAX_HEAD_LINES]
    return any(_PAPER_NUMBER.fullmatch(line) or _PAPER_TITLE.fullmatch(line.removesuffix("。")) for line in head)


def _called(
    pieces: Sequence[str],
    known: AbstractSet[UUID],
    index: Index,
    sure: Sequence[Accusation],
    at: datetime,
    context: Context,
) -> Iterator[FoundLine]:
    """The sentences that say of somebody what is not plainly harmless who is not ``known`` to be asked about, with these; and those that accuse
    the office, or nobody whom a name tells. The last one holds all for whom no line is left.
    """
    spoken_pieces = mentions.reported(pieces) if context == "quoted" else pieces
    spoken = mentions.spoken_of_in_each(spoken_pieces, index, in_doubt=context == "of_accused")
    new = frozenset[UUID]().union(*(one.people for one in spoken)) - known
    new -= kept_out(new, sure, at)
    lines = list[str]()
    for piece, one in zip(spoken_pieces, spoken, strict=True):
        if one.office and context != "quoted":
            yield FoundLine(piece)
        if (people := one.people & new) and len(lines) < MAX_HINTING:
            lines.append(piece)
            new -= people
            yield FoundLine(piece, people)
    if new:
        yield FoundLine("、".join(sorted({name for person, name in index.people if person.id in new})), new)


def _only_hinting(
    pieces: Sequence[str], known: hints.Hinted, index: Index, sure: Sequence[Accusation], at: datetime, context: Context
) -> Iterator[tuple[str, hints.Hinted]]:
    """The sentences in which somebody is accused without their whole name, who is not ``known`` to be asked about and whom nothing sure keeps
    out: one for each.
    """
    left = MAX_HINTING
    for at_piece, (piece, hinted) in enumerate(zip(pieces, _hinted(pieces, index, context), strict=True)):
        new_units, new_people = hinted.units - known.units, hinted.people - known.people
        if not left or not (new_units or new_people):
            continue
        new_people -= kept_out(new_people, sure, at)
        new_units -= frozenset[UUID]().union(*(one.units for one in sure if one.certain))
        if new_units or new_people:
            known |= hinted
            left -= 1
            # What it accuses of may stand in the next one alone: 老赵。他收了钱。
            is_whole = context == "of_accused" or accuses_in_words(piece)
            yield piece if is_whole else "。".join(pieces[at_piece : at_piece + 2]), hinted


def _hinted(pieces: Sequence[str], index: Index, context: Context) -> list[hints.Hinted]:
    found = hints.hinted_in_each(pieces, index)
    if context != "of_accused":
        return found
    return [one | called for one, called in zip(found, hints.called_in_each(pieces, index), strict=True)]


def names_of(files: Iterable[File]) -> str:
    """What each file that somebody hands in is called, which may name whom the text does not."""
    return "\n".join(file.name.rpartition(".")[0] for file in files)


def words_of(files: Iterable[File]) -> str:
    """The beginning of the words in each, where there are any, likewise."""
    return BETWEEN_FILES.join(file.words for file in files if file.words)


def kept_out(people: AbstractSet[UUID], sure: Sequence[Accusation], at: datetime) -> set[UUID]:
    """Those of ``people`` whom an accusation keeps out that is certain, by themselves or with a unit in which they work."""
    certain = [one for one in sure if one.certain]
    if not (people and certain):
        return set()
    units = frozenset[UUID]().union(*(one.units for one in certain))
    named = frozenset[UUID]().union(*(one.people for one in certain))
    return {id for id, held in units_of_people(people, at).items() if held & units} | (named & people)


def sentences_of(text: str) -> Iterator[str]:
    """The sentences of a text; one that is too long for a line in pieces, each with half of the one before it."""
    for sentence in map(str.strip, SENTENCE.split(text)):
        if len(sentence) <= MAX_SENTENCE_CHARS:
            yield sentence
        else:
            step = MAX_SENTENCE_CHARS // 2
            yield from (sentence[at : at + MAX_SENTENCE_CHARS] for at in range(0, len(sentence) - step, step))


def _listed(names: Collection[str]) -> Iterator[str]:
    ordered = sorted(names)
    on_a_line = max(MAX_NAMES_ON_A_LINE, math.ceil(len(ordered) / MAX_LISTS))
    for at in range(0, len(ordered), on_a_line):
        yield "、".join(ordered[at : at + on_a_line])


def in_words(lines: Sequence[str], refs: Sequence[TextRef], directory: Accusable) -> tuple[Accusation, ...]:
    """What each of ``lines``, kept as ``refs``, may mean in the directory."""
    if not lines:
        return ()
    called = {unit.id: unit.name for unit in directory.names.units}
    guesses = meant_by_each(lines, directory.index)
    custodians = [] if all(guess.certain for guess in guesses) else directory.custodians
    found = []
    for line, ref, guess in zip(lines, refs, guesses, strict=True):
        people = set(guess.people)
        if not guess.certain:
            plain = as_read(line)  # once, however many custodians there are
            # What an office is called bars whoever has custody where it was written to: of the higher ones somebody must be left.
            people |= {
                one.id
                for one, where in custodians
                if may_mean(_without_others(plain, one, directory.index), one)
                or (
                    where == directory.organisation
                    and means_custody(
                        plain, (title for title, _unit in one.posts), (called[unit] for _title, unit in one.posts)
                    )
                )
            }
        found.append(replace(chosen(guess.units, people, directory.at, ref), certain=guess.certain))
    return tuple(found)


def _without_others(plain: str, one: NamedPerson, index: Index) -> str:
    """A line as it is read, without the whole names of others who work here: 王四海 says nothing of a custodian who is called 王, too."""
    own = normal(one.name)
    if own not in plain:
        for name in {*names_within(plain, index)} & index.whole_names:
            plain = plain.replace(name, "")
    return plain


def read_lines(
    lines: Sequence[FoundLine], refs: Sequence[TextRef], directory: Accusable, context: Context = "said"
) -> tuple[Accusation, ...]:
    """What each of ``lines`` may mean that was read from a text (``read_from``): a question always, since a text may name somebody and
    accuse another. Of what staff wrote down, which nobody may be there to ask about, nobody but whom it names or calls.
    """
    closing = [(line.text, ref) for line, ref in zip(lines, refs, strict=True) if not line.alone]
    alone = (
        Accusation(ref, frozenset(), frozenset(map(PersonId, line.alone)), certain=False, alone=True)
        for line, ref in zip(lines, refs, strict=True)
        if line.alone
    )
    return (*_meant([text for text, _ref in closing], [ref for _text, ref in closing], directory, context), *alone)


def read_and_kept(lines: Sequence[FoundLine], directory: Accusable, context: Context = "said") -> FoundAccusations:
    """``lines`` to be kept apart, with what each may mean (``read_lines``)."""
    apart = [unsealed(line.text, directory.at) for line in lines]
    return apart, read_lines(lines, [one.ref for one in apart], directory, context)


def _meant(
    lines: Sequence[str], refs: Sequence[TextRef], directory: Accusable, context: Context
) -> tuple[Accusation, ...]:
    if not lines:
        return ()
    index, at = directory.index, directory.at
    hinted = _hinted(lines, index, context)
    if context == "quoted":
        named = (
            frozenset[UUID]().union(*(index.bearers[name] for name in names)) for names in names_in_each(lines, index)
        )
        found = tuple(
            replace(chosen(frozenset(), people, at, ref), certain=False)
            for ref, people in zip(refs, named, strict=True)
        )
    else:
        found = in_words(lines, refs, directory)
    return tuple(_with_hinted(one, more, at) for one, more in zip(found, hinted, strict=True))


def _with_hinted(found: Accusation, hinted: hints.Hinted, at: datetime) -> Accusation:
    more = chosen(hinted.units, hinted.people, at)
    return replace(found, units=found.units | more.units, people=found.people | more.people, certain=False)


def unnamed(text: UnsealedText, about: Sequence[State], directory: Accusable) -> Accusation:
    """A complaint in which nobody is named: whoever its ``text`` may mean, and whoever handled one of the cases that it is ``about``.

    Whoever may have to find out who is meant (``Accusable.keeping``) and handled such a case is shut out with their unit.
    """
    (found,) = in_words([text.text], [text.ref], directory)
    handled = {seat.unit for state in about for name in HANDLING for seat in state.units.get(name, ())}
    took = {person for state in about for takers in state.takers.values() for person in takers}
    staff = posts_of_people(took, directory.at)
    keeping = {unit for held in staff.values() for unit, roles in held.items() if roles & directory.keeping}
    more = chosen(handled | keeping, frozenset(), directory.at)
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


def seats_in_custody(state: State, organisation_id: UUID, at: datetime) -> Seats:
    """Who sits where when whoever has a case in custody is to owe something, be it that it accuses nobody."""
    units, people = state.accused_units, state.accused_people | state.recused | proposers(state)
    return seats_kept(organisation_id, units, people, at)


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
    found = _stored_state.first(case_id)
    return None if found is None else codec.loads(found[0])


_stored_state: Final = Prepared(lambda case: Case.objects.filter(id=case).values_list("state"))


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
