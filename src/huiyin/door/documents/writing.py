"""Writing what happens to the documents of one case: texts sealed, events and rows written, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from huiyin.casework.models import Case
from huiyin.casework.sealed import texts
from huiyin.casework.sealed.texts import UnsealedText
from huiyin.door.beside.texts import sealed_texts
from huiyin.door.numbers import number_document
from huiyin.door.writing import record, write_moved
from huiyin.people import petitioners
from huiyin.procedure.command import Actor, OrganisationId, TextRef
from huiyin.procedure.decision import Decision
from huiyin.procedure.documents.document_event import DocumentApproved, DocumentNumbered
from huiyin.procedure.event import Event
from huiyin.procedure.evolve import evolve
from huiyin.procedure.state import State
from huiyin.rows import Batch
from huiyin.rules.book.load import Rules


class DocumentWriting:
    """Events of documents of one locked case as they pile up, with the texts that they name and the state after each."""

    def __init__(self, case: Case, rules: Rules, state: State, actor: Actor, at: datetime) -> None:
        self.case, self.rules, self.state, self.actor, self.at = case, rules, state, actor, at
        self._events: list[Event] = []
        self._texts: list[UnsealedText] = []

    def sealed(self, text: str) -> TextRef:
        """The reference by which an event names ``text``, which will lie outside the ledger, sealed."""
        self._texts.append(texts.unsealed(text, self.at))
        return self._texts[-1].ref

    def keep(self, lines: Iterable[UnsealedText]) -> None:
        """Seal texts that have their references already."""
        self._texts += lines

    def add(self, event: Event) -> None:
        """One more thing that happened; an approved document that has no number gets one from the register of its organ."""
        self._events.append(event)
        self.state = evolve(self.state, event)
        if isinstance(event, DocumentApproved):
            self._number(event)

    @property
    def decision(self) -> Decision:
        """What happened so far, and the state after it."""
        return Decision(tuple(self._events), self.state)

    def _number(self, event: DocumentApproved) -> None:
        kind, document = next((kind, one) for kind, one in self.state.papers.items() if one.id == event.paper)
        if document.numbered:
            return
        organ = self.actor.organisation
        given = number_document(self.case, document.id, kind, organ, self.actor, self.at)
        self.add(DocumentNumbered(document.id, OrganisationId(organ), given.series, given.period, given.number))

    def write(self) -> State:
        """Write it all; the state after it. Raises PetitionerErased where nothing can be sealed any more, Conflict as ``execute`` does."""
        if not self._events:
            return self.state
        batch = Batch()
        if self._texts:
            key = petitioners.data_key(self.case.petitioner)
            case = self.case
            batch.add(sealed_texts(self._texts, case.organisation_id, case.id, case.petitioner_id, key))
        recorded = record(batch, self.case, self.rules, self.decision, self.actor, self.at)
        write_moved(batch, self.case, self.actor, self.at)
        return recorded.decision.state
