"""What is asked of the door, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from huiyin.casework.labels import FormError, explain, first_errors
from huiyin.casework.models import Case, Submission
from huiyin.errors import HuiyinError
from huiyin.language import gettext_noop
from huiyin.procedure.command import Actor
from huiyin.procedure.refusal import Refusal
from huiyin.procedure.state import State
from huiyin.rules.book.load import Rules


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is done: the case as it now stands, and the engine's state of it."""

    case: Case
    state: State


@dataclass(frozen=True, slots=True)
class Registered:
    """A petition is in the ledger; ``receipt`` and ``code`` are what the petitioner leaves with."""

    case: Case
    submission: Submission
    receipt: str
    code: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The input cannot be read as it stands: every error at once, as far as they are told (``first_errors``)."""

    errors: tuple[FormError, ...]

    def __post_init__(self) -> None:
        """Whoever made it may have found any number."""
        object.__setattr__(self, "errors", first_errors(self.errors))


@dataclass(frozen=True, slots=True)
class Refused:
    """The rules do not allow it; ``state`` is the case's as it stands (None for a registration)."""

    rules: Rules
    procedure: str
    refusal: Refusal
    state: State | None = None


class KeyReused(HuiyinError):
    """Raised when an idempotency key was used before, with another content."""

    to_do = gettext_noop("内容不同的，请换一个新的键；键相同的，内容须相同")


class AnswerForged(KeyReused):
    """Raised when what is kept under a key was not written by us, or changed since: a retry must not be told what it points to."""

    to_do = gettext_noop("请运行 huiyin ledger verify")


class NoSuchCase(HuiyinError, LookupError):
    """Raised when there is no case with this id: whoever asks ``visible_to`` first, as every caller must, never gets here."""

    to_do = gettext_noop("请在办理人可以查看的事项中查找")


@dataclass(frozen=True, slots=True)
class ActionRequest:
    """What somebody wants done to a case, as it came in: fields still raw.

    ``key`` makes retries harmless within the organisation; ``at_seq`` is the last event that the caller has seen;
    ``duty`` which of several open duties of a kind it is to settle (None: the oldest). ``comments`` is what is said at passages of
    documents that it sends back, by paper and number of the passage. ``kept_from_handlers``: its petitioner says that it is about those who
    deal with the matter, who are not to read it.
    """

    case: UUID
    action: str
    actor: Actor
    at: datetime
    fields: Mapping[str, object] = field(repr=False)
    key: str = ""
    at_seq: int | None = None
    duty: UUID | None = None
    comments: Mapping[tuple[UUID, int], str] = field(default_factory=dict, repr=False)
    kept_from_handlers: bool = False


def in_words(outcome: Rejected | Refused) -> tuple[FormError, ...]:
    """A no as a form shows it: the fields to correct, or one line that says why and what would help."""
    if isinstance(outcome, Rejected):
        return outcome.errors
    words = explain(outcome.rules, outcome.procedure, outcome.refusal, outcome.state)
    return words.errors or (FormError("", words.code, f"{words.why}。{words.remedy}"),)
