"""Whoever reads the events of a case one kind after the other knows each kind, or it stands here that it says nothing to them.

A kind that a module knows is one that its code names. A new event fails here until somebody has said of each reader what it does with it.
"""

from __future__ import annotations

from types import ModuleType
from typing import Final, get_args

import pytest

from huiyin.archive.package import contents, drafts
from huiyin.audit import document_rows, implied
from huiyin.casework.history import story
from huiyin.casework.sealed import mentioned
from huiyin.procedure import event as events
from huiyin.procedure.documents import document_event as papers
from huiyin.procedure.event import Event
from tests.procedure.stored.values import EVENTS

KINDS: Final = frozenset(get_args(Event))
IN_THE_STATE: Final = frozenset({
    events.UnitJoined, events.UnitLeft, events.PersonRecused, events.LimitExtended, events.LimitPaused, events.LimitResumed,
    events.AccusedIdentified, events.AccusedFollowed, events.ConfidentialityFollowed, events.CaseReopened,
})  # fmt: skip
"""What they change is read from the state of the case, and an action or another case is told as what they follow from."""
OF_A_STEP: Final = frozenset({
    events.CaseOpened, events.CaseEnded, events.NoticeIssued, events.PackageStored, events.FilesHeldBack,
    events.DutyOpened, events.DutyDischarged, events.DutyWithdrawn, events.DutyRescheduled, events.DutyReassigned,
    papers.DocumentDrafted, papers.DocumentReturned, papers.DocumentNumbered, papers.DocumentIssued,
})  # fmt: skip
"""They follow from a step that is told, or are read by pages of their own: duties, notices, documents, files, the archive."""
LEVELS: Final = frozenset({events.ConfidentialitySet})
"""How confidential a case is, and why, is told beside its story, by ``casework.sealed.level``."""

NOT_NAMED: Final = {
    # Texts that a reader of the story may be shown, and whom they name: what is missing here is shown as nothing.
    "mentioned": ((mentioned,), IN_THE_STATE | OF_A_STEP | LEVELS),
    # What petitioners wrote and whom they accuse is shown by parts of the page that are not the story.
    "story": ((story,), IN_THE_STATE | OF_A_STEP | LEVELS | {events.SubmissionAttached, events.AccusedWritten}),
    # What verification expects of rows; a case that was moved has its rulebook in its state.
    "implied": ((implied, document_rows), IN_THE_STATE | {events.CaseMoved}),
}


def named_in(*readers: ModuleType) -> frozenset[type]:
    """The kinds of event that the code of these modules names."""
    return frozenset(kind for reader in readers for kind in vars(reader).values() if isinstance(kind, type)) & KINDS


@pytest.mark.parametrize("reader", NOT_NAMED)
def test_each_kind_of_event_is_read_or_is_said_to_say_nothing(reader: str) -> None:
    modules, says_nothing = NOT_NAMED[reader]
    assert KINDS - named_in(*modules) == says_nothing


def test_each_text_of_an_event_is_expected_by_verification_and_has_a_name_in_the_package_of_the_case() -> None:
    with_texts = {type(value) for value in EVENTS.values() if "TextRef(" in repr(value)} & KINDS
    assert with_texts - named_in(implied, document_rows) == set()
    assert with_texts - named_in(contents, drafts) == set()
