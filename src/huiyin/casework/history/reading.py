"""The ledger of a case, read once: events that people read, each under the rules of its time, with the names in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from huiyin.casework.case_view import channel_name
from huiyin.casework.correction_story import as_corrected
from huiyin.casework.history.entries import in_words
from huiyin.casework.models import Case
from huiyin.casework.sealed import texts
from huiyin.casework.sealed.accused import may_know
from huiyin.casework.sealed.attachments import Listed, listed
from huiyin.casework.sealed.cleared import is_custody, was_meant
from huiyin.casework.sealed.mentioned import MentionedNames, names_in
from huiyin.casework.sealed.reasons import kept_back, unnamed
from huiyin.casework.sealed.withheld import names_accused
from huiyin.ledger.chain import Recorded, read_chain
from huiyin.procedure.command import Actor, Value
from huiyin.procedure.event import (
    ActionTaken,
    CaseImported,
    CaseMoved,
    CaseOpened,
    Event,
    FileLookedThrough,
    NoteWritten,
    RegistrationCorrected,
    SubmissionAttached,
)
from huiyin.rule_store.store import load
from huiyin.rules.book.load import Rules
from huiyin.rules.book.schema import Procedure
from huiyin.rules.book.steps import printed_of

READ_BY_PEOPLE = (ActionTaken, CaseOpened, CaseImported, CaseMoved, SubmissionAttached, RegistrationCorrected)
"""The events from which a history is told; the others follow from these."""
NOTES = (NoteWritten, FileLookedThrough)
"""What colleagues wrote down for each other, or found in a file: told to staff alone, where a history was read with these as well."""
CONTACTS = (CaseOpened, SubmissionAttached, RegistrationCorrected)
"""Those from which is told what came in."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact that belongs to a case: how it came in (in words), when it was entered, and its text (empty when it was erased)."""

    event: SubmissionAttached
    channel: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class History:
    """What happened to a case, read from the ledger once: events that people read, each under the rules of its time, and the names in them.

    ``was_meant``: the reader is one whom the case might have meant, as far as the events tell that were asked for.
    """

    case: Case
    events: tuple[tuple[Recorded, Rules], ...]
    names: MentionedNames
    was_meant: bool = False

    @property
    def title(self) -> str:
        """The case's title; what the petition begins with, where nobody gave one; empty where all of it was erased."""
        return self.text(self.case.title) if self.case.title else texts.opening_words(self._brought)

    @property
    def _brought(self) -> str:
        """The petition itself."""
        brought = (item.event.text for item, _rules in self.events if isinstance(item.event, SubmissionAttached))
        return self.text(next((ref.id for ref in brought), None))

    @property
    def files(self) -> tuple[Listed, ...]:
        """The files of the case that the reader may see, oldest first."""
        return listed(self.case, self.names.kept_back) if self.names.files is None else self.names.files

    def text(self, id: UUID | None) -> str:
        """A text that came with the case, by its id; empty when there is none, or it was erased."""
        return self.names.texts.get(id, "") if id else ""


def read_history(case: Case, reader: Actor | None, kinds: Collection[type[Event]] = READ_BY_PEOPLE) -> History:
    """The history of a case that the ``reader`` may see, or what of it is told by these ``kinds`` of event.

    Other cases that it mentions are named where the reader may see them too; None, a petitioner, sees no other case. A field
    that would name a hidden one is left out, as if there were none; and whom the case might have meant, steps by which that was found out.
    """
    events = tuple(_with_rules(read_chain(case.id, *kinds)))
    meant = was_meant(events, reader)
    if meant:
        events = tuple((item, rules) for item, rules in events if not is_custody(item, rules, case))
    names = names_in(case, events, reader, kept_back(case, ((item.event, rules) for item, rules in events), reader))
    # Asked only where it matters: most cases accuse nobody by a form.
    if reader is not None and any(names_accused(item.event, rules) for item, rules in events):
        names = replace(names, tells_accused=may_know(case, reader))
    return History(case, events, names, meant)


def _with_rules(events: Iterable[Recorded]) -> Iterator[tuple[Recorded, Rules]]:
    """Each event with the rulebook under which it happened; the opening of the case must be among them."""
    rules: Rules | None = None
    for item in events:
        if isinstance(item.event, CaseOpened | CaseMoved):
            rules = load(item.event.rulebook)
        assert rules is not None
        yield item, rules


def contacts(past: History) -> tuple[Contact, ...]:
    """The contacts attached to a case, oldest first, as they stand after corrections."""
    corrections = [item.event for item, _rules in past.events if isinstance(item.event, RegistrationCorrected)]
    return tuple(
        Contact(event, channel_name(event.channel), item.at, past.text(event.text.id))
        for item, _rules in past.events
        if isinstance(item.event, SubmissionAttached)
        for event in [as_corrected(item.event, corrections)]
    )


def said_so_far(
    past: History, filled: Iterable[tuple[int, Mapping[str, Value | None]]] | None = None
) -> Mapping[str, str]:
    """Every field that was ever filled in on a case, as last filled in, in words; of ``filled`` alone where that is given."""
    rules = load(past.case.rulebook)
    latest: dict[str, Value | None] = {}
    for _seq, entries in entries_of(past) if filled is None else filled:
        latest |= entries
    return {
        name: in_words(rules.book.fields.get(name), value, past.names)
        for name, value in latest.items()
        if value is not None
    }


def entries_for(
    past: History, procedure: Procedure, notice: str, filled: Iterable[tuple[int, Mapping[str, Value | None]]]
) -> list[tuple[int, Mapping[str, Value | None]]]:
    """What was ``filled`` in (``entries_of``), without what is not meant for the paper ``notice`` (``steps.printed_of``)."""
    own = printed_of(procedure, notice)
    taken = {item.seq: item.event.action for item, _rules in past.events if isinstance(item.event, ActionTaken)}
    return [
        (
            seq,
            {name: value for name, value in entries.items() if name not in own or taken.get(seq) in (None, *own[name])},
        )
        for seq, entries in filled
    ]


def entries_of(past: History) -> list[tuple[int, Mapping[str, Value | None]]]:
    """What was filled in, by step (None: taken out again); the reasons for which somebody is accused or withdraws are for no document."""
    return [
        (item.seq, event.filled_in)
        if isinstance(event := item.event, RegistrationCorrected)
        else (item.seq, {**dict.fromkeys(event.cleared), **unnamed(event, rules, past.case.procedure)})
        for item, rules in past.events
        if isinstance(item.event, ActionTaken | RegistrationCorrected)
    ]
